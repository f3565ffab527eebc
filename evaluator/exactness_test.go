package evaluator_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// The worlds are recorded once; nobody changes them.
var (
	fleet       = sync.OnceValue(promtest.Fleet)
	backendGaps = sync.OnceValue(promtest.BackendGaps)
	emptied     = sync.OnceValue(promtest.Emptied)
	forgetting  = sync.OnceValue(promtest.Forgetting)
	month       = sync.OnceValue(promtest.Month)
	natives     = sync.OnceValue(promtest.Natives)
)

// widths are the slots everything is tried with.
func widths() []time.Duration {
	if brief() {
		return []time.Duration{time.Minute}
	}
	return []time.Duration{30 * time.Second, time.Minute}
}

// busiest is the world in which most happens: the fleet, unless it takes too long.
func busiest() promtest.World {
	if brief() {
		return backendGaps()
	}
	return fleet()
}

// lived are the slots in which a world is lived through. How wide they are matters to
// what happens between two samples, for which there is the fleet.
func lived(w promtest.World) []time.Duration {
	if w.Name == "fleet" {
		return widths()
	}
	return widths()[:1]
}

// brief reports whether the worlds that take long are left out.
func brief() bool { return underRace || testing.Short() }

// worlds leaves the larger ones out of a brief run.
func worlds(small []func() promtest.World, large ...func() promtest.World) []promtest.World {
	if !brief() {
		small = append(small, large...)
	}
	out := make([]promtest.World, len(small))
	for i, w := range small {
		out[i] = w()
	}
	return out
}

// The numbers of every window are what the samples show, whatever happens to
// the processes, the scrapes and the backend, at every time somebody looks.
func TestWindows_equal_what_the_samples_show_while_living_through_it(t *testing.T) {
	for _, w := range worlds([]func() promtest.World{backendGaps, emptied, forgetting}, natives, fleet) {
		for _, step := range lived(w) {
			t.Run(fmt.Sprintf("%s in slots of %s", w.Name, step), func(t *testing.T) {
				t.Parallel()
				l := begin(t, w, step)
				l.catchUp(w.Live)
				l.compare()
				l.liveThrough(w.Live, w.End)
				l.sameAgain()
				l.report()
			})
		}
	}
}

// Slofuse is down for an hour in the thick of it, twice restarted besides.
func TestWindows_equal_what_the_samples_show_after_an_hour_down(t *testing.T) {
	w := busiest()
	for _, step := range widths() {
		t.Run("in slots of "+step.String(), func(t *testing.T) {
			t.Parallel()
			l := begin(t, w, step)
			l.catchUp(w.Live.Add(10 * time.Minute))
			l.liveThrough(w.Live.Add(10*time.Minute), w.Live.Add(32*time.Minute))
			l.restart()
			l.compare()
			l.liveThrough(w.Live.Add(32*time.Minute), w.Live.Add(48*time.Minute))
			l.restart()
			l.catchUp(w.Live.Add(108 * time.Minute)) // an hour later
			l.compare()
			l.liveThrough(w.Live.Add(108*time.Minute), w.Live.Add(3*time.Hour))
			l.report()
		})
	}
}

// The backend refuses for an hour; slofuse runs on and has to make up for it.
func TestWindows_equal_what_the_samples_show_after_an_hour_refused(t *testing.T) {
	t.Parallel()
	w := busiest()
	l := begin(t, w, 30*time.Second)
	l.catchUp(w.Live.Add(10 * time.Minute))
	l.server.Refuse(true)
	l.tickThrough(w.Live.Add(10*time.Minute), w.Live.Add(70*time.Minute))
	l.server.Refuse(false)
	l.catchUp(w.Live.Add(70 * time.Minute))
	l.tickThrough(w.Live.Add(70*time.Minute), w.Live.Add(72*time.Minute))
	l.compare()
	l.report()
}

// Who comes late and catches up has the same numbers, as far as the backend
// still has the samples.
func TestWindows_equal_what_the_samples_show_when_catching_up(t *testing.T) {
	for _, w := range worlds([]func() promtest.World{backendGaps, emptied, natives}, fleet, month) {
		for i, step := range widths() {
			for what, now := range map[string]time.Time{"soon": w.End, "late": w.Rest} {
				if what == "late" && (w.Rest.Equal(w.End) || i > 0) { // then all is read in slots of 5 minutes and more
					continue
				}
				t.Run(fmt.Sprintf("%s %s in slots of %s", w.Name, what, step), func(t *testing.T) {
					t.Parallel()
					l := begin(t, w, step)
					l.oracle.Forgetful = true
					l.catchUp(now.Add(7 * time.Second))
					l.compare()
					l.tickThrough(l.server.Now(), l.server.Now().Add(5*time.Minute))
					l.compare()
					l.compact()
					l.restart()
					l.compare()
					l.report()
				})
			}
		}
	}
}

// Without the spans that maintenance takes out the numbers of every window are what the
// samples show without them, however wide the slots are that the spans touch.
func TestCorrectedWindows_equal_what_the_samples_show_without_the_maintenance(t *testing.T) {
	for _, w := range worlds([]func() promtest.World{backendGaps}, fleet, month) {
		t.Run(w.Name, func(t *testing.T) {
			t.Parallel()
			l := begin(t, w, 30*time.Second)
			l.catchUp(w.End)
			raw := l.assess(w.End)
			for _, ago := range []time.Duration{20 * time.Minute, 5 * time.Hour, 30 * time.Hour, 9*24*time.Hour + 17*time.Minute, 20 * 24 * time.Hour} {
				from := w.End.Add(-ago)
				l.maintenance.in(from, from.Add(13*time.Minute+10*time.Second))
			}
			l.compare()
			for i, a := range l.assess(w.End) {
				for j, sum := range allWindows(a) {
					addsUp(t, allWindows(raw[i])[j], sum)
				}
				if w.Name == "month" && len(a.Corrections) != 5 {
					t.Errorf("%d corrections: %+v", len(a.Corrections), a.Corrections)
				}
			}
			l.compact()
			l.restart()
			l.compare()
			l.report()
		})
	}
}

