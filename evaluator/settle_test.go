package evaluator

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/ledger"
)

// Between what is caught up and what rounds read there is neither a hole nor an
// overlap, which would make a round and a page take turns for the same slots.
func TestCatching_up_ends_where_the_rounds_of_a_backend_begin(t *testing.T) {
	book, err := ledger.Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := New(Config{Ledger: book, Backends: []Backend{{Name: "one"}, {Name: "replicas", ReplicaLabels: []string{"replica"}}}})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Unix(1_700_002_830, 0)
	for _, src := range e.everySource() {
		read := e.unsettled(src, e.LastSlot(now).Unix())
		if last := e.settled(src, now).Unix(); last != read.From {
			t.Errorf("%s: caught up to %d s before the slot that a round reads first", src.Name, read.From-last)
		}
	}
}
