package book_test

import (
	"context"
	"database/sql"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/audit/book"
	"github.com/slofuse/slofuse/internal/sqldb"
)

func openBook(t *testing.T, path string) (*book.Book, *sqldb.DB) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	b, err := book.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return b, db
}

func all(t *testing.T, b *book.Book) []audit.Entry {
	t.Helper()
	entries, err := b.Entries(t.Context(), 0, 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(entries)
	return entries
}

func TestWhatIsRecordedAtOnceAndOverRestartsIsOneChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	for range 2 {
		b, db := openBook(t, path)
		var group sync.WaitGroup
		for range 10 {
			group.Go(func() {
				if _, err := b.Record(t.Context(), audit.Entry{At: time.Unix(1e9, 999), Actor: "oncall <x>", Action: "reload"}); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	b, db := openBook(t, path)
	defer db.Close()
	entries := all(t, b)
	if err := audit.Verify(entries); err != nil || len(entries) != 20 {
		t.Errorf("%d entries, %v", len(entries), err)
	}
	page, err := b.Entries(t.Context(), 5, 2)
	if err != nil || len(page) != 2 || page[0].ID != 4 || page[1].ID != 3 {
		t.Errorf("before entry 5: %+v, %v", page, err)
	}
}

func TestTheTableIsOnlyAddedTo(t *testing.T) {
	b, db := openBook(t, filepath.Join(t.TempDir(), "test.db"))
	defer db.Close()
	if _, err := b.Record(t.Context(), audit.Entry{Action: "reload"}); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{`UPDATE audit SET body = '{}'`, `DELETE FROM audit`} {
		err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		})
		if err == nil {
			t.Errorf("%s works", statement)
		}
	}
	if entries := all(t, b); len(entries) != 1 || audit.Verify(entries) != nil {
		t.Errorf("%+v", entries)
	}
}
