package slo

import (
	"slices"
	"strconv"
	"time"
)

// Severity is what an alert asks of people. The zero value is none; values are
// ordered, a page is above a ticket.
type Severity int

// Severities, lowest first.
const (
	SeverityNone   Severity = iota
	SeverityTicket          // look at it in working hours
	SeverityPage            // look at it now
)

var severityNames = []string{"none", "ticket", "page"}

// String is the word used everywhere: none, ticket or page.
func (s Severity) String() string { return severityNames[s] }

// ParseSeverity reads what [Severity.String] writes.
func ParseSeverity(s string) (Severity, bool) {
	i := slices.Index(severityNames, s)
	return Severity(max(i, 0)), i >= 0
}

// MarshalText writes the word, so JSON and YAML hold it.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Severity) UnmarshalText(text []byte) error {
	v, ok := ParseSeverity(string(text))
	if !ok {
		return &strconv.NumError{Func: "ParseSeverity", Num: string(text), Err: strconv.ErrSyntax}
	}
	*s = v
	return nil
}

// Policy says which burn rates over which windows alert whom, for SLO windows
// of any length. [Policy.For] resolves it for one.
type Policy struct {
	Name      string
	Source    string        // where the numbers come from
	MinWindow time.Duration // the shortest SLO window it fits
	Tiers     []TierRule
	Guard     Guard
	Freeze    Freeze
	Embedded  bool // shipped with slofuse, not written by a user
}

// TierRule is a tier whose windows may depend on the SLO window.
type TierRule struct {
	Name      string
	BurnRate  float64
	Long      Span
	Short     Span
	Severity  Severity
	PageAfter time.Duration // a ticket that held this long unacknowledged pages; 0 never
}

// Span is a duration, fixed or a share of the SLO window.
type Span struct {
	Fixed    time.Duration
	Fraction int64         // window/Fraction, used when Fixed is 0
	Min, Max time.Duration // bounds of the share; 0 is no bound
}

// In resolves the span for an SLO window, to the whole minute.
func (s Span) In(window time.Duration) time.Duration {
	if s.Fixed != 0 {
		return s.Fixed
	}
	d := (window / time.Duration(s.Fraction)).Round(time.Minute)
	if s.Min != 0 {
		d = max(d, s.Min)
	}
	if s.Max != 0 {
		d = min(d, s.Max)
	}
	return d
}

// Tier is one multi-window burn-rate condition: both windows at or over the
// rate.
type Tier struct {
	Name      string
	BurnRate  float64
	Long      time.Duration
	Short     time.Duration
	Severity  Severity
	PageAfter time.Duration
}

// Guard is how many bad events an alert needs at least, so that one failure of
// a rarely called function wakes nobody.
type Guard struct {
	Page        int64 // bad events in the long window of a page
	PageShort   int64 // and in its short window
	Ticket      int64 // bad events in the long window of a ticket
	TicketSlots int   // and in at least this many slots of it
}

// For resolves the policy for an SLO window and an objective. Tiers that the
// objective can never reach, because their rate is above 1/(1 − objective), are
// returned apart: a warning for an embedded policy, an error for a user's.
func (p Policy) For(window time.Duration, o Objective) (tiers []Tier, unreachable []Tier) {
	for _, rule := range p.Tiers {
		tier := rule.in(window)
		if tier.BurnRate > o.MaxBurnRate() {
			unreachable = append(unreachable, tier)
		} else {
			tiers = append(tiers, tier)
		}
	}
	return tiers, unreachable
}

// in resolves the rule. The short window's share is one of the long window.
func (r TierRule) in(window time.Duration) Tier {
	long := r.Long.In(window)
	return Tier{
		Name: r.Name, BurnRate: r.BurnRate, Severity: r.Severity, PageAfter: r.PageAfter,
		Long: long, Short: r.Short.In(long),
	}
}
