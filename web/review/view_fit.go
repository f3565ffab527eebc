package review

import (
	"context"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// misfitView is a promise that does not fit, with plain advice.
type misfitView struct {
	ui.Badge
	Name, Service, URL, Advice string
}

func misfits(list []summary.Misfit) (shown []misfitView, hidden int) {
	some, hidden := firstOf(list, mostListed)
	for _, m := range some {
		shown = append(shown, misfitView{Badge: fitBadge(m.Fit), Name: nameOf(m.ID()), Service: m.ID().Service, URL: ui.SLOPath(m.ID()), Advice: advice(m)})
	}
	return shown, hidden
}

func fitBadge(f summary.Fit) ui.Badge {
	if f == summary.TooTight {
		return ui.Badge{Icon: "spent", Word: "Too tight", Tone: "ticket"}
	}
	return ui.Badge{Icon: "idle", Word: "Too loose", Tone: "quiet"}
}

func advice(m summary.Misfit) string {
	spent, _ := m.Now.Spent()
	reached, _ := m.Now.SuccessRatio()
	promised := m.Now.SLO.Objective.String()
	if m.Fit == summary.TooTight {
		last, _ := m.Before.Spent()
		return fmt.Sprintf("%s was reached and %s is promised: %s of the budget went, %s in the period before. Promise less, or work on it.",
			format.SLI(reached, true), promised, format.Share(spent, true), format.Share(last, true))
	}
	text := fmt.Sprintf("%s was reached and %s is promised: only %s of the budget went.", format.SLI(reached, true), promised, format.Part(spent))
	if !m.Tighter.IsZero() {
		text += " " + m.Tighter.String() + " would have been kept too."
	}
	return text
}

// priceView is what calls of a function cost.
type priceView struct {
	Function, URL, Cost, Change, Of string
}

// mostPriced is of how many functions the page works out what calls cost.
const mostPriced = 20

// prices are what calls cost where a function has a signal of what it spends.
func (s Handlers) prices(ctx context.Context, of scope, pairs []summary.Pair) ([]priceView, error) {
	if s.Signals == nil {
		return nil, nil
	}
	counted := map[string]summary.Pair{}
	for _, p := range summary.PerFunction(pairs) {
		counted[p.ID().FunctionKey()] = p
	}
	var out []priceView
	for _, signal := range s.Signals.Signals() {
		unit, ok := summary.SpendingOf(signal)
		p, known := counted[signal.ID().FunctionKey()]
		if !ok || !known || len(out) == mostPriced {
			continue
		}
		now, err := s.price(ctx, signal, unit, *p.Now.SLO, of.period.Span)
		if err != nil {
			return nil, err
		}
		before, err := s.price(ctx, signal, unit, *p.Before.SLO, of.period.Before)
		if err != nil {
			return nil, err
		}
		out = append(out, priceOf(p.ID(), unit, now, before, of.period))
	}
	return out, nil
}

func (s Handlers) price(ctx context.Context, signal slo.Signal, unit summary.Spending, o slo.SLO, span summary.Span) (summary.Price, error) {
	const step = time.Hour
	from, to := span.From.Truncate(step), span.To.Truncate(step)
	spent, err := s.Signals.SignalHistory(ctx, signal, from, to, step)
	if err != nil {
		return summary.Price{}, err
	}
	calls, err := s.Objectives.History(ctx, o, from, to, step)
	return summary.PriceOf(unit, spent, calls, step), err
}

func priceOf(id slo.ID, unit summary.Spending, now, before summary.Price, p summary.Period) priceView {
	v := priceView{Function: id.Function, URL: ui.SLOPath(id), Cost: format.Dash, Of: format.Span(now.Known) + " in which both are known"}
	cost, known := now.PerThousand()
	if known {
		v.Cost = format.Money(cost, unit.Money)
	}
	v.Change = "nothing to compare with in " + p.Last
	if last, both := before.PerThousand(); both && known {
		v.Change = format.Money(last, unit.Money) + " in " + p.Last
	}
	return v
}
