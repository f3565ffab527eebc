package plan_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// answered is one series of an answer: its labels, "code=200 function=a", and
// its value in the slot that ends at 60, or at another end.
type answered struct {
	metric string
	labels string
	value  float64
	end    int64
}

func labelsFrom(text string) map[string]string {
	out := map[string]string{}
	for pair := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(pair, "=")
		out[name] = value
	}
	return out
}

// tally books answers with every group of their metric, as a reading does.
func tally(t *testing.T, slis []plan.SLI, answers []answered) *plan.Tally {
	t.Helper()
	p, failed := plan.New(slis)
	if len(failed) != 0 {
		t.Fatal(failed)
	}
	out := plan.NewTally(30)
	for _, a := range answers {
		booked := false
		for _, g := range p.Groups {
			if g.Metric == a.metric && asksFor(t, g, a) {
				booked = true
				if a.end == 0 {
					a.end = 60
				}
				out.Answer(g, labelsFrom(a.labels)).Add(a.end, a.value)
			}
		}
		if !booked && slices.ContainsFunc(p.Groups, func(g *plan.Group) bool { return g.Metric == a.metric }) {
			continue // the backend does not answer with it
		} else if !booked {
			t.Fatalf("no group asks for %s", a.metric)
		}
	}
	return out
}

// asksFor reports whether the backend would answer a group with this series.
func asksFor(t *testing.T, g *plan.Group, a answered) bool {
	t.Helper()
	series := labelsFrom(a.labels)
	for _, m := range selectors(t, g.Growth(live))[0] {
		if m.Name != labels.MetricName && !m.Matches(series[m.Name]) {
			return false
		}
	}
	return true
}

func calls(code string, value float64) answered {
	return answered{"calls_total", "function=f code=" + code, value, 60}
}

func bucket(le string, value float64) answered {
	return answered{"call_duration_seconds_bucket", "function=f le=" + le, value, 60}
}

