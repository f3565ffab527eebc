package web_test

import (
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// withSLI gives the first SLO of a fleet another indicator and other counts.
func withSLI(sli slo.SLI, counts slo.Counts) (*fleet, string) {
	f := newFleet()
	s := &f.slos[0]
	s.SLI, s.Objective = sli, slo.MustObjective("95%")
	a := f.assessments[s.ID]
	a.Objective, a.Scale, a.Window.Counts, a.CallsPerSecond, a.Errors = s.Objective, sli.Scale(), counts, nil, nil
	for i := range a.Burns {
		a.Burns[i].Counts = counts
	}
	f.assessments[s.ID] = a
	return f, "/slos/" + s.ID.String()
}

func TestPagesOfFreeQueriesSpeakOfWhatIsCounted(t *testing.T) {
	weight := []slo.Selector{{Metric: "calls_total"}}
	for name, test := range map[string]struct {
		sli    slo.SLI
		counts slo.Counts
		want   []string
	}{
		"threshold": {
			slo.SLI{Threshold: &slo.Threshold{Query: "max(queue)", Op: slo.Less, Value: 100}},
			slo.Counts{Total: 20_160, Bad: 8},
			[]string{
				"Time-weighted: it counts slots of time", "Slots 20,160 known in 30d", "1,000 of 1,008 bad slots left", "Until Slots Bad",
				"1h: 8 bad of 20,160", "% of slots good over 30d", "A slot is good when every value is < 100", "Query max(queue)",
			},
		},
		"error ratio": {
			slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "errors / calls"}},
			slo.Counts{Total: 1000 * slo.ShareUnit, Bad: 2.5 * slo.ShareUnit},
			[]string{"Time-weighted: every slot counts the same", "Slots 1,000 known in 30d", "47.5 of 50 bad slots left", "1h: 2.5 bad of 1,000", "Query errors / calls"},
		},
		"error ratio with a weight": {
			slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "errors / calls", Weight: weight}},
			slo.Counts{Total: 1000 * slo.RatioUnit, Bad: 2.5 * slo.RatioUnit},
			[]string{"Bad calls are the ratio of each slot times its calls", "1,000 in 30d", "47.5 of 50 bad events left", "Until Calls Bad", "% of calls good over 30d", "Weight calls_total"},
		},
	} {
		f, path := withSLI(test.sli, test.counts)
		body := get(t, f.server(t), path).Body.String()
		seen := text(body)
		for _, want := range test.want {
			if !strings.Contains(seen, want) {
				t.Errorf("%s: the page does not say %q", name, want)
			}
		}
		if strings.Contains(seen, "NaN") {
			t.Errorf("%s: NaN", name)
		}
		if strings.Contains(seen, "Bad events by class") {
			t.Errorf("%s: classes of what has none", name)
		}
	}
}

// Slots of time have no rate of calls: there is none, which is not unknown.
func TestTheListShowsNoCallsOfSlots(t *testing.T) {
	calls := func(sli slo.SLI) bool {
		f, path := withSLI(sli, slo.Counts{Total: 100})
		_, row, _ := strings.Cut(get(t, f.server(t), "/slos").Body.String(), `href="`+path+`"`)
		_, cell, found := strings.Cut(row, `data-label="Calls">`)
		return found && !strings.HasPrefix(cell, `<span class="none">`)
	}
	if calls(slo.SLI{Threshold: &slo.Threshold{Query: "max(queue)", Op: slo.Less, Value: 100}}) {
		t.Error("a threshold has calls")
	}
	if !calls(slo.SLI{Ratio: &slo.Ratio{Total: []slo.Selector{{Metric: "calls_total"}}}}) {
		t.Error("a ratio has none")
	}
}

func TestALabelThatBadEventsDoNotHaveIsNone(t *testing.T) {
	f, path := withSLI(slo.SLI{Ratio: &slo.Ratio{}}, slo.Counts{Total: 100, Bad: 9})
	a := f.assessments[f.slos[0].ID]
	a.Errors = []slo.ClassCount{{Labels: map[string]string{"code": "", "gateway": "north"}, Bad: 9}}
	f.assessments[f.slos[0].ID] = a
	if seen := text(get(t, f.server(t), path).Body.String()); !strings.Contains(seen, "no code, gateway=north 100% 9") {
		t.Errorf("got %s", seen)
	}
}

func TestTheListOfIncidentsBeginsWithWhatIsMostUrgent(t *testing.T) {
	f := newFleet()
	incident := func(function string, severity slo.Severity, state alerting.IncidentState) alerting.Incident {
		return alerting.Incident{ID: function, Service: "shop", Function: function, Severity: severity, State: state, OpenedAt: noon}
	}
	f.incidents = []alerting.Incident{
		incident("ticket", slo.SeverityTicket, alerting.IncidentOpen),
		incident("taken-page", slo.SeverityPage, alerting.IncidentAcked),
		incident("page", slo.SeverityPage, alerting.IncidentOpen),
		incident("newest-over", slo.SeverityNone, alerting.IncidentResolved),
		incident("page-over", slo.SeverityPage, alerting.IncidentResolved),
	}
	body := get(t, f.server(t), "/incidents").Body.String()
	at := -1
	for _, function := range []string{"page", "taken-page", "ticket", "newest-over", "page-over"} {
		next := strings.Index(body, "<b>"+function+"</b>")
		if next <= at {
			t.Errorf("%s stands at %d, not after %d", function, next, at)
		}
		at = next
	}
}
