package triage

import (
	"cmp"
	"slices"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Loose is an alert that fires or recovers while no incident of its function is open:
// somebody ended that by hand while a window still counted what had failed.
type Loose struct {
	Alert alerting.Alert
	// Last is the incident of its function that ended last, since the alert began to
	// fire; its ID is empty when none is known.
	Last alerting.Record
}

// Untold reports whether it burns, or burns anew, and no incident has told of that.
func (l Loose) Untold() bool {
	return l.Alert.Phase == alerting.PhaseFiring && (l.Last.ID == "" || l.Alert.AnewAt.After(l.Last.ResolvedAt))
}

// LooseOf lists the active alerts that no open incident tells of, in the order to look
// at them: what nobody was told of, pages before tickets, and what burns longest.
func LooseOf(alerts []alerting.Alert, open []alerting.Incident, past []alerting.Record) (out []Loose) {
	told := make(map[slo.ID]bool, len(open))
	for _, i := range open {
		told[slo.ID{Service: i.Service, Function: i.Function}] = true
		for _, a := range i.Alerts {
			told[a.ID] = true
		}
	}
	ended := lastEnded(past)
	for _, a := range alerts {
		if !a.Active() || told[a.ID] || told[a.ID.OfFunction()] {
			continue
		}
		l := Loose{Alert: a, Last: ended[a.ID.OfFunction()]}
		if l.Last.ResolvedAt.Before(a.FiringSince) {
			l.Last = alerting.Record{}
		}
		out = append(out, l)
	}
	slices.SortFunc(out, compareLoose)
	return out
}

// lastEnded are the incidents of each function that ended last.
func lastEnded(past []alerting.Record) map[slo.ID]alerting.Record {
	out := make(map[slo.ID]alerting.Record)
	for _, r := range past {
		of := slo.ID{Service: r.Service, Function: r.Function}
		if !r.Open() && r.ResolvedAt.After(out[of].ResolvedAt) {
			out[of] = r
		}
	}
	return out
}

func compareLoose(a, b Loose) int {
	return cmp.Or(
		cmp.Compare(untold(a), untold(b)),
		cmp.Compare(b.Alert.Severity, a.Alert.Severity),
		a.Alert.FiringSince.Compare(b.Alert.FiringSince),
		a.Alert.ID.Compare(b.Alert.ID),
	)
}

func untold(l Loose) int {
	if l.Untold() {
		return 0
	}
	return 1
}
