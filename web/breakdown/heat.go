package breakdown

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Heat is how many calls ended at which latency in which stretch of time.
type Heat struct {
	Rows    []HeatRow // lowest latency first
	Columns []HeatColumn
}

// HeatRow is a range of latencies in seconds; the lowest may begin, and the highest
// end, at infinity.
type HeatRow struct{ Over, UpTo float64 }

// HeatColumn is a stretch of time with a count for each row. Known is false where
// nothing is known of it.
type HeatColumn struct {
	From, To time.Time
	Known    bool
	Counts   []int64
}

// NewHeat lays the buckets of steps on a grid of at most so many columns and rows.
// Neighbouring steps, and neighbouring buckets, are put together to fit: every event
// is in one cell. Rows without any event at either end are left out.
func NewHeat(steps []slo.DetailStep, columns, rows int) Heat {
	rowOf, h := heatRows(steps, rows)
	if len(h.Rows) == 0 {
		return Heat{}
	}
	each := max(1, (len(steps)+columns-1)/columns)
	for group := range slices.Chunk(steps, each) {
		column := HeatColumn{From: group[0].From, To: group[len(group)-1].Time, Counts: make([]int64, len(h.Rows))}
		for _, step := range group {
			column.Known = column.Known || step.Known()
			for _, b := range step.Buckets {
				if b.Count > 0 {
					column.Counts[rowOf[boundsOf(b)]] += b.Count
				}
			}
		}
		h.Columns = append(h.Columns, column)
	}
	return h
}

func boundsOf(b slo.Bucket) HeatRow { return HeatRow{Over: b.LowerBound, UpTo: b.UpperBound} }

// heatRows finds the rows and which of them each pair of bounds belongs to.
func heatRows(steps []slo.DetailStep, most int) (rowOf map[HeatRow]int, h Heat) {
	rowOf = map[HeatRow]int{}
	var all []HeatRow
	for _, step := range steps {
		for _, b := range step.Buckets {
			if _, met := rowOf[boundsOf(b)]; !met && b.Count > 0 {
				rowOf[boundsOf(b)] = 0
				all = append(all, boundsOf(b))
			}
		}
	}
	slices.SortFunc(all, func(a, b HeatRow) int { return cmp.Or(cmp.Compare(a.UpTo, b.UpTo), cmp.Compare(a.Over, b.Over)) })
	each := max(1, (len(all)+most-1)/most)
	for group := range slices.Chunk(all, each) {
		row := HeatRow{Over: math.Inf(1), UpTo: group[len(group)-1].UpTo}
		for _, bounds := range group {
			row.Over = min(row.Over, bounds.Over)
			rowOf[bounds] = len(h.Rows)
		}
		h.Rows = append(h.Rows, row)
	}
	return rowOf, h
}

// PlaceOf is how many columns lie before an instant, the part of the one that it falls
// into included. It is not ok outside of them.
func PlaceOf(columns []HeatColumn, at time.Time) (x float64, ok bool) {
	for i, c := range columns {
		if !at.Before(c.From) && at.Before(c.To) {
			return float64(i) + float64(at.Sub(c.From))/float64(c.To.Sub(c.From)), true
		}
	}
	return 0, false
}

// Most is the largest count of a cell.
func (h Heat) Most() (most int64) {
	for _, c := range h.Columns {
		most = max(most, slices.Max(c.Counts))
	}
	return most
}
