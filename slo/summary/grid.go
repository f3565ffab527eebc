package summary

import (
	"cmp"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// Grid is services by the names of their objectives.
type Grid struct {
	Columns []string // names of objectives, the most frequent first
	Other   int      // names that have no column
	Rows    []GridRow
	Hidden  int // services that have no row
}

// GridRow is one service.
type GridRow struct {
	Service string
	All     Tally
	Cells   []Cell // one for each column
	Rest    Cell   // of the names without a column
}

// Cell is the objectives of one name that the functions of a service have.
type Cell struct {
	Tally
	Least *float64 // the smallest share of a budget that is left; nil when none is known
	Of    slo.ID   // whose that is, or the first one
}

// GridOf lays objectives out, at most so many services, the worst first, and so many
// columns. Each service is worked out whole before any is left out.
func GridOf(pairs []Pair, services, columns int) Grid {
	var g Grid
	g.Columns, g.Other = names(pairs, columns)
	index := map[string]int{}
	for _, p := range pairs {
		i, ok := index[p.ID().Service]
		if !ok {
			i = len(g.Rows)
			index[p.ID().Service] = i
			g.Rows = append(g.Rows, GridRow{Service: p.ID().Service, Cells: make([]Cell, len(g.Columns))})
		}
		g.Rows[i].add(p, slices.Index(g.Columns, p.ID().Name))
	}
	slices.SortFunc(g.Rows, func(a, b GridRow) int {
		return cmp.Or(cmp.Compare(severity(a.All), severity(b.All)), cmp.Compare(b.All.Missed, a.All.Missed), strings.Compare(a.Service, b.Service))
	})
	if g.Hidden = max(0, len(g.Rows)-services); g.Hidden > 0 {
		g.Rows = g.Rows[:services]
	}
	return g
}

// names are the most frequent names of objectives, and how many others there are.
func names(pairs []Pair, most int) (chosen []string, others int) {
	count := map[string]int{}
	for _, p := range pairs {
		if count[p.ID().Name]++; count[p.ID().Name] == 1 {
			chosen = append(chosen, p.ID().Name)
		}
	}
	slices.SortFunc(chosen, func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), strings.Compare(a, b)) })
	if len(chosen) > most {
		return chosen[:most], len(chosen) - most
	}
	return chosen, 0
}

func (r *GridRow) add(p Pair, column int) {
	standing, _ := p.Now.Standing()
	r.All.count(standing)
	cell := &r.Rest
	if column >= 0 {
		cell = &r.Cells[column]
	}
	cell.count(standing)
	left, known := p.Now.Remaining()
	if cell.Of.IsZero() || known && (cell.Least == nil || left < *cell.Least) {
		cell.Of = p.ID()
	}
	if known && (cell.Least == nil || left < *cell.Least) {
		cell.Least = &left
	}
}

func severity(t Tally) int { return slices.Index([]Standing{Missed, AtRisk, Unknown, Met}, t.Worst()) }
