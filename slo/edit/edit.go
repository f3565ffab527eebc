package edit

import (
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Kind is what sort of edit it is.
type Kind string

// The kinds of edits.
const (
	Added    Kind = "added"
	Removed  Kind = "removed"
	Renamed  Kind = "renamed"
	Promised Kind = "promised" // an SLO promises or counts something else: a revision began
	Changed  Kind = "changed"  // something else is written, and the promise is as it was
)

// Edit is one thing that was changed in the files. Subjects that were changed alike
// are one edit.
type Edit struct {
	At       time.Time `json:"at"`
	Kind     Kind      `json:"kind"`
	Text     string    `json:"text,omitempty"`  // of Promised: what is promised differently; of Renamed: the name before
	Diffs    []Diff    `json:"diffs,omitempty"` // what else is written differently
	Start    bool      `json:"start,omitempty"` // found when the service started: it was changed before
	Subjects []Subject `json:"subjects"`        // in order
}

// Setting reports whether the edit is about settings of the service, not about SLOs.
func (e Edit) Setting() bool { return len(e.Subjects) > 0 && e.Subjects[0].Name != "" }

// Says is what is different, for people; empty when the kind says it all.
func (e Edit) Says() string {
	var parts []string
	if e.Text != "" {
		parts = append(parts, e.Text)
	}
	for _, d := range e.Diffs {
		parts = append(parts, d.String())
	}
	return strings.Join(parts, ", ")
}

// Files are those that the edit is in, each once, in order.
func (e Edit) Files() (out []string) {
	for _, s := range e.Subjects {
		if s.File != "" && !slices.Contains(out, s.File) {
			out = append(out, s.File)
		}
	}
	slices.Sort(out)
	return out
}

// Promise is a revision that began.
type Promise struct {
	ID   slo.ID
	From slo.ID // what it was called before; zero when it was not
	Text string // what is promised differently; empty for a new SLO and a mere new name
}

// Between says what was changed from one state to the next, in which revisions began.
// A nil state before is a beginning: what is new then was not changed by anybody.
func Between(before, after State, promises []Promise) []Edit {
	var c collection
	told, moved := map[string]Promise{}, map[string]bool{}
	for _, p := range promises {
		told[Subject{ID: p.ID}.Key()] = p
		moved[Subject{ID: p.From}.Key()] = true
	}
	for _, key := range before.keys(after) {
		was, had := before[key]
		is, has := after[key]
		p, promised := told[key]
		switch {
		case promised && !p.From.IsZero():
			was = before[Subject{ID: p.From}.Key()]
			c.add(Edit{Kind: Renamed, Text: strings.TrimSuffix("was "+p.From.String()+", "+p.Text, ", "), Diffs: since(was, is, true)}, is.Subject)
		case promised && p.Text != "":
			c.add(Edit{Kind: Promised, Text: p.Text, Diffs: since(was, is, true)}, is.Subject)
		case before == nil: // all is new: nobody changed it
		case promised, !had:
			c.add(Edit{Kind: Added}, is.Subject)
		case moved[key] && !has: // it goes on under another name
		case had && !has:
			c.add(Edit{Kind: Removed}, was.Subject)
		case had:
			if diffs := since(was, is, false); len(diffs) > 0 {
				c.add(Edit{Kind: Changed, Diffs: diffs}, is.Subject)
			}
		}
	}
	return c.edits
}

// Found are the edits of revisions that began for SLOs which no state names, because a
// match found them, with the SLOs as they are. That they were found is no edit.
func Found(promises []Promise, slos map[slo.ID]slo.SLO) []Edit {
	state := State{}
	for _, p := range promises {
		if s, ok := slos[p.ID]; ok {
			state.Add(Entry{Subject: SubjectOf(s)})
		}
	}
	return Between(nil, state, promises)
}

// since says what is written differently of a subject that was known before.
func since(was, is Entry, promised bool) []Diff {
	if was.Facts == nil {
		return nil
	}
	return was.Facts.diffs(is.Facts, promised)
}

// collection puts edits that are alike together.
type collection struct {
	edits []Edit
	at    map[string]int
}

func (c *collection) add(e Edit, of Subject) {
	key := string(e.Kind) + "\x00" + e.Says() + "\x00" + of.Name
	if n, ok := c.at[key]; ok {
		c.edits[n].Subjects = append(c.edits[n].Subjects, of)
		return
	}
	if c.at == nil {
		c.at = map[string]int{}
	}
	c.at[key] = len(c.edits)
	e.Subjects = []Subject{of}
	c.edits = append(c.edits, e)
}
