package review

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// executiveBody is the page for whoever asks whether promises are kept.
type executiveBody struct {
	Sentence string    // says it all
	Why      string    // it is over this period; empty when it was asked for
	Open     []ui.Link // incidents that are open now
	OpenNow  string    // how many they are
	Compared string    // what with
	Asked    askedView
	Report   string // where each promise of it is
	None     bool   // there is no SLO at all
	Tiles    []ui.Tile
	Grid     gridView
	Teams    []groupView
	Tiers    []groupView
	More     hiddenView
	Spenders []moverView
	Better   []moverView
	Ends     []exhaustionView
	Known    bool // the budget of at least one promise is
	Counted  bool // the calls of at least one function are
	Present  bool // the period ends now
	Foretold bool // of at least one budget it can be told when it runs out
	Lost     []lossView
	Marked   bool // functions are marked as critical, and what is lost is of those
	Times    []latencyView
	Untimed  string // functions of which nobody knows how fast they answer
	Misfits  []misfitView
	Prices   []priceView
	Unknown  []unknownView // promises of which nothing can be said
	Method   []string
}

// How much of each list the page shows.
const (
	mostServices = 16
	mostColumns  = 4
	mostGroups   = 12
	mostListed   = 5
)

// executivePeriods are what the page is over unless it is asked for another: the first of
// which most is known.
var executivePeriods = []string{"30d", "7d"}

const pathExecutive = "/executive"

func (s Handlers) pageExecutive(r *http.Request) (site.Answer, error) {
	of, err := s.scopeOf(r, executivePeriods...)
	if err != nil {
		return site.Answer{}, err
	}
	pairs, err := s.pairs(r.Context(), of)
	if err != nil {
		return site.Answer{}, err
	}
	body := executiveBody{Why: of.why, Asked: s.askedFor(of, pathExecutive), Report: ui.PathReports + "?" + sameAs(of).Encode(), None: len(s.Objectives.SLOs()) == 0}
	if err := s.fillExecutive(r.Context(), &body, of, pairs); err != nil {
		return site.Answer{}, err
	}
	return s.PageAnswer(r, "executive", site.Page{
		Title: "Executive summary", Section: "executive", Self: pathExecutive + site.Query(r), Concerns: s.concernsOf(of), Pace: summaryPace,
		AsOf: ui.MomentOf(of.period.To), Body: body,
	})
}

func (s Handlers) fillExecutive(ctx context.Context, b *executiveBody, of scope, pairs []summary.Pair) error {
	incidents, complete, err := s.incidentsOf(ctx, of)
	if err != nil {
		return err
	}
	critical, marked := summary.Critical(pairs)
	calls := summary.PerFunction(critical)
	counted := summary.Successes(summary.Nows(calls))
	b.Sentence, b.Counted = sentence(of, pairs, counted, marked), counted.Functions > 0
	b.Known = slices.ContainsFunc(pairs, func(p summary.Pair) bool { _, known := p.Now.Spent(); return known })
	b.Tiles = executiveTiles(of, pairs, calls, marked)
	var both bool
	b.Compared, both = compared(of, pairs)
	b.Tiles = append(b.Tiles, s.incidentTile(of, incidents, complete, both))
	if b.Present = s.ending(of.period); b.Present {
		b.Open, b.OpenNow = openNow(incidents)
	}
	b.Grid = gridOf(summary.GridOf(pairs, mostServices, mostColumns))
	b.Teams, b.More.Teams = groups(pairs, "owner", func(p summary.Pair) string { return p.Now.SLO.Owner })
	b.Tiers, b.More.Tiers = groups(pairs, "tier", func(p summary.Pair) string { return p.Now.SLO.Labels[summary.TierLabel] })
	b.Spenders = movers(summary.Spenders(pairs))
	b.Better = movers(summary.Recoveries(pairs))
	b.Lost, b.Marked = losses(summary.Losers(calls)), marked
	b.Misfits, b.More.Misfits = misfits(summary.Misfits(pairs))
	b.Unknown, b.More.Unknown = unknowns(pairs)
	b.Method = method(of, pairs, marked)
	b.Untimed = untimed(pairs)
	if b.Times, err = s.latencies(ctx, of, pairs); err != nil {
		return err
	}
	if b.Prices, err = s.prices(ctx, of, pairs); err != nil {
		return err
	}
	return s.addPresent(ctx, b, of)
}

// addPresent adds what is of now, where the period ends now.
func (s Handlers) addPresent(ctx context.Context, b *executiveBody, of scope) error {
	if !b.Present {
		return nil
	}
	now, err := s.Objectives.Assess(ctx, of.slos, time.Time{})
	if err != nil {
		return err
	}
	b.Ends = exhaustions(summary.Exhaustions(now), s.Now())
	b.Foretold = slices.ContainsFunc(now, func(a slo.Assessment) bool { return a.State.Measured() && a.Window.Decides() })
	b.Tiles = append(b.Tiles, freezeTile(of.slos, now))
	return nil
}

// freezeTile is how many SLOs stop releases, by their policies.
func freezeTile(slos []slo.SLO, now []slo.Assessment) ui.Tile {
	frozen, asked := 0, 0
	for i := range slos {
		if f := (slo.Gate{}).Check(slos[i], now[i], nil).Frozen; f != nil {
			asked++
			if *f {
				frozen++
			}
		}
	}
	return freezes(frozen, asked)
}
