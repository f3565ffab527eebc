package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
)

// onCall is the text of the page and the page itself.
func onCall(t *testing.T, f *fleet, target string) (seen, body string) {
	t.Helper()
	w := get(t, f.server(t), target)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: status %d: %s", target, w.Code, w.Body)
	}
	return strings.NewReplacer(" ,", ",", " :", ":", " .", ".").Replace(text(w.Body.String())), w.Body.String()
}

// want checks that a text holds parts, in this order.
func want(t *testing.T, seen string, parts ...string) {
	t.Helper()
	rest := seen
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Errorf("no %q in: %.1500s", part, rest)
			continue
		}
		rest = after
	}
}

func TestACardSaysWhatWhoeverIsWokenNeeds(t *testing.T) {
	f := newFleet()
	f.incidents[0].Deploy = &alerting.Deploy{ID: "d1", Version: "v1.4.2", StartsAt: noon.Add(-18 * time.Minute), By: "ci", Status: "succeeded"}
	f.incidents[0].Cascade = "3 functions that depend on each other burn"
	seen, body := onCall(t, f, "/")
	want(t, seen, "charge-card needs somebody", "1 paging", "10 SLOs watched", "2 unknown", "1 Source down", "1 No data",
		"charge-card", "checkout · team-checkout", "Page", "Flapping", "for 12 m", "2026-03-01 11:48:00 UTC", "of calls were too slow in the last 5 minutes.",
		"The 30d budget is gone in 5 h 11 m at the pace of the last 5 minutes.", "Acknowledge", "runbook", "silence",
		"code=503, gateway=north: 2% of the bad calls of the last hour",
		"Because", "3 functions that depend on each other burn", "Last deploy", "v1.4.2, 6 m before, succeeded, by ci", "media/upload",
		"20.1×", "over 1h, 19.6× over 5m, limit 14.4×", "14%", "of 12,352 bad events allowed", "availability, 99.9% over 30d",
		"1 undeliverable, 1 owed, 1 sent", "Undeliverable", "slack #gone", "12 m ago: channel_not_found", "Owed", "Sent")
	card := element(t, body, "<article", "</article>")
	for _, part := range []string{
		`action="/incidents/inc-1/ack"`, `data-remember="by"`, `name="next" value="/"`, `href="https://runbooks.example.com/availability"`, `data-row="/incidents/inc-1"`,
		`href="/silences?`,
	} {
		if !strings.Contains(card, part) {
			t.Errorf("the card has no %s", part)
		}
	}
	if strings.Contains(card, "javascript:") {
		t.Error("a link that is none is offered")
	}
}

func TestWhoHasItAndWhatHoldsItBackIsOnTheCard(t *testing.T) {
	f := newFleet()
	f.incidents[0].State, f.incidents[0].AckedBy, f.incidents[0].AckComment = alerting.IncidentAcked, "ada", "rolling back"
	f.incidents[0].AckUntil = noon.Add(4 * time.Hour)
	seen, body := onCall(t, f, "/")
	want(t, seen, "Nothing calls for anybody", "1 acknowledged", "charge-card", "by ada until 2026-03-01 16:00:00 UTC: rolling back")
	if strings.Contains(element(t, body, "<article", "</article>"), "<form") {
		t.Error("it can be acknowledged again")
	}
	f.incidents[0].Alerts[0].MutedBy = []alerting.Muting{{Kind: alerting.MutingSilence, ID: "s-1", By: "lin", Reason: "known", Until: noon.Add(time.Hour)}}
	seen, _ = onCall(t, f, "/")
	want(t, seen, "1 held back", "Held back by silence s-1 of lin until 2026-03-01 13:00:00 UTC: known")
}

// TestARunbookIsOneTapAway leads to a runbook that is elsewhere, and to the page of the
// incident for one that is read there, or whose trouble is told there.
func TestARunbookIsOneTapAway(t *testing.T) {
	for runbook, href := range map[string]string{
		"https://books.example.com/a?b=c": "https://books.example.com/a?b=c", "runbooks/charge-card.md": "/incidents/inc-1#runbook",
		"javascript:alert(1)": "/incidents/inc-1#runbook", "": "",
	} {
		config := newFleet().config()
		config.Links = func(slo.SLO, time.Time, time.Time) map[string]string {
			if runbook == "" {
				return nil
			}
			return map[string]string{"runbook": runbook}
		}
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		card := element(t, get(t, server, "/").Body.String(), "<article", "</article>")
		if link := `href="` + href + `" rel="noopener noreferrer">runbook</a>`; strings.Contains(card, link) != (href != "") || strings.Contains(card, "javascript") {
			t.Errorf("%q: no %s in %s", runbook, link, card)
		}
	}
}

