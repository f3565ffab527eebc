package functions

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// exemplarsBody is the page of calls that a backend kept as examples.
type exemplarsBody struct {
	Service, Function string
	URL               string // the page of the function, over the same time
	From, To          ui.Moment
	Cut               bool // more time was asked about than is looked at
	Orders, Calls     []ui.RangeLink
	Items             []exemplarItem
	Found             string // how many there were, in words; empty without any
	Hidden            int    // how many are not listed
	Countless         bool   // no SLO counts with what may have exemplars
	Unknown           bool   // the backend does not know of exemplars
	Trouble           string // why the answer lacks something
}

type exemplarItem struct {
	Kind           ui.Badge
	At             ui.Moment
	Took           string // empty where that is not known
	Trace, URL     string
	SLO, SLOURL    string
	Labels, Series string
}

func (s Handlers) pageExemplars(r *http.Request) (site.Answer, error) {
	asked, err := s.parseExemplars(r)
	if err != nil {
		return site.Answer{}, err
	}
	body := exemplarsBody{Service: asked.id.Service, Function: asked.id.Function, Countless: len(asked.countable()) == 0}
	kept := url.Values{}
	for _, name := range []string{"from", "to", "slo"} {
		if value := r.URL.Query().Get(name); value != "" {
			kept.Set(name, value)
		}
	}
	body.URL = ui.FunctionPath(asked.id) + "?" + kept.Encode()
	body.choices(asked, kept)
	if from := asked.to.Add(-longestExemplars); asked.from.Before(from) {
		asked.from, body.Cut = from, true
	}
	body.From, body.To = ui.MomentOf(asked.from), ui.MomentOf(asked.to)
	list, err := s.examples(r.Context(), asked)
	var p *site.Problem
	switch {
	case errors.As(err, &p):
		return site.Answer{}, err
	case errors.Is(err, site.ErrNoExemplars):
		body.Unknown = true
	case err != nil:
		body.Trouble = err.Error()
	}
	body.list(s, asked, list)
	return s.PageAnswer(r, "exemplars", site.Page{Title: "Exemplars of " + asked.id.Function, Section: "slos", Body: body})
}

// choices are the links to the same calls in another order, and to others.
func (b *exemplarsBody) choices(asked exemplarsAsked, kept url.Values) {
	to := func(order, calls string) string {
		q := maps.Clone(kept)
		q.Set("order", order)
		q.Set("calls", calls)
		return ui.FunctionPath(asked.id) + "/exemplars?" + q.Encode()
	}
	order, calls := "newest", "bad"
	if asked.slowest {
		order = "slowest"
	}
	if asked.all {
		calls = "all"
	}
	b.Orders = []ui.RangeLink{{Name: "newest first", URL: to("newest", calls), Current: !asked.slowest}, {Name: "slowest first", URL: to("slowest", calls), Current: asked.slowest}}
	b.Calls = []ui.RangeLink{{Name: "failed or slow", URL: to(order, "bad"), Current: !asked.all}, {Name: "all calls", URL: to(order, "all"), Current: asked.all}}
}

func (b *exemplarsBody) list(s Handlers, asked exemplarsAsked, list []breakdown.Example) {
	bad := breakdown.OnlyBad(list)
	shown := asked.wanted(list, bad)
	for _, e := range shown {
		b.Items = append(b.Items, s.exemplarItem(e))
	}
	b.Hidden = len(bad) - len(shown)
	if asked.all {
		b.Hidden = len(list) - len(shown)
	}
	if len(list) > 0 {
		b.Found = ui.Many(len(list), "exemplar") + ", " + format.Count(int64(len(bad))) + " of a failed or slow call"
	}
}

func (s Handlers) exemplarItem(e breakdown.Example) exemplarItem {
	item := exemplarItem{
		Kind: ui.Badge{Icon: "ok", Word: "Good", Tone: "good"}, At: ui.MomentOf(e.Time), Trace: ui.Clip(e.Trace()), URL: s.traceURL(e),
		SLO: e.SLO.ID.Name, SLOURL: ui.SLOPath(e.SLO.ID),
	}
	switch {
	case e.Bad && e.Seconds != nil:
		item.Kind = ui.Badge{Icon: "ticket", Word: "Slow", Tone: "ticket"}
	case e.Bad:
		item.Kind = ui.Badge{Icon: "page", Word: "Failed", Tone: "page"}
	}
	if e.Seconds != nil {
		item.Took = format.Latency(e.Seconds)
	}
	item.Labels, item.Series = labelText(e.Labels, e.Trace()), labelText(e.Series, e.Series["__name__"], e.SLO.ID.Function, e.SLO.ID.Service)
	return item
}

// labelText writes labels in a line, but those with a value that is said already; empty
// without any.
func labelText(labels map[string]string, said ...string) string {
	labels = maps.Clone(labels)
	maps.DeleteFunc(labels, func(_, value string) bool { return slices.Contains(said, value) })
	if len(labels) == 0 {
		return ""
	}
	return ui.Clip(slo.FormatClass(labels))
}
