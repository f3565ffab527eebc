package listing

import (
	"slices"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Row is one SLO with what is known about it and where its alert stands.
type Row struct {
	SLO        slo.SLO
	Assessment slo.Assessment
	Alert      alerting.Alert
	Incident   string // id of its open incident, or empty

	settled Status // of a row that is not changed any more
}

// Severity is what the alert asks of people now: none unless it is firing or
// recovering.
func (r *Row) Severity() slo.Severity {
	if !r.Alert.Active() {
		return slo.SeverityNone
	}
	return r.Alert.Severity
}

// Status is the one word that sums a row up for people. Every row has exactly
// one, so counts of them add up.
type Status string

// The statuses, most urgent first. Those from StatusSourceDown on say why we do
// not know, or that nothing happens; only StatusOK is good news.
const (
	StatusPaging     Status = "paging"
	StatusTicket     Status = "ticket"
	StatusRecovering Status = "recovering"
	StatusPending    Status = "pending"
	StatusSpent      Status = "spent" // the budget is gone, nothing burns at the moment
	StatusSourceDown Status = "source_down"
	StatusNoData     Status = "no_data"
	StatusInvalid    Status = "invalid"
	StatusStale      Status = "stale"
	StatusReading    Status = "reading" // nothing burns, and what is left of the budget is not known yet
	StatusIdle       Status = "idle"
	StatusNew        Status = "new"
	StatusOK         Status = "ok"
)

// Statuses lists every status, most urgent first.
func Statuses() []Status {
	return []Status{
		StatusPaging, StatusTicket, StatusRecovering, StatusPending, StatusSpent,
		StatusSourceDown, StatusNoData, StatusInvalid, StatusStale, StatusReading, StatusIdle, StatusNew, StatusOK,
	}
}

// Status sums the row up. An alert comes first, because it holds when the data
// goes away; then whether the data can be believed; then the budget.
func (r *Row) Status() Status {
	if r.settled != "" {
		return r.settled
	}
	switch r.Alert.Phase {
	case alerting.PhaseFiring:
		if r.Alert.Severity == slo.SeverityPage {
			return StatusPaging
		}
		return StatusTicket
	case alerting.PhaseRecovering:
		return StatusRecovering
	}
	if !r.Assessment.State.Measured() {
		return unmeasured(r.Assessment.State)
	}
	remaining, known := r.Assessment.Remaining(r.Assessment.Window)
	switch {
	case r.Alert.Phase == alerting.PhasePending:
		return StatusPending
	case known && remaining <= 0 && !r.Assessment.Window.Excluded.Mostly():
		return StatusSpent
	case r.Assessment.State == slo.StateOK && r.Assessment.Window.Reading():
		return StatusReading
	case r.Assessment.State != slo.StateNew && dark(&r.Assessment):
		return StatusNoData
	}
	return Status(r.Assessment.State)
}

// dark reports whether too little is known of the last minutes to call them good, or
// without a call, though the data has not been gone for long enough to be a state of its own.
func dark(a *slo.Assessment) bool {
	return len(a.Burns) > 0 && a.Burns[0].Coverage < slo.MinCoverage && !a.Burns[0].Excluded.Any()
}

// unmeasured maps what is neither known nor yet evaluated. An SLO that was never
// evaluated has no state: we are behind with it.
func unmeasured(s slo.DataState) Status {
	if s == "" {
		return StatusStale
	}
	return Status(s)
}

// Worst is the row that speaks for all of a function: the one with the most urgent
// status, and of equals the first. A part of split_by speaks only while its alert is
// active: its budget is no promise of the function. It is false without any row.
func Worst(rows []Row) (worst Row, ok bool) {
	best := 0
	for i := range rows {
		r := &rows[i]
		if r.SLO.Split != nil && !r.Alert.Active() {
			continue
		}
		if rank := slices.Index(Statuses(), r.Status()); !ok || rank < best {
			worst, best, ok = *r, rank, true
		}
	}
	return worst, ok
}
