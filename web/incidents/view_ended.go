package incidents

import (
	"context"
	"slices"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// callEnded is an incident that is over.
type callEnded struct {
	URL, Function, Service, Owner string
	Status                        ui.Badge
	Lasted, How, Ago              string
	Cost                          string // of the budget that suffered most; empty when it is not known
	Ended                         ui.Moment
}

// ended are the latest incidents that ended within a day.
func (s Handlers) ended(ctx context.Context, b board) (out []callEnded, err error) {
	records := slices.DeleteFunc(slices.Clone(b.records), func(r alerting.Record) bool {
		return r.Open() || r.Folded || b.now.Sub(r.ResolvedAt) > ui.Day
	})
	slices.SortStableFunc(records, func(a, b alerting.Record) int { return b.ResolvedAt.Compare(a.ResolvedAt) })
	for _, r := range records[:min(len(records), mostEnded)] {
		item := callEnded{
			URL: ui.IncidentPath(r.ID), Function: r.Function, Service: r.Service, Owner: r.Owner, Status: wasBadge(r.Severity),
			Lasted: ui.Ago(r.ResolvedAt, r.OpenedAt), How: howItEnded(r), Ago: ui.Ago(b.now, r.ResolvedAt), Ended: ui.MomentOf(r.ResolvedAt),
		}
		if item.Cost, err = s.costOfEnded(ctx, &b, r); err != nil {
			return nil, err
		}
		out = append(out, item)
	}
	return out, nil
}

// costOfEnded is what went wrong during an incident, as a share of the budget that lost
// most by it.
func (s Handlers) costOfEnded(ctx context.Context, b *board, r alerting.Record) (string, error) {
	of := slo.ID{Service: r.Service, Function: r.Function}
	worst, window, asked := -1.0, "", 0
	for i := range b.slos {
		if b.slos[i].Split != nil || b.slos[i].ID.OfFunction() != of || asked == mostEndedCosts {
			continue
		}
		asked++
		cost, known, err := s.impact(ctx, b.slos[i], r.OpenedAt, r.ResolvedAt, b.known[i])
		if err != nil {
			return "", err
		}
		if known && cost.Spent != nil && *cost.Spent > worst {
			worst, window = *cost.Spent, b.slos[i].Window.Name+" budget of "+b.slos[i].ID.Name
		}
	}
	if worst < 0 {
		return "", nil
	}
	return "cost " + format.Part(worst) + " of the " + window, nil
}

// mostEndedCosts is for how many SLOs of a function the cost of an incident is asked.
const mostEndedCosts = 3

func howItEnded(r alerting.Record) string {
	how := "ended by itself"
	if r.ResolvedBy != "" {
		how = "ended by " + r.ResolvedBy
	}
	switch {
	case r.Severity == slo.SeverityNone:
		return how + ", nobody was told"
	case r.AckedAt.IsZero():
		return how + ", nobody had taken it"
	}
	return how + ", taken after " + ui.Ago(r.AckedAt, r.OpenedAt)
}

// wasBadge is what an incident was that is over.
func wasBadge(severity slo.Severity) ui.Badge {
	switch severity {
	case slo.SeverityPage:
		return ui.Badge{Icon: "page", Word: "Page", Tone: "quiet"}
	case slo.SeverityTicket:
		return ui.Badge{Icon: "ticket", Word: "Ticket", Tone: "quiet"}
	}
	return ui.Badge{Icon: "muted", Word: "Held back", Tone: "quiet"}
}
