package listing

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// Selector is a set of conditions that an SLO must all meet. The zero value
// selects every SLO.
type Selector []Condition

// Condition asks for the value of service, function, slo, owner or, for any
// other key, of a label. With labelPrefix before it, a key is always a label's.
type Condition struct {
	Key   string
	Value string
}

const labelPrefix = "label:"

// ParseSelector reads "service=checkout,tier=critical", the way it is written
// for a gate. Empty text selects every SLO. A value holds no comma; several
// texts, as a parameter given twice, are joined by the caller.
func ParseSelector(text string) (Selector, error) {
	var out Selector
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		key, value, ok := strings.Cut(part, "=")
		if key = strings.TrimSpace(key); !ok || key == "" {
			return nil, fmt.Errorf("select %q is not key=value, such as service=checkout or tier=critical", part)
		}
		out = append(out, Condition{Key: key, Value: strings.Trim(strings.TrimSpace(value), `"`)})
	}
	return out, nil
}

// Matches reports whether the SLO meets every condition.
func (s Selector) Matches(o *slo.SLO) bool {
	for _, c := range s {
		if c.of(o) != c.Value {
			return false
		}
	}
	return true
}

// Select returns the SLOs that meet every condition, in their order.
func (s Selector) Select(slos []slo.SLO) []slo.SLO {
	var out []slo.SLO
	for i := range slos {
		if s.Matches(&slos[i]) {
			out = append(out, slos[i])
		}
	}
	return out
}

// Hint says what may have been meant by the first condition that no SLO meets;
// empty where nothing is near to it.
func (s Selector) Hint(slos []slo.SLO) string {
	for _, c := range s {
		if near, ok := c.nearest(slos); ok {
			return fmt.Sprintf("did you mean %s=%s?", near.Key, near.Value)
		}
	}
	return ""
}

// nearest is a condition that differs from one that no SLO meets by a slip: in its
// value, or else in its key.
func (c Condition) nearest(slos []slo.SLO) (near Condition, found bool) {
	values, keys := make([]string, len(slos)), []string{"service", "function", "slo", "owner"}
	for i := range slos {
		values[i] = c.of(&slos[i])
		keys = slices.AppendSeq(keys, maps.Keys(slos[i].Labels))
	}
	if slices.Contains(values, c.Value) {
		return Condition{}, false
	}
	if value, ok := strictyaml.Similar(c.Value, values); ok && value != "" {
		return Condition{Key: c.Key, Value: value}, true
	}
	key, ok := strictyaml.Similar(c.Key, keys)
	return Condition{Key: key, Value: c.Value}, ok && key != c.Key
}

func (c Condition) of(o *slo.SLO) string {
	switch c.Key {
	case "service":
		return o.ID.Service
	case "function":
		return o.ID.Function
	case "slo":
		return o.ID.Name
	case "owner":
		return o.Owner
	}
	return o.Labels[strings.TrimPrefix(c.Key, labelPrefix)]
}
