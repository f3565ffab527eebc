package suppress_test

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

func overlapSLOs() []slo.SLO {
	var out []slo.SLO
	for _, name := range []string{"charge-card", "create-order", "refund"} {
		out = append(out, slo.SLO{ID: slo.ID{Service: "checkout", Function: name, Name: "availability"}})
	}
	return append(out, slo.SLO{ID: slo.ID{Service: "media", Function: "upload", Name: "availability"}})
}

// holder is a silence or a window.
type holder interface{ Hold() suppress.Hold }

func beside(one, other holder) []suppress.Overlap {
	var silences []suppress.Silence
	var windows []suppress.Maintenance
	switch x := other.(type) {
	case suppress.Silence:
		silences = append(silences, x)
	case suppress.Maintenance:
		windows = append(windows, x)
	}
	return suppress.NewHolds(overlapSLOs(), silences, windows, noon).Beside(one.Hold())
}

func TestOverlaps(t *testing.T) {
	hours := func(n float64) time.Time { return noon.Add(time.Duration(n * float64(time.Hour))) }
	silence := func(id, matchers string, from, to float64) suppress.Silence {
		return suppress.Silence{ID: id, Matchers: matching(t, matchers), StartsAt: hours(from), EndsAt: hours(to)}
	}
	window := func(matchers string, from, to float64, mute, correct bool) suppress.Maintenance {
		return suppress.Maintenance{ID: "m", Matchers: matching(t, matchers), StartsAt: hours(from), EndsAt: hours(to), Mute: mute, Correct: correct}
	}
	gone := window(`service="checkout"`, 0, 4, true, true)
	gone.WithdrawnAt = noon
	ended := suppress.Silence{ID: "s", Matchers: matching(t, `service="checkout"`), StartsAt: hours(-1), EndsAt: hours(4), WithdrawnAt: hours(-0.5)}
	nightly := window(`service="checkout"`, -24, 0, true, false)
	nightly.EndsAt = time.Time{}
	var err error
	if nightly.Recurring, err = (suppress.Repeat{Days: "every day", From: "13:00", Until: "14:00"}).Recurring(); err != nil {
		t.Fatal(err)
	}
	one := silence("new", `service="checkout"`, 0, 2)
	corrects := window(`service="checkout"`, 0, 2, false, true)
	corrects.ID = "new"
	for name, tt := range map[string]struct {
		one, other  holder
		slos        int // 0: they have nothing in common
		whole, long bool
		from, until float64
	}{
		"all of it, for longer":            {one, silence("s", `service="checkout"`, -1, 4), 3, true, true, 0, 2},
		"all of it, and it ends before":    {one, silence("s", `service="checkout"`, -1, 1), 3, true, false, 0, 1},
		"all of it, and it begins after":   {one, silence("s", `service="checkout"`, 1, 4), 3, true, false, 1, 2},
		"a part of it":                     {one, silence("s", `function="refund"`, -1, 4), 1, false, true, 0, 2},
		"tickets alone":                    {one, silence("s", `service="checkout",severity="ticket"`, -1, 4), 3, false, true, 0, 2},
		"more than it":                     {one, silence("s", `slo="availability"`, -1, 4), 3, true, true, 0, 2},
		"other SLOs":                       {one, silence("s", `service="media"`, -1, 4), 0, false, false, 0, 0},
		"before it":                        {one, silence("s", `service="checkout"`, -2, -1), 0, false, false, 0, 0},
		"after it":                         {one, silence("s", `service="checkout"`, 2, 4), 0, false, false, 0, 0},
		"ended early":                      {one, ended, 0, false, false, 0, 0},
		"itself":                           {one, silence("new", `service="checkout"`, 0, 2), 0, false, false, 0, 0},
		"a window that mutes":              {one, window(`service="checkout"`, 0, 4, true, false), 3, true, true, 0, 2},
		"a window that corrects":           {one, window(`service="checkout"`, 0, 4, false, true), 0, false, false, 0, 0},
		"one that was taken back":          {one, gone, 0, false, false, 0, 0},
		"one that recurs":                  {one, nightly, 3, true, false, 1, 2},
		"two that correct":                 {corrects, window(`service="checkout"`, 0, 4, true, true), 3, true, true, 0, 2},
		"one that corrects, and a silence": {corrects, silence("s", `service="checkout"`, 0, 4), 0, false, false, 0, 0},
	} {
		found := beside(tt.one, tt.other)
		if tt.slos == 0 {
			if len(found) != 0 {
				t.Errorf("%s: %+v", name, found)
			}
			continue
		}
		if len(found) != 1 {
			t.Errorf("%s: %d found", name, len(found))
			continue
		}
		o := found[0]
		if o.SLOs != tt.slos || o.Of != 3 || o.Whole != tt.whole || o.Length != tt.long || o.All() != (tt.whole && tt.long) {
			t.Errorf("%s: %d of %d, whole %t, long %t", name, o.SLOs, o.Of, o.Whole, o.Length)
		}
		if !o.First.From.Equal(hours(tt.from)) || !o.First.To.Equal(hours(tt.until)) {
			t.Errorf("%s: both go on from %s to %s", name, o.First.From, o.First.To)
		}
	}
}

// What does two things is covered by what does both.
func TestAnOverlapOfWhatDoesTwoThings(t *testing.T) {
	both := suppress.Maintenance{ID: "new", Matchers: matching(t, `service="checkout"`), StartsAt: noon, EndsAt: noon.Add(time.Hour), Mute: true, Correct: true}
	mutes := both
	mutes.ID, mutes.Correct = "m", false
	if o := beside(both, mutes); len(o) != 1 || o[0].Whole || !o[0].Mutes || o[0].Corrects {
		t.Errorf("%+v", o)
	}
	if o := beside(mutes, both); len(o) != 1 || !o[0].All() {
		t.Errorf("%+v", o)
	}
}
