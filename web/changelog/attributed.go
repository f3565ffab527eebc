package changelog

import (
	"slices"

	"github.com/slofuse/slofuse/slo/edit"
)

// Attributed is an edit, with who had the files read when it was found; empty when that
// is not on record.
type Attributed struct {
	edit.Edit

	By, Via string
}

// Edits are the edits of the time, newest first, each with those subjects that are
// asked for; the limit is not looked at. Settings are of no service: asked for one, they
// are left out.
func (q Query) Edits(r Record) (list []Attributed) {
	reloads := reloadsOf(r.Audit)
	for _, e := range r.Edits {
		if !q.holds(e.At) {
			continue
		}
		e.Subjects = slices.DeleteFunc(slices.Clone(e.Subjects), func(s edit.Subject) bool {
			if s.Name != "" {
				return q.Service != "" || q.Function != "" || q.Owner != ""
			}
			return !q.asksSubject(s, e, r.SLOs)
		})
		if len(e.Subjects) == 0 {
			continue
		}
		c := Change{At: e.At}
		c.attribute(reloads)
		list = append(list, Attributed{e, c.By, c.Via})
	}
	slices.SortStableFunc(list, func(a, b Attributed) int { return b.At.Compare(a.At) })
	return list
}
