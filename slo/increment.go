package slo

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// Increment is what one SLI counted in one slot. That it exists says that the
// slot was seen: a slot without samples has no increment, a slot in which
// nothing was called has one of zero.
type Increment struct {
	End   int64 // Unix seconds; the slot is (End − Width, End]
	Width int64 // seconds
	Counts
	// Classes splits the counts: bad events by their fingerprint, or all events
	// of a histogram by bucket. The keys are made by [ClassKey].
	Classes map[string]int64
}

// ClassKey writes the labels of a class as one string, the same for the same
// labels.
func ClassKey(labels map[string]string) string {
	text, _ := json.Marshal(labels) // a map of strings always marshals, with its keys sorted
	return string(text)
}

// ParseClassKey reads what [ClassKey] writes; nil for anything else.
func ParseClassKey(key string) map[string]string {
	var labels map[string]string
	if err := json.Unmarshal([]byte(key), &labels); err != nil {
		return nil
	}
	return labels
}

// FormatClass writes the labels of a class for people: code=503, gateway=a. A label
// that the series did not have is none: no code.
func FormatClass(labels map[string]string) string {
	if len(labels) == 0 {
		return "without labels"
	}
	parts := make([]string, 0, len(labels))
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if labels[name] == "" {
			parts = append(parts, "no "+name)
			continue
		}
		parts = append(parts, name+"="+labels[name])
	}
	return strings.Join(parts, ", ")
}
