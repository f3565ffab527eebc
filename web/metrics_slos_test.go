package web_test

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/listing"
)

// sample is one series of an SLO, without the labels that name the SLO.
type sample struct {
	Metric string
	Labels map[string]string
	Value  float64
}

// samplesOf are the series of /metrics/slos, by the SLO.
func samplesOf(t *testing.T, server *web.Server) map[slo.ID][]sample {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(get(t, server, "/metrics/slos").Body)
	if err != nil {
		t.Fatal(err)
	}
	out := map[slo.ID][]sample{}
	for _, name := range slices.Sorted(maps.Keys(families)) {
		for _, m := range families[name].GetMetric() {
			labels := map[string]string{}
			for _, pair := range m.GetLabel() {
				labels[pair.GetName()] = pair.GetValue()
			}
			id := slo.ID{Service: labels["service"], Function: labels["function"], Name: labels["slo"]}
			for _, name := range []string{"service", "function", "slo"} {
				delete(labels, name)
			}
			out[id] = append(out[id], sample{strings.TrimPrefix(name, "slofuse_slo_"), labels, m.GetGauge().GetValue()})
		}
	}
	return out
}

// labelOf is the label of the one series of a metric.
func labelOf(t *testing.T, list []sample, metric, label string) string {
	t.Helper()
	list = slices.DeleteFunc(slices.Clone(list), func(s sample) bool { return s.Metric != metric })
	if len(list) != 1 {
		t.Fatalf("%d series of %s: %v", len(list), metric, list)
	}
	return list[0].Labels[label]
}

func TestMetricsOfSLOs_have_the_burn_rates_and_states_of_the_list(t *testing.T) {
	server := newFleet().server(t)
	var list api.SLOList
	if err := json.Unmarshal(get(t, server, "/api/v1/slos").Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	samples := samplesOf(t, server)
	rates := 0
	for _, one := range list.SLOs {
		id, _ := slo.ParseID(one.ID)
		want := map[string]float64{}
		for _, burn := range one.BurnRates {
			if burn.BurnRate != nil && slo.DataState(one.Data.State).Measured() {
				want[burn.Window] = *burn.BurnRate
			}
		}
		got := map[string]float64{}
		for _, s := range samples[id] {
			if s.Metric == "burn_rate" {
				got[s.Labels["window"]] = s.Value
			}
		}
		rates += len(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-API +metrics):\n%s", id, diff)
		}
		if state := labelOf(t, samples[id], "data_state", "state"); state != one.Data.State {
			t.Errorf("%s: data is %s, of the API %s", id, state, one.Data.State)
		}
		var found api.SLOList
		state := labelOf(t, samples[id], "state", "state")
		if err := json.Unmarshal(get(t, server, "/api/v1/slos?status="+state).Body.Bytes(), &found); err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(found.SLOs, func(o api.SLO) bool { return o.ID == one.ID }) {
			t.Errorf("%s is %s, and not in the list of those", id, state)
		}
	}
	if rates < 20 {
		t.Errorf("%d burn rates were compared", rates)
	}
}

// TestMetricsOfSLOs_tell_nothing_that_is_not_known: a burn rate of 0 would say that all
// is well.
func TestMetricsOfSLOs_tell_nothing_that_is_not_known(t *testing.T) {
	id := slo.ID{Service: "s", Function: "f", Name: "up"}
	for name, c := range map[string]struct {
		change      func(*slo.Assessment)
		rate, event bool // there are series of them over an hour
	}{
		"known":                     {func(*slo.Assessment) {}, true, true},
		"nobody called":             {func(a *slo.Assessment) { hourOf(a).Counts = slo.Counts{} }, false, true},
		"it is still being read":    {func(a *slo.Assessment) { hourOf(a).Unread = time.Minute }, false, false},
		"most of it is not known":   {func(a *slo.Assessment) { hourOf(a).Coverage = 0.4 }, false, false},
		"most of it does not count": {func(a *slo.Assessment) { hourOf(a).Excluded.Share = 0.6 }, false, false},
	} {
		f := &fleet{assessments: map[slo.ID]slo.Assessment{}}
		f.add(member{service: "s", function: "f", name: "up", objective: "99%", total: 1e6, bad: 10, burn: 2})
		a := f.assessments[id]
		c.change(&a)
		f.assessments[id] = a
		seen := map[string]bool{}
		for _, s := range samplesOf(t, f.server(t))[id] {
			if s.Labels["window"] == "1h" {
				seen[s.Metric] = true
			}
		}
		if seen["burn_rate"] != c.rate || seen["events"] != c.event || seen["bad_events"] != c.event {
			t.Errorf("%s: %v", name, seen)
		}
	}
}

