package evaluator

import (
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/roll"
	"github.com/slofuse/slofuse/slo"
)

// forgetAfter is how long a member stays that is not seen, counted in time in
// which the backend answered.
const forgetAfter = 24 * time.Hour

// roster is who is a member of one family. It is pure: it asks nobody and has no
// clock.
type roster struct {
	root     string                   // the key of the family that a file defines and this one follows from
	members  map[string]time.Duration // how long each has not been seen
	refused  Crowd                    // values seen last time, and too many
	beyond   Crowd                    // what members bring and there is no place for
	unfit    map[string]error         // values that make no member, once told of
	answered time.Time                // when members were looked for last
	saved    time.Time                // when it was written down last
	err      error                    // why the backend refuses to look for them
}

// newRoster starts with who was known before a restart.
func newRoster(known roll.Members) *roster {
	r := &roster{members: map[string]time.Duration{}, unfit: map[string]error{}}
	maps.Copy(r.members, known)
	return r
}

// saveEvery is how often a roster is written down in which nobody came or left.
const saveEvery = time.Hour

// toSave is what is to be written down at an instant, if anything.
func (r *roster) toSave(now time.Time, t turnover) (roll.Members, bool) {
	if len(t.came)+len(t.left) == 0 && now.Sub(r.saved) < saveEvery {
		return nil, false
	}
	r.saved = now
	return maps.Clone(r.members), true
}

// values lists the members, sorted.
func (r *roster) values() []string { return slices.Sorted(maps.Keys(r.members)) }

// attended is how much of the time since the last answer counts as time in which
// somebody was looked for: while nobody answers nobody is missed.
func (r *roster) attended(now time.Time) time.Duration {
	if r.answered.IsZero() {
		return 0
	}
	return min(max(0, now.Sub(r.answered)), 2*r.every())
}

// every is how long members are not looked for after an answer.
func (r *roster) every() time.Duration {
	if r.refused.Count > 0 {
		return crowdEvery
	}
	return surveyEvery
}

// turnover is what changes when a roster takes an answer in.
type turnover struct {
	came, left []string
	unfit      []string // not told of before
}

// apply says how much a value would bring as a member, or why it cannot be one.
type apply func(value string) (brings int, err error)

// take notes when values were seen last and who follows from it. Whoever is
// known stays until not seen for forgetAfter; new values come in by name as long
// as there is room for members and space for what they bring.
func (r *roster) take(seen map[string]time.Time, now time.Time, apply apply, s *space) (t turnover) {
	attended := r.attended(now)
	for _, value := range r.values() {
		absent := r.members[value] + attended
		if at, ok := seen[value]; ok {
			absent = max(0, now.Sub(at))
		}
		if r.members[value] = absent; absent >= forgetAfter {
			delete(r.members, value)
			t.left = append(t.left, value)
		}
	}
	r.answered, r.refused, r.err = now, Crowd{}, nil
	for _, value := range slices.Sorted(maps.Keys(seen)) {
		r.admit(value, max(0, now.Sub(seen[value])), apply, s, &t)
	}
	return t
}

// full says why nobody more can be a member; empty while somebody can.
func (r *roster) full(s *space) string {
	if len(r.members) >= slo.MaxMembers {
		return tooManyMembers
	}
	return s.full(r.root)
}

// admit lets a value in that is new and fits, if there is room. Who is refused is
// not asked whether it fits: there may be a hundred thousand, and that is not cheap.
func (r *roster) admit(value string, absent time.Duration, apply apply, s *space, t *turnover) {
	if _, known := r.members[value]; known || absent >= forgetAfter || r.unfit[value] != nil {
		return
	}
	if why := r.full(s); why != "" {
		r.refused.add(value, why)
		return
	}
	switch brings, err := apply(value); {
	case err != nil && len(r.unfit) < slo.MaxMembers:
		r.unfit[value] = err
		t.unfit = append(t.unfit, value)
	case err == nil:
		s.take(r.root, brings)
		r.members[value] = absent
		t.came = append(t.came, value)
	}
}
