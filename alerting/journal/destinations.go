package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// DestinationHealth is how a destination does, by what is kept of it.
type DestinationHealth struct {
	Receiver, Destination string
	Owed                  int
	Oldest                time.Time // when the oldest owed message was decided; zero without any
	Undeliverable         int       // messages it never took, of incidents still kept
	Sent                  time.Time // when it last took one; zero: never
	LastError             string    // of the latest message that it has not taken; empty when it gave none
}

// Destinations lists how every destination does that was ever owed a message of an
// incident that is kept, by name.
func (j *Journal) Destinations(ctx context.Context) (out []DestinationHealth, err error) {
	// The text of the error is that of the row with the latest decision: SQLite takes
	// bare columns from the row that has the max.
	rows, err := j.db.Reader().QueryContext(ctx, `
		SELECT o.receiver, o.destination, sum(o.state = 'owed'), min(CASE WHEN o.state = 'owed' THEN o.decided_at END),
			sum(o.state = 'undeliverable'), max(CASE WHEN o.state = 'sent' THEN o.settled_at END), coalesce(e.last_error, '')
		FROM outbox o LEFT JOIN (
			SELECT receiver, destination, last_error, max(decided_at) FROM outbox
			WHERE state IN ('owed', 'undeliverable') AND last_error <> '' GROUP BY receiver, destination
		) e ON e.receiver = o.receiver AND e.destination = o.destination
		GROUP BY o.receiver, o.destination ORDER BY o.receiver, o.destination`)
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var d DestinationHealth
		var oldest, sent sql.NullInt64
		if err := rows.Scan(&d.Receiver, &d.Destination, &d.Owed, &oldest, &d.Undeliverable, &sent, &d.LastError); err != nil {
			return nil, fmt.Errorf("read outbox: %w", err)
		}
		if oldest.Valid {
			d.Oldest = fromMillis(oldest.Int64)
		}
		if sent.Valid {
			d.Sent = fromMillis(sent.Int64)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}
