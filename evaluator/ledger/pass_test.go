package ledger

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// A round does not wait for the end of a compaction. What it records meanwhile, of
// accounts that came after the pass began and of those that it was done with, is
// there after a kill.
func TestCompact_keeps_what_is_recorded_while_it_runs(t *testing.T) {
	db, err := sqldb.Open(t.Context(), filepath.Join(t.TempDir(), "ledger.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	book, err := Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	record := func(from, to int64, key string, ends ...int64) {
		page := Page{Span: Span{From: from, To: to}, Increments: map[string][]slo.Increment{key: nil}}
		for _, end := range ends {
			page.Increments[key] = append(page.Increments[key], slo.Increment{End: end, Width: 30, Counts: slo.Counts{Total: 5}})
		}
		if err := book.Record(t.Context(), page); err != nil {
			t.Fatal(err)
		}
	}
	record(0, 3*hour-30, "old", 2*hour-30, 2*hour, 3*hour-30)

	p := passAt(time.Unix(3*hour, 0), DefaultAging())
	_, logged := book.before()
	if err := book.compact(t.Context(), p, book.byID()); err != nil {
		t.Fatal(err)
	}
	record(0, 2*hour, "young", 2*hour-30, 2*hour) // sealed up to one hour only, like all until the pass
	record(3*hour-30, 3*hour, "old")
	if err := book.finish(t.Context(), p, logged); err != nil {
		t.Fatal(err)
	}

	again, err := Open(t.Context(), db) // as after a kill
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]int64{"old": 15, "young": 10} {
		if got := again.Sum(key, "", time.Unix(0, 0), time.Unix(3*hour, 0)).Total; got != want {
			t.Errorf("%s: %d events are left, want %d", key, got, want)
		}
	}
	if missing := again.Missing("old", Span{From: 0, To: 3 * hour}); len(missing) > 0 {
		t.Errorf("a silent slot that was read is missing: %v", missing)
	}
	if err := again.Compact(t.Context(), time.Unix(4*hour, 0), DefaultAging()); err != nil || len(again.store.log) > 0 {
		t.Errorf("the next pass leaves rows %v, %v", slices.Clone(again.store.log), err)
	}
}

// Doubts cost room for as long as a gap of so few seconds could count as known.
func TestCompact_forgets_old_doubts(t *testing.T) {
	book, err := Open(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	page := Page{Span: Span{From: 0, To: hour}, Increments: map[string][]slo.Increment{"a": {}}, Unknown: map[string]Spans{"a": {{From: 30, To: 60}}}}
	for _, end := range []int64{30, 90, hour} {
		page.Increments["a"] = append(page.Increments["a"], slo.Increment{End: end, Width: 30, Counts: slo.Counts{Total: 2}})
	}
	if err := book.Record(t.Context(), page); err != nil {
		t.Fatal(err)
	}
	const day = 24 * time.Hour
	now := time.Unix(hour, 0)
	for _, tc := range []struct {
		after    time.Duration
		doubtful bool
	}{{3 * time.Hour, true}, {9 * day, true}, {11 * day, false}} {
		book.accounts["b"] = &account{key: "b", open: []cell{{end: now.Add(tc.after).Unix(), width: 30}}} // a clock is believed so far
		if err := book.Compact(t.Context(), now.Add(tc.after), DefaultAging()); err != nil {
			t.Fatal(err)
		}
		if got := len(book.accounts["a"].doubts) > 0; got != tc.doubtful {
			t.Errorf("after %s there are doubts: %v", tc.after, got)
		}
	}
}
