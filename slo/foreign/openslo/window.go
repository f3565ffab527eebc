package openslo

import (
	"regexp"
	"strconv"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
)

// shorthand is how OpenSLO writes durations: one number and one unit.
var shorthand = regexp.MustCompile(`^([1-9][0-9]{0,5})([mhdwMQY])$`)

// days are the lengths of the units that have none of their own.
var days = map[string]int{"M": 30, "Q": 90, "Y": 365}

// readDuration reads a duration as the native format writes it. Months, quarters
// and years become days.
func readDuration(v strictyaml.Value) (text string, ok bool) {
	text, ok = v.Text()
	if !ok {
		return "", false
	}
	parts := shorthand.FindStringSubmatch(text)
	if parts == nil {
		v.Errorf("%q is no duration of OpenSLO: a number and one of m, h, d, w, M (months), Q and Y, such as 28d or 1M", text)
		return "", false
	}
	if length, ok := days[parts[2]]; ok {
		n, _ := strconv.Atoi(parts[1])
		return strconv.Itoa(n*length) + "d", true
	}
	return text, true
}

// readWindow reads the one time window an SLO has.
func readWindow(b foreign.Builder, m *strictyaml.Map) (*yaml.Node, bool) {
	v, ok := m.Take("timeWindow")
	if !ok {
		m.Value().Errorf("missing key %q: slofuse judges an SLO over a window, such as timeWindow: [{duration: 28d, isRolling: true}]", "timeWindow")
		return nil, false
	}
	items, ok := v.List()
	if ok && len(items) != 1 {
		v.Errorf("an SLO has exactly one timeWindow")
	}
	if !ok || len(items) != 1 {
		return nil, false
	}
	window, ok := items[0].Map()
	if !ok {
		return nil, false
	}
	duration, hasDuration := window.Require("duration")
	rolls := readAnswer(window, "isRolling")
	calendar, hasCalendar := window.Take("calendar")
	foreign.Done(window)
	switch {
	case hasCalendar == (rolls == yes):
		items[0].Errorf("a timeWindow has either isRolling: true or a calendar")
		return nil, false
	case !hasDuration:
		return nil, false
	case hasCalendar:
		return readCalendar(b, duration, calendar)
	}
	return readRolling(b, duration)
}

func readRolling(b foreign.Builder, v strictyaml.Value) (*yaml.Node, bool) {
	text, ok := readDuration(v)
	if !ok {
		return nil, false
	}
	if written, _ := v.Text(); written != text {
		foreign.Lost(v, "duration: a rolling window of %s is one of %s", written, text)
	}
	return b.Text(v, text), true
}

// periods are the durations that are periods of the calendar.
var periods = map[string]slo.Calendar{
	"1w": slo.Week, "7d": slo.Week, "1M": slo.Month, "1Q": slo.Quarter, "3M": slo.Quarter,
}

// readCalendar reads a period of the calendar.
func readCalendar(b foreign.Builder, duration, calendar strictyaml.Value) (*yaml.Node, bool) {
	m, ok := calendar.Map()
	if !ok {
		return nil, false
	}
	start, hasStart := m.Require("startTime")
	zone, hasZone := m.Require("timeZone")
	foreign.Done(m)
	text, ok := duration.Text()
	period, known := periods[text]
	if ok && !known {
		duration.Errorf("slofuse has no period of the calendar of %s: there are 1w, 1M and 1Q; a rolling window can have any length", text)
	}
	if !ok || !known || !hasStart || !hasZone {
		return nil, false
	}
	name, ok := zone.Text()
	if !ok || !checkStart(start, period) {
		return nil, false
	}
	out := foreign.Flow(b.Map(duration))
	foreign.Put(out, "calendar", b.Text(duration, string(period)))
	foreign.Put(out, "timezone", b.Text(zone, name))
	return out, true
}

// startLayouts are how the first period's beginning is written.
var startLayouts = []string{time.DateTime, "2006-01-02T15:04:05", time.RFC3339, time.DateOnly}

// checkStart reads when the periods begin. Those of slofuse begin where those of
// the calendar do; others are said to be lost.
func checkStart(v strictyaml.Value, period slo.Calendar) bool {
	text, ok := v.Text()
	if !ok {
		return false
	}
	for _, layout := range startLayouts {
		start, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if from, _ := slo.CalendarWindow(period, time.UTC).Bounds(start.Add(time.Second)); !from.Equal(start) {
			foreign.Lost(v, "startTime (%s): a period of the calendar begins at midnight of the first day of a %s", text, period)
		}
		return true
	}
	v.Errorf("%q is no time such as 2026-01-01 00:00:00", text)
	return false
}