func hourOf(a *slo.Assessment) *slo.WindowSum {
	i := slices.IndexFunc(a.Burns, func(w slo.WindowSum) bool { return w.Length == time.Hour })
	return &a.Burns[i]
}

// TestMetricsOfSLOs_are_as_many_as_is_promised: 5 series, and 3 for each window.
func TestMetricsOfSLOs_are_as_many_as_is_promised(t *testing.T) {
	f := newFleet()
	for id, list := range samplesOf(t, f.server(t)) {
		if most := 5 + 3*len(f.assessments[id].Burns); len(list) > most {
			t.Errorf("%s has %d series, more than %d", id, len(list), most)
		}
		if state := labelOf(t, list, "state", "state"); !slices.Contains(listing.Statuses(), listing.Status(state)) {
			t.Errorf("%s: there is no state %q", id, state)
		}
	}
}

func TestMetricsOfSLOs_keep_to_the_customs_of_Prometheus(t *testing.T) {
	problems, err := promlint.New(get(t, newFleet().server(t), "/metrics/slos").Body).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v %+v", err, problems)
	}
}

// TestMetricsOfSLOs_hold_what_the_API_says: numbers where they are known, and no
// series where they are not.
func TestMetricsOfSLOs_hold_what_the_API_says(t *testing.T) {
	f := newFleet()
	body := get(t, f.server(t), "/metrics/slos").Body.String()
	for _, want := range []string{
		`slofuse_slo_objective_ratio{function="charge-card",service="checkout",slo="availability"} 0.999`,
		`slofuse_slo_data_state{function="charge-card",service="checkout",slo="availability",state="ok"} 1`,
		`slofuse_slo_error_budget_remaining_ratio{function="charge-card",service="checkout",slo="availability"} `,
		`slofuse_slo_events{function="charge-card",service="checkout",slo="availability",window="1h"} `,
		`slofuse_slo_bad_events{function="charge-card",service="checkout",slo="availability",window="1h"} `,
		`slofuse_slo_state{function="charge-card",service="checkout",slo="availability",state="paging"} 1`,
		`slofuse_slo_info{function="charge-card",owner="team-checkout",service="checkout",slo="availability",window="30d"} 1`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("there is no %s in\n%s", want, body)
		}
	}
	for id, a := range f.assessments {
		a.State, a.Reason = slo.StateSourceDown, "connection refused"
		f.assessments[id] = a
	}
	body = get(t, f.server(t), "/metrics/slos").Body.String()
	for _, series := range []string{"remaining_ratio{", "slo_events{", "burn_rate{"} {
		if strings.Contains(body, series) {
			t.Errorf("numbers are shown that nobody knows, %s:\n%s", series, body)
		}
	}
	if !strings.Contains(body, `state="paging"} 1`) {
		t.Errorf("an alert does not hold when the data goes away:\n%s", body)
	}
	if !strings.Contains(body, `state="source_down"} 1`) {
		t.Errorf("nothing says why:\n%s", body)
	}
	f.assessments = nil
	if body = get(t, f.server(t), "/metrics/slos").Body.String(); !strings.Contains(body, `state="stale"} 1`) {
		t.Errorf("before the first round:\n%s", body)
	}
	f.err = errors.New("the ledger is closed")
	if w := get(t, f.server(t), "/metrics/slos"); w.Code != 500 {
		t.Errorf("an error: status %d %s", w.Code, w.Body)
	}
}
