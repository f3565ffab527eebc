package web

import (
	"net/http"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/format"
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
	Since       moment      // of the alert
	Muted       []mutedView // what holds its messages back
	Annotations []annotationBody
}

// sumBody is a window with the arithmetic on it.
type sumBody struct {
	api.ExplainedSum
	From, To             moment
	Total, Good, Bad     string
	Coverage, SlotsOfBad string
	Left                 string // out by maintenance; empty when nothing is
}

// tierBody is a tier with its verdict as a badge.
type tierBody struct {
	api.ExplainedTier
	Verdict    badge
	Conditions []conditionBody
}

type conditionBody struct {
	api.Condition
	Mark badge
}

type queryBody struct {
	api.Query
	From, To moment
	Expect   string
}

type annotationBody struct {
	From, To   moment
	Kind, Text string
}

func (s *Server) pageExplain(r *http.Request) (answer, error) {
	row, e, err := s.explanation(r)
	if err != nil {
		return answer{}, err
	}
	b := explainBody{Explanation: e, SLO: row.SLO.ID, URL: sloPath(row.SLO.ID), Since: momentAt(e.Alert.Since), Muted: mutedViews(e.Alert.MutedBy)}
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
		b.Annotations = append(b.Annotations, annotationBody{From: momentOf(n.From), To: momentOf(n.To), Kind: n.Kind, Text: n.Text})
	}
	return s.pageAnswer(r, "explain", page{
		Title: "Why: " + row.SLO.ID.Name + " of " + row.SLO.ID.Function, Section: "slos", AsOf: momentOf(row.Assessment.AsOf), Body: b,
	})
}

func momentAt(t *time.Time) moment {
	if t == nil {
		return moment{}
	}
	return momentOf(*t)
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
		out.Verdict = badge{Icon: t.Grants, Word: "grants a " + t.Grants, Tone: t.Grants}
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
func markOf(holds *bool, yes, no, unknown string) badge {
	switch {
	case holds == nil:
		return badge{Icon: "stale", Word: unknown, Tone: "quiet"}
	case *holds:
		return badge{Icon: "ok", Word: yes, Tone: "note"}
	}
	return badge{Icon: "idle", Word: no, Tone: "quiet"}
}

func queryOf(q api.Query) queryBody {
	out := queryBody{Query: q, From: momentAt(q.From), To: momentAt(q.To)}
	if q.Expect != nil {
		out.Expect = format.Events(*q.Expect)
	}
	return out
}
