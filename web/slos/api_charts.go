package slos

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sort"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

const (
	chartColumns = 720    // of charts, at most
	burnPoints   = 12_000 // burn rates are worked out at that many instants, at most
	longestChart = 400 * 24 * time.Hour
)

// getCharts answers with what the page of an SLO draws.
func (s Handlers) getCharts(r *http.Request) (site.Answer, error) {
	row, err := s.Row(r.Context(), pathID(r), time.Time{})
	if err != nil {
		return site.Answer{}, err
	}
	shown, err := s.parseRange(r, &row.SLO)
	if err != nil {
		return site.Answer{}, err
	}
	out, err := s.charts(r.Context(), row.SLO, shown)
	if err != nil {
		return site.Answer{}, err
	}
	if !shown.past {
		out.Projection = api.FromProjection(course.Project(row.Assessment))
	}
	return site.JSONAnswer(http.StatusOK, out)
}

func (s Handlers) charts(ctx context.Context, o slo.SLO, shown chartRange) (api.Charts, error) {
	points, err := s.Objectives.History(ctx, o, shown.from, shown.to, shown.step)
	if err != nil {
		return api.Charts{}, err
	}
	s.recount(o, shown.from, points)
	earlier, err := s.earlier(ctx, o, shown)
	if err != nil {
		return api.Charts{}, err
	}
	marks, err := s.ChangeMarks(ctx, o.ID, shown.from, shown.to)
	if err != nil {
		return api.Charts{}, err
	}
	incidents, err := s.past(ctx, o.ID)
	if err != nil {
		return api.Charts{}, err
	}
	out := api.FromCourse(o.Objective, points, earlier)
	out.From, out.To, out.Step = shown.from.UTC(), shown.to.UTC(), slo.FormatDuration(shown.step)
	out.Burns = s.burnCourses(o, shown.from, shown.to)
	out.Annotations = append(api.FromAnnotations(append(site.AboutNumbers(s.Annotations(o, shown.from, shown.to)), marks...)), s.alertMarks(incidents, shown.from, shown.to)...)
	return out, nil
}

// recount puts into each point what was counted in it where the ledger is coarser than
// the points are apart.
func (s Handlers) recount(o slo.SLO, from time.Time, points []slo.Point) {
	bounds := []time.Time{from}
	for _, p := range points {
		bounds = append(bounds, p.Time)
	}
	for i, sum := range course.Spread(s.Counts.Counted(o, bounds), bounds) {
		points[i].Counts, points[i].Coverage = sum.Counts, sum.Coverage
	}
}

// earlier are the points of one window before, at the same places. Those that have
// nothing to stand beside are without a budget.
func (s Handlers) earlier(ctx context.Context, o slo.SLO, shown chartRange) ([]slo.Point, error) {
	shift, from, to := course.Earlier(o.Window, shown.to)
	points, err := s.Objectives.History(ctx, o, shown.from.Add(-shift), shown.to.Add(-shift), shown.step)
	known := s.knownFrom(o, points)
	for i := range points {
		if at := points[i].Time.Add(shift); i < known || !at.After(from) || at.After(to) {
			points[i].Remaining = nil
		}
	}
	return points, err
}

// knownFrom is the first of the points whose window is known for the most part: what
// lies before the history of an SLO says little of the budget of then.
func (s Handlers) knownFrom(o slo.SLO, points []slo.Point) int {
	return sort.Search(len(points), func(i int) bool {
		at := points[i].Time
		from, _ := o.Window.Bounds(at)
		sums := s.Counts.Counted(o, []time.Time{from, at})
		return len(sums) == 1 && sums[0].Decides()
	})
}

// burnCourses are the burn rates of every window of the tiers.
func (s Handlers) burnCourses(o slo.SLO, from, to time.Time) api.Burns {
	var windows []time.Duration
	for _, t := range o.Tiers {
		windows = append(windows, t.Short, t.Long)
	}
	slices.Sort(windows)
	windows = slices.Compact(windows)
	out := api.Burns{T: []int64{}, Windows: []api.BurnWindow{}}
	if len(windows) == 0 {
		return out
	}
	grid := burnGrid(from, to, windows[len(windows)-1])
	sums := s.Counts.Counted(o, grid.bounds)
	width := (grid.shown + chartColumns - 1) / chartColumns
	for i := len(sums) - 1; i >= len(sums)-grid.shown; i -= width {
		out.T = append(out.T, sums[i].To.Unix())
	}
	slices.Reverse(out.T)
	for _, window := range windows {
		if rates := course.Burn(sums, grid.step, window, o.Objective); rates != nil {
			out.Windows = append(out.Windows, api.FromBand(window, course.Columns(rates[len(sums)-grid.shown:], width)))
		}
	}
	return out
}

// grid is where burn rates are worked out, with as much time before as the longest
// window needs.
type grid struct {
	bounds []time.Time
	step   time.Duration
	shown  int // points that are of the span, the last ones
}

func burnGrid(from, to time.Time, longest time.Duration) grid {
	steps := []time.Duration{time.Minute, 5 * time.Minute, 30 * time.Minute, time.Hour, 6 * time.Hour}
	g := grid{step: steps[len(steps)-1]}
	for _, step := range steps {
		if to.Sub(from)+longest <= step*burnPoints {
			g.step = step
			break
		}
	}
	last := to.Truncate(g.step)
	g.shown = max(int(last.Sub(from)/g.step), 1)
	first := last.Add(-time.Duration(g.shown)*g.step - max(longest, g.step) + g.step)
	for at := first.Truncate(g.step); !at.After(last); at = at.Add(g.step) {
		g.bounds = append(g.bounds, at)
	}
	return g
}

// chartRange is what of the history charts show.
type chartRange struct {
	from, to time.Time
	step     time.Duration
	length   time.Duration // of a range that ends now; 0 for one between two instants
	past     bool          // it does not end now
}

// parseRange reads what to show: from one instant to another, or a range that ends
// now. Without any it is the SLO window.
func (s Handlers) parseRange(r *http.Request, o *slo.SLO) (chartRange, error) {
	now := s.ThisSecond()
	to, err := site.Instant(r, "to", now)
	if err != nil {
		return chartRange{}, err
	}
	out := chartRange{to: to, length: o.Window.Length}
	if text := r.URL.Query().Get("range"); text != "" {
		length, err := model.ParseDuration(text)
		if err != nil || length <= 0 {
			return chartRange{}, site.BadRequest(fmt.Sprintf("range=%q: write a duration such as 6h or 7d", text))
		}
		out.length = time.Duration(length)
	}
	if out.from, err = site.Instant(r, "from", to.Add(-out.length)); err != nil {
		return chartRange{}, err
	}
	if r.URL.Query().Get("from") != "" || r.URL.Query().Get("to") != "" {
		out.length = 0
	}
	switch length := out.to.Sub(out.from); {
	case length < time.Minute:
		return chartRange{}, site.BadRequest("from must be at least a minute before to")
	case length > longestChart:
		return chartRange{}, site.BadRequest("that is more than " + slo.FormatDuration(longestChart) + ": take a shorter time")
	default:
		out.step = chartStep(length)
	}
	out.past = out.to.Before(now.Add(-out.step))
	return out, nil
}

// chartStep is the shortest step people would choose that gives no more than
// [chartColumns] of them.
func chartStep(length time.Duration) time.Duration {
	for _, step := range []time.Duration{
		15 * time.Second, 30 * time.Second, time.Minute, 5 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour,
	} {
		if length <= step*chartColumns {
			return step
		}
	}
	return 24 * time.Hour
}
