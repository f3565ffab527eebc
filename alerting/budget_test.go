package alerting

import (
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// monthEnd is when March is over; noon is in it.
var monthEnd = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)

// inMonth decides on a month of so many calls and bad ones, of which as many as
// these are expected until its end, and on what burned of late.
func (r *run) inMonth(at time.Time, month slo.WindowSum, expected int64, recent sums) *run {
	r.t.Helper()
	a := assess(r.slo, at, recent)
	from, end := slo.CalendarWindow(slo.Month, time.UTC).Bounds(at)
	month.Length, month.From, month.To, month.Coverage = 30*24*time.Hour, from, at, 1
	month.Calendar, month.PeriodEnd, month.Expected, month.ForecastFrom = slo.Month, end, expected, slo.ForecastFrom
	a.Window = month
	return r.assess(a)
}

func newMonthlyRun(t *testing.T) *run {
	r := newRun(t)
	r.slo.Window = slo.CalendarWindow(slo.Month, time.UTC)
	return r
}

var (
	calm    = sums{"6h": w(10, 20_000), "1h": w(1, 4_000)}
	hot     = sums{"6h": w(60, 20_000), "1h": w(2, 4_000)} // a burn rate of 3, below every tier
	nobody  = sums{"6h": w(0, 0), "1h": w(0, 0)}
	unclear = sums{"6h": covered(w(0, 10), 0.2), "1h": covered(w(0, 10), 0.2)}
)

func TestTheRollOfAPeriodResolvesNothing(t *testing.T) {
	spent := func(t *testing.T) *run {
		r := newMonthlyRun(t).inMonth(monthEnd.Add(-time.Hour), w(1500, 1_400_000), 1_000, calm)
		return r.want(PhaseFiring, slo.SeverityTicket).because("1,500 bad of 1,401 allowed this month: the error budget is spent")
	}
	t.Run("while the budget goes on being spent too fast", func(t *testing.T) {
		r := spent(t)
		for m := range 10 {
			r.inMonth(monthEnd.Add(time.Duration(m+1)*time.Hour), w(60, 20_000), 1_400_000, hot).want(PhaseFiring, slo.SeverityTicket)
		}
		r.because("the error budget of the last month was spent; a new one began, and burn rate 3.0 over 6h")
	})
	t.Run("while it is spent just as fast as it lasts", func(t *testing.T) {
		even := sums{"6h": w(20, 20_000), "1h": w(1, 4_000)}
		r := spent(t)
		for m := range 3 {
			r.inMonth(monthEnd.Add(time.Duration(m+1)*time.Hour), w(20, 20_000), 1_400_000, even).want(PhaseFiring, slo.SeverityTicket)
		}
	})
	t.Run("while too little of the last hours is known", func(t *testing.T) {
		r := spent(t).inMonth(monthEnd.Add(24*time.Hour), w(0, 20_000), 1_400_000, unclear)
		r.want(PhaseFiring, slo.SeverityTicket).because("the burn rate over 6h is not known")
	})
	t.Run("health does, and the reason says that a period began", func(t *testing.T) {
		r := spent(t).inMonth(monthEnd.Add(time.Minute), w(0, 100), 1_400_000, calm).want(PhaseRecovering, slo.SeverityTicket)
		r.inMonth(monthEnd.Add(31*time.Minute), w(0, 100), 1_400_000, calm).want(PhaseOK, slo.SeverityNone)
		r.because("a new month began, and burn rate 0.5 over 6h")
	})
	t.Run("so does the end of all calls", func(t *testing.T) {
		r := spent(t).inMonth(monthEnd.Add(time.Minute), w(0, 0), 1_400_000, nobody).want(PhaseOK, slo.SeverityNone)
		r.because("a new month began, and no calls in the last 6h")
	})
	t.Run("within the period something must be left again", func(t *testing.T) {
		r := spent(t).inMonth(monthEnd.Add(-30*time.Minute), w(1500, 1_400_000), 200_000, hot).want(PhaseRecovering, slo.SeverityTicket)
		r.because("6.2% of the error budget is left again")
	})
}

func TestABudgetOfAPeriodIsSpentOnlyAgainstAForecast(t *testing.T) {
	first := time.Date(2026, 3, 1, 1, 0, 0, 0, time.UTC)
	t.Run("what is allowed for the month counts, not for its first hour", func(t *testing.T) {
		newMonthlyRun(t).inMonth(first, w(50, 4_000), 2_996_000, calm).want(PhaseOK, slo.SeverityNone)
	})
	t.Run("without a forecast nothing is called spent", func(t *testing.T) {
		r := newMonthlyRun(t)
		a := assess(r.slo, first, calm)
		a.Window = slo.WindowSum{Calendar: slo.Month, To: first, PeriodEnd: monthEnd, Counts: slo.Counts{Total: 40_000, Bad: 500}, Coverage: 1}
		r.assess(a).want(PhaseOK, slo.SeverityNone)
		tiers := Explain(r.slo, a, nil).Tiers
		if budget := tiers[len(tiers)-1]; budget.Met != nil || budget.Reason != "nothing is known yet to forecast the rest of this month from" {
			t.Errorf("explained as %v: %s", budget.Met, budget.Reason)
		}
	})
}
