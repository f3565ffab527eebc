-- +goose Up
CREATE TABLE maintenance (
  id        TEXT PRIMARY KEY,
  starts_at INTEGER NOT NULL,
  ends_at   INTEGER NOT NULL,
  body      TEXT NOT NULL
) STRICT;
