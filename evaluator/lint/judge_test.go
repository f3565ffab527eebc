package lint_test

import (
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/lint"
	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/promapi"
	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// TestMembersOfAFamilySpeakOnce: what they have in common is told once, at the place
// that defines them.
func TestMembersOfAFamilySpeakOnce(t *testing.T) {
	var asked atomic.Int64
	slos := many(t, 10)
	for i := range slos {
		slos[i].Source = slo.Source{File: "shop.yaml", Line: 7, Column: 3}
	}
	findings, _ := check(t, front(t, &asked), slos, lint.DefaultLimits)
	var labels []rule.Finding
	for _, f := range findings {
		if f.Rule == rule.LabelMissing {
			labels = append(labels, f)
		}
	}
	const want = `label-missing: 4 of 20 members, such as shop/missing-6/a: no series of function_calls_total has function="missing-6"`
	if got := told(labels); !strings.HasPrefix(got, want) || strings.Count(got, "\n") != 1 {
		t.Errorf("got\n%s\nwant\n%s… and the same of the histogram", got, want)
	}
	if f := labels[0]; f.File != "shop.yaml" || f.Line != 7 || f.Column != 3 {
		t.Errorf("it stands at %s:%d:%d", f.File, f.Line, f.Column)
	}
}

// TestTypesOfMetricsAreBelievedOnlyIfAllTargetsAgree asks a server that knows types,
// as a real one does.
func TestTypesOfMetricsAreBelievedOnlyIfAllTargetsAgree(t *testing.T) {
	slos := objectives(t, ratio("99%", `calls_total{function="busy"}`, `calls_total{function="busy",code="500"}`))
	shop := promapi.New(promapi.Config{Queryable: shop().At(func() time.Time { return now }), Now: func() time.Time { return now }})
	for types, want := range map[string]string{
		`{"type":"gauge"}`:                     "type-gauge: shop/pay/a: calls_total is a gauge, as its targets say: what goes up and down cannot be counted",
		`{"type":"counter"}`:                   "",
		`{"type":"unknown"}`:                   "",
		`{"type":"gauge"}, {"type":"counter"}`: "",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, "/metadata") {
				fmt.Fprintf(w, `{"status":"success","data":{"calls_total":[%s]}}`, types)
				return
			}
			shop.ServeHTTP(w, r)
		}))
		findings, _ := check(t, server.URL, slos, lint.DefaultLimits)
		if got := told(findings); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", types, got, want)
		}
		server.Close()
	}
}

// TestTrafficIsThatOfTheFleet: the estimate is what the fleet truly had, and one
// failure too dear by the objective that makes it so.
func TestTrafficIsThatOfTheFleet(t *testing.T) {
	var asked atomic.Int64
	server := front(t, &asked)
	truth, err := fleetOf(t).Truth("onboarding", "verify-identity", now.Add(-30*day), now)
	if err != nil {
		t.Fatal(err)
	}
	for objective, thin := range map[string]bool{"99.9%": true, "99%": false} {
		slos := objectives(t, fmt.Sprintf("  - {name: verify-identity, slos: [{name: a, objective: %s, window: 30d, sli: {ratio: {total: 'function_calls_total{function=\"$function\"}', bad: 'function_calls_total{function=\"$function\",code=\"500\"}'}}}]}\n", objective))
		findings, facts := check(t, server, slos, lint.DefaultLimits)
		calls := facts.Traffic[slos[0].SLI.Key("")].Calls(30 * day)
		if math.Abs(calls-float64(truth.Total)) > 0.02*float64(truth.Total) {
			t.Errorf("%v calls, truly %d", calls, truth.Total)
		}
		if got := told(findings); strings.Contains(got, "traffic-thin") != thin {
			t.Errorf("objective %s: %s", objective, got)
		}
	}
}

// TestHistoryThatIsLongEnoughIsNoNews: the shop has eight days.
func TestHistoryThatIsLongEnoughIsNoNews(t *testing.T) {
	server := promtest.Serve(t, shop(), now)
	for window, want := range map[string]string{
		"7d":  "",
		"30d": "history-short: shop/pay/a: the backend has data since about 2026-03-10 13:00 UTC only, 8d of 30d: until then the budget is that of a shorter time",
	} {
		functions := strings.ReplaceAll(ratio("99%", `calls_total{function="busy"}`, `calls_total{function="busy",code="500"}`), "7d", window)
		findings, _ := check(t, server.URL, objectives(t, functions), lint.DefaultLimits)
		if got := told(findings); got != want {
			t.Errorf("window %s: got\n%s\nwant\n%s", window, got, want)
		}
	}
}

// TestGuardsSayWhatATierCanDo: a function with a few calls an hour may open a ticket
// and never page.
func TestGuardsSayWhatATierCanDo(t *testing.T) {
	slos := objectives(t, ratio("99%", `calls_total{function="busy"}`, `calls_total{function="busy",code="500"}`))
	s := slos[0]
	key := s.SLI.Key("")
	for hourly, want := range map[float64]string{
		1: "tiers that can never fire: fast needs 3 failures in 1h, and no 2h had more than 2 calls",
		2: "tiers that can never page, only be a ticket: fast needs 5 failures in 1h, and no 2h had more than 4 calls",
		3: "",
	} {
		calls := make([]float64, 7*24)
		for i := range calls {
			calls[i] = hourly
		}
		facts := &lint.Facts{
			At: now, Metrics: map[string]*lint.Metric{"calls_total": {Name: "calls_total", Now: lint.NewIndex([]lint.Row{{Labels: map[string]string{"function": "busy", "code": "500"}, Series: 1}}, true)}},
			Traffic: map[string]lint.Traffic{key: traffic(time.Hour, calls...)},
		}
		var got []string
		for _, f := range lint.Judge(slos, facts, lint.Limits{ThinShare: 100, MaxSeries: 10}).Findings {
			if f.Rule == rule.TierUnreachable {
				got = append(got, strings.TrimPrefix(f.Message, "shop/pay/a: "))
			}
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%v calls an hour: got\n%s\nwant\n%s", hourly, strings.Join(got, "\n"), want)
		}
	}
}

// theFleet is built once: the past does not change.
var theFleet = sync.OnceValues(func() (*fleet.Fleet, error) {
	return fleet.New(fleet.Options{Seed: 1, Now: func() time.Time { return now }, SkipUnread: true})
})

func fleetOf(t testing.TB) *fleet.Fleet {
	t.Helper()
	f, err := theFleet()
	if err != nil {
		t.Fatal(err)
	}
	return f
}
