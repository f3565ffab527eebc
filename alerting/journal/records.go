package journal

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// recordsQuery finds what was opened or resolved since an instant by one index
// each. The body is looked into, but never decoded.
const recordsQuery = `
	SELECT i.id, i.service, i.function, i.owner, i.state, i.severity, coalesce(i.body ->> '$.Worst', ''),
		coalesce(i.body ->> '$.Cause', '') <> '', coalesce(i.body ->> '$.ResolvedBy', ''), i.opened_at, i.resolved_at,
		(SELECT min(at) FROM timeline WHERE incident = i.id AND kind = 'acked')
	FROM incidents AS i WHERE i.opened_at >= ?1 OR i.resolved_at >= ?1 ORDER BY i.opened_at DESC, i.id LIMIT ?2`

// Records returns the incidents that were opened or resolved since an instant, at
// most limit of them, the latest opened first.
func (j *Journal) Records(ctx context.Context, since time.Time, limit int) (out []alerting.Record, err error) {
	rows, err := j.db.Reader().QueryContext(ctx, recordsQuery, millis(since), max(limit, 0))
	if err != nil {
		return nil, fmt.Errorf("read records: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := record(rows)
		if err != nil {
			return nil, fmt.Errorf("read records: %w", err)
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func record(rows *sql.Rows) (r alerting.Record, err error) {
	var opened int64
	var resolved, acked sql.NullInt64
	var worst string
	if err := rows.Scan(&r.ID, &r.Service, &r.Function, &r.Owner, &r.State, &r.Severity, &worst, &r.Folded, &r.ResolvedBy, &opened, &resolved, &acked); err != nil {
		return r, err
	}
	if severity, ok := slo.ParseSeverity(worst); ok { // older rows have none
		r.Severity = severity
	}
	r.OpenedAt = fromMillis(opened)
	if resolved.Valid {
		r.ResolvedAt = fromMillis(resolved.Int64)
	}
	if acked.Valid {
		r.AckedAt = fromMillis(acked.Int64)
	}
	return r, nil
}

// Deliveries returns what each destination was told about the incidents given, by
// their ids. It is one query, however many there are.
func (j *Journal) Deliveries(ctx context.Context, incidents []string) (out map[string][]alerting.Delivery, err error) {
	err = j.snapshot(ctx, func(tx *sql.Tx) error {
		out, err = deliveriesOf(ctx, tx, incidents)
		return err
	})
	return out, err
}
