package fleet

import (
	"iter"
	"math"
	"time"
)

// Counts are events of a span of time.
type Counts struct {
	Total      int64
	ByCode     map[string]int64            // 200 among them; codes without events are left out
	ByGateway  map[string]map[string]int64 // the same per gateway, nil where there is none
	Buckets    []Bucket                    // cumulative, rising bounds, the last is +Inf
	Retries    int64
	ColdStarts int64
	Seconds    float64 // spent in all calls
}

// Bucket is how many calls took at most UpperBound seconds.
type Bucket struct {
	UpperBound float64
	Count      int64
}

// ServerErrors are the calls that answered 5xx.
func (c Counts) ServerErrors() (sum int64) {
	for code, n := range c.ByCode {
		if isServerError(code) {
			sum += n
		}
	}
	return sum
}

// Over are the calls that took longer than a bound, which must be one of the
// function's buckets; otherwise those over the next lower one.
func (c Counts) Over(bound float64) int64 {
	under := int64(0)
	for _, b := range c.Buckets {
		if b.UpperBound <= bound {
			under = b.Count
		}
	}
	return c.Total - under
}

// Truth counts the events after from and until to, exactly: what a perfect
// observer of every process would have seen.
func (f *Fleet) Truth(service, name string, from, to time.Time) (Counts, error) {
	fn, err := f.find(service, name)
	if err != nil {
		return Counts{}, err
	}
	t := fn.newTally()
	c := fn.upTo(to.UnixMilli())
	for _, segments := range c.slots {
		within := segments[min(find(segments, from.UnixMilli()), len(segments)):]
		for life := range lives(within) {
			first, last := &life[0], &life[len(life)-1]
			if first.start >= to.UnixMilli() {
				break
			}
			if last.end > to.UnixMilli() {
				last = &life[find(life, to.UnixMilli()-1)]
			}
			t.add(last.at(fn.splits, c.traffic.at(min(last.end, to.UnixMilli()))), 1)
			t.add(first.at(fn.splits, c.traffic.at(max(first.start, from.UnixMilli()))), -1)
		}
	}
	return t.counts(fn), nil
}

// lives cuts segments where a process ends.
func lives(segments []segment) iter.Seq[[]segment] {
	return func(yield func([]segment) bool) {
		for len(segments) > 0 {
			end := 1
			for end < len(segments) && segments[end].process == segments[0].process {
				end++
			}
			if !yield(segments[:end]) {
				return
			}
			segments = segments[end:]
		}
	}
}

// Observed counts what scrapes can show of the time after from and until to: of
// each process the growth from its last sample until from, or from zero if there
// is none, to its last sample until to. Events after a process' last sample are
// lost to every reader.
func (f *Fleet) Observed(service, name string, from, to time.Time) (Counts, error) {
	return f.observed(service, name, from, to, func(*target) bool { return true })
}

// ObservedOf is [Fleet.Observed] of one version of a function that has a [Canary].
func (f *Fleet) ObservedOf(service, name, version string, from, to time.Time) (Counts, error) {
	return f.observed(service, name, from, to, func(t *target) bool { return t.version == version })
}

func (f *Fleet) observed(service, name string, from, to time.Time, counts func(*target) bool) (Counts, error) {
	fn, err := f.find(service, name)
	if err != nil {
		return Counts{}, err
	}
	t := fn.newTally()
	c := fn.upTo(to.UnixMilli())
	for _, segments := range c.slots {
		for life := range lives(segments) {
			if first, last := life[0], life[len(life)-1]; !counts(first.process.target) || first.start > to.UnixMilli() || last.end <= from.UnixMilli() {
				continue
			}
			t.addLast(fn, c, life, to.UnixMilli(), 1)
			t.addLast(fn, c, life, from.UnixMilli(), -1)
		}
	}
	return t.counts(fn), nil
}

// tally sums states of counters.
type tally struct {
	sum counts
}

func (fn *function) newTally() *tally {
	n := len(fn.splits.parents)
	return &tally{counts{split: make([]int64, n), splitRests: make([]uint64, n)}}
}

func (t *tally) add(c counts, sign int64) {
	t.sum.calls += sign * c.calls
	t.sum.micros += uint64(sign) * c.micros // wraps around and back
	for i, n := range c.split {
		t.sum.split[i] += sign * n
	}
}

// addLast adds the newest sample of a process up to an instant, if there is
// one.
func (t *tally) addLast(fn *function, c course, life []segment, at, sign int64) {
	for i := len(life) - 1; i >= 0; i-- {
		s := &life[i]
		if s.start > at || s.weather.down {
			continue
		}
		if scrape := s.process.scrapeAtOrBefore(min(at, s.end-1)); scrape >= s.start {
			t.add(s.at(fn.splits, c.traffic.at(scrape)), sign)
			return
		}
	}
}

// counts reads the sums along the paths of the splits. All of them are linear,
// so sums of states are as good as states.
func (t *tally) counts(fn *function) Counts {
	sums := segment{counts: t.sum, weather: &weather{shares: make([]uint64, len(fn.splits.parents))}}
	calls := t.sum.calls
	c := Counts{Total: calls, ByCode: map[string]int64{}, Seconds: float64(t.sum.micros) / 1e6}
	for _, code := range fn.splits.codes {
		n := sums.follow(code.path, calls)
		if n == 0 {
			continue
		}
		c.ByCode[code.code] += n
		if code.gateway != "" {
			c.addGateway(code.gateway, code.code, n)
		}
	}
	for i, bound := range fn.splits.bounds {
		c.Buckets = append(c.Buckets, Bucket{bound, sums.follow(fn.splits.buckets[i], calls)})
	}
	c.Buckets = append(c.Buckets, Bucket{math.Inf(1), calls})
	if i := fn.splits.retries; i >= 0 {
		c.Retries = t.sum.split[i]
	}
	if i := fn.splits.cold; i >= 0 {
		c.ColdStarts = t.sum.split[i]
	}
	return c
}

func (c *Counts) addGateway(gateway, code string, n int64) {
	if c.ByGateway == nil {
		c.ByGateway = map[string]map[string]int64{}
	}
	if c.ByGateway[gateway] == nil {
		c.ByGateway[gateway] = map[string]int64{}
	}
	c.ByGateway[gateway][code] += n
}
