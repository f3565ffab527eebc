package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// slot is an increment of 30 seconds.
func slot(end, total, bad int64) slo.Increment {
	return slo.Increment{End: end, Width: 30, Counts: slo.Counts{Total: total, Bad: bad}}
}

func span(from, to int64) ledger.Span { return ledger.Span{From: from, To: to} }

func pageOf(from, to int64, key string, incs ...slo.Increment) ledger.Page {
	return ledger.Page{Span: ledger.Span{From: from, To: to}, Increments: map[string][]slo.Increment{key: incs}}
}

// inMemory is a book without a file.
func inMemory(tb testing.TB, pages ...ledger.Page) *ledger.Ledger {
	tb.Helper()
	book, err := ledger.Open(tb.Context(), nil)
	if err != nil {
		tb.Fatal(err)
	}
	for _, page := range pages {
		record(tb, book, page)
	}
	return book
}

func at(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func TestSum_says_where_it_starts_and_how_much_it_knows(t *testing.T) {
	// A gap of 30 s, which two scrapes a minute apart leave, and one of 600 s.
	gaps := []ledger.Page{pageOf(0, 1_000, "a", slot(30, 10, 0), slot(90, 20, 2), slot(720, 690, 69))}
	for _, tc := range []struct {
		what     string
		pages    []ledger.Page
		from, to int64
		want     slo.WindowSum
	}{
		{"an empty book", nil, 0, 300, slo.WindowSum{From: at(0), To: at(300)}},
		{"whole slots", []ledger.Page{pageOf(0, 90, "a", slot(30, 10, 1), slot(60, 20, 0), slot(90, 5, 5))}, 0, 90, slo.WindowSum{From: at(0), To: at(90), Counts: slo.Counts{Total: 35, Bad: 6}, BadSlots: 2, Coverage: 1}},
		{"ends inside slots are moved to where those begin", []ledger.Page{pageOf(0, 90, "a", slot(30, 10, 1), slot(60, 20, 0), slot(90, 5, 5))}, 40, 80, slo.WindowSum{From: at(30), To: at(60), Counts: slo.Counts{Total: 20}, Coverage: 30. / 50}},
		{"half of it was never read", []ledger.Page{pageOf(60, 120, "a", slot(90, 1, 0), slot(120, 1, 0))}, 0, 120, slo.WindowSum{From: at(0), To: at(120), Counts: slo.Counts{Total: 2}, Coverage: 0.5}},
		{"read and nothing there", []ledger.Page{pageOf(0, 120, "a")}, 0, 120, slo.WindowSum{From: at(0), To: at(120)}},
		{"a slot in the dark is bridged and counts as known", gaps, 0, 90, slo.WindowSum{From: at(0), To: at(90), Counts: slo.Counts{Total: 30, Bad: 2}, BadSlots: 1, Coverage: 1}},
		{"half of a bridge", gaps, 30, 60, slo.WindowSum{From: at(30), To: at(60), Counts: slo.Counts{Total: 10, Bad: 1}, Coverage: 1}},
		{"ten minutes in the dark are spread and not known", gaps, 90, 405, slo.WindowSum{From: at(90), To: at(405), Counts: slo.Counts{Total: 345, Bad: 34}}},
		{"and the slot at their end is", gaps, 690, 720, slo.WindowSum{From: at(690), To: at(720), Counts: slo.Counts{Total: 33, Bad: 4}, BadSlots: 1, Coverage: 1}},
		{"after the last sample nothing is known", gaps, 720, 1_020, slo.WindowSum{From: at(720), To: at(1_020)}},
		{"what was not read is no gap", []ledger.Page{pageOf(0, 30, "a", slot(30, 10, 0)), pageOf(300, 330, "a", slot(330, 10, 0))}, 30, 300, slo.WindowSum{From: at(30), To: at(300)}},
		{"a gap that was half read is bridged to where reading began", []ledger.Page{pageOf(0, 30, "a", slot(30, 10, 0)), pageOf(240, 330, "a", slot(330, 90, 0))}, 30, 300, slo.WindowSum{From: at(30), To: at(300), Counts: slo.Counts{Total: 60}, Coverage: 60. / 270}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			tc.want.Length = time.Duration(tc.to-tc.from) * time.Second
			got := inMemory(t, tc.pages...).Sum("a", "", at(tc.from), at(tc.to))
			if diff := cmp.Diff(tc.want, got, cmp.Comparer(near)); diff != "" {
				t.Errorf("sum (-want +got):\n%s", diff)
			}
		})
	}
}

