package evaluator

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// maxSuspects bounds how many indicators a reading asks about falls: in a rollout
// everybody is unsteady, and what poses as a counter is so in every round.
const maxSuspects = 20

// noCounter is why an indicator is not believed whose counters fall like gauges.
type noCounter struct {
	metric string
	falls  int
}

func (n noCounter) Error() string {
	return fmt.Sprintf("%s fell %d times within an hour to more than half its value while its process lived on: "+
		"it is no counter but a gauge, or a sum that was recorded", n.metric, n.falls)
}

// accuse names indicators whose counters fall again and again to more than half
// their value, and takes what they counted out of the reading. It looks at those
// that were unsteady in it, and at those that were named before.
func (r *reader) accuse(ctx context.Context, slis []plan.SLI, into reading) error {
	suspects := slices.DeleteFunc(slices.Clone(slis), func(s plan.SLI) bool {
		return !into.unsteady[s.Key] && !r.accused(s.Key) || into.refused[s.Key] != nil
	})
	if len(suspects) == 0 {
		return nil
	}
	p, _ := plan.New(suspects[:min(len(suspects), maxSuspects)])
	at := time.Unix(into.span.To, 0)
	for _, g := range p.Groups {
		query, ok := g.Falls(plan.Grain{Width: time.Duration(r.step) * time.Second, Lookback: lookback})
		if !ok {
			continue
		}
		fallen, err := r.Query(ctx, query, at)
		if err == nil && len(fallen) > 0 {
			err = r.name(ctx, g, fallen, at, into)
		}
		if err != nil && !splittable(err) {
			return err
		}
	}
	return nil
}

// name makes indicators invalid, but for series of processes that were started
// anew: a crash loop looks like that.
func (r *reader) name(ctx context.Context, g *plan.Group, fallen model.Vector, at time.Time, into reading) error {
	var targets []plan.Target
	for _, s := range fallen {
		targets = append(targets, plan.TargetOf(labelsOf(s.Metric)))
	}
	answer, err := r.Query(ctx, plan.RestartsQuery(targets), at)
	if err != nil {
		return err
	}
	restarted := map[plan.Target]bool{}
	for _, s := range answer {
		restarted[plan.TargetOf(labelsOf(s.Metric))] = true
	}
	for _, s := range fallen {
		labels := labelsOf(s.Metric)
		if restarted[plan.TargetOf(labels)] {
			continue
		}
		for _, key := range g.KeysOf(labels) {
			into.invalid[key] = noCounter{metric: g.Metric, falls: int(s.Value)}
			into.increments[key] = []slo.Increment{}
		}
	}
	return nil
}

// accusedOf remembers whom a backend's last answers named.
func accusedOf(src *source) func(key string) bool {
	return func(key string) bool {
		_, invalid, _ := src.trouble(key)
		_, named := errors.AsType[noCounter](invalid)
		return named
	}
}
