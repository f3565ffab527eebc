package journal

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

func TestDestinationsSayWhatTheyTookAndWhatTheyOwe(t *testing.T) {
	j := open(t)
	if got, err := j.Destinations(t.Context()); err != nil || len(got) != 0 {
		t.Errorf("before anything %+v, %v", got, err)
	}
	first, second := incident(1, slo.SeverityPage), incident(2, slo.SeverityPage)
	step(t, j, &first, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	step(t, j, &second, alerting.StatusFiring, alerting.EventOpened, slack, pager)
	due(t, j, later)
	must(t, j.Sent(t.Context(), "i001/1/team/slack/0", "ts1", later))
	must(t, j.Undeliverable(t.Context(), "i001/1/pager/webhook/0", "410 gone", later))
	must(t, j.Retry(t.Context(), "i002/1/team/slack/0", "HTTP 503", later))
	got, err := j.Destinations(t.Context())
	must(t, err)
	decided := noon.Add(time.Minute)
	want := []DestinationHealth{
		{Receiver: "pager", Destination: "pager/webhook/0", Owed: 1, Oldest: decided, Undeliverable: 1, LastError: "410 gone"},
		{Receiver: "team", Destination: "team/slack/0", Owed: 1, Oldest: decided, Sent: later, LastError: "HTTP 503"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	must(t, j.Sent(t.Context(), "i002/1/team/slack/0", "ts2", later.Add(time.Minute)))
	got, err = j.Destinations(t.Context())
	must(t, err)
	if slack := got[1]; slack.Owed != 0 || !slack.Oldest.IsZero() || slack.LastError != "" || !slack.Sent.Equal(later.Add(time.Minute)) {
		t.Errorf("after all was sent %+v", slack)
	}
}

// However many messages were sent, how destinations do is read from an index: none
// of the steps goes through the table.
func TestHowDestinationsDoIsNotReadFromEveryMessage(t *testing.T) {
	j := open(t)
	for _, query := range []string{healthOfDestinations, backlogOfOutbox} {
		for _, step := range planOf(t, j, query) {
			few := strings.Contains(step, "INDEX outbox_owed") || strings.Contains(step, "INDEX outbox_undeliverable")
			if strings.HasPrefix(step, "SCAN o") && !few {
				t.Errorf("%s", step)
			}
		}
	}
}

// planOf are the steps that a query takes.
func planOf(t *testing.T, j *Journal, query string) (steps []string) {
	t.Helper()
	rows, err := j.db.Reader().QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query)
	must(t, err)
	defer rows.Close()
	for rows.Next() {
		var id, parent, unused int
		var step string
		must(t, rows.Scan(&id, &parent, &unused, &step))
		steps = append(steps, step)
	}
	must(t, rows.Err())
	return steps
}

// BenchmarkDestinations is how five destinations do that were sent 100,000 messages.
func BenchmarkDestinations(b *testing.B) {
	j := open(b)
	err := j.db.Write(b.Context(), func(ctx context.Context, tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `INSERT INTO incidents (id, key, state, severity, service, function, owner, opened_at, body) VALUES ('i', 'k', 'open', 2, 's', 'f', 'o', 0, '{}')`); err != nil {
			return err
		}
		for n := range 100_000 {
			if _, err := tx.ExecContext(ctx, `INSERT INTO outbox (event_id, incident, receiver, destination, sequence, priority, state, decided_at, next_attempt, settled_at, body)
				VALUES (?, 'i', 'team', ?, ?, 0, 'sent', ?, 0, ?, '{}')`, fmt.Sprint(n), fmt.Sprint("team/slack/", n%5), n, n, n); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if got, err := j.Destinations(b.Context()); err != nil || len(got) != 5 {
			b.Fatalf("%d, %v", len(got), err)
		}
		if _, err := j.Backlog(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
