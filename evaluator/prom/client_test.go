package prom_test

import (
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/prom"
)

// vector is an answer with one sample of 42, and matrix the same as a range.
const (
	vector = `{"status":"success","data":{"resultType":"vector","result":[{"metric":{"function":"charge"},"value":[1700000000,"42"]}]}}`
	matrix = `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"function":"charge"},"values":[[1700000000,"42"],[1700000030,"43"]]}]}}`
)

var at = time.Unix(1_700_000_000, 0).UTC()

// client is a client of a server, without retries unless a test changes that.
func client(t *testing.T, serverURL string, change func(*prom.Config)) *prom.Client {
	t.Helper()
	cfg := prom.Config{Name: "main", URL: serverURL, Timeout: 5 * time.Second, Attempts: 1}
	if change != nil {
		change(&cfg)
	}
	c, err := prom.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// serve answers every request with a handler and counts them.
func serve(t *testing.T, handler http.HandlerFunc) (serverURL string, requests *atomic.Int64) {
	t.Helper()
	requests = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

func answer(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// failure is the *prom.Error in err, which must be there.
func failure(t *testing.T, err error) *prom.Error {
	t.Helper()
	var e *prom.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want a failed query", err)
	}
	return e
}

func TestQuery_reads_a_vector(t *testing.T) {
	serverURL, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/prefix/api/v1/query" || r.FormValue("query") != "sum(m)" || r.FormValue("time") != "1700000000" {
			http.Error(w, fmt.Sprint("unexpected ", r.URL.Path, r.Form), http.StatusBadRequest)
			return
		}
		answer(http.StatusOK, vector)(w, r)
	})
	got, err := client(t, serverURL+"/prefix", nil).Query(t.Context(), "sum(m)", at)
	if err != nil {
		t.Fatal(err)
	}
	want := model.Vector{{Metric: model.Metric{"function": "charge"}, Value: 42, Timestamp: model.TimeFromUnix(at.Unix())}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}

