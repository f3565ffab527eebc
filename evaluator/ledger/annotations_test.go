package ledger_test

import (
	"math"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

func note(end int64, kind slo.AnnotationKind, text string) slo.Annotation {
	return slo.Annotation{End: end, Width: 30, Kind: kind, Text: text}
}

func annotated(page ledger.Page, key string, notes ...slo.Annotation) ledger.Page {
	page.Annotations = map[string][]slo.Annotation{key: notes}
	return page
}

func TestAnnotations_are_kept_replaced_and_forgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	record(t, book, annotated(pageOf(0, 90, "a", slot(30, 1, 0), slot(90, 4, 0)), "a", note(30, slo.Baseline, "first"), note(90, slo.Baseline, "wrong")))
	record(t, book, annotated(ledger.Page{Span: span(60, 90)}, "a", note(90, slo.Seam, "another selector")))
	record(t, book, annotated(pageOf(60, 120, "a", slot(90, 4, 0), slot(120, 1, 0)), "a", note(120, slo.Estimated, "last")))
	bridge := slo.Annotation{End: 90, Width: 60, Kind: slo.Bridged, Text: "4 events are spread evenly over these 1m: there were no samples in the first 30s"}
	want := []slo.Annotation{note(30, slo.Baseline, "first"), bridge, note(90, slo.Seam, "another selector"), note(120, slo.Estimated, "last")}
	db, again := reopen(t, path, db)
	for what, book := range map[string]*ledger.Ledger{"in memory": book, "reopened": again} {
		if diff := cmp.Diff(want, book.Annotations("a", at(0), at(120))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
		if diff := cmp.Diff(want[1:3], book.Annotations("a", at(30), at(90))); diff != "" {
			t.Errorf("%s, within a span (-want +got):\n%s", what, diff)
		}
	}
	if err := again.Compact(t.Context(), at(90+3_600), ledger.Aging{FiveMinutes: 100 * time.Hour, Hours: 100 * time.Hour, Retention: time.Hour}); err != nil {
		t.Fatal(err)
	}
	_, third := reopen(t, path, db)
	if diff := cmp.Diff([]slo.Annotation{bridge, want[3]}, third.Annotations("a", at(0), at(120))); diff != "" {
		t.Errorf("after the retention (-want +got):\n%s", diff)
	}
}

// An annotation says nothing about what was read.
func TestAnnotations_alone_read_nothing(t *testing.T) {
	book := inMemory(t, annotated(ledger.Page{Span: span(0, 30)}, "a", note(30, slo.Seam, "x")))
	if diff := cmp.Diff(ledger.Spans{span(0, 30)}, book.Missing("a", span(0, 30))); diff != "" {
		t.Errorf("missing (-want +got):\n%s", diff)
	}
	if got := book.Annotations("z", at(0), at(30)); got != nil {
		t.Errorf("an unknown key has %v", got)
	}
}

func TestDerive_recounts_what_has_classes(t *testing.T) {
	withClasses := func(end, slow int64) slo.Increment {
		inc := slot(end, 10, 0)
		inc.Classes = map[string]int64{"slow": slow, "fast": 10 - slow}
		return inc
	}
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	record(t, book, pageOf(0, 150, "old", withClasses(30, 1), slot(60, 5, 0), withClasses(90, 2), withClasses(120, 3)))
	record(t, book, pageOf(300, 330, "old"))
	slow := func(inc slo.Increment) (slo.Increment, bool) {
		inc.Bad = inc.Classes["slow"]
		return inc, inc.Classes != nil
	}
	if err := book.Derive(t.Context(), "new", "old", slow); err != nil {
		t.Fatal(err)
	}
	_, again := reopen(t, path, db)
	for what, book := range map[string]*ledger.Ledger{"in memory": book, "reopened": again} {
		if got, want := book.Sum("new", "", at(0), at(330)).Counts, (slo.Counts{Total: 30, Bad: 6}); got != want {
			t.Errorf("%s: %+v, want %+v", what, got, want)
		}
		if diff := cmp.Diff(ledger.Spans{span(30, 60), span(150, 300)}, book.Missing("new", span(0, 330))); diff != "" {
			t.Errorf("%s: missing (-want +got):\n%s", what, diff)
		}
		if got := book.Increments("new", span(60, 90), math.MaxInt); len(got) != 1 || got[0].Bad != 2 || got[0].Classes["fast"] != 8 {
			t.Errorf("%s: increments %+v", what, got)
		}
	}
	if err := book.Derive(t.Context(), "x", "nobody", slow); err != nil || book.Increments("x", span(0, 330), math.MaxInt) != nil {
		t.Errorf("a recount of nothing: %v", err)
	}
}

// What was read of the new account is finer than a recount, and stays.
func TestDerive_fills_only_what_is_missing(t *testing.T) {
	wide := slo.Increment{End: 600, Width: 300, Counts: slo.Counts{Total: 100}, Classes: map[string]int64{"slow": 10}}
	first := slo.Increment{End: 300, Width: 300, Counts: slo.Counts{Total: 50}, Classes: map[string]int64{"slow": 5}}
	book := inMemory(t, pageOf(0, 600, "old", first, wide))
	record(t, book, pageOf(480, 600, "new", slot(510, 7, 1), slot(540, 7, 1), slot(570, 7, 1), slot(600, 7, 1)))
	slow := func(inc slo.Increment) (slo.Increment, bool) {
		inc.Bad = inc.Classes["slow"]
		return inc, true
	}
	for range 2 {
		if err := book.Derive(t.Context(), "new", "old", slow); err != nil {
			t.Fatal(err)
		}
		if got, want := book.Sum("new", "", at(0), at(600)).Counts, (slo.Counts{Total: 50 + 28, Bad: 5 + 4}); got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
		if diff := cmp.Diff(ledger.Spans{span(300, 480)}, book.Missing("new", span(0, 600))); diff != "" {
			t.Errorf("missing (-want +got):\n%s", diff)
		}
	}
}

func TestClasses_may_be_negative(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	db, book := reopen(t, path, nil)
	inc := slot(30, 3, 0)
	inc.Classes = map[string]int64{slo.SignalClass: -7_000_000}
	record(t, book, pageOf(0, 30, "signal", inc))
	_, again := reopen(t, path, db)
	for what, book := range map[string]*ledger.Ledger{"in memory": book, "reopened": again} {
		if diff := cmp.Diff(inc.Classes, book.Classes("signal", at(0), at(30))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}
