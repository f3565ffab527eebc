package promtest

import (
	"math"
	"slices"
	"sort"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
)

// Sample is one value of one series, in milliseconds since the epoch.
type Sample struct {
	Time    int64
	Value   float64
	Native  *histogram.FloatHistogram // of a native histogram, whose Value is its count
	Visible int64                     // the first instant at which a query finds it; Time or later
}

// Stale reports whether the sample is a staleness marker, not a value.
func (s *Sample) Stale() bool { return value.IsStaleNaN(s.Value) }

// The methods below make a sample readable by the engine.

// T is the time in milliseconds.
func (s *Sample) T() int64 { return s.Time }

// ST is the start time of the counter, which no sample here has.
func (s *Sample) ST() int64 { return 0 }

// F is the value.
func (s *Sample) F() float64 { return s.Value }

// H is always nil: native histograms are handed out as [Sample.FH].
func (s *Sample) H() *histogram.Histogram { return nil }

// FH is the native histogram; nil for any other sample. The reader may change it.
func (s *Sample) FH() *histogram.FloatHistogram {
	if s.Native == nil {
		return nil
	}
	return s.Native.Copy()
}

// Type says whether the sample is a number or a native histogram.
func (s *Sample) Type() chunkenc.ValueType {
	if s.Native != nil {
		return chunkenc.ValFloatHistogram
	}
	return chunkenc.ValFloat
}

// Copy returns a sample of its own.
func (s *Sample) Copy() chunks.Sample { c := *s; return &c }

// Series is one series and its samples, oldest first.
type Series struct {
	Labels  labels.Labels
	Samples []Sample

	late  bool // some sample became visible after its time
	stale bool // some sample is a marker
}

// Samples is an in-memory store of raw series. The zero value is empty and
// ready. Fill it first, then read it from as many goroutines as you like.
type Samples struct {
	series  []*Series
	byHash  map[uint64]*Series
	emptied []int64 // instants at which the store lost what it had, ascending
	keep    int64   // milliseconds; 0 is for ever
}

// Append adds a sample that a query finds from visible on. The samples of one
// series have to come in time order; a visible time before the sample's own is
// moved to it.
func (s *Samples) Append(ls labels.Labels, at time.Time, v float64, visible time.Time) {
	s.append(ls, Sample{Time: at.UnixMilli(), Value: v, Visible: visible.UnixMilli()})
}

// AppendNative adds a native histogram as [Samples.Append] does a number.
func (s *Samples) AppendNative(ls labels.Labels, at time.Time, h *histogram.FloatHistogram, visible time.Time) {
	s.append(ls, Sample{Time: at.UnixMilli(), Value: h.Count, Native: h, Visible: visible.UnixMilli()})
}

func (s *Samples) append(ls labels.Labels, x Sample) {
	series := s.get(ls)
	t := x.Time
	if n := len(series.Samples); n > 0 && series.Samples[n-1].Time >= t {
		panic("promtest: sample out of order for " + ls.String())
	}
	x.Visible = max(t, x.Visible)
	series.Samples = append(series.Samples, x)
	series.late = series.late || x.Visible > t
	series.stale = series.stale || x.Stale()
}

// AppendStale adds a staleness marker: the scrape at that time did not see the
// series any more.
func (s *Samples) AppendStale(ls labels.Labels, at, visible time.Time) {
	s.Append(ls, at, math.Float64frombits(value.StaleNaN), visible)
}

func (s *Samples) get(ls labels.Labels) *Series {
	if s.byHash == nil {
		s.byHash = map[uint64]*Series{}
	}
	hash := ls.Hash()
	series, ok := s.byHash[hash]
	if !ok {
		series = &Series{Labels: ls}
		s.byHash[hash] = series
		s.series = append(s.series, series)
	}
	return series
}

// Empty makes the store lose, at the given instant, everything older: a query
// before it finds all samples, a query from it on finds only newer ones.
func (s *Samples) Empty(at time.Time) {
	s.emptied = append(s.emptied, at.UnixMilli())
	slices.Sort(s.emptied)
}

// Keep limits how old a sample may get before no query finds it any more. It
// is another thing than [Samples.Empty]: who has read a sample in time has lost
// nothing, so an [Oracle] does not mind.
func (s *Samples) Keep(retention time.Duration) { s.keep = retention.Milliseconds() }

// readable is what a query finds at an instant.
func (s *Samples) readable(now int64) epoch {
	all := s.epochs(now)
	e := all[len(all)-1]
	if s.keep > 0 {
		e.from = max(e.from, now-s.keep)
	}
	return e
}

// epoch is a time during which the store kept what it had.
type epoch struct {
	from, to int64 // samples in [from, to)
	now      int64 // as far as they were visible at this instant
}

// epochs lists the epochs that had begun by now, oldest first. Only the last
// one can still be read.
func (s *Samples) epochs(now int64) []epoch {
	all := []epoch{{from: math.MinInt64, to: math.MaxInt64, now: now}}
	for _, at := range s.emptied {
		if at > now {
			break
		}
		last := &all[len(all)-1]
		last.to, last.now = at, at-1
		all = append(all, epoch{from: at, to: math.MaxInt64, now: now})
	}
	return all
}

// visible cuts the samples of a series to those in [mint, maxt] that could be
// read in the epoch. It shares memory with the series where it can.
func (e epoch) visible(s *Series, mint, maxt int64) []Sample {
	all := s.Samples
	mint, maxt = max(mint, e.from), min(maxt, e.to-1, e.now)
	lo := sort.Search(len(all), func(i int) bool { return all[i].Time >= mint })
	hi := sort.Search(len(all), func(i int) bool { return all[i].Time > maxt })
	if lo >= hi {
		return nil
	}
	if !s.late {
		return all[lo:hi]
	}
	return slices.DeleteFunc(slices.Clone(all[lo:hi]), func(x Sample) bool { return x.Visible > e.now })
}
