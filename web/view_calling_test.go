package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// TestTheHeadlineNamesWhatCallsForSomebody is what a phone shows before anything is
// scrolled: the functions, the most urgent first, and pages alone while there are any.
func TestTheHeadlineNamesWhatCallsForSomebody(t *testing.T) {
	pages := func(names ...string) []string { return append(names, "notify/ticket:fan-out") }
	for headline, names := range map[string][]string{
		"login needs somebody":                              pages("auth/login"),
		"login and run need somebody":                       pages("auth/login", "media/run"),
		"login, run and sync need somebody":                 pages("auth/login", "media/run", "store/sync"),
		"login, run and 2 more need somebody":               pages("auth/login", "media/run", "store/sync", "store/wipe"),
		"media/run and store/run need somebody":             pages("media/run", "store/run"),
		"Nothing pages. 1 ticket: fan-out":                  pages(),
		"Nothing pages. 2 tickets: send and fan-out":        pages("notify/ticket:send"),
		"<b>login</b> needs somebody":                       {"auth/<b>login</b>"},
		"backend/main needs somebody":                       {"slofuse/backend/main"},
		"media/run, store/run and 1,000 more need somebody": append([]string{"media/run", "store/run"}, others(1000)...),
	} {
		f := newFleet()
		f.alerts, f.incidents = nil, nil
		for n, name := range names {
			f.incidents = append(f.incidents, opened(n, name))
		}
		_, body := onCall(t, f, "/")
		if got := strings.Join(strings.Fields(text(element(t, body, "<h1>", "</h1>"))), " "); got != headline {
			t.Errorf("%q, want %q", got, headline)
		}
	}
}

func others(n int) (names []string) {
	for i := range n {
		names = append(names, fmt.Sprint("crowd/f", i))
	}
	return names
}

// opened is an incident of a function; those that opened earlier are more urgent.
func opened(n int, name string) alerting.Incident {
	service, function, _ := strings.Cut(name, "/")
	severity := slo.SeverityPage
	if ticket, found := strings.CutPrefix(function, "ticket:"); found {
		function, severity = ticket, slo.SeverityTicket
	}
	return alerting.Incident{ID: name, State: alerting.IncidentOpen, Severity: severity, Service: service, Function: function, OpenedAt: noon.Add(-time.Hour + time.Duration(n)*time.Second)}
}
