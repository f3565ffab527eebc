package fleet_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/examples/fleet"
)

// clocked is a fleet whose clock the test moves.
func clocked(t *testing.T, o fleet.Options) (*fleet.Fleet, *time.Time) {
	t.Helper()
	clock := now
	o.Now = func() time.Time { return clock }
	return newFleet(t, o), &clock
}

func start(t *testing.T, f *fleet.Fleet, fault fleet.Fault, at time.Time) fleet.Fault {
	t.Helper()
	started, err := f.Start(fault, at)
	if err != nil {
		t.Fatal(err)
	}
	return started
}

func share(c fleet.Counts, code string) float64 { return float64(c.ByCode[code]) / float64(c.Total) }

func TestFaultsChangeNothingBeforeTheyStartOrAfterTheyStop(t *testing.T) {
	f, clock := clocked(t, fleet.Options{Seed: 3})
	twin := newFleet(t, fleet.Options{Seed: 3, Now: func() time.Time { return now.Add(2 * time.Hour) }})
	raw := `{__name__=~"function_.+",function="login"}[30m]`
	before := fmt.Sprint(instant(t, f, raw, now))
	truth(t, f, "auth/login", now, now.Add(time.Hour)) // the future was looked at already

	fault := start(t, f, fleet.Fault{Kind: fleet.Outage, Service: "auth", Function: "login"}, now.Add(-time.Hour))
	if !fault.From.Equal(now.Truncate(time.Millisecond)) {
		t.Errorf("a fault of the past starts at %s, want now", fault.From)
	}
	if after := fmt.Sprint(instant(t, f, raw, now)); after != before {
		t.Error("the past has changed when the fault started")
	}
	*clock = now.Add(11 * time.Minute)
	before = fmt.Sprint(instant(t, f, raw, *clock))
	if _, err := f.Stop(fault.ID, time.Time{}); err != nil {
		t.Fatal(err)
	}
	if after := fmt.Sprint(instant(t, f, raw, *clock)); after != before {
		t.Error("the past has changed when the fault stopped")
	}
	if c := truth(t, f, "auth/login", now, *clock); c.ServerErrors() != c.Total || share(c, "503") < 0.6 || c.Total < 1000 {
		t.Errorf("during the outage: %+v", c)
	}
	*clock = now.Add(2 * time.Hour)
	// Afterwards shares are those of a fleet without the fault, and so is the traffic.
	got := truth(t, f, "auth/login", now.Add(11*time.Minute), *clock)
	want := truth(t, twin, "auth/login", now.Add(11*time.Minute), *clock)
	if math.Abs(float64(got.Total-want.Total)) > 2 || math.Abs(float64(got.ByCode["401"]-want.ByCode["401"])) > 2 {
		t.Errorf("after the outage: %+v, without it %+v", got, want)
	}
	if diff := cmp.Diff(truth(t, twin, "auth/login", now.Add(-time.Hour), now), truth(t, f, "auth/login", now.Add(-time.Hour), now)); diff != "" {
		t.Errorf("before the outage: %s", diff)
	}
}

func instant(t *testing.T, f *fleet.Fleet, query string, at time.Time) any {
	t.Helper()
	q, err := engine.NewInstantQuery(t.Context(), f, nil, query, at)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	res := q.Exec(t.Context())
	if res.Err != nil {
		t.Fatal(res.Err)
	}
	return res.Value.String()
}

func TestEachKindOfFaultDoesWhatItSays(t *testing.T) {
	for name, test := range map[string]struct {
		fault fleet.Fault
		check func(during, ordinary fleet.Counts) bool
	}{
		"an outage fails all calls": {
			fleet.Fault{Kind: fleet.Outage},
			func(d, _ fleet.Counts) bool { return d.ServerErrors() == d.Total },
		},
		"half an outage fails half of them": {
			fleet.Fault{Kind: fleet.Outage, Share: 0.5},
			func(d, _ fleet.Counts) bool { return near(float64(d.ServerErrors())/float64(d.Total), 0.5) },
		},
		"an error burn fails the calls through its gateway": {
			fleet.Fault{Kind: fleet.ErrorBurn, Gateway: "globex", Share: 0.2},
			func(d, _ fleet.Counts) bool {
				return near(rate(d.ByGateway["globex"], "503"), 0.2) && rate(d.ByGateway["acme-pay"], "503") < 0.002
			},
		},
		"an error burn without a gateway fails calls through all": {
			fleet.Fault{Kind: fleet.ErrorBurn, Share: 0.2},
			func(d, _ fleet.Counts) bool {
				return near(rate(d.ByGateway["globex"], "503"), 0.2) && near(rate(d.ByGateway["acme-pay"], "503"), 0.2)
			},
		},
		"a slow burn is a small multiple of what is allowed": {
			fleet.Fault{Kind: fleet.SlowBurn},
			func(d, _ fleet.Counts) bool { return share(d, "503") > 0.006 && share(d, "503") < 0.012 },
		},
		"latency puts calls over the limit": {
			fleet.Fault{Kind: fleet.Latency, Share: 0.7},
			func(d, o fleet.Counts) bool {
				return near(float64(d.Over(1))/float64(d.Total), 0.7) && d.Seconds > 3*o.Seconds
			},
		},
		"traffic loss loses calls": {
			fleet.Fault{Kind: fleet.TrafficLoss, Share: 0.9},
			func(d, o fleet.Counts) bool { return near(float64(d.Total)/float64(o.Total), 0.1) },
		},
		"a target that is down still serves": {
			fleet.Fault{Kind: fleet.TargetDown},
			func(d, o fleet.Counts) bool { return near(float64(d.Total)/float64(o.Total), 1) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, _ := clocked(t, fleet.Options{Seed: 3})
			ordinary := truth(t, f, "checkout/charge-card", now, now.Add(30*time.Minute))
			test.fault.Service, test.fault.Function = "checkout", "charge-card"
			start(t, f, test.fault, now)
			during := truth(t, f, "checkout/charge-card", now, now.Add(30*time.Minute))
			if !test.check(during, ordinary) {
				t.Errorf("during %+v\nordinary %+v", during, ordinary)
			}
		})
	}
}

