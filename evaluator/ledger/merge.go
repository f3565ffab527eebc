package ledger

import "github.com/slofuse/slofuse/slo"

// Widen adds up increments, sorted by end, by wider slots in seconds.
func Widen(incs []slo.Increment, width int64) []slo.Increment {
	var out []slo.Increment
	for _, inc := range incs {
		end := (inc.End + width - 1) / width * width
		if n := len(out); n == 0 || out[n-1].End != end {
			out = append(out, slo.Increment{End: end, Width: max(width, inc.Width)})
		}
		last := &out[len(out)-1]
		last.Counts = last.Counts.Add(inc.Counts)
		for class, n := range inc.Classes {
			if last.Classes == nil {
				last.Classes = map[string]int64{}
			}
			last.Classes[class] += n
		}
	}
	return out
}

// Splice replaces what of sorted increments ends within a span.
func Splice(incs []slo.Increment, span Span, with []slo.Increment) []slo.Increment {
	var out []slo.Increment
	for _, inc := range incs {
		if inc.End <= span.From {
			out = append(out, inc)
		}
	}
	out = append(out, with...)
	for _, inc := range incs {
		if inc.End > span.To {
			out = append(out, inc)
		}
	}
	return out
}

// Cut returns the increments that end within a span.
func Cut(incs []slo.Increment, span Span) []slo.Increment {
	var out []slo.Increment
	for _, inc := range incs {
		if inc.End > span.From && inc.End <= span.To {
			out = append(out, inc)
		}
	}
	return out
}
