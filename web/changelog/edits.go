package changelog

import (
	"slices"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
)

// edits are those of the time, narrowed down to what is asked for.
func (q Query) edits(r Record, reloads []audit.Entry) (out []Change) {
	for _, e := range r.Edits {
		if !q.holds(e.At) {
			continue
		}
		c := Change{At: e.At, Kind: kindOf(e), Text: e.Says(), Start: e.Start}
		for _, s := range e.Subjects {
			switch {
			case s.Name != "":
				c.Written, c.Text = append(c.Written, s), s.Name+" "+outcome(e)
			case q.asksSubject(s, e, r.SLOs):
				c.Written = append(c.Written, s)
				c.join(s.ID)
			}
		}
		if len(c.Written) > 0 {
			c.attribute(reloads)
			out = append(out, c)
		}
	}
	return out
}

func kindOf(e edit.Edit) Kind {
	if e.Setting() {
		return Configured
	}
	return map[edit.Kind]Kind{edit.Added: Added, edit.Removed: Removed, edit.Renamed: Renamed, edit.Promised: Promised, edit.Changed: Changed}[e.Kind]
}

// outcome is what became of a setting.
func outcome(e edit.Edit) string {
	if e.Kind == edit.Changed {
		return e.Says()
	}
	return string(e.Kind)
}

// asksSubject reports whether a subject of an edit is asked for. A match is about
// all that it found.
func (q Query) asksSubject(s edit.Subject, e edit.Edit, slos []slo.SLO) bool {
	owned := q.Owner == "" || q.Owner == s.Owner || slices.ContainsFunc(e.Diffs, func(d edit.Diff) bool { return d.What == "owner" && d.From == q.Owner })
	if !owned || q.Service != "" && q.Service != s.ID.Service {
		return false
	}
	return q.Function == "" || q.Function == s.ID.Function || s.Family && slices.ContainsFunc(slos, func(o slo.SLO) bool {
		return o.ID.Service == s.ID.Service && o.ID.Function == q.Function && o.Found == s.ID.Function
	})
}
