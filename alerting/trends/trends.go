package trends

import (
	"cmp"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/course"
)

// Days is how many days a week has.
const Days = 7

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
	Date           time.Time // its beginning
	Pages, Tickets int
}

// Owner is what one owner was called for.
type Owner struct {
	Name         string
	This, Before Figures
}

// Week is the last [Days] days by a calendar, today included, beside the same part of
// the week before: of both only as much as today has had of its day.
type Week struct {
	From, To             time.Time
	BeforeFrom, BeforeTo time.Time
	This, Before         Figures
	Days                 []Day   // of this week, oldest first
	Owners               []Owner // most pages first, then most tickets
}

// Since is the instant from which on [Of] needs to know of every incident.
func Since(now time.Time) time.Time { return bounds(now)[0] }

// bounds are where the days of two weeks begin, in the location of the instant that is
// the last of them, and at the end just after it.
func bounds(now time.Time) []time.Time {
	year, month, day := now.Date()
	first := time.Date(year, month, day-2*Days+1, 12, 0, 0, 0, now.Location()) // noon is on every day
	return course.Midnights(first, now.Add(1), now.Location())
}

// Of counts the incidents of the week that ends at an instant. The days are those of
// the location of the instant, which may be an hour longer or shorter than others.
func Of(records []alerting.Record, now time.Time) Week {
	days := bounds(now)
	first := len(days) - 1 - Days // a calendar may have left a day out
	w := Week{From: days[first], To: now, BeforeFrom: days[0], BeforeTo: now.AddDate(0, 0, -Days)}
	told := slices.DeleteFunc(slices.Clone(records), silent)
	this, before := opened(told, w.From, w.To), opened(told, w.BeforeFrom, w.BeforeTo)
	w.This, w.Before = figures(this), figures(before)
	for n, at := range days[first : len(days)-1] {
		f := figures(opened(this, at, days[first+n+1].Add(-1)))
		w.Days = append(w.Days, Day{Date: at, Pages: f.Pages, Tickets: f.Tickets})
	}
	w.Owners = owners(this, before)
	return w
}

// Older counts the open incidents that opened before the week and that somebody was
// told of: they are not among its figures, and still go on.
func (w Week) Older(open []alerting.Incident) (n int) {
	for _, i := range open {
		if i.OpenedAt.Before(w.From) && i.Cause == "" && i.Severity > slo.SeverityNone {
			n++
		}
	}
	return n
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
