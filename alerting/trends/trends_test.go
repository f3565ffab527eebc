package trends_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/trends"
	"github.com/slofuse/slofuse/slo"
)

// now is a Sunday afternoon: the week began on Monday, February 23.
var now = time.Date(2026, 3, 1, 15, 0, 0, 0, time.UTC)

// rec is an incident that opened some time ago, and was taken and ended so long
// after that; negative is never.
func rec(owner string, severity slo.Severity, ago, acked, lasted time.Duration) alerting.Record {
	r := alerting.Record{Owner: owner, Severity: severity, State: alerting.IncidentOpen, OpenedAt: now.Add(-ago)}
	if acked >= 0 {
		r.AckedAt = r.OpenedAt.Add(acked)
	}
	if lasted >= 0 {
		r.State, r.ResolvedAt = alerting.IncidentResolved, r.OpenedAt.Add(lasted)
	}
	return r
}

const (
	page, ticket = slo.SeverityPage, slo.SeverityTicket
	day          = 24 * time.Hour
	never        = -1
)

func TestOf(t *testing.T) {
	folded, held := rec("a", page, time.Hour, never, never), rec("a", slo.SeverityNone, time.Hour, never, never)
	folded.Folded = true
	w := trends.Of([]alerting.Record{
		rec("a", page, time.Hour, 4*time.Minute, never),                  // Sunday 14:00, taken and open
		rec("a", page, 2*time.Hour, never, never),                        // Sunday 13:00, waiting
		rec("b", page, 3*day, 10*time.Minute, 30*time.Minute),            // Thursday
		rec("a", ticket, 6*day, never, 50*time.Minute),                   // Monday 15:00, ended by itself
		rec("a", ticket, 6*day+15*time.Hour, 2*time.Minute, 2*time.Hour), // Monday 00:00, the first instant
		rec("a", page, 6*day+15*time.Hour+1, never, never),               // before it, and after the part that is compared
		rec("c", page, 7*day, never, time.Minute),                        // Sunday 15:00, the last instant that is compared
		rec("b", ticket, 9*day, time.Hour, 3*time.Minute),                // the week before
		rec("b", ticket, 14*day, never, never),                           // too long ago
		rec("a", page, -time.Minute, never, never),                       // not yet
		folded, held,
	}, now)
	want := trends.Week{
		From: now.Add(-6*day - 15*time.Hour), To: now, BeforeFrom: now.Add(-13*day - 15*time.Hour), BeforeTo: now.Add(-7 * day),
		This:   trends.Figures{Pages: 3, Tickets: 2, Acked: 3, Waiting: 1, Open: 2, ToAck: new(4 * time.Minute), ToResolve: new(50 * time.Minute)},
		Before: trends.Figures{Pages: 1, Tickets: 1, Acked: 1, ToAck: new(time.Hour), ToResolve: new(2 * time.Minute)},
		Owners: []trends.Owner{
			{Name: "a", This: trends.Figures{Pages: 2, Tickets: 2, Acked: 2, Waiting: 1, Open: 2, ToAck: new(3 * time.Minute), ToResolve: new(85 * time.Minute)}},
			{
				Name: "b", This: trends.Figures{Pages: 1, Acked: 1, ToAck: new(10 * time.Minute), ToResolve: new(30 * time.Minute)},
				Before: trends.Figures{Tickets: 1, Acked: 1, ToAck: new(time.Hour), ToResolve: new(3 * time.Minute)},
			},
			{Name: "c", Before: trends.Figures{Pages: 1, ToResolve: new(time.Minute)}},
		},
	}
	for n, d := range [][2]int{{0, 2}, {}, {}, {1, 0}, {}, {}, {2, 0}} {
		want.Days = append(want.Days, trends.Day{Date: want.From.Add(time.Duration(n) * day), Pages: d[0], Tickets: d[1]})
	}
	if diff := cmp.Diff(want, w); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := trends.Since(now); !got.Equal(w.BeforeFrom) {
		t.Errorf("needs records since %v, and counts from %v", got, w.BeforeFrom)
	}
}

