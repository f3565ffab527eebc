package slos

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo/course"
	"github.com/slofuse/slofuse/web/listing"
	"github.com/slofuse/slofuse/web/ui"
)

// The small picture of a row shows seven days in steps of six hours.
const (
	pulseStep   = 6 * time.Hour
	pulseSteps  = 28
	pulseWidth  = 3  // of a step, in units of the picture
	pulseHeight = 14 // of the picture
	paceHeight  = 4  // of a step that spends its budget as fast as it may
	mostPulses  = 250
)

// addPulses draws the rows of a page; of very long pages the first. Of each it sums up
// the ledger once.
func (s Handlers) addPulses(items []ui.SLOItem, rows []*listing.Row) {
	for i, row := range rows[:min(len(rows), len(items), mostPulses)] {
		if to := row.Assessment.AsOf; !to.IsZero() {
			bounds := course.Steps(to, pulseStep, pulseSteps)
			items[i].Pulse = pulseOf(course.Pulse(s.Counts.Counted(row.SLO, bounds), row.SLO.Objective))
		}
	}
}

func pulseOf(beats []course.Beat) *ui.PulseView {
	var known, kept, over pen
	unknown, fast, since := 0, 0, 0
	for i, b := range beats {
		height := barHeight(b.Rate)
		switch {
		case !b.Known:
			unknown++
			known.line(since, i)
			since = i + 1
		case b.Rate > 1:
			fast++
			over.bar(i, height)
		case height > 0:
			kept.bar(i, height)
		}
	}
	known.line(since, len(beats))
	v := &ui.PulseView{Known: known.String(), Kept: kept.String(), Over: over.String(), Text: fmt.Sprintf("%d of %d too fast", fast, len(beats))}
	if unknown > 0 {
		v.Text += fmt.Sprintf(", %d unknown", unknown)
	}
	return v
}

// barHeight bends the scale: a rate of 1 is at [paceHeight], each doubling adds a
// little, and what is not nothing is seen.
func barHeight(rate float64) int {
	if rate <= 1 {
		return int(math.Ceil(rate * paceHeight))
	}
	return min(pulseHeight-1, paceHeight+int(math.Ceil(3*math.Log2(rate))))
}

// pen writes a path in few bytes: from where it is to where it goes next.
type pen struct {
	strings.Builder

	x, y int
}

// bar goes up from the foot of a step.
func (p *pen) bar(step, height int) {
	x := step*pulseWidth + 1
	fmt.Fprintf(p, "m%d %dv-%d", x-p.x, pulseHeight-p.y, height)
	p.x, p.y = x, pulseHeight-height
}

// line goes along the foot from one step to before another.
func (p *pen) line(from, to int) {
	if from < to {
		fmt.Fprintf(p, "M%d %dh%d", from*pulseWidth, pulseHeight, (to-from)*pulseWidth)
	}
}
