-- +goose Up
-- What was read of an account and the sums of its volumes; read at start.
CREATE TABLE ledger_heads (
    series INTEGER PRIMARY KEY REFERENCES ledger_series (id) ON DELETE CASCADE,
    body   BLOB NOT NULL
) STRICT;

-- Sealed cells, and behind them their classes. id: the hour at which the volume
-- begins << 24 | series << 1 | 1 for the classes.
CREATE TABLE ledger_volumes (
    id   INTEGER PRIMARY KEY,
    body BLOB NOT NULL
) STRICT;

-- What recordings changed in cells that are not sealed yet. up_to: end of the last
-- of these cells; a row is deleted when all up to it is sealed.
CREATE TABLE ledger_log (
    id    INTEGER PRIMARY KEY,
    up_to INTEGER NOT NULL,
    body  BLOB NOT NULL
) STRICT;

-- +goose Down
DROP TABLE ledger_log;
DROP TABLE ledger_volumes;
DROP TABLE ledger_heads;
