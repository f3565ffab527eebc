package read

import (
	"slices"
	"testing"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
)

func keysOf(slis []plan.SLI) []string {
	var out []string
	for _, sli := range slis {
		out = append(out, sli.Key)
	}
	return out
}

func TestRunsJoinMarkedSlotsThatFollowOneAnother(t *testing.T) {
	m := Marks{}
	m.Add(180, []string{"b"})
	m.Add(90, []string{"a", "b"})
	m.Add(60, []string{"a"})
	m.Add(90, []string{"c"})
	slis := []plan.SLI{{Key: "a"}, {Key: "b"}, {Key: "c"}, {Key: "d"}}
	runs := m.Runs(30)
	if len(runs) != 2 {
		t.Fatalf("%d runs: %+v", len(runs), runs)
	}
	for i, want := range []struct {
		span ledger.Span
		keys []string
	}{
		{ledger.Span{From: 30, To: 90}, []string{"a", "b", "c"}},
		{ledger.Span{From: 150, To: 180}, []string{"b"}},
	} {
		if got := keysOf(runs[i].Of(slis)); runs[i].Span != want.span || !slices.Equal(got, want.keys) {
			t.Errorf("run %d is %+v of %v, want %+v of %v", i, runs[i].Span, got, want.span, want.keys)
		}
	}
}

// every lists the ends of slots of 30 s that follow one another.
func every(slots int) []int64 {
	ends := make([]int64, slots)
	for i := range ends {
		ends[i] = 30 * int64(i+1)
	}
	return ends
}

// Slots are read by one query in narrower ones where that costs less than a query
// for each, and within bounds.
func TestSlotsNearOneAnotherAreReadTogether(t *testing.T) {
	many := make([]string, 60)
	for i := range many {
		many[i] = string(rune('a' + i))
	}
	for name, tc := range map[string]struct {
		ends  []int64
		keys  map[int64][]string // beside a
		width int64
		n     int
		read  int // indicators
	}{
		"a gap cheaper than a query": {ends: []int64{300, 330, 2330}, width: 30, n: 3, read: 1},
		"a gap dearer than a query":  {ends: []int64{300, 330, 2365}, width: 30, n: 2, read: 1},
		"one gap saves for no other": {ends: []int64{30, 90, 2200}, width: 30, n: 2, read: 1},
		"a short gap of 60":          {ends: []int64{30, 90}, keys: map[int64][]string{30: many, 90: many}, width: 30, n: 2, read: 60},
		"a longer gap of 60":         {ends: []int64{30, 120}, keys: map[int64][]string{30: many, 120: many}, width: 30, n: 1, read: 60},
		"somebody else is near":      {ends: []int64{30, 60}, keys: map[int64][]string{60: {"b"}}, width: 30, n: 2, read: 2},
		"all of 60 are not near":     {ends: []int64{30, 300}, keys: map[int64][]string{300: many}, width: 30, n: 1, read: 1},
		"four hours, and no longer":  {ends: every(1000), width: 30, n: 480, read: 1},
		"one of 60 goes on alone":    {ends: every(1000), keys: map[int64][]string{30: many}, width: 30, n: 2, read: 60},
		"a slot that is larger":      {ends: []int64{36_000}, width: 36_000, n: 1, read: 1},
	} {
		t.Run(name, func(t *testing.T) {
			m := Marks{}
			for _, end := range tc.ends {
				m.Add(end, append([]string{"a"}, tc.keys[end]...))
			}
			n, keys := m.batch(tc.ends, tc.width, 5)
			if n != tc.n || len(keys) != tc.read {
				t.Errorf("%d slots of %d indicators, want %d of %d", n, len(keys), tc.n, tc.read)
			}
		})
	}
}

// What was refused together is cut until one stands alone, whoever is suspected.
func TestPartsAlwaysCut(t *testing.T) {
	all := []plan.SLI{{Key: "a"}, {Key: "b"}, {Key: "c"}, {Key: "d"}, {Key: "e"}}
	for name, tc := range map[string]struct {
		suspect []string
		want    [][]string
	}{
		"one is suspected":    {[]string{"c"}, [][]string{{"a", "b", "d", "e"}, {"c"}}},
		"three are suspected": {[]string{"a", "c", "e"}, [][]string{{"b", "d"}, {"a"}, {"c", "e"}}},
		"all are suspected":   {keysOf(all), [][]string{{"a", "b"}, {"c", "d", "e"}}},
	} {
		t.Run(name, func(t *testing.T) {
			got := parts(all, tc.suspect)
			if !slices.EqualFunc(got, tc.want, func(a []plan.SLI, b []string) bool { return slices.Equal(keysOf(a), b) }) {
				t.Errorf("%v", got)
			}
		})
	}
}
