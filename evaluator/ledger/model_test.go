package ledger_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// model is the ledger as one would write it without thinking of speed: for one
// key, its cells and every second that was read.
type model struct {
	cells []slo.Increment
	read  [horizon + 1]bool // by the end of the second
	doubt [horizon + 1]bool // of these, those whose answer was not believed
}

func overlaps(a, b slo.Increment) bool { return a.End-a.Width < b.End && b.End-b.Width < a.End }

func (m *model) record(span ledger.Span, incs []slo.Increment, unknown ledger.Spans) {
	for t := span.From + 1; t <= span.To; t++ {
		m.read[t], m.doubt[t] = true, false
	}
	for _, part := range unknown {
		for t := part.From + 1; t <= part.To; t++ {
			m.doubt[t] = true
		}
	}
	m.cells = slices.DeleteFunc(m.cells, func(old slo.Increment) bool {
		within := old.End > span.From && old.End <= span.To
		return within && slices.ContainsFunc(incs, func(inc slo.Increment) bool { return overlaps(old, inc) })
	})
	m.cells = append(m.cells, incs...)
	slices.SortFunc(m.cells, func(a, b slo.Increment) int { return int(a.End - b.End) })
}

// startOf walks back from a cell over what was read and had no samples.
func (m *model) startOf(i int) int64 {
	c := m.cells[i]
	start := c.End - c.Width
	for t := start + 1; t <= c.End; t++ {
		if !m.read[t] {
			return start
		}
	}
	for i > 0 && m.read[start] && start > m.cells[i-1].End {
		start--
	}
	return start
}

// sum adds up second by second.
func (m *model) sum(from, to int64) slo.WindowSum {
	out := slo.WindowSum{Length: time.Duration(to-from) * time.Second}
	length := to
	for i, c := range m.cells {
		if start := m.startOf(i); start == c.End-c.Width { // such a cell cannot be cut
			from = moved(from, start, c.End)
			to = moved(to, start, c.End)
		}
	}
	length -= from
	var known int64
	for i, c := range m.cells {
		start := m.startOf(i)
		bridged := m.bridgeIsKnown(start, c.End-c.Width)
		before := func(quantity, t int64) int64 { return quantity * (t - start) / (c.End - start) }
		for t := max(start, from) + 1; t <= min(c.End, to); t++ {
			out.Total += before(c.Total, t) - before(c.Total, t-1)
			out.Bad += before(c.Bad, t) - before(c.Bad, t-1)
			if bridged || t > c.End-c.Width {
				known++
			}
		}
		if c.Bad > 0 && c.End > from && c.End <= to {
			out.BadSlots++
		}
	}
	out.From, out.To = time.Unix(from, 0).UTC(), time.Unix(to, 0).UTC()
	if length > 0 {
		out.Coverage = float64(known) / float64(length)
	}
	return out
}

func (m *model) bridgeIsKnown(start, slot int64) bool {
	for t := start + 1; t <= slot; t++ {
		if m.doubt[t] {
			return false
		}
	}
	return slot-start <= 120
}

// cuts reports whether an instant lies within what a cell counts.
func (m *model) cuts(t int64) bool {
	for i, c := range m.cells {
		if t > m.startOf(i) && t < c.End {
			return true
		}
	}
	return false
}

func moved(t, start, end int64) int64 {
	if t > start && t < end {
		return start
	}
	return t
}

// horizon is how many seconds of time the random histories span.
const horizon = 4 * 3600

// randomPage reads some span of time in slots of 30 or 300 seconds, of which
// some have no samples.
func randomPage(random *rand.Rand) (span ledger.Span, incs []slo.Increment) {
	return pageMissing(random, random.Float64())
}

// pageMissing is a random page in which a share of the slots has no samples.
func pageMissing(random *rand.Rand, missing float64) (span ledger.Span, incs []slo.Increment) {
	width := []int64{30, 300}[random.IntN(2)]
	span.From = random.Int64N(horizon/300) * 300
	span.To = min(span.From+(1+random.Int64N(8))*300, horizon)
	for end := span.From + width; end <= span.To; end += width {
		if random.Float64() < missing {
			continue
		}
		inc := slo.Increment{End: end, Width: width}
		inc.Total = random.Int64N(1_000)
		inc.Bad = random.Int64N(inc.Total+1) * random.Int64N(2)
		if inc.Bad > 0 {
			inc.Classes = map[string]int64{`{"code":"500"}`: inc.Bad / 2, `{"code":"503"}`: inc.Bad - inc.Bad/2}
		}
		incs = append(incs, inc)
	}
	return span, incs
}

func TestLedger_agrees_with_a_naive_model(t *testing.T) {
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("history ", seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 9))
			path := filepath.Join(t.TempDir(), "ledger.db")
			db, book := reopen(t, path, nil)
			naive := map[string]*model{"a": {}, "b": {}}
			for range 20 {
				page := ledger.Page{Increments: map[string][]slo.Increment{}, Unknown: map[string]ledger.Spans{}}
				page.Span, page.Increments["a"] = randomPage(random)
				if random.IntN(2) == 0 {
					page.Increments["b"] = page.Increments["a"]
					page.Unknown["b"] = unbelievable(random, page.Span)
				}
				for range 1 + random.IntN(2) { // twice changes nothing
					record(t, book, page)
				}
				for key, incs := range page.Increments {
					naive[key].record(page.Span, incs, page.Unknown[key])
				}
				compare(t, random, book, naive)
				if random.IntN(4) == 0 { // seals up to somewhere, and folds
					compact(t, book, at(horizon/2+random.Int64N(2*horizon)), ledger.DefaultAging())
					compare(t, random, book, naive)
				}
				if random.IntN(4) == 0 {
					db, book = reopen(t, path, db)
					compare(t, random, book, naive)
				}
			}
		})
	}
}

