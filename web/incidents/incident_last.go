package incidents

import (
	"context"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/format"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// ceases finds the last bad slot of one SLO of an incident, from where it began until
// an instant, and what was since. It finds none while it goes on.
func (s Handlers) ceases(ctx context.Context, b *burn, from, to time.Time) error {
	length := to.Sub(from)
	if length <= 0 {
		return nil
	}
	step := max((length/onsetSteps).Truncate(time.Minute)+time.Minute, time.Minute)
	begin := to.Add(-(length + step - 1).Truncate(step)) // the steps end with it
	history, err := s.Objectives.History(ctx, b.SLO, begin, to, step)
	if err != nil {
		return err
	}
	at, known := slo.Cessation(history, b.SLO.Objective)
	if !known {
		return nil
	}
	last := history[at].Time
	slots := s.Ledger.Increments(b.SLO, last.Add(-step), last, site.MaxSlots)
	if n, known := slo.Cessation(pointsOf(slots), b.SLO.Objective); known {
		last = time.Unix(slots[n].End, 0).UTC()
	}
	if b.Goes = !last.Before(to); b.Goes {
		return nil
	}
	after, err := s.Objectives.History(ctx, b.SLO, last, to, to.Sub(last))
	if err != nil || len(after) != 1 {
		return err
	}
	b.Last, b.Rest = last, after[0]
	return nil
}

// lastError is the one of the SLOs of an incident that failed until the latest: its last
// bad slot is that of the incident. It is none when nothing is known of any.
func lastError(burns []burn) (last burn) {
	for _, b := range burns {
		if b.Goes {
			return b
		}
		if b.Last.After(last.Last) {
			last = b
		}
	}
	return last
}

// outageView is how long something failed, which is another time than an incident is
// open: from the first error until the last.
type outageView struct {
	For         string    // empty when it is not known
	First, Last ui.Moment // the last is empty while it goes on, and where it went on to the end
	Over        bool      // the incident is
}

func (s Handlers) outage(d *dossier) outageView {
	until := d.Last
	if d.Goes {
		until = d.end(s.Now())
	}
	if d.From.IsZero() || !until.After(d.From) {
		return outageView{}
	}
	return outageView{For: format.Span(until.Sub(d.From).Truncate(time.Second)), First: ui.MomentOf(d.From), Last: ui.MomentOf(d.Last), Over: !d.Open()}
}

// lastItem says when it stopped to fail: what it costs is counted until then.
func (s Handlers) lastItem(d *dossier) checkItem {
	item := checkItem{Mark: checkKnown, Title: "Last error"}
	switch {
	case d.Goes && d.Open():
		item.Lines = []string{"It goes on: more fails than is promised, until the latest that is known."}
	case d.Goes:
		item.Lines = []string{"More failed than is promised until it was resolved."}
	case d.Last.IsZero():
		item.Mark, item.Missing = checkUnknown, "No errors stand out in the ledger that could have stopped."
	default:
		item.Lines = []string{fmt.Sprintf("Until %s, %s. %s", d.Last.UTC().Format("15:04:05 UTC on 2 January"), s.stopped(d), sinceText(d.Rest))}
	}
	return item
}

// stopped says how long before now, or before the end, the last error was.
func (s Handlers) stopped(d *dossier) string {
	length := format.Span(max(d.end(s.Now()).Sub(d.Last), 0).Truncate(time.Second))
	if d.Open() {
		return length + " ago"
	}
	return length + " before it was resolved"
}

// sinceText is what was since the last error.
func sinceText(p slo.Point) string {
	total, bad := p.Scale.Events(p.Total), p.Scale.Events(p.Bad)
	switch {
	case p.Coverage < slo.MinCoverage:
		return fmt.Sprintf("Whether anything failed since is not known: only %s of the time is.", format.Part(p.Coverage))
	case total <= 0:
		return "There were no " + p.Scale.Noun() + " since."
	case bad <= 0:
		return fmt.Sprintf("None of %s %s failed since.", format.Events(total), p.Scale.Noun())
	}
	return fmt.Sprintf("Of %s %s since, %s failed: within what is promised.", format.Events(total), p.Scale.Noun(), format.Events(bad))
}
