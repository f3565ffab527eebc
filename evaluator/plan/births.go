package plan

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Target is what was scraped: the pair of labels every scraped series carries.
type Target struct{ Job, Instance string }

// TargetOf reads the target off the labels of a series.
func TargetOf(labels map[string]string) Target {
	return Target{Job: labels["job"], Instance: labels["instance"]}
}

// Birth is a series that has a value in a slot and none within the look-back
// before it.
type Birth struct {
	Labels map[string]string
	End    int64 // Unix seconds; end of the slot
	Value  float64
	Native *Histogram // of a native histogram, of which Value is the count
}

// TargetSlot is one target in the slot that ends at End.
type TargetSlot struct {
	Target
	End     int64
	Replica Replica // that saw it, where replicas are told apart
}

// Evidence is what is known about the targets and series of births. Siblings are
// of one replica: another one scrapes at other times.
type Evidence struct {
	// Started is when a target's process started, in Unix seconds.
	Started map[TargetSlot]float64
	// Continuing is the time of the newest sample of a series of the same metric
	// and target that also has one before the slot; Born the same of those that
	// have none. A sibling is known when Continuing is not older than Born: under
	// a relabel the old series end before the new ones begin.
	Continuing, Born map[TargetSlot]float64
	// Previous is the last value of the very series before the look-back, from
	// the life of its process where that is known.
	Previous map[string]float64 // by SeriesSlot
	// Outlived marks series that were there before their process started.
	Outlived map[string]bool // by SeriesSlot
	// Unwatched marks births of an indicator that had series before the process
	// started and none while it lived: nobody looked.
	Unwatched map[string]bool // by SeriesSlot
	// Busiest is the most events the indicator counted in one slot of the last
	// 24 hours.
	Busiest float64
	// ReplicaLabels are the names of the labels that tell replicas apart.
	ReplicaLabels []string
}

// SeriesSlot names one series in one slot, for [Evidence.Previous].
func (b Birth) SeriesSlot() string { return fmt.Sprintf("%d %s", b.End, slo.ClassKey(b.Labels)) }

// startGrace is how long before a slot a process may have started whose first
// scrape falls into the slot: discovery and the first scrape take their time.
const startGrace = 2 * 60

// Young reports whether the process behind a birth is so young that all the
// series counts must have happened in the slot.
func (e Evidence) Young(b Birth, width int64) bool {
	started, known := e.StartOf(b)
	return known && started > float64(b.End-width-startGrace)
}

// StartOf is when the process behind a birth started. One that says it will start
// later has a wrong clock, or writes no seconds: its start is not known.
func (e Evidence) StartOf(b Birth) (started float64, known bool) {
	started, known = e.Started[TargetSlot{Target: TargetOf(b.Labels), End: b.End}]
	return started, known && started <= float64(b.End+startGrace)
}

// Judge decides how much of a birth's value did not happen in its slot and has
// to be taken back from the growth, which counts it in full.
//
//   - A young process: nothing, all of it is new.
//   - A series that was seen before the look-back and is not below that value:
//     the previous value; it comes back after a long gap.
//   - A series that was seen before and fell: nothing, it was reset in the dark.
//   - A series that was seen before its process started, or one that nobody
//     watched while the process lived: nothing, its whole life is news.
//   - A target whose other series go on: nothing, this is a first event.
//   - An old process, or one of unknown age with more events than the function
//     ever has in a slot: everything; the value is a baseline, as after a
//     relabel, a moved scrape or an emptied server.
func (e Evidence) Judge(b Birth, width int64) (takeBack float64) {
	previous, returned := e.Previous[b.SeriesSlot()]
	_, ageKnown := e.StartOf(b)
	switch {
	case e.Young(b, width):
		return 0
	case returned && previous <= b.Value:
		return previous
	case returned, e.Outlived[b.SeriesSlot()], e.Unwatched[b.SeriesSlot()]:
		return 0
	case e.Sibling(b):
		return 0
	case !ageKnown && b.Value <= e.Busiest:
		return 0
	}
	return b.Value
}

// siblingWindow is the slot in which siblings and processes are looked at, at
// least: a target may be scraped less often than a slot is long.
const siblingWindow = 2 * time.Minute

