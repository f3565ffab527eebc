package api

import (
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
)

// DeployRequest announces a deploy.
type DeployRequest struct {
	// ID makes it safe to send it again; one is made up when it is left out.
	ID        string     `json:"id,omitempty"`
	Service   string     `json:"service"`
	Functions []string   `json:"functions"` // none: all of the service
	Version   string     `json:"version"`
	StartsAt  *time.Time `json:"starts_at,omitempty"` // now unless it is given
	// EndsAt is when the window is over if nobody ends it; what the configuration says
	// after the start unless it is given, or Hold is.
	EndsAt *time.Time `json:"ends_at,omitempty"`
	Hold   string     `json:"hold,omitempty"` // in place of ends_at: "45m"
	URL    string     `json:"url"`            // of the run of the pipeline
	By     string     `json:"by"`             // who; the name of the token stands beside it
}

// DeployEnd says what became of a deploy.
type DeployEnd struct {
	Status string `json:"status"` // succeeded, failed or rolled_back
	By     string `json:"by,omitempty"`
}

// DeployList is a list of deploys, the latest first.
type DeployList struct {
	Deploys []Deploy `json:"deploys"`
}

// Deploy is a deploy and what became of it.
type Deploy struct {
	ID        string     `json:"id"`
	Service   string     `json:"service"`
	Functions []string   `json:"functions"`
	Version   string     `json:"version"`
	URL       string     `json:"url"`
	By        string     `json:"by"`
	State     string     `json:"state"`  // pending, active, over or withdrawn
	Status    *string    `json:"status"` // succeeded, failed, rolled_back or expired; null while it goes on
	StartsAt  time.Time  `json:"starts_at"`
	EndsAt    time.Time  `json:"ends_at"` // when it stops holding messages back
	MadeAt    time.Time  `json:"made_at"`
	EndedAt   *time.Time `json:"ended_at"`
	EndedBy   string     `json:"ended_by"`
	// SLOs is how many SLOs in force it is about; null once it is over.
	SLOs *int `json:"slos"`
}

// FromDeploy is a deploy as it stands at an instant; slos is how many SLOs it is
// about.
func FromDeploy(d suppress.Deploy, now time.Time, slos int) Deploy {
	state := d.State(now)
	out := Deploy{
		ID: d.ID, Service: d.Service, Functions: append([]string{}, d.Functions...), Version: d.Version, URL: d.URL, By: d.By, State: string(state),
		StartsAt: d.StartsAt.UTC(), EndsAt: d.Span().To.UTC(), MadeAt: d.MadeAt.UTC(), EndedAt: instant(d.EndedAt), EndedBy: d.EndedBy,
	}
	if status := d.StatusAt(now); status != "" {
		out.Status = &status
	}
	if state == suppress.StateActive || state == suppress.StatePending {
		out.SLOs = &slos
	}
	return out
}
