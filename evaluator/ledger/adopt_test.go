package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// oldBook writes a file as the first form of the book had it: 100 accounts with
// slots of 30 seconds over ten hours, a gap and a hole.
func oldBook(t *testing.T) *sqldb.DB {
	t.Helper()
	first, err := os.ReadFile("migrations/00001_ledger.sql")
	if err != nil {
		t.Fatal(err)
	}
	db, err := sqldb.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	if err := db.Migrate(t.Context(), "ledger", fstest.MapFS{"migrations/00001_ledger.sql": {Data: first}}); err != nil {
		t.Fatal(err)
	}
	err = db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO ledger_classes VALUES (1, '{"code":"500"}'), (2, '{"code":"503"}');
			WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 100)
			INSERT INTO ledger_series SELECT i, 'a' || i FROM n;
			INSERT INTO ledger_reads SELECT id, 0, 18000 FROM ledger_series;
			INSERT INTO ledger_reads SELECT id, 18600, 36000 FROM ledger_series;
			WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
			INSERT INTO ledger_increments SELECT id, i * 30, 30, i + id, 0, NULL FROM ledger_series, n
			WHERE i * 30 NOT BETWEEN 6000 AND 6500 AND i * 30 NOT BETWEEN 18001 AND 18600;
			UPDATE ledger_increments SET bad = 3, classes = X'01010202' WHERE slot_end % 900 = 0`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

// sameBook is what oldBook holds, recorded as it is today.
func sameBook(t *testing.T) *ledger.Ledger {
	t.Helper()
	pages := []ledger.Page{{Span: span(0, 18_000)}, {Span: span(18_600, 36_000)}}
	for i := range pages {
		pages[i].Increments = map[string][]slo.Increment{}
		for id := int64(1); id <= 100; id++ {
			var incs []slo.Increment
			for end := pages[i].Span.From + 30; end <= pages[i].Span.To; end += 30 {
				if end >= 6_000 && end <= 6_500 {
					continue
				}
				inc := slot(end, end/30+id, 0)
				if end%900 == 0 {
					inc.Bad, inc.Classes = 3, map[string]int64{`{"code":"500"}`: 1, `{"code":"503"}`: 2}
				}
				incs = append(incs, inc)
			}
			pages[i].Increments[fmt.Sprint("a", id)] = incs
		}
	}
	return inMemory(t, pages...)
}

func TestOpen_adopts_a_book_of_the_first_form(t *testing.T) {
	db := oldBook(t)
	want := sameBook(t)
	for _, what := range []string{"adopted", "opened again"} {
		got, err := ledger.Open(t.Context(), db)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"a1", "a64", "a65", "a100"} {
			for from := int64(0); from < 36_000; from += 1_111 {
				for to := from + 1; to <= 36_000; to += 2_345 {
					if diff := cmp.Diff(want.Sum(key, "a2", at(from), at(to)), got.Sum(key, "a2", at(from), at(to))); diff != "" {
						t.Fatalf("%s: %s from %d to %d (-want +got):\n%s", what, key, from, to, diff)
					}
				}
			}
			if diff := cmp.Diff(ledger.Widen(want.Increments(key, span(0, 36_000), math.MaxInt), 300), ledger.Widen(got.Increments(key, span(0, 36_000), math.MaxInt), 300)); diff != "" {
				t.Errorf("%s: increments of %s (-want +got):\n%s", what, key, diff)
			}
			if diff := cmp.Diff(want.Missing(key, span(0, 40_000)), got.Missing(key, span(0, 40_000))); diff != "" {
				t.Errorf("%s: missing of %s (-want +got):\n%s", what, key, diff)
			}
		}
	}
}

func TestOpen_refuses_damaged_rows_of_the_first_form(t *testing.T) {
	for what, damage := range map[string]string{
		"a class that does not exist": `UPDATE ledger_increments SET classes = X'7F01' WHERE classes IS NOT NULL`,
		"an id without a count":       `UPDATE ledger_increments SET classes = X'01'`,
		"a number without an end":     `UPDATE ledger_increments SET classes = X'FFFFFFFFFFFFFFFFFFFFFF'`,
		"a slot of no width":          `UPDATE ledger_increments SET width = 0 WHERE slot_end = 600`,
	} {
		t.Run(what, func(t *testing.T) {
			db := oldBook(t)
			run(t, db, damage)
			if _, err := ledger.Open(t.Context(), db); err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("error %v", err)
			}
		})
	}
}
