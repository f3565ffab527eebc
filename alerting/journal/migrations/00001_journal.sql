-- Times are Unix milliseconds, severities 0 none, 1 ticket, 2 page. What is
-- asked for is a column; the rest of a row is its body, in JSON.

-- +goose Up
CREATE TABLE alerts (
  slo     TEXT NOT NULL,            -- service/function/name
  variant TEXT NOT NULL DEFAULT '', -- tells alerts of one SLO apart, where it has several
  phase   TEXT NOT NULL,
  body    TEXT NOT NULL,
  PRIMARY KEY (slo, variant)
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
  id          TEXT PRIMARY KEY,
  key         TEXT NOT NULL,
  state       TEXT NOT NULL,
  severity    INTEGER NOT NULL,
  service     TEXT NOT NULL,
  function    TEXT NOT NULL,
  owner       TEXT NOT NULL,
  opened_at   INTEGER NOT NULL,
  resolved_at INTEGER,
  body        TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents (key) WHERE resolved_at IS NULL; -- at most one
CREATE INDEX incidents_by_key ON incidents (key, opened_at);
CREATE INDEX incidents_resolved ON incidents (resolved_at) WHERE resolved_at IS NOT NULL;

CREATE TABLE timeline (
  id       INTEGER PRIMARY KEY,
  incident TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
  at       INTEGER NOT NULL,
  kind     TEXT NOT NULL,
  who      TEXT NOT NULL,
  text     TEXT NOT NULL
) STRICT;
CREATE INDEX timeline_by_incident ON timeline (incident, id);

CREATE TABLE outbox (
  event_id     TEXT PRIMARY KEY,
  incident     TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
  receiver     TEXT NOT NULL,
  destination  TEXT NOT NULL,
  sequence     INTEGER NOT NULL, -- of the change in the incident
  priority     INTEGER NOT NULL, -- 0 a page, 1 an end, 2 a ticket, 3 a notice
  state        TEXT NOT NULL CHECK (state IN ('owed', 'sent', 'folded', 'undeliverable')),
  attempts     INTEGER NOT NULL DEFAULT 0,
  last_error   TEXT NOT NULL DEFAULT '',
  decided_at   INTEGER NOT NULL,
  next_attempt INTEGER NOT NULL,
  settled_at   INTEGER,
  body         TEXT NOT NULL
) STRICT;
CREATE INDEX outbox_owed ON outbox (priority, decided_at, event_id) WHERE state = 'owed';
CREATE UNIQUE INDEX outbox_by_destination ON outbox (incident, receiver, destination, sequence);

-- What each destination was last told about an incident.
CREATE TABLE told (
  incident    TEXT NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
  receiver    TEXT NOT NULL,
  destination TEXT NOT NULL,
  event_id    TEXT NOT NULL,
  status      TEXT NOT NULL,
  ref         TEXT NOT NULL,
  at          INTEGER NOT NULL,
  PRIMARY KEY (incident, receiver, destination)
) STRICT, WITHOUT ROWID;
