package ledger_test

import "testing"

func TestExtent_goes_back_to_the_first_slot_of_any_account(t *testing.T) {
	empty := inMemory(t)
	if n, oldest := empty.Extent(); n != 0 || !oldest.IsZero() {
		t.Errorf("an empty book has %d accounts since %s", n, oldest)
	}
	book := inMemory(t, pageOf(0, 600, "a", slot(300, 10, 1)), pageOf(0, 600, "b", slot(60, 5, 0), slot(120, 5, 0)), pageOf(0, 600, "c"))
	if n, oldest := book.Extent(); n != 3 || !oldest.Equal(at(60)) {
		t.Errorf("%d accounts since %s, want 3 since %s", n, oldest, at(60))
	}
}
