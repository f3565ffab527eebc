package main

import (
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// batchFile defines functions by their names.
const batchFile = `version: 1
service: batch
owner: team-data
slis: {success: {ratio: {total: 'function_calls_total{function="$function"}', bad: 'function_calls_total{function="$function",code=~"5.."}'}}}
functions:
  - match: "batch-.*"
    split_by: [instance]
    slos: [{name: availability, sli: success, objective: 99.9%, window: 7d}]
`

// batchWorld is a backend that sees batch-old all the time, and batch-new fail for
// twenty minutes from its birth on.
func batchWorld(t *testing.T, birth time.Time) *promtest.Server {
	samples := &promtest.Samples{}
	runs := func(name string, from, to time.Time, errors float64) {
		promtest.Target{
			Job: "batch", Instance: "host-of-" + name, From: from, To: to, Seed: uint64(len(name)),
			Functions: []promtest.Function{{Name: name, Rate: 5, Errors: func(time.Time) float64 { return errors }}},
		}.Record(samples)
	}
	runs("batch-old", birth.Add(-2*time.Hour), birth.Add(26*time.Hour), 0)
	runs("batch-new", birth, birth.Add(20*time.Minute), 3)
	return promtest.Serve(t, samples, birth)
}

func TestAFunctionIsFoundPagesFromItsFirstMinutesAndLeaves(t *testing.T) {
	birth := wednesday
	c, pager := newClock(birth.Add(-time.Minute)), newReceiver(t)
	prom := batchWorld(t, birth)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "slos", "batch.yaml"), batchFile)
	config := configuration{backend: prom.URL, hook: pager.URL, storage: filepath.Join(dir, "slofuse.db")}
	s := start(t, config.write(t, dir), c.Now)
	pass := func(d time.Duration) {
		for end := c.Now().Add(d); c.Now().Before(end); {
			prom.Set(c.advance(30 * time.Second))
			s.round()
		}
	}
	prom.Set(c.Now())
	s.round()
	pager.none(t)

	pass(4 * time.Minute) // to three minutes after the birth
	page := pager.next(t)
	if got := page.body.Incident; got.Function != "batch-new" || got.Severity != "page" {
		t.Fatalf("%s of %s, want a page of batch-new: %s", got.Severity, got.Function, got.Reason)
	}
	part := unmarshal[api.SLO](t, s.mustGet("/api/v1/slos/batch/batch-new/availability:instance=host-of-batch-new"))
	if part.Alert.Severity == "page" || part.Bad == 0 {
		t.Errorf("the part has %v bad events and alerts with %q, want some and no page", part.Bad, part.Alert.Severity)
	}

	pass(20 * time.Minute) // and it is gone
	for end := birth.Add(24*time.Hour + 35*time.Minute); c.Now().Before(end); {
		prom.Set(c.advance(2 * time.Minute))
		if err := s.evaluator.Discover(t.Context(), c.Now()); err != nil {
			t.Fatal(err)
		}
	}
	s.tick()
	var last delivery
	for _, d := range pager.accepted() {
		last = d
	}
	for last.body.Status != "resolved" {
		last = pager.next(t)
	}
	if reason := last.body.Incident.Reason; !strings.Contains(reason, "no longer found by match") {
		t.Errorf("closed since: %s", reason)
	}
	if status, _ := s.get("/api/v1/slos/batch/batch-new/availability"); status != 404 {
		t.Errorf("status %d for a function that left, want 404", status)
	}
	if status, _ := s.get("/api/v1/slos/batch/batch-old/availability"); status != 200 {
		t.Errorf("status %d for a function that is there, want 200", status)
	}
}

func TestMembersAreInForceAfterARestartWhileTheBackendIsDown(t *testing.T) {
	c := newClock(wednesday.Add(5 * time.Minute))
	prom := batchWorld(t, wednesday)
	prom.Set(c.Now())
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "slos", "batch.yaml"), batchFile)
	file := configuration{backend: prom.URL, storage: filepath.Join(dir, "slofuse.db")}.write(t, dir)
	first := start(t, file, c.Now)
	first.round()
	before := len(first.SLOs())
	first.stop()

	prom.Refuse(true)
	second := start(t, file, c.Now)
	c.advance(time.Minute)
	second.tick()
	if got := len(second.SLOs()); got != before || before != 4 {
		t.Errorf("%d objectives in force after the restart, %d before, want 4", got, before)
	}
}

func TestThePartsOfTheDemoAreWhatTheFleetDid(t *testing.T) {
	c := newClock(wednesday)
	prom := newBackend(t, fleet.Options{Seed: 1, Now: c.Now, Burning: burningFor})
	files := filepath.Join(demoFiles(t), "slos", "checkout.yaml")
	for _, gateway := range []string{"acme-pay", "globex"} {
		code, out, errs := runHere(t, c, "status", "-o", "json", "--select", "gateway="+gateway, "--prometheus.url", prom.URL, files)
		if code != exitPass {
			t.Fatal(errs)
		}
		list := unmarshal[api.SLOList](t, out)
		if len(list.SLOs) != 1 {
			t.Fatalf("%d SLOs of %s, want 1", len(list.SLOs), gateway)
		}
		part := list.SLOs[0]
		truth, err := prom.Observed("checkout", "charge-card", *part.Window.From, *part.Window.To)
		if err != nil {
			t.Fatal(err)
		}
		var total, bad float64
		for status, n := range truth.ByGateway[gateway] {
			total += float64(n)
			if strings.HasPrefix(status, "5") {
				bad += float64(n)
			}
		}
		if total == 0 || math.Abs(part.Total-total) > total/10_000 || math.Abs(part.Bad-bad) > max(1, bad/10_000) {
			t.Errorf("%s: %v bad of %v, the fleet did %v of %v", part.ID, part.Bad, part.Total, bad, total)
		}
	}
}