// StartedQuery asks when the processes of these targets started.
func StartedQuery(targets []Target) string {
	return fmt.Sprintf("max by (job,instance) (%s)", last(onTargets("process_start_time_seconds", targets), siblingWindow, 0))
}

// ContinuingQuery asks for the newest sample of the metric's series that have a
// predecessor; BornQuery for that of those without.
func (g *Group) ContinuingQuery(targets []Target, gr Grain) string {
	return g.newest("and", targets, gr)
}

// BornQuery is the counterpart of [Group.ContinuingQuery].
func (g *Group) BornQuery(targets []Target, gr Grain) string {
	return g.newest("unless", targets, gr)
}

func (g *Group) newest(op string, targets []Target, gr Grain) string {
	s := g.spokesman(onTargets(g.Metric, targets))
	return fmt.Sprintf("max by (%s) (timestamp(%s) %s %s)", joinNames(append([]string{"job", "instance"}, g.replica...)), s, op, last(s, gr.Lookback, gr.Width))
}

// Past is a question about the past of a birth: how far before its slot its
// series is looked for.
type Past struct {
	Birth
	Span time.Duration
}

// slotLabel tells the answers of [PreviousQuery] apart: the end of the slot of
// the birth they belong to.
const slotLabel = "slofuse_slot"

// PreviousQuery asks, at the end of the last of their slots, for the last values
// of these very series before the slots of their births. [PreviousOf] says whose
// an answer is.
func PreviousQuery(pasts []Past, at int64, width time.Duration) string {
	asks := make([]string, len(pasts))
	for i, p := range pasts {
		offset := time.Duration(at-p.End)*time.Second + width
		asks[i] = fmt.Sprintf(`label_replace(%s, "%s", "%d", "", "")`, last(exactly(p.Labels), p.Span, offset), slotLabel, p.End)
	}
	return strings.Join(asks, " or ")
}

// PreviousOf is the birth, without a value, that an answer of [PreviousQuery] is
// about.
func PreviousOf(labels map[string]string) Birth {
	end, _ := strconv.ParseInt(labels[slotLabel], 10, 64) // as we wrote it
	labels = maps.Clone(labels)
	delete(labels, slotLabel)
	return Birth{Labels: labels, End: end}
}

// SeenQuery asks whether an indicator of a birth had any series within a span
// that ends where the slot begins.
func (g *Group) SeenQuery(b Birth, span time.Duration, width time.Duration) string {
	s := slo.Selector{Metric: g.Metric, Matchers: slices.Clone(g.rest)}
	for _, name := range g.equal {
		s.Matchers = append(s.Matchers, slo.Matcher{Label: name, Op: slo.MatchEqual, Value: b.Labels[name]})
	}
	return fmt.Sprintf("count(%s)", last(s, span, width))
}

// Sibling reports whether other series of the birth's target go on.
func (e Evidence) Sibling(b Birth) bool {
	at := TargetSlot{Target: TargetOf(b.Labels), End: b.End, Replica: ReplicaOf(b.Labels, e.ReplicaLabels)}
	continuing, ok := e.Continuing[at]
	return ok && continuing >= e.Born[at]
}

// exactly selects one series.
func exactly(labels map[string]string) slo.Selector {
	s := slo.Selector{Metric: labels["__name__"]}
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if name != "__name__" {
			s.Matchers = append(s.Matchers, slo.Matcher{Label: name, Op: slo.MatchEqual, Value: labels[name]})
		}
	}
	return s
}

// onTargets selects a metric's series of some targets, and of a few others that
// share a job with one and an instance with another.
func onTargets(metric string, targets []Target) slo.Selector {
	jobs, instances := map[string]bool{}, map[string]bool{}
	for _, t := range targets {
		jobs[t.Job], instances[t.Instance] = true, true
	}
	return slo.Selector{Metric: metric, Matchers: []slo.Matcher{
		slo.AnyOf("job", slices.Sorted(maps.Keys(jobs))...), slo.AnyOf("instance", slices.Sorted(maps.Keys(instances))...),
	}}
}
