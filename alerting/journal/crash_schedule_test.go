package journal

import (
	"context"
	"fmt"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// What happens to the functions of the crash test, slot by slot. It stands on
// nothing but the number of the slot, so that every process decides the same.

const (
	slotLength   = 30 * time.Second
	callsPerSlot = 100
	period       = 240 // slots after which a story repeats
	apart        = 57  // slots between the stories of two functions
)

// burning are the SLOs of the schedule. Their windows are short, so that a story
// is.
func burning() (out []slo.SLO) {
	for n := range 4 {
		out = append(out, slo.SLO{
			ID: slo.ID{Service: "shop", Function: fmt.Sprintf("pay-%d", n), Name: "availability"}, Owner: "team", Objective: slo.MustObjective("99.9%"),
			Window: slo.Window{Name: "30d", Length: 30 * 24 * time.Hour}, MaxSeverity: slo.SeverityPage,
			Tiers: []slo.Tier{
				{Name: "fast", BurnRate: 14.4, Long: 10 * time.Minute, Short: 2 * time.Minute, Severity: slo.SeverityPage},
				{Name: "slow", BurnRate: 4, Long: 20 * time.Minute, Short: 5 * time.Minute, Severity: slo.SeverityTicket},
			},
			Guard: slo.Guard{Page: 5, PageShort: 2, Ticket: 3, TicketSlots: 2},
		})
	}
	return out
}

// badIn is how many calls of a function fail in a slot: a slow burn that becomes
// an outage, two outages of which the second reopens the incident, and one more.
func badIn(function, slot int) int64 {
	switch in := (slot + function*apart) % period; {
	case slot < 0:
		return 0
	case in < 14:
		return 1
	case in < 18, in >= 80 && in < 84, in >= 112 && in < 116, in >= 190 && in < 193:
		return callsPerSlot / 2
	}
	return 0
}

// endOf is when a slot ends.
func endOf(slot int) time.Time { return noon.Add(time.Duration(slot+1) * slotLength) }

// assessSlot assesses each SLO at the end of a slot.
func assessSlot(slos []slo.SLO, last int) (out []slo.Assessment) {
	for function, o := range slos {
		a := slo.Assessment{ID: o.ID, Objective: o.Objective, AsOf: endOf(last), State: slo.StateOK}
		for _, length := range o.BurnWindows() {
			sum := slo.WindowSum{Length: length, From: a.AsOf.Add(-length), To: a.AsOf, Coverage: 1}
			for n := last; n > last-int(length/slotLength); n-- {
				bad := badIn(function, n)
				sum.Total, sum.Bad, sum.BadSlots = sum.Total+callsPerSlot, sum.Bad+bad, sum.BadSlots+int(min(bad, 1))
			}
			a.Burns = append(a.Burns, sum)
		}
		out = append(out, a)
	}
	return out
}

// people is what somebody does after a slot: take the incident that a slow burn
// became, end another one by hand. Done again after a crash it changes nothing.
func people(ctx context.Context, engine *alerting.Engine, slos []slo.SLO, slot int) error {
	for function, o := range slos {
		in := (slot + function*apart) % period
		id := engine.OpenIncident(o.ID)
		if id == "" || in != 20 && in != 118 {
			continue
		}
		i, err := engine.Incident(ctx, id)
		if err != nil {
			return err
		}
		if in == 118 {
			_, err = engine.Resolve(ctx, id, "ada", "known", true)
		} else if i.State != alerting.IncidentAcked {
			_, err = engine.Acknowledge(ctx, id, "ada", "looking")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
