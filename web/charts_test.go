package web_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

const chartsPath = "/api/v1/slos/checkout/charge-card/availability/charts"

func TestChartsAreInAFewColumns(t *testing.T) {
	server := newFleet().server(t)
	tests := map[string]struct {
		query, step string
		columns     int
		projects    bool
	}{
		"the window":         {"", "1h", 720, true},
		"six hours":          {"?range=6h", "30s", 720, true},
		"a quarter":          {"?range=90d", "6h", 360, true},
		"a stretch of then":  {"?from=2026-02-20T10:00:00Z&to=2026-02-20T11:00:00Z", "15s", 240, false},
		"a range up to then": {"?range=1h&to=2026-02-20T11:00:00Z", "15s", 240, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := decode[api.Charts](t, get(t, server, chartsPath+test.query))
			if got.Step != test.step || len(got.T) != test.columns {
				t.Errorf("%d columns of %s", len(got.T), got.Step)
			}
			for _, list := range [][]*float64{got.Remaining, got.Previous, got.SLI, got.Total, got.Bad} {
				if len(list) != len(got.T) {
					t.Errorf("a list of %d beside %d instants", len(list), len(got.T))
				}
			}
			if (got.Projection != nil) != test.projects {
				t.Errorf("projection %+v", got.Projection)
			}
			if len(got.Burns.T) == 0 || len(got.Burns.T) > 720 || len(got.Burns.Windows) == 0 {
				t.Fatalf("%d columns of %d windows", len(got.Burns.T), len(got.Burns.Windows))
			}
			for _, w := range got.Burns.Windows {
				if len(w.Low) != len(got.Burns.T) || len(w.High) != len(got.Burns.T) {
					t.Errorf("%s: %d and %d beside %d instants", w.Window, len(w.Low), len(w.High), len(got.Burns.T))
				}
				// One in 2,500 is bad where one in 1,000 may be.
				if last := w.High[len(w.High)-1]; last == nil || *last != 0.4 {
					t.Errorf("%s burns %v", w.Window, last)
				}
			}
		})
	}
}

func TestChartsKeepAPeakAndWhatIsUnknown(t *testing.T) {
	f := newFleet()
	peak := noon.Add(-20 * 24 * time.Hour)
	f.counted = func(sum *slo.WindowSum) {
		switch {
		case sum.To.Equal(peak):
			sum.Bad = sum.Total
		case sum.To.Before(noon.Add(-25 * 24 * time.Hour)):
			sum.Counts, sum.Coverage = slo.Counts{}, 0
		}
	}
	got := decode[api.Charts](t, get(t, f.server(t), chartsPath))
	short := got.Burns.Windows[0]
	if short.Window != "5m" || short.High[0] != nil {
		t.Fatalf("%s begins with %v, of which nothing is known", short.Window, short.High[0])
	}
	most := 0.0
	for _, v := range short.High {
		if v != nil {
			most = max(most, *v)
		}
	}
	if most != 1000 {
		t.Errorf("five minutes in which all failed are a burn rate of %v among a month's", most)
	}
}

func TestChartsRefuseWhatCannotBeDrawn(t *testing.T) {
	server := newFleet().server(t)
	for query, says := range map[string]string{
		"?range=soon": "write a duration", "?range=-1h": "write a duration", "?range=900d": "take a shorter time",
		"?from=2026-03-01T12:00:00Z&to=2026-03-01T11:00:00Z": "before", "?from=%3Cscript%3E": "write an instant", "?step=1s": "not known",
	} {
		if w := get(t, server, chartsPath+query); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), says) {
			t.Errorf("%s: status %d, %s", query, w.Code, w.Body)
		}
	}
	if w := get(t, server, "/api/v1/slos/checkout/charge-card/nothing/charts"); w.Code != http.StatusNotFound {
		t.Errorf("no such SLO: status %d", w.Code)
	}
}

// An SLO of a month stands beside the month before from its first day on.
func TestThePreviousPeriodStandsBesideTheRunningOne(t *testing.T) {
	f := newFleet()
	f.slos[1].Window = slo.CalendarWindow(slo.Month, nil)
	got := decode[api.Charts](t, get(t, f.server(t), "/api/v1/slos/"+f.slos[1].ID.String()+"/charts?range=2d"))
	begin := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC).Unix()
	for i, at := range got.T {
		if known := got.Previous[i] != nil; known != (at > begin) {
			t.Fatalf("at %s the period before is known: %t", time.Unix(at, 0).UTC(), known)
		}
	}
}

// The history begins 50 days ago, so most of a window of 30 days is known from 35 days
// ago on, which stands beside what was five days ago.
func TestTheWindowBeforeIsShownFromWhereItIsKnown(t *testing.T) {
	f := newFleet()
	f.counted = func(sum *slo.WindowSum) {
		unknown := min(max(noon.Add(-50*24*time.Hour).Sub(sum.From), 0), sum.Length)
		sum.Coverage = 1 - float64(unknown)/float64(sum.Length)
	}
	got := decode[api.Charts](t, get(t, f.server(t), chartsPath))
	first := slices.IndexFunc(got.Previous, func(v *float64) bool { return v != nil })
	if at := time.Unix(got.T[first], 0); !at.Equal(noon.Add(-5 * 24 * time.Hour)) {
		t.Errorf("it begins at %s", at.UTC())
	}
}

func TestChartsOfAnSLOWithoutTiers(t *testing.T) {
	f := newFleet()
	for i := range f.slos {
		f.slos[i].Tiers = nil
	}
	got := decode[api.Charts](t, get(t, f.server(t), chartsPath))
	if len(got.Burns.T) != 0 || len(got.Burns.Windows) != 0 || len(got.T) != 720 {
		t.Errorf("%d instants of burn rates in %d windows", len(got.Burns.T), len(got.Burns.Windows))
	}
}
