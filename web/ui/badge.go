package ui

import (
	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/listing"
)

// Badge is a state as people see it: an icon, a word and a tone. No two tones
// differ in colour alone.
type Badge struct {
	Icon string // name of a symbol of templates/icons.html
	Word string
	Tone string // page, ticket, note, good or quiet
	Hint string
}

// StatusBadge is the badge of the state that an SLO is listed by.
func StatusBadge(s listing.Status) Badge {
	switch s {
	case listing.StatusPaging:
		return Badge{Icon: "page", Word: "Paging", Tone: "page"}
	case listing.StatusTicket:
		return Badge{Icon: "ticket", Word: "Ticket", Tone: "ticket"}
	case listing.StatusRecovering:
		return Badge{Icon: "recovering", Word: "Recovering", Tone: "note"}
	case listing.StatusPending:
		return Badge{Icon: "pending", Word: "Pending", Tone: "note"}
	case listing.StatusSpent:
		return Badge{Icon: "spent", Word: "Spent", Tone: "ticket"}
	case listing.StatusReading:
		return Badge{Icon: "pending", Word: "Reading", Tone: "quiet", Hint: "history is still being read: the budget is not known yet"}
	case listing.StatusOK:
		return Badge{Icon: "ok", Word: "OK", Tone: "good"}
	}
	return StateBadge(slo.DataState(s))
}

// StateBadge is for every data state but ok, and none of them is good news.
func StateBadge(s slo.DataState) Badge {
	switch s {
	case slo.StateSourceDown:
		return Badge{Icon: "source_down", Word: "Source down", Tone: "ticket"}
	case slo.StateNoData:
		return Badge{Icon: "no_data", Word: "No data", Tone: "ticket"}
	case slo.StateInvalid:
		return Badge{Icon: "invalid", Word: "Invalid", Tone: "ticket"}
	case slo.StateIdle:
		return Badge{Icon: "idle", Word: "Idle", Tone: "quiet"}
	case slo.StateNew:
		return Badge{Icon: "new", Word: "New", Tone: "quiet"}
	case slo.StateOK:
		return Badge{Icon: "ok", Word: "Data OK", Tone: "good"}
	}
	return Badge{Icon: "stale", Word: "Stale", Tone: "quiet"}
}

// IncidentBadge is the badge of an incident.
func IncidentBadge(i alerting.Incident) Badge {
	b := Badge{Icon: "ticket", Word: "Ticket", Tone: "ticket"}
	if i.Severity == slo.SeverityPage {
		b = Badge{Icon: "page", Word: "Page", Tone: "page"}
	}
	switch i.State {
	case alerting.IncidentResolved:
		return Badge{Icon: "ok", Word: "Resolved", Tone: "good"}
	case alerting.IncidentAcked:
		b.Word += ", acked"
	case alerting.IncidentEscalated:
		b.Word += ", escalated"
	}
	return b
}
