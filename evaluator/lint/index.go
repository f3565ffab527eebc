package lint

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/slo"
)

// Index finds the rows that a selector selects.
type Index struct {
	Rows []Row
	All  bool // there are no others

	byValue map[string]map[string][]Row // by label and value, of labels that were asked for
	values  map[string][]string         // of labels that were asked for
}

// NewIndex makes an index of rows.
func NewIndex(rows []Row, all bool) *Index {
	return &Index{Rows: rows, All: all, byValue: map[string]map[string][]Row{}, values: map[string][]string{}}
}

// Empty reports whether there is no row, or no index.
func (x *Index) Empty() bool { return x == nil || len(x.Rows) == 0 }

// Match lists the rows that hold for all matchers.
func (x *Index) Match(matchers []slo.Matcher) []Row {
	if x == nil {
		return nil
	}
	rows := x.Rows
	for _, m := range matchers {
		if few := x.equal(m); m.Op == slo.MatchEqual && len(few) < len(rows) {
			rows = few
		}
	}
	for _, m := range matchers {
		rows = filter(rows, m)
	}
	return rows
}

// equal lists the rows with the very value of an equality matcher.
func (x *Index) equal(m slo.Matcher) []Row {
	if m.Op != slo.MatchEqual {
		return nil
	}
	values, known := x.byValue[m.Label]
	if !known {
		values = map[string][]Row{}
		for _, row := range x.Rows {
			values[row.Labels[m.Label]] = append(values[row.Labels[m.Label]], row)
		}
		x.byValue[m.Label] = values
	}
	return values[m.Value]
}

func filter(rows []Row, m slo.Matcher) []Row {
	holds, err := m.Predicate()
	if err != nil {
		return nil // which the backend will say as well
	}
	var out []Row
	for _, row := range rows {
		if holds(row.Labels[m.Label]) {
			out = append(out, row)
		}
	}
	return out
}

// has reports whether any row has a label.
func (x *Index) has(label string) bool { return x != nil && len(x.valuesOf(label)) > 0 }

// valuesOf lists the values that a label has in any row, sorted.
func (x *Index) valuesOf(label string) []string {
	values, known := x.values[label]
	if !known {
		values = valuesOf(x.Rows, label)
		x.values[label] = values
	}
	return values
}

// valuesOf lists the values that a label has in rows, sorted.
func valuesOf(rows []Row, label string) []string {
	values := map[string]bool{}
	for _, row := range rows {
		if value := row.Labels[label]; value != "" {
			values[value] = true
		}
	}
	return slices.Sorted(maps.Keys(values))
}

// seriesIn counts the series of rows.
func seriesIn(rows []Row) (n int) {
	for _, row := range rows {
		n += row.Series
	}
	return n
}
