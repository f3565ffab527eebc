package promtest_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/slofuse/slofuse/internal/promtest"
	"github.com/slofuse/slofuse/slo"
)

// zero is a slot boundary; the tests write times as seconds after it.
var zero = time.Date(2026, time.January, 10, 0, 0, 0, 0, time.UTC)

func at(seconds int) time.Time { return zero.Add(time.Duration(seconds) * time.Second) }

// load reads one series a line: labels, then time:value, time:stale, or
// time:value@visible. Times may end in h, m or s.
func load(t *testing.T, lines string) *promtest.Samples {
	t.Helper()
	store := &promtest.Samples{}
	for line := range strings.Lines(lines) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		ls := parseLabels(t, fields[0])
		for _, field := range fields[1:] {
			appendField(t, store, ls, field)
		}
	}
	return store
}

func parseLabels(t *testing.T, s string) labels.Labels {
	t.Helper()
	ls, err := parser.NewParser(parser.Options{}).ParseMetric(s)
	if err != nil {
		t.Fatal(err)
	}
	return ls
}

func appendField(t *testing.T, store *promtest.Samples, ls labels.Labels, field string) {
	t.Helper()
	when, v, _ := strings.Cut(field, ":")
	v, seen, late := strings.Cut(v, "@")
	instant, visible := parseTime(t, when), parseTime(t, when)
	if late {
		visible = parseTime(t, seen)
	}
	if v == "stale" {
		store.AppendStale(ls, instant, visible)
		return
	}
	if v, ok := strings.CutPrefix(v, "start"); ok { // a process start, given as a time
		store.Append(ls, instant, float64(parseTime(t, v).Unix()), visible)
		return
	}
	number, err := strconv.ParseFloat(v, 64)
	if err != nil {
		t.Fatal(err)
	}
	store.Append(ls, instant, number, visible)
}

func parseTime(t *testing.T, s string) time.Time {
	t.Helper()
	if n, err := strconv.Atoi(s); err == nil {
		return at(n)
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		t.Fatal(err)
	}
	return zero.Add(d)
}

var calls = slo.SLI{Ratio: &slo.Ratio{
	Total: []slo.Selector{{Metric: "c"}},
	Bad:   []slo.Selector{{Metric: "c", Matchers: []slo.Matcher{{Label: "code", Op: slo.MatchRegexp, Value: "5.."}}}},
}}

// written gives the slots as people write them: "30: 5/1" is 5 calls, 1 bad, in
// the slot that ends at second 30.
func written(slots []promtest.Slot) []string {
	out := []string{}
	for _, s := range slots {
		out = append(out, fmt.Sprintf("%d: %d/%d", int(s.End.Sub(zero).Seconds()), s.Total, s.Bad))
	}
	return out
}

