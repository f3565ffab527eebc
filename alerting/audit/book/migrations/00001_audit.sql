-- Who changed what. Rows are only ever added; the triggers keep mistakes from
-- it, and the chain of hashes shows what gets around them.

-- +goose Up
CREATE TABLE audit (
  id   INTEGER PRIMARY KEY, -- without gaps
  body TEXT NOT NULL        -- the entry in JSON, with its hash
) STRICT;

-- +goose StatementBegin
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
-- +goose StatementEnd

-- +goose StatementBegin
CREATE TRIGGER audit_is_not_shortened BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit is only ever added to'); END;
-- +goose StatementEnd
