package evaluator

import (
	"fmt"

	"github.com/slofuse/slofuse/slo"
)

// finding is an objective or a signal that a member of a family brings.
type finding struct {
	id     slo.ID
	signal bool
}

// space is how much families bring, by the key of the family that a file defines:
// what the families of its members bring counts for it.
type space struct {
	all int
	of  map[string]int
}

func (s *space) take(root string, n int) {
	s.all += n
	s.of[root] += n
}

// Why somebody is left out.
var (
	tooManyMembers = fmt.Sprintf("one family may have %s members", slo.FormatCount(slo.MaxMembers))
	tooManyOfOne   = fmt.Sprintf("one family may bring %s objectives and signals, with those of its members' parts", slo.FormatCount(slo.MaxOfFamily))
	tooManyFound   = fmt.Sprintf("all families together may bring %s objectives and signals", slo.FormatCount(slo.MaxFound))
)

// full says why a family may bring nothing more; empty while it may.
func (s *space) full(root string) string {
	switch {
	case s.all >= slo.MaxFound:
		return tooManyFound
	case s.of[root] >= slo.MaxOfFamily:
		return tooManyOfOne
	}
	return ""
}

// mostNamed is how many of many values are named.
const mostNamed = 10

// Crowd is who is left out because there are too many.
type Crowd struct {
	Count  int
	Some   []string // the first of them
	Reason string   // the bound that the last of them was over
}

func (c *Crowd) add(name, reason string) {
	if len(c.Some) < mostNamed {
		c.Some = append(c.Some, name)
	}
	c.Count++
	c.Reason = reason
}

// with is a crowd and another one.
func (c Crowd) with(other Crowd) Crowd {
	if other.Count == 0 {
		return c
	}
	some := append(append([]string(nil), c.Some...), other.Some...)
	return Crowd{Count: c.Count + other.Count, Some: some[:min(len(some), mostNamed)], Reason: other.Reason}
}
