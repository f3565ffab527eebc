package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/sqldb"
	"github.com/slofuse/slofuse/slo"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

func openFile(t testing.TB, path string) (*Journal, *sqldb.DB) {
	t.Helper()
	db, err := sqldb.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	j, err := Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	return j, db
}

func open(t testing.TB) *Journal {
	t.Helper()
	j, _ := openFile(t, filepath.Join(t.TempDir(), "slofuse.db"))
	return j
}

var (
	slack = alerting.Destination{Receiver: "team", Name: "team/slack/0"}
	pager = alerting.Destination{Receiver: "pager", Name: "pager/webhook/0"}
)

// incident is the n-th incident of its own function.
func incident(n int, severity slo.Severity) alerting.Incident {
	id := slo.ID{Service: "shop", Function: fmt.Sprintf("f%03d", n), Name: "availability"}
	return alerting.Incident{
		ID: fmt.Sprintf("i%03d", n), Key: fmt.Sprintf("k%03d", n), State: alerting.IncidentOpen, Severity: severity,
		Service: id.Service, Function: id.Function, Owner: "team", Labels: map[string]string{"tier": "critical"},
		Alerts:   []alerting.Alert{{ID: id, Phase: alerting.PhaseFiring, Severity: severity, Tier: "fast", Since: noon}},
		OpenedAt: noon,
	}
}

// step moves an incident by one change that is owed to the destinations.
func step(t *testing.T, j *Journal, i *alerting.Incident, status alerting.Status, kind string, to ...alerting.Destination) {
	t.Helper()
	i.Sequence++
	at := noon.Add(time.Duration(i.Sequence) * time.Minute)
	if status == alerting.StatusResolved {
		i.State, i.ResolvedAt = alerting.IncidentResolved, at
	} else {
		i.State, i.ResolvedAt = alerting.IncidentOpen, time.Time{}
	}
	d := alerting.Decided{
		Incidents: []alerting.Incident{*i},
		Events:    []alerting.IncidentEvent{{Incident: i.ID, Event: alerting.Event{At: at, Kind: kind, Text: kind}}},
	}
	for _, dest := range to {
		d.Owed = append(d.Owed, alerting.Notification{
			EventID: fmt.Sprintf("%s/%d/%s", i.ID, i.Sequence, dest.Name), Destination: dest, Status: status, Kind: kind,
			Reason: kind, DecidedAt: at, Incident: *i,
		})
	}
	if err := j.Commit(t.Context(), d); err != nil {
		t.Fatal(err)
	}
}

