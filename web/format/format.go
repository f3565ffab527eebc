package format

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Unknown is what a number that is not known reads as.
const Unknown = "unknown"

// Dash stands for what is not known in tables, which say once what it means.
const Dash = "–"

// Reading is what a number reads as while the history it is of is still being read.
const Reading = "reading"

// SLI writes a success ratio with as many decimals as it takes to see what is
// missing: 99.951%, 99.99984%. It rounds toward failure, so 100% means every
// event was good.
func SLI(ratio float64, known bool) string {
	if !usable(ratio, known) {
		return Unknown
	}
	decimals := 3
	whole := math.Pow10(decimals + 2)
	for decimals < 6 && ratio < 1 && math.Floor(ratio*whole) >= whole-1 { // nothing but nines
		decimals++
		whole *= 10
	}
	scaled := math.Floor(ratio*whole + 1e-6)
	if ratio < 1 {
		scaled = min(scaled, whole-1)
	}
	return trim(strconv.FormatFloat(scaled*100/whole, 'f', decimals, 64)) + "%"
}

// Left writes the rest of a budget: 51%, spent, overspent by 34%.
func Left(remaining float64, known bool) string {
	if !usable(remaining, known) {
		return Unknown
	}
	return slo.FormatLeft(remaining)
}

// Share writes a part of a whole, such as a coverage: 51%, 4.2%, -34%. Only an
// untouched share is 100%, and only an empty one is 0%.
func Share(ratio float64, known bool) string {
	if !usable(ratio, known) {
		return Unknown
	}
	return slo.FormatShare(ratio)
}

// Part writes a share of which the smallest is not taken for more: 9.8%, <0.1%, 0%.
func Part(ratio float64) string {
	if ratio > 0 && ratio < 0.0005 {
		return "<0.1%"
	}
	return Share(ratio, true)
}

// Burn writes a burn rate: 20.1×, 0.4×, 0×.
func Burn(rate float64, known bool) string {
	if !usable(rate, known) {
		return Unknown
	}
	switch {
	case rate == 0:
		return "0×"
	case rate < 0.05:
		return "<0.1×"
	case rate >= 100:
		return Count(int64(math.Round(rate))) + "×"
	}
	return trim(strconv.FormatFloat(rate, 'f', 1, 64)) + "×"
}

// Count writes an integer with a comma for each thousand: 1,234,567.
func Count(n int64) string { return slo.FormatCount(n) }

// Large writes a number of events as it is said: 12.3 million, 950, 12,300. It rounds
// down, so that nothing is called more than it is.
func Large(n float64) string {
	if !usable(n, true) {
		return Unknown
	}
	for _, unit := range []struct {
		size float64
		name string
	}{{1e12, "trillion"}, {1e9, "billion"}, {1e6, "million"}} {
		if math.Abs(n) >= unit.size {
			return trim(strconv.FormatFloat(math.Trunc(n/unit.size*10)/10, 'f', 1, 64)) + " " + unit.name
		}
	}
	return Events(n)
}

// Points writes a difference of ratios in percentage points, with its sign.
func Points(ratio float64) string {
	if ratio > 0 {
		return "+" + slo.FormatNumber(ratio*100, 2)
	}
	return slo.FormatNumber(ratio*100, 2)
}

// Events writes a number of events that need not be whole: 1,235.2, 0.4.
func Events(n float64) string {
	if !usable(n, true) || math.Abs(n) >= 1<<62 {
		return Unknown
	}
	if math.Abs(n) >= 100 {
		return Count(int64(math.Round(n)))
	}
	return trim(strconv.FormatFloat(n, 'f', 1, 64))
}

// Value writes a number of any size with its unit: 3.2 jobs, 1,200,000, 0.00042.
func Value(v float64, unit string) string {
	if !usable(v, true) {
		return Unknown
	}
	text := strconv.FormatFloat(v, 'g', 3, 64)
	if n := math.Abs(v); n >= 100 && n < 1<<62 {
		text = Count(int64(math.Round(v)))
	}
	if unit != "" {
		text += " " + unit
	}
	return text
}

