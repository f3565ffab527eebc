package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

func TestThePageOfAnSLOTellsItsAlertsAndWhoWasTold(t *testing.T) {
	f := newFleet()
	hostile := `<img src=x onerror=alert(1)>`
	f.incidents[0].Timeline = append(f.incidents[0].Timeline,
		alerting.Event{At: noon.Add(-time.Minute), Kind: alerting.EventAlert, Text: "availability burns (page): " + hostile},
		alerting.Event{At: noon.Add(-time.Minute), Kind: alerting.EventAlert, Text: "latency burns (ticket): of another SLO"},
	)
	server := f.server(t)
	page := get(t, server, availabilityPage).Body.String()
	_, section, _ := strings.Cut(page, `<section id="history">`)
	section, _, _ = strings.Cut(section, "</section>")
	for _, want := range []string{`href="/incidents/inc-1"`, "for 12 m", "availability burns (page): &lt;img", "<b>slack #slo</b>", "channel_not_found", "Undeliverable"} {
		if !strings.Contains(section, want) {
			t.Errorf("the history lacks %q:\n%s", want, section)
		}
	}
	if strings.Contains(section, hostile) || strings.Contains(section, "of another SLO") {
		t.Errorf("the history has what it must not:\n%s", section)
	}
	if page := get(t, server, "/slos/checkout/charge-card/latency").Body.String(); !strings.Contains(page, "It has not alerted yet.") {
		t.Error("an SLO that never alerted does not say so")
	}
}

func TestALongHistoryIsCutShort(t *testing.T) {
	f := newFleet()
	one := f.incidents[0]
	for n := range 30 {
		one.Timeline = append(one.Timeline, alerting.Event{At: noon, Kind: alerting.EventNotified, Text: fmt.Sprintf("message %d", n)})
	}
	f.incidents = nil
	for n := range 14 {
		i := one
		i.ID, i.State, i.ResolvedAt = fmt.Sprintf("inc-%d", n), alerting.IncidentResolved, noon
		f.incidents = append(f.incidents, i)
	}
	page := get(t, f.server(t), availabilityPage).Body.String()
	for _, want := range []string{"And 4 before.", "20 earlier events", "message 29"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "message 17") || strings.Contains(page, "/incidents/inc-11") {
		t.Error("the page lists all of it")
	}
}

func TestChartsMarkAlerts(t *testing.T) {
	f := newFleet()
	past := f.incidents[0]
	past.ID, past.Severity, past.State, past.OpenedAt, past.ResolvedAt = "inc-0", slo.SeverityTicket, alerting.IncidentResolved, noon.Add(-50*time.Hour), noon.Add(-48*time.Hour)
	f.incidents = append(f.incidents, past)
	marks := func(query string) (out []string) {
		for _, a := range decode[api.Charts](t, get(t, f.server(t), chartsPath+query)).Annotations {
			if strings.HasPrefix(a.Kind, "alert") {
				out = append(out, a.Kind+" "+a.From.Format("2T15:04")+" "+a.To.Format("2T15:04")+" "+a.Text)
			}
		}
		return out
	}
	reason := ", burn rate 20.1 over 1h and 31.0 over 5m, both at or over 14.4"
	want := []string{"alert-ticket 27T10:00 27T12:00 Alert: ticket for 2 h" + reason, "alert-page 1T11:48 1T12:00 Alert: page for 12 m" + reason}
	if got := marks(""); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("marks %q, want %q", got, want)
	}
	if got := marks("?range=1d"); len(got) != 1 {
		t.Errorf("in a day %q", got)
	}
}
