package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/slofuse/slofuse/alerting"
)

// Load returns what an engine continues from, see [alerting.Store]. It is one
// snapshot: nothing can be committed in between.
func (j *Journal) Load(ctx context.Context) (state alerting.State, err error) {
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		if state.Alerts, err = bodies[alerting.Alert](ctx, tx, `SELECT body FROM alerts`); err != nil {
			return err
		}
		const latest = `SELECT body FROM incidents AS i
			WHERE opened_at = (SELECT max(opened_at) FROM incidents WHERE key = i.key)`
		if state.Incidents, err = bodies[alerting.Incident](ctx, tx, latest); err != nil {
			return err
		}
		for n := range state.Incidents {
			if err := fill(ctx, tx, &state.Incidents[n]); err != nil {
				return err
			}
		}
		return nil
	})
	return state, err
}

// Incidents lists incidents, see [alerting.Store].
func (j *Journal) Incidents(ctx context.Context, limit int) (incidents []alerting.Incident, err error) {
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		open, err := bodies[alerting.Incident](ctx, tx,
			`SELECT body FROM incidents WHERE resolved_at IS NULL ORDER BY opened_at DESC, id`)
		if err != nil {
			return err
		}
		resolved, err := bodies[alerting.Incident](ctx, tx,
			`SELECT body FROM incidents WHERE resolved_at IS NOT NULL ORDER BY resolved_at DESC, id LIMIT ?`, max(limit, 0))
		if err != nil {
			return err
		}
		incidents = append(open, resolved...)
		return deliver(ctx, tx, incidents)
	})
	return incidents, err
}

// deliver adds to each incident what was told about it.
func deliver(ctx context.Context, tx *sql.Tx, incidents []alerting.Incident) error {
	ids := make([]string, len(incidents))
	for n := range incidents {
		ids[n] = incidents[n].ID
	}
	all, err := deliveriesOf(ctx, tx, ids)
	for n := range incidents {
		incidents[n].Deliveries = all[incidents[n].ID]
	}
	return err
}

// Incident returns one incident, see [alerting.Store].
func (j *Journal) Incident(ctx context.Context, id string) (incident alerting.Incident, err error) {
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		found, err := bodies[alerting.Incident](ctx, tx, `SELECT body FROM incidents WHERE id = ?`, id)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return alerting.ErrNoIncident
		}
		incident = found[0]
		return fill(ctx, tx, &incident)
	})
	return incident, err
}

// snapshot reads in one transaction, so that what is read belongs together.
func (j *Journal) snapshot(ctx context.Context, read func(tx *sql.Tx) error) error {
	tx, err := j.db.Reader().BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("read journal: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // nothing was written
	return read(tx)
}

// bodies decodes the one column of a query.
func bodies[T any](ctx context.Context, tx *sql.Tx, query string, args ...any) ([]T, error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read journal: %w", err)
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var body []byte
		var v T
		if err := rows.Scan(&body); err != nil {
			return nil, fmt.Errorf("read journal: %w", err)
		}
		if err := json.Unmarshal(body, &v); err != nil {
			return nil, fmt.Errorf("read journal: a row is damaged: %w", err)
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// fill adds the timeline and the deliveries of an incident.
func fill(ctx context.Context, tx *sql.Tx, i *alerting.Incident) (err error) {
	if i.Timeline, err = timeline(ctx, tx, i.ID); err != nil {
		return err
	}
	i.Deliveries, err = deliveries(ctx, tx, i.ID)
	return err
}

func timeline(ctx context.Context, tx *sql.Tx, incident string) ([]alerting.Event, error) {
	return events(ctx, tx, `SELECT at, kind, who, text FROM timeline WHERE incident = ? ORDER BY id`, incident)
}

// events reads those that a query of these four columns finds.
func events(ctx context.Context, tx *sql.Tx, query string, args ...any) (out []alerting.Event, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("read timeline: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var e alerting.Event
		var at int64
		if err := rows.Scan(&at, &e.Kind, &e.By, &e.Text); err != nil {
			return nil, fmt.Errorf("read timeline: %w", err)
		}
		e.At = fromMillis(at)
		out = append(out, e)
	}
	return out, rows.Err()
}

// deliveries reads what each destination was told about one incident.
func deliveries(ctx context.Context, tx *sql.Tx, incident string) ([]alerting.Delivery, error) {
	all, err := deliveriesOf(ctx, tx, []string{incident})
	return all[incident], err
}

// deliveriesOf reads, for each incident and destination, the latest message and when
// the last accepted one was.
func deliveriesOf(ctx context.Context, tx *sql.Tx, incidents []string) (map[string][]alerting.Delivery, error) {
	ids, err := json.Marshal(incidents)
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	rows, err := tx.QueryContext(ctx, `
		SELECT o.incident, o.receiver, o.destination, o.event_id, o.status, o.sequence, o.told_with, o.state, o.attempts, o.last_error, o.decided_at, o.next_attempt, t.at
		FROM outbox AS o LEFT JOIN told AS t USING (incident, receiver, destination)
		WHERE o.incident IN (SELECT value FROM json_each(?)) AND o.sequence = (SELECT max(sequence) FROM outbox
			WHERE incident = o.incident AND receiver = o.receiver AND destination = o.destination)
		ORDER BY o.incident, o.receiver, o.destination`, string(ids))
	if err != nil {
		return nil, fmt.Errorf("read deliveries: %w", err)
	}
	defer rows.Close()
	out := make(map[string][]alerting.Delivery)
	for rows.Next() {
		incident, d, err := delivery(rows)
		if err != nil {
			return nil, fmt.Errorf("read deliveries: %w", err)
		}
		out[incident] = append(out[incident], d)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

func delivery(rows *sql.Rows) (incident string, d alerting.Delivery, err error) {
	var decided, next int64
	var told sql.NullInt64
	err = rows.Scan(&incident, &d.Receiver, &d.Destination, &d.EventID, &d.Status, &d.Sequence, &d.Group, &d.State, &d.Attempts, &d.LastError, &decided, &next, &told)
	d.DecidedAt = fromMillis(decided)
	if told.Valid {
		d.SentAt = fromMillis(told.Int64)
	}
	if d.State == alerting.DeliveryOwed {
		d.NextAttempt = fromMillis(next)
	}
	return incident, d, err
}
