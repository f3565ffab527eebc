package read

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/evaluator/ledger"
	"github.com/slofuse/slofuse/evaluator/plan"
	"github.com/slofuse/slofuse/slo"
)

// maxSuspects bounds how many new suspects a reading asks about falls: in a rollout
// everybody is unsteady.
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

// IsNoCounter reports whether an indicator is not believed because its counters are
// none.
func IsNoCounter(err error) bool {
	_, no := errors.AsType[noCounter](err)
	return no
}

// accuse names indicators whose counters fall again and again to more than half
// their value, and takes what they counted out of the reading. Whoever was named
// before stays so while the backend refuses to say more.
func (r *Reader) accuse(ctx context.Context, slis []plan.SLI, into Reading) error {
	suspects := r.suspects(slis, into)
	if len(suspects) == 0 {
		return nil
	}
	p, _ := plan.New(suspects)
	at := time.Unix(into.Span.To, 0)
	for _, g := range p.Groups {
		query, ok := g.Falls(plan.Grain{Width: time.Duration(r.Step) * time.Second, Lookback: Lookback})
		if !ok {
			continue
		}
		fallen, err := r.Query(ctx, query, at)
		if err == nil && len(fallen) > 0 {
			err = r.name(ctx, g, fallen, at, into)
		}
		if err != nil && !Splittable(err) {
			return err
		}
		if err != nil {
			r.accuseAgain(g.Keys(), into)
		}
	}
	return nil
}

// suspects are the indicators that were named before, and of those that were
// unsteady in a reading as many as may be asked about. They take turns.
func (r *Reader) suspects(slis []plan.SLI, of Reading) []plan.SLI {
	var named, unsteady []plan.SLI
	for _, sli := range slis {
		switch {
		case of.Refused[sli.Key] != nil:
		case r.accused(sli.Key) != nil:
			named = append(named, sli)
		case of.unsteady[sli.Key]:
			unsteady = append(unsteady, sli)
		}
	}
	if n := int64(len(unsteady)); n > maxSuspects {
		turn := of.Span.To / r.Step * maxSuspects % n
		unsteady = slices.Concat(unsteady[turn:], unsteady[:turn])[:maxSuspects]
	}
	return append(named, unsteady...)
}

// accuseAgain names those of some indicators that were named before.
func (r *Reader) accuseAgain(keys []string, into Reading) {
	for _, key := range keys {
		if err := r.accused(key); err != nil {
			into.condemn(key, err)
		}
	}
}

// condemn makes an indicator invalid that counts nothing which can be believed.
func (r Reading) condemn(key string, err error) {
	for _, inc := range r.Increments[key] {
		r.disbelieve(key, ledger.Span{From: inc.End - inc.Width, To: inc.End})
	}
	r.Invalid[key], r.Increments[key] = err, []slo.Increment{}
}

// name makes indicators invalid, but for series of processes that were started
// anew: a crash loop looks like that.
func (r *Reader) name(ctx context.Context, g *plan.Group, fallen model.Vector, at time.Time, into Reading) error {
	var targets []plan.Target
	for _, s := range fallen {
		targets = append(targets, plan.TargetOf(LabelsOf(s.Metric)))
	}
	answer, err := r.Query(ctx, plan.RestartsQuery(targets), at)
	if err != nil {
		return err
	}
	restarted := map[plan.Target]bool{}
	for _, s := range answer {
		restarted[plan.TargetOf(LabelsOf(s.Metric))] = true
	}
	for _, s := range fallen {
		labels := LabelsOf(s.Metric)
		if restarted[plan.TargetOf(labels)] {
			continue
		}
		for _, key := range g.KeysOf(labels) {
			into.condemn(key, noCounter{metric: g.Metric, falls: int(s.Value)})
		}
	}
	return nil
}

// accused is why an indicator was named when it was read last; nil if it was not.
func (r *Reader) accused(key string) error {
	invalid := r.Invalid(key)
	if _, named := errors.AsType[noCounter](invalid); named {
		return invalid
	}
	return nil
}
