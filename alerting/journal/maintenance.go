package journal

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
)

// SaveMaintenance writes a maintenance window down, or what has become of it.
func (j *Journal) SaveMaintenance(ctx context.Context, m suppress.Maintenance) error {
	return j.saveAnnounced(ctx, `
		INSERT INTO maintenance (id, starts_at, ends_at, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, body = excluded.body`,
		m.ID, suppress.Span{From: m.StartsAt, To: lastInstant(m)}, m)
}

// lastInstant is when a window is over: after all of time where it has no end.
func lastInstant(m suppress.Maintenance) time.Time {
	if m.EndsAt.IsZero() {
		return time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC)
	}
	return m.EndsAt
}

// Maintenances lists all maintenance windows, also those that were withdrawn, the
// latest first.
func (j *Journal) Maintenances(ctx context.Context) ([]suppress.Maintenance, error) {
	return announced[suppress.Maintenance](ctx, j, `SELECT body FROM maintenance ORDER BY starts_at DESC, id`)
}

// SaveSilence writes a silence down, or what has become of it.
func (j *Journal) SaveSilence(ctx context.Context, s suppress.Silence) error {
	return j.saveAnnounced(ctx, `
		INSERT INTO silences (id, starts_at, ends_at, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, body = excluded.body`,
		s.ID, suppress.Span{From: s.StartsAt, To: s.EndsAt}, s)
}

// Silences lists all silences, also those that were ended early, the latest first.
func (j *Journal) Silences(ctx context.Context) ([]suppress.Silence, error) {
	return announced[suppress.Silence](ctx, j, `SELECT body FROM silences ORDER BY starts_at DESC, id`)
}

// SaveDeploy writes a deploy down, or what has become of it.
func (j *Journal) SaveDeploy(ctx context.Context, d suppress.Deploy) error {
	return j.saveAnnounced(ctx, `
		INSERT INTO deploys (id, starts_at, ends_at, body) VALUES (?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, body = excluded.body`,
		d.ID, suppress.Span{From: d.StartsAt, To: d.EndsAt}, d)
}

// Deploys lists all deploys, also those that were taken back, the latest first.
func (j *Journal) Deploys(ctx context.Context) ([]suppress.Deploy, error) {
	return announced[suppress.Deploy](ctx, j, `SELECT body FROM deploys ORDER BY starts_at DESC, id`)
}

// saveAnnounced writes down what somebody announced, as JSON beside when it is.
func (j *Journal) saveAnnounced(ctx context.Context, query, id string, span suppress.Span, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("save %s: %w", id, err)
	}
	return j.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, query, id, millis(span.From), millis(span.To), string(body))
		return err
	})
}

func announced[T any](ctx context.Context, j *Journal, query string) (list []T, err error) {
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		list, err = bodies[T](ctx, tx, query)
		return err
	})
	return list, err
}
