package suppress_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

func TestASilenceShowsAsSoonAsItIsAddedAndNoLongerThanItLasts(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	o := slo.SLO{ID: slo.ID{Service: "checkout", Function: "charge", Name: "availability"}, Owner: "team"}
	matchers, err := suppress.ParseMatchers(`service="checkout"`)
	if err != nil {
		t.Fatal(err)
	}
	others, err := suppress.ParseMatchers(`service="media"`)
	if err != nil {
		t.Fatal(err)
	}
	silence := suppress.Silence{ID: "s-1", Matchers: matchers, StartsAt: now.Add(-time.Minute), EndsAt: now.Add(time.Hour)}
	ended, later, elsewhere := silence, silence, silence
	ended.WithdrawnAt, later.StartsAt, elsewhere.Matchers = now.Add(-time.Second), now.Add(time.Second), others
	before := []alerting.Muting{{Kind: alerting.MutingSilence, ID: "s-0"}, {Kind: alerting.MutingDeploy, ID: "d-1"}}
	firing := alerting.Alert{ID: o.ID, Phase: alerting.PhaseFiring, Severity: slo.SeverityPage}
	held := firing
	held.MutedBy = before
	over := held
	over.Phase = alerting.PhaseOK
	for name, tt := range map[string]struct {
		alert    alerting.Alert
		silences []suppress.Silence
		want     string
	}{
		"nothing":                      {firing, nil, ""},
		"a new one":                    {firing, []suppress.Silence{silence}, "s-1"},
		"one that was ended":           {firing, []suppress.Silence{ended}, ""},
		"one that is to come":          {firing, []suppress.Silence{later}, ""},
		"one of something else":        {firing, []suppress.Silence{elsewhere}, ""},
		"the deploy is as decided":     {held, []suppress.Silence{silence}, "s-1 d-1"},
		"the silence it had has ended": {held, nil, "d-1"},
		"an alert that is over":        {over, []suppress.Silence{silence}, "s-0 d-1"},
	} {
		var got []string
		for _, m := range suppress.Silenced(o, tt.alert, tt.silences, now) {
			got = append(got, m.ID)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	if before[0].ID != "s-0" {
		t.Error("what was decided is changed")
	}
}
