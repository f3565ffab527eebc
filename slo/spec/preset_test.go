package spec_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func TestAPresetIsFilledIn(t *testing.T) {
	slos := byID(t, "testdata/presets.good.yaml")
	route := slo.Matcher{Label: "http_route", Op: slo.MatchEqual, Value: "GET /cart/{id}"}
	job := slo.Matcher{Label: "job", Op: slo.MatchEqual, Value: "shop"}
	task := slo.Matcher{Label: "name", Op: slo.MatchEqual, Value: "send-mail"}
	failed := slo.Matcher{Label: "http_response_status_code", Op: slo.MatchRegexp, Value: "5.."}
	for id, want := range map[string]slo.SLI{
		"shop/GET%20%2Fcart%2F%7Bid%7D/availability": {
			Ratio: &slo.Ratio{
				Total: []slo.Selector{{Metric: "http_server_request_duration_seconds_count", Matchers: []slo.Matcher{route, job}}},
				Bad:   []slo.Selector{{Metric: "http_server_request_duration_seconds_count", Matchers: []slo.Matcher{failed, route, job}}},
			},
			Fingerprint: []string{"http_response_status_code"},
		},
		"shop/GET%20%2Fcart%2F%7Bid%7D/latency": {
			Latency: &slo.Latency{
				Histogram: slo.Selector{Metric: "http_server_request_duration_seconds", Matchers: []slo.Matcher{route, job}},
				Threshold: 250 * time.Millisecond, Unit: time.Second,
			},
		},
		"shop/send-mail/success": {
			Ratio: &slo.Ratio{
				Good: []slo.Selector{{Metric: "celery_task_succeeded_total", Matchers: []slo.Matcher{task}}},
				Bad:  []slo.Selector{{Metric: "celery_task_failed_total", Matchers: []slo.Matcher{task}}},
			},
			Fingerprint: []string{"exception", "queue"},
		},
		"shop/send-mail/speed": {
			Latency: &slo.Latency{
				Histogram: slo.Selector{Metric: "celery_task_runtime", Matchers: []slo.Matcher{task}},
				Threshold: 7 * time.Second, Unit: time.Second, Interpolate: true,
			},
		},
	} {
		if diff := cmp.Diff(want, slos[id].SLI); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
}

// A table of the documentation lists the presets with the label that usually
// holds the function.
func TestTheDocumentationListsThePresets(t *testing.T) {
	docs, err := os.ReadFile("../../docs/slo-files.md")
	if err != nil {
		t.Fatal(err)
	}
	presets, err := os.ReadFile("presets/presets.yaml")
	if err != nil {
		t.Fatal(err)
	}
	listed := 0
	var name string
	for line := range strings.Lines(string(presets)) {
		if key, ok := strings.CutSuffix(line, ":\n"); ok && !strings.HasPrefix(key, " ") {
			name = key
		}
		if label, ok := strings.CutPrefix(line, "  function: "); ok {
			listed++
			if row := "| `" + name + "` | `" + strings.TrimSpace(label) + "` |"; !strings.Contains(string(docs), row) {
				t.Errorf("docs/slo-files.md has no row %s", row)
			}
		}
	}
	if listed == 0 {
		t.Error("no preset found")
	}
}
