package slos

import (
	"net/http"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// explainBody is the page that explains one SLO.
type explainBody struct {
	api.Explanation
	SLO         slo.ID
	URL         string // of the page of the SLO
	Windows     []sumBody
	Burns       []sumBody
	Tiers       []tierBody
	Queries     []queryBody
	Since       ui.Moment      // of the alert
	Muted       []ui.MutedView // what holds its messages back
	Annotations []annotationBody
}

// sumBody is a window with the arithmetic on it.
type sumBody struct {
	api.ExplainedSum
	From, To             ui.Moment
	Total, Good, Bad     string
	Coverage, SlotsOfBad string
	Left                 string // out by maintenance; empty when nothing is
}

// tierBody is a tier with its verdict as a badge.
type tierBody struct {
	api.ExplainedTier
	Verdict    ui.Badge
	Conditions []conditionBody
}

type conditionBody struct {
	api.Condition
	Mark ui.Badge
}

type queryBody struct {
	api.Query
	From, To ui.Moment
	Expect   string
}

type annotationBody struct {
	From, To   ui.Moment
	Kind, Text string
}

func (s Handlers) pageExplain(r *http.Request) (site.Answer, error) {
	row, e, err := s.explanation(r)
	if err != nil {
		return site.Answer{}, err
	}
	b := explainBody{Explanation: e, SLO: row.SLO.ID, URL: ui.SLOPath(row.SLO.ID), Since: momentAt(e.Alert.Since), Muted: ui.MutedViews(e.Alert.MutedBy)}
	for _, w := range append([]api.ExplainedWindow{e.Budget}, e.Reports...) {
		b.Windows = append(b.Windows, sumOfWindow(w.ExplainedSum))
	}
	for _, w := range e.Sums {
		b.Burns = append(b.Burns, sumOfWindow(w))
	}
	for _, t := range e.Tiers {
		b.Tiers = append(b.Tiers, tierOf(t))
	}
	for _, q := range e.Queries {
		b.Queries = append(b.Queries, queryOf(q))
	}
	for _, n := range e.Annotations {
		b.Annotations = append(b.Annotations, annotationBody{From: ui.MomentOf(n.From), To: ui.MomentOf(n.To), Kind: n.Kind, Text: n.Text})
	}
	return s.PageAnswer(r, "explain", site.Page{
		Title: "Why: " + row.SLO.ID.Name + " of " + row.SLO.ID.Function, Section: "slos", AsOf: ui.MomentOf(row.Assessment.AsOf), Body: b,
	})
}

func momentAt(t *time.Time) ui.Moment {
	if t == nil {
		return ui.Moment{}
	}
	return ui.MomentOf(*t)
}

func sumOfWindow(w api.ExplainedSum) sumBody {
	return sumBody{
		ExplainedSum: w, From: momentAt(w.From), To: momentAt(w.To), Total: format.Events(w.Total), Good: format.Events(w.Good),
		Bad: format.Events(w.Bad), SlotsOfBad: format.Count(int64(w.BadSlots)), Coverage: format.Share(w.Coverage, true),
		Left: api.ExcludedText(w.Excluded),
	}
}

func tierOf(t api.ExplainedTier) tierBody {
	out := tierBody{ExplainedTier: t, Verdict: markOf(t.Met, "fires", "does not fire", "cannot be known")}
	if t.Met != nil && *t.Met {
		out.Verdict = ui.Badge{Icon: t.Grants, Word: "grants a " + t.Grants, Tone: t.Grants}
	}
	for _, c := range t.Conditions {
		c.Need = unbroken(c.Need)
		out.Conditions = append(out.Conditions, conditionBody{Condition: c, Mark: markOf(c.Holds, "yes", "no", "unknown")})
	}
	return out
}

// unbroken keeps a sign and its number on one line.
func unbroken(need string) string {
	sign, number, ok := strings.Cut(need, " ")
	if !ok || !strings.ContainsAny(sign, "≥≤<>=") {
		return need
	}
	return sign + "\u00a0" + number
}

// markOf tells true, false and unknown apart. Which of them is good news depends on
// the question, so none looks like it.
func markOf(holds *bool, yes, no, unknown string) ui.Badge {
	switch {
	case holds == nil:
		return ui.Badge{Icon: "stale", Word: unknown, Tone: "quiet"}
	case *holds:
		return ui.Badge{Icon: "ok", Word: yes, Tone: "note"}
	}
	return ui.Badge{Icon: "idle", Word: no, Tone: "quiet"}
}

func queryOf(q api.Query) queryBody {
	out := queryBody{Query: q, From: momentAt(q.From), To: momentAt(q.To)}
	if q.Expect != nil {
		out.Expect = format.Events(*q.Expect)
	}
	return out
}
