package slo_test

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

var deployed = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

func span(total, bad int64, coverage float64) slo.Point {
	return slo.Point{Time: deployed.Add(time.Hour), Counts: slo.Counts{Total: total, Bad: bad}, Coverage: coverage}
}

// allowing is an SLO whose window allows so many bad events.
func allowing(events int64) slo.Assessment {
	window := slo.WindowSum{Length: 30 * 24 * time.Hour, Counts: slo.Counts{Total: events * 1000}, Coverage: 1}
	return slo.Assessment{Objective: slo.MustObjective("99.9%"), Window: window}
}

func TestCostOf_knows_nothing_while_the_window_is_being_read(t *testing.T) {
	end := allowing(1000)
	end.Window.Unread = time.Hour
	if got := slo.CostOf(span(1000, 60, 1), span(1000, 10, 1), deployed, end); got.Share != nil || got.Spent != nil || got.Reason == "" {
		t.Errorf("%+v", got)
	}
}

func TestCostOf_is_what_went_wrong_beyond_what_went_wrong_before(t *testing.T) {
	for name, c := range map[string]struct {
		since, before slo.Point
		allowed       int64
		spent, share  float64 // -1 is unknown
		reason        string
	}{
		// 60 of 1,000 since, 10 of 1,000 before: 50 more than expected, of 1,000 allowed.
		"a bad deploy": {span(1000, 60, 1), span(1000, 10, 1), 1000, 0.06, 0.05, ""},
		// Twice the traffic doubles what is expected: 60 − 20.
		"more traffic":              {span(2000, 60, 1), span(1000, 10, 1), 1000, 0.06, 0.04, ""},
		"as before":                 {span(1000, 10, 1), span(1000, 10, 1), 1000, 0.01, 0, ""},
		"better than before":        {span(1000, 2, 1), span(1000, 10, 1), 1000, 0.002, 0, ""},
		"more than all of a budget": {span(1000, 500, 1), span(1000, 0, 1), 100, 5, 5, ""},
		"nobody called since":       {span(0, 0, 1), span(1000, 10, 1), 1000, 0, 0, ""},
		"nobody called before":      {span(1000, 60, 1), span(0, 0, 1), 1000, 0.06, -1, "there were no calls"},
		"before is not known":       {span(1000, 60, 1), span(1000, 0, 0.4), 1000, 0.06, -1, "only 40% of as long a time before"},
		"since is not known":        {span(10, 9, 0.2), span(1000, 0, 1), 1000, -1, -1, "only 20% of the time since"},
		"no budget":                 {span(0, 0, 1), span(0, 0, 1), 0, -1, -1, "no budget"},
	} {
		got := slo.CostOf(c.since, c.before, deployed, allowing(c.allowed))
		for what, pair := range map[string]struct {
			got  *float64
			want float64
		}{"spent": {got.Spent, c.spent}, "share": {got.Share, c.share}} {
			if known := pair.got != nil; known != (pair.want >= 0) || known && math.Abs(*pair.got-pair.want) > 1e-12 {
				t.Errorf("%s: %s is %v, want %v", name, what, shown(pair.got), pair.want)
			}
		}
		if !strings.Contains(got.Reason, c.reason) || (got.Reason == "") != (c.reason == "") {
			t.Errorf("%s: the reason is %q", name, got.Reason)
		}
	}
}

func shown(v *float64) any {
	if v == nil {
		return "unknown"
	}
	return *v
}

// A deploy never costs less than nothing or more than what was spent since, and one
// more bad event since never makes it cheaper.
func TestCostOf_grows_with_what_went_wrong(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		total, before := 1+random.Int64N(1000), 1+random.Int64N(1000)
		bad, badBefore := random.Int64N(total), random.Int64N(before+1)
		budget := allowing(1 + random.Int64N(1000))
		less := slo.CostOf(span(total, bad, 1), span(before, badBefore, 1), deployed, budget)
		more := slo.CostOf(span(total, bad+1, 1), span(before, badBefore, 1), deployed, budget)
		if *less.Share < 0 || *less.Share > *less.Spent || *more.Share < *less.Share {
			t.Fatalf("%d of %d since, %d of %d before: %v, with one more %v", bad, total, badBefore, before, *less.Share, *more.Share)
		}
	}
}
