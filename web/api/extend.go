package api

import "time"

// Extension asks that something that was announced ends later.
type Extension struct {
	EndsAt *time.Time `json:"ends_at"`
	By     string     `json:"by"`
}

// Ending says who ends something.
type Ending struct {
	By string `json:"by"`
}
