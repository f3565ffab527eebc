package lint

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Facts are what a backend said about the objectives at an instant.
type Facts struct {
	At      time.Time
	Metrics map[string]*Metric // by name, all that the objectives read
	// Names are the metrics there are; nil if nothing was missing or nobody told.
	Names []string
	// Began is the oldest instant of which the backend has data, as far back as the
	// longest window looks; zero if it is not known.
	Began time.Time
	// Counted is how the last hour of an indicator counted, and Traffic its calls over
	// the window, both by [slo.SLI.Key].
	Counted map[string]Count
	Traffic map[string]Traffic
	// Sums are the events of the parts of a ratio that have series of their own, by
	// [slo.SLI.Key].
	Sums map[string][]Sum
	// Untold says in sentences what the backend would not tell.
	Untold []string
}

// Metric is what is known about the series of one metric, as far as the objectives
// select them.
type Metric struct {
	Name string
	Now  *Index // those that have a sample in the last minutes
	// Before are those that had one within the longest window, of what is missing
	// now; nil if nothing is missing or nobody told.
	Before *Index
	// Seen is when a series had its last sample, for what is missing now.
	Seen []Sighting
	// Labels are the names of labels that the series had within the longest window;
	// nil if it was not asked.
	Labels  []string
	Types   []string // as the targets say
	Refused error    // why the series were not counted
	// Each is how many samples a series gets in an hour; 0 if it was not asked.
	Each float64
}

// Row is series that agree in all labels which the objectives look at.
type Row struct {
	Labels map[string]string
	Series int
}

// Sighting is when the series of a Row had their last sample, to five minutes.
type Sighting struct {
	Labels map[string]string
	At     time.Time
}

// Count is how an indicator counted over the last hour.
type Count struct {
	Slots   int        // that had samples
	Counts  slo.Counts // of them
	Refused error      // why the backend does not answer
	Invalid error      // why the numbers cannot be true
}

// Sum is what one part of a ratio counted over the last hour or day: Total at most,
// the part at least.
type Sum struct {
	Over  time.Duration
	Bad   bool // the part are the bad events, not the good ones
	Total float64
	Part  float64
}