// Every expected number here was worked out by hand from the samples beside it.
func TestOracle_counts_what_the_samples_show(t *testing.T) {
	tests := map[string]struct {
		series string
		now    int // seconds; 0 means a day
		want   []string
	}{
		"steady growth is dated to the sample that shows it": {
			series: `c{code="200"} 0:10 15:12 30:15 45:19 60:19 75:20`,
			want:   []string{"30: 5/0", "60: 4/0", "90: 1/0"},
		},
		"a slot owns its end and not its start": {
			series: `c{code="200"} 0:0 30:1 31:3 60:7`,
			want:   []string{"30: 1/0", "60: 6/0"},
		},
		"a reset to zero counts nothing by itself": {
			series: `c{code="200"} 0:10 15:14 30:0 45:3`,
			want:   []string{"30: 4/0", "60: 3/0"},
		},
		"a reset to a value counts the value": {
			series: `c{code="200"} 0:10 15:14 30:6 45:7`,
			want:   []string{"30: 10/0", "60: 1/0"},
		},
		"the first error counts in full when its siblings were scraped before": {
			series: `c{code="200",job="j",instance="a"} 0:1000 15:1010 30:1020 45:1030
			         c{code="500",job="j",instance="a"} 45:3 60:4`,
			want: []string{"30: 20/0", "60: 14/4"},
		},
		"a sibling of another instance proves nothing": {
			series: `c{code="200",job="j",instance="b"} 0:1000 15:1010 30:1020 45:1030
			         c{code="500",job="j",instance="a"} 45:300 60:301`,
			want: []string{"30: 20/0", "60: 11/1"},
		},
		"a sibling last seen over an hour ago proves nothing": {
			series: `c{code="200",job="j",instance="a"} 0:1000 3645:1001
			         c{code="500",job="j",instance="a"} 3645:7
			         process_start_time_seconds{job="j",instance="a"} 3645:start-24h`,
			want: spread(1, 122),
		},
		"the counters of a young process count in full": {
			series: `c{code="200",job="j",instance="a"} 45:40 60:50
			         process_start_time_seconds{job="j",instance="a"} 45:start20s`,
			want: []string{"60: 50/0"},
		},
		"a process started 2 minutes before the slot is not young": {
			series: `c{code="200",job="j",instance="a"} 45:40 60:50
			         process_start_time_seconds{job="j",instance="a"} 45:start-90s`,
			want: []string{"60: 10/0"},
		},
		"a process started just less than 2 minutes before the slot is young": {
			series: `c{code="200",job="j",instance="a"} 45:40 60:50
			         process_start_time_seconds{job="j",instance="a"} 45:start-89s`,
			want: []string{"60: 50/0"},
		},
		"a process that says it starts tomorrow is of unknown age": {
			series: `c{code="200",job="j",instance="a"} 45:40000 60:40010
			         process_start_time_seconds{job="j",instance="a"} 45:start24h`,
			want: []string{"60: 10/0"},
		},
		"the counters of an old process are a baseline": {
			series: `c{code="200",job="j",instance="a"} 45:40000 60:40010 75:40011
			         process_start_time_seconds{job="j",instance="a"} 45:start-24h`,
			want: []string{"60: 10/0", "90: 1/0"},
		},
		"an unknown process counts when it is no larger than the busiest slot of the day": {
			series: `c{code="200",job="j",instance="a"} 0:0 15:20 30:20
			         c{code="200",job="j",instance="b"} 45:20 60:21`,
			want: []string{"30: 20/0", "60: 21/0"},
		},
		"an unknown process larger than the busiest slot of the day is a baseline": {
			series: `c{code="200",job="j",instance="a"} 0:0 15:20 30:20
			         c{code="200",job="j",instance="b"} 45:21 60:22`,
			want: []string{"30: 20/0", "60: 1/0"},
		},
		"a relabelled process is a baseline though the old series ended in the same slot": {
			series: `c{code="200",job="j",instance="a"} 0:5000 15:5005 30:5010 45:5015 60:stale
			         c{code="200",job="j",instance="a",pod="p"} 60:5020 75:5025
			         process_start_time_seconds{job="j",instance="a"} 0:start-24h 15:start-24h 30:start-24h 45:start-24h 60:stale
			         process_start_time_seconds{job="j",instance="a",pod="p"} 60:start-24h 75:start-24h`,
			want: []string{"30: 10/0", "60: 5/0", "90: 5/0"},
		},
		"a relabelled instance is a baseline": {
			series: `c{code="200",job="j",instance="a"} 0:5000 15:5005 30:stale
			         c{code="200",job="j",instance="b"} 30:5010 45:5015
			         process_start_time_seconds{job="j",instance="b"} 30:start-24h 45:start-24h`,
			want: []string{"30: 5/0", "60: 5/0"},
		},
		"a series that returns after 20 minutes goes on; the neighbour's samples date it to its return": {
			series: `c{code="200",instance="a"} 0:100 15:110 1215:910
			         c{code="200",instance="b"} ` + every(30, 0, 1230, 7),
			want: []string{"30: 10/0", "1230: 800/0"},
		},
		"a series that returns after 90 minutes goes on when the process is the same": {
			series: `c{code="500",job="j",instance="a"} 0:100 15:110 5415:130
			         c{code="200",job="j",instance="b"} ` + every(30, 0, 5430, 7) + `
			         process_start_time_seconds{job="j",instance="a"} 0:start-24h 5415:start-24h`,
			want: []string{"30: 10/10", "5430: 20/20"},
		},
		"a series that returns after 90 minutes counts in full when the process is a new one": {
			series: `c{code="500",job="j",instance="a"} 0:100 15:110 5415:130
			         c{code="200",job="j",instance="b"} ` + every(30, 0, 5430, 7) + `
			         process_start_time_seconds{job="j",instance="a"} 0:start-24h 5415:start1h`,
			want: []string{"30: 10/10", "5430: 130/130"},
		},
		"two instances add up": {
			series: `c{code="200",instance="a"} 0:10 15:11 30:12 45:13
			         c{code="500",instance="b"} 1:100 16:105 31:110 46:115`,
			want: []string{"30: 7/5", "60: 11/10"},
		},
		"a late sample leaves its growth to the next slot": {
			series: `c{code="200"} 0:10 15:12 30:14@150 45:16@165 60:18`,
			now:    100,
			want:   []string{"30: 2/0", "60: 6/0"},
		},
		"once it is visible the growth lies where it belongs": {
			series: `c{code="200"} 0:10 15:12 30:14@150 45:16@165 60:18`,
			now:    165,
			want:   []string{"30: 4/0", "60: 4/0"},
		},
		"growth over missing slots is spread in whole events": {
			series: `c{code="200"} 0:10 30:12 180:27`,
			want:   []string{"30: 2/0", "60: 3/0", "90: 3/0", "120: 3/0", "150: 3/0", "180: 3/0"},
		},
		"total and bad are spread each by itself and no remainder is lost": {
			series: `c{code="200"} 0:10 30:12 120:19
			         c{code="500"} 0:10 30:10 120:11`,
			want: []string{"30: 2/0", "60: 2/0", "90: 3/0", "120: 3/1"},
		},
		"a rollout: the new process counts, the last growth of the old one is not lost": {
			series: `c{code="200",job="j",instance="a"} 0:900 15:910 30:920 45:stale
			         c{code="200",job="j",instance="b"} 45:8 60:18
			         process_start_time_seconds{job="j",instance="b"} 45:start35s 60:start35s`,
			want: []string{"30: 20/0", "60: 18/0"},
		},
		"staleness markers are not values": {
			series: `c{code="200"} 0:10 15:stale 30:12 45:stale 60:15`,
			want:   []string{"30: 2/0", "60: 3/0"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			now := at(86400)
			if test.now > 0 {
				now = at(test.now)
			}
			oracle := promtest.Oracle{Samples: load(t, test.series), Step: 30 * time.Second}
			got := written(oracle.Account(now, now, calls).Slots(at(-86400), at(86400)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("slots (-want +got):\n%s", diff)
			}
		})
	}
}

// every writes a value that never changes, one sample a step.
func every(step, from, to, v int) string {
	var b strings.Builder
	for s := from; s <= to; s += step {
		fmt.Fprintf(&b, "%d:%d ", s, v)
	}
	return b.String()
}

// spread is where one event lies that bridges n slots: at the end of the last.
func spread(events, n int) []string {
	return []string{fmt.Sprintf("%d: %d/0", n*30, events)}
}

func TestOracle_forgets_what_an_emptied_store_lost(t *testing.T) {
	store := load(t, `
		c{code="200",job="j",instance="a"} 0:1000 15:1010 30:1020 300:1500 315:1510 330:1520
		process_start_time_seconds{job="j",instance="a"} 0:start-24h 300:start-24h 315:start-24h`)
	store.Empty(at(290))
	oracle := promtest.Oracle{Samples: store, Step: 30 * time.Second}

	before := written(oracle.Account(at(100), at(100), calls).Slots(at(-60), at(600)))
	if diff := cmp.Diff([]string{"30: 20/0"}, before); diff != "" {
		t.Errorf("before it was emptied (-want +got):\n%s", diff)
	}
	lived := written(oracle.Account(at(600), at(600), calls).Slots(at(-60), at(600)))
	if diff := cmp.Diff([]string{"30: 20/0", "330: 20/0"}, lived); diff != "" {
		t.Errorf("having lived through it (-want +got):\n%s", diff)
	}
	oracle.Forgetful = true
	fresh := written(oracle.Account(at(600), at(600), calls).Slots(at(-60), at(600)))
	if diff := cmp.Diff([]string{"330: 20/0"}, fresh); diff != "" {
		t.Errorf("coming fresh (-want +got):\n%s", diff)
	}
}

func TestOracle_reads_good_and_bucket_SLIs(t *testing.T) {
	store := load(t, `
		c{code="200"} 0:100 15:108 30:110
		c{code="500"} 0:5 15:6 30:6
		h_bucket{le="0.5"} 0:0 15:4
		h_bucket{le="1.0"} 0:0 15:7
		h_bucket{le="+Inf"} 0:0 15:9`)
	good := []slo.Selector{{Metric: "c", Matchers: []slo.Matcher{{Label: "code", Op: slo.MatchEqual, Value: "200"}}}}
	tests := map[string]struct {
		sli  slo.SLI
		want []string
	}{
		"total and good": {slo.SLI{Ratio: &slo.Ratio{Total: calls.Ratio.Total, Good: good}}, []string{"30: 11/1"}},
		"good and bad":   {slo.SLI{Ratio: &slo.Ratio{Good: good, Bad: calls.Ratio.Bad}}, []string{"30: 11/1"}},
		"latency": {slo.SLI{Latency: &slo.Latency{
			Histogram: slo.Selector{Metric: "h"}, Threshold: time.Second, Unit: time.Second,
		}}, []string{"30: 9/2"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			oracle := promtest.Oracle{Samples: store, Step: 30 * time.Second}
			got := written(oracle.Account(at(60), at(60), test.sli).Slots(at(-60), at(60)))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("slots (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAccount_sums_split_anywhere_agree(t *testing.T) {
	store := load(t, `c{code="200"} `+every(15, 0, 0, 3)+`15:5 40:9 70:9 95:13 300:40 310:2`)
	account := promtest.Oracle{Samples: store, Step: 30 * time.Second}.Account(at(600), at(600), calls)
	whole := account.Sum(at(0), at(600))
	if want := (slo.Counts{Total: 39}); whole != want {
		t.Fatalf("whole sum is %+v, want %+v", whole, want)
	}
	for split := 0; split <= 600; split += 30 {
		if got := account.Sum(at(0), at(split)).Add(account.Sum(at(split), at(600))); got != whole {
			t.Errorf("split at %d: %+v, want %+v", split, got, whole)
		}
	}
}

func TestOracle_does_not_look_ahead(t *testing.T) {
	store := load(t, `c{code="200"} 0:10 30:12 180:27`)
	oracle := promtest.Oracle{Samples: store, Step: 30 * time.Second}
	got := written(oracle.Account(at(180), at(150), calls).Slots(at(-60), at(600)))
	if diff := cmp.Diff([]string{"30: 2/0"}, got); diff != "" {
		t.Errorf("before the return (-want +got):\n%s", diff)
	}
}