func TestQueryRange_reads_a_matrix(t *testing.T) {
	var form url.Values
	serverURL, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseForm()
		form = r.Form
		answer(http.StatusOK, matrix)(w, r)
	})
	got, err := client(t, serverURL, nil).QueryRange(t.Context(), "m", prom.Range{Start: at, End: at.Add(time.Minute), Step: 30 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || len(got[0].Values) != 2 || got[0].Values[1].Value != 43 {
		t.Errorf("answer %v", got)
	}
	want := url.Values{"query": {"m"}, "start": {"1700000000"}, "end": {"1700000060"}, "step": {"30"}, "nocache": {"1"}, "deny_partial_response": {"1"}}
	if diff := cmp.Diff(want, form); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
}

func TestQuery_sorts_failures_by_what_can_be_done(t *testing.T) {
	for _, tc := range []struct {
		what   string
		status int
		body   string
		kind   prom.Kind
		says   string
	}{
		{"a query that is refused", 400, `{"status":"error","errorType":"bad_data","error":"1:3: parse error"}`, prom.BadQuery, "parse error"},
		{"a query that cannot be executed", 422, `{"status":"error","errorType":"execution","error":"too many samples"}`, prom.BadQuery, "too many samples"},
		{"a refusal without JSON", 400, `no`, prom.BadQuery, ""},
		{"the server fails", 500, `oops`, prom.Unavailable, "oops"},
		{"the server is starting", 503, `{"status":"error","errorType":"unavailable","error":"not ready"}`, prom.Unavailable, "not ready"},
		{"the server gives the query up", 503, `{"status":"error","errorType":"timeout","error":"query timed out"}`, prom.TooSlow, "query timed out"},
		{"the gateway gives the query up", 504, `<html>Gateway Timeout</html>`, prom.TooSlow, ""},
		{"the gateway fails", 502, `<html>Bad Gateway</html>`, prom.Unavailable, "HTTP 502"},
		{"too many requests", 429, `slow down`, prom.Unavailable, "HTTP 429"},
		{"credentials are missing", 401, `who are you`, prom.Denied, "HTTP 401"},
		{"credentials are wrong", 403, `no`, prom.Denied, "HTTP 403"},
		{"the proxy wants credentials", 407, ``, prom.Denied, "HTTP 407"},
		{"text that steers a terminal", 403, "no\x1b[31m\x00 \u202eway", prom.Denied, "no[31m way"},
		{"no query API there", 404, `404 page not found`, prom.BadAnswer, "is it that of a Prometheus?"},
		{"a login page", 200, `<!doctype html><title>Log in</title>`, prom.BadAnswer, ""},
		{"an error with status 200", 200, `{"status":"error","errorType":"internal","error":"it broke"}`, prom.BadAnswer, "it broke"},
		{"an error beside data", 200, strings.Replace(vector, `"success"`, `"error","errorType":"internal","error":"half"`, 1), prom.BadAnswer, "half"},
		{"JSON that is cut", 200, vector[:len(vector)/2], prom.BadAnswer, ""},
		{"something behind the JSON", 200, vector + "}", prom.BadAnswer, ""},
		{"an empty body", 200, ``, prom.BadAnswer, ""},
		{"null", 200, `null`, prom.BadAnswer, ""},
		{"another API's JSON", 200, `{"hello":"world"}`, prom.BadAnswer, ""},
		{"an unknown type of result", 200, `{"status":"success","data":{"resultType":"hologram","result":[]}}`, prom.BadAnswer, ""},
		{"a scalar", 200, `{"status":"success","data":{"resultType":"scalar","result":[1700000000,"1"]}}`, prom.BadAnswer, "instead of model.Vector"},
		{"a matrix", 200, matrix, prom.BadAnswer, "instead of model.Vector"},
		{"a value that is no number", 200, strings.Replace(vector, `"42"`, `"many"`, 1), prom.BadAnswer, ""},
		{"a value without a string", 200, strings.Replace(vector, `"42"`, `42`, 1), prom.BadAnswer, ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			serverURL, requests := serve(t, answer(tc.status, tc.body))
			got, err := client(t, serverURL, nil).Query(t.Context(), "m", at)
			e := failure(t, err)
			if e.Kind != tc.kind || !strings.Contains(err.Error(), tc.says) || e.Status != tc.status {
				t.Errorf("%s with status %d: %v; want %s with %q", e.Kind, e.Status, err, tc.kind, tc.says)
			}
			if got != nil {
				t.Errorf("the failure came with the answer %v", got)
			}
			if !strings.Contains(err.Error(), "backend main") {
				t.Errorf("the error does not name the backend: %v", err)
			}
			if n := requests.Load(); n > 2 { // a POST that is forbidden is tried as a GET
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestQueryRange_refuses_an_answer_of_the_wrong_type(t *testing.T) {
	serverURL, _ := serve(t, answer(http.StatusOK, vector))
	_, err := client(t, serverURL, nil).QueryRange(t.Context(), "m", prom.Range{Start: at, End: at, Step: time.Second})
	if e := failure(t, err); e.Kind != prom.BadAnswer {
		t.Errorf("%s: %v", e.Kind, err)
	}
}

func TestQuery_no_server(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	_, err := client(t, server.URL, nil).Query(t.Context(), "m", at)
	if e := failure(t, err); e.Kind != prom.Unavailable || e.Status != 0 || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("%s: %v", e.Kind, err)
	}
}

func TestQuery_gives_up_at_the_deadline(t *testing.T) {
	for what, handler := range map[string]http.HandlerFunc{
		"a server that never answers": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"a server that stops in the middle": func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, vector[:20])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		t.Run(what, func(t *testing.T) {
			serverURL, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body) // else the server does not notice that the client leaves
				handler(w, r)
			})
			c := client(t, serverURL, func(cfg *prom.Config) { cfg.Timeout = 50 * time.Millisecond; cfg.Attempts = 3 })
			_, err := c.Query(t.Context(), "m", at)
			if e := failure(t, err); e.Kind != prom.TooSlow || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", e.Kind, err)
			}
		})
	}
}

func TestQuery_tries_again_what_may_pass(t *testing.T) {
	var failures atomic.Int64
	failures.Store(1)
	serverURL, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if failures.Add(-1) >= 0 {
			answer(http.StatusServiceUnavailable, `starting`)(w, r)
			return
		}
		answer(http.StatusOK, vector)(w, r)
	})
	c := client(t, serverURL, func(cfg *prom.Config) { cfg.Attempts = 3 })
	if got, err := c.Query(t.Context(), "m", at); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

func TestQuery_tries_so_often_and_no_more(t *testing.T) {
	for status, want := range map[int]int64{500: 2, 503: 2, 400: 1, 422: 1, 401: 1, 404: 1, 302: 1} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			serverURL, requests := serve(t, answer(status, `{"status":"error","errorType":"x","error":"y"}`))
			c := client(t, serverURL, func(cfg *prom.Config) { cfg.Attempts = 2 })
			if _, err := c.Query(t.Context(), "m", at); err == nil {
				t.Error("no error")
			}
			if n := requests.Load(); n != want {
				t.Errorf("%d requests, want %d", n, want)
			}
		})
	}
}

