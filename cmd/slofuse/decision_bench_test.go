package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/journal"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/webhook"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

// BenchmarkDecisionToFirstByte is how long it takes from handing over the
// assessments of a slot, one of which begins to burn, until the page is at a
// receiver: deciding, a commit synced to disk, waking up and the request.
func BenchmarkDecisionToFirstByte(b *testing.B) {
	arrived := make(chan struct{}, 1)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { arrived <- struct{}{} }))
	defer receiver.Close()
	engine := pager(b, receiver.URL)
	at := wednesday
	var slos []slo.SLO
	for b.Loop() {
		at = at.Add(30 * time.Second)
		slos = append(slos, promise(fmt.Sprintf("function-%d", len(slos))))
		assessments := make([]slo.Assessment, len(slos))
		for i, s := range slos {
			assessments[i] = outage(s, at)
		}
		if err := engine.Observe(b.Context(), at, slos, assessments); err != nil {
			b.Fatal(err)
		}
		<-arrived
	}
}

// pager is the engine, the journal and a sender on a real file.
func pager(b *testing.B, url string) *alerting.Engine {
	b.Helper()
	db, err := sqldb.Open(b.Context(), filepath.Join(b.TempDir(), "slofuse.db"), nil)
	if err != nil {
		b.Fatal(err)
	}
	book, err := journal.Open(b.Context(), db)
	if err != nil {
		b.Fatal(err)
	}
	wake := make(chan struct{}, 1)
	destination := alerting.Destination{Receiver: "on-call", Name: "on-call/webhook/0"}
	engine, err := alerting.NewEngine(b.Context(), alerting.Config{
		Store: book, Now: func() time.Time { return wednesday }, Wake: func() { wake <- struct{}{} },
		Settings: alerting.Settings{Route: func(map[string]string, time.Time) []alerting.Route {
			return []alerting.Route{{Destinations: []alerting.Destination{destination}}}
		}},
	})
	if err != nil {
		b.Fatal(err)
	}
	hook, err := webhook.New(webhook.Config{URL: notify.SecretText(url), Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	sender, err := notify.NewSender(notify.Config{
		Outbox: book, Wake: wake, Now: time.Now, Poll: time.Hour, Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(),
		Targets: []notify.Target{{Destination: destination, Kind: "webhook", Notifier: hook}},
	})
	if err != nil {
		b.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- sender.Run(b.Context()) }()
	b.Cleanup(func() {
		if err := <-stopped; err != nil {
			b.Error(err)
		}
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return engine
}

func promise(function string) slo.SLO {
	return slo.SLO{
		ID: slo.ID{Service: "shop", Function: function, Name: "availability"}, Owner: "team",
		Objective: slo.MustObjective("99.9%"), Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour},
		Tiers:       []slo.Tier{{Name: "fast", BurnRate: 14.4, Long: time.Hour, Short: 5 * time.Minute, Severity: slo.SeverityPage}},
		Guard:       slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
		MaxSeverity: slo.SeverityPage,
	}
}

// outage has every tenth call fail for an hour.
func outage(s slo.SLO, at time.Time) slo.Assessment {
	a := slo.Assessment{ID: s.ID, Objective: s.Objective, AsOf: at, State: slo.StateOK}
	for _, length := range s.BurnWindows() {
		calls := int64(length / time.Second)
		a.Burns = append(a.Burns, slo.WindowSum{Length: length, To: at, Counts: slo.Counts{Total: calls, Bad: calls / 10}, BadSlots: 10, Coverage: 1})
	}
	return a
}
