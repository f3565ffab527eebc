package evaluator

import (
	"hash/fnv"
	"math"
	"sync"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// traffic compares the calls of the last minutes with those of the weeks before; nil
// where nobody asks, nothing is called, or nothing is known of those weeks. What
// maintenance excludes from the budget was called all the same.
func (e *Evaluator) traffic(s subject, asOf time.Time) *slo.Traffic {
	if s.TrafficDrop == slo.SeverityNone || s.SLI.Scale().Timed {
		return nil
	}
	now := e.cfg.Ledger.Sum(s.key, s.backend, asOf.Add(-slo.TrafficWindow), asOf)
	usual := e.usuals.of(e, s, asOf)
	if usual.weeks == 0 || !now.Decides() {
		return nil
	}
	scale := s.SLI.Scale()
	return &slo.Traffic{Calls: scale.Events(now.Total), Expected: usual.least / float64(max(scale.Unit, 1)), Weeks: usual.weeks}
}

// usual is what an hour had in the weeks before.
type usual struct {
	frame time.Time // the hour
	weeks int       // that are known
	least float64   // counts in the quietest minutes, the mean of those weeks
}

// usualOf looks up what the weeks before an hour had. Of what was read back after a
// start whole hours are known only: those count as uneven as the same hour of the
// day before was.
func (e *Evaluator) usualOf(s subject, frame time.Time) usual {
	u := usual{frame: frame}
	const day = 24 * time.Hour
	yesterday, known := e.shape(s, frame.Add(-day))
	evenness := yesterday.evenness(known)
	var sum float64
	for week := range slo.TrafficWeeks {
		then, known := e.shape(s, frame.Add(-time.Duration(week+1)*7*day))
		if !known {
			continue
		}
		u.weeks++
		if then.coarse {
			then.least *= evenness
		}
		sum += then.least
	}
	if u.weeks > 0 {
		u.least = sum / float64(u.weeks)
	}
	return u
}

// shape is how the counts of an hour lay in it.
type shape struct {
	least  float64 // in the quietest window
	mean   float64 // in a window
	coarse bool    // only whole hours are known, so they look even
}

// evenness is how much of the mean the quietest window had; nothing when that is not
// known.
func (h shape) evenness(known bool) float64 {
	if !known || h.coarse || h.mean == 0 {
		return 0
	}
	return h.least / h.mean
}

// bin is in what steps the quietest window of an hour is looked for: the ledger knows
// older days no better. The bins of a frame hold every window that ends within the
// hour.
const (
	bin         = 5 * time.Minute
	binsOfFrame = int((slo.TrafficWindow + time.Hour) / bin)
)

// knownHour is how much of an hour must be known: what is not known looks quiet.
const knownHour = 0.9

// shape looks up an hour; false when it is not known.
func (e *Evaluator) shape(s subject, frame time.Time) (h shape, known bool) {
	from, to := frame.Add(-slo.TrafficWindow), frame.Add(time.Hour)
	lo, hi := from.Truncate(time.Hour), to.Add(time.Hour-1).Truncate(time.Hour)
	first, _, seen := e.cfg.Ledger.Seen(s.key, hi)
	if !seen || first.After(from) || e.cfg.Ledger.Sum(s.key, s.backend, lo, hi).Coverage < knownHour {
		return h, false
	}
	var bins [binsOfFrame]float64
	known = e.cfg.Ledger.Slots(s.key, ledger.Span{From: lo.Unix(), To: hi.Unix()}, func(inc slo.Increment) {
		h.coarse = h.coarse || inc.Width > int64(bin/time.Second)
		spread(&bins, from, inc)
	})
	h.least = math.Inf(1)
	for i := range bins[1:] {
		window := bins[i] + bins[i+1]
		h.least, h.mean = min(h.least, window), h.mean+window/float64(len(bins)-1)
	}
	return h, known
}

// spread adds what a slot counted to the bins that it lies in, evenly.
func spread(bins *[binsOfFrame]float64, from time.Time, inc slo.Increment) {
	end := instant(inc.End)
	start := end.Add(-time.Duration(inc.Width) * time.Second)
	for i := range bins {
		lo := from.Add(time.Duration(i) * bin)
		hi := lo.Add(bin)
		if start.After(lo) {
			lo = start
		}
		if end.Before(hi) {
			hi = end
		}
		if lo.Before(hi) {
			bins[i] += float64(inc.Total) * float64(hi.Sub(lo)) / float64(end.Sub(start))
		}
	}
}

// usuals remembers what is usual for an hour, since a round comes many times in it.
// The hours of objectives begin at different minutes, so that not all are looked up
// in one round.
type usuals struct {
	mu   sync.Mutex
	last map[slo.ID]usual
}

// reset forgets everything.
func (u *usuals) reset() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last = map[slo.ID]usual{}
}

func (u *usuals) of(e *Evaluator, s subject, asOf time.Time) usual {
	frame := frameOf(s.ID, asOf)
	u.mu.Lock()
	known, ok := u.last[s.ID]
	u.mu.Unlock()
	if ok && known.frame.Equal(frame) {
		return known
	}
	known = e.usualOf(s, frame)
	u.mu.Lock()
	defer u.mu.Unlock()
	u.last[s.ID] = known
	return known
}

// frameOf is the beginning of the hour of an objective that an instant lies in.
func frameOf(id slo.ID, at time.Time) time.Time {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id.String()))
	offset := time.Duration(h.Sum32()%uint32(time.Hour/bin)) * bin
	return at.Add(-offset).Truncate(time.Hour).Add(offset)
}