func TestQuery_does_not_follow_redirects(t *testing.T) {
	elsewhere, visits := serve(t, answer(http.StatusOK, vector))
	serverURL, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere, http.StatusFound) })
	c := client(t, serverURL, func(cfg *prom.Config) { cfg.Headers = map[string]string{"X-Scope-OrgID": "tenant"} })
	_, err := c.Query(t.Context(), "m", at)
	if e := failure(t, err); e.Kind != prom.BadAnswer || e.Status != http.StatusFound {
		t.Errorf("%s: %v", e.Kind, err)
	}
	if visits.Load() != 0 {
		t.Error("the redirect was followed")
	}
}

func TestQuery_sends_headers_and_credentials(t *testing.T) {
	var got http.Header
	serverURL, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { got = r.Header; answer(http.StatusOK, vector)(w, r) })
	c := client(t, serverURL, func(cfg *prom.Config) {
		cfg.Headers = map[string]string{"X-Scope-OrgID": "tenant"}
		cfg.HTTP = &config.HTTPClientConfig{BasicAuth: &config.BasicAuth{Username: "reader", Password: "secret"}}
	})
	if _, err := c.Query(t.Context(), "m", at); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"X-Scope-Orgid": "tenant", "User-Agent": "slofuse", "Accept-Encoding": "gzip",
		"Authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte("reader:secret")),
	} {
		if got.Get(name) != want {
			t.Errorf("%s: %q, want %q", name, got.Get(name), want)
		}
	}
}

func TestQuery_unpacks_gzip_up_to_the_limit(t *testing.T) {
	zipped := func(write func(io.Writer)) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			zip := gzip.NewWriter(w)
			write(zip)
			zip.Close()
		}
	}
	small := func(w io.Writer) { io.WriteString(w, vector) }
	for _, tc := range []struct {
		what    string
		handler http.HandlerFunc
		max     int64
		kind    prom.Kind // empty: an answer
	}{
		{"small and zipped", zipped(small), 1 << 20, ""},
		{"as large as the limit", zipped(small), int64(len(vector)), ""},
		{"one byte over the limit", zipped(small), int64(len(vector)) - 1, prom.TooMuch},
		{"one byte over the limit, not zipped", answer(http.StatusOK, vector), int64(len(vector)) - 1, prom.TooMuch},
		{"a bomb: 64 MiB of spaces in 64 KiB", zipped(func(w io.Writer) {
			block := []byte(strings.Repeat(" ", 1<<16))
			for range 1 << 10 {
				_, _ = w.Write(block)
			}
		}), 1 << 20, prom.TooMuch},
		{"said to be zipped and not", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, vector)
		}, 1 << 20, prom.Unavailable},
	} {
		t.Run(tc.what, func(t *testing.T) {
			serverURL, _ := serve(t, tc.handler)
			got, err := client(t, serverURL, func(cfg *prom.Config) { cfg.MaxBytes = tc.max }).Query(t.Context(), "m", at)
			if tc.kind == "" {
				if err != nil || len(got) != 1 {
					t.Errorf("%v, %v", got, err)
				}
			} else if e := failure(t, err); e.Kind != tc.kind {
				t.Errorf("%s: %v, want %s", e.Kind, err, tc.kind)
			}
		})
	}
}

func TestQuery_believes_no_partial_answer(t *testing.T) {
	for note, kind := range map[string]prom.Kind{
		`"warnings":["PromQL warning: encountered a mix of histograms and floats for aggregation"]`:          prom.BadQuery,
		`"warnings":["PromQL warning: bucket label \"le\" is missing or has a malformed value"]`:             "",
		`"infos":["PromQL info: metric might not be a counter, name does not end in _total"]`:                "",
		`"infos":["PromQL info: incompatible sample types encountered for binary operator \"-\""]`:           prom.BadQuery,
		`"warnings":["PromQL warning: incompatible bucket layout encountered for binary operator -"]`:        prom.BadQuery,
		`"warnings":["PromQL warning: conflicting counter resets during histogram subtraction"]`:             "",
		`"warnings":["store gateway 10.0.0.3: connection refused"]`:                                          prom.Partial,
		`"warnings":["PromQL info: metric might not be a counter", "remote read: one store did not answer"]`: prom.Partial,
		`"warnings":[]`: "",
	} {
		serverURL, _ := serve(t, answer(http.StatusOK, strings.Replace(vector, `"status"`, note+`,"status"`, 1)))
		_, err := client(t, serverURL, nil).Query(t.Context(), "m", at)
		switch {
		case kind == "" && err != nil:
			t.Errorf("%s: %v", note, err)
		case kind != "" && failure(t, err).Kind != kind:
			t.Errorf("%s: %v, want %s", note, err, kind)
		}
	}
}

