package audit_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/audit"
)

// record is one of n entries.
func record(n int) []audit.Entry {
	var out []audit.Entry
	var last audit.Entry
	for i := range n {
		last = audit.Seal(audit.Entry{
			At: time.Date(2026, 3, 1, 12, i, 0, 1234567, time.UTC), Actor: "oncall", Role: "operator", Via: "token",
			Remote: "10.0.0.7", Action: "acknowledge", Target: "inc-1", Outcome: audit.Done, Status: 200, Detail: `{"by":"anna"}`,
		}, last)
		out = append(out, last)
	}
	return out
}

func TestARecordAsItWasWrittenHolds(t *testing.T) {
	for n := range 4 {
		if err := audit.Verify(record(n)); err != nil {
			t.Errorf("%d entries: %v", n, err)
		}
	}
}

func TestTamperingShows(t *testing.T) {
	for name, c := range map[string]struct {
		change func(e []audit.Entry) []audit.Entry
		want   string
	}{
		"another actor":      {func(e []audit.Entry) []audit.Entry { e[1].Actor = "mallory"; return e }, "entry 2 is not"},
		"another time":       {func(e []audit.Entry) []audit.Entry { e[1].At = e[1].At.Add(time.Millisecond); return e }, "entry 2 is not"},
		"another outcome":    {func(e []audit.Entry) []audit.Entry { e[2].Outcome = audit.Refused; return e }, "entry 3 is not"},
		"another detail":     {func(e []audit.Entry) []audit.Entry { e[0].Detail = ""; return e }, "entry 1 is not"},
		"one left out":       {func(e []audit.Entry) []audit.Entry { return slices.Delete(e, 1, 2) }, "entry 3 follows entry 1"},
		"the first left out": {func(e []audit.Entry) []audit.Entry { return e[1:] }, "entry 2 follows entry 0"},
		"two changed places": {func(e []audit.Entry) []audit.Entry { e[1], e[2] = e[2], e[1]; return e }, "entry 3 follows entry 1"},
		"one written anew": {func(e []audit.Entry) []audit.Entry {
			forged := e[1]
			forged.Actor = "mallory"
			e[1] = audit.Seal(forged, e[0])
			return e
		}, "entry 3 does not follow"},
		"no hash": {func(e []audit.Entry) []audit.Entry { e[2].Hash = ""; return e }, "entry 3 is not"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := audit.Verify(c.change(record(3))); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
