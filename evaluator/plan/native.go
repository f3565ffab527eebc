package plan

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Native reports whether the group's answers are histograms, for
// [Tally.AddNative].
func (g *Group) Native() bool { return g.native }

// Functions is how many sets of labels the group tells apart.
func (g *Group) Functions() int { return len(g.parts) }

// Present asks, whatever the number of indicators, in which slots there is any
// series of the group's metric. It costs next to nothing where there is none.
func (g *Group) Present(gr Grain) string {
	return fmt.Sprintf("count(%s)", last(slo.Selector{Metric: g.Metric, Matchers: g.rest}, gr.Width, 0))
}

// nativeLookback bounds how far a native histogram looks back. Its samples are
// large, and gaps that are longer are found as births like any others.
const nativeLookback = 10 * time.Minute

// Grain is how the group is read where counters are read with gr.
func (g *Group) Grain(gr Grain) Grain {
	if g.native {
		gr.Lookback = min(gr.Lookback, nativeLookback)
	}
	return gr
}

// nativeGrowth is growth as histograms: a difference, unless the histogram was
// reset between its two samples. It was if there are more resets up to the end
// of the slot than up to its start, looked at from the same instant.
func nativeGrowth(by string, s slo.Selector, gr Grain) string {
	now, before := last(s, gr.Width, 0), last(s, gr.Lookback, gr.Width)
	grown := fmt.Sprintf("(%s - %s) and resets(%s[%s]) == resets(%s[%s] offset %s) or %s",
		now, before, s, seconds(gr.Lookback+gr.Width), s, seconds(gr.Lookback), seconds(gr.Width), now)
	return fmt.Sprintf("sum by (%s) ((%s) unless ignoring (le) (%s))", by, grown, told(s, gr))
}

// told is the classic histograms that count in a slot, so that native ones of
// the same name and labels do not: a process that exposes both is read by its
// buckets, but not in the slot of their arrival.
func told(native slo.Selector, gr Grain) string {
	return fmt.Sprintf("%s unless ignoring (le) (%s)", last(infOf(native), gr.Width, 0), alone(native, gr))
}

// alone is the native histograms that were there just before a slot, without a
// classic one of the same name and labels.
func alone(native slo.Selector, gr Grain) string {
	return fmt.Sprintf("%s unless ignoring (le) %s", offset(native, gr.Width), last(infOf(native), gr.Lookback, gr.Width))
}

// unlessTold leaves out series whose events another kind of histogram tells.
func (g *Group) unlessTold(series string, s slo.Selector, gr Grain) string {
	return g.untold(series, s, gr, []string{"le"})
}

// untold compares the series with those of a selector, some labels ignored.
func (g *Group) untold(series string, s slo.Selector, gr Grain, ignoring []string) string {
	switch {
	case g.native:
		return fmt.Sprintf("(%s) unless ignoring (%s) (%s)", series, joinNames(ignoring), told(s, gr))
	case g.classic:
		s.Metric = strings.TrimSuffix(s.Metric, bucketSuffix)
		return fmt.Sprintf("(%s) unless ignoring (%s) (%s)", series, joinNames(ignoring), alone(s, gr))
	}
	return series
}

// handovers finds native histograms whose classic counterpart ended in the slot:
// what it counted of the slot is not all.
func handovers(native slo.Selector, gr Grain) string {
	inf := infOf(native)
	return fmt.Sprintf("%s and ignoring (le) (%s unless ignoring (le) %s)", last(inf, gr.Width, 0), native, inf)
}

func offset(s slo.Selector, by time.Duration) string {
	return fmt.Sprintf("%s offset %s", s, seconds(by))
}

const bucketSuffix = "_bucket"

// bucketsOf selects the buckets of a classic histogram.
func bucketsOf(histogram slo.Selector) slo.Selector {
	return slo.Selector{Metric: histogram.Metric + bucketSuffix, Matchers: histogram.Matchers}
}

// infOf selects the bucket of a classic histogram that holds all events.
func infOf(histogram slo.Selector) slo.Selector {
	s := bucketsOf(histogram)
	s.Matchers = append(slices.Clip(s.Matchers), slo.Matcher{Label: "le", Op: slo.MatchEqual, Value: "+Inf"})
	return s
}

// The powers of two around a threshold that are kept as bounds of a native
// histogram's classes: the quantiles of what is faster or slower say no more
// than that.
const (
	octavesBelow = 6
	octavesAbove = 4
)

// fold moves the bounds of a native bucket out to the next powers of two, but
// not over the threshold, so that a function has a dozen classes instead of
// hundreds. A bucket that does not fit between two of them stays as it is.
func fold(b slo.Bucket, threshold float64) slo.Bucket {
	lower, upper := cellOf(b.UpperBound, threshold)
	if b.LowerBound < lower {
		return b
	}
	if lower < threshold && threshold < upper { // the threshold cuts the cell
		switch {
		case b.UpperBound <= threshold:
			upper = threshold
		case b.LowerBound >= threshold:
			lower = threshold
		default:
			return b
		}
	}
	return slo.Bucket{LowerBound: lower, UpperBound: upper, Count: b.Count}
}

// cellOf finds the neighbouring powers of two between which a value lies, the
// upper one included; those far from the threshold are infinite.
func cellOf(value, threshold float64) (lower, upper float64) {
	_, middle := math.Frexp(threshold)
	first, end := middle-octavesBelow, middle+octavesAbove
	if value <= math.Ldexp(1, first) {
		return math.Inf(-1), math.Ldexp(1, first)
	}
	if value > math.Ldexp(1, end) {
		return math.Ldexp(1, end), math.Inf(1)
	}
	fraction, exponent := math.Frexp(value)
	if fraction == 0.5 { // a power of two is the end of its cell
		exponent--
	}
	return math.Ldexp(1, exponent-1), math.Ldexp(1, exponent)
}
