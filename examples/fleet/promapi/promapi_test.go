package promapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/api"
	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/examples/fleet/promapi"
)

var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// server serves ticks from an hour before epoch to an hour after it, with
// epoch as now.
func server(t *testing.T, change func(*promapi.Config)) *httptest.Server {
	t.Helper()
	config := promapi.Config{Queryable: newTicks("a", "b"), Now: func() time.Time { return epoch }}
	if change != nil {
		change(&config)
	}
	srv := httptest.NewServer(promapi.New(config))
	t.Cleanup(srv.Close)
	return srv
}

func client(t *testing.T, url string) v1.API {
	t.Helper()
	c, err := api.NewClient(api.Config{Address: url})
	if err != nil {
		t.Fatal(err)
	}
	return v1.NewAPI(c)
}

func TestInstantQueryAnswersThroughTheOfficialClient(t *testing.T) {
	value, warnings, infos, err := client(t, server(t, nil).URL).Query(t.Context(), `ticks_total{job="a"}`, epoch)
	if err != nil || len(warnings)+len(infos) > 0 {
		t.Fatalf("error %v, warnings %v, infos %v", err, warnings, infos)
	}
	want := model.Vector{{
		Metric:    model.Metric{"__name__": "ticks_total", "job": "a"},
		Value:     240, // one a quarter of a minute for an hour
		Timestamp: model.TimeFromUnixNano(epoch.UnixNano()),
	}}
	if diff := cmp.Diff(model.Value(want), value); diff != "" {
		t.Error(diff)
	}
}