// Money writes an amount with what the money is called: €12.40, $0.0019, 1,250 USD.
// Small amounts have two digits that say something, and never more than six after the
// point.
func Money(v float64, unit string) string {
	const most = 6
	switch {
	case !usable(v, true):
		return Unknown
	case v < 0:
		return "-" + Money(-v, unit)
	case v > 0 && v < math.Pow10(-most):
		return "under " + priced(strconv.FormatFloat(math.Pow10(-most), 'f', most, 64), unit)
	case v >= 999.995:
		return priced(Count(int64(math.Round(v))), unit)
	}
	decimals := 2
	for v > 0 && decimals < most && v*math.Pow10(decimals) < 9.5 {
		decimals++
	}
	text := strconv.FormatFloat(v, 'f', decimals, 64)
	for ; decimals > 2 && strings.HasSuffix(text, "0"); decimals-- {
		text = text[:len(text)-1]
	}
	return priced(text, unit)
}

// priced puts a sign before an amount, and a word or a code behind it.
func priced(amount, unit string) string {
	if strings.Contains("€$£¥₹", unit) && unit != "" {
		return unit + amount
	}
	return strings.TrimSpace(amount + " " + unit)
}

// Latency writes seconds: 850 µs, 21 ms, 1.8 s, 2 m 5 s. Nil is unknown.
func Latency(seconds *float64) string {
	if seconds == nil || !usable(*seconds, true) {
		return Unknown
	}
	s := *seconds
	switch {
	case s < 0.001:
		return significant(s*1e6) + " µs"
	case s < 1:
		return significant(s*1000) + " ms"
	case s < 60:
		return significant(s) + " s"
	}
	return Span(time.Duration(min(s, 1e9) * float64(time.Second)))
}

// Average writes an average in seconds, which is estimated and has an upper bound:
// "about 84 ms", or "at least about 84 ms" where there is no upper one, since what the
// slowest took is counted at the highest bound then. Nil is unknown.
func Average(estimate, to *float64) string {
	switch {
	case estimate == nil:
		return Unknown
	case to == nil:
		return "at least about " + Latency(estimate)
	}
	return "about " + Latency(estimate)
}

// Rate writes calls per second, or per minute, hour or day where that is easier
// to picture. Nil is unknown.
func Rate(perSecond *float64) string {
	if perSecond == nil || !usable(*perSecond, true) {
		return Unknown
	}
	r := *perSecond
	switch {
	case r == 0:
		return "0/s"
	case r >= 1000:
		return Count(int64(math.Round(r))) + "/s"
	case r >= 1:
		return significant(r) + "/s"
	case r*60 >= 1:
		return significant(r*60) + "/min"
	case r*3600 >= 1:
		return significant(r*3600) + "/h"
	}
	return significant(r*86400) + "/d"
}

// Span writes a length of time by its two largest units: 3 d 4 h, 12 m, 0 s.
func Span(d time.Duration) string {
	if d < 0 {
		return "-" + Span(-d)
	}
	units := []struct {
		name string
		size time.Duration
	}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}}
	for i, u := range units {
		n := d / u.size
		if n == 0 {
			continue
		}
		text := strconv.FormatInt(int64(n), 10) + " " + u.name
		if i+1 < len(units) {
			if rest := (d % u.size) / units[i+1].size; rest > 0 {
				text += " " + strconv.FormatInt(int64(rest), 10) + " " + units[i+1].name
			}
		}
		return text
	}
	return "0 s"
}

// significant keeps two digits of small numbers and whole large ones.
func significant(v float64) string {
	decimals := 0
	if math.Abs(v) < 10 {
		decimals = 1
	}
	if math.Abs(v) < 1 {
		decimals = 2
	}
	return trim(strconv.FormatFloat(v, 'f', decimals, 64))
}

func usable(v float64, known bool) bool { return known && !math.IsNaN(v) && !math.IsInf(v, 0) }

// trim drops zeros after the point.
func trim(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}
