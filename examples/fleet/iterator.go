package fleet

import (
	"math"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
)

// iterator computes the samples from mint to maxt of one series, one at a time.
// Seeking costs as much as stepping.
type iterator struct {
	cursor
	mint, maxt int64
	t          int64 // of the current sample; below mint before the first
	v          float64
	done       bool
}

func (it *iterator) reset(c cursor, mint, maxt int64) {
	*it = iterator{cursor: c, mint: max(mint, c.target.start), maxt: min(maxt, c.target.end-1), t: math.MinInt64}
}

// Next implements [chunkenc.Iterator].
func (it *iterator) Next() chunkenc.ValueType {
	if it.t == math.MinInt64 {
		return it.from(it.target.scrapeAtOrAfter(it.mint))
	}
	return it.from(it.t + scrapeMillis)
}

// Seek implements [chunkenc.Iterator].
func (it *iterator) Seek(t millis) chunkenc.ValueType {
	if it.done {
		return chunkenc.ValNone
	}
	if it.t >= t && it.t != math.MinInt64 {
		return it.kind()
	}
	if t > it.maxt { // also keeps the sum below from overflowing
		it.done = true
		return chunkenc.ValNone
	}
	return it.from(it.target.scrapeAtOrAfter(max(t, it.mint)))
}

// from stands on the first sample at or after a scrape.
func (it *iterator) from(t int64) chunkenc.ValueType {
	for !it.done && t <= it.maxt {
		value, found, until := it.sample(t)
		if found {
			it.t, it.v = t, value
			return it.kind()
		}
		if until > it.maxt {
			break
		}
		t = it.target.scrapeAtOrAfter(until)
	}
	it.done = true
	return chunkenc.ValNone
}

// At implements [chunkenc.Iterator].
func (it *iterator) At() (int64, float64) { return it.t, it.v }

// AtT implements [chunkenc.Iterator].
func (it *iterator) AtT() int64 { return it.t }

// AtST implements [chunkenc.Iterator]: start times are a metric of their own.
func (it *iterator) AtST() int64 { return 0 }

// Err implements [chunkenc.Iterator]: formulas do not fail.
func (it *iterator) Err() error { return nil }

// kind is what the samples of the series are.
func (it *iterator) kind() chunkenc.ValueType {
	if it.reading == readNative {
		return chunkenc.ValFloatHistogram
	}
	return chunkenc.ValFloat
}

// AtHistogram implements [chunkenc.Iterator]. Native histograms are of floats.
func (it *iterator) AtHistogram(*histogram.Histogram) (int64, *histogram.Histogram) {
	return it.t, nil
}

// AtFloatHistogram implements [chunkenc.Iterator].
func (it *iterator) AtFloatHistogram(*histogram.FloatHistogram) (int64, *histogram.FloatHistogram) {
	return it.t, it.native(it.t)
}

// sparse is an iterator over the newest sample at or before each of a row of
// instants, and the newest of all. That is all last_over_time can return. With
// lives it stands on the first and last sample of each process as well: counters
// are reset only between those.
type sparse struct {
	iterator
	first, step int64 // the row: first, first+step, …
	lives       bool
	life        *process // of the sample before
}

// Next implements [chunkenc.Iterator].
func (it *sparse) Next() chunkenc.ValueType {
	start := it.mint
	if it.t != math.MinInt64 {
		start = it.t + 1
	}
	return it.newestFrom(start)
}

// Seek implements [chunkenc.Iterator].
func (it *sparse) Seek(t millis) chunkenc.ValueType {
	if !it.done && it.t >= t && it.t != math.MinInt64 {
		return it.kind()
	}
	return it.newestFrom(max(t, it.mint))
}

// newestFrom stands on the newest sample from start up to the next instant of
// the row. If there is none, a later instant does.
func (it *sparse) newestFrom(start int64) chunkenc.ValueType {
	for !it.done && start <= it.maxt {
		instant := it.instant(start)
		if it.lives {
			life := it.lifeAt(start)
			if life == nil || life != it.life {
				return it.beginLife(start)
			}
			instant = min(instant, life.end-1)
		}
		if scrape := it.target.scrapeAtOrBefore(instant); scrape >= start {
			if value, found, _ := it.sample(scrape); found {
				it.t, it.v = scrape, value
				return it.kind()
			}
		}
		// The newest scrape shows nothing: walk from the first that does.
		if it.from(it.target.scrapeAtOrAfter(start)) == chunkenc.ValNone {
			return chunkenc.ValNone
		}
		if it.t <= instant {
			return it.walkTo(instant)
		}
		start = it.t
	}
	it.done = true
	return chunkenc.ValNone
}

// lifeAt is the process at or after an instant; nil where there is none.
func (it *sparse) lifeAt(at int64) *process {
	if s := it.segmentAt(at); s != nil {
		return s.process
	}
	if it.i < len(it.segments) {
		return it.segments[it.i].process
	}
	return nil
}

// beginLife stands on the first sample from start.
func (it *sparse) beginLife(start int64) chunkenc.ValueType {
	kind := it.from(it.target.scrapeAtOrAfter(start))
	if kind != chunkenc.ValNone {
		it.life = it.lifeAt(it.t)
	}
	return kind
}

// walkTo steps from the current sample to the newest up to an instant.
func (it *sparse) walkTo(instant int64) chunkenc.ValueType {
	t, v := it.t, it.v
	for it.from(it.t+scrapeMillis) != chunkenc.ValNone && it.t <= instant {
		t, v = it.t, it.v
	}
	it.t, it.v, it.done = t, v, false
	return it.kind()
}

// instant is the first of the row at or after start, at most maxt.
func (it *sparse) instant(start int64) int64 {
	if start <= it.first {
		return min(it.first, it.maxt)
	}
	steps := (start - it.first + it.step - 1) / it.step
	return min(it.first+steps*it.step, it.maxt)
}

// millis is a sample's timestamp. The name also tells vet that Seek here is not
// the Seek of files.
type millis = int64