// Before its first sample a function was not unknown but not there, as far as
// the backend demonstrably had data.
func TestSum_counts_the_time_before_a_function_as_known(t *testing.T) {
	up := func(from, to int64) ledger.Page {
		var incs []slo.Increment
		for end := from + 30; end <= to; end += 30 {
			incs = append(incs, slot(end, 0, 0))
		}
		return pageOf(0, 600, "backend", incs...)
	}
	for _, tc := range []struct {
		what     string
		pages    []ledger.Page
		coverage float64
	}{
		{"the backend had data all along", []ledger.Page{up(0, 600), pageOf(0, 600, "a", slot(570, 5, 5), slot(600, 5, 5))}, 1},
		{"the backend was emptied half-way", []ledger.Page{up(300, 600), pageOf(0, 600, "a", slot(570, 5, 5), slot(600, 5, 5))}, 0.5},
		{"the function was not asked about before", []ledger.Page{up(0, 600), pageOf(450, 600, "a", slot(570, 5, 5), slot(600, 5, 5))}, 0.25},
		{"the function never came", []ledger.Page{up(0, 600), pageOf(0, 600, "a")}, 0},
		{"the function went", []ledger.Page{up(0, 600), pageOf(0, 600, "a", slot(30, 5, 5))}, 0.05},
		{"nothing is known of the backend", []ledger.Page{pageOf(0, 600, "a", slot(570, 5, 5), slot(600, 5, 5))}, 0.1},
	} {
		t.Run(tc.what, func(t *testing.T) {
			if got := inMemory(t, tc.pages...).Sum("a", "backend", at(0), at(600)); !near(got.Coverage, tc.coverage) {
				t.Errorf("coverage %v, want %v", got.Coverage, tc.coverage)
			}
		})
	}
}

func TestLedger_tells_what_was_seen_and_read(t *testing.T) {
	book := inMemory(t, pageOf(0, 300, "a", slot(60, 3, 0), slot(120, 9, 0), slot(240, 40, 0)), pageOf(600, 900, "a"))
	if first, last, ok := book.Seen("a", at(200)); !ok || first != at(60) || last != at(120) {
		t.Errorf("seen from %v to %v, %v", first, last, ok)
	}
	if _, _, ok := book.Seen("a", at(59)); ok {
		t.Error("something was seen before the first slot ended")
	}
	for to, want := range map[int64]int64{200: 200, 300: 300, 450: 300, 700: 700, 5_000: 900} {
		if got, ok := book.ReadTo("a", at(to)); !ok || got != at(want) {
			t.Errorf("at %d it was read to %v (%v), want %d", to, got.Unix(), ok, want)
		}
	}
	if diff := cmp.Diff(ledger.Spans{span(300, 600), span(900, 1_000)}, book.Missing("a", ledger.Span{From: 100, To: 1_000})); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if got := book.Busiest("a", ledger.Span{From: 60, To: 200}, 30); got != 9 {
		t.Errorf("the busiest slot had %d events", got)
	}
	if got := book.Busiest("a", ledger.Span{To: 300}, 300); got != 0 {
		t.Errorf("the busiest slot of another width had %d events", got)
	}
	if diff := cmp.Diff([]int64{60, 120}, book.Ends("a", ledger.Span{To: 120})); diff != "" {
		t.Errorf("ends (-want +got):\n%s", diff)
	}
	// And of a key nobody has heard of:
	_, _, seen := book.Seen("z", at(900))
	_, read := book.ReadTo("z", at(900))
	if seen || read || book.Busiest("z", ledger.Span{To: 900}, 30) != 0 || book.Classes("z", at(0), at(900)) != nil || book.Ends("z", ledger.Span{To: 900}) != nil {
		t.Error("something is known of a key that was never recorded")
	}
	if diff := cmp.Diff(ledger.Spans{span(1, 2)}, book.Missing("z", ledger.Span{From: 1, To: 2})); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
}

func TestRecord_again_replaces(t *testing.T) {
	book := inMemory(t, pageOf(0, 120, "a", slot(30, 1, 0), slot(60, 2, 0), slot(120, 9, 0)))
	record(t, book, pageOf(30, 120, "a", slot(60, 3, 1), slot(90, 4, 0), slot(120, 5, 0))) // late samples
	got := book.Sum("a", "", at(0), at(120))
	if want := (slo.Counts{Total: 13, Bad: 1}); got.Counts != want {
		t.Errorf("%+v, want %+v", got.Counts, want)
	}
	if got := book.Sum("a", "", at(60), at(90)).Counts; got.Total != 4 {
		t.Errorf("the slot in between has %+v", got)
	}
}

func TestRecord_refuses_a_key_on_two_pages(t *testing.T) {
	book := inMemory(t)
	err := book.Record(t.Context(), pageOf(0, 30, "a", slot(30, 1, 0)), pageOf(30, 60, "a", slot(60, 1, 0)))
	if err == nil || !strings.Contains(err.Error(), `"a" stands on two pages`) {
		t.Errorf("error %v", err)
	}
	if got := book.Sum("a", "", at(0), at(60)).Total; got != 0 {
		t.Errorf("%d events of a refused page were booked", got)
	}
}

