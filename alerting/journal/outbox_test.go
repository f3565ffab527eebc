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

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

func TestDueOrdersByUrgency(t *testing.T) {
	j := open(t)
	ticket, page, over := incident(1, slo.SeverityTicket), incident(2, slo.SeverityPage), incident(0, slo.SeverityPage)
	step(t, j, &ticket, alerting.StatusFiring, alerting.EventOpened, slack)
	step(t, j, &over, alerting.StatusResolved, alerting.EventResolved, slack)
	step(t, j, &page, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	wantDue(t, j, later, "i002/1/pager/webhook/0", "i002/1/team/slack/0", "i000/1/team/slack/0", "i001/1/team/slack/0")
}

func TestDueClaimsWhatItReturns(t *testing.T) {
	path := filepath.Join(t.TempDir(), "slofuse.db")
	j, db := openFile(t, path)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	limited, err := j.Due(t.Context(), later, 1)
	must(t, err)
	if diff := cmp.Diff([]string{"i001/1/pager/webhook/0"}, ids(limited)); diff != "" {
		t.Fatalf("due with a limit of 1 (-want +got):\n%s", diff)
	}
	limited, err = j.Due(t.Context(), later, 1) // what is claimed does not use the limit up
	must(t, err)
	if diff := cmp.Diff([]string{"i001/1/team/slack/0"}, ids(limited)); diff != "" {
		t.Fatalf("due again with a limit of 1 (-want +got):\n%s", diff)
	}
	step(t, j, &i, alerting.StatusFiring, alerting.EventAlert, slack, pager)
	wantDue(t, j, later) // one is under way to each
	must(t, j.Sent(t.Context(), "i001/1/team/slack/0", "", later))
	wantDue(t, j, later, "i001/2/team/slack/0")

	must(t, db.Close())
	j, _ = openFile(t, path) // the claims died with the process
	wantDue(t, j, later, "i001/2/pager/webhook/0", "i001/2/team/slack/0")
}

func TestADamagedMessageHoldsUpNoOther(t *testing.T) {
	j, db := openFile(t, filepath.Join(t.TempDir(), "slofuse.db"))
	broken, sound := incident(1, slo.SeverityPage), incident(2, slo.SeverityPage)
	step(t, j, &broken, alerting.StatusFiring, alerting.EventOpened, slack)
	step(t, j, &sound, alerting.StatusFiring, alerting.EventOpened, slack)
	must(t, db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `UPDATE outbox SET body = '{"' WHERE event_id = 'i001/1/team/slack/0'`)
		return err
	}))
	wantDue(t, j, later, "i002/1/team/slack/0")
	if due, err := j.Due(t.Context(), later, 10); err == nil || len(due) != 0 {
		t.Errorf("with nothing else to send: %v and %v, want an error that somebody sees", due, err)
	}
}

func TestDueWaitsForTheNextAttempt(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	wantDue(t, j, noon) // decided a minute past noon
	wantDue(t, j, later, "i001/1/team/slack/0")
	must(t, j.Retry(t.Context(), "i001/1/team/slack/0", "429 slow down", later.Add(time.Minute)))
	wantDue(t, j, later.Add(time.Minute-time.Millisecond))
	again := wantDue(t, j, later.Add(time.Minute), "i001/1/team/slack/0")
	if again[0].Attempts != 1 {
		t.Errorf("%d attempts, want 1", again[0].Attempts)
	}
	got, err := j.Incident(t.Context(), i.ID)
	must(t, err)
	if d := got.Deliveries[0]; d.LastError != "429 slow down" || d.Attempts != 1 || !d.NextAttempt.Equal(later.Add(time.Minute)) || d.State != alerting.DeliveryOwed {
		t.Errorf("delivery: %+v", d)
	}
}

func TestDueFoldsWhatWaited(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	step(t, j, &i, alerting.StatusFiring, alerting.EventSeverity, slack)
	step(t, j, &i, alerting.StatusResolved, alerting.EventResolved, slack)
	got := wantDue(t, j, later, "i001/3/team/slack/0")[0]
	if got.Status != alerting.StatusResolved || len(got.Folded) != 2 || got.Reason != "late, opened 12:00 UTC, resolved 12:03 UTC, resolved" {
		t.Errorf("message: %+v", got)
	}
	must(t, j.Sent(t.Context(), got.EventID, "", later))
	wantDue(t, j, later) // the older ones are told
	if b, err := j.Backlog(t.Context()); err != nil || b != (Backlog{}) {
		t.Errorf("backlog %+v, %v", b, err)
	}
}

func TestAnEndWaitsForTheBeginningThatIsUnderWay(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	wantDue(t, j, later, "i001/1/team/slack/0")
	step(t, j, &i, alerting.StatusResolved, alerting.EventResolved, slack)
	wantDue(t, j, later)
	t.Run("and is told by itself when that arrived", func(t *testing.T) {
		must(t, j.Sent(t.Context(), "i001/1/team/slack/0", "ts1", later))
		end := wantDue(t, j, later, "i001/2/team/slack/0")[0]
		if len(end.Folded) != 0 || end.Reason != "resolved" || end.Ref != "ts1" {
			t.Errorf("message: %+v", end)
		}
	})
}