func TestAWeekWithoutIncidentsHasNoShareAndNoMedian(t *testing.T) {
	w := trends.Of(nil, now)
	if _, known := w.This.ShareAcked(); known || w.This.ToAck != nil || w.This.ToResolve != nil || len(w.Days) != 7 || len(w.Owners) != 0 {
		t.Errorf("out of nothing: %+v", w)
	}
	w = trends.Of([]alerting.Record{rec("a", page, time.Hour, never, never)}, now)
	if share, known := w.This.ShareAcked(); !known || share != 0 || w.This.Waiting != 1 || w.This.ToAck != nil || w.This.ToResolve != nil {
		t.Errorf("of one that waits: %+v", w.This)
	}
}

// TestNothingIsCountedTwiceOrLost draws weeks of incidents: whatever is in them,
// days and owners add up, and the order they come in does not matter.
func TestNothingIsCountedTwiceOrLost(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		records := draw(random)
		w := trends.Of(records, now)
		var days, owners trends.Figures
		for _, d := range w.Days {
			days.Pages, days.Tickets = days.Pages+d.Pages, days.Tickets+d.Tickets
		}
		for _, o := range w.Owners {
			owners.Pages, owners.Tickets = owners.Pages+o.This.Pages, owners.Tickets+o.This.Tickets
			owners.Acked, owners.Waiting, owners.Open = owners.Acked+o.This.Acked, owners.Waiting+o.This.Waiting, owners.Open+o.This.Open
		}
		f := w.This
		if days.Pages != f.Pages || days.Tickets != f.Tickets {
			t.Fatalf("the days have %+v, the week %+v", days, f)
		}
		f.ToAck, f.ToResolve = nil, nil
		if owners != f {
			t.Fatalf("the owners have %+v, the week %+v", owners, f)
		}
		if f.Acked+f.Waiting > f.Total() || f.Open < f.Waiting {
			t.Fatalf("more than all: %+v", f)
		}
		halves(t, records, w)
		random.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		if diff := cmp.Diff(w, trends.Of(records, now)); diff != "" {
			t.Fatalf("in another order:\n%s", diff)
		}
	}
}

// halves holds a median against its meaning: as many took longer as were faster.
func halves(t *testing.T, records []alerting.Record, w trends.Week) {
	t.Helper()
	if w.This.ToResolve == nil {
		return
	}
	faster, slower := 0, 0
	for _, r := range records {
		if r.Folded || r.Severity == slo.SeverityNone || r.Open() || r.OpenedAt.Before(w.From) {
			continue
		}
		switch took := r.ResolvedAt.Sub(r.OpenedAt); {
		case took < *w.This.ToResolve:
			faster++
		case took > *w.This.ToResolve:
			slower++
		}
	}
	if all := w.This.Total() - w.This.Open; faster > all/2 || slower > all/2 {
		t.Fatalf("of %d, %d are faster than the median and %d slower", all, faster, slower)
	}
}

func draw(random *rand.Rand) (out []alerting.Record) {
	for range random.IntN(40) {
		acked, lasted := time.Duration(random.IntN(3600)-1800), time.Duration(random.IntN(9000)-1800)
		r := rec(string(rune('a'+random.IntN(4))), slo.Severity(random.IntN(3)), time.Duration(random.Int64N(int64(15*day))), acked*time.Second, lasted*time.Second)
		r.Folded = random.IntN(5) == 0
		out = append(out, r)
	}
	return slices.Clip(out)
}

