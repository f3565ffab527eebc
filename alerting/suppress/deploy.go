package suppress

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// DefaultDeployHold is how long a deploy holds messages back when it says nothing
// else, and MaxDeployHold how long it may.
const (
	DefaultDeployHold = 30 * time.Minute
	MaxDeployHold     = 2 * time.Hour
)

// What became of a deploy.
const (
	DeploySucceeded  = "succeeded"
	DeployFailed     = "failed"
	DeployRolledBack = "rolled_back"
	DeployExpired    = "expired" // its window was over before anybody said
)

// DeployStatuses lists what a deploy may be ended with.
func DeployStatuses() []string { return []string{DeploySucceeded, DeployFailed, DeployRolledBack} }

// Deploy is a change of functions that a pipeline announced. Until it ends it holds
// back the messages about these functions, unless an outage pierces it.
type Deploy struct {
	ID        string
	Service   string
	Functions []string // of the service; empty: all of them
	Version   string
	URL       string // of the pipeline's run
	By        string
	StartsAt  time.Time
	EndsAt    time.Time // when the window is over if nobody ends it
	MadeAt    time.Time
	EndedAt   time.Time // zero while nobody ended it
	EndedBy   string
	Status    string // one of [DeployStatuses]; empty while nobody ended it
	// WithdrawnAt is when it was taken back: it never was.
	WithdrawnAt time.Time
	WithdrawnBy string
}

// Withdrawn reports whether it was taken back.
func (d Deploy) Withdrawn() bool { return !d.WithdrawnAt.IsZero() }

// Ended reports whether somebody said what became of it.
func (d Deploy) Ended() bool { return d.Status != "" }

// deployID is what an id may be: part of URLs and command lines.
var deployID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$`)

// Check refuses a deploy that says too little or would hold messages back for too long.
func (d Deploy) Check() error {
	switch {
	case !deployID.MatchString(d.ID):
		return errors.New("id is up to 100 letters, digits and . _ : - and begins with a letter or a digit; leave it out to get one")
	case d.Service == "":
		return errors.New("service is missing: say which service is deployed")
	case slices.Contains(d.Functions, ""):
		return errors.New("a function has no name; leave functions out for all of the service")
	case d.StartsAt.IsZero() || d.EndsAt.IsZero():
		return errors.New("starts_at or ends_at is missing")
	case !d.EndsAt.After(d.StartsAt):
		return errors.New("ends_at is not after starts_at")
	case d.EndsAt.Sub(d.StartsAt) > MaxDeployHold:
		return fmt.Errorf("the window would last %s; at most %s: announce a longer rollout in steps, or as maintenance",
			slo.FormatDuration(d.EndsAt.Sub(d.StartsAt)), slo.FormatDuration(MaxDeployHold))
	}
	return nil
}

// CheckStatus refuses an end that is none.
func CheckStatus(status string) error {
	if !slices.Contains(DeployStatuses(), status) {
		return fmt.Errorf("status %q is not succeeded, failed or rolled_back", status)
	}
	return nil
}

// Filled is the deploy with the times that were left open: a start, and an end after
// so long.
func (d Deploy) Filled(start time.Time, hold time.Duration) Deploy {
	if d.StartsAt.IsZero() {
		d.StartsAt = start
	}
	if d.EndsAt.IsZero() {
		d.EndsAt = d.StartsAt.Add(hold)
	}
	return d
}

// Same reports whether another deploy says the same: a pipeline that tries again.
func (d Deploy) Same(o Deploy) bool {
	sorted := func(names []string) []string { return slices.Sorted(slices.Values(names)) }
	return d.ID == o.ID && d.Service == o.Service && d.Version == o.Version && d.URL == o.URL &&
		slices.Equal(sorted(d.Functions), sorted(o.Functions)) && d.StartsAt.Equal(o.StartsAt) && d.EndsAt.Equal(o.EndsAt)
}

// Span is when it holds messages back: what is left of it when it was ended early.
func (d Deploy) Span() Span {
	span := Span{From: d.StartsAt, To: d.EndsAt}
	if d.Ended() && d.EndedAt.Before(span.To) {
		span.To = d.EndedAt
	}
	return span
}

// State says where the deploy stands at an instant.
func (d Deploy) State(at time.Time) State {
	switch span := d.Span(); {
	case d.Withdrawn():
		return StateWithdrawn
	case !at.Before(span.To):
		return StateOver
	case at.Before(span.From):
		return StatePending
	}
	return StateActive
}

// StatusAt is what became of it, as far as is known: empty while it goes on.
func (d Deploy) StatusAt(at time.Time) string {
	if !d.Ended() && !at.Before(d.EndsAt) {
		return DeployExpired
	}
	return d.Status
}

// Of reports whether a function is deployed with it.
func (d Deploy) Of(service, function string) bool {
	return d.Service == service && (len(d.Functions) == 0 || slices.Contains(d.Functions, function))
}

// Title names the deploy for people: "deploy d1 of checkout v42".
func (d Deploy) Title() string {
	title := "deploy " + d.ID + " of " + d.Service
	if d.Version != "" {
		title += " " + d.Version
	}
	return title
}

// holds reports whether the window of the deploy is one of the alert's function at
// the time.
func (d Deploy) holds(m alerting.Mutable) bool {
	return !d.Withdrawn() && d.Span().holds(m.At) && d.Of(m.SLO.ID.Service, m.SLO.ID.Function)
}

func (d Deploy) muting() alerting.Muting {
	reason := "deploy"
	if d.Version != "" {
		reason += " of " + d.Version
	}
	return alerting.Muting{Kind: alerting.MutingDeploy, ID: d.ID, By: d.By, Reason: reason, Until: d.EndsAt}
}

// AnswersUntil is until when a deploy answers for what goes wrong with a function:
// the next deploy of it among all, and no longer than [slo.CostSpan].
func (d Deploy) AnswersUntil(function string, all []Deploy) time.Time {
	until := d.StartsAt.Add(slo.CostSpan)
	for _, next := range all {
		if next.StartsAt.After(d.StartsAt) && next.StartsAt.Before(until) && next.Of(d.Service, function) && !next.Withdrawn() {
			until = next.StartsAt
		}
	}
	return until
}
