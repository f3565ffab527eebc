package evaluator_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/evaluator/prom"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// batch is a file with one function that is named and others that are found.
const batch = `
version: 1
service: batch
owner: team-data
slis:
  success: {ratio: {total: 'function_calls_total{function="$function"}', bad: 'function_calls_total{function="$function",code=~"5.."}'}}
functions:
  - name: batch-old
    slos: [{name: availability, sli: success, objective: 95%, window: 7d}]
  - match: "batch-.*"
    split_by: [code]
    slos: [{name: availability, sli: success, objective: 99%, window: 7d, policy: {base: default}}]
`

// sets reads SLO files.
func sets(tb testing.TB, text string) slo.Set {
	tb.Helper()
	set, problems := spec.Parse([]spec.File{{Name: "slos.yaml", Data: []byte(text)}}, spec.Options{})
	if len(problems) != 0 {
		tb.Fatal(problems)
	}
	return set
}

// crowd is a backend with functions that come and go.
type crowd struct {
	samples *promtest.Samples
	server  *promtest.Server
}

// dawn is when the first function of a crowd begins.
var dawn = time.Date(2026, time.March, 10, 6, 0, 0, 0, time.UTC)

func newCrowd(t *testing.T) *crowd {
	samples := &promtest.Samples{}
	return &crowd{samples: samples, server: promtest.Serve(t, samples, dawn)}
}

// runs adds a function that is called three times a second for a time, and so
// many times a second in vain.
func (c *crowd) runs(name string, from, to time.Time, errors float64) {
	promtest.Target{
		Job: "batch", Instance: name, From: from, To: to, Seed: uint64(len(name)),
		Functions: []promtest.Function{{Name: name, Rate: 3, Errors: func(time.Time) float64 { return errors }}},
	}.Record(c.samples)
}

func (c *crowd) evaluator(t *testing.T, set slo.Set) (*evaluator.Evaluator, *prometheus.Registry) {
	t.Helper()
	registry := prometheus.NewRegistry()
	e, _ := setUp(t, clientOf(t, c.server), set, func(c *evaluator.Config) { c.Registerer = registry })
	return e, registry
}

// look moves to an instant and looks for members.
func (c *crowd) look(t *testing.T, e *evaluator.Evaluator, now time.Time) {
	t.Helper()
	c.server.Set(now)
	if err := e.Discover(t.Context(), now); err != nil && !c.server.Refusing() {
		t.Fatal(err)
	}
}

// through looks for members every two minutes in (from, to].
func (c *crowd) through(t *testing.T, e *evaluator.Evaluator, from, to time.Time) {
	t.Helper()
	for now := from.Add(2 * time.Minute); !now.After(to); now = now.Add(2 * time.Minute) {
		c.look(t, e, now)
	}
}

func inForce(e *evaluator.Evaluator) []string {
	var out []string
	for _, s := range e.SLOs() {
		out = append(out, s.ID.Function+" "+s.ID.Name+" "+s.Objective.String())
	}
	return out
}

