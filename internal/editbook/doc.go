// Package editbook keeps in the database file what people changed in their files,
// and what the files said last, so that a change is found at the next reload and
// also at the next start.
//
// The book is bounded: the oldest edits are forgotten first. No number depends on
// it.
package editbook
