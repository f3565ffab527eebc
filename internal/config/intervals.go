package config

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/spec"
)

// readTimeIntervals reads the named intervals, in Alertmanager's words.
func (r *reader) readTimeIntervals(m *strictyaml.Map) map[string]route.Interval {
	out := map[string]route.Interval{}
	each(m, "time_intervals", func(m *strictyaml.Map) {
		var i route.Interval
		if name, ok := m.Require("name"); ok {
			i.Name, _ = r.intervals.define(name)
		}
		if periods, ok := m.Require("time_intervals"); ok {
			i.Periods = readPeriods(periods)
		}
		m.Done()
		out[i.Name] = i
	})
	return out
}

func readPeriods(v strictyaml.Value) []route.Period {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("time_intervals is empty: such an interval never holds")
	}
	var out []route.Period
	for _, item := range items {
		if m, ok := item.Map(); ok {
			out = append(out, readPeriod(m))
		}
	}
	return out
}

func readPeriod(m *strictyaml.Map) (p route.Period) {
	p.Times = readTimes(m)
	p.Weekdays = readRanges(m, "weekdays", weekday)
	p.DaysOfMonth = readRanges(m, "days_of_month", dayOfMonth)
	p.Months = readRanges(m, "months", month)
	p.Years = readRanges(m, "years", year)
	if v, ok := m.Take("location"); ok {
		p.Location, _ = spec.DecodeZone(v)
	}
	if !m.Has("times") && !m.Has("weekdays") && !m.Has("days_of_month") && !m.Has("months") && !m.Has("years") {
		m.Value().Errorf("this holds always: say when, with times, weekdays, days_of_month, months or years")
	}
	m.Done()
	return p
}

func readTimes(m *strictyaml.Map) []route.Range {
	v, ok := m.Take("times")
	if !ok {
		return nil
	}
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("times is empty: name some, or leave the key out")
	}
	var out []route.Range
	for _, item := range items {
		m, ok := item.Map()
		if !ok {
			continue
		}
		start, knowsStart := readTimeOfDay(m, "start_time")
		end, knowsEnd := readTimeOfDay(m, "end_time")
		m.Done()
		if knowsStart && knowsEnd && start >= end {
			item.Errorf("end_time must be after start_time: a night is two, 22:00 to 24:00 and 00:00 to 06:00")
		}
		out = append(out, route.Range{First: start, Last: end})
	}
	return out
}

var timeOfDay = regexp.MustCompile(`^(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)$`)

// readTimeOfDay reads the minute of the day.
func readTimeOfDay(m *strictyaml.Map, key string) (int, bool) {
	v, ok := m.Require(key)
	if !ok {
		return 0, false
	}
	text, ok := v.Text()
	if !ok {
		return 0, false
	}
	parts := timeOfDay.FindStringSubmatch(text)
	if parts == nil {
		v.Errorf("%s must be a time of day such as 09:30, up to 24:00", key)
		return 0, false
	}
	if parts[1] == "" {
		return 24 * 60, true
	}
	hour, _ := strconv.Atoi(parts[1]) // the expression lets nothing else through
	minute, _ := strconv.Atoi(parts[2])
	return hour*60 + minute, true
}

// rangeKind is what the ends of a range are.
type rangeKind struct {
	what      string   // "a weekday"
	names     []string // of the numbers from first on
	first     int
	low, high int // of what is written as a number; the same when only names are taken
	fromEnd   bool
}

var (
	weekday    = rangeKind{what: "a weekday", names: []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}}
	dayOfMonth = rangeKind{what: "a day of the month, from 1 to 31, or from -1, the last one, to -31", low: -31, high: 31, fromEnd: true}
	month      = rangeKind{what: "a month", names: []string{
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
	}, first: 1, low: 1, high: 12}
	year = rangeKind{what: "a year", low: 1970, high: 9999}
)

func readRanges(m *strictyaml.Map, key string, kind rangeKind) []route.Range {
	v, ok := m.Take(key)
	if !ok {
		return nil
	}
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("%s is empty: name some, or leave the key out", key)
	}
	var out []route.Range
	for _, item := range items {
		if text, ok := item.Text(); ok {
			out = append(out, kind.read(item, text))
		}
	}
	return out
}

// read reads "monday:friday", or one end alone.
func (k rangeKind) read(v strictyaml.Value, text string) (r route.Range) {
	first, last, isRange := strings.Cut(text, ":")
	if !isRange {
		last = first
	}
	var ok, lastOK bool
	r.First, ok = k.member(v, 0, first)
	lastOK = ok
	if isRange {
		r.Last, lastOK = k.member(v, len(first)+1, last)
	} else {
		r.Last = r.First
	}
	if ok && lastOK && k.backwards(r) {
		v.Errorf("%s ends before it begins: write two ranges", text)
	}
	return r
}

func (k rangeKind) member(v strictyaml.Value, offset int, word string) (int, bool) {
	for i, name := range k.names {
		if strings.EqualFold(name, word) {
			return k.first + i, true
		}
	}
	n, err := strconv.Atoi(word)
	if err == nil && k.low < k.high && k.low <= n && n <= k.high && (n != 0 || !k.fromEnd) {
		return n, true
	}
	if best, ok := strictyaml.Similar(word, k.names); ok {
		v.ErrorAt(offset, "%q is not %s: did you mean %q?", word, k.what, best)
	} else {
		v.ErrorAt(offset, "%q is not %s", word, k.what)
	}
	return 0, false
}

// backwards reports whether a range is empty in every month.
func (k rangeKind) backwards(r route.Range) bool {
	if !k.fromEnd {
		return r.First > r.Last
	}
	if r.First < 0 && r.Last > 0 { // in most months, and it is not meant in the others
		return true
	}
	inLongest := func(day int) int {
		if day < 0 {
			return day + 32
		}
		return day
	}
	return inLongest(r.First) > inLongest(r.Last)
}
