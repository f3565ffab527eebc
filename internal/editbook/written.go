package editbook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/slofuse/slofuse/slo/edit"
)

// takeOver puts what files say in the place of what they said last, and returns of
// that what may differ; nil at the beginning, and when it was taken down in another
// form.
func takeOver(ctx context.Context, tx *sql.Tx, now time.Time, state edit.State) (before edit.State, err error) {
	texts, err := textsOf(state)
	if err != nil {
		return nil, err
	}
	has, err := formOf(ctx, tx, now)
	if err != nil {
		return nil, err
	}
	last, err := lastWritten(ctx, tx)
	if err != nil {
		return nil, err
	}
	if has == form {
		if before, err = compared(last, texts, state); err != nil {
			return nil, err
		}
	}
	return before, replace(ctx, tx, last, texts)
}

func textsOf(state edit.State) (map[string]string, error) {
	texts := make(map[string]string, len(state))
	for key, e := range state {
		text, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		texts[key] = string(text)
	}
	return texts, nil
}

// formOf is the form of what is written; 0 when nothing is. From now on it is ours.
func formOf(ctx context.Context, tx *sql.Tx, now time.Time) (has int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT form FROM edits_since`).Scan(&has)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO edits_since (id, at, form) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET form = excluded.form`, now.Unix(), form)
	return has, err
}

func lastWritten(ctx context.Context, tx *sql.Tx) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT subject, body FROM written`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	last := map[string]string{}
	for rows.Next() {
		var key, body string
		if err := rows.Scan(&key, &body); err != nil {
			return nil, err
		}
		last[key] = body
	}
	return last, rows.Err()
}

// compared is what was written last. What is written as it was is not read anew:
// after most reloads that is nearly everything.
func compared(last, texts map[string]string, state edit.State) (edit.State, error) {
	before := make(edit.State, len(last))
	for key, body := range last {
		if texts[key] == body {
			before[key] = state[key]
			continue
		}
		var e edit.Entry
		if err := json.Unmarshal([]byte(body), &e); err != nil {
			return nil, err
		}
		before[key] = e
	}
	return before, nil
}

func replace(ctx context.Context, tx *sql.Tx, last, texts map[string]string) error {
	put, err := tx.PrepareContext(ctx, `INSERT INTO written (subject, body) VALUES (?, ?) ON CONFLICT DO UPDATE SET body = excluded.body`)
	if err != nil {
		return err
	}
	defer put.Close()
	for key, text := range texts {
		if last[key] == text {
			continue
		}
		if _, err := put.ExecContext(ctx, key, text); err != nil {
			return err
		}
	}
	for key := range last {
		if _, still := texts[key]; still {
			continue
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM written WHERE subject = ?`, key); err != nil {
			return err
		}
	}
	return nil
}
