package alerting

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Record is what is kept of an incident for counting many of them.
type Record struct {
	ID       string
	Service  string
	Function string
	Owner    string
	State    IncidentState
	// Severity is the highest at which it spoke; none when its messages were held
	// back all the time.
	Severity   slo.Severity
	Folded     bool // into the incident of a cause, which was told of instead
	OpenedAt   time.Time
	AckedAt    time.Time // when somebody took it first; zero when nobody did
	ResolvedAt time.Time // zero while open
	ResolvedBy string    // who ended it by hand; empty when it ended by itself
}

// Open reports whether the incident still goes on.
func (r Record) Open() bool { return r.State != IncidentResolved }
