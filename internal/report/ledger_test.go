package report_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/web/api"
)

var midnight = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

func TestWriteSlots_has_a_column_for_each_class(t *testing.T) {
	class := func(count float64, pairs ...string) api.SlotClass {
		c := api.SlotClass{Labels: map[string]string{}, Count: count}
		for i := 0; i < len(pairs); i += 2 {
			c.Labels[pairs[i]] = pairs[i+1]
		}
		return c
	}
	for what, tc := range map[string]struct {
		slots []api.Slot
		want  string
	}{
		"nothing": {nil, "slot_end,width_seconds,total,good,bad\n"},
		"kinds of errors": {
			[]api.Slot{
				{End: midnight, WidthSeconds: 30, Tally: api.Tally{Total: 10, Good: 7, Bad: 3}, Classes: []api.SlotClass{class(2, "gateway", "a,b", "code", "503"), class(1)}},
				{End: midnight.Add(time.Minute), WidthSeconds: 60, Tally: api.Tally{Total: 1.5, Good: 1.5}},
			},
			"slot_end,width_seconds,total,good,bad,\"code=503 gateway=a,b\",other\n2026-03-01T00:00:00Z,30,10,7,3,2,1\n2026-03-01T00:01:00Z,60,1.5,1.5,0,,\n",
		},
		"buckets in order": {
			[]api.Slot{{End: midnight, WidthSeconds: 30, Tally: api.Tally{Total: 3, Good: 3}, Classes: []api.SlotClass{class(1, "le", "+Inf"), class(1, "le", "10"), class(1, "gt", "0.5", "le", "2.5")}}},
			"slot_end,width_seconds,total,good,bad,gt=0.5 le=2.5,le=10,le=+Inf\n2026-03-01T00:00:00Z,30,3,3,0,1,1,1\n",
		},
	} {
		var out bytes.Buffer
		if err := report.WriteSlots(&out, tc.slots); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tc.want, out.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

func TestWriteLedger_says_what_is_kept_and_what_is_not(t *testing.T) {
	l := api.Ledger{ID: "a/b/c", Revision: 2, Account: api.Account{Key: "k"}}
	var out bytes.Buffer
	report.WriteLedger(&out, l, report.Style{})
	if got, want := out.String(), "a/b/c, revision 2, account k\nnothing of it was read yet\n"; got != want {
		t.Errorf("an empty account: %q, want %q", got, want)
	}
	l.Account = api.Account{
		Key: "k", Total: 10, Bad: 1, First: new(midnight), Last: new(midnight.Add(time.Hour)), ReadFrom: new(midnight.Add(-time.Hour)), ReadTo: new(midnight.Add(time.Hour)),
		UnreadSeconds: 90, Resolutions: []api.Resolution{{Width: "30s", Slots: 7, From: midnight, To: midnight.Add(time.Hour)}},
	}
	l.Revisions = []api.Revision{{Number: 1, From: midnight}, {Number: 2, From: midnight, Change: "objective 99% → 99.9%"}}
	for range 21 {
		l.Annotations = append(l.Annotations, api.Annotation{To: midnight, Kind: "baseline", Text: "a\x1b[31m annotation"})
	}
	out.Reset()
	report.WriteLedger(&out, l, report.Style{})
	for _, want := range []string{"but for 1m30s between", "10 events, 1 of them bad", "revision 2 since 2026-03-01 00:00:00 UTC: objective 99% → 99.9%", "1 older annotations are left out", `a\x1b[31m annotation`} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
}

func TestWriteVerifications_names_the_slots_that_differ(t *testing.T) {
	v := api.Verification{
		ID: "a/b/c", From: midnight, To: midnight.Add(time.Hour), Verdict: "fail", Deviation: 0.1,
		Ledger: api.Tally{Total: 100, Bad: 9}, Backend: api.Tally{Total: 100, Bad: 10}, Slots: 120, UnknownSeconds: 60,
	}
	for range 11 {
		v.Differences = append(v.Differences, api.SlotDifference{End: midnight, Ledger: api.Tally{Total: 5}, Backend: api.Tally{Total: 5, Bad: 1}})
	}
	var out bytes.Buffer
	report.WriteVerifications(&out, []api.Verification{v, {ID: "d/e/f", Verdict: "inconclusive"}}, report.Style{})
	for _, want := range []string{"FAIL", "INCONCLUSIVE", "10%", "1m0s", "slot that ends 2026-03-01 00:00:00 UTC: 0 of 5 bad kept, 1 of 5 now", "and 1 slots more"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, out.String())
		}
	}
}
