package slo

import (
	"fmt"
	"slices"
	"time"
)

// SLO is one service level objective of one function, with everything that is
// needed to evaluate it, to alert on it and to explain it.
type SLO struct {
	ID          ID
	Owner       string
	Description string
	Labels      map[string]string
	Links       map[string]string // Go templates over .service .function .slo .from .to
	Objective   Objective
	Window      Window   // alerts and budgets go by it
	Reports     []Window // further windows that are reported
	SLI         SLI
	Backend     string // empty: the first one configured
	Policy      string // name of the policy the tiers come from
	Tiers       []Tier
	Guard       Guard
	Freeze      Freeze
	MaxSeverity Severity          // the highest severity it may alert with
	Class       Class             // what a bad event is, where it is worse than a failure
	NoData      Severity          // what vanished data asks of people; none ignores it
	TrafficDrop Severity          // what vanished traffic asks of people; none ignores it
	DependsOn   []ID              // functions this one calls; they have no Name
	Split       map[string]string // of a part of split_by: its label and value
	Found       string            // the family it is a member of; empty when a file names it
	RenamedFrom ID                // what it was called before; zero when it was not
	Revision    int               // counts from 1; 0 when nobody counts
	History     []Revision        // oldest first, the last one in force; empty when nobody keeps it
	Source      Source
}

// Source is the place in a file that defines something.
type Source struct {
	File   string
	Line   int
	Column int
}

// String is file:line:column.
func (s Source) String() string { return fmt.Sprintf("%s:%d:%d", s.File, s.Line, s.Column) }

// Windows lists the SLO's window and the further ones that are reported.
func (s SLO) Windows() []Window { return slices.Concat([]Window{s.Window}, s.Reports) }

// Reach is how far back the numbers of the SLO may look: over its windows, the
// burn windows, and for the forecast of a calendar's period.
func (s SLO) Reach() time.Duration {
	reach := slices.Max(s.BurnWindows())
	for _, w := range s.Windows() {
		reach = max(reach, w.Reach())
		if !w.Rolling() {
			reach = max(reach, ForecastFrom+time.Hour)
		}
	}
	return reach
}

// Pages reports whether a tier of the SLO may page as soon as it fires: by its own
// severity or by the class, unless the SLO never pages.
func (s SLO) Pages(t Tier) bool {
	if s.MaxSeverity == SeverityTicket {
		return false
	}
	return t.Severity == SeverityPage || s.Class != ClassNone
}

// displayWindows are the burn-rate windows every SLO reports beside those of
// its policy.
var displayWindows = []time.Duration{5 * time.Minute, time.Hour, 6 * time.Hour, 72 * time.Hour}

// BurnWindows lists, shortest first and each once, the windows whose burn rate
// is reported for the SLO: those of its policy, plus 5m, 1h, 6h and 3d.
func (s SLO) BurnWindows() []time.Duration {
	all := slices.Clone(displayWindows)
	for _, t := range s.Tiers {
		all = append(all, t.Long, t.Short)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
