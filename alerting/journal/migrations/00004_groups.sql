-- What a message says of its incident, and what it may be told together with, so that
-- they can be asked for without reading its body.

-- +goose Up
ALTER TABLE outbox ADD COLUMN status TEXT NOT NULL DEFAULT 'firing';
ALTER TABLE outbox ADD COLUMN told_with TEXT NOT NULL DEFAULT '';
UPDATE outbox SET status = body ->> '$.Status';
