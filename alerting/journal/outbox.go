package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// Due returns what to send now, see [alerting.Outbox]. What is returned is
// claimed until Sent, Retry or Undeliverable is called for it, whether that
// succeeds or not. A message that cannot be read holds up no other: the error is
// returned when there is nothing else to send.
func (j *Journal) Due(ctx context.Context, now time.Time, limit int) (due []alerting.Notification, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.saveUnsaved(ctx)
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		waiting, err := j.waiting(ctx, tx, now, limit)
		if err != nil {
			return err
		}
		var damaged error
		for _, p := range waiting {
			n, err := message(ctx, tx, p)
			if err != nil {
				damaged = errors.Join(damaged, err)
				continue
			}
			due = append(due, n)
		}
		if len(due) == 0 {
			return damaged
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, n := range due {
		j.claims[pairOf(n)] = n.EventID
	}
	return due, nil
}

func pairOf(n alerting.Notification) pair {
	return pair{n.Incident.ID, n.Destination.Receiver, n.Destination.Name}
}

// longest is more than any failure makes a message wait. Only what wakes nobody waits
// longer, for its group, counted from its decision. What is to wait longer waits for a
// clock that was set back, and is due.
const longest = time.Hour + time.Minute

// waiting lists the unclaimed destinations whose newest message is due, in the
// order of urgency.
func (j *Journal) waiting(ctx context.Context, tx *sql.Tx, now time.Time, limit int) (out []pair, err error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT incident, receiver, destination FROM outbox AS o
		WHERE state = 'owed' AND (next_attempt <= ?1 OR next_attempt > ?2 AND (priority <= ?3 OR decided_at > ?1)) AND NOT EXISTS (SELECT 1 FROM outbox AS later
			WHERE later.incident = o.incident AND later.receiver = o.receiver AND later.destination = o.destination
			AND later.sequence > o.sequence AND later.state = 'owed')
		ORDER BY priority, decided_at, event_id LIMIT ?4`,
		millis(now), millis(now.Add(longest)), int(alerting.UrgencyResolve), max(limit, 0)+len(j.claims))
	if err != nil {
		return nil, fmt.Errorf("read outbox: %w", err)
	}
	defer rows.Close()
	for rows.Next() && len(out) < limit {
		var p pair
		if err := rows.Scan(&p.incident, &p.receiver, &p.destination); err != nil {
			return nil, fmt.Errorf("read outbox: %w", err)
		}
		if _, claimed := j.claims[p]; !claimed {
			out = append(out, p)
		}
	}
	return out, rows.Err()
}

// message makes one notification of all that is owed to a destination.
func message(ctx context.Context, tx *sql.Tx, p pair) (alerting.Notification, error) {
	owed, err := bodies[alerting.Notification](ctx, tx, `
		SELECT body FROM outbox WHERE incident = ? AND receiver = ? AND destination = ? AND state = 'owed' ORDER BY sequence`,
		p.incident, p.receiver, p.destination)
	if err != nil || len(owed) == 0 {
		return alerting.Notification{}, err
	}
	var ref string
	err = tx.QueryRowContext(ctx, `SELECT ref FROM told WHERE incident = ? AND receiver = ? AND destination = ?`,
		p.incident, p.receiver, p.destination).Scan(&ref)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return alerting.Notification{}, fmt.Errorf("read outbox: %w", err)
	}
	n := alerting.Fold(owed, err == nil)
	n.Ref = ref
	err = tx.QueryRowContext(ctx, `SELECT attempts FROM outbox WHERE event_id = ?`, n.EventID).Scan(&n.Attempts)
	return n, err
}

// Sent records that the destination accepted a notification, and with it all
// that was folded into it, see [alerting.Outbox].
func (j *Journal) Sent(ctx context.Context, eventID, ref string, now time.Time) error {
	return j.settle(ctx, settlement{eventID: eventID, state: alerting.DeliverySent, ref: ref, at: now})
}

// SentAll records what was told at once, see [alerting.Outbox].
func (j *Journal) SentAll(ctx context.Context, receipts []alerting.Receipt, now time.Time) error {
	all := make([]settlement, len(receipts))
	for i, r := range receipts {
		all[i] = settlement{eventID: r.EventID, state: alerting.DeliverySent, ref: r.Ref, at: now}
	}
	return j.settleAll(ctx, all)
}

// RetryAll records what failed at once, see [alerting.Outbox].
func (j *Journal) RetryAll(ctx context.Context, eventIDs []string, reason string, next time.Time) error {
	all := make([]settlement, len(eventIDs))
	for i, id := range eventIDs {
		all[i] = settlement{eventID: id, state: alerting.DeliveryOwed, reason: reason, at: next}
	}
	return j.settleAll(ctx, all)
}

// Retry records a failed attempt, see [alerting.Outbox].
func (j *Journal) Retry(ctx context.Context, eventID, reason string, next time.Time) error {
	return j.settle(ctx, settlement{eventID: eventID, state: alerting.DeliveryOwed, reason: reason, at: next})
}

// Undeliverable records that the destination will never take a notification,
// see [alerting.Outbox].
func (j *Journal) Undeliverable(ctx context.Context, eventID, reason string, now time.Time) error {
	return j.settle(ctx, settlement{eventID: eventID, state: alerting.DeliveryUndeliverable, reason: reason, at: now})
}

// Told returns what a destination accepted last about each incident that is
// open, or whose end it accepted at or after since.
func (j *Journal) Told(ctx context.Context, destination string, since time.Time) (told []alerting.Notification, err error) {
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		told, err = bodies[alerting.Notification](ctx, tx, `
			SELECT o.body FROM told AS t JOIN outbox AS o ON o.event_id = t.event_id JOIN incidents AS i ON i.id = t.incident
			WHERE t.destination = ? AND (t.status = 'firing' AND i.resolved_at IS NULL OR t.status = 'resolved' AND t.at >= ?)
			ORDER BY o.decided_at, o.event_id`, destination, millis(since))
		return err
	})
	return told, err
}

// Backlog is how much waits to be delivered.
type Backlog struct {
	Owed          int       // messages, before folding
	Oldest        time.Time // when the oldest of them was decided; zero without any
	Undeliverable int       // messages no destination took, of incidents still kept
}

const backlogOfOutbox = `
	SELECT (SELECT count(*) FROM outbox WHERE state = 'owed'), (SELECT min(decided_at) FROM outbox WHERE state = 'owed'),
		(SELECT count(*) FROM outbox WHERE state = 'undeliverable')`

// Backlog counts what waits in the outbox.
func (j *Journal) Backlog(ctx context.Context) (b Backlog, err error) {
	var oldest sql.NullInt64
	err = j.db.Reader().QueryRowContext(ctx, backlogOfOutbox).Scan(&b.Owed, &oldest, &b.Undeliverable)
	if err != nil {
		return Backlog{}, fmt.Errorf("read outbox: %w", err)
	}
	if oldest.Valid {
		b.Oldest = fromMillis(oldest.Int64)
	}
	return b, nil
}

// saveUnsaved records what destinations did while nothing could be written. What
// still cannot be written stays for the next time and keeps its claim: a full
// disk must not stop other messages, nor send this one twice. The caller holds
// mu.
func (j *Journal) saveUnsaved(ctx context.Context) {
	for eventID, s := range j.unsaved {
		if err := j.record(ctx, s); err != nil && !errors.Is(err, errUnknownEvent) {
			return
		}
		delete(j.unsaved, eventID)
		j.release(eventID)
	}
}

// release gives up the claims on events. The caller holds mu.
func (j *Journal) release(eventIDs ...string) {
	given := make(map[string]bool, len(eventIDs))
	for _, id := range eventIDs {
		given[id] = true
	}
	maps.DeleteFunc(j.claims, func(_ pair, claimed string) bool { return given[claimed] })
}
