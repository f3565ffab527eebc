package read

import (
	"maps"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
)

// replicaSettled is how long, in seconds, a replica must have been there to be
// preferred: by then it has found everything that it scrapes.
const replicaSettled = 300

// patience is [plan.Patience] in seconds, and at least a slot.
func patience(width int64) int64 { return max(int64(plan.Patience/time.Second), width) }

// hindsight is how far before a slot, in seconds, samples say who is in force in it.
func hindsight(width int64) int64 { return replicaSettled + patience(width) }

// Foresight is how far after a slot of a width, in seconds, samples say which replica
// counts in it: whether one is silent for a moment or was there no more.
func Foresight(width int64) int64 { return 2 * patience(width) }

// takeoverSpan is how long, in seconds, slots are read by a takeover: whole slots.
func takeoverSpan(width int64) int64 { return ledger.Ceil(patience(width), width) }

// verdict is who counts in a slot.
type verdict struct {
	inForce plan.Replica  // nobody if empty
	after   plan.Takeover // a short while ago; zero if there was none
}

// presence is in which slots, by their ends, each replica had samples, and how many.
type presence map[plan.Replica]map[int64]float64

func (p presence) add(replica plan.Replica, end int64, value float64) {
	if p[replica] == nil {
		p[replica] = map[int64]float64{}
	}
	p[replica][end] = max(p[replica][end], value)
}

// anybody reports whether any replica had samples in a span.
func (p presence) anybody(span ledger.Span, width int64) bool {
	for end := ledger.Ceil(span.From+1, width); end <= span.To; end += width {
		for _, slots := range p {
			if slots[end] > 0 {
				return true
			}
		}
	}
	return false
}

// inForce says who counts in the slots of a span, from what was seen around it. From
// the slot that ends at sure on it is what anybody finds who looks at that slot,
// whatever span he reads: somebody was in force for so long that it does not matter
// who was before.
func inForce(seen presence, span ledger.Span, width int64) (slots map[int64]verdict, sure int64) {
	all := spellsOf(seen, width)
	slots, sure = map[int64]verdict{}, span.To+width
	var s succession
	for end := span.From + width; end <= span.To; end += width {
		best := all.best(end)
		if seen[best][end] == 0 {
			best = "" // it takes over with a sample
		}
		s.pass(best, end, width)
		slots[end] = s.verdict(end, width)
		if s.seen-s.since() > takeoverSpan(width) {
			sure = min(sure, end)
		}
	}
	return slots, sure
}

// succession is who was in force up to a slot.
type succession struct {
	replica plan.Replica
	seen    int64         // the end of the slot of its last sample
	last    plan.Takeover // zero: none is known
	begun   int64         // when somebody was there of whom nobody knows what was before
}

// pass goes on to the slot with an end, in which the replica to count has a sample, or
// nobody. Then the one that was in force stays so for an hour.
func (s *succession) pass(best plan.Replica, end, width int64) {
	switch {
	case best == "":
		if end-s.seen > int64(Lookback/time.Second) {
			s.replica = ""
		}
		return
	case s.replica == "", best == s.replica && s.unsettled(end, width) && s.last.At < s.begun:
		s.begun = end - width
	case best != s.replica || s.unsettled(end, width):
		s.last = s.last.Next(s.replica, best, s.seen, end-width)
	}
	s.replica, s.seen = best, end
}

// since is when the one in force began to be so, as far as is known.
func (s *succession) since() int64 { return max(s.last.At, s.begun) }

// unsettled reports whether the one in force comes back that was there for a moment
// only: it takes over from itself.
func (s *succession) unsettled(end, width int64) bool {
	return end-s.seen > patience(width) && s.seen-s.since() < patience(width)
}

func (s *succession) verdict(end, width int64) verdict {
	if end-s.last.At > takeoverSpan(width) {
		return verdict{inForce: s.replica}
	}
	return verdict{inForce: s.replica, after: s.last}
}

// spells are when replicas were there, in the order of their names.
type spells []spell

type spell struct {
	replica plan.Replica
	ledger.Span
}

// spellsOf joins slots with samples that are near one another. A spell that nobody
// outlives is not known to have ended.
func spellsOf(seen presence, width int64) spells {
	var out spells
	for _, replica := range slices.Sorted(maps.Keys(seen)) {
		for i, end := range slices.Sorted(maps.Keys(seen[replica])) {
			if n := len(out); i > 0 && end-out[n-1].To <= patience(width) {
				out[n-1].To = end
			} else {
				out = append(out, spell{replica, ledger.Span{From: end - width, To: end}})
			}
		}
	}
	for i, s := range out {
		if !seen.anybody(ledger.Span{From: s.To + patience(width), To: s.To + Foresight(width)}, width) {
			out[i].To += patience(width)
		}
	}
	return out
}

// best is the first replica that has been there for a while, else the one that has
// been there longest. It is empty when there is none.
func (s spells) best(end int64) plan.Replica {
	var best plan.Replica
	since := end
	for _, one := range s {
		from := max(one.From, end-replicaSettled)
		if one.From < end && end <= one.To && from < since {
			best, since = one.replica, from
		}
	}
	return best
}

// throughout is who is in force in a wide slot, if that is plain: the first replica
// that was there all the time around it, if none with an earlier name was there at
// some time.
func throughout(names []plan.Replica, seen presence, around ledger.Span, width int64) (replica plan.Replica, plain bool) {
	full := plan.CoverageParts(time.Duration(width) * time.Second)
	for _, name := range names {
		always, never := true, true
		for end := around.From + width; end <= around.To; end += width {
			always = always && seen[name][end] == full
			never = never && seen[name][end] == 0
		}
		switch {
		case always:
			return name, true
		case !never:
			return "", false
		}
	}
	return "", true
}

// padded is a span with some time before and after it, in whole slots.
func padded(span ledger.Span, before, after, width int64) ledger.Span {
	return ledger.Span{From: ledger.Floor(span.From-before, width), To: ledger.Ceil(span.To+after, width)}
}
