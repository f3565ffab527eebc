package lint

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/read"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// uncountable tells what the backend refused to answer, or answered with what
// nobody can count, unless a rule of its own says more.
func uncountable(o one) []found {
	for _, u := range o.uses {
		if err := o.metric(u).Refused; err != nil {
			return []found{{rule.QueryExpensive, u.sel.Metric, fmt.Sprintf("the backend does not even count the series of %s: %v", u.sel, err)}}
		}
	}
	switch err := o.count.Invalid; {
	case o.count.Refused != nil:
		return []found{{rule.QueryFails, "refused", fmt.Sprintf("the backend refuses the query about %s: %v", o.SLI.Subject(), o.count.Refused)}}
	case err == nil, ruleOf(err) != rule.QueryFails:
		return nil
	default:
		return []found{{rule.QueryFails, "", err.Error()}}
	}
}

// ruleOf is the rule that tells why numbers cannot be true.
func ruleOf(err error) rule.Name {
	switch _, bounds := errors.AsType[slo.BoundError](err); {
	case bounds:
		return rule.BucketMissing
	case errors.Is(err, plan.ErrGoodAboveTotal):
		return rule.GoodAboveTotal
	case errors.Is(err, plan.ErrBadAboveTotal):
		return rule.BadAboveTotal
	case errors.Is(err, plan.ErrTooMany), read.IsNoCounter(err):
		return rule.NotACounter
	}
	return rule.QueryFails
}

// unbucketed finds a threshold that is no bound of the classic histogram.
func unbucketed(o one) []found {
	l := o.SLI.Latency
	if l == nil || l.Interpolate {
		return nil
	}
	if o.metric(o.native()) != nil && o.there(o.native()) {
		return o.asInvalid(rule.BucketMissing)
	}
	rows := o.metric(o.uses[0]).Now.Match(o.uses[0].sel.Matchers)
	lower, upper := math.Inf(-1), math.Inf(1)
	for _, le := range valuesOf(rows, "le") {
		switch bound, err := strconv.ParseFloat(le, 64); {
		case err != nil:
		case bound == l.Bound():
			return o.asInvalid(rule.BucketMissing)
		case bound < l.Bound():
			lower = max(lower, bound)
		default:
			upper = min(upper, bound)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return []found{{rule.BucketMissing, "", slo.BoundError{Latency: *l, Lower: lower, Upper: upper}.Error()}}
}

// asInvalid tells what was found while the last hour was counted.
func (o one) asInvalid(name rule.Name) []found {
	if err := o.count.Invalid; err != nil && ruleOf(err) == name {
		return []found{{name, "", err.Error()}}
	}
	return nil
}

// Parts of a ratio that are scraped apart from the total may be a moment ahead of
// it.
const (
	aheadShare  = 0.01
	aheadEvents = 2
)

// untrue finds more good or bad events than events.
func untrue(o one) []found {
	for _, s := range o.facts.Sums[o.SLI.Key("")] {
		if s.Part <= s.Total*(1+aheadShare)+aheadEvents {
			continue
		}
		name, word := rule.GoodAboveTotal, "good"
		if s.Bad {
			name, word = rule.BadAboveTotal, "bad"
		}
		text := fmt.Sprintf("%s %s events in the last %s, of %s in all: the %s selector counts something the total does not",
			events(s.Part), word, slo.FormatDuration(s.Over), events(s.Total), word)
		return []found{{name, "", text}}
	}
	return append(o.asInvalid(rule.GoodAboveTotal), o.asInvalid(rule.BadAboveTotal)...)
}

func noCounter(o one) []found { return o.asInvalid(rule.NotACounter) }

// gaugeType finds metrics whose targets all say that they are gauges.
func gaugeType(o one) []found {
	for _, u := range o.uses {
		m := o.metric(u)
		gauge := len(m.Types) > 0 && !slices.ContainsFunc(m.Types, func(t string) bool { return t != "gauge" })
		if gauge && u.role != roleQuery && u.role != roleNative {
			return []found{{rule.TypeGauge, m.Name, fmt.Sprintf("%s is a gauge, as its targets say: what goes up and down cannot be counted", m.Name)}}
		}
	}
	return nil
}

// quiet finds a total that is there and did not grow in all that was read.
func quiet(o one) []found {
	if !o.called || o.SLI.Scale().Timed || len(o.traffic.Points) < 2 || o.traffic.Every > time.Hour || o.traffic.Calls(o.window()) > 0 {
		return nil
	}
	text := fmt.Sprintf("the series are there, and counted no call in %s", slo.FormatDuration(o.traffic.Known(o.window())))
	return []found{{rule.NoTraffic, "", text}}
}

// window is the length of the objective's window, nominal for a calendar's.
func (o one) window() time.Duration { return o.Window.Length }

// expensive finds selectors that read more series than they should.
func expensive(o one) []found {
	series := o.facts.seriesOf(o.uses)
	if series <= o.limits.MaxSeries {
		return nil
	}
	text := fmt.Sprintf("its selectors read %s series, over the limit of %s", slo.FormatCount(int64(series)), slo.FormatCount(int64(o.limits.MaxSeries)))
	if each := o.each(); each > 0 {
		n := float64(series) * each
		text += fmt.Sprintf(": about %s samples an hour, and %s to read %s of history", big(n), big(n*o.window().Hours()), slo.FormatDuration(o.window()))
	}
	return []found{{rule.QueryExpensive, "", text}}
}

// each is how many samples a series gets in an hour.
func (o one) each() (most float64) {
	for _, u := range o.uses {
		most = max(most, o.metric(u).Each)
	}
	return most
}

// big writes a number of samples in two digits.
func big(n float64) string {
	for _, unit := range []struct {
		of   float64
		name string
	}{{1e12, " trillion"}, {1e9, " billion"}, {1e6, " million"}} {
		if n >= unit.of {
			return strconv.FormatFloat(n/unit.of, 'g', 2, 64) + unit.name
		}
	}
	return slo.FormatCount(int64(n))
}

func events(n float64) string { return strings.TrimSuffix(slo.FormatEvents(math.Round(n)), ".0") }
