package evaluator

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// absence is what is known about data that is gone; nil of data that was never seen.
// Maintenance takes nothing out of it: what is gone is gone then, too.
func (e *Evaluator) absence(s subject, asOf time.Time) *slo.Absence {
	_, last, seen := e.cfg.Ledger.Seen(s.key, asOf)
	if !seen {
		return nil
	}
	return &slo.Absence{Since: last, For: e.missed(s, last, asOf), LongestGap: e.gaps.of(e, s, last, asOf)}
}

// missed is how long between two instants the backend had data of others and was
// asked about this: what was not read may have been there.
func (e *Evaluator) missed(s subject, from, to time.Time) time.Duration {
	others := e.cfg.Ledger.Sum(s.backend, "", from, to)
	known := time.Duration(others.Coverage * float64(to.Sub(from))).Round(time.Second)
	unread := length(e.cfg.Ledger.Missing(s.key, ledger.Span{From: from.Unix(), To: to.Unix()}))
	return max(0, known-unread)
}

// longestGap is the longest time that the data was gone between two instants and came
// back.
func (e *Evaluator) longestGap(s subject, from, to time.Time) (longest time.Duration) {
	for _, gap := range e.withoutSlots(s, from, to) {
		if length(ledger.Spans{gap}) <= longest {
			break // they are sorted, and what was missed is no longer than the gap
		}
		longest = max(longest, e.missed(s, instant(gap.From), instant(gap.To)))
	}
	return longest
}

// withoutSlots are the spans between two slots with samples, longest first.
func (e *Evaluator) withoutSlots(s subject, from, to time.Time) ledger.Spans {
	var out ledger.Spans
	var before int64 // end of the slot before
	e.cfg.Ledger.Slots(s.key, ledger.Span{From: from.Unix(), To: to.Unix()}, func(inc slo.Increment) {
		if start := inc.End - inc.Width; before > 0 && start > before {
			out = append(out, ledger.Span{From: before, To: start})
		}
		before = inc.End
	})
	slices.SortFunc(out, func(a, b ledger.Span) int { return cmp.Compare(b.To-b.From, a.To-a.From) })
	return out
}

// gaps remembers the longest gap of every account that is gone, since a round comes
// many times an hour. History that is read later may change it.
type gaps struct {
	mu   sync.Mutex
	last map[string]gap
}

type gap struct {
	end, hour time.Time // of the data, and in which it was found
	longest   time.Duration
}

func (g *gaps) of(e *Evaluator, s subject, end, asOf time.Time) time.Duration {
	hour := asOf.Truncate(time.Hour)
	g.mu.Lock()
	known, ok := g.last[s.key]
	g.mu.Unlock()
	if ok && known.end.Equal(end) && known.hour.Equal(hour) {
		return known.longest
	}
	known = gap{end: end, hour: hour, longest: e.longestGap(s, end.Add(-slo.AbsenceMemory), end)}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last == nil {
		g.last = map[string]gap{}
	}
	g.last[s.key] = known
	return known.longest
}
