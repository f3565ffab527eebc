package site

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/slofuse/slofuse/alerting"
	routing "github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/canary"
	"github.com/slofuse/slofuse/slo/edit"
	"github.com/slofuse/slofuse/web/api"
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

// Counts tells what happened, finely and without budgets. Its method is called by many
// requests at once.
type Counts interface {
	// Counted is what is kept of an SLO between instants that follow one another: one
	// sum for each two of them.
	Counted(s slo.SLO, bounds []time.Time) []slo.WindowSum
}

// Deploys keeps the deploys. What it did is on disk when it returns.
type Deploys interface {
	// Deploys lists all deploys, also those that were taken back, the latest first.
	Deploys(ctx context.Context) ([]suppress.Deploy, error)
	// StartDeploy keeps a deploy: from now, and for hold, where it leaves its times
	// open. One that is there already and says the same is returned as it is, with
	// started false; one that says something else is [ErrAnotherDeploy].
	StartDeploy(ctx context.Context, d suppress.Deploy, hold time.Duration) (kept suppress.Deploy, started bool, err error)
	// EndDeploy says what became of it, one of [suppress.DeployStatuses]. It returns
	// [ErrUnknownDeploy], [ErrDeployWithdrawn], or [ErrDeployEnded] when something else
	// was said before.
	EndDeploy(ctx context.Context, id, status, by string) (suppress.Deploy, error)
	// WithdrawDeploy takes it back: it never was. It returns [ErrUnknownDeploy].
	WithdrawDeploy(ctx context.Context, id, by string) (suppress.Deploy, error)
}

// Versions reads what two versions of a function did beside each other. Its methods are
// called by many requests at once.
type Versions interface {
	// Matchers reads the matchers of a side, as PromQL writes them.
	Matchers(text string) ([]slo.Matcher, error)
	// Sides reads the window that ends at an instant, zero for now, from the backends.
	// There is one reading for each pair, or none with an error; with both, what could
	// not be read is unknown in the readings.
	Sides(ctx context.Context, pairs []canary.Pair, window time.Duration, at time.Time) ([]canary.Reading, error)
}

// Ledger shows what is kept of SLOs. Its methods are called by many requests at
// once.
type Ledger interface {
	// Account sums up everything that is kept of an SLO.
	Account(s slo.SLO) slo.Account
	// Increments are the slots that end between two instants, oldest first, or at
	// least as many of them as are wanted.
	Increments(s slo.SLO, from, to time.Time, wanted int) []slo.Increment
	// Annotations are those of a span, by time.
	Annotations(s slo.SLO, from, to time.Time) []slo.Annotation
	// Verify asks the backend again and compares. It reports how far it has come,
	// unless report is nil.
	Verify(ctx context.Context, s slo.SLO, from, to time.Time, report func(time.Time)) (slo.Comparison, error)
}

// Maintenances keeps the maintenance windows. What it did is on disk when it returns.
type Maintenances interface {
	// Maintenances lists all windows, also those that were withdrawn, the latest first.
	Maintenances(ctx context.Context) ([]suppress.Maintenance, error)
	// Announce gives a window an id and keeps it.
	Announce(ctx context.Context, m suppress.Maintenance) (suppress.Maintenance, error)
	// Withdraw takes a window back, with all that it corrected; one that was withdrawn
	// stays as it is. It returns [ErrUnknownMaintenance].
	Withdraw(ctx context.Context, id, by string) (suppress.Maintenance, error)
	// ChangeMaintenance keeps what becomes of a window, with nobody changing it
	// meanwhile. It returns [ErrUnknownMaintenance], or why become refuses.
	ChangeMaintenance(ctx context.Context, id string, become func(suppress.Maintenance) (suppress.Maintenance, error)) (suppress.Maintenance, error)
}

// Silences keeps the silences. What it did is on disk when it returns.
type Silences interface {
	// Silences lists all silences, also those that were ended early, the latest first.
	Silences(ctx context.Context) ([]suppress.Silence, error)
	// Silence gives a silence an id and keeps it.
	Silence(ctx context.Context, s suppress.Silence) (suppress.Silence, error)
	// ExpireSilence ends a silence early; one that is over stays as it is. It returns
	// [ErrUnknownSilence].
	ExpireSilence(ctx context.Context, id, by string) (suppress.Silence, error)
	// ChangeSilence keeps what becomes of a silence, with nobody changing it meanwhile.
	// It returns [ErrUnknownSilence], or why become refuses.
	ChangeSilence(ctx context.Context, id string, become func(suppress.Silence) (suppress.Silence, error)) (suppress.Silence, error)
}

