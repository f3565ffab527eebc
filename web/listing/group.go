package listing

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Lasts says how long the budget of a row lasts at the pace it is spent at: 0 when
// it is spent, and without an end when it outlives the window. It is not known
// without a budget or a pace.
func (r *Row) Lasts() (left time.Duration, endless, known bool) {
	a := &r.Assessment
	remaining, counted := a.Remaining(a.Window)
	_, _, paced := a.Pace()
	at, ends := a.ExhaustsAt()
	switch {
	case !counted:
		return 0, false, false
	case remaining <= 0:
		return 0, false, true
	case ends:
		return at.Sub(a.AsOf), false, true
	}
	return 0, true, paced
}

// lasting is a number that orders by [Row.Lasts]; what has no end comes last.
func (r *Row) lasting() (seconds float64, known bool) {
	left, endless, known := r.Lasts()
	if endless || !known {
		return math.MaxFloat64, known
	}
	return left.Seconds(), true
}

// Group is all rows that share an owner, a service or the value of a label.
type Group struct {
	Value  string // what they share; empty for rows without the label
	Total  int
	Counts map[Status]int
	Worst  Status
}

// Grouping is what rows are put together by. The zero value puts them together
// by nothing.
type Grouping struct{ key string }

// ParseGrouping reads owner, service, or label: with a name. Of other texts it
// is false.
func ParseGrouping(text string) (Grouping, bool) {
	label, isLabel := strings.CutPrefix(text, labelPrefix)
	if text != "owner" && text != "service" && (!isLabel || label == "") {
		return Grouping{}, false
	}
	return Grouping{key: text}, true
}

// String is what [ParseGrouping] reads.
func (g Grouping) String() string { return g.key }

// Value is what an SLO has of what rows are put together by.
func (g Grouping) Value(s *slo.SLO) string {
	switch g.key {
	case "owner":
		return s.Owner
	case "service":
		return s.ID.Service
	}
	return s.Labels[strings.TrimPrefix(g.key, labelPrefix)]
}

// Groups puts rows together: the most urgent group first, of equals the one with
// more rows of that status, then by name.
func (g Grouping) Groups(rows []*Row) []Group {
	at := make(map[string]int)
	var out []Group
	for _, r := range rows {
		value := g.Value(&r.SLO)
		n, seen := at[value]
		if !seen {
			n = len(out)
			at[value] = n
			out = append(out, Group{Value: value, Counts: make(map[Status]int)})
		}
		out[n].Total++
		out[n].Counts[r.Status()]++
	}
	for i := range out {
		out[i].Worst = worstOf(out[i].Counts)
	}
	slices.SortFunc(out, func(a, b Group) int {
		return cmp.Or(
			cmp.Compare(slices.Index(Statuses(), a.Worst), slices.Index(Statuses(), b.Worst)),
			cmp.Compare(b.Counts[b.Worst], a.Counts[a.Worst]),
			strings.Compare(a.Value, b.Value),
		)
	})
	return out
}

func worstOf(counts map[Status]int) Status {
	i := slices.IndexFunc(Statuses(), func(s Status) bool { return counts[s] > 0 })
	return Statuses()[max(i, 0)]
}
