package evaluator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/slo"
)

// kept makes an evaluator whose ledger the test keeps.
func kept(t *testing.T, fake *script) (*evaluator.Evaluator, *ledger.Ledger) {
	t.Helper()
	return setUp(t, fake, slo.Set{SLOs: objectives(fake.functions...)}, nil)
}

func TestAccount_sums_up_what_the_ledger_holds(t *testing.T) {
	e, _ := kept(t, newScript("charge"))
	catchUp(t, e, ready)
	a := e.Account(objective("charge"))
	want := []slo.Resolution{ // 6.5 hours of slots, then 5 minutes to three days, then hours
		{Width: 30 * time.Second, Slots: 7 * 120, From: hour0.Add(-7 * time.Hour), To: hour0},
		{Width: 5 * time.Minute, Slots: 66 * 12, From: hour0.Add(-73 * time.Hour), To: hour0.Add(-7 * time.Hour)},
		{Width: time.Hour, Slots: 7*24 + 1 - 73, From: hour0.Add(-(7*24 + 1) * time.Hour), To: hour0.Add(-73 * time.Hour)},
	}
	if diff := cmp.Diff(want, a.Resolutions); diff != "" {
		t.Errorf("resolutions (-want +got):\n%s", diff)
	}
	const seconds = (7*24 + 1) * 3_600
	if a.Counts != (slo.Counts{Total: 10 * seconds, Bad: seconds}) || !a.Last.Equal(hour0) || !a.ReadTo.Equal(hour0) ||
		!a.ReadFrom.Equal(hour0.Add(-seconds*time.Second)) || a.Unread != 0 {
		t.Errorf("account %+v", a)
	}
	if empty := e.Account(objective("refund")); !empty.First.IsZero() || !empty.ReadTo.IsZero() || len(empty.Resolutions) != 0 {
		t.Errorf("an account that is not there: %+v", empty)
	}
}

func TestVerify_finds_what_the_ledger_has_wrong(t *testing.T) {
	const minute = time.Minute
	s := objective("charge")
	key := s.SLI.Key("main")
	slot := func(end time.Time, width, total, bad int64) ledger.Page {
		return ledger.Page{
			Span:       ledger.Span{From: end.Unix() - width, To: end.Unix()},
			Increments: map[string][]slo.Increment{key: {{End: end.Unix(), Width: width, Counts: slo.Counts{Total: total, Bad: bad}}}},
		}
	}
	for _, tc := range []struct {
		what    string
		spoil   func(*testing.T, *script, *ledger.Ledger)
		from    time.Duration
		differ  int
		unknown time.Duration
		want    slo.Verdict
	}{
		{"nothing", func(*testing.T, *script, *ledger.Ledger) {}, 3 * time.Hour, 0, 0, slo.VerdictPass},
		{"nothing, in slots of five minutes and of hours", func(*testing.T, *script, *ledger.Ledger) {}, 76 * time.Hour, 0, 0, slo.VerdictPass},
		{"a bad call too few in one slot", func(t *testing.T, _ *script, book *ledger.Ledger) {
			record(t, book, slot(hour0.Add(-10*minute), 30, 300, 29))
		}, time.Hour, 1, 0, slo.VerdictFail},
		{"calls too many in five minutes", func(t *testing.T, _ *script, book *ledger.Ledger) {
			record(t, book, slot(hour0.Add(-8*time.Hour), 300, 3_100, 300))
		}, 9 * time.Hour, 1, 0, slo.VerdictFail},
		{"the backend lost an hour", func(_ *testing.T, fake *script, _ *ledger.Ledger) {
			fake.silent = func(at time.Time) bool { return !at.After(hour0.Add(-2 * time.Hour)) }
		}, 3 * time.Hour, 0, time.Hour, slo.VerdictPass},
		{"the backend lost nearly all", func(_ *testing.T, fake *script, _ *ledger.Ledger) {
			fake.silent = func(at time.Time) bool { return !at.After(hour0.Add(-time.Hour)) }
		}, 3 * time.Hour, 0, 2 * time.Hour, slo.VerdictInconclusive},
	} {
		t.Run(tc.what, func(t *testing.T) {
			fake := newScript("charge")
			e, book := kept(t, fake)
			catchUp(t, e, ready)
			tc.spoil(t, fake, book)
			c, err := e.Verify(t.Context(), s, hour0.Add(-tc.from), hour0, nil)
			if err != nil || c.Verdict() != tc.want || len(c.Differences) != tc.differ || c.Unknown != tc.unknown {
				t.Errorf("%s with %d differences and %v unknown, want %s, %d, %v: %+v, %v", c.Verdict(), len(c.Differences), c.Unknown, tc.want, tc.differ, tc.unknown, c, err)
			}
			if a := e.Assess(s, hour0); a.State != slo.StateOK {
				t.Errorf("verifying changed the state to %s (%s)", a.State, a.Reason)
			}
		})
	}
}

// Parts that end within a slot of an hour cover every slot once.
func TestVerify_in_parts_is_as_a_whole(t *testing.T) {
	e, _ := kept(t, newScript("charge"))
	catchUp(t, e, ready)
	var sum slo.Comparison
	for at := hour0.Add(-100 * time.Hour); at.Before(hour0); at = at.Add(5*time.Hour + 7*time.Minute) {
		part, err := e.Verify(t.Context(), objective("charge"), at, at.Add(5*time.Hour+7*time.Minute), nil)
		if err != nil {
			t.Fatal(err)
		}
		sum = sum.Add(part)
	}
	if sum.Verdict() != slo.VerdictPass || len(sum.Differences) != 0 || sum.Ledger != (slo.Counts{Total: 100 * 36_000, Bad: 100 * 3_600}) {
		t.Errorf("%s: %+v", sum.Verdict(), sum)
	}
}

func TestVerify_without_a_book_or_a_backend(t *testing.T) {
	fake := newScript("charge")
	e, _ := kept(t, fake)
	s := objective("charge")
	c, err := e.Verify(t.Context(), s, hour0.Add(-time.Hour), hour0, nil)
	if err != nil || c.Verdict() != slo.VerdictInconclusive || c.Slots != 0 {
		t.Errorf("a book that holds nothing: %s, %+v, %v", c.Verdict(), c, err)
	}
	fake.fail = down
	if _, err := e.Verify(t.Context(), s, hour0.Add(-time.Hour), hour0, nil); err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("a backend that is down: %v", err)
	}
	s.Backend = "eu"
	if _, err := e.Verify(t.Context(), s, hour0.Add(-time.Hour), hour0, nil); err == nil || !strings.Contains(err.Error(), `"eu"`) {
		t.Errorf("a backend that is not configured: %v", err)
	}
}

func record(t *testing.T, book *ledger.Ledger, p ledger.Page) {
	t.Helper()
	if err := book.Record(t.Context(), p); err != nil {
		t.Fatal(err)
	}
}
