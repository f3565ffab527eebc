package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

func TestCompact_with_nothing_to_do_does_not_wait_for_the_disk(t *testing.T) {
	db, book := reopen(t, filepath.Join(t.TempDir(), "ledger.db"), nil)
	record(t, book, pageOf(0, 7_200, "a", slot(30, 1, 0), slot(7_200, 4, 0)))
	err := db.Write(t.Context(), func(context.Context, *sql.Tx) error { // somebody else writes
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		return book.Compact(ctx, at(7_200), ledger.DefaultAging())
	})
	if err != nil {
		t.Error(err)
	}
}

func TestCompact_takes_every_account_as_it_is(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	const accounts = 120 // more than one commit takes
	for n := range int64(accounts) {
		key := fmt.Sprintf("a%03d", n)
		record(t, book, pageOf(0, 7_200, key, slot(30, 1, 0), slot(3_630, 2, 1), slot(3_660, n, 0), slot(7_200, 4, 0)))
	}
	record(t, book, pageOf(6_900, 7_200, "young", slot(7_200, 8, 0)))
	aging := ledger.Aging{FiveMinutes: 10 * time.Minute, Hours: 100 * time.Hour, Retention: 2 * time.Hour}
	if err := book.Compact(t.Context(), at(3*3_600), aging); err != nil {
		t.Fatal(err)
	}
	check := func(what string, book *ledger.Ledger) {
		for n := range int64(accounts) {
			key := fmt.Sprintf("a%03d", n)
			if got := book.Sum(key, "", at(0), at(7_200)).Total; got != 2+n+4 {
				t.Errorf("%s: %d events of %s are left, want %d", what, got, key, 2+n+4)
			}
			if ends := book.Ends(key, span(3_600, 7_200)); len(ends) != 2 || ends[0] != 3_900 {
				t.Errorf("%s: slots of %s end at %v, want the first two merged into one that ends at 3900", what, key, ends)
			}
		}
		if got := book.Sum("young", "", at(0), at(7_200)).Total; got != 8 {
			t.Errorf("%s: %d events of a young account are left, want 8", what, got)
		}
	}
	check("in memory", book)
	_, again := reopen(t, path, db)
	check("reopened", again)
}

// Folding and ageing keep what windows of the coarser slots hold by class.
func TestCompact_keeps_classes_of_whole_slots(t *testing.T) {
	const day = 86_400
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	var incs []slo.Increment
	for end := int64(30); end <= 2*day; end += 30 {
		inc := slot(end, end/30, end%7)
		inc.Classes = map[string]int64{"x": inc.Bad, "y": -end % 11}
		incs = append(incs, inc)
	}
	record(t, book, pageOf(0, 2*day, "a", incs...))
	for _, tc := range []struct{ days, width int64 }{{2, 300}, {4, 3_600}, {9, 3_600}, {13, 3_600}, {100, day}} {
		compact(t, book, at(tc.days*day+3_600), ledger.DefaultAging())
		db, book = reopen(t, path, db)
		for _, within := range []ledger.Span{span(0, 2*day), span(0, day), span(tc.width, day), span(day-tc.width, day), span(day, day+tc.width)} {
			want := map[string]int64{}
			for _, inc := range ledger.Cut(incs, within) {
				want["x"] += inc.Classes["x"]
				want["y"] += inc.Classes["y"]
			}
			maps.DeleteFunc(want, func(_ string, n int64) bool { return n == 0 })
			if diff := cmp.Diff(want, book.Classes("a", at(within.From), at(within.To))); diff != "" {
				t.Errorf("after %d days, in %v (-want +got):\n%s", tc.days, within, diff)
			}
			if got := book.Sum("a", "", at(within.From), at(within.To)).Bad; got != want["x"] {
				t.Errorf("after %d days, in %v: %d bad events, want %d", tc.days, within, got, want["x"])
			}
		}
	}
}

// A clock that is set to another year costs no history, and what comes when it is
// right again is counted as ever.
func TestCompact_does_not_forget_because_of_a_clock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	rounds(t, book, 0, 5*3_600)
	compact(t, book, at(5*3_600).AddDate(2, 0, 0), ledger.DefaultAging())
	compact(t, book, at(5*3_600).AddDate(-2, 0, 0), ledger.DefaultAging())
	rounds(t, book, 5*3_600, 6*3_600)
	want := inMemory(t)
	rounds(t, want, 0, 6*3_600)
	for range 2 {
		if diff := cmp.Diff(sumsOf(want, 6*3_600), sumsOf(book, 6*3_600)); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		db, book = reopen(t, path, db)
	}
}

// However often a book is compacted on its way, in the end it holds the same.
func TestCompact_in_steps_is_compact_at_once(t *testing.T) {
	const day, days = 86_400, 70
	for seed, missing := range []float64{0, 0.1} {
		random := rand.New(rand.NewPCG(uint64(seed), 78))
		once, often := inMemory(t), inMemory(t)
		hours := map[int64]slo.Counts{}
		for from := int64(0); from < days*day; from += day {
			page := ledger.Page{Span: span(from, from+day), Increments: map[string][]slo.Increment{"a": nil}}
			for end := from + 300; end <= from+day; end += 300 {
				if random.Float64() >= missing {
					inc := slo.Increment{End: end, Width: 300, Counts: slo.Counts{Total: random.Int64N(100)}}
					inc.Bad = inc.Total / 10
					page.Increments["a"] = append(page.Increments["a"], inc)
					hour := (end - 1) / 3_600
					hours[hour] = hours[hour].Add(inc.Counts)
				}
			}
			record(t, once, page)
			record(t, often, page)
			compact(t, often, at(from+day+random.Int64N(3_600)), ledger.DefaultAging())
		}
		compact(t, once, at(days*day+3_000), ledger.DefaultAging())
		compact(t, often, at(days*day+3_000), ledger.DefaultAging())
		for hour := range int64(days * 24) {
			from, to := at(hour*3_600), at(hour*3_600+3_600)
			want, got := once.Sum("a", "", from, to), often.Sum("a", "", from, to)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("from %v (-at once +in steps):\n%s", from, diff)
			}
			if missing == 0 && got.Counts != hours[hour] {
				t.Fatalf("from %v: %v, want %v", from, got.Counts, hours[hour])
			}
		}
	}
}
