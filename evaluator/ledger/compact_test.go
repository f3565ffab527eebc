package ledger_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
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
