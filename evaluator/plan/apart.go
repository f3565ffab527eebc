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
	near := func(is func(*cell) bool) bool { return t.near(slots, inc.End, is) }
	switch {
	case !near((*cell).hasTotal):
	case len(sli.Ratio.Good) > 0 && near((*cell).goodAlone):
		return false, errPaces
	case len(sli.Ratio.Bad) > 0 && t.keepsPace(slots, inc.End):
		inc.Counts, inc.Classes = slo.Counts{Total: c.total, Bad: c.bad}, c.classes
		return true, nil
	}
	return c.settle(sli, inc)
}

// keepsPace reports whether the bad events around a slot are no more than the calls,
// but for a quarter: so much may lie between two scrapes.
func (t *Tally) keepsPace(slots map[int64]*cell, end int64) bool {
	var total, bad int64
	t.near(slots, end, func(c *cell) bool {
		total, bad = total+c.total, bad+c.bad
		return false
	})
	return bad <= total+total/4
}

// near reports whether a slot or one not further than the pace from it is so.
func (t *Tally) near(slots map[int64]*cell, end int64, is func(*cell) bool) bool {
	reach := int64(Pace/time.Second) / t.width * t.width
	for at := end - reach; at <= end+reach; at += t.width {
		if c := slots[at]; c != nil && is(c) {
			return true
		}
	}
	return false
}

func (c *cell) hasTotal() bool  { return c.heard[roleTotal] }
func (c *cell) goodAlone() bool { return c.heard[roleGood] && !c.heard[roleTotal] }
