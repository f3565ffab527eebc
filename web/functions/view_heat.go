package functions

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/format"
)

// heatLevels are the rows of a heatmap on a page at most: more would be as thin as lines.
const heatLevels = 20

// heatView is a heatmap: a cell for each latency and stretch of time in which a call
// ended, the lowest latency at the foot, and the sums of its rows.
type heatView struct {
	Width, Height int
	Cells         []heatCell
	From, To      string
	Rows          []heatSum // highest first
	Marks         []heatMark
	columns       []breakdown.HeatColumn
}

// heatMark is a change, as many columns from the left.
type heatMark struct {
	At, Text string
	Dashed   bool
}

// mark puts changes where they were.
func (v *heatView) mark(list []slo.Annotation) {
	for _, a := range list {
		if x, ok := breakdown.PlaceOf(v.columns, time.Unix(a.End, 0)); ok {
			v.Marks = append(v.Marks, heatMark{At: strconv.FormatFloat(x, 'f', 2, 64), Text: a.Text, Dashed: a.Kind == slo.Deployed})
		}
	}
}

type heatCell struct {
	X, Y    int
	Opacity string
	Title   string
	Slow    bool // over the limit
}

// heatSum is how many calls took so long.
type heatSum struct{ Took, Calls string }

func heatOf(steps []slo.DetailStep, of *slo.SLO) (v heatView) {
	h := breakdown.NewHeat(steps, functionRows+1, heatLevels)
	if len(h.Rows) == 0 || of == nil {
		return v
	}
	v.Width, v.Height, v.columns = len(h.Columns), len(h.Rows), h.Columns
	v.From, v.To = took(h.Rows[0]), took(h.Rows[v.Height-1])
	most := float64(h.Most())
	for i, row := range slices.Backward(h.Rows) {
		sum := int64(0)
		for x, c := range h.Columns {
			sum += c.Counts[i]
			if c.Counts[i] == 0 {
				continue
			}
			opacity := 0.1 + 0.9*math.Log1p(float64(c.Counts[i]))/math.Log1p(most)
			v.Cells = append(v.Cells, heatCell{
				X: x, Y: v.Height - 1 - i, Opacity: strconv.FormatFloat(opacity, 'f', 2, 64), Slow: row.Over >= of.SLI.Latency.Threshold.Seconds(),
				Title: format.Count(c.Counts[i]) + " calls " + took(row),
			})
		}
		v.Rows = append(v.Rows, heatSum{Took: took(row), Calls: format.Count(sum)})
	}
	return v
}

func took(r breakdown.HeatRow) string {
	if math.IsInf(r.UpTo, 1) {
		return "over " + format.Latency(&r.Over)
	}
	return "up to " + format.Latency(&r.UpTo)
}