// diskIsFull lets no recording come to its end.
const diskIsFull = `CREATE TRIGGER full BEFORE INSERT ON ledger_log BEGIN SELECT RAISE(ABORT, 'disk is full'); END`

// A transaction that fails changes neither the file nor what is in memory, and
// leaves nothing behind that would damage the next.
func TestRecord_that_fails_changes_nothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	record(t, book, pageOf(0, 30, "a", slot(30, 1, 0)))
	run(t, db, diskIsFull)
	bad := slot(60, 5, 5)
	bad.Classes = map[string]int64{`{"code":"500"}`: 5}
	fails := ledger.Page{Span: ledger.Span{From: 30, To: 60}, Increments: map[string][]slo.Increment{"a": {bad}, "b": {bad}, "c": {slot(60, 666, 0)}}}
	if err := book.Record(t.Context(), fails); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Fatalf("error %v", err)
	}
	check := func(book *ledger.Ledger) {
		t.Helper()
		for _, key := range []string{"a", "b", "c"} {
			if got := book.Sum(key, "", at(30), at(60)).Total; got != 0 {
				t.Errorf("%d events of %s were booked", got, key)
			}
			if diff := cmp.Diff(ledger.Spans{span(30, 60)}, book.Missing(key, ledger.Span{From: 30, To: 60})); diff != "" {
				t.Errorf("%s: missing (-want +got):\n%s", key, diff)
			}
		}
	}
	check(book)
	run(t, db, `DROP TRIGGER full`)
	db, again := reopen(t, path, db)
	check(again)

	// The ids of the failed transaction went with it.
	record(t, again, fails)
	_, third := reopen(t, path, db)
	if got := third.Classes("b", at(30), at(60)); got[`{"code":"500"}`] != 5 {
		t.Errorf("classes %v after the page was recorded again", got)
	}
}

// Ids that a failed transaction gave out are given to others afterwards.
func TestRecord_after_a_failure_in_the_same_process(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	classed := func(total int64, class string) slo.Increment {
		inc := slot(30, total, 5)
		inc.Classes = map[string]int64{class: 5}
		return inc
	}
	run(t, db, diskIsFull)
	if err := book.Record(t.Context(), pageOf(0, 30, "a", classed(666, "x"))); err == nil {
		t.Fatal("the recording succeeded")
	}
	run(t, db, `DROP TRIGGER full`)
	record(t, book, pageOf(0, 30, "b", classed(7, "y")))
	record(t, book, pageOf(0, 30, "a", classed(9, "x")))
	_, again := reopen(t, path, db)
	for what, book := range map[string]*ledger.Ledger{"in memory": book, "reopened": again} {
		for key, want := range map[string]struct {
			total int64
			class string
		}{"a": {9, "x"}, "b": {7, "y"}} {
			if got := book.Sum(key, "", at(0), at(30)).Total; got != want.total {
				t.Errorf("%s: %d events of %s, want %d", what, got, key, want.total)
			}
			if diff := cmp.Diff(map[string]int64{want.class: 5}, book.Classes(key, at(0), at(30))); diff != "" {
				t.Errorf("%s: classes of %s (-want +got):\n%s", what, key, diff)
			}
		}
	}
}

func run(t *testing.T, db *sqldb.DB, statement string) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, statement)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestCompact_forgets_what_is_too_old(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	record(t, book, pageOf(0, 7_200, "a", slot(30, 1, 0), slot(3_600, 2, 0), slot(7_200, 4, 0)))
	aging := ledger.Aging{FiveMinutes: 100 * time.Hour, Hours: 100 * time.Hour, Retention: time.Hour}
	if err := book.Compact(t.Context(), at(7_200), aging); err != nil {
		t.Fatal(err)
	}
	_, again := reopen(t, path, db)
	for what, book := range map[string]*ledger.Ledger{"in memory": book, "reopened": again} {
		if got := book.Sum("a", "", at(0), at(7_200)).Total; got != 4 {
			t.Errorf("%s: %d events are left, want 4", what, got)
		}
	}
}

