package fleet

import (
	"fmt"
	"math"
	"time"
)

// The queue in front of a function: a few jobs most of the time, and now and then
// a pile that comes within minutes and is worked off within half an hour.
const (
	queueUsual  = 30.0 // jobs, at most, on an ordinary minute
	queueHours  = 3    // how often a pile may come
	queueChance = 0.15 // that it does
	queueGrows  = 6    // minutes
	queueShrink = 24   // minutes
)

// backlog is how many jobs wait in the minute that holds an instant.
func (fn *function) backlog(at int64) float64 {
	luck := fn.dice("queue")
	minute := at / minuteMillis
	jobs := math.Floor(queueUsual * luck.uniform(minute))
	block, into := minute/(queueHours*60), minute%(queueHours*60)
	if luck.uniform(-block-1) >= queueChance {
		return jobs
	}
	since := float64(into) - math.Floor(luck.between(-block-1_000_000_000, 0, queueHours*60-queueGrows-queueShrink))
	height := luck.between(-block-2_000_000_000, 150, 900)
	switch {
	case since < 0 || since >= queueGrows+queueShrink:
		return jobs
	case since < queueGrows:
		return jobs + math.Floor(height*since/queueGrows)
	}
	return jobs + math.Floor(height*(1-(since-queueGrows)/queueShrink))
}

// Backlog is how many jobs truly wait for a function that has a queue. It changes
// with the minute.
func (f *Fleet) Backlog(service, name string, at time.Time) (float64, error) {
	fn, err := f.find(service, name)
	if err != nil {
		return 0, err
	}
	if !fn.queue {
		return 0, fmt.Errorf("%s has no queue", fn.Key())
	}
	return fn.backlog(at.UnixMilli()), nil
}