func TestNothingBurns(t *testing.T) {
	f := newFleet()
	f.incidents, f.alerts = f.incidents[1:], nil
	seen, _ := onCall(t, f, "/")
	want(t, seen, "Nothing burns", "For 1 d 1 h: the last incident ended 2026-02-28 11:00:00 UTC", "10 SLOs watched, 2 unknown", "Ended in the last 24 hours", "None.",
		"The last 7 days", "Pages 0", "Tickets 1", "Acknowledged 0%")
	f.incidents = nil
	seen, _ = onCall(t, f, "/")
	want(t, seen, "Nothing burns", "No incident in two weeks.", "No incident opened, and none in the week before.")
}

// TestOnlyUnknownIsNoCalm says of nothing that is not known that it is good.
func TestOnlyUnknownIsNoCalm(t *testing.T) {
	f := newFleet()
	f.incidents, f.alerts = nil, nil
	for id, a := range f.assessments {
		a.State = slo.StateSourceDown
		f.assessments[id] = a
	}
	seen, body := onCall(t, f, "/")
	want(t, seen, "Nothing is known", "10 SLOs watched, 10 unknown: 10 Source down")
	if head := element(t, body, `<div class="head oncall`, "</div>"); strings.Contains(head, "good") || strings.Contains(text(head), "Nothing burns") {
		t.Errorf("it is called good: %s", head)
	}
	want(t, element(t, body, `<div class="head oncall`, "</div>"), `href="/slos?state=source_down"`)
	empty := &fleet{}
	seen, _ = onCall(t, empty, "/")
	want(t, seen, "Nothing is known", "No SLO is watched yet.", "slofuse init")
}

func TestABudgetInWords(t *testing.T) {
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"}
	for pace, change := range map[string]func(a *slo.Assessment, alert *alerting.Alert){
		"The 30d budget is spent.":                                func(a *slo.Assessment, _ *alerting.Alert) { a.Window.Bad = 99999 },
		"How much budget is left is not known.":                   func(a *slo.Assessment, _ *alerting.Alert) { a.Window.Coverage = 0.1 },
		"How much of the 30d budget is left is still being read.": func(a *slo.Assessment, _ *alerting.Alert) { a.Window.Coverage, a.Window.Unread = 0.1, time.Hour },
		"Recovering: the errors have become rare.":                func(_ *slo.Assessment, alert *alerting.Alert) { alert.Phase = alerting.PhaseRecovering },
		"How fast it burns now is not known.":                     func(a *slo.Assessment, _ *alerting.Alert) { a.Burns = nil },
	} {
		f := newFleet()
		a := f.assessments[id]
		change(&a, &f.incidents[0].Alerts[0])
		f.assessments[id] = a
		_, body := onCall(t, f, "/")
		want(t, text(element(t, body, `<p class="pace">`, "</p>")), pace)
	}
}

func TestOnlyTheIncidentsOfAnOwner(t *testing.T) {
	f := newFleet()
	f.alerts = nil
	f.incidents = append(f.incidents, alerting.Incident{ID: "inc-4", State: alerting.IncidentOpen, Severity: slo.SeverityTicket, Service: "notify", Function: "fan-out", Owner: "team-growth", OpenedAt: noon.Add(-time.Hour)})
	for owner, cards := range map[string]string{"team-growth": "inc-4", "team-checkout": "inc-1", "team-media": "inc-1", "nobody & co": ""} {
		_, body := onCall(t, f, "/?owner="+url.QueryEscape(owner))
		if n := strings.Count(body, "<article"); cards == "" && n > 0 || cards != "" && (n != 1 || !strings.Contains(body, `id="incident-`+cards+`"`)) {
			t.Errorf("%s: %d cards", owner, n)
		}
	}
	seen, body := onCall(t, f, "/")
	want(t, seen, "team-checkout 1", "team-growth 1", "charge-card", "fan-out")
	want(t, body, `href="/?owner=team-growth"`, "<option>team-checkout</option>")
	seen, body = onCall(t, f, "/?owner=team-identity")
	want(t, seen, "Nothing burns", "2 incidents of other teams are open.", "1 SLO watched.")
	want(t, body, `data-as-of`, `href="/slos?owner=team-identity"`, `<option selected>team-identity</option>`)
	seen, _ = onCall(t, f, "/?owner=nobody")
	want(t, seen, "Nothing is known", "No SLO is of this owner.")
}

// TestAStormIsOnePage opens 1,000 incidents: the page stays small, the most urgent
// come first, and everything is asked for once.
func TestAStormIsOnePage(t *testing.T) {
	f := storm(1000)
	server, asked := askedOf(t, f)
	body := get(t, server, "/?owner=team-0").Body.String()
	if n := strings.Count(body, "<article"); n != 50 || len(body) > 250_000 {
		t.Errorf("%d cards in %d bytes", n, len(body))
	}
	want(t, body, "f0001, f0003 and 498 more need somebody", "<b>500</b> paging", `href="/incidents?owner=team-0">And 450 more open incidents`)
	want(t, body, "f0001", "f0003", "f0005") // of equals by name: no forecast moves them
	for what, n := range asked {
		if most := onlyOnce[what]; n > most {
			t.Errorf("%s is asked for %d times", what, n)
		}
	}
}

