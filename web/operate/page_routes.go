package operate

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// routesBody is the tree of routes, and where an alert would go.
type routesBody struct {
	Root   *routeItem // nil: there are no routes
	Form   routeForm
	SLOs   []string // some of those that may be asked about
	Answer *routeAnswer
}

// routeForm is what was asked.
type routeForm struct {
	SLO, Service, Function, Owner, Severity, Labels, At string
	Error                                               string
	Similar                                             []string // ids that may be meant
}

// routeItem is a route of the tree.
type routeItem struct {
	Matchers, Receiver string // without matchers it takes everything
	Top                bool   // it takes what no route below it does
	Destinations       []string
	Says               []string
	Escalation         string
	Status             ui.Badge // what became of it; without an icon when nobody asked
	Reason             string
	Routes             []routeItem
}

// routeAnswer is where an alert would go.
type routeAnswer struct {
	Short  string // in a sentence
	At     ui.Moment
	Labels []ui.Pair
	Notes  []string
	Told   []toldItem
	Held   []ui.MutedView
	Joins  string   // the page of the incident that it would join
	Causes []string // pages of those that it may fold into
}

type toldItem struct {
	Receiver     string
	Destinations []string
	Path         string
	When         string
	Muted        string
	MutedUntil   ui.Moment
	Escalation   *api.RoutingClimb
	Messages     []site.Message
}

// mostOffered is how many SLOs the form offers while one types.
const mostOffered = 300

func (s Handlers) pageRouting(r *http.Request) (site.Answer, error) {
	params := r.URL.Query()
	text := func(name string) string { return site.Visible(params.Get(name)) }
	body := routesBody{Form: routeForm{
		SLO: text("slo"), Service: text("service"), Function: text("function"), Owner: text("owner"), Severity: text("severity"), Labels: text("labels"), At: text("at"),
	}}
	for _, o := range s.Objectives.SLOs() {
		if len(body.SLOs) == mostOffered {
			break
		}
		body.SLOs = append(body.SLOs, o.ID.String())
	}
	tree := s.routeTree()
	var visits []api.RoutingVisit
	if labels := labelTexts(params); tree != nil && (len(labels) > 0 || body.Form.SLO != "") {
		test, err := s.askRoutes(r, body.Form, labels)
		switch p := site.AsProblem(err); {
		case err == nil:
			visits, body.Answer = test.Routes, s.routeAnswer(test)
		case p.Status < http.StatusInternalServerError:
			body.Form.Error = site.MessageOf(err)
			for _, id := range p.Similar {
				body.Form.Similar = append(body.Form.Similar, id.String())
			}
		default:
			return site.Answer{}, err
		}
	}
	if tree != nil {
		body.Root = new(routeItemOf(*tree, &visits))
		body.Root.Top = true
	}
	return s.PageAnswer(r, "routes", site.Page{Title: "Routes", Section: "routes", Self: "/routes" + site.Query(r), Concerns: "incident status", Body: body})
}

func (s Handlers) askRoutes(r *http.Request, form routeForm, labels []string) (api.RouteTest, error) {
	var at time.Time
	if form.At != "" {
		var err error
		if at, err = time.Parse(ui.FormTime, form.At); err != nil {
			return api.RouteTest{}, site.BadRequest("the time is not one such as 2026-03-18T14:00, in UTC")
		}
	}
	return s.routed(r.Context(), form.SLO, labels, at)
}

// routeItemOf shows a route, with what became of it: visits are those of the routes
// that were come to, in the order of the tree, and none when nobody asked.
func routeItemOf(n api.RouteNode, visits *[]api.RoutingVisit) routeItem {
	item := routeItem{Matchers: n.Matchers, Receiver: n.Receiver, Destinations: n.Destinations, Says: n.Says, Escalation: n.Escalation}
	if n.Matchers == "{}" {
		item.Matchers = ""
	}
	var below []api.RoutingVisit
	if len(*visits) > 0 {
		v := (*visits)[0]
		*visits = (*visits)[1:]
		item.Status, item.Reason = outcomeBadge(v.Outcome), v.Reason
		if v.Outcome == "takes" || v.Outcome == "passes" {
			below, item.Reason = *visits, "" // the word says it
		}
	}
	for _, child := range n.Routes {
		item.Routes = append(item.Routes, routeItemOf(child, &below))
	}
	if item.Status.Word == "Takes it" || item.Status.Word == "Passes it on" {
		*visits = below
	}
	return item
}

func outcomeBadge(outcome string) ui.Badge {
	switch outcome {
	case "takes":
		return ui.Badge{Icon: "ok", Word: "Takes it", Tone: "good"}
	case "passes":
		return ui.Badge{Icon: "recovering", Word: "Passes it on", Tone: "note"}
	case "fails":
		return ui.Badge{Icon: "invalid", Word: "Does not match", Tone: "quiet"}
	}
	return ui.Badge{Icon: "idle", Word: "Not asked", Tone: "quiet"}
}

// routeAnswer shows where an alert would go.
func (s Handlers) routeAnswer(t api.RouteTest) *routeAnswer {
	out := &routeAnswer{At: ui.MomentOf(t.At), Labels: ui.Pairs(t.Labels), Notes: t.Notes, Held: ui.MutedViews(t.HeldBack)}
	out.Labels = slices.DeleteFunc(out.Labels, func(p ui.Pair) bool { return p.Name == "incident" && p.Value == "<id>" })
	var told []string
	for _, h := range t.Told {
		item := toldItem{
			Receiver: h.Receiver, Destinations: h.Destinations, Path: strings.Join(h.Path, " › "), When: whenTold(h), Escalation: h.Escalation,
			Messages: s.Routing.Sample(h.Receiver, t.Labels),
		}
		if h.Muted != nil {
			item.Muted = h.Muted.By
			if h.Muted.Until != nil {
				item.MutedUntil = ui.MomentOf(*h.Muted.Until)
			}
		} else if len(h.Destinations) > 0 {
			told = append(told, h.Receiver)
		}
		out.Told = append(out.Told, item)
	}
	switch {
	case len(out.Held) > 0 && onlyDeploys(t.HeldBack):
		out.Short = "Nobody would be told, unless an outage pierces the deploy."
	case len(out.Held) > 0:
		out.Short = "Nobody would be told: it is held back."
	case len(told) == 0:
		out.Short = "Nobody would be told now."
	default:
		out.Short = "It would go to " + strings.Join(told, " and ") + "."
	}
	if t.Incident != nil {
		out.Joins = ui.IncidentPath(*t.Incident)
	}
	for _, id := range t.MayFoldInto {
		out.Causes = append(out.Causes, ui.IncidentPath(id))
	}
	return out
}

// onlyDeploys reports whether nothing but deploys holds something back.
func onlyDeploys(held []alerting.Muting) bool {
	return !slices.ContainsFunc(held, func(m alerting.Muting) bool { return m.Kind != alerting.MutingDeploy })
}

// whenTold says when a receiver is told, in a sentence.
func whenTold(h api.RoutingHit) string {
	first := "At once"
	if h.GroupWait != "0s" {
		first = "After " + h.GroupWait + ", with what else comes until then"
	}
	together := "each incident by itself"
	switch {
	case len(h.GroupBy) == 0:
		together = "all that takes this route together"
	case !slices.Equal(h.GroupBy, []string{"incident"}):
		together = "together by " + strings.Join(h.GroupBy, ", ")
	}
	return first + "; " + together + ", news every " + h.GroupInterval + " at most, and again every " + h.RepeatInterval + " while it burns."
}
