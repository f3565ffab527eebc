package evaluator

import (
	"fmt"
	"slices"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// Thresholds of the data states.
const (
	idleAfter   = 5 * time.Minute // without growth
	noDataAfter = 5 * time.Minute // without a sample
	newFor      = 6 * time.Hour   // since the first sample
	staleSlots  = 3               // behind the newest slot
	topErrors   = 10
)

// AssessAll assesses objectives at the end of a slot.
func (e *Evaluator) AssessAll(slos []slo.SLO, at time.Time) []slo.Assessment {
	out := make([]slo.Assessment, len(slos))
	for i, s := range slos {
		out[i] = e.Assess(s, at)
	}
	return out
}

// subject is an objective with the accounts it stands on, and what is taken out of
// them, looked up once.
type subject struct {
	slo.SLO
	key         string // of its indicator
	backend     string // of the backend's presence
	corrections []slo.Correction
	excluded    ledger.Spans // by the corrections
}

func (e *Evaluator) subject(s slo.SLO) subject {
	return subject{SLO: s, key: e.key(s), backend: "backend:" + e.backendOf(s)}
}

// Assess says what the ledger knows about an objective at an instant, which is
// moved back to the end of the last slot that was read. The burn windows are
// those of the objective and extra ones.
func (e *Evaluator) Assess(s slo.SLO, at time.Time, extra ...time.Duration) slo.Assessment {
	return e.assess(e.subject(s), at, extra)
}

func (e *Evaluator) assess(s subject, at time.Time, extra []time.Duration) slo.Assessment {
	at = time.Unix(ledger.Floor(at.Unix(), e.step), 0).UTC()
	asOf, read := e.cfg.Ledger.ReadTo(s.key, at)
	if !read {
		asOf = at
	}
	e.correct(&s, asOf.Add(-reach(s.SLO, extra)), asOf)
	a := slo.Assessment{ID: s.ID, Objective: s.Objective, Scale: s.SLI.Scale(), AsOf: asOf}
	a.Window = e.window(s, asOf, s.Window)
	for _, w := range s.Reports {
		a.Reports = append(a.Reports, e.window(s, asOf, w))
	}
	windows := append(s.BurnWindows(), extra...)
	slices.Sort(windows)
	for _, length := range slices.Compact(windows) {
		a.Burns = append(a.Burns, e.sum(s, asOf, length))
	}
	a.State, a.Reason = e.state(s, at, asOf, read)
	if a.State == slo.StateNoData {
		a.Absence = e.absence(s, asOf)
	}
	a.Traffic = e.traffic(s, asOf)
	a.Corrections = e.corrections(s, a.Window)
	e.addReading(s, &a)
	e.addContext(s, &a)
	return a
}

// sum sums up a window that ends at an instant, without what is excluded.
func (e *Evaluator) sum(s subject, to time.Time, length time.Duration) slo.WindowSum {
	return e.between(s, to.Add(-length), to)
}

// recent is all that was counted in the last minutes before an instant: what goes on
// goes on in a maintenance too.
func (e *Evaluator) recent(s subject, to time.Time) slo.WindowSum {
	return e.cfg.Ledger.Sum(s.key, s.backend, to.Add(-idleAfter), to)
}

// state goes from what makes the numbers worthless to what merely qualifies
// them.
func (e *Evaluator) state(s subject, at, asOf time.Time, read bool) (slo.DataState, string) {
	src := e.source(s.SLO)
	if src == nil {
		return slo.StateInvalid, fmt.Sprintf("backend %q is not configured", s.Backend)
	}
	refused, invalid := src.trouble(s.key, at)
	down := e.downAt(src, at)
	switch behind := at.Sub(asOf); {
	case refused != nil:
		return slo.StateInvalid, fmt.Sprintf("the backend refuses the query about %s: %v", s.SLI.Subject(), refused)
	case invalid != nil:
		return slo.StateInvalid, invalid.Error()
	case !read && down != nil:
		return slo.StateSourceDown, down.Error()
	case !read:
		return slo.StateStale, "not read yet"
	case behind >= staleSlots*e.cfg.Step && down != nil:
		return slo.StateSourceDown, fmt.Sprintf("no answer since %s: %v", asOf.Format(time.RFC3339), down)
	case behind >= staleSlots*e.cfg.Step:
		return slo.StateStale, fmt.Sprintf("read up to %s only", asOf.Format(time.RFC3339))
	}
	return e.dataState(s, asOf)
}

// dataState judges what was read.
func (e *Evaluator) dataState(s subject, asOf time.Time) (slo.DataState, string) {
	first, last, seen := e.cfg.Ledger.Seen(s.key, asOf)
	switch {
	case !seen:
		return slo.StateNoData, unseen(s.SLI)
	case asOf.Sub(last) > noDataAfter:
		return slo.StateNoData, "no sample since " + last.Format(time.RFC3339)
	case e.recent(s, asOf).Total == 0:
		return slo.StateIdle, "no calls for 5m"
	case asOf.Sub(first) < newFor:
		return slo.StateNew, "first seen " + first.Format(time.RFC3339)
	}
	return slo.StateOK, ""
}

// unseen says that an indicator never had a value.
func unseen(sli slo.SLI) string {
	if sli.Scale().Timed {
		return "no value of " + sli.Subject()
	}
	return "no series matches " + sli.Selectors()[0].String()
}

// addContext fills in what is shown beside the objective: traffic, quantiles
// and what kinds of errors there were.
func (e *Evaluator) addContext(s subject, a *slo.Assessment) {
	if recent := e.recent(s, a.AsOf); recent.Coverage > 0 && !a.Scale.Timed {
		rate := a.Scale.Events(recent.Total) / (idleAfter.Seconds() * recent.Coverage)
		a.CallsPerSecond = &rate
	}
	if s.SLI.Latency != nil {
		a.Latency = e.quantiles(s, a.AsOf, slo.RecentWindow)
		a.Caveats = e.estimate(s, a.AsOf)
		return
	}
	from, _ := s.Window.Bounds(a.AsOf)
	a.Errors = e.errors(s, from, a.AsOf)
	a.RecentErrors = e.errors(s, a.AsOf.Add(-slo.RecentWindow), a.AsOf)
	a.BurnErrors = e.burnErrors(s, *a)
}

// errors lists the kinds of bad events between two instants, most frequent first.
func (e *Evaluator) errors(s subject, from, to time.Time) []slo.ClassCount {
	out := e.classes(s, from, to)
	return out[:min(len(out), topErrors)]
}

// estimate says what the numbers of the objective's window stand on where its
// threshold is no bound of the buckets that were seen in it.
func (e *Evaluator) estimate(s subject, to time.Time) []string {
	l := *s.SLI.Latency
	if !l.Interpolate {
		return nil
	}
	from, _ := s.Window.Bounds(to)
	seen := slo.BucketsOf(e.cfg.Ledger.Classes(s.key, from, to))
	if b, found := l.Between(seen); found {
		return []string{l.Caveat(b)}
	}
	return nil
}

func (e *Evaluator) quantiles(s subject, to time.Time, length time.Duration) *slo.Quantiles {
	return slo.ComputeQuantiles(length, e.buckets(s, to.Add(-length), to))
}

// buckets reads a histogram's classes back as buckets in seconds.
func (e *Evaluator) buckets(s subject, from, to time.Time) []slo.Bucket {
	out := slo.BucketsOf(e.cfg.Ledger.Classes(s.key, from, to, s.excluded...))
	for i, b := range out {
		out[i] = b.Scaled(s.SLI.Latency.Unit.Seconds())
	}
	return out
}

// Points is the history of an objective in steps, with the budget that remained
// at the end of each. Every step is judged by the revision in force at its end.
func (e *Evaluator) Points(s slo.SLO, from, to time.Time, step time.Duration) []slo.Point {
	var out []slo.Point
	then := e.remainders(e.subject(s.At(from.Add(step))), from, to)
	for t := from.Add(step); !t.After(to); t = t.Add(step) {
		if now := s.At(t); now.Revision != then.Revision {
			then = e.remainders(e.subject(now), t, to)
		}
		sum := e.sum(then.subject, t, step)
		p := slo.Point{Time: t, Counts: sum.Counts, Scale: then.SLI.Scale(), Coverage: sum.Coverage, Remaining: then.at(t), Excluded: sum.Excluded}
		if then.SLI.Latency != nil {
			p.Latency = e.quantiles(then.subject, t, step)
		}
		out = append(out, p)
	}
	return out
}
