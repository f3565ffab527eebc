package journal

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// keep saves incidents with the events of their timelines.
func keep(t *testing.T, j *Journal, incidents []alerting.Incident, events ...alerting.IncidentEvent) {
	t.Helper()
	if err := j.Commit(t.Context(), alerting.Decided{Incidents: incidents, Events: events}); err != nil {
		t.Fatal(err)
	}
}

func TestRecordsAreOfATime(t *testing.T) {
	j := open(t)
	ended := incident(1, slo.SeverityTicket) // a page that became a ticket, was taken twice and ended by hand
	ended.Worst, ended.State, ended.ResolvedAt, ended.ResolvedBy = slo.SeverityPage, alerting.IncidentResolved, noon.Add(time.Hour), "ada"
	long := incident(2, slo.SeverityPage) // opened before, and ended within
	long.OpenedAt, long.State, long.ResolvedAt = noon.Add(-99*time.Hour), alerting.IncidentResolved, noon.Add(time.Minute)
	folded := incident(3, slo.SeverityPage)
	folded.Cause, folded.OpenedAt = "i001", noon.Add(-time.Minute)
	before := incident(4, slo.SeverityPage)
	before.OpenedAt, before.State, before.ResolvedAt = noon.Add(-99*time.Hour), alerting.IncidentResolved, noon.Add(-98*time.Hour)
	keep(t, j, []alerting.Incident{ended, long, folded, before},
		alerting.IncidentEvent{Incident: ended.ID, Event: alerting.Event{At: noon.Add(20 * time.Minute), Kind: alerting.EventAcked, By: "ada"}},
		alerting.IncidentEvent{Incident: ended.ID, Event: alerting.Event{At: noon.Add(10 * time.Minute), Kind: alerting.EventAcked, By: "lin"}},
		alerting.IncidentEvent{Incident: ended.ID, Event: alerting.Event{At: noon.Add(time.Minute), Kind: alerting.EventOpened}})
	want := []alerting.Record{
		{
			ID: "i001", Service: "shop", Function: "f001", Owner: "team", State: alerting.IncidentResolved, Severity: slo.SeverityPage,
			OpenedAt: noon, AckedAt: noon.Add(10 * time.Minute), ResolvedAt: noon.Add(time.Hour), ResolvedBy: "ada",
		},
		{ID: "i003", Service: "shop", Function: "f003", Owner: "team", State: alerting.IncidentOpen, Folded: true, OpenedAt: noon.Add(-time.Minute)},
		{ID: "i002", Service: "shop", Function: "f002", Owner: "team", State: alerting.IncidentResolved, OpenedAt: long.OpenedAt, ResolvedAt: long.ResolvedAt},
	}
	got, err := j.Records(t.Context(), noon.Add(-time.Hour), 10)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v, -want +got:\n%s", err, diff)
	}
	if got, err := j.Records(t.Context(), noon.Add(-time.Hour), 1); err != nil || len(got) != 1 || got[0].ID != "i001" {
		t.Errorf("of one: %+v, %v", got, err)
	}
}

// A database that was written before incidents knew how bad they had been has their
// last severity.
func TestARecordWithoutAWorstHasTheLastSeverity(t *testing.T) {
	j, db := openFile(t, filepath.Join(t.TempDir(), "slofuse.db"))
	keep(t, j, []alerting.Incident{incident(1, slo.SeverityPage)})
	err := db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE incidents SET body = json_remove(body, '$.Worst')`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := j.Records(t.Context(), noon, 10); err != nil || len(got) != 1 || got[0].Severity != slo.SeverityPage {
		t.Errorf("%+v, %v", got, err)
	}
}

// TestRecordsAreFoundByIndex wants no walk over all incidents there ever were.
func TestRecordsAreFoundByIndex(t *testing.T) {
	_, db := openFile(t, filepath.Join(t.TempDir(), "slofuse.db"))
	rows, err := db.Reader().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+recordsQuery, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		plan = append(plan, step)
	}
	all := strings.Join(plan, "\n")
	if rows.Err() != nil || strings.Contains(all, "SCAN") || !strings.Contains(all, "incidents_opened") || !strings.Contains(all, "incidents_resolved") || !strings.Contains(all, "timeline_by_incident") {
		t.Errorf("the plan is, %v:\n%s", rows.Err(), all)
	}
}

func TestDeliveriesOfManyAreReadAtOnce(t *testing.T) {
	j := open(t)
	one, two, three := incident(1, slo.SeverityPage), incident(2, slo.SeverityPage), incident(3, slo.SeverityPage)
	step(t, j, &one, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	step(t, j, &two, alerting.StatusFiring, alerting.EventOpened, slack)
	step(t, j, &three, alerting.StatusFiring, alerting.EventOpened, slack)
	got, err := j.Deliveries(t.Context(), []string{one.ID, two.ID, "i999"})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || len(got[one.ID]) != 2 || len(got[two.ID]) != 1 {
		t.Fatalf("deliveries: %+v", got)
	}
	whole, err := j.Incident(t.Context(), one.ID)
	if diff := cmp.Diff(whole.Deliveries, got[one.ID]); err != nil || diff != "" {
		t.Errorf("%v, alone -  among others +:\n%s", err, diff)
	}
	if none, err := j.Deliveries(t.Context(), nil); err != nil || len(none) != 0 {
		t.Errorf("of none: %+v, %v", none, err)
	}
}
