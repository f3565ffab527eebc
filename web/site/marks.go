package site

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/changelog"
)

// maxMarks bounds the marks of a chart.
const maxMarks = 100

// ChangeMarks are the deploys of a function and the changes of its SLOs and settings, by
// time, as annotations of charts: at most [maxMarks], the latest.
func (s *Server) ChangeMarks(ctx context.Context, of slo.ID, from, to time.Time) ([]slo.Annotation, error) {
	found, _, err := s.Changed(ctx, changelog.Query{From: from, To: to, Service: of.Service, Function: of.Function})
	return s.MarksOf(found), err
}

// MarksOf are changes as annotations of charts.
func (s *Server) MarksOf(found []changelog.Change) (out []slo.Annotation) {
	for _, c := range found {
		if len(out) == maxMarks {
			break
		}
		switch c.Kind {
		case changelog.Deployed:
			out = append(out, slo.Annotation{End: c.At.Unix(), Kind: slo.Deployed, Text: c.Deploy.Title()})
		case changelog.Reloaded, changelog.Rejected: // nothing is different since
		default:
			out = append(out, slo.Annotation{End: c.At.Unix(), Kind: slo.Seam, Text: s.ChangeRow(c).Sentence()})
		}
	}
	slices.Reverse(out)
	return out
}

// AboutNumbers are annotations without those that [Server.changeMarks] are about.
func AboutNumbers(list []slo.Annotation) []slo.Annotation {
	return slices.DeleteFunc(slices.Clone(list), func(a slo.Annotation) bool { return a.Kind == slo.Seam })
}
