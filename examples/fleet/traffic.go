package fleet

// unit is one call in the fixed-point numbers of traffic.
const unit = 1 << 16

// traffic is a running integral of calls, one value per minute, in units. Its
// values never change; it grows at the end.
type traffic struct {
	begin  int64 // milliseconds, a whole minute
	totals []int64
}

// upTo returns the integral, grown to cover at least an instant.
func (tr traffic) upTo(fn *function, at int64) traffic {
	luck := fn.dice("traffic")
	for len(tr.totals) == 0 || tr.end() <= at {
		if len(tr.totals) == 0 {
			tr.totals = append(tr.totals, 0)
			continue
		}
		minute := tr.end() / minuteMillis
		tr.totals = append(tr.totals, tr.totals[len(tr.totals)-1]+fn.minuteOf(minute, luck))
	}
	return tr
}

// end is the newest instant the integral is known for.
func (tr traffic) end() int64 { return tr.begin + int64(len(tr.totals)-1)*minuteMillis }

// at is the integral at an instant, linear inside a minute.
func (tr traffic) at(t int64) int64 {
	since := uint64(t - tr.begin)
	minute, rest := since/uint64(minuteMillis), since%uint64(minuteMillis)
	from := tr.totals[minute]
	return from + int64(uint64(tr.totals[minute+1]-from)*rest/uint64(minuteMillis))
}

// minuteOf is how many units arrive in a minute since 1970.
func (fn *function) minuteOf(minute int64, luck dice) int64 {
	day := minute / (24 * 60)
	weekend := (day+4)%7 == 0 || (day+4)%7 == 6 // 1 January 1970 was a Thursday
	hour := float64(minute%(24*60)) / 60
	factor := fn.rhythm(hour, weekend, luck.uniform(-1-minute/10))
	noise := luck.between(minute, 0.88, 1.12)
	return int64(fn.rate * 60 * factor * noise * unit)
}
