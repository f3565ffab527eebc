package fleet

import (
	"fmt"
	"math"
)

const (
	secondMillis = int64(1000)
	minuteMillis = 60 * secondMillis
	hourMillis   = 60 * minuteMillis
	dayMillis    = 24 * hourMillis
	scrapeMillis = 15 * secondMillis
)

// target is something that is scraped: an instance by name, for as long as a
// version of the function stands. Start and end are the first and last
// milliseconds it is known, end excluded.
type target struct {
	job, instance string
	version       string // a label of the function's metrics; empty is none
	phase         int64  // its scrapes are this many milliseconds after multiples of 15 s
	start, end    int64
}

// scrapeAtOrAfter and scrapeAtOrBefore are instants at which the target is
// scraped.
func (t *target) scrapeAtOrAfter(at int64) int64 {
	return t.scrapeAtOrBefore(at + scrapeMillis - 1)
}

func (t *target) scrapeAtOrBefore(at int64) int64 {
	return (at-t.phase)/scrapeMillis*scrapeMillis + t.phase
}

// process is one life of a target: its counters start at zero at start, and it
// answers until end, excluded.
type process struct {
	*target
	start, end int64
}

// forever is the end of what nothing ends.
const forever = math.MaxInt64

// slots is how many instances a function has at a time: two, and perhaps a canary.
const (
	canarySlot = 2
	slots      = canarySlot + 1
)

// planSlot lists the processes of one slot from begin on, in order. After the
// planned days nothing restarts any more.
func (fn *function) planSlot(slot int, begin, until int64) []process {
	var all []process
	luck := fn.dice("rollout") // the same for all slots: a version reaches them one after another
	start := begin
	for version := int64(0); start < until; version++ {
		end := start + int64(luck.between(version, 0.5, 1.5)*fn.life.rollout*float64(hourMillis))
		if version == 0 {
			end += int64(slot) * 75 * secondMillis // the second instance follows a bit later
		}
		t := fn.newTarget(slot, version, start, end)
		all = append(all, fn.livesOf(t, until)...)
		start = end
	}
	last := &all[len(all)-1]
	last.end, last.target.end = forever, forever
	return all
}

func (fn *function) newTarget(slot int, version, start, end int64) *target {
	id := fn.dice(fmt.Sprintf("instance %d", slot)).bits(version)
	build := fn.dice("version").bits(version)
	return &target{
		job:      fn.Service,
		instance: fmt.Sprintf("%s-%06x-%05x:9102", fn.Name, build&0xffffff, id&0xfffff),
		phase:    int64(id >> 32 % uint64(scrapeMillis)),
		start:    start, end: end,
	}
}

// livesOf are the processes of a target: restarts at odd hours, or crashes with
// a pause that grows and falls, as orchestrators back off.
func (fn *function) livesOf(t *target, until int64) []process {
	mean, shortest, longest := fn.life.restart, 6*secondMillis, 35*secondMillis
	if fn.life.crash > 0 {
		mean, shortest, longest = fn.life.crash, 8*secondMillis, 60*secondMillis
	}
	luck := fn.dice("life " + t.instance)
	var all []process
	start := t.start
	for i := int64(0); start < t.end; i += 2 {
		end := t.end
		if mean > 0 && start < until {
			end = min(end, start+int64(luck.between(i, 0.3, 1.7)*mean*float64(hourMillis)))
		}
		all = append(all, process{target: t, start: start, end: end})
		start = end + int64(luck.between(i+1, float64(shortest), float64(longest)))
	}
	return all
}
