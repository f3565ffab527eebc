-- +goose Up
CREATE TABLE ledger_series (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
) STRICT;

-- Names of classes: fingerprints of errors and bounds of buckets.
CREATE TABLE ledger_classes (
    id  INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE
) STRICT;

-- What an indicator counted in (slot_end - width, slot_end], in Unix seconds.
-- classes: pairs of unsigned varints, class id and count.
CREATE TABLE ledger_increments (
    series   INTEGER NOT NULL REFERENCES ledger_series (id) ON DELETE CASCADE,
    slot_end INTEGER NOT NULL,
    width    INTEGER NOT NULL,
    total    INTEGER NOT NULL,
    bad      INTEGER NOT NULL,
    classes  BLOB,
    PRIMARY KEY (series, slot_end)
) STRICT, WITHOUT ROWID;

-- The spans (from_time, to_time] that were read, with or without samples.
CREATE TABLE ledger_reads (
    series    INTEGER NOT NULL REFERENCES ledger_series (id) ON DELETE CASCADE,
    from_time INTEGER NOT NULL,
    to_time   INTEGER NOT NULL,
    PRIMARY KEY (series, from_time)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE ledger_reads;
DROP TABLE ledger_increments;
DROP TABLE ledger_classes;
DROP TABLE ledger_series;
