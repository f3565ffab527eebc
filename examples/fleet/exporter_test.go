package fleet_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/examples/fleet"
)

// scrape reads the exporter as a server would.
func scrape(t *testing.T, f *fleet.Fleet, query string) map[string]*dto.MetricFamily {
	t.Helper()
	recorder := httptest.NewRecorder()
	f.Exporter().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics"+query, nil))
	if recorder.Code != http.StatusOK {
		t.Fatalf("status %d: %s", recorder.Code, recorder.Body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(recorder.Body)
	if err != nil {
		t.Fatal(err)
	}
	return families
}

func label(m *dto.Metric, name string) string {
	for _, pair := range m.Label {
		if pair.GetName() == name {
			return pair.GetValue()
		}
	}
	return ""
}

func TestTheExporterShowsWhatTheEngineWouldReadNow(t *testing.T) {
	// The clock stands on a scrape of the one target compared.
	clock := now
	f := newFleet(t, fleet.Options{Seed: 3, Now: func() time.Time { return clock }})
	at := counted(t, f, `max(timestamp(up{job="checkout",instance=~"charge-card-.*"}))`, now)[`{}`]
	clock = time.UnixMilli(int64(at * 1000)).UTC()
	engine := counted(t, f, `function_calls_total{function="charge-card"} * on (instance) group_left () (timestamp(up) == bool time())  > 0`, clock)
	exported := map[string]float64{}
	for _, m := range scrape(t, f, "")["function_calls_total"].Metric {
		exported[label(m, "instance")+label(m, "code")+label(m, "gateway")] = m.GetCounter().GetValue()
	}
	if len(engine) == 0 {
		t.Fatal("nothing to compare")
	}
	for key, want := range engine {
		pick := func(name string) string {
			_, rest, _ := strings.Cut(key, name+`="`)
			value, _, _ := strings.Cut(rest, `"`)
			return value
		}
		if got := exported[pick("instance")+pick("code")+pick("gateway")]; got != want {
			t.Errorf("%s: exported %v, the engine reads %v", key, got, want)
		}
	}
}

func TestAnExporterOfALiveFleetStartsAtZero(t *testing.T) {
	clock := now
	f := newFleet(t, fleet.Options{Live: true, Now: func() time.Time { return clock }})
	first := scrape(t, f, "")
	if _, found := first["function_calls_total"]; found {
		t.Error("there are calls at the first instant")
	}
	if n := len(first["process_start_time_seconds"].GetMetric()); n != 2*len(f.Functions()) {
		t.Errorf("%d processes, want two per function", n)
	}
	clock = clock.Add(10 * time.Minute)
	for _, m := range scrape(t, f, "")["function_call_duration_seconds"].Metric {
		name, instance := label(m, "function"), label(m, "instance")
		if name != "flags/evaluate" && name != "evaluate" {
			continue
		}
		if n := m.GetHistogram().GetSampleCount(); n < 300_000 || n > 1_500_000 {
			t.Errorf("%s: %d calls in ten minutes", instance, n)
		}
	}
}

func TestOneTargetCanBeScrapedAlone(t *testing.T) {
	f := newFleet(t, fleet.Options{})
	all := scrape(t, f, "")["process_start_time_seconds"].Metric
	one := scrape(t, f, "?instance="+label(all[3], "instance"))["process_start_time_seconds"].Metric
	if len(one) != 1 || label(one[0], "instance") != label(all[3], "instance") {
		t.Errorf("got %v", one)
	}
	if rest := scrape(t, f, "?instance=nobody"); len(rest) != 0 {
		t.Errorf("an unknown target shows %v", rest)
	}
}

func TestATargetThatIsDownIsNotExposed(t *testing.T) {
	f := newFleet(t, fleet.Options{Faults: []fleet.Fault{{Kind: fleet.TargetDown, Service: "auth", Function: "login", From: now}}})
	for name, family := range scrape(t, f, "") {
		for _, m := range family.Metric {
			if strings.HasPrefix(label(m, "instance"), "login-") {
				t.Fatalf("%s shows a target that is down: %s", name, fmt.Sprint(m))
			}
		}
	}
}
