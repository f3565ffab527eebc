package ledger_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// rounds books slots of 30 seconds as rounds do: one new, three again.
func rounds(t *testing.T, book *ledger.Ledger, from, to int64) {
	t.Helper()
	for now := from + 30; now <= to; now += 30 {
		page := ledger.Page{Span: span(max(from, now-120), now), Increments: map[string][]slo.Increment{"silent": nil}}
		for end := page.Span.From + 30; end <= now; end += 30 {
			page.Increments["a"] = append(page.Increments["a"], classed(end, end/30))
			page.Increments["b"] = append(page.Increments["b"], slot(end, 1, 0))
		}
		record(t, book, page)
	}
}

func sumsOf(book *ledger.Ledger, to int64) map[string]slo.WindowSum {
	out := map[string]slo.WindowSum{}
	for _, key := range []string{"a", "b", "silent"} {
		for from := int64(0); from < to; from += 611 {
			out[key+at(from).Format("15:04:05")] = book.Sum(key, "a", at(from), at(to))
		}
	}
	return out
}

// Whatever the disk refuses while the book is sealed, it stays the book it was.
func TestCompact_that_is_interrupted_loses_nothing(t *testing.T) {
	const end = 5 * 3_600
	for what, trigger := range map[string]string{
		"a volume":           `CREATE TRIGGER full BEFORE INSERT ON ledger_volumes WHEN NEW.id % 2 = 1 BEGIN SELECT RAISE(ABORT, 'disk is full'); END`,
		"a head":             `CREATE TRIGGER full BEFORE INSERT ON ledger_heads BEGIN SELECT RAISE(ABORT, 'disk is full'); END`,
		"the end of the log": `CREATE TRIGGER full BEFORE DELETE ON ledger_log BEGIN SELECT RAISE(ABORT, 'disk is full'); END`,
	} {
		t.Run(what, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "ledger.db")
			db, book := reopen(t, path, nil)
			rounds(t, book, 0, end)
			want := sumsOf(book, end)
			run(t, db, trigger)
			if err := book.Compact(t.Context(), at(end), ledger.DefaultAging()); err == nil || !strings.Contains(err.Error(), "disk is full") {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(want, sumsOf(book, end)); diff != "" {
				t.Errorf("interrupted (-want +got):\n%s", diff)
			}
			run(t, db, `DROP TRIGGER full`)
			db, book = reopen(t, path, db)
			if diff := cmp.Diff(want, sumsOf(book, end)); diff != "" {
				t.Errorf("opened again (-want +got):\n%s", diff)
			}
			compact(t, book, at(end), ledger.DefaultAging())
			_, book = reopen(t, path, db)
			if diff := cmp.Diff(want, sumsOf(book, end)); diff != "" {
				t.Errorf("sealed after all (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(ledger.Spans{span(end, end+30)}, book.Missing("silent", span(0, end+30))); diff != "" {
				t.Errorf("missing of a silent one (-want +got):\n%s", diff)
			}
		})
	}
}

// Sealing takes the rows of the log away and leaves those of what is still open.
func TestCompact_shortens_the_log(t *testing.T) {
	db, book := reopen(t, filepath.Join(t.TempDir(), "ledger.db"), nil)
	rounds(t, book, 0, 4*3_600)
	compact(t, book, at(4*3_600), ledger.DefaultAging())
	var rows int
	if err := db.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM ledger_log`).Scan(&rows); err != nil || rows != 120 {
		t.Errorf("%d rows, %v; want those of the last hour", rows, err)
	}
}

// Whoever reads while others record and seal sees one book or the next.
func TestSum_while_others_write(t *testing.T) {
	_, book := reopen(t, filepath.Join(t.TempDir(), "ledger.db"), nil)
	rounds(t, book, 0, 3_600)
	want := book.Sum("a", "", at(15), at(3_600)).Total
	done := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if got := book.Sum("a", "", at(15), at(3_600)).Total; got != want {
					t.Errorf("%d events, want %d", got, want)
					return
				}
				if got := book.Classes("a", at(0), at(3_600))[`{"code":"500"}`]; got != want {
					t.Errorf("%d events by class, want %d", got, want)
					return
				}
				if got := book.Sum("a", "", at(15), at(3_600), span(600, 1_200), span(3_000, 9_000)); got.Measured().Total != want || got.Excluded.Time != 20*time.Minute {
					t.Errorf("%+v with what is excluded, want %d", got, want)
					return
				}
			}
		})
	}
	for hour := int64(1); hour < 10; hour++ {
		record(t, book, pageOf(hour*3_600, hour*3_600+60, "a", slot(hour*3_600+60, hour, 0)))
		compact(t, book, at(hour*3_600+60), ledger.Aging{FiveMinutes: 8 * 24 * time.Hour, Hours: 40 * 24 * time.Hour, Retention: 400 * 24 * time.Hour})
	}
	close(done)
	readers.Wait()
}
