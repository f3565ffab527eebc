package api

import (
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// SLOList is one page of SLOs.
type SLOList struct {
	SLOs []SLO `json:"slos"`
	// Next is the cursor of the next page; null on the last one.
	Next *string `json:"next"`
}

// SLO is one service level objective and what is known about it at one instant.
type SLO struct {
	ID        string            `json:"id"` // service/function/slo, each percent-encoded
	Service   string            `json:"service"`
	Function  string            `json:"function"`
	SLO       string            `json:"slo"`
	Owner     string            `json:"owner"`
	Labels    map[string]string `json:"labels"`
	Objective float64           `json:"objective"` // share of events that must be good, 0 to 1
	Revision  int               `json:"revision"`  // counts from 1
	Window    Window            `json:"window"`
	Windows   []WindowResult    `json:"windows"` // further windows that are reported, without alerts
	AsOf      *time.Time        `json:"as_of"`   // null before the first evaluation
	Data      Data              `json:"data"`

	SLI   *float64 `json:"sli"`  // good/total over the window; null without traffic, and while its history is still being read
	Unit  string   `json:"unit"` // what an event is: calls or slots
	Good  float64  `json:"good"` // events; whole numbers but for an error ratio
	Bad   float64  `json:"bad"`
	Total float64  `json:"total"`

	ErrorBudget    ErrorBudget       `json:"error_budget"`
	BurnRates      []BurnRate        `json:"burn_rates"` // shortest window first
	Latency        *Latency          `json:"latency"`    // null for an SLI without buckets, and without calls
	CallsPerSecond *float64          `json:"calls_per_second"`
	Errors         Errors            `json:"errors"`
	Notes          []string          `json:"notes"` // what to know about how the numbers come about
	Excluded       Excluded          `json:"excluded"`
	Alert          AlertState        `json:"alert"`
	Split          map[string]string `json:"split,omitempty"` // of a part of another SLO: its label and value
	Incident       *string           `json:"incident"`        // id of the open incident the SLO belongs to
}

// Window is the span of time an objective is judged over. From and To are where
// the sums really start and end; they are null before the first evaluation. The
// optional fields are of a period of the calendar.
type Window struct {
	Name      string     `json:"name"`
	From      *time.Time `json:"from"`
	To        *time.Time `json:"to"`
	Timezone  string     `json:"timezone,omitempty"`   // whose midnights begin the period
	PeriodEnd *time.Time `json:"period_end,omitempty"` // when the period is over
	Reading   bool       `json:"reading"`              // history is still being read: no ratio over the window is known yet
	// Expected is how many events are forecast until then, and ForecastFrom how much
	// of the past that stands on; both are left out where nothing is known.
	Expected     *float64 `json:"expected,omitempty"`
	ForecastFrom string   `json:"forecast_from,omitempty"`
}

// WindowResult is what came of one further window.
type WindowResult struct {
	Window
	SLI            *float64 `json:"sli"`
	RemainingRatio *float64 `json:"remaining_ratio"`
	Bad            float64  `json:"bad"`
	Total          float64  `json:"total"`
	Allowed        float64  `json:"allowed"` // events that may be bad, with those that are expected where there is a forecast
	AllowedSoFar   *float64 `json:"allowed_so_far,omitempty"`
	Coverage       float64  `json:"coverage"` // share of the window, up to now, that the backend answered for
	// Excluded is left out where maintenance takes out nothing.
	Excluded *Excluded `json:"excluded,omitempty"`
}

// Data says how far the numbers can be believed.
type Data struct {
	State    string  `json:"state"`    // ok, idle, new, no_data, source_down, stale or invalid
	Coverage float64 `json:"coverage"` // share of the window the backend answered for, 0 to 1
	Reason   string  `json:"reason"`   // for people; empty when the state is ok
}

// ErrorBudget is the account of bad events over the window.
type ErrorBudget struct {
	Allowed        float64    `json:"allowed"`                  // events that may be bad
	AllowedSoFar   *float64   `json:"allowed_so_far,omitempty"` // without the forecast for the rest of a calendar's period
	Spent          float64    `json:"spent"`                    // events that were
	RemainingRatio *float64   `json:"remaining_ratio"`
	ExhaustedAt    *time.Time `json:"exhausted_at"` // when it was spent; null while it is not, or when unknown
	ExhaustsAt     *time.Time `json:"exhausts_at"`  // when it will be, at the pace of the last hours
	Pace           string     `json:"pace"`         // the burn window that ExhaustsAt goes on with
}

// BurnRate is how fast the budget is spent over one window: 1 spends it exactly
// over the SLO window.
type BurnRate struct {
	Window   string   `json:"window"`
	BurnRate *float64 `json:"burn_rate"` // null without traffic, and while history is still being read
	Bad      float64  `json:"bad"`
	Total    float64  `json:"total"`
	Coverage float64  `json:"coverage"`
	Reading  bool     `json:"reading"`
	// Excluded is left out where maintenance takes out nothing.
	Excluded *Excluded `json:"excluded,omitempty"`
}

// Latency holds quantiles in seconds. One that lies above the highest bucket is
// null, and Above is that bucket's lower bound.
type Latency struct {
	Window string   `json:"window"`
	P50    *float64 `json:"p50"`
	P95    *float64 `json:"p95"`
	P99    *float64 `json:"p99"`
	Above  *float64 `json:"above"`
	// Average is an estimate; the truth is at least AverageFrom and at most AverageTo, which
	// is null when nobody knows how long the slowest took. All are null without events.
	Average     *float64 `json:"average"`
	AverageFrom *float64 `json:"average_from"`
	AverageTo   *float64 `json:"average_to"`
}

// Errors splits the bad events of a window by what they have in common.
type Errors struct {
	Window string       `json:"window"`
	Top    []ErrorClass `json:"top"`   // most frequent first
	Other  int64        `json:"other"` // bad events in no class of Top
}

// ErrorClass counts the bad events with one set of fingerprint labels.
type ErrorClass struct {
	Fingerprint map[string]string `json:"fingerprint"`
	Bad         int64             `json:"bad"`
}

// Excluded is what maintenance takes out of a window: all other numbers of the window
// are of what is left. Where it is nothing there are only its first three keys, or it is
// left out.
type Excluded struct {
	Slots int64   `json:"slots"` // of the evaluation
	Bad   float64 `json:"bad"`
	Total float64 `json:"total"`
	Good  float64 `json:"good,omitempty"`
	Share float64 `json:"share,omitempty"` // of the time of the window, 0 to 1; over a half decides nothing
	// The rest is of the SLO window only. Text says both numbers, and why, for people.
	Text        string       `json:"text,omitempty"`
	Measured    *Measured    `json:"measured,omitempty"`
	Corrections []Correction `json:"corrections,omitempty"` // by time
}

// Measured is a window as it was counted, with what is excluded from it.
type Measured struct {
	SLI            *float64 `json:"sli"`
	Good           float64  `json:"good"`
	Bad            float64  `json:"bad"`
	Total          float64  `json:"total"`
	RemainingRatio *float64 `json:"remaining_ratio"`
}

// Correction is one stretch of time that maintenance takes out of a window: the whole
// slots that it touches. What corrections that overlap share, each of them counts.
type Correction struct {
	Maintenance string    `json:"maintenance"` // its id
	Reason      string    `json:"reason"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	Slots       int64     `json:"slots"`
	Bad         float64   `json:"bad"`
	Total       float64   `json:"total"`
}

// AlertState is where the alert of an SLO stands.
type AlertState struct {
	State    string     `json:"state"`    // ok, pending, firing, recovering; unknown where nothing decides alerts
	Severity string     `json:"severity"` // none, ticket or page
	Tier     string     `json:"tier"`
	Since    *time.Time `json:"since"`
	Reason   string     `json:"reason"`
	// MutedBy is what holds the messages about it back.
	MutedBy []alerting.Muting `json:"muted_by"`
}

// Series is the history of one SLO.
type Series struct {
	From   time.Time `json:"from"`
	To     time.Time `json:"to"`
	Step   string    `json:"step"`
	Points []Point   `json:"points"`
	// Annotations tell about the numbers, by time; of very many the latest.
	Annotations []Annotation `json:"annotations"`
}

// Point is one step of a series. T is the end of the step; RemainingRatio is of
// the SLO window that ends there.
type Point struct {
	T              time.Time `json:"t"`
	Good           float64   `json:"good"`
	Bad            float64   `json:"bad"`
	Total          float64   `json:"total"`
	Coverage       float64   `json:"coverage"`
	RemainingRatio *float64  `json:"remaining_ratio"`
	// Quantiles of latency over the step, in seconds; null for an SLI without
	// buckets, without calls, and above the highest bucket.
	P50 *float64 `json:"p50"`
	P95 *float64 `json:"p95"`
	P99 *float64 `json:"p99"`
	// Excluded is left out where maintenance takes out nothing.
	Excluded *Excluded `json:"excluded,omitempty"`
}
