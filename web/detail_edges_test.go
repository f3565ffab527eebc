package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// TestThePageOfAnSLOAtItsEdges has SLOs of which something is missing.
func TestThePageOfAnSLOAtItsEdges(t *testing.T) {
	tests := map[string]struct {
		change    func(*slo.SLO, *slo.Assessment)
		has, lack []string
		projects  bool
	}{
		"never evaluated": {
			func(_ *slo.SLO, a *slo.Assessment) { *a = slo.Assessment{ID: a.ID, Objective: a.Objective} },
			[]string{"nothing was evaluated yet", `<dd class="value">unknown</dd>`},
			[]string{"Day by day", "of total failure"},
			false,
		},
		"overspent": {
			func(_ *slo.SLO, a *slo.Assessment) { a.Window.Bad = a.Window.Total / 100 },
			[]string{`<dd class="value">spent</dd>`, "nothing is left of the budget"},
			[]string{"of total failure"},
			false,
		},
		"of a month": {
			func(o *slo.SLO, a *slo.Assessment) {
				o.Window = slo.CalendarWindow(slo.Month, nil)
				a.Window.Calendar, a.Window.From, a.Window.PeriodEnd = slo.Month, noon.Add(-12*time.Hour), noon.AddDate(0, 0, 30)
				a.Window.Expected, a.Window.ForecastFrom = 60*a.Window.Total, slo.ForecastFrom
			},
			[]string{"this month", "Days are those of UTC", `title="Sun, Mar 1 2026`},
			nil, true,
		},
		"of slots": {
			func(o *slo.SLO, a *slo.Assessment) {
				o.SLI = slo.SLI{Threshold: &slo.Threshold{Query: `max(queue_length)`, Op: slo.Less, Value: 100}}
				a.Scale = o.SLI.Scale()
				a.Window.Bad = a.Window.Total / 2000
			},
			[]string{`data-unit="Slots"`, "bad slots left: 21 m 36 s"},
			[]string{"of total failure"},
			true,
		},
		"still read": {
			func(_ *slo.SLO, a *slo.Assessment) { a.Window.Unread = 20 * 24 * time.Hour },
			[]string{"history is still being read: 10 of 30 days", "99.96%</a>"},
			[]string{"of total failure"},
			false,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := newFleet()
			o := &f.slos[0]
			for i := range f.slos {
				if f.slos[i].ID.String() == "checkout/charge-card/availability" {
					o = &f.slos[i]
				}
			}
			a := f.assessments[o.ID]
			test.change(o, &a)
			f.assessments[o.ID] = a
			server := f.server(t)
			w := get(t, server, availabilityPage)
			if w.Code != http.StatusOK {
				t.Fatalf("status %d", w.Code)
			}
			for _, want := range test.has {
				if !strings.Contains(w.Body.String(), want) {
					t.Errorf("the page lacks %q", want)
				}
			}
			for _, foreign := range test.lack {
				if strings.Contains(w.Body.String(), foreign) {
					t.Errorf("the page has %q", foreign)
				}
			}
			if got := decode[api.Charts](t, get(t, server, chartsPath)); (got.Projection != nil) != test.projects {
				t.Errorf("projection %+v", got.Projection)
			}
		})
	}
}
