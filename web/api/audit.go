package api

import "github.com/slofuse/slofuse/alerting/audit"

// Audit is who changed what, newest first.
type Audit struct {
	Entries []audit.Entry `json:"entries"`
	Next    *int64        `json:"next"` // what to send as before for the entries that follow; null at the first entry
}
