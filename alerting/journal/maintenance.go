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
	body, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("save maintenance: %w", err)
	}
	return j.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO maintenance (id, starts_at, ends_at, body) VALUES (?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET starts_at = excluded.starts_at, ends_at = excluded.ends_at, body = excluded.body`,
			m.ID, millis(m.StartsAt), millis(lastInstant(m)), string(body))
		return err
	})
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
func (j *Journal) Maintenances(ctx context.Context) (windows []suppress.Maintenance, err error) {
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		windows, err = bodies[suppress.Maintenance](ctx, tx, `SELECT body FROM maintenance ORDER BY starts_at DESC, id`)
		return err
	})
	return windows, err
}
