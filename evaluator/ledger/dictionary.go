package ledger

import (
	"context"
	"database/sql"
	"errors"
	"maps"
)

// dictionary is a table that gives names short ids, with the ids that are on
// disk in memory. One that was made by a transaction which did not commit is not
// remembered.
type dictionary struct {
	table string
	ids   map[string]int64
	fresh map[string]int64 // of the running transaction
}

func newDictionary(table string) *dictionary {
	return &dictionary{table: table, ids: map[string]int64{}, fresh: map[string]int64{}}
}

// id finds or makes the id of a name.
func (d *dictionary) id(ctx context.Context, tx *sql.Tx, name string) (int64, error) {
	if id, ok := d.ids[name]; ok {
		return id, nil
	}
	if id, ok := d.fresh[name]; ok {
		return id, nil
	}
	var id int64
	err := tx.QueryRowContext(ctx, `SELECT id FROM `+d.table+` WHERE key = ?`, name).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		var result sql.Result
		if result, err = tx.ExecContext(ctx, `INSERT INTO `+d.table+` (key) VALUES (?)`, name); err == nil {
			id, err = result.LastInsertId()
		}
	}
	if err != nil {
		return 0, err
	}
	d.fresh[name] = id
	return id, nil
}

// settle ends a transaction: what it made is remembered if it was committed.
func (d *dictionary) settle(committed bool) {
	if committed {
		maps.Copy(d.ids, d.fresh)
	}
	clear(d.fresh)
}
