package slos

import (
	"cmp"
	"slices"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/changelog"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// revisionRow is a promise an SLO has made.
type revisionRow struct {
	Number int
	Since  ui.Moment
	Change string
}

// annotationRow is an annotation of a stretch of the history.
type annotationRow struct {
	From, To   ui.Moment
	Word, Text string
}

// maxRows is how many annotations a page lists; the API has more.
const maxRows = 20

// revisions are the promises of an SLO, newest first; none of one that has made a
// single one.
func revisions(o *slo.SLO) []revisionRow {
	if len(o.History) < 2 {
		return nil
	}
	var out []revisionRow
	for _, r := range slices.Backward(o.History) {
		change := r.Change
		if change == "" {
			change = "the first one known: " + r.Objective.String() + " over " + r.Window.Name
		}
		out = append(out, revisionRow{Number: r.Number, Since: ui.MomentOf(r.From), Change: change})
	}
	return out
}

// annotationRows are those about the SLO window, newest first: what the ledger notes of its
// numbers, and what people changed, as charts mark it.
func (s Handlers) annotationRows(r *listing.Row, changed []changelog.Change) []annotationRow {
	if r.Assessment.AsOf.IsZero() {
		return nil
	}
	from, _ := r.SLO.Window.Bounds(r.Assessment.AsOf)
	all := site.AboutNumbers(s.Annotations(r.SLO, from, r.Assessment.AsOf))
	for _, mark := range s.MarksOf(changed) {
		if mark.End >= from.Unix() {
			all = append(all, mark)
		}
	}
	slices.SortStableFunc(all, func(a, b slo.Annotation) int { return cmp.Compare(b.End, a.End) })
	var out []annotationRow
	for _, a := range api.FromAnnotations(all[:min(len(all), maxRows)]) {
		row := annotationRow{To: ui.MomentOf(a.To), Word: annotationWord(a.Kind), Text: a.Text}
		if a.From.Before(a.To) {
			row.From = ui.MomentOf(a.From)
		}
		out = append(out, row)
	}
	return out
}

func annotationWord(kind string) string {
	switch slo.AnnotationKind(kind) {
	case slo.Bridged:
		return "Gap"
	case slo.Baseline:
		return "New series"
	case slo.Seam:
		return "Changed"
	case slo.Excluded:
		return "Excluded"
	case slo.Deployed:
		return "Deployed"
	}
	return "Estimated"
}
