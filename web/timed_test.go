package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// TestInstantsInSentencesFollowTheZone reads why something is as it is: every instant is
// an element that a script may write in another zone, and no other text is.
func TestInstantsInSentencesFollowTheZone(t *testing.T) {
	f := newFleet()
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"}
	a := f.assessments[id]
	a.State, a.Reason = slo.StateNoData, "no sample since 2026-03-01T11:07:00Z, 2026-13-01T11:07:00Z or 2026-03-01 <b>"
	f.assessments[id] = a
	f.alerts[0].Holds = map[string]alerting.Hold{"fast": {Severity: slo.SeverityPage, Since: noon.Add(-12 * time.Minute)}}
	page := get(t, f.server(t), "/slos/checkout/charge-card/availability/explain").Body.String()
	for _, want := range []string{
		`no sample since <time datetime="2026-03-01T11:07:00Z">2026-03-01 11:07:00 UTC</time>, 2026-13-01T11:07:00Z or 2026-03-01 &lt;b&gt;`,
		`fires since <time datetime="2026-03-01T11:48:00Z">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("there is no %s", want)
		}
	}
	if !strings.Contains(page, "≥\u00a014.4") {
		t.Error("a sign may stand apart from its number")
	}
}
