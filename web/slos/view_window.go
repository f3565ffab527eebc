package slos

import (
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// windowTitle names the window in a sentence: "30d", "this month".
func windowTitle(w slo.Window) string {
	if w.Rolling() {
		return w.Name
	}
	return "this " + string(w.Calendar)
}

// resets are the instants at which a chart of the window begins anew, in Unix
// seconds, as many as it shows.
func resets(w slo.Window, to time.Time) string {
	var out []string
	if w.Rolling() || to.IsZero() {
		return ""
	}
	for at, _ := w.Bounds(to); at.After(to.Add(-w.Length)); at, _ = w.Bounds(at) {
		out = append(out, strconv.FormatInt(at.Unix(), 10))
	}
	return strings.Join(out, ",")
}

// definedWindows names every window with the zone of its calendar.
func definedWindows(o *slo.SLO) string {
	var names []string
	for _, w := range o.Windows() {
		name := w.Name
		if !w.Rolling() {
			name = "the " + name + " (" + w.Zone().String() + ")"
		}
		names = append(names, name)
	}
	return strings.Join(names, ", also over ")
}