// storm is a fleet where every function burns, each faster than the one before.
func storm(n int) *fleet {
	f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
	for i := range n {
		m := member{
			service: "s", function: fmt.Sprintf("f%04d", i), name: "availability", owner: fmt.Sprintf("team-%d", (i+1)%2), objective: "99%", total: 1e9, bad: 5e6,
			burn: 20 + float64(i)/100, phase: alerting.PhaseFiring, severity: slo.SeverityPage, reason: "burns",
		}
		f.describe(m)
		f.incidents = append(f.incidents, alerting.Incident{
			ID: m.function, State: alerting.IncidentOpen, Severity: slo.SeverityPage, Service: m.service, Function: m.function, Owner: m.owner,
			OpenedAt: noon.Add(-time.Minute), Alerts: f.alerts[i : i+1],
		})
	}
	return f
}

// TestAcknowledgingLeadsBack presses the button of a card. Where it leads is a path
// of this server, whatever was sent.
func TestAcknowledgingLeadsBack(t *testing.T) {
	for next, location := range map[string]string{
		"/?owner=team-checkout": "/?owner=team-checkout", "": "/incidents/inc-1", "https://evil.example.net/": "/", "//evil.example.net": "/",
	} {
		f := newFleet()
		form := url.Values{"by": {"ada"}, "next": {next}}.Encode()
		w := post(f.server(t), "/incidents/inc-1/ack", "application/x-www-form-urlencoded", form)
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != location || f.incidents[0].AckedBy != "ada" {
			t.Errorf("%q: %d to %q, acked by %q", next, w.Code, w.Header().Get("Location"), f.incidents[0].AckedBy)
		}
	}
}

// TestWhatEndedSaysWhatItCost asks what the functions of incidents lost, and only of
// those that are listed.
func TestWhatEndedSaysWhatItCost(t *testing.T) {
	f := newFleet()
	f.incidents = nil
	for n := range 40 {
		opened := noon.Add(-time.Duration(n+2) * time.Hour / 4)
		f.incidents = append(f.incidents, alerting.Incident{
			ID: fmt.Sprint("over-", n), State: alerting.IncidentResolved, Severity: slo.SeverityPage, Service: "checkout", Function: "charge-card", Owner: "team-checkout",
			OpenedAt: opened, ResolvedAt: opened.Add(10 * time.Minute),
		})
	}
	server, asked := askedOf(t, f)
	body := get(t, server, "/").Body.String()
	// 6,000 calls in 10 minutes, of which 10 failed, of 12,351.72 that may.
	if n := strings.Count(text(body), "cost 0.1% of the 30d budget of availability"); n != 10 {
		t.Errorf("%d costs: %.2000s", n, text(element(t, body, "Ended in the last", "</section>")))
	}
	if asked["history"] != 20 || asked["assess"] != 1 {
		t.Errorf("asked %v", asked)
	}
}

func TestWhatEndedAndTheWeek(t *testing.T) {
	f := newFleet()
	over := func(id string, severity slo.Severity, ago, lasted time.Duration) alerting.Incident {
		opened := noon.Add(-ago)
		return alerting.Incident{ID: id, State: alerting.IncidentResolved, Severity: severity, Service: "media", Function: "f-" + id, Owner: "team-media", OpenedAt: opened, ResolvedAt: opened.Add(lasted)}
	}
	taken := over("taken", slo.SeverityPage, 3*time.Hour, 40*time.Minute)
	taken.AckedAt, taken.ResolvedBy = taken.OpenedAt.Add(4*time.Minute), "grace"
	f.alerts = nil
	f.incidents = []alerting.Incident{taken, over("alone", slo.SeverityTicket, 5*time.Hour, 20*time.Minute), over("long-ago", slo.SeverityPage, 8*24*time.Hour, time.Hour)}
	seen, _ := onCall(t, f, "/")
	want(t, seen, "Nothing burns", "For 2 h 20 m",
		"f-taken", "media · team-media", "lasted 40 m, over for 2 h 20 m", "ended by grace, taken after 4 m",
		"f-alone", "lasted 20 m", "ended by itself, nobody had taken it",
		"Pages 1 1 the week before", "Tickets 1 0 the week before", "Acknowledged 50% 0% the week before",
		"Until somebody took it 4 m median; none the week before", "Until it was over 30 m median; 1 h the week before",
		"Mon 23", "0 pages", "today", "1 page", "1 ticket", "team-media", "1 (1)", "1 (0)")
}
