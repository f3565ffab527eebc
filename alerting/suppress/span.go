package suppress

import (
	"slices"
	"time"
)

// Span is the time from one instant to another, without the latter.
type Span struct {
	From, To time.Time
}

// Length is how long the span is.
func (s Span) Length() time.Duration { return s.To.Sub(s.From) }

// within cuts the span to another one. What is left may be empty.
func (s Span) within(o Span) Span {
	if s.From.Before(o.From) {
		s.From = o.From
	}
	if s.To.After(o.To) {
		s.To = o.To
	}
	return s
}

// holds reports whether an instant is in the span.
func (s Span) holds(at time.Time) bool { return !at.Before(s.From) && at.Before(s.To) }

func (s Span) empty() bool { return !s.From.Before(s.To) }

// merge orders spans and joins those that touch; empty ones vanish.
func merge(spans []Span) (out []Span) {
	spans = slices.DeleteFunc(slices.Clone(spans), Span.empty)
	slices.SortFunc(spans, func(a, b Span) int { return a.From.Compare(b.From) })
	for _, s := range spans {
		last := len(out) - 1
		switch {
		case last < 0 || s.From.After(out[last].To):
			out = append(out, s)
		case s.To.After(out[last].To):
			out[last].To = s.To
		}
	}
	return out
}
