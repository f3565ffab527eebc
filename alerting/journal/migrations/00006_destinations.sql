-- How each destination does is answered by a few steps in an index for each of them,
-- however many messages are kept.

-- +goose Up
CREATE INDEX outbox_by_state ON outbox (receiver, destination, state, settled_at);
CREATE INDEX outbox_undeliverable ON outbox (decided_at) WHERE state = 'undeliverable';
