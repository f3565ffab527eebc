package promapi_test

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/examples/fleet/promapi"
)

// get asks without the transparent decompression of Go's client.
func get(t *testing.T, address string, header http.Header) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header = header
	if header == nil {
		request.Header = http.Header{}
	}
	return do(t, request)
}

func do(t *testing.T, request *http.Request) (*http.Response, string) {
	t.Helper()
	transport := &http.Transport{DisableCompression: true, DisableKeepAlives: true}
	res, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestAnswersAreCompressedOnlyWhenAccepted(t *testing.T) {
	address := server(t, nil).URL + "/api/v1/query?query=" + url.QueryEscape("ticks_total[1h]")
	_, plain := get(t, address, nil)
	for name, test := range map[string]struct {
		accept string
		zipped bool
	}{
		"gzip among others":   {"br, gzip;q=0.5", true},
		"gzip refused":        {"gzip;q=0", false},
		"gzip refused at 0.0": {"gzip; q=0.0", false},
		"something else":      {"br", false},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := get(t, address, http.Header{"Accept-Encoding": {test.accept}})
			if zipped := res.Header.Get("Content-Encoding") == "gzip"; zipped != test.zipped {
				t.Fatalf("compressed: %v, want %v", zipped, test.zipped)
			}
			if test.zipped {
				if len(body) >= len(plain) {
					t.Errorf("%d bytes compressed, %d plain", len(body), len(plain))
				}
				reader, err := gzip.NewReader(strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				unzipped, _ := io.ReadAll(reader)
				body = string(unzipped)
			}
			if body != plain {
				t.Error("the answer differs from the plain one")
			}
		})
	}
}

func TestABodyOverTheCapIsRefused(t *testing.T) {
	srv := server(t, func(c *promapi.Config) { c.MaxBodyBytes = 100 })
	form := "query=" + strings.Repeat("1%2B", 100) + "1"
	request, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/api/v1/query", strings.NewReader(form))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	res, body := do(t, request)
	if res.StatusCode != http.StatusRequestEntityTooLarge || !strings.Contains(body, `"errorType":"bad_data"`) {
		t.Errorf("got %d %s", res.StatusCode, body)
	}
}

func TestStatsAreGivenWhenAskedFor(t *testing.T) {
	srv := server(t, nil)
	for wanted, contains := range map[string][]string{
		"":     nil,
		"true": {`"totalQueryableSamples":240`, `"execTotalTime"`},
		"all":  {`"totalQueryableSamplesPerStep"`},
		"yes":  {`"totalQueryableSamples":240`, `"warnings":["value \"yes\" for parameter`},
	} {
		_, body := get(t, srv.URL+"/api/v1/query?query="+url.QueryEscape(`count_over_time(ticks_total{job="a"}[1h])`)+"&stats="+wanted, nil)
		if has := strings.Contains(body, `"stats"`); has != (contains != nil) {
			t.Errorf("stats=%s: got %s", wanted, body)
		}
		for _, part := range contains {
			if !strings.Contains(body, part) {
				t.Errorf("stats=%s: %s is missing in %s", wanted, part, body)
			}
		}
	}
}

func TestWrongMethodsAndPathsAreRefused(t *testing.T) {
	srv := server(t, nil)
	for target, want := range map[string]int{
		"DELETE /api/v1/query":            http.StatusMethodNotAllowed,
		"POST /api/v1/label/job/values":   http.StatusMethodNotAllowed,
		"GET /api/v1/admin/tsdb/snapshot": http.StatusNotFound,
		"GET /-/ready":                    http.StatusOK,
	} {
		method, path, _ := strings.Cut(target, " ")
		request, _ := http.NewRequestWithContext(t.Context(), method, srv.URL+path, nil)
		if res, _ := do(t, request); res.StatusCode != want {
			t.Errorf("%s: got %d, want %d", target, res.StatusCode, want)
		}
	}
}

func TestScalarsAndStringsHaveTheirOwnForm(t *testing.T) {
	srv := server(t, nil)
	for query, want := range map[string]string{
		"1/0":     `{"resultType":"scalar","result":[1772366400,"+Inf"]}`,
		`"hello"`: `{"resultType":"string","result":[1772366400,"hello"]}`,
	} {
		_, body := get(t, srv.URL+"/api/v1/query?query="+url.QueryEscape(query), nil)
		var envelope struct{ Data json.RawMessage }
		if err := json.Unmarshal([]byte(body), &envelope); err != nil || string(envelope.Data) != want {
			t.Errorf("%s: got %s, want %s", query, envelope.Data, want)
		}
	}
}

func TestTheQueryMayRunAtTheBoundsOfTime(t *testing.T) {
	srv := server(t, nil)
	for _, text := range []string{"-292273086-05-16T16:47:06Z", "292277025-08-18T07:12:54.999999999Z"} {
		res, body := get(t, srv.URL+"/api/v1/labels?start="+text, nil)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s: %s", text, body)
		}
	}
}

// FuzzQuery feeds the whole handler: whatever is asked, the answer is JSON
// with a status, and never a panic.
func FuzzQuery(f *testing.F) {
	f.Add("up", "1", "2", "1")
	f.Add(`sum by (job) (rate(ticks_total[5m]))`, "1772366400", "1772366460.5", "15s")
	f.Add(`ticks_total[1h:1m] offset -5m`, "NaN", "1e308", "-0")
	handler := promapi.New(promapi.Config{
		Queryable: newTicks("a"), Now: func() time.Time { return epoch }, MaxSamples: 10_000, Timeout: time.Second,
	})
	p := parser.NewParser(parser.Options{})
	f.Fuzz(func(t *testing.T, query, start, end, step string) {
		form := url.Values{"query": {query}, "start": {start}, "end": {end}, "step": {step}}
		status, body := ask(t, handler, "/api/v1/query_range?"+form.Encode())
		var answer struct{ Status, ErrorType string }
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			t.Fatalf("%v: %s", err, body)
		}
		if _, err := p.ParseExpr(query); err != nil && status != http.StatusBadRequest {
			t.Errorf("%q does not parse, status %d", query, status)
		}
		if (status == http.StatusOK) != (answer.Status == "success") {
			t.Errorf("status %d with %s", status, answer.Status)
		}
	})
}
