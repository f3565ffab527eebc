package ledger_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// classed is an increment with all of its events in one class.
func classed(end, total int64) slo.Increment {
	inc := slot(end, total, total)
	inc.Classes = map[string]int64{`{"code":"500"}`: total}
	return inc
}

// filed is a book on disk with a sealed and an open slot.
func filed(t *testing.T) (*sqldb.DB, *ledger.Ledger) {
	t.Helper()
	db, book := reopen(t, filepath.Join(t.TempDir(), "ledger.db"), nil)
	record(t, book, pageOf(0, 7_200, "a", classed(30, 5), classed(7_200, 3)))
	return db, book
}

func TestOpen_refuses_damaged_rows(t *testing.T) {
	for what, damage := range map[string]string{
		"a head that was cut":           `UPDATE ledger_heads SET body = substr(body, 1, length(body) - 1)`,
		"a head with another byte":      `UPDATE ledger_heads SET body = CAST(substr(body, 1, 8) || X'55' || substr(body, 10) AS BLOB)`,
		"an empty head":                 `UPDATE ledger_heads SET body = X''`,
		"a head of another account":     `INSERT INTO ledger_series VALUES (7, 'b'); UPDATE ledger_heads SET series = 7`,
		"a row of the log that was cut": `UPDATE ledger_log SET body = substr(body, 1, length(body) - 1)`,
		"text in the log":               `UPDATE ledger_log SET body = CAST('oops' AS BLOB)`,
		"a class whose name is gone":    `DELETE FROM ledger_classes`,
		"a log of nobody":               `PRAGMA foreign_keys = OFF; DELETE FROM ledger_heads; DELETE FROM ledger_series`,
	} {
		t.Run(what, func(t *testing.T) {
			db, _ := filed(t)
			run(t, db, damage)
			if _, err := ledger.Open(t.Context(), db); err == nil || !strings.Contains(err.Error(), "damaged: move the database file away") {
				t.Errorf("error %v", err)
			}
		})
	}
}

// Volumes are read when they are asked for. One that cannot be read makes nothing
// up: the window is unknown, and compacting says why.
func TestSum_of_a_damaged_volume_is_unknown(t *testing.T) {
	for what, damage := range map[string]string{
		"cut":          `UPDATE ledger_volumes SET body = substr(body, 1, length(body) - 1)`,
		"changed":      `UPDATE ledger_volumes SET body = CAST(substr(body, 1, 5) || X'55' || substr(body, 7) AS BLOB)`,
		"gone":         `DELETE FROM ledger_volumes`,
		"another one":  `UPDATE ledger_volumes SET id = id + 1000`,
		"mixed up":     `UPDATE ledger_volumes SET body = (SELECT body FROM ledger_volumes WHERE id % 2 = 1) WHERE id % 2 = 0`,
		"empty":        `UPDATE ledger_volumes SET body = X''`,
		"not a volume": `UPDATE ledger_volumes SET body = CAST('something else' AS BLOB)`,
	} {
		t.Run(what, func(t *testing.T) {
			db, _ := filed(t)
			run(t, db, damage)
			book, err := ledger.Open(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			if got := book.Sum("a", "", at(15), at(7_200)); got.Coverage != 0 || got.Total != 0 {
				t.Errorf("a sum of %+v", got)
			}
			if err := book.Compact(t.Context(), at(7_200), ledger.DefaultAging()); err == nil || !strings.Contains(err.Error(), "damaged: move the database file away") {
				t.Errorf("error %v", err)
			}
			if err := book.Record(t.Context(), pageOf(0, 60, "a", slot(60, 1, 0))); err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("recording over it: error %v", err)
			}
			if classes := book.Classes("a", at(15), at(7_200)); classes != nil && what != "mixed up" { // whose classes are whole
				t.Errorf("classes %v", classes)
			}
		})
	}
}

// One damaged volume keeps neither its neighbours nor other accounts from growing
// coarser, nor the log from being emptied.
func TestCompact_goes_on_around_a_damaged_volume(t *testing.T) {
	db, book := reopen(t, filepath.Join(t.TempDir(), "ledger.db"), nil)
	for _, key := range []string{"a", "b"} {
		record(t, book, pageOf(0, 20*3_600, key, slot(30, 1, 0), slot(3_630, 2, 0), slot(6*3_600+30, 4, 0), slot(7*3_600+30, 8, 0), slot(20*3_600, 16, 0)))
	}
	run(t, db, `UPDATE ledger_volumes SET body = X'' WHERE id = 2`) // the first hour of a
	book, err := ledger.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	err = book.Compact(t.Context(), at(30*3_600), ledger.DefaultAging())
	if err == nil || !strings.Contains(err.Error(), "a: volume 2 of the ledger: the row is damaged") {
		t.Errorf("error %v", err)
	}
	var volumes, logged int
	if err := db.Reader().QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM ledger_volumes), (SELECT count(*) FROM ledger_log)`).Scan(&volumes, &logged); err != nil {
		t.Fatal(err)
	}
	if volumes != 4+3 || logged != 0 {
		t.Errorf("%d volumes and %d rows of the log, want 4 of a, 3 of b and none", volumes, logged)
	}
	for key, from := range map[string]int64{"a": 3_630, "b": 0} {
		want := map[string]int64{"a": 4 + 8 + 16, "b": 1 + 2 + 4 + 8 + 16}[key]
		if got := book.Sum(key, "", at(from), at(20*3_600)).Total; got != want {
			t.Errorf("%d events of %s, want %d", got, key, want)
		}
	}
}

// Whichever bit of a volume flips, the sum is unknown or what it was.
func TestSum_with_any_bit_flipped_is_never_another(t *testing.T) {
	db, book := filed(t)
	var rows []struct {
		id   int64
		body []byte
	}
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		found, err := tx.QueryContext(ctx, `SELECT id, body FROM ledger_volumes`)
		if err != nil {
			return err
		}
		defer found.Close()
		for found.Next() {
			rows = append(rows, struct {
				id   int64
				body []byte
			}{})
			if err := found.Scan(&rows[len(rows)-1].id, &rows[len(rows)-1].body); err != nil {
				return err
			}
		}
		return found.Err()
	})
	if err != nil || len(rows) != 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	want := book.Sum("a", "", at(15), at(7_200))
	for _, row := range rows {
		for bit := range len(row.body) * 8 {
			flipped := slices.Clone(row.body)
			flipped[bit/8] ^= 1 << (bit % 8)
			put(t, db, row.id, flipped)
			book, err := ledger.Open(t.Context(), db)
			if err != nil {
				t.Fatal(err)
			}
			if got := book.Sum("a", "", at(15), at(7_200)); got != want && got.Coverage != 0 {
				t.Errorf("bit %d of row %d: %+v", bit, row.id, got)
			}
			if got := book.Classes("a", at(15), at(7_200)); got != nil && got[`{"code":"500"}`] != 3+5 {
				t.Errorf("bit %d of row %d: classes %v", bit, row.id, got)
			}
		}
		put(t, db, row.id, row.body)
	}
}

func put(t *testing.T, db *sqldb.DB, id int64, body []byte) {
	t.Helper()
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE ledger_volumes SET body = ? WHERE id = ?`, body, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
