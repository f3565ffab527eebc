package ledger

import "slices"

// Span is the time (From, To], in Unix seconds.
type Span struct{ From, To int64 }

// holds reports whether an instant is within the span.
func (s Span) holds(t int64) bool { return t > s.From && t <= s.To }

// Spans is a set of times: sorted, apart, none empty.
type Spans []Span

// Add returns the set with one more span in it.
func (s Spans) Add(add Span) Spans {
	if add.From >= add.To {
		return s
	}
	out := make(Spans, 0, len(s)+1)
	for _, have := range s {
		if have.To < add.From || have.From > add.To {
			out = append(out, have)
			continue
		}
		add = Span{From: min(add.From, have.From), To: max(add.To, have.To)}
	}
	out = append(out, add)
	slices.SortFunc(out, func(a, b Span) int { return int(a.From - b.From) })
	return out
}

// Cut returns the part of the set within a span.
func (s Spans) Cut(within Span) Spans {
	var out Spans
	for _, have := range s {
		part := Span{From: max(have.From, within.From), To: min(have.To, within.To)}
		if part.From < part.To {
			out = append(out, part)
		}
	}
	return out
}

// Missing returns what a span has that the set has not.
func (s Spans) Missing(within Span) Spans {
	var out Spans
	from := within.From
	for _, have := range s.Cut(within) {
		if have.From > from {
			out = append(out, Span{From: from, To: have.From})
		}
		from = have.To
	}
	if from < within.To {
		out = append(out, Span{From: from, To: within.To})
	}
	return out
}

// Without returns the set with a span taken out.
func (s Spans) Without(span Span) Spans {
	var out Spans
	for _, have := range s {
		for _, part := range []Span{{From: have.From, To: min(have.To, span.From)}, {From: max(have.From, span.To), To: have.To}} {
			if part.From < part.To {
				out = append(out, part)
			}
		}
	}
	return out
}

// startOf returns where the span that holds a moment begins.
func (s Spans) startOf(t int64) (from int64, ok bool) {
	for _, have := range s {
		if have.From < t && t <= have.To {
			return have.From, true
		}
	}
	return 0, false
}
