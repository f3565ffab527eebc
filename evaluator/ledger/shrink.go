package ledger

import (
	"context"
	"database/sql"
)

// shrinkBatch is how many free pages one transaction gives back: few enough that
// no round has to wait for long.
const shrinkBatch = "2000"

// spare is how many free pages a file may always have.
const spare = 500

// shrink gives free pages back to the file system where more than a part in 32 of the
// file is free: what is folded leaves more of them than the next hours need.
func (st *store) shrink(ctx context.Context) error {
	for {
		var pages, free int
		err := st.db.Reader().QueryRowContext(ctx, `SELECT page_count, freelist_count FROM pragma_page_count, pragma_freelist_count`).Scan(&pages, &free)
		if err != nil || free <= max(spare, pages/32) {
			return err
		}
		before := free
		if err := st.db.Write(ctx, giveBack); err != nil {
			return err
		}
		err = st.db.Reader().QueryRowContext(ctx, `PRAGMA freelist_count`).Scan(&free)
		if err != nil || free >= before { // a file that cannot shrink
			return err
		}
	}
}

// giveBack frees a page with every row that it reads.
func giveBack(ctx context.Context, tx *sql.Tx) error {
	rows, err := tx.QueryContext(ctx, `PRAGMA incremental_vacuum(`+shrinkBatch+`)`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		continue
	}
	return rows.Err()
}
