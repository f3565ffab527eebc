package slo_test

import (
	"cmp"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/slo"
)

var (
	noon     = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	rolling  = 30 * 24 * time.Hour
	fullHour = slo.WindowSum{Length: time.Hour, Counts: slo.Counts{Total: 20_000, Bad: 98}, Coverage: 1}
)

// sheet is everything that can be worked out about an assessment, as text.
func sheet(a slo.Assessment, w slo.WindowSum) string {
	var lines []string
	for _, line := range append(append(a.WorkOut(w), a.WorkOutBudget(w)...), a.WorkOutExhaustion()) {
		lines = append(lines, line.String())
	}
	return strings.Join(lines, "\n")
}

func TestArithmeticIsWrittenOutWithItsNumbers(t *testing.T) {
	window := func(total, bad int64) slo.WindowSum {
		return slo.WindowSum{Length: rolling, Counts: slo.Counts{Total: total, Bad: bad}, Coverage: 1}
	}
	for _, test := range []struct {
		name   string
		assess slo.Assessment
		want   string
	}{
		{
			name: "an ordinary month",
			assess: slo.Assessment{
				Objective: slo.MustObjective("99.9%"), AsOf: noon, Window: window(1_235_172, 605), Burns: []slo.WindowSum{fullHour},
			},
			want: `error ratio = 605 / 1,235,172 = 0.04898%
burn rate = 0.04898% / 0.1% = 0.490
allowed = 0.1% × 1,235,172 = 1,235.2
remaining = (1,235.2 − 605) / 1,235.2 = 51.0%
exhausted in = 51.02% × 30d / 4.900 = 3d2h58m, 2026-03-04T14:58:00Z (at the burn rate over 1h, the faster of 1h and 6h)`,
		},
		{
			name:   "a window without a call",
			assess: slo.Assessment{Objective: slo.MustObjective("99%"), AsOf: noon, Window: window(0, 0)},
			want: `error ratio = unknown (no calls in the last 30d)
burn rate = unknown (no calls in the last 30d)
allowed = 1% × 0 = 0 (under 5: too thin for a verdict)
remaining = unknown (no calls in the last 30d)
exhausted in = unknown (the budget is not known)`,
		},
		{
			name:   "an overspent budget",
			assess: slo.Assessment{Objective: slo.MustObjective("99%"), AsOf: noon, Window: window(1000, 25)},
			want: `error ratio = 25 / 1,000 = 2.500%
burn rate = 2.500% / 1% = 2.50
allowed = 1% × 1,000 = 10
remaining = (10 − 25) / 10 = -150%
exhausted in = already spent (nothing is left)`,
		},
		{
			name:   "nothing bad, and nobody calls now",
			assess: slo.Assessment{Objective: slo.MustObjective("99.95%"), AsOf: noon, Window: window(100_000, 0)},
			want: `error ratio = 0 / 100,000 = 0%
burn rate = 0% / 0.05% = 0
allowed = 0.05% × 100,000 = 50
remaining = (50 − 0) / 50 = 100%
exhausted in = unknown (no calls in the last 1h and 6h)`,
		},
		{
			name: "a pace that spends nothing",
			assess: slo.Assessment{
				Objective: slo.MustObjective("99.95%"), AsOf: noon, Window: window(100_000, 10),
				Burns: []slo.WindowSum{{Length: time.Hour, Counts: slo.Counts{Total: 10}}},
			},
			want: `error ratio = 10 / 100,000 = 0.01000%
burn rate = 0.01000% / 0.05% = 0.200
allowed = 0.05% × 100,000 = 50
remaining = (50 − 10) / 50 = 80.0%
exhausted in = over 30d (at the burn rate over 1h, the faster of 1h and 6h)`,
		},
		{
			name: "a share of slots",
			assess: slo.Assessment{
				Objective: slo.MustObjective("99%"), AsOf: noon, Scale: slo.SLI{ErrorRatio: &slo.ErrorRatio{}}.Scale(),
				Window: window(2_880*slo.ShareUnit, 3*slo.ShareUnit/2),
			},
			want: `error ratio = 1.50 / 2,880 = 0.05208%
burn rate = 0.05208% / 1% = 0.0521
allowed = 1% × 2,880 = 28.8
remaining = (28.8 − 1.50) / 28.8 = 94.8%
exhausted in = unknown (no slots in the last 1h and 6h)`,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := sheet(test.assess, test.assess.Window); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// Of a month 400,000 calls were counted, 600,000 are forecast.
func TestBudgetOfAPeriodIsWrittenOutWithItsForecast(t *testing.T) {
	a := slo.Assessment{Objective: slo.MustObjective("99.9%"), AsOf: noon}
	a.Window = slo.WindowSum{
		Length: rolling, Counts: slo.Counts{Total: 400_000, Bad: 300}, Expected: 600_000, ForecastFrom: 28 * 24 * time.Hour, Calendar: slo.Month,
		From: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), To: noon, PeriodEnd: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC),
	}
	a.Burns = []slo.WindowSum{{Length: time.Hour, Counts: slo.Counts{Total: 10_000, Bad: 100}}}
	want := `error ratio = 300 / 400,000 = 0.07500%
burn rate = 0.07500% / 0.1% = 0.750
allowed so far = 0.1% × 400,000 = 400
allowed = 0.1% × (400,000 + 600,000) = 1,000 (so far and expected until 2026-04-01T00:00:00Z, from 28d of the past)
remaining = (1,000 − 300) / 1,000 = 70.0%
exhausted in = 70.0% × 31d / 10.0 = 2d4h5m, 2026-03-03T16:05:00Z (at the burn rate over 1h, the faster of 1h and 6h)`
	if got := sheet(a, a.Window); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	a.Burns[0].Bad = 5
	if got, want := a.WorkOutExhaustion().Result, "not this month"; got != want {
		t.Errorf("at a pace that lasts: %q, want %q", got, want)
	}
	a.Window.Expected, a.Window.ForecastFrom = 0, 0
	want = `error ratio = 300 / 400,000 = 0.07500%
burn rate = 0.07500% / 0.1% = 0.750
allowed so far = 0.1% × 400,000 = 400
allowed = unknown (nothing is known of the past that could be forecast from)
remaining = unknown (nothing is known of the past that could be forecast from)
exhausted in = unknown (the budget is not known)`
	if got := sheet(a, a.Window); got != want {
		t.Errorf("without a forecast\n%s\nwant\n%s", got, want)
	}
}

// TestPrintedTermsGiveThePrintedResult computes what is printed with what is
// printed, as a person with a calculator does.
func TestPrintedTermsGiveThePrintedResult(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	objectives := []string{"90%", "99%", "99.5%", "99.9%", "99.95%", "99.99%", "99.999%"}
	for range 2000 {
		total := 1 + rng.Int64N(int64(math.Pow(10, 1+9*rng.Float64())))
		a := slo.Assessment{Objective: slo.MustObjective(objectives[rng.IntN(len(objectives))]), AsOf: noon}
		a.Window = slo.WindowSum{Length: rolling, Counts: slo.Counts{Total: total, Bad: rng.Int64N(1 + total/int64(1+rng.IntN(1000)))}, Coverage: 1}
		for _, line := range append(a.WorkOut(a.Window), a.WorkOutBudget(a.Window)...) {
			checkLine(t, line)
		}
		a.Burns = []slo.WindowSum{{Length: time.Hour, Counts: slo.Counts{Total: 1 + rng.Int64N(100_000)}}}
		a.Burns[0].Bad = rng.Int64N(1 + a.Burns[0].Total)
		checkExhaustion(t, a)
	}
}

// checkLine compares to the last digit; half of one is how far apart two
// calculators may be that round differently.
func checkLine(t *testing.T, line slo.Working) {
	t.Helper()
	computed, half := compute(t, line.Terms), lastDigit(line.Result)/2*(1+1e-6)
	for what, v := range map[string]float64{"the terms give": computed, "the value is": *line.Value} {
		if math.Abs(v-number(t, line.Result)) > half {
			t.Errorf("%s: %s %v", line, what, v)
		}
	}
}

// lastDigit is what one in the last digit of a number is worth.
func lastDigit(text string) float64 {
	digits, percent := strings.CutSuffix(text, "%")
	_, decimals, _ := strings.Cut(digits, ".")
	unit := math.Pow(10, -float64(len(decimals)))
	if percent {
		unit /= 100
	}
	return unit
}

func checkExhaustion(t *testing.T, a slo.Assessment) {
	t.Helper()
	line := a.WorkOutExhaustion()
	if line.Terms == "" {
		return
	}
	left, rest, _ := strings.Cut(line.Terms, " × ")
	period, rate, _ := strings.Cut(rest, " / ")
	if period != "30d" {
		t.Fatalf("%s: a period of %s", line, period)
	}
	got := time.Duration(number(t, left) * float64(rolling) / number(t, rate)).Round(time.Minute)
	if want := slo.FormatDuration(got) + ", " + a.AsOf.Add(got).Format(time.RFC3339); line.Result != want {
		t.Errorf("%s: the terms give %s", line, want)
	}
}

// compute evaluates "a / b", "a × b" and "(a − b) / c".
func compute(t *testing.T, terms string) float64 {
	t.Helper()
	if left, divisor, ok := strings.Cut(terms, " / "); ok {
		if minuend, subtrahend, ok := strings.Cut(strings.Trim(left, "()"), " − "); ok {
			return (number(t, minuend) - number(t, subtrahend)) / number(t, divisor)
		}
		return number(t, left) / number(t, divisor)
	}
	left, right, _ := strings.Cut(terms, " × ")
	return number(t, left) * number(t, right)
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	digits, percent := strings.CutSuffix(strings.ReplaceAll(text, ",", ""), "%")
	v, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		t.Fatalf("%q is no number", text)
	}
	if percent {
		v /= 100
	}
	return v
}

