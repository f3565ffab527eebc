package api

import (
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
)

// Announcement asks for a maintenance window.
type Announcement struct {
	Matchers []string  `json:"matchers"` // as in Alertmanager: service="checkout"
	StartsAt time.Time `json:"starts_at"`
	// EndsAt may only be left out by a recurring one, which goes on until it is withdrawn.
	EndsAt *time.Time `json:"ends_at"`
	// TimeIntervals is when it goes on between start and end, as in Alertmanager; without
	// any it is all the time.
	TimeIntervals suppress.Recurring `json:"time_intervals,omitempty"`
	Correct       bool               `json:"correct"` // takes the time out of the error budgets
	Mute          bool               `json:"mute"`    // holds messages back
	Author        string             `json:"author"`
	Reason        string             `json:"reason"`
}

// MaintenanceList is all maintenance windows, the latest first.
type MaintenanceList struct {
	Maintenance []Maintenance `json:"maintenance"`
}

// Maintenance is a maintenance window and what became of it.
type Maintenance struct {
	ID string `json:"id"`
	Announcement
	State       string     `json:"state"` // pending, active, over or withdrawn; between two times of a recurring one pending
	MadeAt      time.Time  `json:"made_at"`
	WithdrawnAt *time.Time `json:"withdrawn_at"`
	WithdrawnBy string     `json:"withdrawn_by"`
}

// FromMaintenances lists windows in their order, as they stand at an instant.
func FromMaintenances(windows []suppress.Maintenance, now time.Time) MaintenanceList {
	out := MaintenanceList{Maintenance: make([]Maintenance, len(windows))}
	for i, m := range windows {
		out.Maintenance[i] = FromMaintenance(m, now)
	}
	return out
}

// FromMaintenance is a window as it stands at an instant.
func FromMaintenance(m suppress.Maintenance, now time.Time) Maintenance {
	return Maintenance{
		ID: m.ID, State: string(m.State(now)), MadeAt: m.MadeAt.UTC(), WithdrawnAt: instant(m.WithdrawnAt), WithdrawnBy: m.WithdrawnBy,
		Announcement: Announcement{
			Matchers: m.Matchers.Texts(), StartsAt: m.StartsAt.UTC(), EndsAt: instant(m.EndsAt), TimeIntervals: m.Recurring, Correct: m.Correct, Mute: m.Mute, Author: m.Author, Reason: m.Reason,
		},
	}
}
