package journal

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

func TestTheIncidentsOfOneFunction(t *testing.T) {
	j := open(t)
	of := func(n int, function string) alerting.Incident {
		i := incident(n, slo.SeverityTicket)
		i.Function, i.OpenedAt = function, noon.Add(time.Duration(n)*time.Hour)
		i.Key = i.FunctionKey()
		return i
	}
	for n := range 4 {
		i := of(n, "charge")
		step(t, j, &i, alerting.StatusFiring, alerting.EventOpened, slack)
		if n < 3 {
			step(t, j, &i, alerting.StatusResolved, alerting.EventResolved, slack)
		}
	}
	other := of(9, "refund")
	step(t, j, &other, alerting.StatusFiring, alerting.EventOpened, pager)
	got, err := j.IncidentsOf(t.Context(), "shop", "charge", 3)
	must(t, err)
	var list []string
	for _, i := range got {
		line := fmt.Sprintf("%s told %d", i.ID, len(i.Deliveries))
		for _, e := range i.Timeline {
			line += " " + e.Kind
		}
		list = append(list, line)
	}
	if diff := cmp.Diff([]string{"i003 told 1 opened", "i002 told 1 opened resolved", "i001 told 1 opened resolved"}, list); diff != "" {
		t.Errorf("the newest three (-want +got):\n%s", diff)
	}
	for _, name := range []string{"charg", "", "charge' OR '1'='1"} {
		if got, err := j.IncidentsOf(t.Context(), "shop", name, 3); err != nil || len(got) != 0 {
			t.Errorf("%q has %d, %v", name, len(got), err)
		}
	}
}

func TestOfALongIncidentTheLatestEventsAreGiven(t *testing.T) {
	j := open(t)
	i := incident(1, slo.SeverityTicket)
	i.Key = i.FunctionKey()
	step(t, j, &i, alerting.StatusFiring, alerting.EventOpened)
	for range maxPastEvents {
		step(t, j, &i, alerting.StatusFiring, alerting.EventAlert)
	}
	step(t, j, &i, alerting.StatusFiring, alerting.EventSeverity)
	got, err := j.IncidentsOf(t.Context(), i.Service, i.Function, 1)
	must(t, err)
	if n := len(got[0].Timeline); n != maxPastEvents || got[0].Timeline[n-1].Kind != alerting.EventSeverity || got[0].Timeline[0].Kind != alerting.EventAlert {
		t.Errorf("%d events, from %+v", n, got[0].Timeline[0])
	}
}