// Limits says how long messages may be held back.
type Limits interface {
	// LongestSilence is how long a silence may be.
	LongestSilence() time.Duration
	// DeployHold is how long a deploy holds messages back that says nothing else.
	DeployHold() time.Duration
}

// Edits keeps what people changed in the files of slofuse.
type Edits interface {
	// Edits lists those between two instants, both within and the latest first, and since
	// when it tells everything; zero when it tells nothing.
	Edits(ctx context.Context, from, to time.Time) (edits []edit.Edit, since time.Time, err error)
}

// Exemplars answers with calls that backends kept as examples. Its methods are called
// by many requests at once.
type Exemplars interface {
	// Exemplars asks the backend of each of some SLOs, each backend once, for what it
	// kept between two instants. It returns [ErrNoExemplars] where one does not know of
	// exemplars. What others answered comes with the error.
	Exemplars(ctx context.Context, slos []slo.SLO, from, to time.Time) ([]slo.Exemplar, error)
}

// ErrNoExemplars is returned by implementations of [Exemplars], possibly wrapped.
var ErrNoExemplars = errors.New("the backend does not know of exemplars")

// Journal answers what is written down of incidents, of many at once.
type Journal interface {
	// Records lists the incidents that opened or ended since an instant, at most limit
	// of them, the latest opened first.
	Records(ctx context.Context, since time.Time, limit int) ([]alerting.Record, error)
	// Deliveries returns what each destination was told of incidents, by their ids.
	Deliveries(ctx context.Context, incidents []string) (map[string][]alerting.Delivery, error)
}

// System says how all of slofuse does.
type System interface {
	// System asks no backend. What is not known is nil in it.
	System(ctx context.Context) (api.Status, error)
}

// Periods sums up the past of many SLOs, from what was counted and without asking a
// backend. Its methods are called by many requests at once.
type Periods interface {
	// Sums returns what was counted of each SLO between two instants, in their order.
	Sums(ctx context.Context, slos []slo.SLO, from, to time.Time) ([]slo.WindowSum, error)
	// Buckets returns the events of each SLO between two instants by how long they took,
	// in seconds and no order; none of one that has no latency.
	Buckets(ctx context.Context, slos []slo.SLO, from, to time.Time) ([][]slo.Bucket, error)
	// Windows returns the window of each SLO at an instant, in their order, with what
	// is forecast of a calendar's period.
	Windows(ctx context.Context, slos []slo.SLO, at time.Time) ([]slo.WindowSum, error)
}

// Routes answers who is told of what.
type Routes interface {
	// Routes are the routes as they are written, and in force; nil when there are none,
	// and nobody is told of anything.
	Routes() (written *routing.Node, inForce *routing.Tree)
	// Destinations are the names of the destinations of a receiver, without secrets.
	Destinations(receiver string) []string
	// Sample is what the destinations of a receiver would be sent about an alert with
	// these labels, with made-up numbers.
	Sample(receiver string, labels map[string]string) []Message
}

// Message is what one destination would be sent.
type Message struct {
	Destination string
	Text        string
}

// Runbooks reads the runbooks of the repository.
type Runbooks interface {
	// Runbook returns the Markdown file that an SLO links by a path, of a bounded
	// size and from nowhere but the folders of SLO files. The error is for people: it
	// says what to do.
	Runbook(s slo.SLO, path string) ([]byte, error)
}

// Past tells what became of alerts. Its method is called by many requests at once.
type Past interface {
	// IncidentsOf lists the incidents of one function, open or not, the one that opened
	// last first and at most limit of them, with what destinations were told and the
	// latest events of their timelines.
	IncidentsOf(ctx context.Context, service, function string, limit int) ([]alerting.Incident, error)
}

// Sources tells where what is known comes from. Its methods are called by many
// requests at once.
type Sources interface {
	// Definition is what the file of an SLO says of it, line by line from the place on;
	// nil where that is not kept.
	Definition(at slo.Source) []string
	// Consoles are where people look at what a backend holds. Without a name it is the
	// first backend.
	Consoles(backend string) Consoles
}