func TestARetriedBeginningIsFoldedIntoItsEnd(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	wantDue(t, j, later, "i001/1/team/slack/0")
	step(t, j, &i, alerting.StatusResolved, alerting.EventResolved, slack)
	must(t, j.Retry(t.Context(), "i001/1/team/slack/0", "timeout", later))
	if end := wantDue(t, j, later, "i001/2/team/slack/0")[0]; len(end.Folded) != 1 {
		t.Errorf("message: %+v", end)
	}
}

func TestSentKeepsTheReference(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	for n, ref := range []string{"ts1", "", "ts2"} {
		step(t, j, &i, alerting.StatusFiring, alerting.EventAlert, slack)
		got := due(t, j, later)[0]
		if want := []string{"", "ts1", "ts1"}[n]; got.Ref != want {
			t.Errorf("message %d has reference %q, want %q", n, got.Ref, want)
		}
		must(t, j.Sent(t.Context(), got.EventID, ref, later))
	}
	got, err := j.Incident(t.Context(), i.ID)
	must(t, err)
	if d := got.Deliveries[0]; d.State != alerting.DeliverySent || !d.SentAt.Equal(later) || !d.NextAttempt.IsZero() {
		t.Errorf("delivery: %+v", d)
	}
	last := got.Timeline[len(got.Timeline)-1]
	if last.Kind != alerting.EventNotified || last.Text != "team/slack/0: alert" || !last.At.Equal(later) {
		t.Errorf("timeline ends with %+v", last)
	}
}

func TestUndeliverableStaysVisible(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	wantDue(t, j, later, "i001/1/team/slack/0")
	must(t, j.Undeliverable(t.Context(), "i001/1/team/slack/0", "410 gone", later))
	wantDue(t, j, later)
	got, err := j.Incident(t.Context(), i.ID)
	must(t, err)
	last := got.Timeline[len(got.Timeline)-1]
	if d := got.Deliveries[0]; d.State != alerting.DeliveryUndeliverable || d.LastError != "410 gone" || !d.SentAt.IsZero() ||
		last.Kind != alerting.EventUndeliverable || last.Text != "team/slack/0: 410 gone" {
		t.Errorf("delivery %+v, timeline ends with %+v", got.Deliveries[0], last)
	}
	if b, _ := j.Backlog(t.Context()); b.Undeliverable != 1 {
		t.Errorf("backlog %+v", b)
	}
	step(t, j, &i, alerting.StatusResolved, alerting.EventResolved, slack)
	wantDue(t, j, later, "i001/2/team/slack/0") // the end is owed all the same
}

func TestSettlingTwiceChangesNothing(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	wantDue(t, j, later, "i001/1/team/slack/0")
	must(t, j.Sent(t.Context(), "i001/1/team/slack/0", "ts1", later))
	before, err := j.Incident(t.Context(), i.ID)
	must(t, err)
	must(t, j.Sent(t.Context(), "i001/1/team/slack/0", "ts2", later.Add(time.Hour)))
	must(t, j.Retry(t.Context(), "i001/1/team/slack/0", "late answer", later))
	after, err := j.Incident(t.Context(), i.ID)
	must(t, err)
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("changed (-before +after):\n%s", diff)
	}
	if err := j.Sent(t.Context(), "unknown", "", later); !errors.Is(err, errUnknownEvent) {
		t.Errorf("an unknown event: %v", err)
	}
}

func TestCommitTwiceOwesOnce(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityPage)
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	sent := wantDue(t, j, later, "i001/1/team/slack/0")[0]
	must(t, j.Sent(t.Context(), sent.EventID, "", later))
	i.Sequence = 0
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
	wantDue(t, j, later)
}

// TestWhatCannotBeRecordedIsNotSentAgain makes writing fail while a message is
// under way.
func TestWhatCannotBeRecordedIsNotSentAgain(t *testing.T) {
	j, db := openFile(t, filepath.Join(t.TempDir(), "slofuse.db"))
	one, two := incident(1, slo.SeverityPage), incident(2, slo.SeverityPage)
	step(t, j, &one, alerting.StatusFiring, alerting.EventOpened, slack)
	wantDue(t, j, later, "i001/1/team/slack/0")
	step(t, j, &two, alerting.StatusFiring, alerting.EventOpened, slack)
	execute := func(statement string) {
		must(t, db.Write(t.Context(), func(ctx context.Context, tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, statement)
			return err
		}))
	}
	execute(`CREATE TRIGGER broken BEFORE UPDATE ON outbox BEGIN SELECT RAISE(ABORT, 'no space'); END`)
	if err := j.Sent(t.Context(), "i001/1/team/slack/0", "ts1", later); err == nil {
		t.Fatal("recorded in spite of the failure")
	}
	wantDue(t, j, later, "i002/1/team/slack/0") // others go on, this one does not go again
	execute(`DROP TRIGGER broken`)
	wantDue(t, j, later)
	got, err := j.Incident(t.Context(), one.ID)
	must(t, err)
	if got.Deliveries[0].State != alerting.DeliverySent {
		t.Errorf("not recorded later: %+v", got.Deliveries[0])
	}
}

