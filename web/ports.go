package web

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Objectives answers which SLOs there are and what is known about them. Its
// methods are called by many requests at once.
type Objectives interface {
	// SLOs lists the SLOs in force, ordered by ID. The caller does not change
	// what it gets, nor does anybody else: others are another list.
	SLOs() []slo.SLO
	// Assess returns one assessment for each SLO given, in the same order. A
	// zero instant means the latest that was made, which must be cheap; the caller
	// does not change what it gets. Windows are burn windows that are wanted beside
	// those of the SLO.
	Assess(ctx context.Context, slos []slo.SLO, at time.Time, windows ...time.Duration) ([]slo.Assessment, error)
	// History returns what happened in each step from one instant to another,
	// oldest first.
	History(ctx context.Context, s slo.SLO, from, to time.Time, step time.Duration) ([]slo.Point, error)
	// Detail is the same with the events told apart by kind and by latency, without
	// budgets; the last step ends at to. It asks no backend.
	Detail(ctx context.Context, s slo.SLO, from, to time.Time, step time.Duration) ([]slo.DetailStep, error)
}

// Alerts answers where alerts and incidents stand.
type Alerts interface {
	// Alerts lists the alerts that are not in phase ok.
	Alerts(ctx context.Context) ([]alerting.Alert, error)
	// Incidents lists every open incident and then the latest resolved ones, at
	// most limit of these, newest first.
	Incidents(ctx context.Context, limit int) ([]alerting.Incident, error)
	// OpenIncidents lists the open ones alone, without their timelines: cheap, also
	// where there are thousands.
	OpenIncidents(ctx context.Context) ([]alerting.Incident, error)
	// Incident returns one with its whole timeline and its deliveries, or
	// [ErrUnknownIncident].
	Incident(ctx context.Context, id string) (alerting.Incident, error)
}

// Interactions takes what people press in Slack.
type Interactions interface {
	// Receive takes one request as it came and has done what was pressed when it
	// returns. It returns [ErrUnsigned] or [ErrMalformed] for what is not Slack's.
	Receive(ctx context.Context, header http.Header, body []byte) error
}

// Responder carries out what people decide about an incident. What it did is on
// disk when it returns.
type Responder interface {
	// Acknowledge says that somebody is on it. It returns [ErrUnknownIncident],
	// or [ErrResolved] when the incident is over.
	Acknowledge(ctx context.Context, id, by, comment string) (alerting.Incident, error)
	// Resolve ends an incident by hand. It returns [ErrUnknownIncident],
	// [ErrResolved], or [ErrStillBurning] when an alert of it fires and force
	// is false.
	Resolve(ctx context.Context, id, by, comment string, force bool) (alerting.Incident, error)
}

// Operations is the process itself.
type Operations interface {
	// Status says how the process is doing. It does not block.
	Status() Status
	// Reload reads the configuration and the SLO files again. An error leaves
	// the old ones in force; its text is shown to whoever asked.
	Reload(ctx context.Context) error
}

// Errors that implementations return, possibly wrapped.
var (
	ErrUnknownIncident = errors.New("there is no such incident")
	ErrResolved        = errors.New("the incident is already resolved")
	ErrStillBurning    = errors.New("the incident still burns")
	ErrUnsigned        = errors.New("the signature does not hold")
	ErrMalformed       = errors.New("the body cannot be understood")

	ErrUnknownMaintenance = errors.New("there is no such maintenance window")
	ErrUnknownSilence     = errors.New("there is no such silence")
	ErrUnknownDeploy      = errors.New("there is no such deploy")
	ErrAnotherDeploy      = errors.New("another deploy has this id")
	ErrDeployEnded        = errors.New("the deploy was already ended, with another status")
	ErrDeployWithdrawn    = errors.New("the deploy was taken back")
)

// Status is how the process is doing.
type Status struct {
	// NotReady says why no assessment can be shown yet; empty when it can.
	NotReady string
	Backends []Backend
	// Behind is how far the latest assessment is older than it should be; 0
	// when it is on time.
	Behind  time.Duration
	CatchUp *CatchUp // nil when no history is being filled in
	// Storage says why nothing can be written down; empty when it can.
	Storage string
	Reload  Reload
	// Families says of families which of their members are missing, and why.
	Families []string
}

// Backend is the health of one source of data.
type Backend struct {
	Name   string
	Up     bool
	Reason string    // why it is not up, without secrets
	Since  time.Time // when it went up or down; zero when unknown
}

// CatchUp is the progress of filling in history.
type CatchUp struct {
	Done, Total int // of the same unit, whatever it is
}

// Reload is how the last reload went. The zero value is a process that has
// not been asked to.
type Reload struct {
	At  time.Time
	Err string // empty when it went well
}
