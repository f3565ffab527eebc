package journal

import (
	"context"
	"database/sql"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// Latest returns, for notifications that Due handed out, what is owed in their
// place by now: what was decided since is folded in, and what was decided before
// old is checked against its incident. Held are those that nobody is to be told for
// now. The claims pass on to what is returned; what is owed nothing any more is
// left out.
func (j *Journal) Latest(ctx context.Context, handed []alerting.Notification, old time.Time) (latest, held []alerting.Notification, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		for _, n := range handed {
			p := pairOf(n)
			n, err := message(ctx, tx, p)
			if err != nil {
				return err
			}
			wait := false
			if n.EventID != "" && n.DecidedAt.Before(old) {
				if n, wait, err = recheck(ctx, tx, n); err != nil {
					return err
				}
			}
			switch {
			case n.EventID == "":
			case wait:
				held = append(held, n)
			default:
				latest = append(latest, n)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	for _, n := range handed {
		delete(j.claims, pairOf(n))
	}
	for _, list := range [][]alerting.Notification{latest, held} {
		for _, n := range list {
			j.claims[pairOf(n)] = n.EventID
		}
	}
	return latest, held, nil
}

// recheck holds a message against its incident as it stands. A row of the outbox
// goes with its incident, so there is one.
func recheck(ctx context.Context, tx *sql.Tx, n alerting.Notification) (latest alerting.Notification, held bool, err error) {
	found, err := bodies[alerting.Incident](ctx, tx, `SELECT body FROM incidents WHERE id = ?`, n.Incident.ID)
	if err != nil || len(found) == 0 {
		return n, false, err
	}
	if found[0].Timeline, err = timeline(ctx, tx, n.Incident.ID); err != nil {
		return n, false, err
	}
	latest, held = alerting.Recheck(n, found[0])
	return latest, held, nil
}
