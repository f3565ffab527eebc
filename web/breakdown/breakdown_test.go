package breakdown_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/breakdown"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

func TestGridsAreBoundedAndNoNarrowerThanWhatIsKept(t *testing.T) {
	for _, c := range []struct {
		ago, length time.Duration
		most        int
		want        time.Duration
	}{
		{0, time.Hour, 300, 30 * time.Second},
		{0, time.Hour, 31, 5 * time.Minute},
		{0, 6 * time.Hour, 300, 5 * time.Minute},
		{0, day, 300, 5 * time.Minute},
		{0, 7 * day, 300, time.Hour},
		{0, 30 * day, 300, 3 * time.Hour},
		{10 * day, time.Hour, 300, time.Hour}, // kinds of errors are kept by hours there
		{50 * day, day, 300, day},
		{0, 400 * day, 31, 14 * day},
	} {
		to := noon.Add(-c.ago).Add(7 * time.Second)
		g := breakdown.NewGrid(to.Add(-c.length), to, noon.Add(7*time.Second), c.most)
		n := 0
		for at := g.From; at.Before(g.To); at = at.Add(g.Step) {
			n++
		}
		if g.Step != c.want || n > c.most+1 || g.From.After(to.Add(-c.length)) || !g.To.Equal(to) || g.From != g.From.Truncate(g.Step) {
			t.Errorf("%v ending %v ago in %d: %d steps of %v from %v", c.length, c.ago, c.most, n, g.Step, g.From)
		}
	}
}

func step(total, bad int64, classes ...int64) slo.DetailStep {
	d := slo.DetailStep{Counts: slo.Counts{Total: total, Bad: bad}, Coverage: 1}
	for i, n := range classes {
		d.Classes = append(d.Classes, slo.ClassCount{Labels: map[string]string{"code": fmt.Sprint(500 + i), "gateway": "ab"[i%2 : i%2+1]}, Bad: n})
	}
	return d
}

func TestLines(t *testing.T) {
	steps := []slo.DetailStep{step(100, 10, 1, 6, 3), step(100, 5, 4, 0, 0), step(0, 0)}
	// 501 has 6, 500 has 1+4; of step one 3 and of step two 1 are of other kinds or none.
	lines := breakdown.Lines(steps, 2)
	if len(lines) != 3 || lines[0].Labels["code"] != "501" || lines[0].Bad != 6 || lines[1].Bad != 5 || !lines[2].Rest || lines[2].Bad != 4 || lines[2].Values[0] != 3 || lines[2].Values[1] != 1 {
		t.Errorf("%+v", lines)
	}
	if lines := breakdown.Lines([]slo.DetailStep{step(100, 0)}, 5); len(lines) != 0 {
		t.Errorf("nothing was bad, and there is %+v", lines)
	}
}

func TestLinesAddUpToTheBadEvents(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var steps []slo.DetailStep
		for range random.IntN(6) {
			classes := make([]int64, random.IntN(8))
			bad := random.Int64N(4) // of no known kind
			for i := range classes {
				classes[i] = random.Int64N(9)
				bad += classes[i]
			}
			steps = append(steps, step(1000, bad, classes...))
		}
		lines := breakdown.Lines(steps, 3)
		for i, s := range steps {
			var sum int64
			for _, l := range lines {
				sum += l.Values[i]
			}
			if sum != s.Bad {
				t.Fatalf("step %d: %d of %d in %+v", i, sum, s.Bad, lines)
			}
		}
	}
}

func TestCulprits(t *testing.T) {
	var got []string
	for _, c := range breakdown.Culprits([]slo.DetailStep{step(100, 10, 1, 6, 1), step(100, 6, 4, 0, 4)}, 2) {
		got = append(got, fmt.Sprintf("%s=%s %d %.4f", c.Label, c.Value, c.Bad, c.Share))
	}
	// All: 16. Codes: 500 has 5, 501 has 6, 502 has 5. Gateway a has 500 and 502.
	want := "code=501 6 0.3750, code=500 5 0.3125, gateway=a 10 0.6250, gateway=b 6 0.3750"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}

func TestPartShares(t *testing.T) {
	part := func(label, value string, total, bad int64) breakdown.Part {
		return breakdown.Part{Label: label, Value: value, Counts: slo.Counts{Total: total, Bad: bad}}
	}
	var got []string
	for _, p := range breakdown.PartShares(slo.Counts{Total: 1000, Bad: 100}, []breakdown.Part{
		part("region", "eu", 500, 20), part("gateway", "stripe", 120, 71), part("gateway", "adyen", 880, 29), part("region", "us", 600, 20), part("gateway", "new", 0, 0),
	}, 2) {
		got = append(got, fmt.Sprintf("%s=%s %.2f on %.3f %v", p.Label, p.Value, p.OfBad, p.OfTotal, p.Suspect()))
	}
	// The regions counted 1,100 calls of 1,000: their shares are of what they counted.
	want := "gateway=stripe 0.71 on 0.120 true, gateway=adyen 0.29 on 0.880 false, region=us 0.20 on 0.545 false, region=eu 0.20 on 0.455 false"
	if strings.Join(got, ", ") != want {
		t.Errorf("%s, want %s", strings.Join(got, ", "), want)
	}
}

