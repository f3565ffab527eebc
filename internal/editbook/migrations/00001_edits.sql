-- What people changed in their files: one row for what was changed alike at one
-- instant. at is Unix seconds, subjects how many SLOs or settings it is about,
-- body the edit in JSON.

-- +goose Up
CREATE TABLE edits (
  id       INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL,
  subjects INTEGER NOT NULL,
  body     TEXT NOT NULL
) STRICT;
CREATE INDEX edits_at ON edits (at);

-- What the files said last of each subject, in JSON.
CREATE TABLE written (
  subject TEXT PRIMARY KEY,
  body    TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Since when the book tells everything, in Unix seconds, and in which form what is
-- written was taken down. One row, once there is anything.
CREATE TABLE edits_since (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  at   INTEGER NOT NULL,
  form INTEGER NOT NULL
) STRICT;
