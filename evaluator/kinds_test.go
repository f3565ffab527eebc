package evaluator_test

import (
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// The world of free queries: five days, scraped every 15 s on the quarter of a
// minute, so that the value at the end of a slot is the one of a formula then.
var (
	kindsStart = time.Unix(1_700_006_400, 0).UTC() // a whole day
	kindsNow   = kindsStart.Add(5 * 24 * time.Hour)
)

// minuteOf is the minute of the hour.
func minuteOf(at time.Time) int { return at.Minute() }

// gone reports whether the gauges are away: twenty minutes every fifth hour.
func gone(at time.Time) bool { return at.Hour()%5 == 2 && minuteOf(at) >= 20 && minuteOf(at) < 40 }

// backlog is the length of a queue: 150 for three and a half minutes of every
// hour, 50 else.
func backlog(at time.Time) float64 {
	if s := at.Unix() % 3600; s >= 600 && s < 810 {
		return 150
	}
	return 50
}

// other is a second queue, which is long for a minute of every third hour.
func other(at time.Time) float64 {
	if at.Hour()%3 == 0 && minuteOf(at) == 50 {
		return 1000
	}
	return 1
}

// ratio is a share of bad: mostly one that thousandths cannot tell from none.
func ratio(at time.Time) float64 {
	if minuteOf(at) < 5 {
		return 0.25
	}
	return 0.0004
}

// callsAt is a counter: two calls a second, none in the last ten minutes of an
// hour.
func callsAt(at time.Time) float64 {
	s := at.Unix() - kindsStart.Unix()
	return 2 * float64(s/3600*3000+min(s%3600, 3000))
}

// perCall is the share of bad calls, which is not defined without calls.
func perCall(at time.Time) float64 {
	if callsAt(at) == callsAt(at.Add(-30*time.Second)) {
		return math.NaN()
	}
	return ratio(at)
}

// kindsSamples records the formulas, once.
var kindsSamples = sync.OnceValue(recordKinds)

func recordKinds() *promtest.Samples {
	samples := &promtest.Samples{}
	put := func(at time.Time, v float64, pairs ...string) {
		samples.Append(labels.FromStrings(append(pairs, "job", "app", "instance", "a")...), at, v, at)
	}
	for at := kindsStart; !at.After(kindsNow); at = at.Add(15 * time.Second) {
		put(at, 1, "__name__", "up")
		put(at, callsAt(at), "__name__", "calls_total")
		put(at, perCall(at), "__name__", "per_call")
		if gone(at) {
			if !gone(at.Add(-15 * time.Second)) {
				for _, q := range []string{"one", "two"} {
					samples.AppendStale(labels.FromStrings("__name__", "queue", "queue", q, "job", "app", "instance", "a"), at, at)
				}
				samples.AppendStale(labels.FromStrings("__name__", "ratio", "job", "app", "instance", "a"), at, at)
			}
			continue
		}
		put(at, backlog(at), "__name__", "queue", "queue", "one")
		put(at, other(at), "__name__", "queue", "queue", "two")
		put(at, ratio(at), "__name__", "ratio")
	}
	return samples
}

// kind is a free query and what a slot that ends at an instant counts.
type kind struct {
	name  string
	sli   slo.SLI
	truth func(end time.Time) (counts slo.Counts, known bool)
}

func slot(bad bool) slo.Counts {
	if bad {
		return slo.Counts{Total: 1, Bad: 1}
	}
	return slo.Counts{Total: 1}
}

func kinds() []kind {
	weight := []slo.Selector{{Metric: "calls_total", Matchers: []slo.Matcher{{Label: "job", Op: slo.MatchEqual, Value: "app"}}}}
	return []kind{
		{
			"threshold",
			slo.SLI{Threshold: &slo.Threshold{Query: `queue{queue="one"}`, Op: slo.Less, Value: 100}},
			func(end time.Time) (slo.Counts, bool) { return slot(backlog(end) >= 100), !gone(end) },
		},
		{
			"any of several values",
			slo.SLI{Threshold: &slo.Threshold{Query: `queue`, Op: slo.LessOrEqual, Value: 149.5}},
			func(end time.Time) (slo.Counts, bool) {
				return slot(backlog(end) > 149.5 || other(end) > 149.5), !gone(end)
			},
		},
		{
			"no number is no value",
			slo.SLI{Threshold: &slo.Threshold{Query: `per_call`, Op: slo.NotEqual, Value: 0.25}},
			func(end time.Time) (slo.Counts, bool) { return slot(ratio(end) == 0.25), !math.IsNaN(perCall(end)) },
		},
		{
			"error ratio",
			slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "sum(ratio)"}},
			func(end time.Time) (slo.Counts, bool) {
				return slo.Counts{Total: 1_000_000, Bad: int64(math.Round(ratio(end) * 1e6))}, !gone(end)
			},
		},
		{
			"weighted",
			slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "per_call", Weight: weight}},
			func(end time.Time) (slo.Counts, bool) {
				calls := callsAt(end) - callsAt(end.Add(-30*time.Second))
				if calls == 0 {
					return slo.Counts{}, true
				}
				return slo.Counts{Total: int64(calls) * 1000, Bad: int64(math.Floor(calls*1000*ratio(end) + 0.5))}, true
			},
		},
	}
}

