package journal

import (
	"context"
	"database/sql"
	"embed"
	"sync"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/internal/sqldb"
)

//go:embed migrations
var migrations embed.FS

var (
	_ alerting.Store  = (*Journal)(nil)
	_ alerting.Outbox = (*Journal)(nil)
)

// Journal is the book of alerts in a database file. It is safe for concurrent
// use; use one per file, since it knows what is being sent.
type Journal struct {
	db *sqldb.DB

	mu      sync.Mutex            // guards what follows, and a look into the outbox with the claims that come of it
	claims  map[pair]string       // event id being sent
	unsaved map[string]settlement // by event id: accepted or refused, and not yet recorded
}

// pair is an incident and a destination: one message is under way for it at a
// time.
type pair struct{ incident, receiver, destination string }

// Open brings the tables of the journal up to date and returns it. The database
// stays open when the journal is no longer used.
func Open(ctx context.Context, db *sqldb.DB) (*Journal, error) {
	if err := db.Migrate(ctx, "journal", migrations); err != nil {
		return nil, err
	}
	return &Journal{db: db, claims: make(map[pair]string), unsaved: make(map[string]settlement)}, nil
}

// Prune forgets the incidents that were resolved before an instant and owe
// nothing any more, with all that was told of them, and what was announced and
// over before it. It returns how many incidents.
func (j *Journal) Prune(ctx context.Context, before time.Time) (pruned int64, err error) {
	err = j.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `
			DELETE FROM incidents WHERE resolved_at < ?
			AND NOT EXISTS (SELECT 1 FROM outbox WHERE incident = incidents.id AND state = 'owed')`, millis(before))
		if err != nil {
			return err
		}
		if pruned, err = res.RowsAffected(); err != nil {
			return err
		}
		for _, over := range []string{
			`DELETE FROM maintenance WHERE ends_at < ?`, `DELETE FROM silences WHERE ends_at < ?`, `DELETE FROM deploys WHERE ends_at < ?`,
		} {
			if _, err := tx.ExecContext(ctx, over, millis(before)); err != nil {
				return err
			}
		}
		return nil
	})
	return pruned, err
}

func millis(t time.Time) int64 { return t.UnixMilli() }

func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// maybeMillis keeps the zero time NULL.
func maybeMillis(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}