func (r *running) mustGet(path string) string {
	r.t.Helper()
	status, body := r.get(path)
	if status != 200 {
		r.t.Fatalf("%s: status %d: %s", path, status, body)
	}
	return body
}

func TestVerbsAloneFindTheMembersOfFamilies(t *testing.T) {
	birth := wednesday
	prom := batchWorld(t, birth)
	files := filepath.Join(t.TempDir(), "batch.yaml")
	writeFile(t, files, batchFile)
	for name, tc := range map[string]struct {
		at     time.Time
		args   []string
		code   int
		says   []string
		silent string
	}{
		"status": {
			birth.Add(10 * time.Minute),
			[]string{"status"},
			exitPass,
			[]string{"batch-new", "batch-old", "availability:instance=host-of-batch-new"},
			"",
		},
		"one function": {
			birth.Add(10 * time.Minute), []string{"status", "--select", "function=batch-old"}, exitPass, []string{"batch-old"}, "batch-new",
		},
		"one part": {
			birth.Add(10 * time.Minute), []string{"status", "--select", "instance=host-of-batch-new"}, exitPass, []string{"batch-new"}, "batch-old",
		},
		"who was there within a day of a moment of the past": {
			birth.Add(25 * time.Hour), []string{"status", "--at", birth.Add(20 * time.Hour).Format(time.RFC3339)}, exitPass, []string{"batch-new"}, "",
		},
		"who has left": {
			birth.Add(26 * time.Hour), []string{"status"}, exitPass, []string{"batch-old"}, "batch-new",
		},
		"a gate on all": {birth.Add(10 * time.Minute), []string{"gate"}, exitFindings, []string{"batch-new"}, ""},
		"a gate on one": {birth.Add(10 * time.Minute), []string{"gate", "--select", "function=batch-old"}, exitPass, []string{"batch-old"}, "batch-new"},
		"nobody":        {birth.Add(10 * time.Minute), []string{"gate", "--select", "function=batch-3"}, exitUndecided, nil, "batch-"},
		"check":         {birth.Add(10 * time.Minute), []string{"check"}, exitPass, []string{"4 SLOs are good"}, "family"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newClock(tc.at)
			prom.Set(tc.at)
			code, out, errs := runHere(t, c, append(tc.args, "--prometheus.url", prom.URL, files)...)
			if code != tc.code {
				t.Errorf("exit code %d, want %d: %s", code, tc.code, errs)
			}
			for _, text := range tc.says {
				if !strings.Contains(out, text) {
					t.Errorf("%q is not said:\n%s", text, out)
				}
			}
			if tc.silent != "" && strings.Contains(out, tc.silent) {
				t.Errorf("%q is said:\n%s", tc.silent, out)
			}
		})
	}
}

func TestCheckOfflineSaysThatMembersAreNotKnown(t *testing.T) {
	files := filepath.Join(t.TempDir(), "batch.yaml")
	writeFile(t, files, batchFile)
	code, out, _ := runHere(t, newClock(wednesday), "check", files)
	if want := "0 SLOs are good, 1 remark; 1 match or split_by stands for more: Prometheus knows which, so add --prometheus.url URL to check them\n"; code != exitPass || !strings.HasSuffix(out, want) {
		t.Errorf("exit code %d and %q, want %q", code, out, want)
	}
}

func TestCheckWarnsOfAFamilyWithoutMembers(t *testing.T) {
	prom := batchWorld(t, wednesday)
	files := filepath.Join(t.TempDir(), "batch.yaml")
	writeFile(t, files, strings.Replace(batchFile, "batch-.*", "bacth-.*", 1))
	code, out, _ := runHere(t, newClock(wednesday), "check", "--prometheus.url", prom.URL, files)
	if code != exitPass || !strings.Contains(out, `batch.yaml:6:12: warning: match "bacth-.*" of batch has no members`) {
		t.Errorf("exit code %d:\n%s", code, out)
	}
}

// Families of one name are told of as one, however many functions bring them.
func TestTheBannerTellsOnceOfFamiliesOfOneName(t *testing.T) {
	split := func(function string) slo.Family {
		return slo.Family{Service: "s", Name: "a split by b", Whole: slo.ID{Service: "s", Function: function, Name: "a"}}
	}
	full := evaluator.Crowd{Count: 3, Some: []string{"x", "y", "z"}, Reason: "so it is bounded"}
	got := shortcomings([]evaluator.FamilyHealth{
		{Family: split("f1"), Members: 1, Refused: full},
		{Family: split("f2"), Members: 1},
		{Family: split("f3"), Members: 1, Beyond: full},
		{Family: slo.Family{Service: "s", Name: "match \"m\""}, Members: 1, Err: errors.New("no")},
		{Family: slo.Family{Service: "s", Name: "match \"n\""}, Members: 1, Beyond: evaluator.Crowd{Count: 1, Some: []string{"s/f/x"}, Reason: "so it is bounded"}},
		{Family: slo.Family{Service: "s", Name: "match \"unseen\"", Seen: []slo.Sight{{}}}},
	})
	want := []string{
		`a split by b of s/f1: 3 values such as "x" are left out: so it is bounded; so it is with 1 more`,
		`match "m" of s: the backend refuses the question who is there: no`,
		`match "n" of s: the objective or signal "s/f/x" is left out: so it is bounded`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
