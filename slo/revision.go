package slo

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Revision is what an SLO promised for a while: from an instant until that of
// the next revision.
type Revision struct {
	Number    int // from 1
	From      time.Time
	Objective Objective
	Window    Window
	Reports   []Window
	SLI       SLI
	Backend   string // empty: the first one configured
	Change    string // from the one before, for people; empty for the first
}

// Promise is what of the SLO makes a revision: what is promised and how it is
// counted. Its number and its beginning are not set.
func (s SLO) Promise() Revision {
	return Revision{Objective: s.Objective, Window: s.Window, Reports: s.Reports, SLI: s.SLI, Backend: s.Backend}
}

// At is the SLO as it was promised at an instant. Before the first revision it
// is the first; without a history it is the SLO itself.
func (s SLO) At(t time.Time) SLO {
	if len(s.History) == 0 {
		return s
	}
	then := s.History[0]
	for _, r := range s.History[1:] {
		if !r.From.After(t) {
			then = r
		}
	}
	s.Revision, s.Objective, s.Window, s.Reports, s.SLI, s.Backend = then.Number, then.Objective, then.Window, then.Reports, then.SLI, then.Backend
	return s
}

// ChangeFrom says for people what is promised or counted differently than in an
// older revision; empty when nothing is.
func (r Revision) ChangeFrom(old Revision) string {
	var c changes
	c.note("objective", old.Objective.String(), r.Objective.String())
	c.note("window", old.Window.describe(), r.Window.describe())
	c.note("reported windows", describeWindows(old.Reports), describeWindows(r.Reports))
	c.note("backend", orDefault(old.Backend), orDefault(r.Backend))
	if old.SLI.Key("") != r.SLI.Key("") {
		c.sli(old.SLI, r.SLI)
	}
	return strings.Join(c, ", ")
}

// SameEvents reports whether both revisions count the same calls and differ at
// most in which of them are too slow: what the buckets of one tell, they tell of
// the other.
func (r Revision) SameEvents(other Revision) bool {
	a, b := r.SLI.Latency, other.SLI.Latency
	return a != nil && b != nil && r.Backend == other.Backend &&
		a.Histogram.Canonical().String() == b.Histogram.Canonical().String() && a.Unit == b.Unit &&
		labelsOf(r.SLI) == labelsOf(other.SLI)
}

// changes collects differences for people.
type changes []string

func (c *changes) note(what, old, now string) {
	if old != now {
		*c = append(*c, fmt.Sprintf("%s %s → %s", what, old, now))
	}
}

// sli notes how two indicators with different accounts differ.
func (c *changes) sli(old, now SLI) {
	before := len(*c)
	switch {
	case old.Kind() != now.Kind():
		c.note("kind", old.Kind()+" of "+old.Subject(), now.Kind()+" of "+now.Subject())
		return
	case now.Latency != nil:
		c.latency(*old.Latency, *now.Latency)
	case now.Threshold != nil:
		c.note("query", old.Threshold.Query, now.Threshold.Query)
		c.note("threshold", old.Threshold.bound(), now.Threshold.bound())
	case now.ErrorRatio != nil:
		c.note("query", old.ErrorRatio.Query, now.ErrorRatio.Query)
		c.note("weight", listOf(old.ErrorRatio.Weight), listOf(now.ErrorRatio.Weight))
	default:
		c.note("total selector", listOf(old.Ratio.Total), listOf(now.Ratio.Total))
		c.note("good selector", listOf(old.Ratio.Good), listOf(now.Ratio.Good))
		c.note("bad selector", listOf(old.Ratio.Bad), listOf(now.Ratio.Bad))
	}
	c.note("fingerprint labels", labelsOf(old), labelsOf(now))
	if len(*c) == before {
		*c = append(*c, "the indicator is counted differently")
	}
}

func (c *changes) latency(old, now Latency) {
	c.note("threshold", FormatDuration(old.Threshold), FormatDuration(now.Threshold))
	c.note("histogram", old.Histogram.String(), now.Histogram.String())
	c.note("unit", FormatDuration(old.Unit), FormatDuration(now.Unit))
	if old.Interpolate != now.Interpolate {
		*c = append(*c, map[bool]string{true: "the threshold is interpolated", false: "the threshold is no longer interpolated"}[now.Interpolate])
	}
}

func (t Threshold) bound() string { return fmt.Sprintf("%s %v", t.Op, t.Value) }

// describe names what makes a window the one it is, however it was written.
func (w Window) describe() string {
	if w.Calendar == "" {
		return FormatDuration(w.Length)
	}
	if w.Location == nil {
		return string(w.Calendar)
	}
	return string(w.Calendar) + " " + w.Location.String()
}

func describeWindows(list []Window) string {
	names := make([]string, len(list))
	for i, w := range list {
		names[i] = w.describe()
	}
	return orNone(strings.Join(names, " and "))
}

func listOf(selectors []Selector) string {
	return orNone(strings.Join(canonicalList(selectors), " + "))
}

func labelsOf(s SLI) string {
	return orNone(strings.Join(slices.Sorted(slices.Values(s.Fingerprint)), " "))
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func orDefault(backend string) string {
	if backend == "" {
		return "default"
	}
	return backend
}
