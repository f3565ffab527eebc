package incidents

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/site"
)

// maxBurns is for how many SLOs of an incident the ledger is looked into.
const maxBurns = 10

// burn is what the ledger tells of one SLO of an incident.
type burn struct {
	alerting.Alert
	SLO     slo.SLO
	End     slo.Assessment // when it was over, or the latest
	InForce bool           // false for one that was removed, and for a backend
	From    time.Time      // the beginning of the first bad slot; zero when it is not known
	Until   time.Time      // its end
	Looked  time.Time      // how far back that was looked for
	Last    time.Time      // the end of the last bad slot; zero while it goes on, and when it is not known
	Goes    bool           // it fails until the end of what is looked at
	Rest    slo.Point      // what was since the last bad slot
	Since   slo.Impact     // from when it opened until the last bad slot
	Whole   slo.Impact     // the same from the first bad slot on
	Known   bool           // whether there is an impact
}

// burns looks into the ledger for the SLOs of an incident, in the order of its
// alerts. No backend is asked; what cannot be read is not known.
func (s Handlers) burns(ctx context.Context, i *alerting.Incident) ([]burn, error) {
	inForce := s.Objectives.SLOs()
	var out []burn
	var slos []slo.SLO
	for _, a := range i.Alerts[:min(len(i.Alerts), maxBurns)] {
		b := burn{Alert: a}
		at, found := slices.BinarySearchFunc(inForce, a.ID, func(o slo.SLO, id slo.ID) int { return o.ID.Compare(id) })
		if found {
			b.SLO, b.InForce = inForce[at], true
			slos = append(slos, b.SLO)
		}
		out = append(out, b)
	}
	if len(slos) == 0 {
		return out, nil
	}
	ends, err := s.Objectives.Assess(ctx, slos, i.ResolvedAt) // zero while it is open: the latest
	if err != nil || len(ends) != len(slos) {
		return out, err
	}
	for n, next := 0, 0; n < len(out); n++ {
		if !out[n].InForce {
			continue
		}
		out[n].End = ends[next]
		if err := s.look(ctx, i, &out[n]); err != nil {
			return nil, err
		}
		next++
	}
	return out, nil
}

// look finds the first and the last bad slot of one SLO, and what went wrong between
// them: what is as promised again costs no more, though it is not resolved yet.
func (s Handlers) look(ctx context.Context, i *alerting.Incident, b *burn) error {
	began := joined(*i, b.Alert)
	if err := s.onset(ctx, b, began, i.Severity); err != nil {
		return err
	}
	to := b.End.AsOf
	if !i.ResolvedAt.IsZero() {
		to = i.ResolvedAt
	}
	from := began
	if !b.From.IsZero() {
		from = b.From
	}
	err := s.ceases(ctx, b, from, to)
	if err != nil {
		return err
	}
	if !b.Last.IsZero() {
		to = b.Last
	}
	if b.Whole, b.Known, err = s.impact(ctx, b.SLO, from, to, b.End); err != nil || !b.Known {
		return err
	}
	b.Since, _, err = s.impact(ctx, b.SLO, began, to, b.End)
	return err
}

// impact is what went wrong between two instants; none before anything was
// evaluated after the first.
func (s Handlers) impact(ctx context.Context, o slo.SLO, from, to time.Time, end slo.Assessment) (slo.Impact, bool, error) {
	if !to.After(from) {
		return slo.Impact{From: from, To: from, Reason: "nothing was evaluated since"}, false, nil
	}
	points, err := s.Objectives.History(ctx, o, from, to, to.Sub(from))
	if err != nil || len(points) != 1 {
		return slo.Impact{}, false, err
	}
	return slo.ImpactOf(points[0], from, end), true, nil
}

// onsetSteps is into how many steps the time before an alert is cut to find where
// it began. The slots of the step that is found are then looked at one by one.
const onsetSteps = 120

// onset finds the first bad slot of what led to an alert: as far back as the long
// window of its tier.
func (s Handlers) onset(ctx context.Context, b *burn, began time.Time, severity slo.Severity) error {
	t := burningTier(b, severity)
	step := max((t.Long / onsetSteps).Truncate(time.Minute), time.Minute)
	b.Looked = began.Add(-t.Long)
	history, err := s.Objectives.History(ctx, b.SLO, b.Looked, began, step)
	if err != nil {
		return err
	}
	rate := slo.OnsetRate(t.BurnRate)
	at, known := slo.Onset(history, b.SLO.Objective, rate)
	if !known {
		return nil
	}
	slots := s.Ledger.Increments(b.SLO, history[at].Time.Add(-step), history[at].Time, site.MaxSlots)
	if first, known := slo.Onset(pointsOf(slots), b.SLO.Objective, rate); known {
		b.Until = time.Unix(slots[first].End, 0).UTC()
		b.From = b.Until.Add(-time.Duration(slots[first].Width) * time.Second)
		return nil
	}
	b.From, b.Until = history[at].Time.Add(-step), history[at].Time
	return nil
}

func pointsOf(slots []slo.Increment) (out []slo.Point) {
	for _, inc := range slots {
		out = append(out, slo.Point{Counts: inc.Counts})
	}
	return out
}

// burningTier is the tier that an alert is of, or of one that is over the most patient
// one of the severity.
func burningTier(b *burn, severity slo.Severity) slo.Tier {
	tiers := slices.SortedFunc(slices.Values(b.SLO.Tiers), func(x, y slo.Tier) int { return cmp.Compare(x.BurnRate, y.BurnRate) })
	for _, t := range tiers {
		if t.Name == b.Tier {
			return t
		}
	}
	for _, t := range tiers {
		if t.Severity == severity {
			return t
		}
	}
	return slo.Tier{BurnRate: 1, Long: slo.ExhaustionWindow}
}

// firstError is the earliest first bad slot of the SLOs of an incident.
func firstError(burns []burn) (from, until time.Time, known bool) {
	for _, b := range burns {
		if !b.From.IsZero() && (!known || b.From.Before(from)) {
			from, until, known = b.From, b.Until, true
		}
	}
	return from, until, known
}
