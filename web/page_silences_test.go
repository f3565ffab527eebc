package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/auth"
)

const formType = "application/x-www-form-urlencoded"

func TestThePageAddsSilencesAndEndsThem(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	if body := text(get(t, s, "/silences").Body.String()); !strings.Contains(body, "Nothing is silenced") {
		t.Errorf("empty: %s", body)
	}
	form := url.Values{"matchers": {`service="checkout",severity="ticket"`}, "for": {"2h"}, "reason": {"known <b>"}, "by": {"Mia"}}
	if w := post(s, "/silences", formType, form.Encode()); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/silences" {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	form.Set("matchers", `service="nobody"`)
	post(s, "/silences", formType, form.Encode())
	body := text(get(t, s, "/silences").Body.String())
	for _, want := range []string{
		`Silent known <b> by Mia, until 2026-03-01 14:00:00 UTC , 2 h left service="checkout" severity="ticket" 3 SLOs · s-1, since 2026-03-01 12:00:00 UTC Extend or end it`,
		`service="nobody" matches no SLO`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
	if w := post(s, "/silences/s-1/expire", formType, "by="); w.Code != http.StatusBadRequest || f.silences[0].Withdrawn() {
		t.Errorf("ended by nobody: %d", w.Code)
	}
	if w := post(s, "/silences/s-1/expire", formType, "by=Noa"); w.Code != http.StatusSeeOther || !f.silences[0].Withdrawn() {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	body = text(get(t, s, "/silences").Body.String())
	if !strings.Contains(body, "Ended early known <b> by Mia, 2026-03-01 12:00:00 UTC to 2026-03-01 12:00:00 UTC , ended by Noa") || strings.Count(body, "Extend or end it") != 1 {
		t.Errorf("ended: %s", body)
	}
}

func TestTheFormOfASilenceIsChecked(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	for what, change := range map[string][2]string{
		"no matchers": {"matchers", " "}, "half a matcher": {"matchers", "service"}, "no reason": {"reason", ""}, "nobody": {"by", " "},
		"no length": {"for", "soon"}, "too long": {"for", "8d"}, "no time": {"for", "0s"},
	} {
		form := url.Values{"matchers": {`service="checkout"`}, "for": {"2h"}, "reason": {"known"}, "by": {"Mia"}}
		form.Set(change[0], change[1])
		if w := post(s, "/silences", formType, form.Encode()); w.Code != http.StatusBadRequest || len(f.silences) != 0 {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	guarded := guardedServer(t, f, auth.Rules{Tokens: tokens()})
	w := get(t, guarded, "/silences?preview=&for=1h&service=checkout")
	if strings.Contains(w.Body.String(), "formaction=\"/silences\"") || strings.Contains(w.Body.String(), "Add a silence") {
		t.Error("whoever may not silence is shown the form")
	}
}

// Whoever looks at an incident, an SLO or a list sees what is held back, by whom and
// until when.
func TestNothingThatIsMutedIsHidden(t *testing.T) {
	f := newFleet()
	mutings := []alerting.Muting{
		{Kind: alerting.MutingSilence, ID: "s-1", By: "Mia", Reason: "known", Until: noon.Add(time.Hour)},
		{Kind: alerting.MutingMaintenance, ID: "m-1", By: "Noa", Reason: "new disks", Until: noon.Add(2 * time.Hour)},
	}
	incident := &f.incidents[0]
	for i := range f.alerts {
		if f.alerts[i].ID == incident.Alerts[0].ID {
			f.alerts[i].MutedBy = mutings
		}
	}
	for i := range incident.Alerts {
		incident.Alerts[i].MutedBy = mutings
	}
	incident.Deploy = &alerting.Deploy{ID: "run-1", Version: "v42", URL: "https://ci.example.com/1", By: "token ci", StartsAt: incident.OpenedAt.Add(-10 * time.Minute), Status: "rolled_back"}
	f.deploys = []suppress.Deploy{{
		ID: "run-2", Service: incident.Service, Version: "v43", By: "token ci", StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(-30 * time.Minute),
	}}
	s := f.server(t)
	want := "Held back by silence s-1 of Mia until 2026-03-01 13:00:00 UTC : known"
	for path, want := range map[string][]string{
		"/incidents/" + incident.ID: {
			want, "Held back by maintenance m-1 of Noa until 2026-03-01 14:00:00 UTC : new disks",
			"Last deploy: v42 ,", "m before it opened, by token ci, rolled back", "Silence the function",
		},
		"/incidents": {"held back " + incident.Function},
		"/slos/" + incident.Alerts[0].ID.String():              {want, "Silence the function", "Last deploy: v43 , 2026-03-01 11:00:00 UTC , by token ci, expired"},
		"/slos/" + incident.Alerts[0].ID.String() + "/explain": {want},
		"/slos": {"held back by silence s-1 until 2026-03-01 13:00:00 UTC"},
	} {
		body := text(get(t, s, path).Body.String())
		for _, line := range want {
			if !strings.Contains(body, line) {
				t.Errorf("%s does not say %q: %s", path, line, body)
			}
		}
	}
	link := "/silences?" + url.Values{"for": {"1h"}, "function": {incident.Function}, "preview": {""}, "service": {incident.Service}}.Encode()
	if body := get(t, s, "/incidents/"+incident.ID).Body.String(); !strings.Contains(strings.ReplaceAll(body, "&amp;", "&"), link+"#add") {
		t.Errorf("no way to %s", link)
	}
	if body := get(t, s, link).Body.String(); !strings.Contains(body, `value="service=&#34;`+incident.Service+`&#34;,function=&#34;`) {
		t.Errorf("the form does not begin with the function: %s", body)
	}
}
