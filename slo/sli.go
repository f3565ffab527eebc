package slo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// SLI is a service level indicator: how events are counted and which of them
// are bad. Exactly one kind is set.
type SLI struct {
	Ratio      *Ratio
	Latency    *Latency
	Threshold  *Threshold
	ErrorRatio *ErrorRatio
	// Fingerprint names the labels that tell one kind of bad event from another.
	Fingerprint []string
}

// Ratio counts events with counters. Two of the three are set; several
// selectors of one role are added.
type Ratio struct {
	Total []Selector
	Good  []Selector
	Bad   []Selector
}

// Latency counts the calls at or under a threshold as good, from the buckets of
// a histogram, classic or native.
type Latency struct {
	Histogram Selector      // without the _bucket suffix
	Threshold time.Duration // a bucket bound, unless Interpolate
	Unit      time.Duration // what 1 means in the bounds: a second or a millisecond
	// Interpolate estimates a threshold that lies between two bounds, as if the
	// calls of a bucket were spread evenly over it. Without it such a threshold
	// makes the indicator invalid.
	Interpolate bool
}

// Bound is the threshold in the unit of the histogram's bounds.
func (l Latency) Bound() float64 {
	return float64(l.Threshold) / float64(l.Unit)
}

// Threshold counts slots of time: one is good when every value of a query
// compares as asked, and bad when any does not. A slot in which the query has no
// value is not known.
type Threshold struct {
	Query string // PromQL that gives an instant vector
	Op    CompareOp
	Value float64
}

// CompareOp is how a [Threshold] compares: one of PromQL's comparisons.
type CompareOp string

// The comparisons of PromQL.
const (
	Less           CompareOp = "<"
	LessOrEqual    CompareOp = "<="
	Greater        CompareOp = ">"
	GreaterOrEqual CompareOp = ">="
	Equal          CompareOp = "=="
	NotEqual       CompareOp = "!="
)

// Opposite is the comparison that holds where op does not.
func (op CompareOp) Opposite() CompareOp {
	return map[CompareOp]CompareOp{
		Less: GreaterOrEqual, LessOrEqual: Greater, Greater: LessOrEqual, GreaterOrEqual: Less, Equal: NotEqual, NotEqual: Equal,
	}[op]
}

// ErrorRatio takes the share of bad events from a query that gives one value
// between 0 and 1. Without a weight every slot counts the same, however many
// calls there were in it; with one a slot counts as much as the weight grew.
type ErrorRatio struct {
	Query  string     // PromQL that gives one value
	Weight []Selector // counters whose growth is the number of events; added
}

// RatioUnit is how many counts make one call of an error ratio with a weight: its
// bad calls are fractions, kept in thousandths.
const RatioUnit = 1000

// ShareUnit is how many counts make one slot of an error ratio without a weight.
// It is finer than [RatioUnit], since a slot is one event, however strict the
// objective.
const ShareUnit = 1_000_000

// Scale says what the counts of an indicator stand for.
type Scale struct {
	Unit  int64 // counts that make one event; 0 is 1
	Slots bool  // bad events are told by slots, so guards count bad slots
	Timed bool  // an event is a slot of time, not a call
}

// Events is a number of counts in events.
func (s Scale) Events(counts int64) float64 { return float64(counts) / float64(max(s.Unit, 1)) }

// Noun is what the events are, for a sentence: "calls" or "slots".
func (s Scale) Noun() string {
	if s.Timed {
		return "slots"
	}
	return "calls"
}

// Scale returns what the indicator's counts stand for.
func (s SLI) Scale() Scale {
	switch {
	case s.Threshold != nil:
		return Scale{Unit: 1, Slots: true, Timed: true}
	case s.ErrorRatio == nil:
		return Scale{Unit: 1}
	case len(s.ErrorRatio.Weight) == 0:
		return Scale{Unit: ShareUnit, Slots: true, Timed: true}
	}
	return Scale{Unit: RatioUnit, Slots: true}
}

// Caveats are what a reader of the indicator's numbers has to know about how
// they come about, as sentences; none for an indicator that counts calls.
func (s SLI) Caveats() []string {
	switch {
	case s.Threshold != nil:
		return []string{"Time-weighted: it counts slots of time, however many calls there were in them."}
	case s.ErrorRatio == nil:
		return nil
	case len(s.ErrorRatio.Weight) == 0:
		return []string{"Time-weighted: every slot counts the same, however many calls there were in it. With a weight it counts calls."}
	}
	return []string{"Bad calls are the ratio of each slot times its calls: as exact as the ratio, which a query estimates."}
}

// Kind names the kind as the YAML does: "ratio", "latency", "threshold" or
// "error_ratio".
func (s SLI) Kind() string {
	switch {
	case s.Latency != nil:
		return "latency"
	case s.Threshold != nil:
		return "threshold"
	case s.ErrorRatio != nil:
		return "error_ratio"
	}
	return "ratio"
}

// Selectors lists every selector the SLI reads. Those of free queries are not
// among them.
func (s SLI) Selectors() []Selector {
	switch {
	case s.Latency != nil:
		return []Selector{s.Latency.Histogram}
	case s.Threshold != nil:
		return nil
	case s.ErrorRatio != nil:
		return s.ErrorRatio.Weight
	}
	return slices.Concat(s.Ratio.Total, s.Ratio.Good, s.Ratio.Bad)
}

// Subject is what the SLI is about, as PromQL, to name it in a sentence: its
// first selector, or its free query.
func (s SLI) Subject() string {
	switch {
	case s.Threshold != nil:
		return s.Threshold.Query
	case s.ErrorRatio != nil:
		return s.ErrorRatio.Query
	}
	return s.Selectors()[0].String()
}

// Key identifies what is counted on a backend: SLOs with the same key share one
// account, and an SLI whose key changes starts a new one.
func (s SLI) Key(backend string) string {
	key := accountKey(backend, s.canonical())
	if s.Scale().Timed {
		return seenPrefix + key
	}
	return key
}

// seenPrefix begins the keys of accounts that hold what was seen at the ends of
// slots, and no growth.
const seenPrefix = "seen:"

// Bridges reports whether a slot of the account that follows slots without
// samples tells about those as well, as the growth of a counter does. What was
// seen at an instant says nothing about the time before.
func Bridges(key string) bool { return !strings.HasPrefix(key, seenPrefix) }

func accountKey(backend, canonical string) string {
	sum := sha256.Sum256([]byte(strconv.Quote(backend) + canonical))
	return hex.EncodeToString(sum[:16])
}

func (s SLI) canonical() string {
	fingerprint := strings.Join(slices.Sorted(slices.Values(s.Fingerprint)), ",")
	switch {
	case s.Latency != nil:
		return s.Latency.canonical() + " by " + fingerprint
	case s.Threshold != nil:
		return fmt.Sprintf("threshold %q %s %v", s.Threshold.Query, s.Threshold.Op, s.Threshold.Value)
	case s.ErrorRatio != nil:
		return fmt.Sprintf("error_ratio %q weight %s", s.ErrorRatio.Query, canonicalList(s.ErrorRatio.Weight))
	}
	return fmt.Sprintf("ratio total %s good %s bad %s by %s",
		canonicalList(s.Ratio.Total), canonicalList(s.Ratio.Good), canonicalList(s.Ratio.Bad), fingerprint)
}

func (l Latency) canonical() string {
	text := fmt.Sprintf("latency %s <= %v", l.Histogram.Canonical(), l.Bound())
	if l.Interpolate {
		text += " interpolated"
	}
	return text
}

func canonicalList(list []Selector) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.Canonical().String()
	}
	slices.Sort(out)
	return out
}
