-- +goose Up
-- What an SLO promised, from from_time (Unix seconds) until the next number.
-- body: objective, windows and indicator, in JSON.
CREATE TABLE revisions (
    slo       TEXT NOT NULL, -- service/function/name
    number    INTEGER NOT NULL,
    from_time INTEGER NOT NULL,
    change    TEXT NOT NULL, -- for people
    body      TEXT NOT NULL,
    PRIMARY KEY (slo, number)
) STRICT, WITHOUT ROWID;

-- +goose Down
DROP TABLE revisions;
