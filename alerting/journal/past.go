package journal

import (
	"context"
	"database/sql"
	"slices"

	"github.com/slofuse/slofuse/alerting"
)

// maxPastEvents is how many events of one incident [Journal.IncidentsOf] gives.
const maxPastEvents = 200

// IncidentsOf lists the incidents of one function, open or not, the one that opened
// last first and at most limit of them, with what destinations were told and the
// latest events of their timelines.
func (j *Journal) IncidentsOf(ctx context.Context, service, function string, limit int) (incidents []alerting.Incident, err error) {
	key := alerting.Incident{Service: service, Function: function}.FunctionKey()
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		incidents, err = bodies[alerting.Incident](ctx, tx,
			`SELECT body FROM incidents WHERE key = ? ORDER BY opened_at DESC, id LIMIT ?`, key, max(limit, 0))
		if err != nil {
			return err
		}
		for n := range incidents {
			i := &incidents[n]
			if i.Timeline, err = events(ctx, tx, `SELECT at, kind, who, text FROM timeline WHERE incident = ? ORDER BY id DESC LIMIT ?`, i.ID, maxPastEvents); err != nil {
				return err
			}
			slices.Reverse(i.Timeline)
			if i.Deliveries, err = deliveries(ctx, tx, i.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return incidents, err
}
