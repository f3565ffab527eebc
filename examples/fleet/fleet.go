package fleet

import (
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/prometheus/storage"
)

// Options say which fleet to build. The zero value is a fleet with 35 days of
// history and nothing burning, on the wall clock.
type Options struct {
	Seed    uint64
	Now     func() time.Time // nil is the wall clock; nothing newer can be read
	History time.Duration    // how far back samples reach; 0 is 35 days

	// Burning, above 0, has checkout/charge-card's gateway acme-pay answer 503
	// for that long already.
	Burning time.Duration

	// Faults are further faults, past ones too. From is needed; To may be zero.
	Faults []Fault

	// Canaries are new versions beside the old ones, one of a function.
	Canaries []Canary

	// Live lets all counters start at construction, without any history, for a
	// real Prometheus to scrape.
	Live bool

	// SkipUnread hands the engine only those samples that last_over_time can
	// return and resets can tell apart. Values stay the same and cost a fraction;
	// the engine's statistics then count the samples of this fleet, not those of a
	// real server.
	SkipUnread bool
}

const (
	defaultHistory = 35 * 24 * time.Hour
	planned        = 30 * 24 * time.Hour // restarts and rollouts known ahead
)

// Fleet is the simulated fleet. It is safe for concurrent use and runs nothing
// in the background.
type Fleet struct {
	now        func() time.Time
	begin      time.Time
	skipUnread bool
	functions  []*function
	index      *index

	mu     sync.Mutex
	faults []Fault
	lastID int
}

var _ storage.Queryable = (*Fleet)(nil)

// New builds a fleet. Everything but Burning and Faults is anchored to the
// midnight before, UTC, so two fleets of one seed that are built on one day
// agree on their common history.
func New(o Options) (*Fleet, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.History == 0 {
		o.History = defaultHistory
	}
	now := o.Now().UTC().Truncate(time.Millisecond)
	midnight := now.Truncate(24 * time.Hour)
	f := &Fleet{now: o.Now, begin: midnight.Add(-o.History), skipUnread: o.SkipUnread}
	if o.Live {
		f.begin = now
	}
	for _, p := range catalogue() {
		f.functions = append(f.functions, newFunction(p, o, f.begin, midnight))
	}
	if o.Burning > 0 {
		o.Faults = append(slices.Clone(o.Faults), Fault{
			Kind: ErrorBurn, Service: "checkout", Function: "charge-card", Gateway: "acme-pay", From: now.Add(-o.Burning),
		})
	}
	for _, fault := range o.Faults {
		if err := f.declare(fault); err != nil {
			return nil, err
		}
	}
	for _, c := range o.Canaries {
		if err := f.deploy(c, midnight.Add(planned).UnixMilli()); err != nil {
			return nil, err
		}
	}
	f.index = newIndex(f.functions)
	return f, nil
}

func newFunction(p profile, o Options, begin, midnight time.Time) *function {
	fn := &function{profile: p, seed: o.Seed, begin: begin.UnixMilli(), splits: newSplits(p)}
	if !o.Live {
		for _, past := range p.incident {
			fn.past = append(fn.past, past.at(p.Function, midnight, fn.dice("incident")))
		}
	}
	fn.faults = fn.past
	fn.course.until = fn.begin
	fn.course.traffic.begin = fn.begin / minuteMillis * minuteMillis
	for slot := range canarySlot {
		fn.plan[slot] = fn.planSlot(slot, fn.begin, midnight.Add(planned).UnixMilli())
	}
	return fn
}

// at places the fault in time, a few minutes off by luck.
func (p pastFault) at(fn Function, midnight time.Time, luck dice) Fault {
	from := midnight.AddDate(0, 0, -p.daysAgo).Add(time.Duration(p.hour * float64(time.Hour)))
	from = from.Add(time.Duration(luck.bits(int64(p.daysAgo))%600_000) * time.Millisecond)
	return Fault{
		Kind: p.kind, Service: fn.Service, Function: fn.Name, Gateway: p.gateway, Share: p.share,
		From: from, To: from.Add(time.Duration(p.minutes * float64(time.Minute))),
	}
}

// declare adds a fault before anything was read, so it may lie in the past.
func (f *Fleet) declare(fault Fault) error {
	fn, err := f.find(fault.Service, fault.Function)
	if err != nil {
		return err
	}
	if fault, err = fn.check(fault); err != nil {
		return err
	}
	if fault.From.IsZero() {
		return fmt.Errorf("fault of %s: From is needed", fn.Key())
	}
	f.lastID++
	fault.ID = strconv.Itoa(f.lastID)
	f.faults = append(f.faults, fault)
	fn.faults = f.faultsOf(fn)
	return nil
}

func (f *Fleet) find(service, name string) (*function, error) {
	for _, fn := range f.functions {
		if fn.Service == service && fn.Name == name {
			return fn, nil
		}
	}
	return nil, fmt.Errorf("unknown function %s/%s", service, name)
}

// Functions lists the functions of the fleet.
func (f *Fleet) Functions() []Function {
	all := make([]Function, 0, len(f.functions))
	for _, fn := range f.functions {
		copied := fn.Function
		copied.Gateways = slices.Clone(fn.Gateways)
		all = append(all, copied)
	}
	return all
}

// Begin is the first instant with samples.
func (f *Fleet) Begin() time.Time { return f.begin }
