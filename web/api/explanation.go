package api

import "time"

// Explanation says how the numbers of one SLO and the decision about it come
// about, so that both can be checked by hand.
type Explanation struct {
	ID         string     `json:"id"`
	AsOf       *time.Time `json:"as_of"`
	Conclusion string     `json:"conclusion"` // one sentence
	// Remembered is false where no alert is kept, as for the past: the conclusion
	// is then what would be decided on these numbers alone.
	Remembered  bool              `json:"remembered"`
	Promise     Promise           `json:"promise"`
	Counted     Counted           `json:"counted"`
	Data        Data              `json:"data"`
	DataMeaning string            `json:"data_meaning"` // what state and coverage mean for the decision
	Budget      ExplainedWindow   `json:"budget"`
	Reports     []ExplainedWindow `json:"reports"` // further windows that are reported
	Sums        []ExplainedSum    `json:"sums"`    // of the burn windows, shortest first
	Tiers       []ExplainedTier   `json:"tiers"`   // in the order of the policy
	Alert       AlertState        `json:"alert"`
	Queries     []Query           `json:"queries"`
	ByHand      string            `json:"by_hand"` // in what a sum by hand may differ
	Annotations []Annotation      `json:"annotations"`
}

// Promise is what an SLO promises.
type Promise struct {
	Text       string  `json:"text"`
	Objective  float64 `json:"objective"`
	ErrorRatio float64 `json:"error_ratio"` // share of events that may be bad
	Window     string  `json:"window"`
	Revision   int     `json:"revision"`
}

// Counted is what the numbers count.
type Counted struct {
	Kind      string     `json:"kind"`
	Unit      string     `json:"unit"` // "calls" or "slots"
	Good      string     `json:"good"` // when one of them is good, in a sentence
	Selectors []Selector `json:"selectors"`
	Caveats   []string   `json:"caveats"`
}

// Selector is one query or selector of an indicator.
type Selector struct {
	Name   string `json:"name"`
	PromQL string `json:"promql"`
}

// ExplainedSum is what the ledger holds for one window, with the arithmetic on it.
type ExplainedSum struct {
	Window   string     `json:"window"`
	From     *time.Time `json:"from"`
	To       *time.Time `json:"to"`
	Good     float64    `json:"good"`
	Bad      float64    `json:"bad"`
	Total    float64    `json:"total"`
	BadSlots int        `json:"bad_slots"`
	Coverage float64    `json:"coverage"`
	Reading  bool       `json:"reading"` // older slots are still being read
	// Excluded is left out where maintenance takes out nothing.
	Excluded   *Excluded `json:"excluded,omitempty"`
	Arithmetic []Working `json:"arithmetic"`
}

// ExplainedWindow is the SLO window: its sum and what it is the budget of.
type ExplainedWindow struct {
	ExplainedSum
	Expected  float64    `json:"expected"`   // events forecast for the rest of a calendar period
	PeriodEnd *time.Time `json:"period_end"` // of a calendar period
}

// Working is one line of arithmetic.
type Working struct {
	Name   string   `json:"name"`
	Terms  string   `json:"terms"`
	Result string   `json:"result"`
	Note   string   `json:"note"`
	Value  *float64 `json:"value"`
}

// ExplainedTier is one tier of the policy with its conditions.
type ExplainedTier struct {
	Name       string      `json:"name"`
	BurnRate   float64     `json:"burn_rate"`
	Long       string      `json:"long"`
	Short      string      `json:"short"`
	Severity   string      `json:"severity"` // what it may grant
	Met        *bool       `json:"met"`      // null when it cannot be known
	Grants     string      `json:"grants"`   // what it grants now: page, ticket or none
	Reason     string      `json:"reason"`   // why not, or why not more
	Held       string      `json:"held"`     // what keeps an alert of it; empty when none
	Conditions []Condition `json:"conditions"`
}

// Condition is one condition of a tier.
type Condition struct {
	Name  string `json:"name"`
	Have  string `json:"have"`
	Need  string `json:"need"`
	Holds *bool  `json:"holds"` // null when it cannot be known
	For   string `json:"for"`   // page or ticket; empty when it is for both
}

// Query is one question to the backend. Step is empty for an instant query, which
// is evaluated at To.
type Query struct {
	Name   string     `json:"name"`
	About  string     `json:"about"`
	PromQL string     `json:"promql"`
	Step   string     `json:"step"`
	From   *time.Time `json:"from"`
	To     *time.Time `json:"to"`
	ByHand bool       `json:"by_hand"` // it is never sent, but there to be pasted
	Expect *float64   `json:"expect"`  // what the ledger holds for it; null when that is no single number
}
