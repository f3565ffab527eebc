package fleet

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Kind is what is wrong with a function.
type Kind string

// The kinds of faults.
const (
	Outage      Kind = "outage"       // Share of the calls answer 503 or 500
	ErrorBurn   Kind = "error_burn"   // Share of the calls, through Gateway if named, answer 503
	SlowBurn    Kind = "slow_burn"    // the same, by default few
	Latency     Kind = "latency"      // Share of the calls take longer than the limit
	TrafficLoss Kind = "traffic_loss" // Share of the calls no longer arrive
	TargetDown  Kind = "target_down"  // nothing can be scraped; the calls go on
)

// Kinds lists all kinds.
func Kinds() []Kind { return []Kind{Outage, ErrorBurn, SlowBurn, Latency, TrafficLoss, TargetDown} }

// Fault is something wrong with one function for a while.
type Fault struct {
	ID       string    `json:"id"` // given by the fleet
	Kind     Kind      `json:"kind"`
	Service  string    `json:"service"`
	Function string    `json:"function"`
	Gateway  string    `json:"gateway,omitempty"` // only for ErrorBurn and SlowBurn; empty is all
	Share    float64   `json:"share"`             // of calls, above 0 up to 1; 0 is the kind's own default
	From     time.Time `json:"from"`
	To       time.Time `json:"to,omitzero"` // zero while it lasts
}

// pastFault is a fault of the catalogue, placed relative to the first midnight
// before the fleet's start.
type pastFault struct {
	daysAgo int
	hour    float64
	minutes float64
	kind    Kind
	share   float64
	gateway string
}

// ErrNoFault says that no lasting fault has the given id.
var ErrNoFault = errors.New("no such fault, or it has already stopped")

// defaultShare is the share of calls a kind affects when the caller does not
// say.
func defaultShare(kind Kind, fn Function) float64 {
	switch kind {
	case ErrorBurn:
		return 0.35
	case SlowBurn:
		return min(1, 8*fn.Allowed)
	case Latency:
		return 0.6
	case TrafficLoss:
		return 0.97
	}
	return 1
}

// check completes a fault and refuses one that makes no sense.
func (fn Function) check(fault Fault) (Fault, error) {
	if !slices.Contains(Kinds(), fault.Kind) {
		return fault, fmt.Errorf("unknown kind of fault %q: use one of %v", fault.Kind, Kinds())
	}
	if fault.Share == 0 {
		fault.Share = defaultShare(fault.Kind, fn)
	}
	if !(fault.Share > 0 && fault.Share <= 1) { // also refuses NaN
		return fault, fmt.Errorf("share %v of the calls: use a number above 0 and up to 1", fault.Share)
	}
	if fault.Gateway == "" {
		return fault, nil
	}
	if fault.Kind != ErrorBurn && fault.Kind != SlowBurn {
		return fault, fmt.Errorf("a fault of kind %s cannot be limited to a gateway", fault.Kind)
	}
	if !slices.Contains(fn.Gateways, fault.Gateway) {
		return fault, fmt.Errorf("%s has no gateway %q: it has %q", fn.Key(), fault.Gateway, fn.Gateways)
	}
	return fault, nil
}

// Start breaks a function from an instant on. An instant in the past becomes
// now, because the past does not change. It returns the fault with its id.
func (f *Fleet) Start(fault Fault, at time.Time) (Fault, error) {
	fn, err := f.find(fault.Service, fault.Function)
	if err != nil {
		return Fault{}, err
	}
	if fault, err = fn.check(fault); err != nil {
		return Fault{}, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lastID++
	fault.ID = strconv.Itoa(f.lastID)
	fault.From, fault.To = f.notPast(at), time.Time{}
	f.faults = append(f.faults, fault)
	fn.change(f.faultsOf(fn), fault.From.UnixMilli())
	return fault, nil
}

// Stop ends a fault at an instant, now if that is in the past. It returns
// [ErrNoFault] when there is nothing to stop.
func (f *Fleet) Stop(id string, at time.Time) (Fault, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	i := slices.IndexFunc(f.faults, func(fault Fault) bool { return fault.ID == id && fault.To.IsZero() })
	if i < 0 {
		return Fault{}, fmt.Errorf("fault %q: %w", id, ErrNoFault)
	}
	fault := f.faults[i]
	fault.To = f.notPast(at)
	if fault.To.Before(fault.From) {
		fault.To = fault.From // it was planned for later and never begins
	}
	f.faults[i] = fault
	fn, err := f.find(fault.Service, fault.Function)
	if err != nil {
		return Fault{}, err
	}
	fn.change(f.faultsOf(fn), fault.To.UnixMilli())
	return fault, nil
}

// Faults lists what was started at run time or by [Options], oldest first,
// stopped ones included.
func (f *Fleet) Faults() []Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.faults)
}

// notPast is at, or now if at has passed; whole milliseconds, as samples are.
func (f *Fleet) notPast(at time.Time) time.Time {
	now := f.now().Add(time.Millisecond - 1).Truncate(time.Millisecond)
	if at.Before(now) {
		return now.UTC()
	}
	return at.Truncate(time.Millisecond).UTC()
}

// faultsOf are all faults of a function, those of the catalogue included.
func (f *Fleet) faultsOf(fn *function) []Fault {
	all := slices.Clone(fn.past)
	for _, fault := range f.faults {
		if fault.Service == fn.Service && fault.Function == fn.Name {
			all = append(all, fault)
		}
	}
	return all
}
