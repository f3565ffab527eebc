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
	Ratio   *Ratio
	Latency *Latency
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
// a classic histogram.
type Latency struct {
	Histogram Selector      // without the _bucket suffix
	Threshold time.Duration // must be a bucket bound
	Unit      time.Duration // what 1 means in the bounds: a second or a millisecond
}

// Bound is the threshold in the unit of the histogram's bounds.
func (l Latency) Bound() float64 {
	return float64(l.Threshold) / float64(l.Unit)
}

// Kind names the kind as the YAML does: "ratio" or "latency".
func (s SLI) Kind() string {
	if s.Latency != nil {
		return "latency"
	}
	return "ratio"
}

// Selectors lists every selector the SLI reads.
func (s SLI) Selectors() []Selector {
	if s.Latency != nil {
		return []Selector{s.Latency.Histogram}
	}
	return slices.Concat(s.Ratio.Total, s.Ratio.Good, s.Ratio.Bad)
}

// Key identifies what is counted on a backend: SLOs with the same key share one
// account, and an SLI whose key changes starts a new one.
func (s SLI) Key(backend string) string {
	sum := sha256.Sum256([]byte(strconv.Quote(backend) + s.canonical()))
	return hex.EncodeToString(sum[:16])
}

func (s SLI) canonical() string {
	fingerprint := strings.Join(slices.Sorted(slices.Values(s.Fingerprint)), ",")
	if l := s.Latency; l != nil {
		return fmt.Sprintf("latency %s <= %v by %s", l.Histogram.Canonical(), l.Bound(), fingerprint)
	}
	return fmt.Sprintf("ratio total %s good %s bad %s by %s",
		canonicalList(s.Ratio.Total), canonicalList(s.Ratio.Good), canonicalList(s.Ratio.Bad), fingerprint)
}

func canonicalList(list []Selector) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = s.Canonical().String()
	}
	slices.Sort(out)
	return out
}
