package promtest

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
)

// Replica is a server that scrapes targets beside others.
type Replica struct {
	Name  string        // the value of the label replica on every series; none if empty
	Shift time.Duration // how long after the others' it makes its scrapes
	Ahead time.Duration // by how much its clock is fast
	Gaps  []Gap         // of its own
	Into  *Samples
}

// Record scrapes the target over its whole time and appends the samples.
// The same target always gives the same samples.
func (t Target) Record(into *Samples) { t.RecordBy(Replica{Into: into}) }

// RecordBy lets several servers scrape the same process, each into its store.
func (t Target) RecordBy(replicas ...Replica) {
	if t.Born.IsZero() {
		t.Born = t.From
	}
	r := &recorder{target: t, random: rand.New(rand.NewPCG(t.Seed, 1))}
	phase := time.Duration(r.random.Int64N(ScrapeInterval.Milliseconds())) * time.Millisecond
	first := t.From.Truncate(ScrapeInterval).Add(phase)
	if first.Before(t.From) {
		first = first.Add(ScrapeInterval)
	}
	r.start(t.Born)
	r.run(t.Born, first)
	watchers := watchersOf(t, replicas)
	for at := first; at.Before(t.To); at = at.Add(ScrapeInterval) {
		now := at
		for _, w := range watchers {
			r.advance(now, at.Add(w.shift))
			now = at.Add(w.shift)
			w.scrape(r, now)
		}
		r.advance(now, at.Add(ScrapeInterval))
	}
}

// watchersOf are the eyes of servers, in the order of their scrapes.
func watchersOf(t Target, replicas []Replica) []*watcher {
	var out []*watcher
	for _, replica := range replicas {
		seen := t
		seen.Gaps = slices.Concat(t.Gaps, replica.Gaps)
		if replica.Name != "" {
			seen.Extra = map[string]string{"replica": replica.Name}
			maps.Copy(seen.Extra, t.Extra)
		}
		out = append(out, &watcher{target: seen, shift: replica.Shift, ahead: replica.Ahead, into: replica.Into})
	}
	slices.SortStableFunc(out, func(a, b *watcher) int { return int(a.shift - b.shift) })
	return out
}

// watcher is the eyes of one server on a target.
type watcher struct {
	target  Target // as this server sees it
	shift   time.Duration
	ahead   time.Duration
	into    *Samples
	scrapes int
	exposed map[uint64]labels.Labels // what the last scrape saw
}

// recorder is a target in motion.
type recorder struct {
	target Target
	random *rand.Rand
	born   time.Time
	down   time.Time // no process runs before this
	states []counters
}

// counters are those of one function in one process.
type counters struct {
	calls, errors float64 // exact, with the fraction that has not happened yet
	seen          int64   // errors that have been given a code
	codes         map[string]int64
}

func (r *recorder) start(at time.Time) {
	r.born = at
	r.states = make([]counters, len(r.target.Functions))
	for i := range r.states {
		r.states[i].codes = map[string]int64{}
	}
}

// advance lets time pass between two scrapes, restarts included.
func (r *recorder) advance(from, to time.Time) {
	for _, restart := range r.target.Restarts {
		if restart.At.Before(from) || !restart.At.Before(to) {
			continue
		}
		r.down = restart.At.Add(restart.Down)
		r.start(r.down)
		from = r.down
	}
	if from.Before(r.down) {
		from = r.down
	}
	if from.Before(to) && !slices.ContainsFunc(r.target.Lulls, func(l Lull) bool { return l.holds(from) }) {
		r.run(from, to)
	}
}

// run makes the calls of a span in which nothing else happens.
func (r *recorder) run(from, to time.Time) {
	for i, f := range r.target.Functions {
		s := &r.states[i]
		if !f.Since.Before(to) {
			continue
		}
		d := to.Sub(later(from, f.Since)).Seconds()
		rhythm := 1 + 0.3*math.Sin(2*math.Pi*float64(to.Unix()%86400)/86400)
		calls := f.Rate * d * rhythm * (0.7 + 0.6*r.random.Float64())
		s.calls += calls
		if f.Errors != nil {
			s.errors += min(calls, f.Errors(to)*d*(0.5+r.random.Float64()))
		}
		s.settle(f)
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// settle gives every whole error a code and the rest of the calls a 200. No
// counter ever falls, whatever the fractions do.
func (s *counters) settle(f Function) {
	for ; s.seen < int64(s.errors); s.seen++ {
		s.codes[f.code(int(s.seen))]++
	}
	if ok := int64(s.calls) - s.seen; ok > s.codes["200"] {
		s.codes["200"] = ok
	}
}

func (f Function) code(n int) string {
	if f.Code != nil {
		return f.Code(n)
	}
	if n%7 == 6 {
		return "503"
	}
	return "500"
}

// scrape takes one look at the target, if anybody does.
func (w *watcher) scrape(r *recorder, at time.Time) {
	visible := w.target.visible(at, w.scrapes)
	w.scrapes++
	gap, inGap := w.target.gap(at)
	if inGap && gap.Silent {
		return
	}
	id := w.target.identity(at)
	failed := inGap && !gap.Idle || at.Before(r.down)
	at, visible = at.Add(w.ahead), visible.Add(w.ahead)
	seen := map[uint64]labels.Labels{}
	expose := func(ls labels.Labels, v float64) {
		w.into.Append(ls, at, v, visible)
		seen[ls.Hash()] = ls
	}
	if !failed {
		r.expose(id, inGap, at, expose)
		if !inGap {
			r.exposeNative(id, at, func(ls labels.Labels, h *histogram.FloatHistogram) {
				w.into.AppendNative(ls, at, h, visible)
				seen[ls.Hash()] = ls
			})
		}
	}
	w.mark(seen, at, visible)
	up := 1.0
	if failed {
		up = 0
	}
	w.into.Append(named("up", id), at, up, visible)
}

// mark ends the series that the last scrape saw and this one does not.
func (w *watcher) mark(seen map[uint64]labels.Labels, at, visible time.Time) {
	if w.target.unmarked(at) {
		w.exposed = nil
	}
	for hash, ls := range w.exposed {
		if _, still := seen[hash]; !still {
			w.into.AppendStale(ls, at, visible)
		}
	}
	w.exposed = seen
}

func (r *recorder) expose(id map[string]string, idle bool, at time.Time, expose func(labels.Labels, float64)) {
	if !r.target.NoStartTime {
		expose(named(startMetric, id), float64(r.born.UnixMilli())/1000)
	}
	if idle {
		return
	}
	for i, f := range r.target.Functions {
		s := r.states[i]
		if len(s.codes) == 0 {
			continue // never called: no series
		}
		for code, n := range s.codes {
			expose(named(CallsMetric, id, "function", f.Name, "code", code), float64(n))
		}
		if f.Latency && !at.Before(f.ClassicSince) && (f.ClassicUntil.IsZero() || at.Before(f.ClassicUntil)) {
			s.buckets(f, id, expose)
		}
	}
}

func (s counters) buckets(f Function, id map[string]string, expose func(labels.Labels, float64)) {
	fast := s.codes["200"]
	for le, n := range map[float64]int64{0.5: fast * 9 / 10, 1: fast, math.Inf(1): fast + s.seen} {
		expose(named(bucketMetric, id, "function", f.Name, "le", boundLabel(le)), float64(n))
	}
}