func TestHeatKeepsEveryEvent(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 7))
	for range 200 {
		var steps []slo.DetailStep
		var sum int64
		for i := range random.IntN(50) {
			s := slo.DetailStep{From: noon.Add(time.Duration(i) * time.Minute), Time: noon.Add(time.Duration(i+1) * time.Minute), Coverage: float64(random.IntN(2))}
			for range random.IntN(9) {
				low := float64(random.IntN(30)) / 10
				b := slo.Bucket{LowerBound: low, UpperBound: low + 0.1, Count: random.Int64N(5)}
				if random.IntN(9) == 0 {
					b.UpperBound = math.Inf(1)
				}
				s.Buckets, sum = append(s.Buckets, b), sum+b.Count
			}
			steps = append(steps, s)
		}
		h := breakdown.NewHeat(steps, 12, 7)
		var got int64
		for _, c := range h.Columns {
			for _, n := range c.Counts {
				got += n
			}
		}
		if got != sum || len(h.Columns) > 12 || len(h.Rows) > 7 {
			t.Fatalf("%d events of %d in %d columns and %d rows", got, sum, len(h.Columns), len(h.Rows))
		}
	}
}

func TestPlacesInAHeatmap(t *testing.T) {
	var columns []breakdown.HeatColumn
	for _, minutes := range []time.Duration{0, 10, 20} { // the last is shorter
		columns = append(columns, breakdown.HeatColumn{From: noon.Add(minutes * time.Minute), To: noon.Add(min(minutes+10, 24) * time.Minute)})
	}
	for minutes, want := range map[time.Duration]string{-1: "0 false", 0: "0 true", 5: "0.5 true", 10: "1 true", 21: "2.25 true", 24: "0 false"} {
		x, ok := breakdown.PlaceOf(columns, noon.Add(minutes*time.Minute))
		if got := fmt.Sprint(x, ok); got != want {
			t.Errorf("%d minutes: %s, want %s", minutes, got, want)
		}
	}
}

func TestARangeEndsWhereTheLastSlotWasRead(t *testing.T) {
	for read, want := range map[time.Time]time.Time{
		noon:                       noon,
		noon.Add(-time.Minute):     noon.Add(-time.Minute),
		noon.Add(-5 * time.Minute): noon.Add(-5 * time.Minute),
		noon.Add(-6 * time.Minute): noon, // the gap is to be seen
		noon.Add(time.Minute):      noon,
		{}:                         noon, // nothing was read yet
	} {
		if got := breakdown.End(read, noon); !got.Equal(want) {
			t.Errorf("read to %s: %s, want %s", read, got, want)
		}
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{"", "", "2026-03-01T06:00:00Z 2026-03-01T12:00:00Z true"},
		{"now-1h", "now", "2026-03-01T11:00:00Z 2026-03-01T12:00:00Z true"},
		{"now-2d", "now-1d", "2026-02-27T12:00:00Z 2026-02-28T12:00:00Z false"},
		{"2026-02-01T00:00:00+01:00", "2026-02-01T01:00:00Z", "2026-01-31T23:00:00Z 2026-02-01T01:00:00Z false"},
		{"now-1h", "2027-01-01T00:00:00Z", "2026-03-01T11:00:00Z 2026-03-01T12:00:00Z true"}, // no future
		{"yesterday", "now", "error"},
		{"now", "now", "error"},
		{"now-500d", "", "error"},
		{"now--1h", "", "error"},
		{"0001-01-01T00:00:00Z", "", "error"},
	} {
		r, err := breakdown.ParseRange(c.from, c.to, 6*time.Hour, noon)
		got := "error"
		if err == nil {
			got = fmt.Sprint(r.From.Format(time.RFC3339), " ", r.To.Format(time.RFC3339), " ", r.Recent())
		}
		if got != c.want {
			t.Errorf("%q to %q: %s, want %s", c.from, c.to, got, c.want)
		}
	}
	r, _ := breakdown.ParseRange("now-4h", "now-1h", time.Hour, noon)
	if later := r.Moved(1, noon); !later.To.Equal(noon) || later.To.Sub(later.From) != 3*time.Hour {
		t.Errorf("later, but not beyond now: %+v", later)
	}
	if wide := r.Wider(noon); !wide.To.Equal(noon) || wide.To.Sub(wide.From) != 6*time.Hour {
		t.Errorf("twice as long, but not beyond now: %+v", wide)
	}
}