func TestTally_reads_off_what_was_counted(t *testing.T) {
	goodOfTotal := ratio("a", list(sel("calls_total", "function=f")), list(sel("calls_total", "function=f", "code!~5..")), nil)
	goodApart := ratio("a", list(sel("started", "function=f")), list(sel("finished", "function=f")), nil)
	goodAndBad := ratio("a", nil, list(sel("calls_total", "function=f", "code=~2..")), list(sel("calls_total", "function=f", "code=~5..")))
	badApart := ratio("a", list(sel("started", "function=f")), nil, list(sel("failed", "function=f")))
	added := ratio("a", list(sel("http", "function=f"), sel("grpc", "function=f")), nil, list(sel("http", "function=f", "code=500"), sel("grpc", "function=f", "code=13")))
	second := latency("a", "f", time.Second)
	for _, tc := range []struct {
		what    string
		sli     plan.SLI
		answers []answered
		want    *slo.Counts // nil: the slot was not seen
		invalid string
	}{
		{"total and bad", failures("a", "f"), []answered{calls("200", 90), calls("500", 7), calls("503", 3)}, &slo.Counts{Total: 100, Bad: 10}, ""},
		{"total and no bad series at all", failures("a", "f"), []answered{calls("200", 90)}, &slo.Counts{Total: 90}, ""},
		{"everything bad", failures("a", "f"), []answered{calls("500", 7)}, &slo.Counts{Total: 7, Bad: 7}, ""},
		{"nothing was called", failures("a", "f"), []answered{calls("200", 0), calls("500", 0)}, &slo.Counts{}, ""},
		{"no series", failures("a", "f"), nil, nil, ""},
		{"another function", failures("a", "f"), []answered{{"calls_total", "function=g code=200", 90, 60}}, nil, ""},
		{"a function without the label", failures("a", "f"), []answered{{"calls_total", "code=200", 90, 60}}, nil, ""},
		{"fractions are rounded", failures("a", "f"), []answered{calls("200", 9.6), calls("500", 0.4)}, &slo.Counts{Total: 10}, ""},

		{"total and good of one metric", goodOfTotal, []answered{calls("200", 90), calls("500", 10)}, &slo.Counts{Total: 100, Bad: 10}, ""},
		{"total and good of one metric, all bad", goodOfTotal, []answered{calls("500", 10)}, &slo.Counts{Total: 10, Bad: 10}, ""},
		{"total and good of other metrics", goodApart, []answered{{"started", "function=f", 10, 60}, {"finished", "function=f", 9, 60}}, &slo.Counts{Total: 10, Bad: 1}, ""},
		{"total and good of other metrics, all bad", goodApart, []answered{{"started", "function=f", 10, 60}, {"finished", "function=f", 0, 60}}, &slo.Counts{Total: 10, Bad: 10}, ""},
		{"the good series are missing", goodApart, []answered{{"started", "function=f", 10, 60}}, nil, "the good events have none"},
		{"the total is missing", goodApart, []answered{{"finished", "function=f", 10, 60}}, nil, ""},
		{"more good than total", goodApart, []answered{{"started", "function=f", 10, 60}, {"finished", "function=f", 11, 60}}, nil, "more good events"},

		{"good and bad", goodAndBad, []answered{calls("200", 90), calls("500", 10), calls("404", 5)}, &slo.Counts{Total: 105 - 5, Bad: 10}, ""},
		{"only good", goodAndBad, []answered{calls("200", 90)}, &slo.Counts{Total: 90}, ""},
		{"only bad", goodAndBad, []answered{calls("500", 10)}, &slo.Counts{Total: 10, Bad: 10}, ""},

		{"bad of another metric", badApart, []answered{{"started", "function=f", 10, 60}, {"failed", "function=f", 2, 60}}, &slo.Counts{Total: 10, Bad: 2}, ""},
		{"bad of another metric that has no series yet", badApart, []answered{{"started", "function=f", 10, 60}}, &slo.Counts{Total: 10}, ""},
		{"more bad than total", badApart, []answered{{"started", "function=f", 1, 60}, {"failed", "function=f", 2, 60}}, nil, "more bad events"},
		{"lists are added", added, []answered{{"http", "function=f code=200", 5, 60}, {"http", "function=f code=500", 1, 60}, {"grpc", "function=f code=0", 7, 60}, {"grpc", "function=f code=13", 2, 60}}, &slo.Counts{Total: 15, Bad: 3}, ""},

		{"latency", second, []answered{bucket("0.5", 80), bucket("1.0", 95), bucket("2.5", 99), bucket("+Inf", 100)}, &slo.Counts{Total: 100, Bad: 5}, ""},
		{"latency, the bound written otherwise", second, []answered{bucket("1", 95), bucket("+Inf", 100)}, &slo.Counts{Total: 100, Bad: 5}, ""},
		{"latency, the bound written in two ways by two processes", second, []answered{bucket("1", 45), bucket("1.0", 50), bucket("1e0", 0), bucket("+Inf", 100)}, &slo.Counts{Total: 100, Bad: 5}, ""},
		{"latency, nothing was called", second, []answered{bucket("1", 0), bucket("+Inf", 0)}, &slo.Counts{}, ""},
		{"no bucket at the threshold", second, []answered{bucket("0.5", 80), bucket("0.75", 90), bucket("2.5", 99), bucket("5", 99), bucket("+Inf", 100)}, nil, "no bucket at 1s; the nearest are 750ms and 2.5s"},
		{"the threshold is below all buckets", second, []answered{bucket("2.5", 99), bucket("+Inf", 100)}, nil, "the nearest is 2.5s"},
		{"the threshold is above all buckets", second, []answered{bucket("0.5", 99), bucket("+Inf", 100)}, nil, "the highest is 500ms"},
		{"no bucket for the rest", second, []answered{bucket("0.5", 80), bucket("1", 95)}, nil, `no le="+Inf"`},
		{"a bucket that holds more than a wider one", second, []answered{bucket("0.5", 96), bucket("1", 95), bucket("+Inf", 100)}, nil, "no cumulative histogram"},
		{"more under the threshold than in all", second, []answered{bucket("1", 101), bucket("+Inf", 100)}, nil, "no cumulative histogram"},
		{"bounds that are no numbers are none", second, []answered{bucket("fast", 80), bucket("NaN", 1_000), bucket("", 3), bucket("1", 95), bucket("+Inf", 100)}, &slo.Counts{Total: 100, Bad: 5}, ""},

		{"not a number", failures("a", "f"), []answered{calls("200", 90), calls("500", math.NaN())}, nil, ""},
		{"not a number twice", failures("a", "f"), []answered{calls("200", math.NaN()), calls("500", math.NaN())}, nil, ""},
		{"infinite", failures("a", "f"), []answered{calls("200", math.Inf(1))}, nil, ""},
		{"infinite and negative", failures("a", "f"), []answered{calls("200", 90), calls("500", math.Inf(-1))}, nil, ""},
		{"more than a float counts", failures("a", "f"), []answered{calls("200", 1e19)}, nil, ""},
		{"as much as is believed", failures("a", "f"), []answered{calls("200", 30<<37)}, &slo.Counts{Total: 30 << 37}, ""},
		{"more than is believed", failures("a", "f"), []answered{calls("200", 30<<37+1)}, nil, ""},
		{"more than is believed, together", failures("a", "f"), []answered{calls("200", 30<<37), calls("500", 1)}, nil, "more events in a slot than there can be"},
		{"a bucket that is not a number", second, []answered{bucket("1", math.NaN()), bucket("+Inf", 100)}, nil, ""},
		{"a negative value", failures("a", "f"), []answered{calls("200", -1)}, nil, ""},
		{"a negative value that others outweigh", failures("a", "f"), []answered{calls("200", 90), calls("500", 20), calls("503", -10)}, nil, ""},
		{"a bucket below zero", second, []answered{bucket("1", -1), bucket("+Inf", 100)}, nil, ""},
		{"what is taken back", failures("a", "f"), []answered{calls("200", 90), calls("500", 1_000_007), calls("500", -1_000_000)}, &slo.Counts{Total: 97, Bad: 7}, ""},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got, err := tally(t, []plan.SLI{tc.sli}, tc.answers).Increments(tc.sli)
			judged(t, got, err, tc.want, tc.invalid)
		})
	}
}

