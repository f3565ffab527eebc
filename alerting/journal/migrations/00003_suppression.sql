-- +goose Up
CREATE TABLE silences (
  id        TEXT PRIMARY KEY,
  starts_at INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL,
  body      TEXT NOT NULL
) STRICT;

CREATE TABLE deploys (
  id        TEXT PRIMARY KEY,
  starts_at INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL,
  body      TEXT NOT NULL
) STRICT;
