package evaluator_test

import (
	"testing"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/sqldb"
)

// TestCatchUp_that_cannot_be_booked_is_not_the_fault_of_the_backend closes the
// database under the ledger.
func TestCatchUp_that_cannot_be_booked_is_not_the_fault_of_the_backend(t *testing.T) {
	db, err := sqldb.Open(t.Context(), t.TempDir()+"/slofuse.db", nil)
	if err != nil {
		t.Fatal(err)
	}
	book, err := ledger.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	e := start(t, newScript("charge"), func(c *evaluator.Config) { c.Ledger = book })
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := e.CatchUp(t.Context(), ready, nil); err == nil {
		t.Error("nobody hears of it")
	}
	if err := e.Tick(t.Context(), ready); err == nil {
		t.Error("nobody hears of it")
	}
	if h := e.Health()[0]; h.Err != nil {
		t.Errorf("the backend is blamed: %v", h.Err)
	} else if h.Unsaved == nil {
		t.Error("the health does not say that nothing is booked")
	}
}
