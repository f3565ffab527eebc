package suppression

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/ui"
)

// mostTakenOut is of how many SLOs it is counted what a window would take out, and
// mostTakenShown how many are listed.
const (
	mostTakenOut   = 100
	mostTakenShown = 5
)

// takenView is what a window would take out of error budgets.
type takenView struct {
	Lines []string
	SLOs  []string // what that is of each; those with the most bad events
}

// taken is what a window takes out of the budget of one SLO.
type taken struct {
	id         slo.ID
	noun       string
	bad, total float64
	coverage   float64
}

// takenOut says what a window would take out of error budgets: how much time, what was
// counted in it, and, of a time to come, what was counted a week before.
func (s Handlers) takenOut(ctx context.Context, m suppress.Maintenance) (v takenView, err error) {
	slos := s.correctedBy(m)
	now := s.Now().UTC().Truncate(time.Minute)
	span := suppress.Span{From: m.StartsAt, To: m.EndsAt}
	if len(m.Recurring) > 0 {
		next, ok := m.Next(now)
		if !ok {
			return takenView{Lines: []string{"It takes no time out of error budgets any more."}}, nil
		}
		span = next
	}
	v.Lines = []string{timeTaken(m, span, len(slos))}
	if len(slos) > mostTakenOut {
		v.Lines = append(v.Lines, "How many calls that is, is not counted for so many SLOs.")
		return v, nil
	}
	if until := earlier(span.To, now); span.From.Before(until) {
		if err := s.countPast(ctx, &v, slos, suppress.Span{From: span.From, To: until}); err != nil {
			return v, err
		}
		span.From = until
	}
	if span.From.Before(span.To) {
		return v, s.countAhead(ctx, &v, slos, span, now)
	}
	return v, nil
}

// correctedBy are the SLOs whose budgets a window corrects: a part goes with its whole.
func (s Handlers) correctedBy(m suppress.Maintenance) (out []slo.SLO) {
	for _, o := range s.Objectives.SLOs() {
		if _, part := o.Whole(); !part && m.Matchers.Match(o) {
			out = append(out, o)
		}
	}
	return out
}

func timeTaken(m suppress.Maintenance, span suppress.Span, slos int) string {
	text := "It takes " + format.Span(span.Length())
	if len(m.Recurring) > 0 {
		text += ", each time,"
	}
	return text + " out of the error " + map[bool]string{true: "budget", false: "budgets"}[slos == 1] + " of " + ui.Many(slos, "SLO") + "."
}

// countPast says what was counted in a span that is over.
func (s Handlers) countPast(ctx context.Context, v *takenView, slos []slo.SLO, span suppress.Span) error {
	found, err := s.countIn(ctx, slos, span)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(found, func(t taken) bool { return t.coverage > 0 }) {
		v.Lines = append(v.Lines, "Nothing is known of the part that is over.")
		return nil
	}
	v.Lines = append(v.Lines, "Until now that is "+takenSum(found)+".")
	slices.SortStableFunc(found, func(a, b taken) int { return cmp.Compare(b.bad, a.bad) })
	for _, t := range found[:min(len(found), mostTakenShown)] {
		v.SLOs = append(v.SLOs, fmt.Sprintf("%s: %s bad of %s %s", t.id, format.Events(t.bad), format.Events(t.total), t.noun))
	}
	if more := len(found) - mostTakenShown; more > 0 {
		v.SLOs = append(v.SLOs, "and "+ui.Many(more, "more SLO"))
	}
	return nil
}

// countAhead says what was counted as many whole weeks before as lie wholly in the past.
func (s Handlers) countAhead(ctx context.Context, v *takenView, slos []slo.SLO, span suppress.Span, now time.Time) error {
	const week = 7 * ui.Day
	weeks := (span.To.Sub(now) + week - 1) / week
	past := suppress.Span{From: span.From.Add(-weeks * week), To: span.To.Add(-weeks * week)}
	found, err := s.countIn(ctx, slos, past)
	if err != nil {
		return err
	}
	known := slices.DeleteFunc(found, func(t taken) bool { return t.coverage < slo.MinCoverage })
	before := "A week before"
	if weeks > 1 {
		before = ui.Many(int(weeks), "week") + " before"
	}
	if len(known) == 0 {
		v.Lines = append(v.Lines, "How much is counted in the time to come is not known: "+strings.ToLower(before[:1])+before[1:]+" nothing was.")
		return nil
	}
	v.Lines = append(v.Lines, before+", the time to come had "+takenSum(known)+"; it may be as much again.")
	return nil
}

func (s Handlers) countIn(ctx context.Context, slos []slo.SLO, span suppress.Span) (out []taken, err error) {
	for _, o := range slos {
		points, err := s.Objectives.History(ctx, o, span.From, span.To, span.Length())
		if err != nil {
			return nil, err
		}
		for _, p := range points {
			out = append(out, taken{o.ID, p.Scale.Noun(), p.Scale.Events(p.Bad), p.Scale.Events(p.Total), p.Coverage})
		}
	}
	return out, nil
}

// takenSum sums up what is of a kind. The calls of a function are counted once, though
// several of its SLOs count them; slots are no calls, and stand beside them.
func takenSum(found []taken) string {
	calls, slots := map[slo.ID]float64{}, 0.0
	for _, t := range found {
		if t.noun == "calls" {
			calls[t.id.OfFunction()] = max(calls[t.id.OfFunction()], t.total)
			continue
		}
		slots += t.total
	}
	var parts []string
	if len(calls) > 0 {
		total := 0.0
		for _, n := range calls {
			total += n
		}
		parts = append(parts, format.Events(total)+" calls of "+ui.Many(len(calls), "function"))
	}
	if slots > 0 || len(parts) == 0 {
		parts = append(parts, format.Events(slots)+" slots")
	}
	return strings.Join(parts, ", and ")
}
