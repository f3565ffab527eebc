package evaluator

import (
	"errors"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/evaluator/read"
)

// trouble is what is wrong with an indicator or a signal.
type trouble struct {
	err   error
	since time.Time // the end of the slot in which it was noticed
	asked time.Time // the end of the slot in which a round asked about it last
}

// slowRetry is how long an indicator is let be whose query took too long: asked in
// every round it would keep all others waiting.
const slowRetry = 10 * time.Minute

// letBe reports whether an indicator is not asked about at an instant.
func (t trouble) letBe(at time.Time) bool {
	kind := prom.KindOf(t.err)
	slow := kind == prom.TooSlow || kind == prom.Unavailable // which errNoTime is too
	company := errors.Is(t.err, read.ErrSlow)                // maybe another one
	return slow && !company && at.Before(t.asked.Add(slowRetry))
}

// due lists those of refused indicators that may be asked about at an instant,
// the one that was asked longest ago first.
func (s *source) due(refused []plan.SLI, at time.Time) []plan.SLI {
	s.mu.Lock()
	defer s.mu.Unlock()
	due := slices.DeleteFunc(refused, func(sli plan.SLI) bool { return s.refused[sli.Key].letBe(at) })
	slices.SortStableFunc(due, func(a, b plan.SLI) int { return s.refused[a.Key].asked.Compare(s.refused[b.Key].asked) })
	return due
}

// sound leaves out of indicators those that are refused.
func (s *source) sound(slis []plan.SLI) []plan.SLI {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(slis), func(sli plan.SLI) bool { return s.refused[sli.Key].err != nil })
}

// refuse notes indicators that history was refused for at an instant: a round asks
// about each of them alone.
func (s *source) refuse(refused map[string]error, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, err := range refused {
		s.note(s.refused, "query refused", key, trouble{err: err, since: at, asked: s.refused[key].asked})
	}
}

// distrust notes indicators whose numbers cannot be true; the next round decides
// again.
func (s *source) distrust(invalid map[string]error, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, err := range invalid {
		s.note(s.invalid, "indicator is invalid", key, trouble{err: err, since: at})
	}
}

// note keeps the trouble of one indicator, which has none without an error, and
// logs when it begins and ends.
func (s *source) note(states map[string]trouble, what, key string, now trouble) {
	before, already := states[key]
	switch {
	case now.err == nil:
		delete(states, key)
	case already && before.since.Before(now.since):
		now.since = before.since
		fallthrough
	default:
		states[key] = now
	}
	if already != (now.err != nil) {
		s.log.Warn(what, "slo", s.names[key], "sli", key, "now", now.err != nil, "err", now.err)
	}
}

// trouble returns what was known to be wrong with an indicator at an instant that
// may be past: what began later is not of that time.
func (s *source) trouble(key string, at time.Time) (refused, invalid error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refused[key].known(at), s.invalid[key].known(at)
}

func (t trouble) known(at time.Time) error {
	if at.Before(t.since) {
		return nil
	}
	return t.err
}

// distrusted says why the numbers of an indicator cannot be true; nil when they
// may.
func (s *source) distrusted(key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.invalid[key].err
}

// downAt says why a backend did not answer at the end of a slot; nil when it did,
// or when nobody knows any more.
func (e *Evaluator) downAt(src *source, end time.Time) error {
	src.mu.Lock()
	defer src.mu.Unlock()
	if src.err == nil || end.Before(e.LastSlot(src.errAt)) {
		return nil
	}
	return src.err
}
