package functions

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/breakdown"
	"github.com/slofuse/slofuse/web/site"
)

// What the detail of a function holds at most.
const (
	detailPoints = 300
	detailKinds  = 5
	heatColumns  = 120
	heatRows     = 40
	detailLength = 6 * time.Hour // unless a range is asked for
)

// toldApart are the SLOs of a function that its detail is of: one that counts calls and
// one that has latencies; nil where there is none.
type toldApart struct{ calls, latency *slo.SLO }

// toldApartOf picks them: the named one, and of the others the first. An SLO that tells
// kinds of errors apart comes before one that does not, and a latency counts calls too.
func toldApartOf(slos []slo.SLO, name string) (c toldApart) {
	for i := range slos {
		o := &slos[i]
		if o.Split != nil {
			continue
		}
		if o.SLI.Latency != nil && (c.latency == nil || o.ID.Name == name) {
			c.latency = o
		}
		if o.SLI.Ratio == nil {
			continue
		}
		better := c.calls == nil || o.ID.Name == name
		if c.calls != nil && c.calls.ID.Name != name && len(c.calls.SLI.Fingerprint) == 0 && len(o.SLI.Fingerprint) > 0 {
			better = true
		}
		if better {
			c.calls = o
		}
	}
	if c.calls == nil {
		c.calls = c.latency
	}
	return c
}

// namedSLO refuses the name of an SLO that a function does not have.
func namedSLO(slos []slo.SLO, of slo.ID, name string) error {
	if name == "" || slices.ContainsFunc(slos, func(o slo.SLO) bool { return o.ID.Name == name }) {
		return nil
	}
	of.Name = name
	return site.UnknownSLO(of, slos)
}

// slosOf are the SLOs of a function.
func (s Handlers) slosOf(id slo.ID) ([]slo.SLO, error) {
	all := s.Objectives.SLOs()
	own := slices.DeleteFunc(slices.Clone(all), func(o slo.SLO) bool { return o.ID.OfFunction() != id })
	if len(own) == 0 {
		return nil, site.UnknownFunction(id, all)
	}
	return own, nil
}

// shownRange is the range that is asked for, the latest of which ends at an instant.
func shownRange(r *http.Request, now time.Time) (breakdown.Range, error) {
	q := r.URL.Query()
	shown, err := breakdown.ParseRange(q.Get("from"), q.Get("to"), detailLength, now)
	if err != nil {
		return shown, site.BadRequest(err.Error())
	}
	return shown, nil
}

func (s Handlers) getDetail(r *http.Request) (site.Answer, error) {
	id := slo.ID{Service: site.PathValue(r, "service"), Function: site.PathValue(r, "function")}
	slos, err := s.slosOf(id)
	if err != nil {
		return site.Answer{}, err
	}
	name := r.URL.Query().Get("slo")
	if err := namedSLO(slos, id, name); err != nil {
		return site.Answer{}, err
	}
	of := toldApartOf(slos, name)
	end, err := s.readTo(r.Context(), of)
	if err != nil {
		return site.Answer{}, err
	}
	shown, err := shownRange(r, end)
	if err != nil {
		return site.Answer{}, err
	}
	out, err := s.detail(r.Context(), id, of, shown, end)
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, out)
}

// readTo is where what is shown of SLOs ends at the latest.
func (s Handlers) readTo(ctx context.Context, of toldApart) (time.Time, error) {
	if of.calls == nil {
		return s.ThisSecond(), nil
	}
	assessed, err := s.Objectives.Assess(ctx, []slo.SLO{*of.calls}, time.Time{})
	if err != nil {
		return time.Time{}, err
	}
	return breakdown.End(assessed[0].AsOf, s.ThisSecond()), nil
}

func (s Handlers) detail(ctx context.Context, id slo.ID, of toldApart, shown breakdown.Range, end time.Time) (api.Detail, error) {
	grid := breakdown.NewGrid(shown.From, shown.To, end, detailPoints)
	out := api.Detail{
		Service: id.Service, Function: id.Function, From: grid.From.UTC(), To: grid.To.UTC(), Step: slo.FormatDuration(grid.Step),
		T: []int64{}, Annotations: []api.Annotation{},
	}
	if of.calls == nil {
		return out, nil
	}
	steps, err := s.Objectives.Detail(ctx, *of.calls, grid.From, grid.To, grid.Step)
	if err != nil {
		return out, err
	}
	for _, step := range steps {
		out.T = append(out.T, step.Time.Unix())
	}
	out.Calls = api.FromCalls(of.calls.ID.Name, steps, detailKinds)
	if of.latency != nil {
		if of.latency != of.calls {
			if steps, err = s.Objectives.Detail(ctx, *of.latency, grid.From, grid.To, grid.Step); err != nil {
				return out, err
			}
		}
		out.Latency = api.FromLatency(of.latency.ID.Name, of.latency.SLI.Latency.Threshold, steps, breakdown.NewHeat(steps, heatColumns, heatRows))
	}
	marks, err := s.ChangeMarks(ctx, id, grid.From, grid.To)
	if err != nil {
		return out, err
	}
	out.Annotations = api.FromAnnotations(append(site.AboutNumbers(s.Annotations(*of.calls, grid.From, grid.To)), marks...))
	return out, nil
}