func (k kind) between(from, to time.Time) (sum slo.Counts) {
	for end := from.Add(30 * time.Second); !end.After(to); end = end.Add(30 * time.Second) {
		if counts, known := k.truth(end); known {
			sum = sum.Add(counts)
		}
	}
	return sum
}

// beginKinds is an evaluator of all kinds on the world, at an instant of its own.
func beginKinds(t *testing.T, samples *promtest.Samples, now time.Time) (*evaluator.Evaluator, *ledger.Ledger, *promtest.Server) {
	t.Helper()
	server := promtest.Serve(t, samples, now)
	e, book := kindsOn(t, server)
	return e, book, server
}

func kindsOn(t *testing.T, server *promtest.Server) (*evaluator.Evaluator, *ledger.Ledger) {
	t.Helper()
	var slos []slo.SLO
	for _, k := range kinds() {
		slos = append(slos, slo.SLO{
			ID: slo.ID{Service: "app", Function: k.name, Name: "exact"}, SLI: k.sli,
			Objective: slo.MustObjective("99%"), Window: slo.Window{Name: "7d", Length: 7 * 24 * time.Hour},
		})
	}
	return setUp(t, clientOf(t, server), slo.Set{SLOs: slos}, nil)
}

// However a slot is read - live, or caught up in slots of 30 s, 5 m or 1 h - it
// counts what a hand would count.
func TestFree_queries_count_the_same_in_slots_of_every_width(t *testing.T) {
	t.Parallel()
	samples := kindsSamples()
	e, late, _ := beginKinds(t, samples, kindsNow)
	catchUp(t, e, kindsNow)

	early := kindsNow.Add(-4 * 24 * time.Hour)
	lived, live, server := beginKinds(t, samples, early)
	catchUp(t, lived, early)
	for now := early.Add(30 * time.Second); !now.After(early.Add(2 * time.Hour)); now = now.Add(30 * time.Second) {
		server.Set(now)
		if err := lived.Tick(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}

	end := e.LastSlot(kindsNow)
	spans := map[string]struct {
		book     *ledger.Ledger
		from, to time.Time
	}{
		"live":                  {live, early, early.Add(time.Hour)},
		"the same hour, late":   {late, early, early.Add(time.Hour)},
		"the last ten minutes":  {late, end.Add(-10 * time.Minute), end},
		"the last six hours":    {late, end.Add(-6 * time.Hour), end},
		"five minutes of slots": {late, kindsNow.Add(-50 * time.Hour).Add(10 * time.Minute), kindsNow.Add(-50 * time.Hour).Add(15 * time.Minute)},
		"three days":            {late, kindsNow.Add(-72 * time.Hour), kindsNow.Add(-time.Hour)},
		"all":                   {late, kindsStart.Add(2 * time.Hour), end},
	}
	for name, span := range spans {
		for _, k := range kinds() {
			got := span.book.Sum(k.sli.Key(backend), "", span.from, span.to)
			if want := k.between(got.From, got.To); got.Counts != want || want.Total == 0 {
				t.Errorf("%s, %s: %+v from %s to %s, want %+v", k.name, name, got.Counts, clock(got.From), clock(got.To), want)
			}
		}
	}
}

// Slots in which the query had no value are not known, and are no gap that
// something was bridged over.
func TestFree_queries_know_which_slots_had_no_value(t *testing.T) {
	t.Parallel()
	e, book, _ := beginKinds(t, kindsSamples(), kindsStart.Add(3*time.Hour))
	catchUp(t, e, kindsStart.Add(3*time.Hour))
	from := kindsStart.Add(2*time.Hour + 15*time.Minute)
	sum := book.Sum(kinds()[0].sli.Key(backend), "", from, from.Add(30*time.Minute))
	if want := (slo.Counts{Total: 20}); sum.Counts != want || math.Abs(sum.Coverage-1.0/3) > 0.001 {
		t.Errorf("%+v with a coverage of %v, want %+v and a third", sum.Counts, sum.Coverage, want)
	}
}

// Queries whose answers are no ratio make their indicators invalid, each with its
// reason, and nobody else's, though all are asked together.
func TestAnErrorRatioThatIsNoneIsNamed(t *testing.T) {
	t.Parallel()
	now := kindsStart.Add(8*time.Hour + 20*time.Minute)
	e, _, _ := beginKinds(t, kindsSamples(), now)
	whole := e.SLOs()
	reasons := map[string]string{
		"queue":                 "the error ratio has more than one value: aggregate it to one, as with sum(…) / sum(…)",
		`queue{queue="one"}`:    "the error ratio is 50: a share of bad events lies between 0 and 1",
		`-sum(ratio)`:           "the error ratio is -0.0004: a share of bad events lies between 0 and 1",
		`vector(0) / vector(0)`: "the error ratio is NaN: a share of bad events lies between 0 and 1",
		`ratio * on () queue`:   "the backend refuses the query about ratio * on () queue: backend main: HTTP 422: found duplicate series",
		`sum(nobody_knows)`:     "no value of sum(nobody_knows)",
	}
	var broken []slo.SLO
	for query := range reasons {
		s := whole[0]
		s.ID.Function, s.SLI = query, slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: query}}
		broken = append(broken, s)
	}
	e.SetSLOs(slo.Set{SLOs: append(broken, whole...)})
	catchUp(t, e, now.Add(-2*time.Minute))
	if err := e.Tick(t.Context(), now); err != nil {
		t.Fatal(err)
	}
	for _, s := range broken {
		a := e.Assess(s, now)
		if want := reasons[s.ID.Function]; !strings.HasPrefix(a.Reason, want) || a.State.Measured() {
			t.Errorf("%s is %s (%s), want %s", s.ID.Function, a.State, a.Reason, want)
		}
	}
	for _, s := range whole {
		if a := e.Assess(s, now); a.State != slo.StateOK || a.Window.Total == 0 {
			t.Errorf("%s is %s (%s)", s.ID, a.State, a.Reason)
		}
	}
}

