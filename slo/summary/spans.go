package summary

import (
	"slices"
	"time"
)

// Span is a stretch of time, such as that of an incident.
type Span struct {
	From, To time.Time
}

// Within is the part of a span that lies in another; of one that does not, it is
// empty and ok is false. A span without length lies where it begins.
func (s Span) Within(o Span) (part Span, ok bool) {
	if s.From.Before(o.From) {
		s.From = o.From
	}
	if s.To.After(o.To) {
		s.To = o.To
	}
	return s, !s.To.Before(s.From)
}

// Incidents is how often and how long something was wrong.
type Incidents struct {
	Count  int
	Sum    time.Duration // of all incidents, each counted
	AnyFor time.Duration // with at least one
}

// IncidentsIn sums up the incidents of a period. What of them lies outside of it does
// not count.
func IncidentsIn(period Span, incidents []Span) Incidents {
	var parts []Span
	for _, i := range incidents {
		if part, ok := i.Within(period); ok {
			parts = append(parts, part)
		}
	}
	out := Incidents{Count: len(parts)}
	slices.SortFunc(parts, func(a, b Span) int { return a.From.Compare(b.From) })
	var upTo time.Time
	for _, p := range parts {
		out.Sum += p.To.Sub(p.From)
		if p.From.Before(upTo) {
			p.From = upTo
		}
		if p.To.After(p.From) {
			out.AnyFor += p.To.Sub(p.From)
			upTo = p.To
		}
	}
	return out
}
