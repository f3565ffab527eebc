package starter_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/starter"
)

func TestInstrumentsAreThoseWhoseMetricsAreThere(t *testing.T) {
	names := []string{"grpc_server_handled_total", "grpc_server_handling_seconds_bucket", "celery_task_succeeded_total", "up"}
	var got []string
	for _, i := range starter.Instruments(names) {
		got = append(got, i.Preset+" "+i.Metric()+" "+i.Duration.Histogram.Metric)
	}
	want := []string{"celery celery_task_succeeded_total ", "grpc grpc_server_handled_total grpc_server_handling_seconds"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestCountersAreTheLikelyOnesFirst(t *testing.T) {
	names := []string{
		"bytes_total", "function_calls_total", "go_calls_total", "http_requests_total", "job_seconds_bucket", "job_seconds_count",
		"lonely_count", "queue_length", "grpc_server_handled_total", "grpc_server_handling_seconds_count", "grpc_server_handling_seconds_bucket",
	}
	got := starter.Counters(names, starter.Instruments(names), 10)
	if diff := cmp.Diff([]string{"function_calls_total", "http_requests_total", "bytes_total", "job_seconds_count"}, got); diff != "" {
		t.Error(diff)
	}
	if got := starter.Counters(names, nil, 1); len(got) != 1 {
		t.Errorf("a limit of 1 gives %v", got)
	}
}

func TestHistogramsAreThoseNamedLikeTheCounter(t *testing.T) {
	names := []string{
		"function_call_duration_seconds_bucket", "function_call_duration_seconds_count", "function_start_seconds_bucket", "other_seconds_bucket",
		"function_call_size_bytes_bucket", "function_wait_seconds", "function_wait_seconds_count",
	}
	got := starter.Histograms(names, "function_calls_total")
	if diff := cmp.Diff([]string{"function_call_duration_seconds", "function_start_seconds", "function_wait_seconds"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestLabelsTellFunctionAndResult(t *testing.T) {
	for _, tc := range []struct {
		names            []string
		function, result string
	}{
		{[]string{"code", "instance", "job", "method", "handler"}, "handler", "code"},
		{[]string{"function", "route", "status", "result"}, "function", "status"},
		{[]string{"queue", "outcome"}, "queue", "outcome"},
		{[]string{"function", "instance"}, "", ""},
		{[]string{"code", "instance"}, "", ""},
	} {
		function, result, ok := starter.Labels(tc.names)
		if ok != (tc.function != "") || ok && (function != tc.function || result != tc.result) {
			t.Errorf("%v: %q, %q, %v", tc.names, function, result, ok)
		}
	}
	if got := starter.ServiceLabels([]string{"job", "service", "code"}); !slices.Equal(got, []string{"service", "job"}) {
		t.Errorf("services by %v", got)
	}
}

func TestFailedTellsBadCallsByTheirResults(t *testing.T) {
	for want, values := range map[string][]string{
		`r=~"5.."`:               {"200", "404", "500"},
		`r=~"5.." `:              {"2xx"},
		`r="failed"`:             {"done", "failed"},
		`r=~"error|timeout"`:     {"error", "ok", "timeout"},
		`r!="success"`:           {"success"},
		`r!~"completed|success"`: {"completed", "success"},
		`r=~"Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss"`: {"OK", "NotFound"},
		"":   {"a", "b"},
		" ":  nil,
		"  ": {"failed"}, // nothing says what a good call is
	} {
		got, ok := starter.Failed("r", values)
		trimmed := want
		for trimmed != "" && trimmed[len(trimmed)-1] == ' ' {
			trimmed = trimmed[:len(trimmed)-1]
		}
		if ok != (trimmed != "") || ok && got.String() != trimmed {
			t.Errorf("%v: %s, %v, want %s", values, got, ok, trimmed)
		}
	}
}
