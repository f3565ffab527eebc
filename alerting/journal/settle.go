package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// errUnknownEvent is about an event id that no row has: a pruned incident.
var errUnknownEvent = errors.New("no such notification in the outbox")

// settlement is how an attempt to send ended.
type settlement struct {
	eventID string
	state   string // the row's next one
	ref     string
	reason  string
	at      time.Time // when it ended; of a failed attempt, when to try again
}

// settle records the end of an attempt and gives up its claim. When it cannot
// be recorded the claim stays, so that the message is not sent again by this
// process, and the next Due records it first.
func (j *Journal) settle(ctx context.Context, s settlement) error {
	err := j.record(ctx, s)
	j.mu.Lock()
	defer j.mu.Unlock()
	if err != nil && !errors.Is(err, errUnknownEvent) {
		j.unsaved[s.eventID] = s
		return fmt.Errorf("record %s of %s: %w", s.state, s.eventID, err)
	}
	j.release(s.eventID)
	return err
}

// settleTogether bounds how many settlements one transaction holds: no decision
// should wait long for it.
const settleTogether = 500

// settleAll is settle for several attempts. What is gone counts as recorded.
func (j *Journal) settleAll(ctx context.Context, all []settlement) (errs error) {
	for some := range slices.Chunk(all, settleTogether) {
		err := j.db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *sql.Tx) error {
			for _, s := range some {
				if err := s.write(ctx, tx); err != nil && !errors.Is(err, errUnknownEvent) {
					return err
				}
			}
			return nil
		})
		if err != nil {
			errs = errors.Join(errs, fmt.Errorf("record %s of %d messages: %w", some[0].state, len(some), err))
		}
		j.settled(some, err == nil)
	}
	return errs
}

// settled gives up the claims of what is recorded, and keeps what is not for later.
func (j *Journal) settled(all []settlement, recorded bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	ids := make([]string, len(all))
	for i, s := range all {
		ids[i] = s.eventID
		if !recorded {
			j.unsaved[s.eventID] = s
		}
	}
	if recorded {
		j.release(ids...)
	}
}

// record writes a settlement. Written twice it changes nothing.
func (j *Journal) record(ctx context.Context, s settlement) error {
	// The attempt was made, whatever its context thinks by now.
	return j.db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *sql.Tx) error { return s.write(ctx, tx) })
}

func (s settlement) write(ctx context.Context, tx *sql.Tx) error {
	row, err := find(ctx, tx, s.eventID)
	if err != nil || row.state != alerting.DeliveryOwed {
		return err
	}
	if s.state == alerting.DeliveryOwed {
		_, err := tx.ExecContext(ctx, `UPDATE outbox SET attempts = attempts + 1, last_error = ?, next_attempt = ? WHERE event_id = ?`,
			s.reason, millis(s.at), s.eventID)
		return err
	}
	return row.close(ctx, tx, s)
}

// outboxRow is what settling needs to know of a row.
type outboxRow struct {
	pair
	sequence int
	state    string
	status   alerting.Status
	reason   string
}

func find(ctx context.Context, tx *sql.Tx, eventID string) (row outboxRow, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT incident, receiver, destination, sequence, state, body ->> '$.Status', body ->> '$.Reason' FROM outbox WHERE event_id = ?`, eventID).
		Scan(&row.incident, &row.receiver, &row.destination, &row.sequence, &row.state, &row.status, &row.reason)
	if errors.Is(err, sql.ErrNoRows) {
		return row, errUnknownEvent
	}
	return row, err
}

// close ends a row and folds the older ones that were told with it.
func (row outboxRow) close(ctx context.Context, tx *sql.Tx, s settlement) error {
	_, err := tx.ExecContext(ctx, `UPDATE outbox SET state = ?, attempts = attempts + 1, last_error = ?, settled_at = ? WHERE event_id = ?`,
		s.state, s.reason, millis(s.at), s.eventID)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		UPDATE outbox SET state = 'folded', settled_at = ?
		WHERE incident = ? AND receiver = ? AND destination = ? AND sequence < ? AND state = 'owed'`,
		millis(s.at), row.incident, row.receiver, row.destination, row.sequence)
	if err != nil {
		return err
	}
	event := alerting.Event{At: s.at, Kind: alerting.EventNotified, Text: row.destination + ": " + row.reason}
	if s.state == alerting.DeliveryUndeliverable {
		event.Kind, event.Text = alerting.EventUndeliverable, row.destination+": "+s.reason
	} else if err := row.tell(ctx, tx, s); err != nil {
		return err
	}
	return saveEvents(ctx, tx, []alerting.IncidentEvent{{Incident: row.incident, Event: event}})
}

// tell notes what the destination knows now. A destination that returns no
// reference for an edit keeps the one of the message it edited.
func (row outboxRow) tell(ctx context.Context, tx *sql.Tx, s settlement) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO told (incident, receiver, destination, event_id, status, ref, at) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET event_id = excluded.event_id, status = excluded.status, at = excluded.at,
			ref = CASE excluded.ref WHEN '' THEN ref ELSE excluded.ref END`,
		row.incident, row.receiver, row.destination, s.eventID, string(row.status), s.ref, millis(s.at))
	return err
}
