package examples_test

import (
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// now is a Wednesday afternoon.
var now = time.Date(2026, 3, 18, 14, 7, 23, 0, time.UTC)

// unpack writes the demo's files as `slofuse demo` does.
func unpack(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, examples.Demo()); err != nil {
		t.Fatal(err)
	}
	return dir
}

// load reads the SLOs of the demo that count calls.
func load(t *testing.T) []slo.SLO {
	t.Helper()
	return slices.DeleteFunc(loadSet(t).SLOs, func(s slo.SLO) bool { return s.SLI.Threshold != nil || s.SLI.ErrorRatio != nil })
}

func loadSet(t *testing.T) slo.Set {
	t.Helper()
	set, problems, err := spec.Load([]string{filepath.Join(unpack(t), "slos")}, spec.Options{Backends: []string{"main"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Error(p)
	}
	for _, f := range set.Families {
		set.SLOs = append(set.SLOs, members(t, f)...)
	}
	return set
}

// members are the SLOs of the functions of the fleet that a match finds.
func members(t *testing.T, f slo.Family) (slos []slo.SLO) {
	t.Helper()
	if f.Whole != (slo.ID{}) {
		return nil // parts are judged by their whole
	}
	for _, fn := range newFleet(t, fleet.Options{}).Functions() {
		if fn.Service != f.Service || !finds(t, f, fn.Name) {
			continue
		}
		set, err := f.Member(fn.Name)
		if err != nil {
			t.Fatal(err)
		}
		slos = append(slos, set.SLOs...)
	}
	return slos
}

// finds reports whether the selectors of a family select a function.
func finds(t *testing.T, f slo.Family, function string) bool {
	t.Helper()
	for _, m := range f.Seen[0].Selector.Matchers {
		holds, err := m.Predicate()
		if err != nil {
			t.Fatal(err)
		}
		if m.Label == f.Seen[0].Label && !holds(function) {
			return false
		}
	}
	return true
}

func newFleet(t *testing.T, o fleet.Options) *fleet.Fleet {
	t.Helper()
	o.Now = func() time.Time { return now }
	f, err := fleet.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestTheDemosSLOFilesCoverTheWholeFleet(t *testing.T) {
	slos := load(t)
	functions := map[string]int{}
	for _, s := range slos {
		functions[s.ID.Service+"/"+s.ID.Function]++
		if s.Owner == "" || s.Description == "" {
			t.Errorf("%s has no owner or no description", s.ID)
		}
	}
	for _, fn := range newFleet(t, fleet.Options{}).Functions() {
		if functions[fn.Key()] != 2 {
			t.Errorf("%s has %d SLOs, want availability and latency", fn.Key(), functions[fn.Key()])
		}
		delete(functions, fn.Key())
	}
	if len(functions) > 0 {
		t.Errorf("SLOs of functions that do not exist: %v", functions)
	}
}

func TestTheDemosConfigurationIsSound(t *testing.T) {
	c, problems, err := config.Load(filepath.Join(unpack(t), "slofuse.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if !strings.Contains(p.String(), "secret") { // the user's own files
			t.Error(p)
		}
	}
	if c != nil && (len(c.Backends) != 1 || len(c.Receivers) != 2 || len(c.Route.Routes) != 1) {
		t.Errorf("got %+v", c)
	}
}

func TestEveryRunbookThatIsLinkedIsThereAndEveryOneThereIsLinked(t *testing.T) {
	there := map[string]bool{}
	entries, err := fs.Glob(examples.Demo(), "runbooks/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range entries {
		there[name] = true
	}
	linked := map[string]bool{}
	for _, s := range load(t) {
		if name := s.Links["runbook"]; name != "" {
			linked[name] = true
			if !there[name] {
				t.Errorf("%s links %s, which does not exist", s.ID, name)
			}
		}
	}
	if len(linked) != len(there) {
		t.Errorf("%d runbooks, %d linked", len(there), len(linked))
	}
}

// judged counts what an SLO calls total and bad, by the fleet's own truth.
func judged(t *testing.T, f *fleet.Fleet, s slo.SLO, from, to time.Time) slo.Counts {
	t.Helper()
	c, err := f.Truth(s.ID.Service, s.ID.Function, from, to)
	if err != nil {
		t.Fatal(err)
	}
	if s.SLI.Latency != nil {
		return slo.Counts{Total: c.Total, Bad: c.Over(s.SLI.Latency.Threshold.Seconds())}
	}
	return slo.Counts{Total: c.Total, Bad: c.ServerErrors()}
}

func TestBudgetsOfAMonthHaveShapeAndOneIsSpent(t *testing.T) {
	for _, seed := range []uint64{1, 2, 42} {
		f := newFleet(t, fleet.Options{Seed: seed})
		lowest, highest := 1.0, 0.0
		for _, s := range load(t) {
			c := judged(t, f, s, now.AddDate(0, 0, -30), now)
			left := 1 - float64(c.Bad)/s.Objective.Allowed(c.Total)
			if s.ID.String() == "notify/send-email/availability" {
				if left > -0.05 || left < -1.5 {
					t.Errorf("seed %d: %s should have overspent a little, %.0f %% left", seed, s.ID, left*100)
				}
				continue
			}
			if left < 0.40 || left > 0.95 {
				t.Errorf("seed %d: %s has %.0f %% of its budget left, want 40 to 95", seed, s.ID, left*100)
			}
			lowest, highest = min(lowest, left), max(highest, left)
		}
		if highest-lowest < 0.25 {
			t.Errorf("seed %d: all budgets are alike, %.2f to %.2f left", seed, lowest, highest)
		}
	}
}

// firing is the tier of the default policy that an SLO's counts meet.
func firing(t *testing.T, f *fleet.Fleet, s slo.SLO, at time.Time) string {
	t.Helper()
	tiers, _ := spec.EmbeddedPolicies()[0].For(30*24*time.Hour, s.Objective)
	for _, tier := range tiers {
		over := true
		for _, window := range []time.Duration{tier.Long, tier.Short} {
			c := judged(t, f, s, at.Add(-window), at)
			burn, known := s.Objective.BurnRate(c)
			over = over && known && burn >= tier.BurnRate && c.Bad >= 3
		}
		if over {
			return tier.Name
		}
	}
	return ""
}

func TestWithoutAFaultNothingBurns(t *testing.T) {
	for _, seed := range []uint64{1, 42} {
		f := newFleet(t, fleet.Options{Seed: seed})
		for _, s := range load(t) {
			c := judged(t, f, s, now.AddDate(0, 0, -3), now)
			if burn, known := s.Objective.BurnRate(c); !known || burn >= 1 {
				t.Errorf("seed %d: %s burns at %.2f over three days", seed, s.ID, burn)
			}
			for ahead := -6 * time.Hour; ahead < 36*time.Hour; ahead += 40 * time.Minute {
				if tier := firing(t, f, s, now.Add(ahead)); tier != "" {
					t.Errorf("seed %d: %s meets tier %s at %s", seed, s.ID, tier, now.Add(ahead))
					break
				}
			}
		}
	}
}

func TestTheBurningGatewayPagesAndNothingElseDoes(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 1, Burning: 12 * time.Minute})
	for _, s := range load(t) {
		want := ""
		if s.ID.String() == "checkout/charge-card/availability" {
			want = "fast"
		}
		if tier := firing(t, f, s, now); tier != want {
			t.Errorf("%s meets tier %q, want %q", s.ID, tier, want)
		}
	}
}

func TestThePastHadIncidents(t *testing.T) {
	f := newFleet(t, fleet.Options{Seed: 1})
	burned := map[string]bool{}
	for _, s := range load(t) {
		for hour := range 28 * 24 {
			c := judged(t, f, s, now.Add(-time.Duration(hour+1)*time.Hour), now.Add(-time.Duration(hour)*time.Hour))
			if burn, known := s.Objective.BurnRate(c); known && !math.IsInf(burn, 0) && burn >= 14.4 && c.Bad >= 5 {
				burned[s.ID.Service+"/"+s.ID.Function] = true
			}
		}
	}
	if len(burned) < 8 {
		t.Errorf("only %v burned fast in the last four weeks", burned)
	}
}

func TestTheExampleOfWindowsIsSound(t *testing.T) {
	set, problems, err := spec.Load([]string{"windows"}, spec.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	for _, s := range set.SLOs {
		if len(s.Reports) == 0 {
			t.Errorf("%s has one window only", s.ID)
		}
	}
}

func TestTheExampleOfPresetsIsSound(t *testing.T) {
	set, problems, err := spec.Load([]string{"presets"}, spec.Options{})
	if err != nil || len(problems) > 0 {
		t.Fatal(err, problems)
	}
	if len(set.SLOs) != 4 || len(set.Families) != 1 {
		t.Errorf("%d SLOs and %d families", len(set.SLOs), len(set.Families))
	}
}
