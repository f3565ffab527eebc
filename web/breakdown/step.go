package breakdown

import (
	"time"

	"github.com/slofuse/slofuse/slo"
)

// Grid is a stretch of time cut into steps. Only the last one may be shorter: it ends
// at To.
type Grid struct {
	From, To time.Time
	Step     time.Duration
}

// steps are the lengths people would choose, shortest first.
var steps = []time.Duration{
	30 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// NewGrid cuts a stretch of time into no more than most steps, at least one, of the
// shortest length that people would choose and that is no narrower than
// [slo.DetailWidth] allows at its beginning, seen from now. It begins at the whole
// step that from falls into, so that the steps of two grids of one length agree.
func NewGrid(from, to, now time.Time, most int) Grid {
	least := max(slo.DetailWidth(now.Sub(from)), to.Sub(from)/time.Duration(max(most-1, 1)))
	g := Grid{To: to, Step: steps[len(steps)-1]}
	for _, step := range steps {
		if step >= least {
			g.Step = step
			break
		}
	}
	if g.Step < least { // whole days
		g.Step *= (least + g.Step - 1) / g.Step
	}
	g.From = from.Truncate(g.Step)
	return g
}
