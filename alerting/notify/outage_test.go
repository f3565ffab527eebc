package notify_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/journal"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/pagerduty"
	"github.com/slofuse/slofuse/alerting/notify/pagerduty/pagerdutytest"
	"github.com/slofuse/slofuse/alerting/notify/slack"
	"github.com/slofuse/slofuse/examples/fleet/sink"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// wire is a network in memory to receivers that may be out of reach.
type wire struct {
	handler http.Handler
	down    atomic.Bool
	tried   atomic.Int64 // requests while it was down
	limited atomic.Int64 // requests that were answered 429
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if w.down.Load() {
		w.tried.Add(1)
		return nil, fmt.Errorf("connection refused")
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	if recorder.Code == http.StatusTooManyRequests {
		w.limited.Add(1)
	}
	return recorder.Result(), nil
}

// station is the real journal and sender, in simulated time, with a Slack and a
// PagerDuty that keep the limits of the real ones.
type station struct {
	t           *testing.T
	journal     *journal.Journal
	wake        chan struct{}
	slack       *sink.Sink
	pagerduty   *pagerdutytest.Fake
	toSlack     *wire
	toPagerDuty *wire
	chat, pager alerting.Destination
	incidents   map[string]alerting.Incident
	stop        func()
}

func newStation(t *testing.T) *station {
	t.Helper()
	s := &station{
		t: t, wake: make(chan struct{}, 1), incidents: map[string]alerting.Incident{},
		slack:     sink.New(sink.Config{Now: time.Now, Keep: 100_000}),
		pagerduty: pagerdutytest.New(time.Now),
		chat:      alerting.Destination{Receiver: "team", Name: "team/slack/#slo"},
		pager:     alerting.Destination{Receiver: "team", Name: "team/pagerduty/0"},
	}
	s.toSlack, s.toPagerDuty = &wire{handler: s.slack}, &wire{handler: s.pagerduty}
	db, err := sqldb.Open(t.Context(), filepath.Join(t.TempDir(), "slofuse.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.journal, err = journal.Open(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	sender, err := notify.NewSender(notify.Config{
		Outbox: s.journal, Latest: s.journal, Wake: s.wake, Logger: slog.New(slog.DiscardHandler),
		Registerer: prometheus.NewRegistry(), Now: time.Now, Poll: 10 * time.Minute, Targets: s.targets(),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- sender.Run(ctx) }()
	s.stop = func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	return s
}

func (s *station) targets() []notify.Target {
	limits := notify.NewLimits(time.Now)
	bot, err := slack.New(slack.Config{
		Token: notify.SecretText("xoxb-x"), Channel: "#slo", APIURL: "http://slack" + sink.SlackAPIPath, Client: &http.Client{Transport: s.toSlack},
		Mentions: slack.Mentions{slo.SeverityPage: "<!here>"}, Posts: limits.Of("posts", slack.PostPace()), Edits: limits.Of("edits", slack.EditPace()),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	duty, err := pagerduty.New(pagerduty.Config{
		RoutingKey: notify.SecretText(strings.Repeat("k", pagerdutytest.KeyLength)), Client: &http.Client{Transport: s.toPagerDuty},
		URL: "http://pagerduty/v2/enqueue", TicketSeverity: pagerduty.NoTickets, Limit: limits.Of("pagerduty", pagerduty.Pace()),
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return []notify.Target{{Destination: s.chat, Kind: "slack", Notifier: bot}, {Destination: s.pager, Kind: "pagerduty", Notifier: duty}}
}

// change is a change of an incident that is decided now.
type change func(i *alerting.Incident, n *alerting.Notification)

func opens(severity slo.Severity) change {
	return func(i *alerting.Incident, n *alerting.Notification) {
		i.State, i.Severity, i.OpenedAt = alerting.IncidentOpen, severity, time.Now()
		n.Kind, n.Loud, n.Reason = alerting.EventOpened, severity == slo.SeverityPage, "it burns"
	}
}

func rises(i *alerting.Incident, n *alerting.Notification) {
	i.Severity = slo.SeverityPage
	n.Kind, n.Loud, n.Reason = alerting.EventSeverity, true, "severity rose from ticket to page"
}

func isTaken(i *alerting.Incident, n *alerting.Notification) {
	i.State, i.AckedBy = alerting.IncidentAcked, "ana"
	n.Kind, n.Reason = alerting.EventAcked, "acknowledged by ana"
}

func isOver(i *alerting.Incident, n *alerting.Notification) {
	i.State, i.ResolvedAt = alerting.IncidentResolved, time.Now()
	n.Status, n.Kind, n.Reason = alerting.StatusResolved, alerting.EventResolved, "it burns no more"
}

// decide commits one change of each of some incidents, owed to the destinations.
func (s *station) decide(what change, to []alerting.Destination, ids ...string) {
	s.t.Helper()
	var d alerting.Decided
	for _, id := range ids {
		i, known := s.incidents[id]
		if !known {
			i = notifytest.Page().Incident
			i.ID, i.Key, i.Function, i.Timeline, i.Deliveries, i.Sequence = id, "key-"+id, id, nil, nil, 0
		}
		i.Sequence++
		n := alerting.Notification{Status: alerting.StatusFiring, DecidedAt: time.Now(), ExternalURL: "https://slo.example.com"}
		what(&i, &n)
		s.incidents[id], n.Incident = i, i
		d.Incidents = append(d.Incidents, i)
		for _, dest := range to {
			n.Destination, n.EventID = dest, fmt.Sprint(id, "/", i.Sequence, "/", dest.Name)
			d.Owed = append(d.Owed, n)
		}
	}
	if err := s.journal.Commit(s.t.Context(), d); err != nil {
		s.t.Fatal(err)
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// wantDelivered checks that nothing is owed, and that every incident is recorded as
// sent to each destination it has.
func (s *station) wantDelivered() {
	s.t.Helper()
	if b, err := s.journal.Backlog(s.t.Context()); err != nil || b != (journal.Backlog{}) {
		s.t.Errorf("backlog %+v, %v", b, err)
	}
	if s.toSlack.limited.Load()+s.toPagerDuty.limited.Load() > 0 {
		s.t.Errorf("%d calls over the limit of Slack, %d over that of PagerDuty", s.toSlack.limited.Load(), s.toPagerDuty.limited.Load())
	}
	for id := range s.incidents {
		i, err := s.journal.Incident(s.t.Context(), id)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, d := range i.Deliveries {
			if d.State != alerting.DeliverySent || d.SentAt.IsZero() {
				s.t.Fatalf("%s: %+v", id, d)
			}
		}
	}
}

func named(prefix string, n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("%s%d", prefix, i))
	}
	return ids
}

// A Slack and a PagerDuty are out of reach for a day, in which some incidents
// begin, rise, are taken and end. Afterwards each is told once, as it stands.
func TestAfterADayOutOfReachTheLatestIsToldAndThereIsNoFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(t)
		defer s.stop()
		both := []alerting.Destination{s.chat, s.pager}
		s.toSlack.down.Store(true)
		s.toPagerDuty.down.Store(true)
		over, taken, burning, rising := named("over", 14), named("taken", 3), named("burning", 3), named("rising", 2)
		s.decide(opens(slo.SeverityPage), both, append(append(over, taken...), burning...)...)
		s.decide(opens(slo.SeverityTicket), both, rising...)
		pass(6 * time.Hour)
		s.decide(isOver, both, over...)
		s.decide(rises, both, rising...)
		pass(6 * time.Hour)
		s.decide(isTaken, both, taken...)
		pass(12 * time.Hour)
		// At most about one attempt a minute for pages and one in five for the rest.
		for name, w := range map[string]*wire{"Slack": s.toSlack, "PagerDuty": s.toPagerDuty} {
			if tried := w.tried.Load(); tried < 24*60 || tried > 24*60*5 {
				t.Errorf("%s was tried %d times in the day", name, tried)
			}
		}
		s.toSlack.down.Store(false)
		s.toPagerDuty.down.Store(false)
		pass(10 * time.Minute)
		s.wantDelivered()
		s.wantTheLatest(t)
	})
}

// wantTheLatest looks at what people see after the day.
func (s *station) wantTheLatest(t *testing.T) {
	t.Helper()
	messages := s.slack.Messages()
	if len(messages) > 10 {
		t.Errorf("%d messages in Slack, want no more than what is open and a digest", len(messages))
	}
	mentioned, late := 0, 0
	for _, m := range messages {
		text := m.Versions[0].Text
		if strings.Contains(text, "<!here>") {
			mentioned++
		}
		if strings.Contains(text, "taken") && strings.Contains(text, "<!here>") {
			t.Errorf("what somebody has taken rings: %s", text)
		}
		if strings.Contains(text+string(m.Versions[0].Blocks), "late: decided 1d") {
			late++
		}
	}
	if mentioned != 5 { // three that burn on, and two that rose
		t.Errorf("%d messages mention somebody, want 5", mentioned)
	}
	if late == 0 {
		t.Error("nothing says that it is late")
	}
	status := map[string]int{}
	for _, a := range s.pagerduty.Process() {
		status[a.Status]++
	}
	if status[pagerdutytest.StatusOpen] != 5 || status[pagerdutytest.StatusAcked] != 3 || len(status) != 2 {
		t.Errorf("alerts in PagerDuty: %v", status)
	}
}
