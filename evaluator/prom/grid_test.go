package prom_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/evaluator/prom"
)

// What is added up has to be about the slots that were asked about, and once.
func TestQueryRange_believes_only_what_was_asked(t *testing.T) {
	const one = `{"metric":{"f":"a"},"values":[%s]}`
	histogram := `{"metric":{"f":"a"},"histograms":[[%d,{"count":"1","sum":"1","buckets":[[0,"1","2","1"]]}]]}`
	for _, tc := range []struct{ what, series, says string }{
		{"every step", fmt.Sprintf(one, `[1700000000,"1"],[1700000030,"NaN"],[1700000060,"1e300"]`), ""},
		{"the last step only", fmt.Sprintf(one, `[1700000060,"1"]`), ""},
		{"a histogram", fmt.Sprintf(histogram, 1_700_000_030), ""},
		{"nothing", ``, ""},
		{"two series", fmt.Sprintf(one, `[1700000030,"1"]`) + `,{"metric":{},"values":[[1700000030,"1"]]}`, ""},
		{"before the first step", fmt.Sprintf(one, `[1699999970,"1"]`), "not asked"},
		{"after the last step", fmt.Sprintf(one, `[1700000030,"1"],[1700000090,"1"]`), "not asked"},
		{"between steps", fmt.Sprintf(one, `[1700000031,"1"]`), "not asked"},
		{"a moment beside a step", fmt.Sprintf(one, `[1700000030.001,"1"]`), "not asked"},
		{"a step twice", fmt.Sprintf(one, `[1700000030,"1"],[1700000030,"1"]`), "not asked"},
		{"not in order", fmt.Sprintf(one, `[1700000030,"1"],[1700000000,"1"]`), "not asked"},
		{"a histogram after the last step", fmt.Sprintf(histogram, 1_700_000_090), "not asked"},
		{"a series twice", fmt.Sprintf(one, `[1700000000,"1"]`) + "," + fmt.Sprintf(one, `[1700000030,"1"]`), "a series twice"},
	} {
		t.Run(tc.what, func(t *testing.T) {
			serverURL, _ := serve(t, answer(http.StatusOK, `{"status":"success","data":{"resultType":"matrix","result":[`+tc.series+`]}}`))
			got, err := client(t, serverURL, nil).QueryRange(t.Context(), "m", prom.Range{Start: at, End: at.Add(time.Minute), Step: 30 * time.Second})
			if tc.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if e := failure(t, err); e.Kind != prom.BadAnswer || !strings.Contains(err.Error(), tc.says) || got != nil {
				t.Errorf("%s: %v, with the answer %v", e.Kind, err, got)
			}
		})
	}
}

// A backend rounds what it is asked to milliseconds. A moment of the clock must not
// come back as another one.
func TestQueryRange_asks_in_whole_milliseconds(t *testing.T) {
	var start, end string
	serverURL, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		start, end = r.FormValue("start"), r.FormValue("end")
		answer(http.StatusOK, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1700000000.123,"1"],[1700000001.123,"1"]]}]}}`)(w, r)
	})
	now := at.Add(123_999_999 * time.Nanosecond)
	_, err := client(t, serverURL, nil).QueryRange(t.Context(), "m", prom.Range{Start: now, End: now.Add(time.Second), Step: time.Second})
	if err != nil || start != "1700000000.123" || end != "1700000001.123" {
		t.Errorf("asked from %s to %s: %v", start, end, err)
	}
}

// A frontend that moves ranges to whole steps is understood.
func TestQueryRange_of_a_frontend_that_aligns_ranges(t *testing.T) {
	serverURL, _ := serve(t, answer(http.StatusOK, `{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1699999800,"1"]]}]}}`))
	for moment, want := range map[time.Time]int{at: 1, at.Add(299 * time.Second): 0} { // of 22:13:20 and 22:18:19
		got, err := client(t, serverURL, nil).QueryRange(t.Context(), "m", prom.Range{Start: moment, End: moment, Step: 5 * time.Minute})
		if len(got) != want || (err == nil) != (want == 1) {
			t.Errorf("at %v: %v, %v", moment, got, err)
		}
	}
}