func TestDiscover_finds_functions_and_their_parts_and_leaves_alone_what_is_named(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	for _, name := range []string{"batch-old", "batch-new", "web"} {
		c.runs(name, dawn, dawn.Add(time.Hour), 0.5)
	}
	e, _ := c.evaluator(t, sets(t, batch))
	if diff := cmp.Diff([]string{"batch-old availability 95%"}, inForce(e)); diff != "" {
		t.Errorf("before anybody was asked: -want +got:\n%s", diff)
	}
	c.look(t, e, dawn.Add(30*time.Minute))
	want := []string{
		"batch-new availability 99%", "batch-new availability:code=200 99%",
		"batch-new availability:code=500 99%", "batch-new availability:code=503 99%",
		"batch-old availability 95%", // as named, without the parts of the match
	}
	if diff := cmp.Diff(want, inForce(e)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// The whole is what its parts add up to, read from the same samples.
func TestParts_add_up_to_the_whole(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.runs("batch-a", dawn, dawn.Add(2*time.Hour), 0.3)
	e, _ := c.evaluator(t, sets(t, batch))
	now := dawn.Add(90 * time.Minute)
	c.look(t, e, now)
	catchUp(t, e, now)
	var whole, parts, bad int64
	for _, s := range e.SLOs() {
		sum := e.Assess(s, now).Window
		switch {
		case s.ID.Function != "batch-a":
		case s.Split == nil:
			whole, bad = sum.Total, sum.Bad
		default:
			parts += sum.Total
			if s.Split["code"] == "200" && sum.Bad != 0 {
				t.Errorf("%d bad events among those with code 200", sum.Bad)
			}
		}
	}
	if whole == 0 || bad == 0 || parts != whole {
		t.Errorf("the parts hold %d events, the whole %d of which %d are bad", parts, whole, bad)
	}
}

func TestTick_evaluates_a_function_that_fails_from_birth_within_two_minutes(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	birth := dawn.Add(time.Hour)
	c.runs("batch-steady", dawn, dawn.Add(2*time.Hour), 0)
	c.runs("batch-born", birth, dawn.Add(2*time.Hour), 3)
	e, _ := c.evaluator(t, sets(t, batch))
	for now := birth.Add(-2 * time.Minute); now.Before(birth.Add(2 * time.Minute)); now = now.Add(30 * time.Second) {
		c.server.Set(now)
		if err := e.Tick(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	for _, s := range e.SLOs() {
		if s.ID.Function != "batch-born" || s.ID.Name != "availability" {
			continue
		}
		a := e.Assess(s, birth.Add(2*time.Minute))
		if a.State != slo.StateNew || 2*a.Window.Bad <= a.Window.Total {
			t.Errorf("%v with %+v, want a new function most of whose calls fail", a.State, a.Window.Counts)
		}
		return
	}
	t.Errorf("in force after two minutes: %v", inForce(e))
}

func TestDiscover_forgets_a_function_that_was_not_seen_for_a_day(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	gone := dawn.Add(time.Hour)
	c.runs("batch-a", dawn, gone, 0)
	c.runs("batch-b", dawn, gone.Add(30*time.Hour), 0)
	e, registry := c.evaluator(t, sets(t, batch))
	c.look(t, e, gone)
	c.through(t, e, gone, gone.Add(24*time.Hour))
	if got := strings.Join(inForce(e), ","); !strings.Contains(got, "batch-a availability 99%") {
		t.Errorf("after a day less five minutes unseen it has left: %s", got)
	}
	c.through(t, e, gone.Add(24*time.Hour), gone.Add(24*time.Hour+10*time.Minute))
	if got := strings.Join(inForce(e), ","); strings.Contains(got, "batch-a") || !strings.Contains(got, "batch-b availability 99%") {
		t.Errorf("after a day unseen batch-a is to leave and batch-b to stay: %s", got)
	}
	const metric = `# HELP slofuse_family_members Members that were found of a match or split_by.
# TYPE slofuse_family_members gauge
slofuse_family_members{family="availability split by code",service="batch"} 1
slofuse_family_members{family="match \"batch-.*\"",service="batch"} 1
`
	if err := testutil.GatherAndCompare(registry, strings.NewReader(metric), "slofuse_family_members"); err != nil {
		t.Error(err)
	}
}

func TestDiscover_keeps_everybody_while_the_backend_is_down(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.runs("batch-a", dawn, dawn.Add(time.Hour), 0)
	e, _ := c.evaluator(t, sets(t, batch))
	c.look(t, e, dawn.Add(time.Hour))
	before := inForce(e)
	c.server.Refuse(true)
	for hours := range 40 {
		c.look(t, e, dawn.Add(time.Duration(hours+1)*time.Hour))
	}
	c.server.Refuse(false)
	c.look(t, e, dawn.Add(42*time.Hour))
	if diff := cmp.Diff(before, inForce(e)); diff != "" || len(before) < 2 {
		t.Errorf("-before +after:\n%s", diff)
	}
}

func TestDiscover_finds_after_a_restart_who_was_there_within_the_last_day(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.runs("batch-nightly", dawn, dawn.Add(20*time.Minute), 0)
	c.runs("batch-b", dawn, dawn.Add(40*time.Hour), 0)
	for after, want := range map[time.Duration]bool{22 * time.Hour: true, 26 * time.Hour: false} {
		e, _ := c.evaluator(t, sets(t, batch))
		c.look(t, e, dawn.Add(after))
		if got := strings.Join(inForce(e), ","); strings.Contains(got, "batch-nightly") != want {
			t.Errorf("%v after its only run: %s", after, got)
		}
	}
}

func TestSetSLOs_keeps_the_members_of_families_that_are_still_defined(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.runs("batch-a", dawn, dawn.Add(time.Hour), 0)
	e, _ := c.evaluator(t, sets(t, batch))
	c.look(t, e, dawn.Add(30*time.Minute))
	c.server.Refuse(true) // so that nothing can be found anew
	e.SetSLOs(sets(t, "# edited\n"+strings.Replace(batch, "objective: 99%", "objective: 98%", 1)))
	want := []string{"batch-a availability 98%", "batch-a availability:code=200 98%", "batch-old availability 95%"}
	if diff := cmp.Diff(want, inForce(e)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// thousand is a backend that has seen a thousand functions of some codes, one
// unless said otherwise.
type thousand struct {
	codes []string

	mu      sync.Mutex
	surveys int
}

func (b *thousand) QueryRange(_ context.Context, query string, r prom.Range) (model.Matrix, error) {
	if !strings.HasPrefix(query, "group by") {
		return nil, nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.surveys++
	var out model.Matrix
	codes := b.codes
	if len(codes) == 0 {
		codes = []string{"500"}
	}
	for i := range 1000 {
		for _, code := range codes {
			metric := model.Metric{"function": model.LabelValue(fmt.Sprint("batch-", i)), "code": model.LabelValue(code)}
			out = append(out, &model.SampleStream{Metric: metric, Values: []model.SamplePair{{Timestamp: model.TimeFromUnix(r.End.Unix())}}})
		}
	}
	rand.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}

func (b *thousand) Query(context.Context, string, time.Time) (model.Vector, error) { return nil, nil }

func TestDiscover_of_a_thousand_functions_and_their_parts_is_two_queries(t *testing.T) {
	t.Parallel()
	asked := &thousand{}
	e, _ := setUp(t, asked, sets(t, batch), nil)
	for minute := range 3 {
		if err := e.Discover(t.Context(), dawn.Add(time.Duration(minute)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		if got := len(e.SLOs()); got != 1+2*1000 || asked.surveys != 2 {
			t.Errorf("minute %d: %d objectives from %d queries, want 2001 from 2", minute, got, asked.surveys)
		}
		asked.surveys = 0
		if err := e.Round(t.Context(), dawn.Add(time.Duration(minute+1)*time.Minute)); err != nil || asked.surveys != 0 {
			t.Errorf("minute %d: a round looks for members as well: %d queries, %v", minute, asked.surveys, err)
		}
	}
}

// A thousand functions of ten codes would be eleven thousand objectives.
func TestDiscover_of_too_much_keeps_who_came_first_and_says_what_is_left_out(t *testing.T) {
	t.Parallel()
	asked := &thousand{codes: []string{"x"}}
	var log strings.Builder
	e, _ := setUp(t, asked, sets(t, batch), func(c *evaluator.Config) { c.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	look := func(minute int) []string {
		if err := e.Discover(t.Context(), dawn.Add(time.Duration(minute)*time.Minute)); err != nil {
			t.Fatal(err)
		}
		return slices.Sorted(slices.Values(inForce(e)))
	}
	first := look(0)
	asked.codes = []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "x"}
	full := look(1)
	if len(first) != 2001 || len(full) != 1+slo.MaxOfFamily {
		t.Errorf("%d objectives, then %d, want 2001 and one more than one family may bring", len(first), len(full))
	}
	for _, before := range first {
		if _, still := slices.BinarySearch(full, before); !still {
			t.Fatalf("%s had to go for who came later", before)
		}
	}
	if diff := cmp.Diff(full, look(5)); diff != "" {
		t.Errorf("four minutes later others are in force: %.300s", diff)
	}
	left := 0
	for _, f := range e.Families() {
		left += f.Refused.Count
	}
	if n := strings.Count(log.String(), "too many are found"); n != 1 || left != 2000+9000-slo.MaxOfFamily || !strings.Contains(log.String(), "one family may bring 5,000") {
		t.Errorf("%d values are left out, which is told %d times: %.500s", left, n, log.String())
	}
}

// A clock that was ahead for a moment does not keep members from being found.
func TestDiscover_after_the_clock_was_put_back(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.runs("batch-new", dawn, dawn.Add(time.Hour), 0)
	e, _ := c.evaluator(t, sets(t, batch))
	c.look(t, e, dawn.AddDate(1, 0, 0))
	c.look(t, e, dawn.Add(30*time.Minute))
	if got := inForce(e); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "batch-new") }) {
		t.Errorf("in force: %v", got)
	}
}

func TestMembers_come_and_go_while_others_look(t *testing.T) {
	t.Parallel()
	set := sets(t, batch)
	e, _ := setUp(t, &thousand{}, set, nil)
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for minute := range 3 {
				_ = e.Discover(t.Context(), dawn.Add(time.Duration(minute)*time.Minute)) // the backend of the test always answers
			}
		})
		group.Go(func() { e.SetSLOs(slo.Set{}); e.SetSLOs(set) })
		group.Go(func() { e.AssessAll(e.SLOs()[:0], dawn); e.Families(); e.Signals() })
	}
	group.Wait()
	e.SetSLOs(set)
	if err := e.Discover(t.Context(), dawn.Add(10*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if got := len(e.SLOs()); got != 2001 {
		t.Errorf("%d objectives in the end, want 2001", got)
	}
}