// unbelievable is a part of a span, which may be empty.
func unbelievable(random *rand.Rand, span ledger.Span) ledger.Spans {
	from := span.From + random.Int64N(span.To-span.From)/30*30
	return ledger.Spans{}.Add(ledger.Span{From: from, To: min(span.To, from+random.Int64N(4)*30)})
}

func compact(t *testing.T, book *ledger.Ledger, now time.Time, aging ledger.Aging) {
	t.Helper()
	if err := book.Compact(t.Context(), now, aging); err != nil {
		t.Fatal(err)
	}
}

func compare(t *testing.T, random *rand.Rand, book *ledger.Ledger, naive map[string]*model) {
	t.Helper()
	for key, m := range naive {
		for range 12 {
			from := random.Int64N(horizon)
			to := from + 1 + random.Int64N(horizon)
			got, want := book.Sum(key, "", time.Unix(from, 0), time.Unix(to, 0)), m.sum(from, to)
			if diff := cmp.Diff(want, got, cmp.Comparer(near)); diff != "" {
				t.Fatalf("%s from %d to %d (-want +got):\n%s", key, from, to, diff)
			}
			if got.Coverage < 0 || got.Coverage > 1 {
				t.Fatalf("coverage %v", got.Coverage)
			}
			// Wherever it is split, the parts add up.
			middle := from + random.Int64N(to-from)
			left, right := book.Sum(key, "", time.Unix(from, 0), time.Unix(middle, 0)), book.Sum(key, "", time.Unix(middle, 0), time.Unix(to, 0))
			if left.Counts.Add(right.Counts) != got.Counts || left.BadSlots+right.BadSlots != got.BadSlots || !left.To.Equal(right.From) {
				t.Fatalf("%s from %d to %d split at %d: %+v and %+v are not %+v", key, from, to, middle, left, right, got)
			}
			compareClasses(t, book, m, key, ledger.Span{From: from / 300 * 300, To: to / 300 * 300})
		}
		whole := book.Sum(key, "", time.Unix(0, 0), time.Unix(horizon, 0))
		var total int64
		for _, c := range m.cells {
			total += c.Total
		}
		if whole.Total != total {
			t.Fatalf("%s: %d events in all, %d were recorded", key, whole.Total, total)
		}
	}
}

// compareClasses adds up the classes of a span: all bad events have one. Where the
// span cuts growth over a gap it depends on whether that is sealed.
func compareClasses(t *testing.T, book *ledger.Ledger, m *model, key string, within ledger.Span) {
	t.Helper()
	if within.From >= within.To || m.cuts(within.From) || m.cuts(within.To) {
		return
	}
	var classes int64
	for _, n := range book.Classes(key, at(within.From), at(within.To)) {
		classes += n
	}
	if bad := book.Sum(key, "", at(within.From), at(within.To)).Bad; classes != bad {
		t.Fatalf("%s in %v: %d bad events are %d by class", key, within, bad, classes)
	}
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-12 }

// reopen closes a database, if there is one, and opens the book of a file.
func reopen(tb testing.TB, path string, open *sqldb.DB) (*sqldb.DB, *ledger.Ledger) {
	tb.Helper()
	if open != nil {
		if err := open.Close(); err != nil {
			tb.Fatal(err)
		}
	}
	db, err := sqldb.Open(tb.Context(), path, nil)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	book, err := ledger.Open(tb.Context(), db)
	if err != nil {
		tb.Fatal(err)
	}
	return db, book
}

func record(tb testing.TB, book *ledger.Ledger, pages ...ledger.Page) {
	tb.Helper()
	if err := book.Record(tb.Context(), pages...); err != nil {
		tb.Fatal(err)
	}
}

// hourly are the sums over all windows of whole hours.
func hourly(book *ledger.Ledger) map[string]slo.Counts {
	out := map[string]slo.Counts{}
	for from := int64(0); from <= horizon; from += 3600 {
		for to := from; to <= horizon; to += 3600 {
			out[fmt.Sprint(from, " to ", to)] = book.Sum("a", "", time.Unix(from, 0), time.Unix(to, 0)).Counts
		}
	}
	return out
}

// Ageing keeps what windows of the coarser slots hold, in memory and on disk;
// with gaps it keeps the whole, and it never marks as read what was not.
func TestCompact_keeps_sums(t *testing.T) {
	aging := ledger.Aging{FiveMinutes: 30 * time.Minute, Hours: time.Hour, Retention: 24 * time.Hour}
	now, all := time.Unix(horizon, 0), ledger.Span{To: horizon}
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 10))
		path := filepath.Join(t.TempDir(), "ledger.db")
		db, book := reopen(t, path, nil)
		missing := []float64{0, random.Float64()}[seed%2]
		for range 10 {
			span, incs := pageMissing(random, missing)
			record(t, book, ledger.Page{Span: span, Increments: map[string][]slo.Increment{"a": incs}})
		}
		unread := book.Missing("a", all)
		before := hourly(book)
		for range 2 {
			compact(t, book, now, aging)
		}
		after := hourly(book)
		if missing == 0 {
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("seed %d (-before +after):\n%s", seed, diff)
			}
		}
		if key := fmt.Sprint("0 to ", horizon); before[key] != after[key] {
			t.Errorf("seed %d: %+v in all, %+v before", seed, after[key], before[key])
		}
		if diff := cmp.Diff(unread, book.Missing("a", all)); diff != "" {
			t.Errorf("seed %d: what was never read is another (-want +got):\n%s", seed, diff)
		}
		_, again := reopen(t, path, db)
		if diff := cmp.Diff(after, hourly(again)); diff != "" {
			t.Errorf("seed %d: reopened (-want +got):\n%s", seed, diff)
		}
	}
}
