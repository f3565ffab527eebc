package review

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/summary"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
)

// scope is what a summary is asked for: which SLOs, over which period.
type scope struct {
	slos   []slo.SLO // without parts of others, which are in those
	all    bool      // no filter is in force
	period summary.Period
	zone   *time.Location
	params url.Values
	why    string           // the period is this one; empty when it was asked for
	read   []summary.Record // of the period, when they were needed to choose it
}

// scopeOf reads what a summary is asked for. Without a period it is over the first one of
// these names of which most is known.
func (s Handlers) scopeOf(r *http.Request, otherwise ...string) (scope, error) {
	params := r.URL.Query()
	chosen := url.Values{}
	for _, name := range []string{"service", "function", "owner", "label", "q"} {
		chosen[name] = params[name]
	}
	q, err := listing.ParseQuery(chosen)
	if err != nil {
		return scope{}, err
	}
	out := scope{params: params, all: true}
	all := s.Objectives.SLOs()
	out.slos = make([]slo.SLO, 0, len(all))
	for i := range all {
		_, part := all[i].Whole()
		switch {
		case part:
		case q.MatchesSLO(&all[i]):
			out.slos = append(out.slos, all[i])
		default:
			out.all = false
		}
	}
	out.zone = site.ZoneOf(all)
	asked, err := periodOf(params, s.Now(), out.zone)
	if err != nil {
		return scope{}, site.BadRequest(err.Error())
	}
	if asked == nil {
		return s.chosen(r.Context(), out, otherwise)
	}
	out.period = *asked
	return out, nil
}

// periodOf reads the period: by its name, or from one day or instant to another. It is
// nil when none is asked for.
func periodOf(params url.Values, now time.Time, in *time.Location) (*summary.Period, error) {
	from, to, name := params.Get("from"), params.Get("to"), params.Get("period")
	var p summary.Period
	var err error
	switch {
	case from != "" || to != "":
		p, err = summary.ParsePeriod(from, to, now, in)
	case name != "":
		p, err = summary.NamedPeriod(name, now, in)
	default:
		return nil, nil
	}
	return &p, err
}

// chosen is a scope with the first of some periods of which most is known, or else the
// last of them, and says why.
func (s Handlers) chosen(ctx context.Context, of scope, names []string) (scope, error) {
	var passed []string
	for i, name := range names {
		var err error
		if of.period, err = summary.NamedPeriod(name, s.Now(), of.zone); err != nil {
			return scope{}, err
		}
		if of.read, err = s.records(ctx, of.slos, of.period.Span); err != nil {
			return scope{}, err
		}
		known := summary.MostlyKnown(of.read)
		if known || i == len(names)-1 {
			if len(of.slos) > 0 {
				of.why = whyChosen(of.period.Phrase, passed, known)
			}
			return of, nil
		}
		passed = append(passed, of.period.Phrase)
	}
	return of, nil
}

// whyChosen says why a period is shown that nobody asked for, in place of those before it.
func whyChosen(phrase string, passed []string, known bool) string {
	switch {
	case len(passed) == 0:
		return "No period was asked for, so it is " + phrase + ", of which most is known."
	case known:
		return "It is " + phrase + ", because too little is known of " + listed(passed) + "."
	}
	return "It is " + phrase + ", but too little is known of it and of " + listed(passed) + "."
}

// pairs are the SLOs of a scope as they were promised, and what was counted of each,
// in the period and in the one before.
func (s Handlers) pairs(ctx context.Context, of scope) ([]summary.Pair, error) {
	now, err := s.recordsOf(ctx, of)
	if err != nil {
		return nil, err
	}
	before, err := s.records(ctx, of.slos, of.period.Before)
	if err != nil {
		return nil, err
	}
	out := make([]summary.Pair, len(now))
	for i := range out {
		out[i] = summary.Pair{Now: now[i], Before: before[i]}
	}
	return out, nil
}

// recordsOf are those of the period of a scope.
func (s Handlers) recordsOf(ctx context.Context, of scope) ([]summary.Record, error) {
	if of.read != nil {
		return of.read, nil
	}
	return s.records(ctx, of.slos, of.period.Span)
}

func (s Handlers) records(ctx context.Context, slos []slo.SLO, span summary.Span) ([]summary.Record, error) {
	slos = site.PromisedAt(slos, span.To)
	sums, err := s.Periods.Sums(ctx, slos, span.From, span.To)
	if err != nil {
		return nil, err
	}
	out := make([]summary.Record, len(slos))
	for i := range slos {
		out[i] = summary.Record{SLO: &slos[i], Sum: &sums[i]}
	}
	return out, nil
}

// incidentSpan is an incident and when it was open.
type incidentSpan struct {
	alerting.Incident
	summary.Span
}

// mostIncidents is how many incidents that are over a summary looks at.
const mostIncidents = 2000

// incidentsOf are the incidents of the functions of a scope that stand for themselves:
// what folded into another is a part of that.
func (s Handlers) incidentsOf(ctx context.Context, of scope) (list []incidentSpan, complete bool, err error) {
	all, err := s.Alerts.Incidents(ctx, mostIncidents)
	if err != nil {
		return nil, false, err
	}
	functions := map[string]bool{}
	for _, o := range of.slos {
		functions[o.ID.FunctionKey()] = true
	}
	over := 0
	for _, i := range all {
		span := incidentSpan{Incident: i, Span: summary.Span{From: i.OpenedAt, To: i.ResolvedAt}}
		if i.Open() {
			span.To = s.Now()
		} else {
			over++
		}
		key := slo.ID{Service: i.Service, Function: i.Function}.FunctionKey()
		if i.Cause == "" && (of.all || functions[key]) {
			list = append(list, span)
		}
	}
	return list, over < mostIncidents, nil
}

// incidentsWithin sums up the parts of incidents that lie in a span.
func incidentsWithin(span summary.Span, list []incidentSpan) summary.Incidents {
	spans := make([]summary.Span, len(list))
	for i := range list {
		spans[i] = list[i].Span
	}
	return summary.IncidentsIn(span, spans)
}

// ending reports whether a period ends now, so that what is known of now belongs to it.
func (s Handlers) ending(p summary.Period) bool { return !p.To.Before(s.Now().Add(-time.Minute)) }

// summaryPace is how often a page about a period follows what happens.
const summaryPace = time.Minute

// concernsOf are the events that a page about a period follows: what was counted in
// one that is over no longer changes, but what people take out of it does.
func (s Handlers) concernsOf(of scope) string {
	if s.ending(of.period) {
		return "slo incident status"
	}
	return "incident status"
}

// firstOf are the first of a list, and how many there are beyond.
func firstOf[T any](list []T, most int) (shown []T, hidden int) {
	shown = list[:min(len(list), most)]
	return slices.Clip(shown), len(list) - len(shown)
}
