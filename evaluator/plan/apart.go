package plan

import (
	"errors"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Pace bounds how far apart the samples of an indicator's series lie: two scrapes
// of a target that is scraped once a minute.
const Pace = 2 * time.Minute

var errPaces = errors.New("the good events have samples in slots in which the total has none, so that what grew in one slot is not of the same time: " +
	"scrape both at once, or give the bad events instead of the good ones")

// Apart reports whether the good or bad events of a total have series of their own,
// which are scraped at other times and can go missing while the total stays.
func (s SLI) Apart() bool {
	if s.Ratio == nil || len(s.Ratio.Total) == 0 {
		return false
	}
	parts := slices.Concat(s.Ratio.Good, s.Ratio.Bad)
	return len(parts) > 0 && !slices.ContainsFunc(parts, func(part slo.Selector) bool {
		return slices.ContainsFunc(s.Ratio.Total, func(total slo.Selector) bool {
			_, narrows := part.Narrows(total)
			return narrows
		})
	})
}

// settle reads off one slot. Where the series of an indicator are scraped at other
// times, a slot may hold bad events whose calls the next one shows: both are
// booked as they were seen, so that sums are exact. Good events cannot be: what is
// missing of them would be bad.
func (t *Tally) settle(sli SLI, inc *slo.Increment) (seen bool, err error) {
	slots := t.slots[sli.Key]
	c := slots[inc.End]
	if !sli.Apart() || c.unreal || c.belowZero() {
		return c.settle(sli, inc)
	}
	around := t.around(slots, inc.End)
	switch {
	case !slices.ContainsFunc(around, (*cell).hasTotal):
	case len(sli.Ratio.Good) > 0 && slices.ContainsFunc(around, (*cell).goodAlone):
		return false, errPaces
	case len(sli.Ratio.Bad) > 0 && keepsPace(around):
		inc.Counts, inc.Classes = slo.Counts{Total: c.total, Bad: c.bad}, c.classes
		return true, nil
	}
	return c.settle(sli, inc)
}

// around lists the slot with an end and those not further than the pace from it.
func (t *Tally) around(slots map[int64]*cell, end int64) []*cell {
	var cells []*cell
	reach := int64(Pace/time.Second) / t.width * t.width
	for at := end - reach; at <= end+reach; at += t.width {
		if c := slots[at]; c != nil {
			cells = append(cells, c)
		}
	}
	return cells
}

// keepsPace reports whether the bad events of some slots are no more than the calls,
// but for a quarter: so much may lie between two scrapes.
func keepsPace(slots []*cell) bool {
	var total, bad int64
	for _, c := range slots {
		total, bad = total+c.total, bad+c.bad
	}
	return bad <= total+total/4
}

func (c *cell) hasTotal() bool  { return c.heard[roleTotal] }
func (c *cell) goodAlone() bool { return c.heard[roleGood] && !c.heard[roleTotal] }
