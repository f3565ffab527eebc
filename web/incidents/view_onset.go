package incidents

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// settled is how long after its first error an incident may open without that being
// worth a word.
const settled = time.Minute

// began is since when it goes wrong: the first error that led to an incident, as its own
// page says it, or the last data before it vanished; when it opened where that is not
// known. No backend is asked.
func (s Handlers) began(ctx context.Context, b *board, i alerting.Incident) (time.Time, error) {
	var burns []burn
	for _, a := range i.Alerts[:min(len(i.Alerts), maxBurns)] {
		at, known := b.at[a.ID]
		if known && b.known[at].State == slo.StateNoData && b.known[at].Absence != nil {
			burns = append(burns, burn{From: b.known[at].Absence.Since})
			continue
		}
		if !known || !burnsAway(b.slos[at], a) {
			continue
		}
		one := burn{Alert: a, SLO: b.slos[at]}
		if err := s.onset(ctx, &one, joined(i, a), i.Severity); err != nil {
			return i.OpenedAt, err
		}
		burns = append(burns, one)
	}
	if from, _, known := firstError(burns); known && from.Before(i.OpenedAt) {
		return from, nil
	}
	return i.OpenedAt, nil
}

// burnsAway reports whether an alert is about a burn rate, which begins with an error:
// a budget that is spent, and data or calls that are gone, do not.
func burnsAway(o slo.SLO, a alerting.Alert) bool {
	return slices.ContainsFunc(o.Tiers, func(t slo.Tier) bool { return t.Name == a.Tier })
}

// joined is when an alert became part of an incident.
func joined(i alerting.Incident, a alerting.Alert) time.Time {
	if a.FiringSince.After(i.OpenedAt) {
		return a.FiringSince
	}
	return i.OpenedAt
}