func TestSpans(t *testing.T) {
	set := ledger.Spans(nil).Add(span(10, 20)).Add(span(40, 50)).Add(span(5, 5)).Add(span(20, 25))
	if diff := cmp.Diff(ledger.Spans{span(10, 25), span(40, 50)}, set); diff != "" {
		t.Errorf("added (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ledger.Spans{span(0, 10), span(25, 40), span(50, 60)}, set.Missing(span(0, 60))); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ledger.Spans{span(15, 25), span(40, 45)}, set.Cut(span(15, 45))); diff != "" {
		t.Errorf("cut (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(ledger.Spans{span(0, 60)}, set.Add(span(0, 60))); diff != "" {
		t.Errorf("swallowed (-want +got):\n%s", diff)
	}
}

func TestWiden_and_splice(t *testing.T) {
	class := func(inc slo.Increment, n int64) slo.Increment { inc.Classes = map[string]int64{"x": n}; return inc }
	narrow := []slo.Increment{class(slot(30, 1, 1), 1), slot(60, 2, 0), class(slot(330, 4, 4), 3), class(slot(600, 8, 1), 1)}
	want := []slo.Increment{
		{End: 300, Width: 300, Counts: slo.Counts{Total: 3, Bad: 1}, Classes: map[string]int64{"x": 1}},
		{End: 600, Width: 300, Counts: slo.Counts{Total: 12, Bad: 5}, Classes: map[string]int64{"x": 4}},
	}
	wide := ledger.Widen(narrow, 300)
	if diff := cmp.Diff(want, wide); diff != "" {
		t.Errorf("widened (-want +got):\n%s", diff)
	}
	if narrow[0].Classes["x"] != 1 {
		t.Error("widening changed what it read")
	}
	got := ledger.Splice(narrow, ledger.Span{From: 300, To: 600}, wide[1:])
	if diff := cmp.Diff([]slo.Increment{narrow[0], narrow[1], wide[1]}, got); diff != "" {
		t.Errorf("spliced (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(narrow[1:3], ledger.Cut(narrow, ledger.Span{From: 30, To: 330})); diff != "" {
		t.Errorf("cut (-want +got):\n%s", diff)
	}
}

// liveSlot is what a round of 1,000 functions books: four slots, of which the
// newest is new.
func liveSlot(n int64) ledger.Page {
	to := n * 30
	page := ledger.Page{Span: ledger.Span{From: to - 120, To: to}, Increments: map[string][]slo.Increment{}}
	for f := range 1_000 {
		var incs []slo.Increment
		for end := to - 90; end <= to; end += 30 {
			inc := slot(end, 1_000, end%7)
			if inc.Bad > 0 {
				inc.Classes = map[string]int64{`{"code":"500"}`: inc.Bad}
			}
			incs = append(incs, inc)
		}
		page.Increments[fmt.Sprint("function ", f)] = incs
	}
	return page
}

func BenchmarkRecord(b *testing.B) {
	_, book := reopen(b, filepath.Join(b.TempDir(), "ledger.db"), nil)
	n := int64(4)
	b.ReportAllocs()
	for b.Loop() {
		record(b, book, liveSlot(n))
		n++
	}
}

func BenchmarkSum(b *testing.B) {
	var incs []slo.Increment
	for end := int64(30); end <= 30*86_400; end += 30 {
		incs = append(incs, slot(end, 100, end%3))
	}
	book := inMemory(b, pageOf(0, 30*86_400, "a", incs...))
	for _, window := range []int64{300, 3_600, 30 * 86_400} {
		b.Run(slo.FormatDuration(time.Duration(window)*time.Second), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				book.Sum("a", "backend", at(30*86_400-window), at(30*86_400))
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	path := filepath.Join(b.TempDir(), "ledger.db")
	db, book := reopen(b, path, nil)
	for n := int64(4); n < 104; n += 4 {
		record(b, book, liveSlot(n))
	}
	b.ReportAllocs()
	for b.Loop() { // 1,000 functions, 100 slots
		if _, err := ledger.Open(b.Context(), db); err != nil {
			b.Fatal(err)
		}
	}
}

// An answer about other slots than were asked about would be in the sums for good.
func TestRecord_refuses_increments_that_are_out_of_place(t *testing.T) {
	for what, incs := range map[string][]slo.Increment{
		"before the page":    {slot(60, 1, 0)},
		"behind the page":    {slot(150, 1, 0)},
		"twice":              {slot(90, 1, 0), slot(90, 1, 0)},
		"not in order":       {slot(120, 1, 0), slot(90, 1, 0)},
		"without a width":    {{End: 90, Counts: slo.Counts{Total: 1}}},
		"fewer than nothing": {slot(90, -1, 0)},
		"and of bad events":  {slot(90, 1, -1)},
	} {
		t.Run(what, func(t *testing.T) {
			book := inMemory(t)
			if err := book.Record(t.Context(), pageOf(60, 120, "a", incs...)); err == nil || !strings.Contains(err.Error(), "out of place") {
				t.Errorf("error %v", err)
			}
			if missing := book.Missing("a", span(60, 120)); len(missing) != 1 {
				t.Errorf("missing %v, and the page was refused", missing)
			}
		})
	}
}
