package suppress_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/suppress"
)

const (
	twoToFour = `[{"times":[{"start_time":"02:00","end_time":"04:00"}]}]`
	inBerlin  = `[{"times":[{"start_time":"02:00","end_time":"04:00"}],"location":"Europe/Berlin"}]`
)

// recurring is a maintenance of March 2026 at the times of some intervals.
func recurring(t *testing.T, intervals string) suppress.Maintenance {
	t.Helper()
	m := window(t)
	if err := json.Unmarshal([]byte(intervals), &m.Recurring); err != nil {
		t.Fatal(err)
	}
	m.StartsAt, m.EndsAt = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	return m
}

func TestSpans_of_a_recurring_window_are_by_the_clock_of_its_place(t *testing.T) {
	day := func(d int, times ...string) (out []string) {
		for _, times := range times {
			from, to, _ := strings.Cut(times, "-")
			date := time.Date(2026, time.Month(1), d, 0, 0, 0, 0, time.UTC).Format("2006-01-02 ")
			out = append(out, date+from+" to "+date+to)
		}
		return out
	}
	const mar, oct = 59, 273 // days of the year before the first of the month
	for _, tc := range []struct {
		what, intervals string
		from            time.Time
		days            int
		want            []string
	}{
		{"two nights", twoToFour, time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC), 2, append(day(mar+5, "02:00-04:00"), day(mar+6, "02:00-04:00")...)},
		{"in Berlin an hour earlier", inBerlin, time.Date(2026, 3, 5, 0, 0, 0, 0, time.UTC), 1, day(mar+5, "01:00-03:00")},
		{"an hour of it is skipped", inBerlin, time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), 1, day(mar+29, "01:00-02:00")},
		{"an hour of it comes twice", inBerlin, time.Date(2026, 10, 25, 0, 0, 0, 0, time.UTC), 1, day(oct+25, "00:00-03:00")},
		{"cut off", twoToFour, time.Date(2026, 3, 5, 3, 0, 0, 0, time.UTC), 1, append(day(mar+5, "03:00-04:00"), day(mar+6, "02:00-03:00")...)},
		{"over midnight as two", `[{"times":[{"start_time":"23:00","end_time":"24:00"},{"start_time":"00:00","end_time":"01:00"}]}]`, time.Date(2026, 3, 5, 12, 0, 0, 0, time.UTC), 1, []string{"2026-03-05 23:00 to 2026-03-06 01:00"}},
		{"on Sundays", `[{"weekdays":["sunday"]}]`, time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC), 7, []string{"2026-03-08 00:00 to 2026-03-09 00:00"}},
		{"on the last of a month", `[{"days_of_month":["-1"],"times":[{"start_time":"12:00","end_time":"13:00"}]}]`, time.Date(2026, 3, 15, 0, 0, 0, 0, time.UTC), 31, day(mar+31, "12:00-13:00")},
	} {
		m := recurring(t, tc.intervals)
		m.EndsAt = time.Time{}
		var got []string
		for _, s := range m.Spans(tc.from, tc.from.AddDate(0, 0, tc.days)) {
			got = append(got, s.From.UTC().Format("2006-01-02 15:04")+" to "+s.To.UTC().Format("2006-01-02 15:04"))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.what, diff)
		}
	}
}

func TestCheck_refuses_intervals_that_say_nothing(t *testing.T) {
	for _, tc := range []struct {
		what, intervals string
		change          func(*suppress.Maintenance)
		want            string
	}{
		{"a month of nights", twoToFour, func(*suppress.Maintenance) {}, ""},
		{"nights without end", twoToFour, func(m *suppress.Maintenance) { m.EndsAt = time.Time{} }, ""},
		{"no times", `[{"location":"Europe/Berlin"}]`, func(*suppress.Maintenance) {}, "a time interval is empty"},
		{"a day that never comes", `[{"months":["february"],"days_of_month":["30"]}]`, func(*suppress.Maintenance) {}, "never hold"},
		{"all the time without end", `[{"times":[{"start_time":"00:00","end_time":"24:00"}]}]`, func(m *suppress.Maintenance) { m.EndsAt = time.Time{} }, "without a break; at most 31d"},
	} {
		m := recurring(t, tc.intervals)
		tc.change(&m)
		err := m.Check()
		if tc.want == "" && err != nil || tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)) {
			t.Errorf("%s: %v, want %q", tc.what, err, tc.want)
		}
	}
}

func TestRecurring_is_the_same_after_JSON(t *testing.T) {
	m := recurring(t, `[{"times":[{"start_time":"02:00","end_time":"04:00"}],"weekdays":["monday:friday"],"location":"Europe/Berlin"}]`)
	raw, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	var back suppress.Maintenance
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	if diff := cmp.Diff(m.Spans(m.StartsAt, m.EndsAt), back.Spans(m.StartsAt, m.EndsAt)); diff != "" || len(m.Spans(m.StartsAt, m.EndsAt)) != 22 {
		t.Errorf("%s (-before +after):\n%s", raw, diff)
	}
}
