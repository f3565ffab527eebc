package api

import "time"

// Status is how slofuse does. What is not known is null.
type Status struct {
	AsOf      time.Time  `json:"as_of"`
	Version   string     `json:"version"`
	StartedAt *time.Time `json:"started_at"`
	Memory    *int64     `json:"memory_bytes"` // resident
	Ready     bool       `json:"ready"`
	Reason    string     `json:"reason"` // why it is not ready

	Backends      []BackendStatus     `json:"backends"`
	Evaluation    EvaluationStatus    `json:"evaluation"`
	Ledger        LedgerStatus        `json:"ledger"`
	Outbox        OutboxStatus        `json:"outbox"`
	Destinations  []DestinationStatus `json:"destinations"`
	Heartbeats    []HeartbeatStatus   `json:"heartbeats"`
	Configuration ConfigurationStatus `json:"configuration"`
	Families      []string            `json:"families"` // of which not everything that was found is evaluated
}

// BackendStatus is how a source of data does.
type BackendStatus struct {
	Name    string     `json:"name"`
	Up      bool       `json:"up"`
	Since   *time.Time `json:"since"` // when it went down
	Reason  string     `json:"reason"`
	SLOs    int        `json:"slos"`    // that stand on it
	ReadTo  *time.Time `json:"read_to"` // end of the last slot that was read
	Queries int64      `json:"queries"` // since the start
	Failed  int64      `json:"failed"`  // of these
	// FailedBy is how many failed in which way: unavailable, too_slow and others.
	FailedBy map[string]int64 `json:"failed_by"`
	Seconds  *float64         `json:"query_seconds"` // mean time to an answer
}

// EvaluationStatus is how far the numbers are.
type EvaluationStatus struct {
	SLOs     int        `json:"slos"`
	Step     float64    `json:"step_seconds"`
	LastSlot *time.Time `json:"last_slot"`   // end of the slot that was assessed last
	Behind   *float64   `json:"lag_seconds"` // 0 when it is on time
	Skipped  int64      `json:"skipped"`     // slots that no round assessed in time
}

// LedgerStatus is what is kept of the past.
type LedgerStatus struct {
	Trouble   string     `json:"trouble"` // why nothing can be written; empty when it can
	Bytes     *int64     `json:"bytes"`   // of the database
	Accounts  *int       `json:"accounts"`
	Oldest    *time.Time `json:"oldest"`
	Reading   int        `json:"reading"`           // SLOs whose window is not read yet
	Retention *float64   `json:"retention_seconds"` // how long counts are kept
	Coverage  *float64   `json:"coverage"`          // mean over the windows of all SLOs, 0 to 1
	Done      int        `json:"catchup_done"`
	Total     int        `json:"catchup_total"` // 0: nothing is missing
}

// OutboxStatus is what waits to be delivered.
type OutboxStatus struct {
	Owed          *int       `json:"owed"`
	Oldest        *time.Time `json:"oldest_owed"`
	Undeliverable *int       `json:"undeliverable"`
}

// DestinationStatus is how a destination does.
type DestinationStatus struct {
	Name          string     `json:"name"`
	Receiver      string     `json:"receiver"`
	Kind          string     `json:"kind"` // of integration; empty: it is no longer configured
	Owed          int        `json:"owed"`
	Oldest        *time.Time `json:"oldest_owed"`
	Undeliverable int        `json:"undeliverable"`
	Sent          *time.Time `json:"last_sent"`
	LastError     string     `json:"last_error"`
}

// HeartbeatStatus is how a heartbeat does since the start.
type HeartbeatStatus struct {
	Name     string     `json:"name"`
	LastSent *time.Time `json:"last_sent"`
	Sent     int64      `json:"sent"`
	Withheld int64      `json:"withheld"`
	Failed   int64      `json:"failed"`
	Reason   string     `json:"reason"` // why none would be sent now; empty when it would
}

// ConfigurationStatus is what is in force.
type ConfigurationStatus struct {
	File     string     `json:"file"` // empty: flags say it all
	SLOFiles []string   `json:"slo_files"`
	LoadedAt *time.Time `json:"loaded_at"` // what is in force
	TriedAt  *time.Time `json:"tried_at"`  // the last reload, also one that failed
	Error    string     `json:"error"`     // why it failed
}
