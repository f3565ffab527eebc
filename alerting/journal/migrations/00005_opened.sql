-- Incidents of a time are counted by when they opened.

-- +goose Up
CREATE INDEX incidents_opened ON incidents (opened_at);
