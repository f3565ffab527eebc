package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// refusing lets statements of every kind fail for some rows; not refusing lets
// them pass again.
func refusing(t *testing.T, db *sqldb.DB, random *rand.Rand, refuse bool) {
	t.Helper()
	for i, on := range []struct{ what, row string }{
		{"INSERT ON ledger_volumes", "NEW.id / 2"},
		{"DELETE ON ledger_volumes", "OLD.id / 2"},
		{"INSERT ON ledger_heads", "NEW.series"},
		{"INSERT ON ledger_log", "NEW.up_to / 30"},
		{"DELETE ON ledger_log", "OLD.id"},
		{"INSERT ON ledger_series", "NEW.id"},
		{"INSERT ON ledger_classes", "NEW.id"},
		{"INSERT ON ledger_annotations", "NEW.slot_end / 30"},
	} {
		run(t, db, fmt.Sprintf(`DROP TRIGGER IF EXISTS refuse%d`, i))
		if n := 2 + random.IntN(100); refuse {
			run(t, db, fmt.Sprintf(`CREATE TRIGGER refuse%d BEFORE %s WHEN (%s) %% %d = %d BEGIN SELECT RAISE(ABORT, 'disk is full'); END`,
				i, on.what, on.row, n, random.IntN(n)))
		}
	}
}

// anyPage is a page of live slots, or of history, of some accounts.
func anyPage(random *rand.Rand, now int64) ledger.Page {
	width := []int64{30, 60, 30}[random.IntN(3)]
	page := ledger.Page{Span: span(now, now+[]int64{300, 600, 3_600}[random.IntN(3)]), Increments: map[string][]slo.Increment{}}
	if random.IntN(5) == 0 {
		width = 300
		page.Span.From = max(0, now/3_600-random.Int64N(20)) * 3_600
		page.Span.To = page.Span.From + 3_600
	}
	for i := range 70 { // more than one commit of a compaction takes
		if i > 3 && random.IntN(10) > 0 {
			continue
		}
		key := fmt.Sprint("k", i)
		page.Increments[key] = []slo.Increment{}
		for end := page.Span.From + width; end <= page.Span.To; end += width {
			inc := slo.Increment{End: end, Width: width, Counts: slo.Counts{Total: random.Int64N(1_000)}}
			inc.Bad = random.Int64N(inc.Total + 1)
			inc.Classes = map[string]int64{fmt.Sprint("c", random.IntN(5)): inc.Bad}
			page.Increments[key] = append(page.Increments[key], inc)
		}
	}
	page.Annotations = map[string][]slo.Annotation{"k2": {{End: page.Span.To, Kind: slo.Seam, Width: 30, Text: "x"}}}
	return page
}

// A disk that refuses any statement of any transaction, a process that is killed
// after it, and the same once more: the book holds what was recorded.
func TestLedger_on_a_disk_that_refuses_now_and_then(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 77))
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	twin := inMemory(t)
	aging := ledger.Aging{FiveMinutes: 5 * time.Hour, Hours: 12 * time.Hour, Retention: 100 * time.Hour}
	refused, now := 0, int64(0)
	insist := func(do func() error) {
		for try := 0; ; try++ {
			refusing(t, db, random, try < 3)
			if do() == nil {
				return
			}
			refused++
			if random.IntN(3) == 0 {
				db, book = reopen(t, path, db)
			}
			same(t, twin, book, now)
		}
	}
	for step := range 40 {
		page := anyPage(random, now)
		insist(func() error { return book.Record(t.Context(), page) })
		record(t, twin, page)
		now = max(now, page.Span.To)
		same(t, twin, book, now)
		if step%8 == 7 {
			insist(func() error { return book.Compact(t.Context(), at(now), aging) })
			compact(t, twin, at(now), aging)
			same(t, twin, book, now)
		}
	}
	if refused < 20 {
		t.Errorf("refused %d times only", refused)
	}
}

// same compares what two books hold of the last whole hours, of which slots have
// one width or another.
func same(t *testing.T, want, got *ledger.Ledger, now int64) {
	t.Helper()
	for i := range 70 {
		key := fmt.Sprint("k", i)
		for from := now/3_600*3_600 - 30*3_600; from < now; from += 5 * 3_600 {
			if diff := cmp.Diff(want.Sum(key, "", at(from), at(now)).Counts, got.Sum(key, "", at(from), at(now)).Counts); diff != "" {
				t.Fatalf("%s from %d to %d (-want +got):\n%s", key, from, now, diff)
			}
		}
		if diff := cmp.Diff(want.Classes(key, at(0), at(now)), got.Classes(key, at(0), at(now))); diff != "" {
			t.Fatalf("classes of %s (-want +got):\n%s", key, diff)
		}
		if diff := cmp.Diff(want.Missing(key, span(0, now)), got.Missing(key, span(0, now))); diff != "" {
			t.Fatalf("missing of %s (-want +got):\n%s", key, diff)
		}
		if diff := cmp.Diff(want.Annotations(key, at(0), at(now)), got.Annotations(key, at(0), at(now))); diff != "" {
			t.Fatalf("annotations of %s (-want +got):\n%s", key, diff)
		}
	}
}
