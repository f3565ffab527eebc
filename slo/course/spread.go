package course

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Spread shares out what was counted in a wide cell over the columns that the cell
// covers, evenly and so that nothing is lost: of the past that is kept coarsely, one
// sum between the bounds of columns has all of a cell and those before it nothing.
func Spread(sums []slo.WindowSum, bounds []time.Time) []slo.WindowSum {
	out := slices.Clone(sums)
	if len(sums)+1 != len(bounds) {
		return out
	}
	for i, sum := range sums {
		first := i
		for first > 0 && !bounds[first-1].Before(sum.From) {
			first--
		}
		if columns := int64(i - first + 1); columns > 1 && sum.Coverage > 0 {
			for n := range columns {
				bad, good := part(sum.Bad, n, columns), part(sum.Good(), n, columns)
				out[first+int(n)].Counts = slo.Counts{Total: good + bad, Bad: bad}
				out[first+int(n)].Coverage = sum.Coverage
			}
		}
	}
	return out
}

// part is the n-th of some whole numbers that add up to one.
func part(of, n, parts int64) int64 { return of*(n+1)/parts - of*n/parts }
