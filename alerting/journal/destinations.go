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

// healthOfDestinations goes from one destination to the next in the index outbox_by_state,
// and asks it about each: what was sent, which is nearly all there is, is not read.
const healthOfDestinations = `
	WITH RECURSIVE r (receiver) AS (
		SELECT min(receiver) FROM outbox
		UNION ALL
		SELECT (SELECT min(receiver) FROM outbox WHERE receiver > r.receiver) FROM r WHERE r.receiver IS NOT NULL
	), d (receiver, destination) AS (
		SELECT receiver, (SELECT min(destination) FROM outbox o WHERE o.receiver = r.receiver) FROM r WHERE receiver IS NOT NULL
		UNION ALL
		SELECT receiver, (SELECT min(destination) FROM outbox o WHERE o.receiver = d.receiver AND o.destination > d.destination)
		FROM d WHERE d.destination IS NOT NULL
	)
	SELECT receiver, destination,
		(SELECT count(*) FROM outbox o WHERE o.receiver = d.receiver AND o.destination = d.destination AND state = 'owed'),
		(SELECT min(decided_at) FROM outbox o WHERE o.receiver = d.receiver AND o.destination = d.destination AND state = 'owed'),
		(SELECT count(*) FROM outbox o WHERE o.receiver = d.receiver AND o.destination = d.destination AND state = 'undeliverable'),
		(SELECT max(settled_at) FROM outbox o WHERE o.receiver = d.receiver AND o.destination = d.destination AND state = 'sent'),
		coalesce((SELECT last_error FROM outbox o WHERE o.receiver = d.receiver AND o.destination = d.destination
			AND state IN ('owed', 'undeliverable') AND last_error <> '' ORDER BY decided_at DESC LIMIT 1), '')
	FROM d WHERE destination IS NOT NULL ORDER BY receiver, destination`

// Destinations lists how every destination does that was ever owed a message of an
// incident that is kept, by name.
func (j *Journal) Destinations(ctx context.Context) (out []DestinationHealth, err error) {
	rows, err := j.db.Reader().QueryContext(ctx, healthOfDestinations)
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
