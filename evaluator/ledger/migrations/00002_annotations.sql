-- +goose Up
-- Remarks about slots that end at slot_end, in Unix seconds.
CREATE TABLE ledger_annotations (
    series   INTEGER NOT NULL REFERENCES ledger_series (id) ON DELETE CASCADE,
    slot_end INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    width    INTEGER NOT NULL,
    text     TEXT NOT NULL,
    PRIMARY KEY (series, slot_end, kind)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE ledger_annotations;
