package revision

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// body is a revision as it is stored, without what has a column of its own. The
// names of its keys are part of the format of the file.
type body struct {
	Objective string   `json:"objective"`
	Window    window   `json:"window"`
	Reports   []window `json:"reports,omitempty"`
	SLI       slo.SLI  `json:"sli"`
	Backend   string   `json:"backend,omitempty"`
}

type window struct {
	Name     string        `json:"name"`
	Length   time.Duration `json:"length"` // nanoseconds
	Calendar slo.Calendar  `json:"calendar,omitempty"`
	Location string        `json:"location,omitempty"`
}

func (b *Book) save(ctx context.Context, slos []slo.SLO, changes []Change) error {
	histories := make(map[slo.ID][]slo.Revision, len(slos))
	for _, s := range slos {
		histories[s.ID] = s.History
	}
	return b.db.Write(ctx, func(ctx context.Context, tx *sql.Tx) error {
		insert, err := tx.PrepareContext(ctx, `INSERT OR IGNORE INTO revisions (slo, number, from_time, change, body) VALUES (?, ?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		defer insert.Close()
		for _, c := range changes {
			if err := rename(ctx, tx, c); err != nil {
				return err
			}
			history := histories[c.ID]
			if err := put(ctx, insert, c.ID, history[len(history)-1]); err != nil {
				return fmt.Errorf("%s: %w", c.ID, err)
			}
		}
		return nil
	})
}

func rename(ctx context.Context, tx *sql.Tx, c Change) error {
	if c.RenamedFrom.IsZero() {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE revisions SET slo = ? WHERE slo = ?`, c.ID.String(), c.RenamedFrom.String())
	return err
}

func put(ctx context.Context, insert *sql.Stmt, id slo.ID, r slo.Revision) error {
	b := body{Objective: r.Objective.String(), Window: windowOf(r.Window), SLI: r.SLI, Backend: r.Backend}
	for _, w := range r.Reports {
		b.Reports = append(b.Reports, windowOf(w))
	}
	text, err := json.Marshal(b)
	if err != nil {
		return err
	}
	_, err = insert.ExecContext(ctx, id.String(), r.Number, r.From.Unix(), r.Change, string(text))
	return err
}

func windowOf(w slo.Window) window {
	out := window{Name: w.Name, Length: w.Length, Calendar: w.Calendar}
	if w.Location != nil {
		out.Location = w.Location.String()
	}
	return out
}

// read returns every history.
func read(ctx context.Context, db *sql.DB) (map[slo.ID][]slo.Revision, error) {
	rows, err := db.QueryContext(ctx, `SELECT slo, number, from_time, change, body FROM revisions ORDER BY slo, number`)
	if err != nil {
		return nil, fmt.Errorf("read revisions: %w", err)
	}
	defer rows.Close()
	histories := map[slo.ID][]slo.Revision{}
	for rows.Next() {
		id, r, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("read revisions: %w", err)
		}
		histories[id] = append(histories[id], r)
	}
	return histories, rows.Err()
}

func scan(rows *sql.Rows) (id slo.ID, r slo.Revision, err error) {
	var name, text string
	var from int64
	if err := rows.Scan(&name, &r.Number, &from, &r.Change, &text); err != nil {
		return id, r, err
	}
	var b body
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return id, r, fmt.Errorf("revision %d of %s is damaged: %w", r.Number, name, err)
	}
	if id, err = slo.ParseID(name); err != nil {
		return id, r, err
	}
	r.From, r.SLI, r.Backend = time.Unix(from, 0).UTC(), b.SLI, b.Backend
	return id, r, b.promise(&r)
}

// promise fills in what is not stored as it is.
func (b body) promise(r *slo.Revision) (err error) {
	if r.Objective, err = slo.ParseObjective(b.Objective); err != nil {
		return err
	}
	if r.Window, err = b.Window.open(); err != nil {
		return err
	}
	for _, w := range b.Reports {
		opened, err := w.open()
		if err != nil {
			return err
		}
		r.Reports = append(r.Reports, opened)
	}
	return nil
}

func (w window) open() (slo.Window, error) {
	out := slo.Window{Name: w.Name, Length: w.Length, Calendar: w.Calendar}
	if w.Location == "" {
		return out, nil
	}
	var err error
	out.Location, err = time.LoadLocation(w.Location)
	return out, err
}