// What is no number for a reader is still a value of the format; the evaluator
// judges it.
func TestQuery_hands_on_special_values(t *testing.T) {
	for text, holds := range map[string]func(float64) bool{
		"NaN":  math.IsNaN,
		"+Inf": func(f float64) bool { return math.IsInf(f, 1) },
		"-Inf": func(f float64) bool { return math.IsInf(f, -1) },
		"1e3":  func(f float64) bool { return f == 1000 },
		"-7":   func(f float64) bool { return f == -7 },
	} {
		serverURL, _ := serve(t, answer(http.StatusOK, strings.Replace(vector, `"42"`, `"`+text+`"`, 1)))
		got, err := client(t, serverURL, nil).Query(t.Context(), "m", at)
		if err != nil || len(got) != 1 || !holds(float64(got[0].Value)) {
			t.Errorf("%s is read as %v (%v)", text, got, err)
		}
	}
}

func TestQuery_waits_for_a_free_place(t *testing.T) {
	arrived, leave := make(chan struct{}, 8), make(chan struct{})
	serverURL, requests := serve(t, func(w http.ResponseWriter, r *http.Request) {
		arrived <- struct{}{}
		<-leave
		answer(http.StatusOK, vector)(w, r)
	})
	c := client(t, serverURL, func(cfg *prom.Config) { cfg.Concurrency = 2 })
	done := make(chan error, 3)
	for range 2 {
		go func() { _, err := c.Query(t.Context(), "m", at); done <- err }()
		<-arrived
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Query(ctx, "m", at); failure(t, err).Kind != prom.Unavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("who does not wait gets %v", err)
	}
	if n := requests.Load(); n != 2 {
		t.Errorf("%d requests at a time, want 2", n)
	}
	close(leave)
	for range 2 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if _, err := c.Query(t.Context(), "m", at); err != nil {
		t.Errorf("the places are not free again: %v", err)
	}
}

func TestErrors_hold_no_credentials(t *testing.T) {
	for what, handler := range map[string]http.HandlerFunc{
		"an error page": answer(http.StatusInternalServerError, "no"),
		"a reset": func(w http.ResponseWriter, _ *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err == nil {
				conn.Close()
			}
		},
		"a lie": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, "x")
		},
	} {
		serverURL, _ := serve(t, handler)
		u, _ := url.Parse(serverURL)
		u.User = url.UserPassword("reader", "hunter2")
		u.RawQuery = "token=hunter2"
		c := client(t, u.String(), func(cfg *prom.Config) {
			cfg.Headers = map[string]string{"Authorization": "Bearer hunter2"}
		})
		if _, err := c.Query(t.Context(), "m", at); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, bad := range []string{"htp://reader:hunter2@host", "reader:hunter2@host:9090", "http://reader:hunter2#x@host", "http://reader:hunt er2@host", "hunter2"} {
		if _, err := prom.New(prom.Config{Name: "main", URL: bad}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestErrors_quote_a_server_shortly_and_on_one_line(t *testing.T) {
	serverURL, _ := serve(t, answer(http.StatusInternalServerError, "first\n\tsecond\xff "+strings.Repeat("ü", 100_000)))
	_, err := client(t, serverURL, nil).Query(t.Context(), "m", at)
	if text := err.Error(); len(text) > 600 || strings.ContainsAny(text, "\n\t") || !utf8.ValidString(text) || !strings.Contains(text, "first second") {
		t.Errorf("%d bytes: %.300q", len(text), text)
	}
}

func TestMetrics_count_queries_by_outcome(t *testing.T) {
	reg := prometheus.NewRegistry()
	status := http.StatusOK
	serverURL, _ := serve(t, func(w http.ResponseWriter, r *http.Request) { answer(status, vector)(w, r) })
	c := client(t, serverURL, func(cfg *prom.Config) { cfg.Registerer = reg })
	client(t, serverURL, func(cfg *prom.Config) { cfg.Registerer, cfg.Name = reg, "other" }) // shares the registry
	for _, status = range []int{200, 200, 500, 400} {
		_, _ = c.Query(t.Context(), "m", at)
	}
	want := `
# HELP slofuse_backend_queries_total Queries sent to a backend, retries included, by outcome.
# TYPE slofuse_backend_queries_total counter
`
	for _, backend := range []string{"main", "other"} {
		for _, outcome := range []string{"bad_answer", "bad_query", "denied", "ok", "partial", "too_much", "too_slow", "unavailable"} {
			n := 0
			if backend == "main" {
				n = map[string]int{"ok": 2, "unavailable": 1, "bad_query": 1}[outcome]
			}
			want += fmt.Sprintf("slofuse_backend_queries_total{backend=%q,outcome=%q} %d\n", backend, outcome, n)
		}
	}
	if err := testutil.GatherAndCompare(reg, strings.NewReader(want), "slofuse_backend_queries_total"); err != nil {
		t.Error(err)
	}
}
