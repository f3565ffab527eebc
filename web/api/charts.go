package api

import (
	"math"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
)

// Charts is how one SLO went over time, in columns as charts take them: every list
// is as long as T, null where a value is unknown, and rounded to six digits. For
// exact numbers see [Series].
type Charts struct {
	From      time.Time  `json:"from"`
	To        time.Time  `json:"to"`
	Step      string     `json:"step"`
	Objective float64    `json:"objective"`
	T         []int64    `json:"t"` // Unix seconds: the ends of the columns
	Remaining []*float64 `json:"remaining_ratio"`
	// Previous is what was left one window earlier; empty where nothing of that is known.
	Previous []*float64 `json:"previous_remaining_ratio"`
	SLI      []*float64 `json:"sli"`
	Total    []*float64 `json:"total"`
	Bad      []*float64 `json:"bad"`
	// Quantiles of latency, in seconds; empty for an SLI without buckets.
	P50 []*float64 `json:"p50"`
	P95 []*float64 `json:"p95"`
	P99 []*float64 `json:"p99"`
	// Projection goes on from now; null where To is past, or nothing can be foreseen.
	Projection  *Projection  `json:"projection"`
	Burns       Burns        `json:"burns"`
	Annotations []Annotation `json:"annotations"`
}

// Projection is where the budget goes at the pace of now.
type Projection struct {
	From          time.Time `json:"from"`
	To            time.Time `json:"to"`
	FromRatio     float64   `json:"from_ratio"`
	ToRatio       float64   `json:"to_ratio"`
	Pace          string    `json:"pace"` // the window it is of
	BurnRate      float64   `json:"burn_rate"`
	Exhausts      bool      `json:"exhausts"`
	EndsTheWindow bool      `json:"ends_the_window"`
}

// Burns are burn rates over windows that trail behind. Between two columns lie
// several of them, of which a column has the lowest and the highest.
type Burns struct {
	T       []int64      `json:"t"`
	Windows []BurnWindow `json:"windows"`
}

// BurnWindow is one of the windows of the policy.
type BurnWindow struct {
	Window string     `json:"window"`
	Low    []*float64 `json:"low"`
	High   []*float64 `json:"high"`
}

// FromCourse turns the points of an SLO into columns. Previous are those of one
// window earlier, at the same places; empty when there are none.
func FromCourse(o slo.Objective, points, previous []slo.Point) Charts {
	out := Charts{Objective: o.Ratio(), T: make([]int64, len(points)), Previous: []*float64{}, Annotations: []Annotation{}}
	lists := []*[]*float64{&out.Remaining, &out.SLI, &out.Total, &out.Bad, &out.P50, &out.P95, &out.P99}
	for _, list := range lists {
		*list = make([]*float64, len(points))
	}
	quantiles := false
	for i, p := range points {
		out.T[i], out.Remaining[i] = p.Time.Unix(), rounded(p.Remaining)
		if p.Coverage > 0 {
			total, bad := p.Scale.Events(p.Total), p.Scale.Events(p.Bad)
			out.Total[i], out.Bad[i] = &total, &bad
		}
		if ratio, known := p.SuccessRatio(); known {
			out.SLI[i] = &ratio // what is rounded may cross the objective
		}
		if q := p.Latency; q != nil {
			out.P50[i], out.P95[i], out.P99[i] = rounded(q.P50), rounded(q.P95), rounded(q.P99)
			quantiles = true
		}
	}
	if !quantiles {
		out.P50, out.P95, out.P99 = []*float64{}, []*float64{}, []*float64{}
	}
	for i, p := range previous {
		if p.Remaining != nil && len(out.Previous) == 0 {
			out.Previous = make([]*float64, len(points))
		}
		if p.Remaining != nil {
			out.Previous[i] = rounded(p.Remaining)
		}
	}
	return out
}

// FromProjection is null for one that is not known.
func FromProjection(p course.Projection, known bool) *Projection {
	if !known {
		return nil
	}
	return &Projection{
		From: p.From.UTC(), To: p.To.UTC().Truncate(time.Second), FromRatio: finite(p.Left), ToRatio: finite(p.Rest),
		Pace: slo.FormatDuration(p.Pace), BurnRate: finite(p.Rate), Exhausts: p.Exhausts, EndsTheWindow: p.EndOfPeriod,
	}
}

// FromBand tells of one window.
func FromBand(window time.Duration, b course.Band) BurnWindow {
	out := BurnWindow{Window: slo.FormatDuration(window), Low: make([]*float64, len(b.Low)), High: make([]*float64, len(b.High))}
	for i := range b.Low {
		out.Low[i], out.High[i] = rounded(b.Low[i]), rounded(b.High[i])
	}
	return out
}

// rounded keeps six digits: enough to draw, and half the bytes.
func rounded(v *float64) *float64 {
	const digits = 6
	if v = finitePtr(v); v == nil || *v == 0 {
		return v
	}
	scale := math.Pow(10, digits-math.Ceil(math.Log10(math.Abs(*v))))
	if r := math.Round(*v*scale) / scale; !math.IsInf(r, 0) && !math.IsNaN(r) {
		*v = r
	}
	return v
}
