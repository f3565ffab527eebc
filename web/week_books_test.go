package web_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/audit/book"
	"github.com/slofuse/slofuse/alerting/journal"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
)

// wednesday is 10 o'clock in Berlin, three days after its clocks jumped from 2 to 3.
var wednesday = time.Date(2026, 4, 1, 8, 0, 0, 0, time.UTC)

// books are a fleet whose incidents, deploys and audit are in a real database.
type books struct {
	*fleet

	journal *journal.Journal
	book    *book.Book
}

func newBooks(t *testing.T) books {
	t.Helper()
	db, err := sqldb.Open(t.Context(), filepath.Join(t.TempDir(), "slofuse.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	b := books{fleet: newFleet()}
	b.alerts = nil // those of the incidents are in the books
	if b.journal, err = journal.Open(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if b.book, err = book.Open(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b books) OpenIncidents(ctx context.Context) ([]alerting.Incident, error) {
	return b.journal.Incidents(ctx, 0)
}

func (b books) Deploys(ctx context.Context) ([]suppress.Deploy, error) { return b.journal.Deploys(ctx) }

func (b books) Entries(ctx context.Context, before int64, limit int) ([]audit.Entry, error) {
	return b.book.Entries(ctx, before, limit)
}

func (b books) Record(ctx context.Context, e audit.Entry) { _, _ = b.book.Record(ctx, e) }

// seen is the text of the start page on that Wednesday.
func (b books) seen(t *testing.T, target string) string {
	t.Helper()
	config := b.config()
	config.Alerts, config.Journal, config.Deploys, config.Audit = b, b.journal, b, b
	config.Now = func() time.Time { return wednesday }
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return text(get(t, server, target).Body.String())
}

// in gives the reports a zone: that of the calendar windows.
func (b books) in(t *testing.T, zone string) {
	t.Helper()
	location, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	b.slos[0].Window = slo.CalendarWindow(slo.Month, location)
}

// keep writes an incident down that opened at an instant, was taken some times so long
// after that, and ended; 0 is never.
func (b books) keep(t *testing.T, i alerting.Incident, opened string, lasted time.Duration, taken ...time.Duration) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, opened)
	if err != nil {
		t.Fatal(err)
	}
	i.Service, i.Function, i.Key, i.OpenedAt, i.State = "shop", "f-"+i.ID, i.ID, at, alerting.IncidentOpen
	if lasted > 0 {
		i.State, i.ResolvedAt = alerting.IncidentResolved, at.Add(lasted)
	}
	d := alerting.Decided{}
	for _, after := range taken {
		d.Events = append(d.Events, alerting.IncidentEvent{Incident: i.ID, Event: alerting.Event{At: at.Add(after), Kind: alerting.EventAcked, By: "ada"}})
		i.AckedAt, i.AckedBy = at.Add(after), "ada"
	}
	d.Incidents = []alerting.Incident{i}
	if err := b.journal.Commit(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

// TestTheWeekOfARealJournal holds the page to a week worked out by hand, in which the
// clocks of the zone of reports changed.
func TestTheWeekOfARealJournal(t *testing.T) {
	b := newBooks(t)
	b.in(t, "Europe/Berlin")
	page, ticket := slo.SeverityPage, slo.SeverityTicket
	of := func(id, owner string, severity, worst slo.Severity) alerting.Incident {
		return alerting.Incident{ID: id, Owner: owner, Severity: severity, Worst: worst}
	}
	// This week, from Thursday 00:00 of winter on: three pages and a ticket.
	b.keep(t, of("a", "red", page, page), "2026-03-28T23:30:00Z", 40*time.Minute, 6*time.Minute, 30*time.Minute) // Sunday 00:30; the first who took it counts
	b.keep(t, of("b", "red", page, page), "2026-03-29T01:00:00Z", 2*time.Hour, 14*time.Minute)                   // Sunday 03:00, at the jump
	b.keep(t, of("c", "blue", ticket, page), "2026-03-29T22:10:00Z", 20*time.Minute)                             // Monday 00:10 of summer; it was a page once
	b.keep(t, of("d", "blue", ticket, ticket), "2026-04-01T07:00:00Z", 0)                                        // today, and nobody has it
	folded := of("e", "blue", page, page)
	folded.Cause = "d"
	b.keep(t, folded, "2026-04-01T07:01:00Z", 0)                                              // told of by its cause
	b.keep(t, of("f", "red", page, slo.SeverityNone), "2026-04-01T07:02:00Z", 10*time.Minute) // held back all the time
	// The week before, until Wednesday 10 o'clock: a page and a ticket, which goes on.
	b.keep(t, of("g", "red", ticket, ticket), "2026-03-22T10:00:00Z", 0, time.Hour)
	b.keep(t, of("i", "blue", page, page), "2026-03-25T08:59:00Z", 10*time.Minute)
	b.keep(t, of("j", "blue", page, page), "2026-03-25T09:30:00Z", 10*time.Minute) // 10:30: later than today has come
	b.keep(t, of("h", "red", page, page), "2026-03-10T10:00:00Z", 0)               // in neither, and goes on

	seen := b.seen(t, "/")
	want(t, seen, "The last 7 days",
		"Pages 3 1 the week before", "Tickets 1 1 the week before", "Acknowledged 50% 1 waiting; 50% the week before",
		"Until somebody took it 10 m median; 1 h the week before", "Until it was over 40 m median; 10 m the week before",
		"By day, Europe/Berlin", "Thu 26 0 pages 0 tickets", "Fri 27 0 pages 0 tickets", "Sat 28 0 pages 0 tickets", "Sun 29 2 pages 0 tickets",
		"Mon 30 1 page 0 tickets", "Tue 31 0 pages 0 tickets", "today 0 pages 1 ticket",
		"red 2 (0) 0 (1)", "blue 1 (1) 1 (0)", "Still open from before this week, and not counted: 2 incidents")
	// Ended in the last 24 hours: only the one that was held back, which called nobody.
	want(t, seen, "Ended in the last 24 hours", "Held back", "f-f", "shop · red", "lasted 10 m, over for 48 m", "nobody was told")

	seen = b.seen(t, "/?owner=red")
	want(t, seen, "Pages 2 0 the week before", "Tickets 0 1 the week before", "Acknowledged 100% 100% the week before", "Until it was over 1 h 20 m median; none the week before",
		"Still open from before this week, and not counted: 2 incidents")

	b.in(t, "UTC")
	want(t, b.seen(t, "/"), "By day, UTC", "Sat 28 1 page 0 tickets", "Sun 29 2 pages 0 tickets", "Mon 30 0 pages 0 tickets")
}

// TestAWeekInWhichNothingOpened tells what will be there, and of what burns since long.
func TestAWeekInWhichNothingOpened(t *testing.T) {
	b := newBooks(t)
	seen := b.seen(t, "/")
	want(t, seen, "Nothing burns", "The last 7 days", "No incident opened, and none in the week before.", "slofuse receivers test")
	if strings.Contains(seen, "Still open from before") {
		t.Error("something is open")
	}
	b.keep(t, alerting.Incident{ID: "h", Owner: "red", Severity: slo.SeverityPage, Worst: slo.SeverityPage}, "2026-03-10T10:00:00Z", 0)
	want(t, b.seen(t, "/"), "f-h needs somebody", "for 21 d 22 h", "No incident opened, and none in the week before.", "Still open from before this week, and not counted: 1 incident")
}

// TestWhatChangedInRealBooks lists what changed within a day, the latest first, with who
// did it where the audit knows.
func TestWhatChangedInRealBooks(t *testing.T) {
	b := newBooks(t)
	want(t, b.seen(t, "/"), "Changed in the last 24 hours", "No deploy and no change of configuration.")
	at := func(ago time.Duration) time.Time { return wednesday.Add(-ago) }
	b.slos[0].History = []slo.Revision{{Number: 1, From: at(900 * time.Hour)}, {Number: 2, From: at(time.Hour), Change: "objective 99% → 99.9%"}}
	for _, e := range []audit.Entry{
		{At: at(25 * time.Hour), Actor: "old", Action: "POST /-/reload", Outcome: audit.Done},
		{At: at(2 * time.Hour), Actor: "mia", Action: "POST /-/reload", Outcome: audit.Failed},
		{At: at(90 * time.Minute), Actor: "eve", Action: "POST /-/reload", Outcome: audit.Refused},
		{At: at(time.Hour).Add(2 * time.Second), Actor: "noa", Action: "POST /-/reload", Outcome: audit.Done},
	} {
		b.Record(t.Context(), e)
	}
	for _, d := range []suppress.Deploy{
		{ID: "d1", Service: "checkout", Functions: []string{"charge-card"}, Version: "v1.4.2", By: "ci", StartsAt: at(3 * time.Hour), EndsAt: at(2 * time.Hour), EndedAt: at(150 * time.Minute), Status: "succeeded"},
		{ID: "d2", Service: "media", Version: "v7", By: "ci", StartsAt: at(4 * time.Hour), EndsAt: at(3 * time.Hour), WithdrawnAt: at(3 * time.Hour)},
		{ID: "d3", Service: "media", Version: "v6", By: "ci", StartsAt: at(25 * time.Hour), EndsAt: at(24 * time.Hour)},
	} {
		if err := b.journal.SaveDeploy(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	seen := b.seen(t, "/")
	want(t, seen, "Changed in the last 24 hours", "Objective changed", "objective 99% → 99.9%", "2026-04-01 07:00:00 UTC", "by noa",
		"Reload refused", "the old one stayed in force", "2026-04-01 06:00:00 UTC", "by mia", "Deploy v1.4.2", "charge-card of checkout", "2026-04-01 05:00:00 UTC", "by ci", "succeeded", "The last 7 days")
	for _, not := range []string{"v7", "v6", "by old", "by eve"} {
		if strings.Contains(seen, not) {
			t.Errorf("%s is told of", not)
		}
	}
}