func TestRangeQueryAnswersThroughTheOfficialClient(t *testing.T) {
	value, _, _, err := client(t, server(t, nil).URL).QueryRange(t.Context(), `sum(ticks_total)`,
		v1.Range{Start: epoch.Add(-2 * time.Minute), End: epoch, Step: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	matrix, ok := value.(model.Matrix)
	if !ok || len(matrix) != 1 {
		t.Fatalf("got %v, want one series", value)
	}
	var got []float64
	for _, pair := range matrix[0].Values {
		got = append(got, float64(pair.Value))
	}
	if diff := cmp.Diff([]float64{464, 472, 480}, got); diff != "" {
		t.Error(diff)
	}
}

func TestNothingNewerThanNowIsVisible(t *testing.T) {
	c := client(t, server(t, nil).URL)
	future := epoch.Add(20 * time.Minute)
	for name, test := range map[string]struct {
		query string
		want  model.SampleValue
	}{
		"the last value is the one of now":          {`last_over_time(ticks_total{job="a"}[1h])`, 240},
		"a window counts samples up to now":         {`count_over_time(ticks_total{job="a"}[30m])`, 40},
		"the look-back delta does not reach back":   {`count(ticks_total) or vector(-1)`, -1},
		"a negative offset does not look into it":   {`max_over_time(ticks_total{job="a"}[30m] offset -1m)`, 240},
		"an absolute instant does not look into it": {`max_over_time(ticks_total{job="a"}[1h] @ end())`, 240},
	} {
		t.Run(name, func(t *testing.T) {
			value, _, _, err := c.Query(t.Context(), test.query, future)
			if err != nil {
				t.Fatal(err)
			}
			vector := value.(model.Vector)
			if len(vector) != 1 || vector[0].Value != test.want {
				t.Errorf("got %v, want one value of %v", vector, test.want)
			}
		})
	}
}

func TestEmptyResultsAreListsAndNotNull(t *testing.T) {
	srv := server(t, nil)
	for path, want := range map[string]string{
		"query?query=nothing":                            `{"status":"success","data":{"resultType":"vector","result":[]}}`,
		"query_range?query=nothing&start=0&end=1&step=1": `{"status":"success","data":{"resultType":"matrix","result":[]}}`,
		"series?match[]=nothing":                         `{"status":"success","data":[]}`,
		"label/nothing/values":                           `{"status":"success","data":[]}`,
		"query_exemplars?query=ticks_total":              `{"status":"success","data":[]}`,
		"metadata":                                       `{"status":"success","data":{}}`,
	} {
		if _, body := get(t, srv.URL+"/api/v1/"+path, nil); body != want {
			t.Errorf("%s: got %s, want %s", path, body, want)
		}
	}
}

func TestErrorsAreThoseOfPrometheus(t *testing.T) {
	srv := server(t, func(c *promapi.Config) { c.MaxSamples = 100 })
	for name, test := range map[string]struct {
		path   string
		status int
		kind   string
		text   string
	}{
		"a query that does not parse":   {"query?query=sum(", 400, "bad_data", `invalid parameter \"query\": 1:5: parse error`},
		"an unknown function":           {"query?query=sine(up)", 400, "bad_data", `unknown function with name \"sine\"`},
		"a time that is none":           {"query?query=up&time=noon", 400, "bad_data", `invalid parameter \"time\": cannot parse \"noon\" to a valid timestamp`},
		"a time that is no number":      {"query?query=up&time=NaN", 400, "bad_data", "valid timestamp"},
		"an endless time":               {"query?query=up&time=1e300", 400, "bad_data", "valid timestamp"},
		"a timeout that is none":        {"query?query=up&timeout=soon", 400, "bad_data", `invalid parameter \"timeout\"`},
		"a negative limit":              {"query?query=up&limit=-1", 400, "bad_data", "limit must be non-negative"},
		"a bad look-back":               {"query?query=up&lookback_delta=x", 400, "bad_data", "look"},
		"an end before the start":       {"query_range?query=up&start=10&end=5&step=1", 400, "bad_data", "end timestamp must not be before start time"},
		"a start that is missing":       {"query_range?query=up&end=5&step=1", 400, "bad_data", `invalid parameter \"start\"`},
		"a step of zero":                {"query_range?query=up&start=1&end=5&step=0", 400, "bad_data", "zero or negative query resolution"},
		"a step beyond 64 bits":         {"query_range?query=up&start=1&end=5&step=1e30", 400, "bad_data", "overflows int64"},
		"11,001 points":                 {"query_range?query=up&start=0&end=11001&step=1", 400, "bad_data", "exceeded maximum resolution of 11,000 points"},
		"vectors that match many times": {`query?query=ticks_total*on()ticks_total`, 422, "execution", "many-to-many"},
		"too many samples":              {"query?query=ticks_total[1h]", 422, "execution", "too many samples"},
		"a timeout that has passed":     {"query?query=ticks_total&timeout=0", 503, "timeout", "timed out"},
		"series without a selector":     {"series", 400, "bad_data", "no match[] parameter provided"},
		"series of everything":          {"series?match[]={job=~\".*\"}", 400, "bad_data", "at least one non-empty matcher"},
		"labels of a broken selector":   {"labels?match[]={", 400, "bad_data", `invalid parameter \"match[]\"`},
		"labels until never":            {"labels?end=never", 400, "bad_data", `invalid parameter \"end\"`},
		"values of an empty name":       {"label/%20/values?limit=x", 400, "bad_data", "limit"},
		"exemplars of nonsense":         {"query_exemplars?query=(", 400, "bad_data", "parse error"},
	} {
		t.Run(name, func(t *testing.T) {
			res, body := get(t, srv.URL+"/api/v1/"+strings.ReplaceAll(test.path, " ", "%20"), nil)
			if res.StatusCode != test.status {
				t.Errorf("status %d, want %d", res.StatusCode, test.status)
			}
			if !strings.Contains(body, `"status":"error"`) || !strings.Contains(body, `"errorType":"`+test.kind+`"`) || !strings.Contains(body, test.text) {
				t.Errorf("got %s, want an error of type %s that says %s", body, test.kind, test.text)
			}
		})
	}
}

func TestABrokenStorageIsAnExecutionErrorAndACancelledQuerySaysSo(t *testing.T) {
	srv := server(t, func(c *promapi.Config) { c.Queryable = brokenStorage{} })
	_, _, _, err := client(t, srv.URL).Query(t.Context(), "up", epoch)
	var apiErr *v1.Error
	if !errors.As(err, &apiErr) || apiErr.Type != v1.ErrExec || !strings.Contains(apiErr.Msg, "disk on fire") {
		t.Errorf("got %v, want an execution error", err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	request := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/query?query=up", nil)
	recorder := httptest.NewRecorder()
	promapi.New(promapi.Config{Queryable: newTicks("a")}).ServeHTTP(recorder, request)
	if recorder.Code != 499 || !strings.Contains(recorder.Body.String(), `"errorType":"canceled"`) {
		t.Errorf("cancelled: got %d %s", recorder.Code, recorder.Body)
	}
}

func TestTheZeroConfigServesNoSeries(t *testing.T) {
	srv := httptest.NewServer(promapi.New(promapi.Config{}))
	defer srv.Close()
	value, _, _, err := client(t, srv.URL).Query(t.Context(), "up", time.Now())
	if err != nil || value.String() != "" {
		t.Errorf("got %v, %v", value, err)
	}
}

func TestInfosAndWarningsAreKeptApart(t *testing.T) {
	c := client(t, server(t, nil).URL)
	_, warnings, infos, err := c.Query(t.Context(), `rate(gauge_of_something[5m])`, epoch)
	if err != nil || len(infos) != 1 || len(warnings) != 0 || !strings.Contains(infos[0], "might not be a counter") {
		t.Errorf("rate of a gauge: warnings %v, infos %v, error %v", warnings, infos, err)
	}
	_, warnings, _, err = c.Query(t.Context(), `quantile(7, ticks_total)`, epoch)
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "quantile value should be between 0 and 1") {
		t.Errorf("quantile of 7: warnings %v, error %v", warnings, err)
	}
}

func TestLimitTruncatesAndSaysSo(t *testing.T) {
	c := client(t, server(t, nil).URL)
	value, warnings, _, err := c.Query(t.Context(), "ticks_total", epoch, v1.WithLimit(1))
	if err != nil || len(value.(model.Vector)) != 1 || len(warnings) != 1 {
		t.Errorf("query: %v, %v, %v", value, warnings, err)
	}
	matrix, warnings, _, err := c.QueryRange(t.Context(), "ticks_total", v1.Range{Start: epoch, End: epoch, Step: time.Minute}, v1.WithLimit(1))
	if err != nil || len(matrix.(model.Matrix)) != 1 || len(warnings) != 1 {
		t.Errorf("query_range: %v, %v, %v", matrix, warnings, err)
	}
	series, warnings, _, err := c.Series(t.Context(), []string{"ticks_total"}, epoch.Add(-time.Hour), epoch, v1.WithLimit(1))
	if err != nil || len(series) != 1 || len(warnings) != 1 {
		t.Errorf("series: %v, %v, %v", series, warnings, err)
	}
	values, warnings, _, err := c.LabelValues(t.Context(), "job", nil, epoch.Add(-time.Hour), epoch, v1.WithLimit(1))
	if err != nil || len(values) != 1 || len(warnings) != 1 {
		t.Errorf("label values: %v, %v, %v", values, warnings, err)
	}
}

func TestSeriesAndLabels(t *testing.T) {
	c := client(t, server(t, nil).URL)
	from, to := epoch.Add(-time.Hour), epoch
	series, _, _, err := c.Series(t.Context(), []string{`ticks_total{job="a"}`, `{job=~"a|b"}`}, from, to)
	want := []model.LabelSet{
		{"__name__": "gauge_of_something", "job": "a"},
		{"__name__": "gauge_of_something", "job": "b"},
		{"__name__": "ticks_total", "job": "a"},
		{"__name__": "ticks_total", "job": "b"},
	}
	if diff := cmp.Diff(want, series); diff != "" || err != nil {
		t.Error(err, diff)
	}
	names, _, _, err := c.LabelNames(t.Context(), nil, from, to)
	if diff := cmp.Diff(model.LabelNames{"__name__", "job"}, names); diff != "" || err != nil {
		t.Error(err, diff)
	}
	values, _, _, err := c.LabelValues(t.Context(), "job", []string{`{job="b"}`, `{job="b",__name__="ticks_total"}`}, from, to)
	if diff := cmp.Diff(model.LabelValues{"b"}, values); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func TestSeriesOfTheFutureAreNone(t *testing.T) {
	series, _, _, err := client(t, server(t, nil).URL).Series(t.Context(), []string{`ticks_total`}, epoch.Add(time.Minute), epoch.Add(time.Hour))
	if err != nil || len(series) != 0 {
		t.Errorf("got %v, %v", series, err)
	}
}

func TestBuildInfoNamesTheReleaseOfTheLinkedEngine(t *testing.T) {
	info, err := client(t, server(t, nil).URL).Buildinfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gomod, err := os.ReadFile("../../../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	module := strings.Replace(info.Version, "3.", "0.3", 1)
	if !strings.Contains(string(gomod), "github.com/prometheus/prometheus v"+module+"\n") {
		t.Errorf("release %s is not the engine required by go.mod", info.Version)
	}
}

// The demo names the address: whoever opens it in a browser sees no error.
func TestTheAddressItselfLeadsToAQuery(t *testing.T) {
	url := server(t, nil).URL
	for path, want := range map[string]int{"/": http.StatusOK, "/nothing": http.StatusNotFound} {
		resp, err := http.Get(url + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		if leads := strings.Contains(string(body), `href="/api/v1/query?query=up"`); resp.StatusCode != want || leads != (want == http.StatusOK) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
}