func TestNumbersForPeopleWhoCheckThem(t *testing.T) {
	for _, test := range []struct {
		value  float64
		digits int
		want   string
	}{
		{0, 3, "0"},
		{0.049, 3, "0.0490"},
		{14.4, 3, "14.4"},
		{999.6, 3, "1,000"},
		{1_235_172.4, 3, "1,235,172"},
		{-1234.5, 5, "-1,234.5"},
		{-123, 3, "-123"},
		{1e-15, 3, "0.000000000000"},
		{math.NaN(), 3, "unknown"},
		{math.Inf(1), 3, "unknown"},
	} {
		if got := slo.FormatNumber(test.value, test.digits); got != test.want {
			t.Errorf("%v with %d digits is %s, want %s", test.value, test.digits, got, test.want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -123: "-123", -1234567: "-1,234,567", math.MinInt64: "-9,223,372,036,854,775,808"} {
		if got := slo.FormatCount(n); got != want {
			t.Errorf("%d is %s, want %s", n, got, want)
		}
	}
}

// A rate just under its limit must not look as if it had reached it.
func TestAValueIsShownOnItsSideOfTheLimit(t *testing.T) {
	for _, test := range []struct {
		value, limit float64
		want         string
	}{
		{14.4, 14.4, "14.4"},
		{14.399, 14.4, "14.399"},
		{14.3999, 14.4, "14.3999"},
		{14.39, 14.4, "14.39"},
		{13.99, 14.4, "14.0"},
		{49.01, 14.4, "49.0"},
		{14.401, 14.4, "14.401"},
		{20, 14.4, "20"},
		{1235.04, 1235, "1,235.04"},
		{0, 1, "0"},
	} {
		if got := slo.FormatAgainst(test.value, test.limit); got != test.want {
			t.Errorf("%v against %v is %s, want %s", test.value, test.limit, got, test.want)
		}
	}
	rng := rand.New(rand.NewPCG(3, 4))
	for range 10_000 {
		limit := math.Round(rng.Float64()*1000) / 10
		value := limit * (1 + math.Pow(10, -1-8*rng.Float64())*(rng.Float64()-0.5))
		if shown := number(t, slo.FormatAgainst(value, limit)); cmp.Compare(shown, limit) != cmp.Compare(value, limit) {
			t.Errorf("%v against %v is shown as %v", value, limit, shown)
		}
	}
}