// judged compares what was read off the slot that ends at 60; nil is a slot that
// was not seen.
func judged(t *testing.T, got []slo.Increment, err error, want *slo.Counts, invalid string) {
	t.Helper()
	if invalid == "" && err != nil || invalid != "" && (err == nil || !strings.Contains(err.Error(), invalid)) {
		t.Errorf("the numbers are judged: %v, want %q", err, invalid)
	}
	if want == nil {
		if len(got) != 0 {
			t.Errorf("counted %+v in a slot that cannot be read", got)
		}
		return
	}
	if len(got) != 1 || got[0].Counts != *want || got[0].End != 60 || got[0].Width != 30 {
		t.Fatalf("counted %+v, want %+v", got, *want)
	}
}

func TestTally_splits_events_by_class(t *testing.T) {
	class := func(text string) string { return slo.ClassKey(labelsFrom(text)) }
	twoLabels := failures("a", "f")
	twoLabels.Fingerprint = []string{"code", "gateway"}
	for _, tc := range []struct {
		what    string
		sli     plan.SLI
		answers []answered
		want    map[string]int64
	}{
		{"by one label", failures("a", "f"), []answered{calls("200", 90), calls("500", 7), calls("503", 3), calls("504", 0)}, map[string]int64{class("code=500"): 7, class("code=503"): 3}},
		{"by two labels, of which one is missing", twoLabels, []answered{
			{"calls_total", "function=f code=500 gateway=x", 2, 60}, {"calls_total", "function=f code=500", 1, 60},
		}, map[string]int64{class("code=500 gateway=x"): 2, class("code=500 gateway="): 1}},
		{"a class that is taken back", failures("a", "f"), []answered{calls("500", 7), calls("500", -7)}, map[string]int64{}},
		{"nothing bad", failures("a", "f"), []answered{calls("200", 90)}, nil},
		{"buckets, each without those below", latency("a", "f", time.Second), []answered{bucket("0.5", 80), bucket("1.0", 95), bucket("2.5", 95), bucket("+Inf", 100)}, map[string]int64{class("gt=-Inf le=0.5"): 80, class("gt=0.5 le=1"): 15, class("gt=2.5 le=+Inf"): 5}},
	} {
		t.Run(tc.what, func(t *testing.T) {
			got, err := tally(t, []plan.SLI{tc.sli}, tc.answers).Increments(tc.sli)
			if err != nil || len(got) != 1 {
				t.Fatalf("%v, %v", got, err)
			}
			if diff := cmp.Diff(tc.want, got[0].Classes); diff != "" {
				t.Errorf("classes (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTally_judges_by_the_newest_slot_with_samples(t *testing.T) {
	sli := ratio("a", list(sel("started", "function=f")), nil, list(sel("failed", "function=f")))
	slot := func(end int64, total, bad float64) []answered {
		return []answered{{"started", "function=f", total, end}, {"failed", "function=f", bad, end}}
	}
	for _, tc := range []struct {
		what    string
		answers []answered
		ends    []int64
		doubted []int64
		invalid bool
	}{
		{"all true", slices.Concat(slot(90, 3, 1), slot(30, 1, 1), slot(60, 2, 1)), []int64{30, 60, 90}, nil, false},
		{"the newest is not", slices.Concat(slot(30, 1, 1), slot(60, 1, 2)), []int64{30}, []int64{60}, true},
		{"an older one is not", slices.Concat(slot(30, 1, 2), slot(60, 1, 1)), []int64{60}, []int64{30}, false},
		{"the newest says nothing", slices.Concat(slot(30, 1, 2), slot(60, math.NaN(), 1)), nil, []int64{30, 60}, true},
		{"one of three", slices.Concat(slot(30, 1, 1), slot(60, -1, 0), slot(120, 1, 0)), []int64{30, 120}, []int64{60}, false},
	} {
		t.Run(tc.what, func(t *testing.T) {
			tally := tally(t, []plan.SLI{sli}, tc.answers)
			got, err := tally.Increments(sli)
			if doubted := tally.Disbelieved(sli.Key, got); !slices.Equal(doubted, tc.doubted) {
				t.Errorf("slots %v are not believed, want %v", doubted, tc.doubted)
			}
			var ends []int64
			for _, inc := range got {
				ends = append(ends, inc.End)
			}
			if !slices.Equal(ends, tc.ends) || (err != nil) != tc.invalid {
				t.Errorf("slots %v (%v), want %v", ends, err, tc.ends)
			}
		})
	}
}

func TestGroup_tells_whose_series_it_is(t *testing.T) {
	p, _ := plan.New([]plan.SLI{failures("a", "f"), failures("b", "g"), ratio("c", list(sel("calls_total", "function=f")), list(sel("calls_total", "function=f", "code=200")), nil)})
	if len(p.Groups) != 1 {
		t.Fatalf("%d groups", len(p.Groups))
	}
	for text, want := range map[string][]string{"function=f code=500": {"a", "c"}, "function=g": {"b"}, "function=h": nil, "": nil} {
		if got := p.Groups[0].KeysOf(labelsFrom(text)); !slices.Equal(got, want) {
			t.Errorf("%s belongs to %v, want %v", text, got, want)
		}
	}
}

// Values of different labels that read alike when joined belong to different
// functions.
func TestGroup_keeps_tuples_apart(t *testing.T) {
	first := ratio("first", list(sel("m", "a=x", "b=1:y")), nil, list(sel("m", "a=x", "b=1:y", "bad=1")))
	second := ratio("second", list(sel("m", "a=x1:", "b=y")), nil, list(sel("m", "a=x1:", "b=y", "bad=1")))
	got := tally(t, []plan.SLI{first, second}, []answered{{"m", "a=x b=1:y", 5, 60}, {"m", "a=x b=y", 100, 60}})
	one, _ := got.Increments(first)
	other, _ := got.Increments(second)
	if len(one) != 1 || one[0].Total != 5 || len(other) != 0 {
		t.Errorf("counted %v and %v", one, other)
	}
}

// FuzzTally books random answers: no value and no label may crash it, and what
// it reads off can always be true.
func FuzzTally(f *testing.F) {
	f.Add(uint64(1), "200", "+Inf", 1.0, 2.0)
	f.Add(uint64(2), "5\xff", "NaN", math.NaN(), math.Inf(-1))
	f.Add(uint64(3), "", "-1e400", 1e300, -1e300)
	slis := []plan.SLI{
		failures("bad", "f"), latency("slow", "f", time.Second),
		ratio("good", list(sel("calls_total", "function=f")), list(sel("calls_total", "function=f", "code=200")), nil),
		ratio("both", nil, list(sel("calls_total", "function=f", "code=200")), list(sel("calls_total", "function=f", "code!=200"))),
	}
	p, _ := plan.New(slis)
	f.Fuzz(func(t *testing.T, seed uint64, code, le string, a, b float64) {
		random := rand.New(rand.NewPCG(seed, 0))
		values := []float64{a, b, 0, 1, 17, -a}
		out := plan.NewTally(30)
		for range 1 + random.IntN(12) {
			labels := map[string]string{"function": "f", "code": []string{code, "200", "500"}[random.IntN(3)], "le": []string{le, "1", "+Inf"}[random.IntN(3)]}
			out.Answer(p.Groups[random.IntN(len(p.Groups))], labels).Add(int64(random.IntN(3)*30), values[random.IntN(len(values))])
		}
		for _, sli := range slis {
			incs, _ := out.Increments(sli)
			for _, inc := range incs {
				var classes int64
				for _, n := range inc.Classes {
					if n < 0 {
						t.Errorf("%s: a class of %d events", sli.Key, n)
					}
					classes += n
				}
				if !inc.Valid() {
					t.Errorf("%s: %+v cannot be true", sli.Key, inc)
				}
				if want := inc.Bad; sli.Key == "bad" && classes != want {
					t.Errorf("%d bad events are %d by class", want, classes)
				}
				if sli.Latency != nil && classes != inc.Total {
					t.Errorf("%d events are %d by bucket", inc.Total, classes)
				}
			}
		}
	})
}

func BenchmarkTally(b *testing.B) {
	const functions, slots = 1_000, 4
	slis := make([]plan.SLI, functions)
	var series []map[string]string
	for i := range slis {
		name := fmt.Sprintf("function-%d", i)
		slis[i] = failures(name, name)
		for _, code := range []string{"200", "404", "500", "503"} {
			series = append(series, map[string]string{"function": name, "code": code})
		}
	}
	p, _ := plan.New(slis)
	b.ReportAllocs()
	for b.Loop() {
		t := plan.NewTally(30)
		for _, labels := range series {
			answer := t.Answer(p.Groups[0], labels)
			for slot := range int64(slots) {
				answer.Add(slot*30, 17)
			}
		}
		for _, sli := range slis {
			if incs, err := t.Increments(sli); err != nil || len(incs) != slots {
				b.Fatal(incs, err)
			}
		}
	}
}

// TestTally_believes_no_more_than_a_year_can_add_up sums the longest window of
// the fullest slots.
func TestTally_believes_no_more_than_a_year_can_add_up(t *testing.T) {
	for _, width := range []int64{1, 30, 3600} {
		sli := failures("a", "f")
		p, _ := plan.New([]plan.SLI{sli})
		tally := plan.NewTally(width)
		tally.Answer(p.Groups[0], map[string]string{"function": "f", "code": "200"}).Add(width, float64(width<<37))
		got, err := tally.Increments(sli)
		if err != nil || len(got) != 1 {
			t.Fatalf("%v, %v", got, err)
		}
		const seconds = 366 * 86_400
		if slots := seconds / width; got[0].Total > math.MaxInt64/slots {
			t.Errorf("%d slots of %d overflow", slots, got[0].Total)
		}
	}
}