// A free query that never gets an answer in time is named; a backend that
// answers nothing at all is down.
func TestAFreeQueryThatTakesTooLongIsNamed(t *testing.T) {
	for says, failure := range map[string]error{"connection refused": down(""), "deadline exceeded": tooSlow()} {
		t.Run(says, func(t *testing.T) {
			fake := newScript("charge")
			slow := objective("slow")
			slow.SLI = slo.SLI{Threshold: &slo.Threshold{Query: "slow_query", Op: slo.Less, Value: 1}}
			fake.fail = func(query string) error {
				if strings.Contains(query, "slow_query") {
					return failure
				}
				return nil
			}
			e := start(t, fake, nil)
			e.SetSLOs(slo.Set{SLOs: append(objectives("charge"), slow)})
			catchUp(t, e, ready)
			tick(t, e, hour0.Add(-30*time.Second), hour0)
			if a := e.Assess(slow, hour0); a.State != slo.StateInvalid || !strings.Contains(a.Reason, says) {
				t.Errorf("the slow one is %s (%s)", a.State, a.Reason)
			}
			if a := e.Assess(objective("charge"), hour0); a.State != slo.StateOK {
				t.Errorf("its neighbour is %s (%s)", a.State, a.Reason)
			}
			fake.fail = func(string) error { return failure }
			tick(t, e, hour0, hour0.Add(30*time.Second))
			if h := e.Health(); h[0].Err == nil {
				t.Error("the backend is down and nobody says so")
			}
		})
	}
}

func TestAFreeQueryThatTakesTooLongIsAskedAgainInTenMinutes(t *testing.T) {
	fake := newScript("charge")
	slow := objective("slow")
	slow.SLI = slo.SLI{Threshold: &slo.Threshold{Query: "slow_query", Op: slo.Less, Value: 1}}
	asked := 0
	fake.fail = func(query string) error {
		if strings.Contains(query, "slow_query") {
			asked++
			return tooSlow()
		}
		return nil
	}
	e := start(t, fake, nil)
	e.SetSLOs(slo.Set{SLOs: append(objectives("charge"), slow)})
	tick(t, e, hour0.Add(-30*time.Second), hour0)
	if asked == 0 {
		t.Fatal("it was never asked")
	}
	asked = 0
	if tick(t, e, hour0, hour0.Add(9*time.Minute+30*time.Second)); asked > 0 {
		t.Errorf("it was asked %d times meanwhile: that keeps the rounds waiting", asked)
	}
	if tick(t, e, hour0.Add(9*time.Minute+30*time.Second), hour0.Add(10*time.Minute)); asked != 1 {
		t.Errorf("after ten minutes it was asked %d times", asked)
	}
	if a := e.Assess(slow, hour0.Add(10*time.Minute)); a.State != slo.StateInvalid {
		t.Errorf("it is %s", a.State)
	}
}