func near(got, want float64) bool { return math.Abs(got-want) < 0.02 }

func rate(byCode map[string]int64, code string) float64 {
	var total int64
	for _, n := range byCode {
		total += n
	}
	return float64(byCode[code]) / float64(total)
}

func TestFaultsThatMakeNoSenseAreRefused(t *testing.T) {
	f := newFleet(t, fleet.Options{})
	for name, test := range map[string]struct {
		fault fleet.Fault
		want  string
	}{
		"an unknown kind":            {fleet.Fault{Kind: "meteor", Service: "auth", Function: "login"}, "unknown kind of fault"},
		"more than all calls":        {fleet.Fault{Kind: fleet.Outage, Service: "auth", Function: "login", Share: 1.01}, "above 0 and up to 1"},
		"a negative share":           {fleet.Fault{Kind: fleet.Outage, Service: "auth", Function: "login", Share: -1}, "above 0 and up to 1"},
		"not a number":               {fleet.Fault{Kind: fleet.Outage, Service: "auth", Function: "login", Share: math.NaN()}, "above 0 and up to 1"},
		"a gateway it does not have": {fleet.Fault{Kind: fleet.ErrorBurn, Service: "checkout", Function: "charge-card", Gateway: "x"}, `has no gateway "x"`},
		"an outage of one gateway":   {fleet.Fault{Kind: fleet.Outage, Service: "checkout", Function: "charge-card", Gateway: "globex"}, "cannot be limited to a gateway"},
		"an unknown function":        {fleet.Fault{Kind: fleet.Outage, Service: "checkout", Function: "login"}, "unknown function"},
	} {
		if _, err := f.Start(test.fault, now); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want an error that says %s", name, err, test.want)
		}
	}
	if n := len(f.Faults()); n != 0 {
		t.Errorf("%d faults were started all the same", n)
	}
	if _, err := fleet.New(fleet.Options{Faults: []fleet.Fault{{Kind: fleet.Outage, Service: "auth", Function: "login"}}}); err == nil {
		t.Error("a declared fault without a start is accepted")
	}
}

func TestFaultsAreListedAndStopOnce(t *testing.T) {
	f, clock := clocked(t, fleet.Options{Burning: 12 * time.Minute})
	later := start(t, f, fleet.Fault{Kind: fleet.Latency, Service: "search", Function: "query"}, now.Add(time.Hour))
	if _, err := f.Stop(later.ID, now); err != nil {
		t.Fatal(err)
	}
	if _, err := f.Stop(later.ID, now); !errors.Is(err, fleet.ErrNoFault) {
		t.Errorf("stopping twice: %v", err)
	}
	if _, err := f.Stop("77", now); !errors.Is(err, fleet.ErrNoFault) {
		t.Errorf("stopping nothing: %v", err)
	}
	*clock = now.Add(3 * time.Hour)
	list := f.Faults()
	if len(list) != 2 || list[0].Kind != fleet.ErrorBurn || !list[0].To.IsZero() || !list[1].To.Equal(list[1].From) {
		t.Errorf("got %+v", list)
	}
	if c := truth(t, f, "search/query", now, *clock); float64(c.Over(0.25)) > 0.01*float64(c.Total) {
		t.Errorf("a fault that was stopped before it began slowed calls: %+v", c)
	}
}

func TestABurningFleetBurnsSinceThen(t *testing.T) {
	f := newFleet(t, fleet.Options{Burning: 12 * time.Minute})
	before := truth(t, f, "checkout/charge-card", now.Add(-24*time.Minute), now.Add(-12*time.Minute))
	during := truth(t, f, "checkout/charge-card", now.Add(-12*time.Minute), now)
	if rate(before.ByGateway["acme-pay"], "503") > 0.002 || !near(rate(during.ByGateway["acme-pay"], "503"), 0.35) || rate(during.ByGateway["globex"], "503") > 0.002 {
		t.Errorf("before %v, since %v", before.ByGateway, during.ByGateway)
	}
}

func TestReadersAndFaultsMayRunTogether(t *testing.T) {
	f, _ := clocked(t, fleet.Options{Seed: 3})
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for range 5 {
				if i%2 == 0 {
					instant(t, f, `sum(last_over_time(function_calls_total{service="auth"}[5m]))`, now)
					continue
				}
				fault := start(t, f, fleet.Fault{Kind: fleet.Outage, Service: "auth", Function: "login"}, now)
				if _, err := f.Stop(fault.ID, now); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
