package course

import (
	"math"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Burn is the burn rate of an objective over the window that ends with each of the
// sums, which follow one another in steps: exact, as they are. A rate is nil where it
// is unknown: where they do not reach back a whole window, less than [slo.MinCoverage]
// of it is known, more than half is excluded, or nothing was called. A window that is
// no multiple of the step has no rates: nil for the whole.
//
// With S(i) all that was counted up to i, and k steps in a window, in the window are
// S(i) − S(i−k).
func Burn(sums []slo.WindowSum, step, window time.Duration, o slo.Objective) []*float64 {
	if step <= 0 || window < step || window%step != 0 {
		return nil
	}
	out := make([]*float64, len(sums))
	width := int(window / step)
	var all trail
	for i, sum := range sums {
		all.add(sum, 1)
		if i >= width {
			all.add(sums[i-width], -1)
		}
		if i+1 >= width {
			out[i] = all.rate(o, window)
		}
	}
	return out
}

// trail is the sum over one window.
type trail struct {
	slo.Counts

	known    float64 // seconds that the backend answered for, of what counts
	excluded time.Duration
}

func (t *trail) add(sum slo.WindowSum, sign int64) {
	t.Total += sign * sum.Total
	t.Bad += sign * sum.Bad
	t.known += float64(sign) * sum.Coverage * (sum.Length - sum.Excluded.Time).Seconds()
	t.excluded += time.Duration(sign) * sum.Excluded.Time
}

// rate is unknown under the conditions of [slo.WindowSum.Decides]. Shares are sums
// of rounded numbers, so a millionth is no matter.
func (t *trail) rate(o slo.Objective, window time.Duration) *float64 {
	const rounding = 1e-6
	counted := window - t.excluded
	if 2*t.excluded > window || t.known < (slo.MinCoverage-rounding)*counted.Seconds() {
		return nil
	}
	rate, known := o.BurnRate(t.Counts)
	if !known {
		return nil
	}
	return &rate
}

// Band is the lowest and the highest of values within each column of a chart; nil
// where a column knows none.
type Band struct {
	Low, High []*float64
}

// Columns folds values into columns of some width each, so that a peak survives
// however wide a column is. The last values make the last column whole: the first
// one may be of fewer.
func Columns(values []*float64, width int) Band {
	width = max(width, 1)
	count := (len(values) + width - 1) / width
	band := Band{Low: make([]*float64, count), High: make([]*float64, count)}
	for i, v := range values {
		if v == nil {
			continue
		}
		column := count - 1 - (len(values)-1-i)/width
		low, high := *v, *v
		if band.Low[column] != nil {
			low, high = math.Min(*band.Low[column], low), math.Max(*band.High[column], high)
		}
		band.Low[column], band.High[column] = &low, &high
	}
	return band
}
