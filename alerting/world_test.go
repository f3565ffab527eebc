package alerting

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

const step = 30 * time.Second

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// chargeCard is an SLO with the policy that is shipped.
func chargeCard(name string) slo.SLO {
	return slo.SLO{
		ID: slo.ID{Service: "checkout", Function: "charge-card", Name: name}, Owner: "team-checkout",
		Labels: map[string]string{"tier": "critical", "slo_kind": name}, Objective: slo.MustObjective("99.9%"),
		Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour}, MaxSeverity: slo.SeverityPage,
		Tiers: []slo.Tier{
			{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage},
			{Name: "slow", BurnRate: 6, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityPage},
			{Name: "steady", BurnRate: 4, Long: 6 * time.Hour, Short: 30 * time.Minute, Severity: slo.SeverityTicket, PageAfter: 4 * time.Hour},
			{Name: "drain", BurnRate: 1, Long: 72 * time.Hour, Short: 6 * time.Hour, Severity: slo.SeverityTicket},
		},
		Guard: slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
	}
}

// world is what happened to one function, slot by slot, and computes what an
// evaluator with perfect sums would say about it.
type world struct {
	start                         time.Time
	total, bad, badSlots, unknown []int64 // prefix sums: entry n is about the first n slots
	state                         slo.DataState
}

func newWorld() *world {
	return &world{start: noon, total: []int64{0}, bad: []int64{0}, badSlots: []int64{0}, unknown: []int64{0}, state: slo.StateOK}
}

func (w *world) now() time.Time { return w.start.Add(time.Duration(len(w.total)-1) * step) }

// add appends one slot.
func (w *world) add(total, bad int64) {
	push := func(sums *[]int64, v int64) { *sums = append(*sums, (*sums)[len(*sums)-1]+v) }
	push(&w.total, total)
	push(&w.bad, bad)
	push(&w.badSlots, min(bad, 1))
	push(&w.unknown, 0)
	w.state = slo.StateOK
}

// lose appends one slot that the backend did not answer for.
func (w *world) lose(state slo.DataState) {
	w.add(0, 0)
	w.unknown[len(w.unknown)-1]++
	w.state = state
}

func (w *world) sum(length time.Duration) slo.WindowSum {
	last, n := len(w.total)-1, int(length/step)
	first := max(0, last-n)
	over := func(sums []int64) int64 { return sums[last] - sums[first] }
	return slo.WindowSum{
		Length: length, From: w.now().Add(-length), To: w.now(),
		Counts:   slo.Counts{Total: over(w.total), Bad: over(w.bad)},
		BadSlots: int(over(w.badSlots)), Coverage: 1 - float64(over(w.unknown))/float64(n),
	}
}

func (w *world) assess(s slo.SLO) slo.Assessment {
	a := slo.Assessment{ID: s.ID, Objective: s.Objective, AsOf: w.now(), State: w.state, Window: w.sum(s.Window.Length)}
	for _, length := range s.BurnWindows() {
		a.Burns = append(a.Burns, w.sum(length))
	}
	if a.State == slo.StateOK && w.sum(5*time.Minute).Total == 0 {
		a.State = slo.StateIdle
	}
	return a
}

// healthy fills the past with good traffic.
func (w *world) healthy(span time.Duration) *world {
	for range int(span / step) {
		w.add(100, 0)
	}
	return w
}

// ago is a world as it was some slots before.
func (w *world) ago(slots int) *world {
	cut := func(sums []int64) []int64 { return sums[:max(1, len(sums)-slots)] }
	return &world{start: w.start, total: cut(w.total), bad: cut(w.bad), badSlots: cut(w.badSlots), unknown: cut(w.unknown), state: w.state}
}

// missing is how long the last slots were all unknown.
func (w *world) missing() time.Duration {
	n := len(w.unknown) - 1
	for n > 0 && w.unknown[n] > w.unknown[n-1] {
		n--
	}
	return time.Duration(len(w.unknown)-1-n) * step
}
