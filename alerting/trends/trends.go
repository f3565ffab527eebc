package trends

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Days is how many days a week has.
const Days = 7

const day = 24 * time.Hour

// Figures are counts of incidents and how long they took.
type Figures struct {
	Pages, Tickets int
	Acked          int // that somebody took
	Waiting        int // that are open, and nobody took yet
	Open           int // that are open, taken or not
	// ToAck is the median from the opening until somebody took it, of those that
	// were taken; nil when none was. ToResolve is that until the end, of those that
	// have ended.
	ToAck, ToResolve *time.Duration
}

// Total is how many incidents there were.
func (f Figures) Total() int { return f.Pages + f.Tickets }

// ShareAcked is the share of the incidents that somebody took, 0 to 1. It is not
// known without an incident.
func (f Figures) ShareAcked() (share float64, known bool) {
	if f.Total() == 0 {
		return 0, false
	}
	return float64(f.Acked) / float64(f.Total()), true
}

// Day is what opened on one day.
type Day struct {
	Date           time.Time // its beginning, UTC
	Pages, Tickets int
}

// Owner is what one owner was called for.
type Owner struct {
	Name         string
	This, Before Figures
}

// Week is the last [Days] days by the calendar of UTC, today included, beside the
// same part of the week before: of both only as much as today has had of its day.
type Week struct {
	From, To             time.Time
	BeforeFrom, BeforeTo time.Time
	This, Before         Figures
	Days                 []Day   // of this week, oldest first
	Owners               []Owner // most pages first, then most tickets
}

// Since is the instant from which on [Of] needs to know of every incident.
func Since(now time.Time) time.Time { return firstDay(now).Add(-Days * day) }

// firstDay is the beginning of the first of the last seven days.
func firstDay(now time.Time) time.Time { return now.UTC().Truncate(day).Add(-(Days - 1) * day) }

// Of counts the incidents of the week that ends at an instant.
func Of(records []alerting.Record, now time.Time) Week {
	from := firstDay(now)
	w := Week{From: from, To: now, BeforeFrom: from.Add(-Days * day), BeforeTo: now.Add(-Days * day)}
	told := slices.DeleteFunc(slices.Clone(records), silent)
	this, before := opened(told, w.From, w.To), opened(told, w.BeforeFrom, w.BeforeTo)
	w.This, w.Before = figures(this), figures(before)
	for n := range Days {
		at := from.Add(time.Duration(n) * day)
		f := figures(opened(this, at, at.Add(day-1)))
		w.Days = append(w.Days, Day{Date: at, Pages: f.Pages, Tickets: f.Tickets})
	}
	w.Owners = owners(this, before)
	return w
}

// silent reports whether nobody was told of it.
func silent(r alerting.Record) bool { return r.Folded || r.Severity == slo.SeverityNone }

// opened are those that opened in a span, its ends included.
func opened(records []alerting.Record, from, to time.Time) (out []alerting.Record) {
	for _, r := range records {
		if !r.OpenedAt.Before(from) && !r.OpenedAt.After(to) {
			out = append(out, r)
		}
	}
	return out
}

func figures(records []alerting.Record) (f Figures) {
	var taken, ended []time.Duration
	for _, r := range records {
		if r.Severity == slo.SeverityPage {
			f.Pages++
		} else {
			f.Tickets++
		}
		if acked := !r.AckedAt.IsZero(); acked {
			f.Acked++
			taken = append(taken, r.AckedAt.Sub(r.OpenedAt))
		} else if r.Open() {
			f.Waiting++
		}
		if r.Open() {
			f.Open++
		} else {
			ended = append(ended, r.ResolvedAt.Sub(r.OpenedAt))
		}
	}
	f.ToAck, f.ToResolve = median(taken), median(ended)
	return f
}

// median is the middle one, or the mean of the two in the middle; nil of none.
func median(all []time.Duration) *time.Duration {
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	low, high := all[(len(all)-1)/2], all[len(all)/2]
	middle := low + (high-low)/2
	return &middle
}

// owners splits two spans by owner.
func owners(this, before []alerting.Record) (out []Owner) {
	now, then := byOwner(this), byOwner(before)
	for name := range now {
		out = append(out, Owner{Name: name, This: figures(now[name]), Before: figures(then[name])})
	}
	for name := range then {
		if _, both := now[name]; !both {
			out = append(out, Owner{Name: name, Before: figures(then[name])})
		}
	}
	slices.SortFunc(out, func(a, b Owner) int {
		return cmp.Or(cmp.Compare(b.This.Pages, a.This.Pages), cmp.Compare(b.This.Tickets, a.This.Tickets), cmp.Compare(a.Name, b.Name))
	})
	return out
}

func byOwner(records []alerting.Record) map[string][]alerting.Record {
	out := make(map[string][]alerting.Record)
	for _, r := range records {
		out[r.Owner] = append(out[r.Owner], r)
	}
	return out
}