// finding is one count that is not what the samples show.
type finding struct {
	at        time.Time
	window    slo.WindowSum
	what      string
	got, want int64
	slots     []string
}

func (f finding) String() string {
	return fmt.Sprintf("at %s, window %s (%s to %s]: %d %s, the samples show %d (%+.3f%%); slots that differ: %s",
		clock(f.at), slo.FormatDuration(f.window.Length), clock(f.window.From), clock(f.window.To),
		f.got, f.what, f.want, 100*deviation(f.got, f.want), strings.Join(f.slots, ", "))
}

func clock(t time.Time) string { return t.UTC().Format("02T15:04:05") }

func deviation(got, want int64) float64 {
	if got == want {
		return 0
	}
	return float64(got-want) / math.Max(float64(want), 1)
}

// compare checks every window of every function against the oracle, now.
func (l *life) compare() {
	l.t.Helper()
	now := l.server.Now()
	for i, c := range l.world.Cases {
		assessment := l.evaluator.Assess(l.slos[i], now)
		l.checkSpans(c, now, assessment)
		account := l.oracle.Account(l.visibleAt(now), assessment.AsOf, c.SLI)
		for _, sum := range append(slices.Clone(assessment.Burns), assessment.Window) {
			want := account.Sum(sum.From, sum.To).Sub(excludedFrom(sum, assessment, account))
			l.check(c, now, sum, "calls", sum.Total, want.Total, account)
			l.check(c, now, sum, "bad", sum.Bad, want.Bad, account)
		}
	}
}

// excludedFrom is what the samples show in the corrections of a window, which do not
// overlap.
func excludedFrom(w slo.WindowSum, a slo.Assessment, account *promtest.Account) (out slo.Counts) {
	for _, c := range a.Corrections {
		from, to := c.From, c.To
		if from.Before(w.From) {
			from = w.From
		}
		if to.After(w.To) {
			to = w.To
		}
		if from.Before(to) {
			out = out.Add(account.Sum(from, to))
		}
	}
	return out
}

// visibleAt is the instant whose view of the samples the backend has.
func (l *life) visibleAt(now time.Time) time.Time {
	if l.allVisible {
		return l.world.Rest.Add(time.Hour)
	}
	return now
}

// checkSpans makes sure that the windows are those that were asked for: up to
// the last slot, and as long as they should be but for the resolution of the
// ledger where they begin.
func (l *life) checkSpans(c promtest.Case, now time.Time, a slo.Assessment) {
	l.t.Helper()
	if want := l.evaluator.LastSlot(now); !a.AsOf.Equal(want) {
		l.t.Errorf("%s: assessed as of %s, want %s", c.Name, clock(a.AsOf), clock(want))
	}
	for _, sum := range append(slices.Clone(a.Burns), a.Window) {
		short := sum.To.Sub(sum.From) - sum.Length
		if !sum.To.Equal(a.AsOf) || short < 0 || short >= l.resolution(sum.Length) {
			l.t.Errorf("%s at %s: the window of %s is (%s to %s]", c.Name, clock(now), slo.FormatDuration(sum.Length), clock(sum.From), clock(sum.To))
		}
	}
}

// resolution is the width of the slots a window of a length may begin in.
func (l *life) resolution(length time.Duration) time.Duration {
	switch {
	case length <= 6*time.Hour:
		return l.step
	case length <= 72*time.Hour:
		return 5 * time.Minute
	}
	return time.Hour
}

func (l *life) check(c promtest.Case, now time.Time, sum slo.WindowSum, what string, got, want int64, account *promtest.Account) {
	l.checks++
	off := deviation(got, want)
	if worst := l.worst[c.Name]; math.Abs(off) > math.Abs(worst) {
		l.worst[c.Name] = off
	}
	if math.Abs(off) <= c.Tolerance || max(got-want, want-got) <= c.Slack {
		return
	}
	l.wrong[c.Name]++
	if l.wrong[c.Name] == 1 {
		f := finding{at: now, window: sum, what: what, got: got, want: want, slots: l.differing(c, sum, account)}
		l.t.Errorf("%s: %s", c.Name, f)
	}
}

// differing lists the first slots in which ledger and oracle disagree.
func (l *life) differing(c promtest.Case, sum slo.WindowSum, account *promtest.Account) []string {
	var out []string
	key := c.SLI.Key(backend)
	for end := sum.From.Add(l.step); !end.After(sum.To) && len(out) < 6; end = end.Add(l.step) {
		got := l.ledger.Sum(key, "", end.Add(-l.step), end)
		if want := account.Sum(got.From, got.To); got.Counts != want && got.To.Equal(end) {
			out = append(out, fmt.Sprintf("%s..%s %d/%d for %d/%d", clock(got.From), clock(end), got.Total, got.Bad, want.Total, want.Bad))
		}
	}
	return out
}

// report prints the table of deviations and fails if nothing was compared.
func (l *life) report() {
	l.t.Helper()
	if l.checks == 0 {
		l.t.Error("nothing was compared")
	}
	var b strings.Builder
	for _, c := range l.world.Cases {
		fmt.Fprintf(&b, "\n%-36s worst %+.4f%%, %d counts wrong", c.Name, 100*l.worst[c.Name], l.wrong[c.Name])
	}
	l.t.Logf("%d counts compared, %d requests to the backend%s", l.checks, l.server.Requests(), b.String())
}
