package examples_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// The files of other tools count what the demo's own count, so their numbers are
// the same.
func TestFilesOfOtherToolsPromiseWhatTheDemosDo(t *testing.T) {
	set, problems, err := spec.Load([]string{"foreign"}, spec.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	own := map[string]slo.SLO{}
	for _, s := range load(t) {
		own[s.ID.String()] = promise(s)
	}
	twins := map[string]string{
		"auth/login/availability":                 "auth/login/availability",
		"checkout/create-order/orders-taken":      "checkout/create-order/availability",
		"checkout/charge-card/cards-charged-fast": "checkout/charge-card/latency",
		"notify/send-email/mails-sent":            "notify/send-email/availability",
	}
	for _, s := range set.SLOs {
		if diff := cmp.Diff(own[twins[s.ID.String()]], promise(s), cmp.AllowUnexported(slo.Objective{})); diff != "" {
			t.Errorf("%s: -the demo's +%s:\n%s", s.ID, s.Source.File, diff)
		}
	}
	if len(set.SLOs) != len(twins) {
		t.Errorf("%d SLOs, want %d", len(set.SLOs), len(twins))
	}
}

// promise is what of an SLO decides about its numbers and who is told.
func promise(s slo.SLO) slo.SLO {
	s.SLI.Fingerprint = nil
	return slo.SLO{Owner: s.Owner, Objective: s.Objective, Window: s.Window, SLI: s.SLI, Tiers: s.Tiers, MaxSeverity: s.MaxSeverity}
}