// TestAWeekHasTheDaysOfItsZone counts over the Sunday on which Berlin's clocks jump
// from 2 to 3 o'clock, and over the one on which they show 2 o'clock twice.
func TestAWeekHasTheDaysOfItsZone(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	at := func(text string) time.Time {
		out, err := time.Parse(time.RFC3339, text)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, tc := range map[string]struct {
		now, from, beforeFrom, beforeTo string
		opened                          []string // the first instants that count, the last ones, and those beside them
		days                            []int
		this, before                    int
	}{
		"spring": { // Wednesday, 10 o'clock: of the week before, which is an hour longer in UTC, as much counts by the clock on the wall
			now: "2026-04-01T10:00:00+02:00", from: "2026-03-25T23:00:00Z", beforeFrom: "2026-03-18T23:00:00Z", beforeTo: "2026-03-25T09:00:00Z",
			opened: []string{
				"2026-03-25T23:00:00Z", "2026-03-25T22:59:59Z", // Thursday 00:00, and the second before, which is neither week's
				"2026-03-28T23:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T21:59:59Z", // Sunday from 0 o'clock, over 3 o'clock, to its end
				"2026-03-29T22:00:00Z",                         // Monday 00:00, of summer
				"2026-03-25T09:00:00Z", "2026-03-25T09:00:01Z", // Wednesday 10 o'clock of winter, and a second later
			},
			days: []int{1, 0, 0, 3, 1, 0, 0}, this: 5, before: 1,
		},
		"autumn": {
			now: "2026-10-27T08:00:00+01:00", from: "2026-10-20T22:00:00Z", beforeFrom: "2026-10-13T22:00:00Z", beforeTo: "2026-10-20T06:00:00Z",
			opened: []string{
				"2026-10-24T22:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T22:59:59Z", // Sunday, 25 hours, half past two twice
				"2026-10-25T23:00:00Z", "2026-10-13T22:00:00Z", "2026-10-13T21:59:59Z", "2026-10-20T06:00:00Z",
			},
			days: []int{0, 0, 0, 0, 4, 1, 0}, this: 5, before: 2,
		},
	} {
		var records []alerting.Record
		for _, opened := range tc.opened {
			records = append(records, alerting.Record{Severity: page, State: alerting.IncidentOpen, OpenedAt: at(opened)})
		}
		w := trends.Of(records, at(tc.now).In(berlin))
		var days []int
		for _, d := range w.Days {
			days = append(days, d.Pages)
		}
		if !slices.Equal(days, tc.days) || w.This.Pages != tc.this || w.Before.Pages != tc.before {
			t.Errorf("%s: %v, %d this week and %d before", name, days, w.This.Pages, w.Before.Pages)
		}
		if !w.From.Equal(at(tc.from)) || !w.BeforeFrom.Equal(at(tc.beforeFrom)) || !w.BeforeTo.Equal(at(tc.beforeTo)) || !trends.Since(at(tc.now).In(berlin)).Equal(w.BeforeFrom) {
			t.Errorf("%s: from %s; before from %s to %s", name, w.From.UTC(), w.BeforeFrom.UTC(), w.BeforeTo.UTC())
		}
	}
}

// TestADayThatACalendarLeftOut looks back from Samoa, which had no December 30 in 2011.
func TestADayThatACalendarLeftOut(t *testing.T) {
	apia, err := time.LoadLocation("Pacific/Apia")
	if err != nil {
		t.Fatal(err)
	}
	w := trends.Of(nil, time.Date(2012, 1, 3, 12, 0, 0, 0, apia))
	if len(w.Days) != trends.Days || w.Days[0].Date.Format("Jan 2") != "Dec 27" {
		t.Errorf("%d days from %v", len(w.Days), w.Days[0].Date)
	}
}

func TestWhatIsOpenFromBefore(t *testing.T) {
	w := trends.Of(nil, now)
	open := func(ago time.Duration, severity slo.Severity, cause string) alerting.Incident {
		return alerting.Incident{State: alerting.IncidentOpen, Severity: severity, Cause: cause, OpenedAt: now.Add(-ago)}
	}
	all := []alerting.Incident{
		open(9*day, page, ""), open(400*day, ticket, ""), // both go on
		open(6*day+15*time.Hour, page, ""), // the first instant of the week
		open(9*day, page, "i1"), open(9*day, slo.SeverityNone, ""),
	}
	if n := w.Older(all); n != 2 {
		t.Errorf("%d are older", n)
	}
}