func due(t *testing.T, j *Journal, at time.Time) (out []alerting.Notification) {
	t.Helper()
	out, err := j.Due(t.Context(), at, 100)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func ids(due []alerting.Notification) (out []string) {
	for _, n := range due {
		out = append(out, n.EventID)
	}
	return out
}

func wantDue(t *testing.T, j *Journal, at time.Time, want ...string) []alerting.Notification {
	t.Helper()
	got := due(t, j, at)
	if diff := cmp.Diff(want, ids(got)); diff != "" {
		t.Fatalf("due (-want +got):\n%s", diff)
	}
	return got
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var later = noon.Add(time.Hour)

func TestJournalRemembersEverything(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slofuse.db")
	j, db := openFile(t, path)
	old, now := incident(1, slo.SeverityTicket), incident(1, slo.SeverityPage)
	old.ID, old.OpenedAt = "old", noon.Add(-24*time.Hour)
	step(t, j, &old, alerting.StatusResolved, alerting.EventResolved, slack)
	step(t, j, &now, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	alert := now.Alerts[0]
	alert.Holds = map[string]alerting.Hold{"fast": {Since: noon, Severity: slo.SeverityPage, BelowSince: noon.Add(time.Minute)}}
	gone := slo.ID{Service: "shop", Function: "gone", Name: "x"}
	must(t, j.Commit(t.Context(), alerting.Decided{Alerts: []alerting.Alert{alert, {ID: gone}}}))
	must(t, j.Commit(t.Context(), alerting.Decided{Removed: []slo.ID{gone}}))
	must(t, db.Close())

	j, _ = openFile(t, path)
	state, err := j.Load(t.Context())
	must(t, err)
	now.Timeline = []alerting.Event{{At: noon.Add(time.Minute), Kind: alerting.EventOpened, Text: alerting.EventOpened}}
	for _, d := range []alerting.Destination{pager, slack} {
		at := noon.Add(time.Minute)
		now.Deliveries = append(now.Deliveries, alerting.Delivery{
			Receiver: d.Receiver, Destination: d.Name, EventID: "i001/1/" + d.Name, Status: alerting.StatusFiring, Sequence: 1,
			State: alerting.DeliveryOwed, DecidedAt: at, NextAttempt: at,
		})
	}
	want := alerting.State{Alerts: []alerting.Alert{alert}, Incidents: []alerting.Incident{now}}
	if diff := cmp.Diff(want, state, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("loaded (-want +got):\n%s", diff)
	}
}

func TestJournalListsIncidents(t *testing.T) {
	j := open(t)
	for n := range 5 {
		i := incident(n, slo.SeverityTicket)
		step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
		if n < 3 {
			for range n {
				step(t, j, &i, alerting.StatusFiring, alerting.EventAlert)
			}
			step(t, j, &i, alerting.StatusResolved, alerting.EventResolved, slack)
		}
	}
	got, err := j.Incidents(t.Context(), 2)
	must(t, err)
	var list []string
	for _, i := range got {
		list = append(list, i.ID)
		if len(i.Deliveries) != 1 {
			t.Errorf("%s has %d deliveries", i.ID, len(i.Deliveries))
		}
	}
	if diff := cmp.Diff([]string{"i003", "i004", "i002", "i001"}, list); diff != "" {
		t.Errorf("open ones, then the newest two that are over (-want +got):\n%s", diff)
	}
	if _, err := j.Incident(t.Context(), "nothing"); !errors.Is(err, alerting.ErrNoIncident) {
		t.Errorf("an unknown incident: %v", err)
	}
}

func TestJournalHoldsOneOpenIncidentPerFunction(t *testing.T) {
	j := open(t)
	first, second := incident(1, slo.SeverityPage), incident(1, slo.SeverityPage)
	second.ID = "another"
	step(t, j, &first, alerting.StatusFiring, alerting.EventOpened, slack)
	if err := j.Commit(t.Context(), alerting.Decided{Incidents: []alerting.Incident{second}}); err == nil {
		t.Error("two incidents of one function are open")
	}
}

func TestJournalFollowsAnIncidentToAnotherFunction(t *testing.T) {
	j := open(t)
	moved, again := incident(1, slo.SeverityPage), incident(1, slo.SeverityPage)
	step(t, j, &moved, alerting.StatusFiring, alerting.EventOpened, slack)
	moved.Function, again.ID, again.Key = "elsewhere", "another", "again"
	must(t, j.Commit(t.Context(), alerting.Decided{Incidents: []alerting.Incident{moved, again}}))
	state, err := j.Load(t.Context())
	must(t, err)
	where := map[string]string{}
	for _, i := range state.Incidents {
		where[i.ID+" with key "+i.Key] = i.Function
	}
	if diff := cmp.Diff(map[string]string{"i001 with key k001": "elsewhere", "another with key again": "f001"}, where); diff != "" {
		t.Errorf("functions of incidents (-want +got):\n%s", diff)
	}
}

func TestCommitIsAllOrNothing(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	stranger := alerting.IncidentEvent{Incident: "nobody"} // breaks a foreign key
	err := j.Commit(t.Context(), alerting.Decided{Alerts: i.Alerts, Incidents: []alerting.Incident{i}, Events: []alerting.IncidentEvent{stranger}})
	if err == nil {
		t.Fatal("an event of no incident was saved")
	}
	state, err := j.Load(t.Context())
	must(t, err)
	if len(state.Alerts)+len(state.Incidents) != 0 {
		t.Errorf("half of a decision was kept: %+v", state)
	}
}

func TestPrune(t *testing.T) {
	j, db := openFile(t, filepath.Join(t.TempDir(), "slofuse.db"))
	open, told, owed, young := incident(1, slo.SeverityPage), incident(2, slo.SeverityPage), incident(3, slo.SeverityPage), incident(4, slo.SeverityPage)
	step(t, j, &open, alerting.StatusFiring, alerting.EventOpened, slack)
	for _, i := range []*alerting.Incident{&told, &owed, &young} {
		step(t, j, i, alerting.StatusFiring, alerting.EventOpened, slack)
		step(t, j, i, alerting.StatusResolved, alerting.EventResolved, slack)
	}
	for _, n := range due(t, j, later) {
		if n.Incident.ID != owed.ID {
			must(t, j.Sent(t.Context(), n.EventID, "", later))
		}
	}
	step(t, j, &young, alerting.StatusResolved, alerting.EventResolved) // resolved a minute later
	pruned, err := j.Prune(t.Context(), young.ResolvedAt)
	must(t, err)
	if pruned != 1 {
		t.Errorf("pruned %d incidents, want the one that is old and owes nothing", pruned)
	}
	if _, err := j.Incident(t.Context(), told.ID); !errors.Is(err, alerting.ErrNoIncident) {
		t.Errorf("the pruned incident: %v", err)
	}
	for _, table := range []string{"outbox", "timeline", "told"} {
		var left int
		must(t, db.Reader().QueryRow("SELECT count(*) FROM "+table+" WHERE incident = ?", told.ID).Scan(&left))
		if left != 0 {
			t.Errorf("%d rows of the pruned incident are left in %s", left, table)
		}
	}
}

func TestLoadSaysThatARowIsDamaged(t *testing.T) {
	j, db := openFile(t, filepath.Join(t.TempDir(), "slofuse.db"))
	must(t, db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO alerts (slo, phase, body) VALUES ('a/b/c', 'ok', '{')`)
		return err
	}))
	if _, err := j.Load(t.Context()); err == nil {
		t.Error("loaded half of an alert")
	}
}
