-- +goose Up
CREATE TABLE members (
    family TEXT NOT NULL,    -- its key
    value  TEXT NOT NULL,
    absent INTEGER NOT NULL, -- seconds it had not been seen when this was written
    PRIMARY KEY (family, value)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE members;
