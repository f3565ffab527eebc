package promtest

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// The rules that tell an event from a number that merely appeared.
const (
	// Memory is how far back a sibling or a start time is still known.
	Memory = time.Hour
	// YoungFor is how long before its slot a process may have started for its
	// counters to count from zero.
	YoungFor = 2 * time.Minute
	// BusiestOver is the time whose busiest slot bounds a birth of unknown age.
	BusiestOver = 24 * time.Hour
)

// Oracle says how many events the samples of a store show. It walks every
// series in time order and dates growth to the sample that shows it:
//
//   - A value counts what it is above the one before; a lower one was reset and
//     counts in full. That holds across gaps of any length, unless a gap is
//     longer than [Memory] and the process is known to have started in it: then
//     the value counts in full.
//   - The first value of a series counts in full if the same metric of the same
//     job and instance was scraped within [Memory] before the slot and still is
//     at that instant; else if the process is younger than [YoungFor] at the
//     start of the slot; else, if nothing says when it started, if the value is
//     no larger than the function's busiest slot of [BusiestOver]. Else it is a
//     baseline and counts nothing.
//   - Growth into a slot that follows slots without any sample of the function
//     is spread evenly over them and itself.
//   - A store that was emptied has no past: every series starts again.
type Oracle struct {
	Samples *Samples
	Step    time.Duration // the width of a slot
	// Forgetful oracles know only what the store still holds. Others lived
	// through it all.
	Forgetful bool
}

// role is what growth of a series counts as.
type role int

const (
	asTotal role = iota
	asGood
	asBad
	roles
)

// tally is growth by role.
type tally [roles]int64

// Account is what the samples show of one SLI, slot by slot.
type Account struct {
	step  int64 // milliseconds; slot n is ((n-1)·step, n·step]
	first int64 // the slot of the first sample of the store
	slots []slo.Counts
}

// Account counts what could be read at now of the time up to an instant: later
// samples are not looked at, even if they tell about a gap before it.
func (o Oracle) Account(now, upTo time.Time, sli slo.SLI) *Account {
	a := newAccount(o.Samples, upTo, o.Step)
	parts := partsOf(sli)
	events := eventsOf(parts)
	epochs := o.Samples.epochs(now.UnixMilli())
	if o.Forgetful {
		epochs = epochs[len(epochs)-1:]
	}
	for _, e := range epochs {
		e.to = min(e.to, upTo.UnixMilli()+1)
		w := newWalk(o.Samples, e, a, parts)
		w.count(parts)
		w.spread(events, a.add)
		for _, b := range w.births {
			if w.counts(b, a) {
				a.add(b.slot, events(b.tally()))
			}
		}
	}
	return a
}

// newAccount has room for every slot of a store up to an instant.
func newAccount(s *Samples, upTo time.Time, step time.Duration) *Account {
	a := &Account{step: step.Milliseconds()}
	last := a.slotOf(upTo.UnixMilli())
	a.first = last + 1
	for _, series := range s.series {
		a.first = min(a.first, a.slotOf(series.Samples[0].Time))
	}
	a.slots = make([]slo.Counts, last+1-a.first)
	return a
}

// slotOf numbers the slot a time lies in: its end belongs to it, its start not.
func (a *Account) slotOf(t int64) int64 { return (t + a.step - 1) / a.step }

func (a *Account) add(slot int64, c slo.Counts) {
	a.slots[slot-a.first] = a.slots[slot-a.first].Add(c)
}

// between are the slots numbered from+1 to to, as far as there are any.
func (a *Account) between(from, to int64) []slo.Counts {
	index := func(slot int64) int64 { return min(max(slot+1-a.first, 0), int64(len(a.slots))) }
	return a.slots[index(from):max(index(from), index(to))]
}

// eventsOf turns growth by role into events: two roles give the third.
func eventsOf(parts []part) func(tally) slo.Counts {
	var given [roles]bool
	for _, p := range parts {
		given[p.role] = true
	}
	return func(t tally) slo.Counts {
		total, bad := t[asTotal], t[asBad]
		if !given[asTotal] {
			total = t[asGood] + t[asBad]
		}
		if !given[asBad] {
			bad = total - t[asGood]
		}
		return slo.Counts{Total: total, Bad: bad}
	}
}

// Sum is what happened in (from, to]; both are cut down to whole slots.
func (a *Account) Sum(from, to time.Time) slo.Counts {
	var sum slo.Counts
	for _, c := range a.between(from.UnixMilli()/a.step, to.UnixMilli()/a.step) {
		sum = sum.Add(c)
	}
	return sum
}

// Slot is the counts of one slot.
type Slot struct {
	End time.Time
	slo.Counts
}

// Slots lists the slots in (from, to] in which something happened.
func (a *Account) Slots(from, to time.Time) []Slot {
	var out []Slot
	for i, counts := range a.slots {
		end := time.UnixMilli((a.first + int64(i)) * a.step).UTC()
		if end.After(from) && !end.After(to) && counts != (slo.Counts{}) {
			out = append(out, Slot{End: end, Counts: counts})
		}
	}
	return out
}

// busiest is the largest total of the slots of a day before the slot.
func (a *Account) busiest(slot int64) int64 {
	var most int64
	for _, c := range a.between(slot-1-BusiestOver.Milliseconds()/a.step, slot-1) {
		most = max(most, c.Total)
	}
	return most
}
