package spec

import (
	_ "embed" // for the names of the zones
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// Bounds of a window. The longest is what the storage keeps, by default where
// nobody configured it.
const (
	minWindow         = time.Hour
	defaultMostWindow = 400 * 24 * time.Hour
)

// zoneNames are what a misspelt zone may have meant: Go knows the zones and cannot
// list them. A zone that is missing here is read all the same, and lacks a
// suggestion only.
//
//go:embed zones.txt
var zoneNames string

// readWindows reads a window, or a list of them: the first is alerted on, the
// others are reported.
func (d *document) readWindows(v strictyaml.Value) (first slo.Window, reports []slo.Window, ok bool) {
	items := []strictyaml.Value{v}
	if v.IsList() {
		if items, _ = v.List(); len(items) == 0 {
			v.Errorf("window is empty: write a duration such as 30d")
			return first, nil, false
		}
	}
	ok = true
	names := make(map[string]bool, len(items))
	for i, item := range items {
		w, sound := d.readWindow(item)
		if sound && names[w.Name] {
			item.Errorf("window %q stands twice: the windows of an SLO are told apart by their names", w.Name)
			sound = false
		}
		names[w.Name], ok = true, ok && sound
		if i == 0 {
			first = w
		} else {
			reports = append(reports, w)
		}
	}
	return first, reports, ok
}

func (d *document) readWindow(v strictyaml.Value) (slo.Window, bool) {
	read := readRolling
	if v.IsMap() {
		read = d.readCalendar
	}
	w, ok := read(v)
	most := d.mostWindow()
	if !ok || w.Reach() <= most {
		return w, ok
	}
	length := w.Name
	if !w.Rolling() {
		length = "a " + length
	}
	v.Errorf("a window of %s is longer than what the storage keeps, %s: shorten it or raise storage.retention", length, slo.FormatDuration(most))
	return w, false
}

func (d *document) mostWindow() time.Duration {
	if d.options.Retention == 0 {
		return defaultMostWindow
	}
	return d.options.Retention
}

func readRolling(v strictyaml.Value) (slo.Window, bool) {
	name, ok := v.Text()
	if !ok {
		return slo.Window{}, false
	}
	if calendar := slo.Calendar(name); slices.Contains(slo.Calendars(), calendar) {
		v.Errorf("a window of the calendar is written {calendar: %s, timezone: Europe/Berlin}", name)
		return slo.Window{}, false
	}
	length, ok := v.Duration()
	if !ok {
		return slo.Window{}, false
	}
	if length < minWindow || length%time.Minute != 0 {
		v.Errorf("a window is a whole number of minutes, and at least 1h")
		return slo.Window{}, false
	}
	return slo.Window{Name: name, Length: length}, true
}

// readCalendar reads {calendar: month, timezone: Europe/Berlin}.
func (d *document) readCalendar(v strictyaml.Value) (slo.Window, bool) {
	m, _ := v.Map()
	var calendar slo.Calendar
	in, ok := time.UTC, false
	if name, there := m.Require("calendar"); there {
		calendar, ok = readPeriod(name)
	}
	if name, there := m.Take("timezone"); there {
		var known bool
		in, known = d.readZone(name)
		ok = ok && known
	}
	before := v.Report().Errors()
	m.Done()
	return slo.CalendarWindow(calendar, in), ok && v.Report().Errors() == before
}

func readPeriod(v strictyaml.Value) (slo.Calendar, bool) {
	text, ok := v.Text()
	if !ok {
		return "", false
	}
	if calendar := slo.Calendar(text); slices.Contains(slo.Calendars(), calendar) {
		return calendar, true
	}
	names := make([]string, len(slo.Calendars()))
	for i, c := range slo.Calendars() {
		names[i] = string(c)
	}
	v.Errorf("unknown calendar period %q: %s", text, strictyaml.Suggest(text, names))
	return "", false
}

// readZone reads the name of a time zone. Zones are kept, so that a name stands
// for one location in all files.
func (r *reader) readZone(v strictyaml.Value) (*time.Location, bool) {
	name, ok := v.Text()
	if !ok {
		return time.UTC, false
	}
	if in, ok := r.zones[name]; ok {
		return in, true
	}
	in, ok := DecodeZone(v)
	if ok {
		r.zones[name] = in
	}
	return in, ok
}

// DecodeZone reads the name of a time zone. The zone of the machine is refused: it
// is another one on another machine.
func DecodeZone(v strictyaml.Value) (*time.Location, bool) {
	name, ok := v.Text()
	if !ok {
		return time.UTC, false
	}
	in, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		v.Errorf("unknown time zone %q: %s", name, suggestZone(name))
		return time.UTC, false
	}
	return in, true
}

// suggestZone finds the zone that was meant: by its city, or by a similar name.
func suggestZone(name string) string {
	known := strings.Fields(zoneNames)
	if name != "" {
		for _, zone := range known {
			if strings.EqualFold(zone[strings.LastIndexByte(zone, '/')+1:], strings.ReplaceAll(name, " ", "_")) {
				return strictyaml.Suggest(zone, known)
			}
		}
	}
	if zone, ok := strictyaml.Similar(name, known); ok {
		return strictyaml.Suggest(zone, known)
	}
	return "write a name of the IANA time zone database, such as Europe/Berlin or UTC"
}
