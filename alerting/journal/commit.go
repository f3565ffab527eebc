package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Commit saves one decision, see [alerting.Store]. A notification that is in
// the outbox already is left as it is: its event id says that it is the same.
func (j *Journal) Commit(ctx context.Context, d alerting.Decided) error {
	return j.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		if err := saveAlerts(ctx, tx, d); err != nil {
			return fmt.Errorf("save alerts: %w", err)
		}
		if err := saveIncidents(ctx, tx, d.Incidents); err != nil {
			return fmt.Errorf("save incidents: %w", err)
		}
		if err := saveEvents(ctx, tx, d.Events); err != nil {
			return fmt.Errorf("save timeline: %w", err)
		}
		if err := saveOwed(ctx, tx, d.Owed); err != nil {
			return fmt.Errorf("save outbox: %w", err)
		}
		return nil
	})
}

func saveAlerts(ctx context.Context, tx *sql.Tx, d alerting.Decided) error {
	const upsert = `
		INSERT INTO alerts (slo, phase, body) VALUES (?, ?, ?)
		ON CONFLICT (slo, variant) DO UPDATE SET phase = excluded.phase, body = excluded.body`
	err := forEach(ctx, tx, upsert, d.Alerts, func(a alerting.Alert) ([]any, error) {
		body, err := json.Marshal(a)
		return []any{a.ID.String(), string(a.Phase), string(body)}, err
	})
	if err != nil {
		return err
	}
	return forEach(ctx, tx, `DELETE FROM alerts WHERE slo = ?`, d.Removed, func(id slo.ID) ([]any, error) {
		return []any{id.String()}, nil
	})
}

// saveIncidents leaves timeline and deliveries out of the body: they are rows
// of their own, and grow.
func saveIncidents(ctx context.Context, tx *sql.Tx, incidents []alerting.Incident) error {
	const upsert = `
		INSERT INTO incidents (id, key, state, severity, service, function, owner, opened_at, resolved_at, body)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET key = excluded.key, service = excluded.service, function = excluded.function,
			state = excluded.state, severity = excluded.severity, owner = excluded.owner,
			resolved_at = excluded.resolved_at, body = excluded.body`
	return forEach(ctx, tx, upsert, incidents, func(i alerting.Incident) ([]any, error) {
		i.Timeline, i.Deliveries = nil, nil
		body, err := json.Marshal(i)
		return []any{
			i.ID, i.FunctionKey(), string(i.State), int(i.Severity), i.Service, i.Function, i.Owner,
			millis(i.OpenedAt), maybeMillis(i.ResolvedAt), string(body),
		}, err
	})
}

func saveEvents(ctx context.Context, tx *sql.Tx, events []alerting.IncidentEvent) error {
	const insert = `INSERT INTO timeline (incident, at, kind, who, text) VALUES (?, ?, ?, ?, ?)`
	return forEach(ctx, tx, insert, events, func(e alerting.IncidentEvent) ([]any, error) {
		return []any{e.Incident, millis(e.At), e.Kind, e.By, e.Text}, nil
	})
}

// saveOwed adds to the outbox. What is told later than it is decided must not keep an
// older message waiting that is folded into it: it leaves when that one would have.
func saveOwed(ctx context.Context, tx *sql.Tx, owed []alerting.Notification) error {
	const insert = `
		INSERT INTO outbox (event_id, incident, receiver, destination, sequence, status, told_with, priority, state, decided_at, next_attempt, body)
		VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'owed', ?9, min(?10, coalesce((
			SELECT next_attempt FROM outbox WHERE incident = ?2 AND receiver = ?3 AND destination = ?4 AND sequence < ?5 AND state = 'owed'
			ORDER BY sequence DESC LIMIT 1), ?10)), ?11) ON CONFLICT (event_id) DO NOTHING`
	return forEach(ctx, tx, insert, owed, func(n alerting.Notification) ([]any, error) {
		body, err := json.Marshal(n)
		return []any{
			n.EventID, n.Incident.ID, n.Destination.Receiver, n.Destination.Name, n.Incident.Sequence,
			string(n.Status), n.Group, int(n.Urgency()),
			millis(n.DecidedAt), millis(firstAttempt(n)), string(body),
		}, err
	})
}

// firstAttempt is when a notification may leave: pages wait for nobody.
func firstAttempt(n alerting.Notification) time.Time {
	if n.NotBefore.After(n.DecidedAt) && n.Urgency() != alerting.UrgencyPage {
		return n.NotBefore
	}
	return n.DecidedAt
}

// forEach runs one prepared statement for each item.
func forEach[T any](ctx context.Context, tx *sql.Tx, query string, items []T, args func(T) ([]any, error)) error {
	if len(items) == 0 {
		return nil
	}
	stmt, err := tx.PrepareContext(ctx, query)
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, item := range items {
		values, err := args(item)
		if err != nil {
			return err
		}
		if _, err := stmt.ExecContext(ctx, values...); err != nil {
			return err
		}
	}
	return nil
}
