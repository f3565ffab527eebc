package functions

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// What asking for exemplars may cost: each time a backend is asked anew.
const (
	mostExemplars    = 100              // of an answer
	mostExemplarSLOs = 20               // of a function
	longestExemplars = 24 * time.Hour   // a backend keeps the newest only
	exemplarPatience = 15 * time.Second // less than an answer may take
)

const exemplarQuery = "from to order calls"

// exemplarsAsked is what is asked for.
type exemplarsAsked struct {
	id       slo.ID
	slos     []slo.SLO
	from, to time.Time
	slowest  bool // first; or else the newest
	all      bool // good calls as well
}

// parseExemplars reads what is asked for. A function without SLOs is not known.
func (s Handlers) parseExemplars(r *http.Request) (asked exemplarsAsked, err error) {
	asked.id = slo.ID{Service: site.PathValue(r, "service"), Function: site.PathValue(r, "function")}
	if s.Exemplars == nil {
		return asked, site.NotFound("this server asks no backend for exemplars")
	}
	if asked.slos, err = s.slosOf(asked.id); err != nil {
		return asked, err
	}
	shown, err := shownRange(r, s.ThisSecond())
	if err != nil {
		return asked, err
	}
	asked.from, asked.to = shown.From, shown.To
	q := r.URL.Query()
	if asked.slowest, err = oneOf(q, "order", "newest", "slowest"); err != nil {
		return asked, err
	}
	asked.all, err = oneOf(q, "calls", "bad", "all")
	return asked, err
}

// oneOf reads a parameter that is one word, which is also what it is without, or
// another.
func oneOf(q url.Values, name, without, other string) (isOther bool, err error) {
	switch q.Get(name) {
	case "", without:
		return false, nil
	case other:
		return true, nil
	}
	return false, site.BadRequest(name + " is " + without + " or " + other)
}

// countable are the SLOs of a function that may have exemplars. Those of its parts
// count the same calls again.
func (asked exemplarsAsked) countable() []slo.SLO {
	list := slices.DeleteFunc(slices.Clone(asked.slos), func(o slo.SLO) bool {
		return o.Split != nil || len(o.SLI.ExemplarSelectors()) == 0
	})
	return list[:min(len(list), mostExemplarSLOs)]
}

// examples asks the backends. What is found is in the order that is asked for, bad
// calls and good ones.
func (s Handlers) examples(ctx context.Context, asked exemplarsAsked) ([]breakdown.Example, error) {
	slos := asked.countable()
	if len(slos) == 0 {
		return nil, nil
	}
	ctx, cancel := context.WithTimeout(ctx, exemplarPatience)
	defer cancel()
	if !site.Turn(ctx, s.Asking) {
		return nil, site.Busy("others ask for exemplars: the backends are asked by a few at a time")
	}
	defer s.Asking.Release(1)
	found, err := s.Exemplars.Exemplars(ctx, slos, asked.from, asked.to)
	list := breakdown.Examples(slos, found, asked.from, asked.to)
	by := breakdown.Newest
	if asked.slowest {
		by = breakdown.Slowest
	}
	slices.SortStableFunc(list, by)
	return list, err
}

// wanted are the calls that are asked for, and no more than an answer holds.
func (asked exemplarsAsked) wanted(list, bad []breakdown.Example) []breakdown.Example {
	if !asked.all {
		list = bad
	}
	return list[:min(len(list), mostExemplars)]
}

// traceURL is where the trace of a call is shown; empty where that is not known.
func (s Handlers) traceURL(e breakdown.Example) string {
	if s.TraceLink == nil {
		return ""
	}
	return ui.LinksOf(map[string]string{"trace": s.TraceLink(e.SLO, e.Time, e.Trace())})[0].URL
}

// exemplarsHint says how a backend comes to have exemplars.
const exemplarsHint = "Prometheus keeps exemplars with --enable-feature=exemplar-storage, of targets that expose them in OpenMetrics"

func (s Handlers) getExemplars(r *http.Request) (site.Answer, error) {
	asked, err := s.parseExemplars(r)
	if err != nil {
		return site.Answer{}, err
	}
	if asked.to.Sub(asked.from) > longestExemplars {
		return site.Answer{}, site.BadRequest("exemplars are asked for over a day at most: ask for one part after the other")
	}
	list, err := s.examples(r.Context(), asked)
	switch p := (*site.Problem)(nil); {
	case errors.As(err, &p):
		return site.Answer{}, err
	case errors.Is(err, site.ErrNoExemplars):
		return site.Answer{}, &site.Problem{Status: http.StatusNotFound, Code: api.CodeNotFound, Message: site.ErrNoExemplars.Error(), Details: []string{exemplarsHint}}
	case err != nil:
		return site.Answer{}, site.Unanswered(err)
	}
	bad := breakdown.OnlyBad(list)
	out := api.Exemplars{
		Service: asked.id.Service, Function: asked.id.Function, From: asked.from.UTC(), To: asked.to.UTC(),
		Found: len(list), Bad: len(bad), Exemplars: []api.Exemplar{},
	}
	for _, e := range asked.wanted(list, bad) {
		out.Exemplars = append(out.Exemplars, api.FromExample(e, s.traceURL(e)))
	}
	return site.JSONAnswer(http.StatusOK, out)
}
