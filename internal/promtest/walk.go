package promtest

import (
	"slices"
	"sort"
	"strings"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/slo"
)

// walk goes through what was visible in one epoch.
type walk struct {
	*Account          // whose slots these are
	series   []Series // staleness markers left out
	grown    []tally  // by slot
	sampled  []bool   // slots with any sample of the SLI
	births   []birth  // first values, oldest first
}

// birth is the first value of a series.
type birth struct {
	series Series
	slot   int64
	role   role
}

func (b birth) sample() Sample { return b.series.Samples[0] }

func (b birth) tally() tally {
	var t tally
	t[b.role] = int64(b.sample().Value)
	return t
}

// newWalk takes the series of the targets that have one of the parts.
func newWalk(s *Samples, e epoch, a *Account, parts []part) *walk {
	w := &walk{Account: a, grown: make([]tally, len(a.slots)), sampled: make([]bool, len(a.slots))}
	targets := map[target]bool{}
	for _, series := range s.series {
		if slices.ContainsFunc(parts, func(p part) bool { return p.selects(series.Labels) || p.selectsNative(series.Labels) }) {
			targets[targetOf(series.Labels)] = true
		}
	}
	for _, series := range s.series {
		if !targets[targetOf(series.Labels)] {
			continue
		}
		values := e.visible(series, e.from, e.to)
		if series.stale {
			values = slices.DeleteFunc(slices.Clone(values), func(x Sample) bool { return x.Stale() })
		}
		if len(values) > 0 {
			w.series = append(w.series, Series{Labels: series.Labels, Samples: values})
		}
	}
	w.readNatives(parts)
	return w
}

// readNatives adds native histograms as the series that classic ones would be. A
// process that has both at a time counts once.
func (w *walk) readNatives(parts []part) {
	for _, series := range slices.Clone(w.series) {
		if series.Samples[0].Native == nil {
			continue
		}
		for _, p := range parts {
			if !p.selectsNative(series.Labels) {
				continue
			}
			as := asClassic(series, p.bound, boundLabel(p.bound))
			same := func(s Series) bool { return labels.Equal(s.Labels, as.Labels) }
			if i := slices.IndexFunc(w.series, same); i >= 0 {
				w.series[i] = merge(w.series[i], as)
			} else {
				w.series = append(w.series, as)
			}
		}
	}
}

// count collects growth and births of the parts of an SLI.
func (w *walk) count(parts []part) {
	for _, p := range parts {
		for _, series := range w.series {
			if p.selects(series.Labels) {
				w.countSeries(series, p.role)
			}
		}
	}
	slices.SortStableFunc(w.births, func(a, b birth) int {
		return int(a.sample().Time - b.sample().Time)
	})
}

func (w *walk) countSeries(series Series, r role) {
	for i, x := range series.Samples {
		slot := w.slotOf(x.Time)
		w.sampled[slot-w.first] = true
		if i == 0 {
			w.births = append(w.births, birth{series: series, slot: slot, role: r})
			continue
		}
		w.grown[slot-w.first][r] += int64(w.growth(series.Labels, series.Samples[i-1], x))
	}
}

// growth is how many events lie between two values of one series.
func (w *walk) growth(ls labels.Labels, before, after Sample) float64 {
	if after.Value < before.Value {
		return after.Value
	}
	if after.Time-before.Time > Memory.Milliseconds() {
		if start, ok := w.started(ls, after.Time); ok && start > before.Time {
			return after.Value
		}
	}
	return after.Value - before.Value
}

// spread distributes growth that bridges slots without a sample over them:
// evenly, in whole events, nothing lost.
func (w *walk) spread(events func(tally) slo.Counts, add func(slot int64, c slo.Counts)) {
	var before int64
	for i, sampled := range w.sampled {
		if !sampled {
			continue
		}
		slot, n := w.first+int64(i), int64(1)
		if before > 0 {
			n = slot - before
		}
		before = slot
		all := events(w.grown[i])
		share := func(k int64) slo.Counts { return slo.Counts{Total: all.Total * k / n, Bad: all.Bad * k / n} }
		for k := int64(1); k <= n; k++ {
			add(slot-n+k, share(k).Sub(share(k-1)))
		}
	}
}

// counts decides whether a first value is events or only a baseline.
func (w *walk) counts(b birth, so *Account) bool {
	x := b.sample()
	if w.sibling(b.series.Labels, x.Time, (b.slot-1)*w.step) {
		return true
	}
	if start, ok := w.started(b.series.Labels, b.slot*w.step); ok {
		return start > (b.slot-1)*w.step-YoungFor.Milliseconds()
	}
	return int64(x.Value) <= so.busiest(b.slot)
}

// sibling reports whether the metric was already scraped from the same target
// before the slot, and still is at the instant of the birth. Series that a
// relabel ended are not: they have no sample beside the new ones.
func (w *walk) sibling(of labels.Labels, at, slotStart int64) bool {
	return slices.ContainsFunc(w.series, func(s Series) bool {
		if family(s.Labels) != family(of) || !sameTarget(s.Labels, of) {
			return false
		}
		before, ok := lastUntil(s.Samples, slotStart)
		return ok && before.Time > slotStart-Memory.Milliseconds() && hasWithin(s.Samples, at, w.slotOf(at)*w.step)
	})
}

// family is the metric of a series, the same for a histogram of either kind.
func family(ls labels.Labels) string { return strings.TrimSuffix(ls.Get(labels.MetricName), "_bucket") }

// started is when the process behind a series began, as of a time. A start that is
// later than that by more than [YoungFor] is not known.
func (w *walk) started(of labels.Labels, at int64) (start int64, known bool) {
	var newest int64
	for _, s := range w.series {
		if s.Labels.Get(labels.MetricName) != startMetric || !sameTarget(s.Labels, of) {
			continue
		}
		x, ok := lastUntil(s.Samples, at)
		if ok && x.Time > at-Memory.Milliseconds() && x.Time > newest {
			newest, start, known = x.Time, int64(x.Value*1000), true
		}
	}
	return start, known && start <= at+YoungFor.Milliseconds()
}

// target is what was scraped.
type target struct{ job, instance string }

func targetOf(ls labels.Labels) target {
	return target{job: ls.Get("job"), instance: ls.Get("instance")}
}

func sameTarget(a, b labels.Labels) bool { return targetOf(a) == targetOf(b) }

// lastUntil finds the last sample at or before t.
func lastUntil(all []Sample, t int64) (Sample, bool) {
	n := sort.Search(len(all), func(i int) bool { return all[i].Time > t })
	if n == 0 {
		return Sample{}, false
	}
	return all[n-1], true
}

// hasWithin reports whether there is a sample in [from, to].
func hasWithin(all []Sample, from, to int64) bool {
	x, ok := lastUntil(all, to)
	return ok && x.Time >= from
}