func TestToldIsWhatADestinationAcceptedLast(t *testing.T) {
	j := open(t)
	open, over, unheard := incident(1, slo.SeverityPage), incident(2, slo.SeverityPage), incident(3, slo.SeverityPage)
	for _, i := range []*alerting.Incident{&open, &over} {
		step(t, j, i, alerting.StatusFiring, alerting.EventOpened, slack, pager)
		must(t, j.Sent(t.Context(), i.ID+"/1/team/slack/0", "", noon))
	}
	step(t, j, &unheard, alerting.StatusFiring, alerting.EventOpened, slack)
	step(t, j, &open, alerting.StatusFiring, alerting.EventAlert, slack) // and not yet accepted
	over.State, over.ResolvedAt = alerting.IncidentResolved, later
	step(t, j, &over, alerting.StatusResolved, alerting.EventResolved, slack, pager)
	must(t, j.Sent(t.Context(), "i002/2/team/slack/0", "", later))
	for since, want := range map[time.Time][]string{
		later:                       {"i001/1/team/slack/0", "i002/2/team/slack/0"},
		later.Add(time.Millisecond): {"i001/1/team/slack/0"},
	} {
		told, err := j.Told(t.Context(), slack.Name, since)
		must(t, err)
		if diff := cmp.Diff(want, ids(told)); diff != "" {
			t.Errorf("since %v: %s", since, diff)
		}
	}
}

func TestOnlyAPageLeavesBeforeItsTime(t *testing.T) {
	j := open(t)
	until := noon.Add(10 * time.Minute)
	for n, severity := range []slo.Severity{slo.SeverityPage, slo.SeverityTicket} {
		i := incident(n, severity)
		must(t, j.Commit(t.Context(), alerting.Decided{Incidents: []alerting.Incident{i}, Owed: []alerting.Notification{{
			EventID: i.ID, Destination: slack, Status: alerting.StatusFiring, DecidedAt: noon, NotBefore: until, Incident: i,
		}}}))
	}
	wantDue(t, j, until.Add(-time.Millisecond), "i000")
	wantDue(t, j, until, "i001")
}

func TestALaterMessageKeepsNoEarlierOneWaiting(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityTicket)
	owe := func(notBefore time.Time) {
		i.Sequence++
		must(t, j.Commit(t.Context(), alerting.Decided{Incidents: []alerting.Incident{i}, Owed: []alerting.Notification{{
			EventID: fmt.Sprint(i.Sequence), Destination: slack, Status: alerting.StatusFiring, Group: "g", DecidedAt: noon, NotBefore: notBefore, Incident: i,
		}}}))
	}
	owe(noon.Add(30 * time.Second))
	owe(noon.Add(5 * time.Minute))
	wantDue(t, j, noon.Add(29*time.Second))
	if n := wantDue(t, j, noon.Add(30*time.Second), "2")[0]; len(n.Folded) != 1 {
		t.Errorf("%d messages are folded into it", len(n.Folded))
	}
	must(t, j.Sent(t.Context(), "2", "", noon.Add(31*time.Second)))
	owe(noon.Add(5 * time.Minute))
	wantDue(t, j, noon.Add(4*time.Minute))
	wantDue(t, j, noon.Add(5*time.Minute), "3")
	got, err := j.Incident(t.Context(), i.ID)
	must(t, err)
	if d := got.Deliveries[0]; d.Group != "g" || d.Sequence != 3 || d.Status != alerting.StatusFiring {
		t.Errorf("delivery %+v", d)
	}
}

func TestDueWaitsForNoClockThatWasSetBack(t *testing.T) {
	j := open(t)
	page, over, ticket := incident(1, slo.SeverityPage), incident(2, slo.SeverityTicket), incident(3, slo.SeverityTicket)
	step(t, j, &page, alerting.StatusFiring, alerting.EventOpened, slack)
	step(t, j, &over, alerting.StatusResolved, alerting.EventResolved, slack)
	step(t, j, &ticket, alerting.StatusFiring, alerting.EventOpened, slack)
	all := []string{"i001/1/team/slack/0", "i002/1/team/slack/0", "i003/1/team/slack/0"}
	wantDue(t, j, later, all...)
	for _, id := range all {
		must(t, j.Retry(t.Context(), id, "429 slow down", later.Add(time.Hour)))
	}
	wantDue(t, j, later)
	yesterday := later.Add(-24 * time.Hour)
	wantDue(t, j, yesterday, all...)
	for _, id := range all {
		must(t, j.Retry(t.Context(), id, "429 slow down", yesterday.Add(time.Hour)))
	}
	wantDue(t, j, yesterday)
	wantDue(t, j, yesterday.Add(time.Hour), all...)
}
