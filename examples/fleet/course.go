package fleet

import (
	"slices"
	"sort"
	"sync"
)

// course is what happened to a function up to an instant. It is a value that
// readers keep: it may be grown or changed from a later instant on, which makes
// another course.
type course struct {
	traffic traffic
	slots   [slots][]segment
	until   int64 // all segments before it are known
}

// function is one function of the fleet with its course so far.
type function struct {
	profile
	seed   uint64
	begin  int64
	splits *splits
	plan   [slots][]process
	past   []Fault // of the catalogue
	canary *Canary // nil is none

	mu     sync.Mutex
	faults []Fault
	course course
}

// dice are the function's own random numbers for a purpose.
func (fn *function) dice(purpose string) dice { return newDice(fn.seed, fn.Key()+" "+purpose) }

// shareOf is the part of the traffic that a slot serves at an instant, in units: not
// quite half of what no canary gets, as load balancers do.
func (fn *function) shareOf(slot int, at int64) uint64 {
	canary := uint64(fn.canaryShare(at) * unit)
	first := uint64(fn.dice("balance").between(0, 0.46, 0.54) * float64(unit-canary))
	switch slot {
	case canarySlot:
		return canary
	case 0:
		return first
	}
	return unit - canary - first
}

// upTo returns the course, grown to cover an instant.
func (fn *function) upTo(at int64) course {
	fn.mu.Lock()
	defer fn.mu.Unlock()
	if at < fn.course.until {
		return fn.course
	}
	until := (at/hourMillis + 1) * hourMillis
	fn.course.traffic = fn.course.traffic.upTo(fn, until)
	forecast := map[int64]*weather{} // slots share it
	for slot := range slots {
		fn.grow(slot, until, forecast)
	}
	fn.course.until = until
	return fn.course
}

// grow appends segments to a slot.
func (fn *function) grow(slot int, until int64, forecast map[int64]*weather) {
	segments := fn.course.slots[slot]
	from := fn.begin
	if len(segments) > 0 {
		from = segments[len(segments)-1].end
	}
	plan := fn.plan[slot]
	for i := sort.Search(len(plan), func(i int) bool { return plan[i].end > from }); i < len(plan) && plan[i].start < until; i++ {
		for from = max(from, plan[i].start); from < min(plan[i].end, until); {
			s := fn.next(slot, segments, &plan[i], from, forecast)
			s.end = min(s.end, plan[i].end)
			segments = append(segments, s)
			from = s.end
		}
	}
	fn.course.slots[slot] = segments
}

// next is the segment of a process from an instant to the end of its weather.
func (fn *function) next(slot int, before []segment, p *process, from int64, forecast map[int64]*weather) segment {
	w := forecast[from]
	if slot == canarySlot {
		w = fn.weatherAt(from, fn.faultsOn(slot)) // it has its own
	} else if w == nil {
		w = fn.weatherAt(from, fn.faults)
		forecast[from] = w
	}
	s := segment{start: from, end: w.end, process: p, weather: w, arrived: fn.course.traffic.at(from)}
	s.share = uint64(float64(fn.shareOf(slot, from)) * w.traffic)
	if len(before) > 0 && before[len(before)-1].process == p {
		s.counts = before[len(before)-1].at(fn.splits, s.arrived)
	} else {
		s.counts = born(fn.splits, fn.dice("birth "+p.instance), from)
	}
	return s
}

// change replaces the faults from an instant on. What was before it stays, and
// courses that readers hold stay whole.
func (fn *function) change(faults []Fault, at int64) {
	fn.mu.Lock()
	defer fn.mu.Unlock()
	fn.faults = faults
	if at >= fn.course.until {
		return
	}
	fn.course.until = at
	for slot, segments := range fn.course.slots {
		kept := sort.Search(len(segments), func(i int) bool { return segments[i].start >= at })
		segments = slices.Clone(segments[:kept])
		if kept > 0 {
			segments[kept-1].end = min(segments[kept-1].end, at)
		}
		fn.course.slots[slot] = segments
	}
}

// find is the index of the first segment that ends after an instant.
func find(segments []segment, at int64) int {
	return sort.Search(len(segments), func(i int) bool { return segments[i].end > at })
}
