package suppression

import (
	"context"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/ui"
)

// overlapView is another silence or window that does, for a while, the same as one.
type overlapView struct {
	Name, URL, By, Reason string
	Does                  string    // "holds all of it back", "takes 3 of 12 SLOs out of the budgets"
	Later                 ui.Moment // when both begin to; empty: now
	Until                 ui.Moment // when it ends; empty: only when somebody ends it
	Recurs                bool      // until is when it pauses
	Enough                bool      // the one adds nothing to it
}

// How many others are listed of one, and of how many it is worked out on a list.
const (
	mostOverlaps = 5
	mostHolds    = 50
)

// keptHolds are the silences and windows there are, read once for a page.
type keptHolds struct {
	silences []suppress.Silence
	windows  []suppress.Maintenance
}

func (s Handlers) keptHolds(ctx context.Context) (k keptHolds, err error) {
	if k.silences, err = s.Silences.Silences(ctx); err != nil {
		return k, err
	}
	k.windows, err = s.Maintenance.Maintenances(ctx)
	return k, err
}

// beside is what those do that go on from an instant on, beside one.
func (s Handlers) beside(k keptHolds, from time.Time) func(suppress.Hold) []overlapView {
	holds := suppress.NewHolds(s.Objectives.SLOs(), k.silences, k.windows, from)
	return func(one suppress.Hold) []overlapView { return s.overlapViews(holds.Beside(one)) }
}

// overlapViews shows what others do at the same time as one.
func (s Handlers) overlapViews(found []suppress.Overlap) (out []overlapView) {
	now := s.Now()
	for _, o := range found[:min(len(found), mostOverlaps)] {
		v := overlapView{
			Name: o.Kind + " " + o.ID, URL: ui.PathSilences + "#" + o.ID, By: o.By, Reason: o.Reason, Does: doesToo(o),
			Until: ui.MomentOf(o.Until), Recurs: o.Recurring, Enough: o.All(),
		}
		if o.Kind == alerting.MutingMaintenance {
			v.URL = ui.PathMaintenance + "#" + o.ID
		}
		if o.Recurring {
			v.Until = ui.MomentOf(o.First.To)
		}
		if o.First.From.After(now) {
			v.Later = ui.MomentOf(o.First.From)
		}
		out = append(out, v)
	}
	return out
}

// doesToo says what another one does of the same.
func doesToo(o suppress.Overlap) string {
	what := fmt.Sprintf("%d of %s", o.SLOs, ui.Many(o.Of, "SLO"))
	switch {
	case o.Same, o.SLOs == o.Of && !o.Mutes: // a budget has no severity
		what = "all of it"
	case o.SLOs == o.Of:
		what = "a part of it"
	}
	switch {
	case o.Mutes && o.Corrects:
		return "holds " + what + " back, and takes it out of the budgets"
	case o.Mutes:
		return "holds " + what + " back"
	}
	return "takes " + what + " out of the budgets"
}
