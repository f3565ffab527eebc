package alerting

import (
	"slices"
	"strings"
	"time"
)

// Told is how often a destination was told of an incident.
type Told struct {
	Destination string
	First, Last time.Time
	Times       int
	Text        string // of the last time
}

// ToldIn lists which destinations events say were told, in the order of their first
// time. Of the names given only those are known: a text alone does not say where a
// name ends.
func ToldIn(events []Event, destinations []string) (out []Told) {
	for _, e := range events {
		destination, text, ok := e.told(destinations)
		if !ok {
			continue
		}
		at := slices.IndexFunc(out, func(t Told) bool { return t.Destination == destination })
		if at < 0 {
			at = len(out)
			out = append(out, Told{Destination: destination, First: e.At, Last: e.At})
		}
		t := &out[at]
		t.Times++
		if e.At.Before(t.First) {
			t.First = e.At
		}
		if !e.At.Before(t.Last) {
			t.Last, t.Text = e.At, text
		}
	}
	return out
}

// told is what an event says that a destination was told. The longest name that fits
// is meant.
func (e Event) told(destinations []string) (destination, text string, ok bool) {
	if e.Kind != EventNotified {
		return "", "", false
	}
	for _, d := range destinations {
		if after, fits := strings.CutPrefix(e.Text, d+": "); fits && len(d) >= len(destination) {
			destination, text, ok = d, after, true
		}
	}
	return destination, text, ok
}

// Destinations are the names of those that were told of the incident or are owed it,
// each once.
func (i Incident) Destinations() (out []string) {
	for _, d := range i.Deliveries {
		if !slices.Contains(out, d.Destination) {
			out = append(out, d.Destination)
		}
	}
	return out
}

// Runs cuts a timeline, oldest first, into events that stand alone and stretches in
// which nothing happened but that destinations were told.
func Runs(events []Event) (out [][]Event) {
	for _, e := range events {
		last := len(out) - 1
		if e.Kind == EventNotified && last >= 0 && out[last][0].Kind == EventNotified {
			out[last] = append(out[last], e)
			continue
		}
		out = append(out, []Event{e})
	}
	return out
}
