package format_test

import (
	"math"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/slofuse/slofuse/web/format"
)

func TestSLI(t *testing.T) {
	for _, c := range []struct {
		ratio float64
		known bool
		want  string
	}{
		{0.99951, true, "99.951%"},
		{0.999, true, "99.9%"},
		{0.5, true, "50%"},
		{0, true, "0%"},
		{1, true, "100%"},
		{0.9999984, true, "99.9998%"},
		{0.99999999, true, "99.999999%"},
		{0.9999999999, true, "99.999999%"},
		{0.9995999, true, "99.959%"},
		{0.7, false, "unknown"},
		{math.NaN(), true, "unknown"},
		{math.Inf(1), true, "unknown"},
	} {
		if got := format.SLI(c.ratio, c.known); got != c.want {
			t.Errorf("SLI(%v, %v) = %q, want %q", c.ratio, c.known, got, c.want)
		}
	}
}

func TestAnSLIIsNeverRoundedUp(t *testing.T) {
	err := quick.Check(func(bad, good uint32) bool {
		total := float64(bad%1000) + float64(good)
		if total == 0 {
			return true
		}
		ratio := float64(good) / total
		text := format.SLI(ratio, true)
		shown, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
		return err == nil && shown <= ratio*100+1e-6 && (bad%1000 == 0) == (text == "100%")
	}, nil)
	if err != nil {
		t.Error(err)
	}
}

func TestLeft(t *testing.T) {
	for remaining, want := range map[float64]string{0.51: "51%", 0: "spent", -0.34: "overspent by 34%", math.Inf(-1): "unknown"} {
		if got := format.Left(remaining, true); got != want {
			t.Errorf("%v: %q, want %q", remaining, got, want)
		}
	}
	if got := format.Left(0.5, false); got != format.Unknown {
		t.Errorf("not known: %q", got)
	}
}

func TestShare(t *testing.T) {
	for ratio, want := range map[float64]string{
		0.51: "51%", 1: "100%", 0: "0%", -0.34: "-34%", 0.042: "4.2%", 0.9999: "99.9%", 0.995: "99.5%",
		0.0001: "0.1%", -0.0001: "-0.1%", -12.5: "-1250%", math.Inf(-1): "unknown",
	} {
		if got := format.Share(ratio, true); got != want {
			t.Errorf("Share(%v) = %q, want %q", ratio, got, want)
		}
	}
	if got := format.Share(1, false); got != "unknown" {
		t.Errorf("an unknown share reads %q", got)
	}
}

func TestPart(t *testing.T) {
	for ratio, want := range map[float64]string{0: "0%", 0.00001: "<0.1%", 0.00049: "<0.1%", 0.0005: "0.1%", 0.098: "9.8%", 1: "100%", 5: "500%"} {
		if got := format.Part(ratio); got != want {
			t.Errorf("Part(%v) = %q, want %q", ratio, got, want)
		}
	}
}

func TestBurn(t *testing.T) {
	for rate, want := range map[float64]string{
		20.12: "20.1×", 0.4: "0.4×", 0: "0×", 0.01: "<0.1×", 14.4: "14.4×", 6: "6×", 1000: "1,000×", math.NaN(): "unknown",
	} {
		if got := format.Burn(rate, true); got != want {
			t.Errorf("Burn(%v) = %q, want %q", rate, got, want)
		}
	}
	if got := format.Burn(3, false); got != "unknown" {
		t.Errorf("an unknown rate reads %q", got)
	}
}

func TestCountAndEvents(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234", 100000: "100,000"} {
		if got := format.Count(n); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	for n, want := range map[float64]string{1235.17: "1,235", 12.34: "12.3", 0.4: "0.4", 0: "0", -7: "-7", math.Inf(1): "unknown"} {
		if got := format.Events(n); got != want {
			t.Errorf("Events(%v) = %q, want %q", n, got, want)
		}
	}
}

func TestValuesOfAnySize(t *testing.T) {
	for _, test := range []struct {
		v    float64
		unit string
		want string
	}{
		{3.25, "jobs", "3.25 jobs"},
		{1_234_567, "B", "1,234,567 B"},
		{-250.4, "", "-250"},
		{0.000421, "", "0.000421"},
		{0, "", "0"},
		{math.NaN(), "jobs", format.Unknown},
		{math.Inf(1), "", format.Unknown},
	} {
		if got := format.Value(test.v, test.unit); got != test.want {
			t.Errorf("%v %s is written %q, want %q", test.v, test.unit, got, test.want)
		}
	}
}

func TestMoneyIsWrittenAsPeopleReadIt(t *testing.T) {
	for _, test := range []struct {
		v    float64
		unit string
		want string
	}{
		{0.00192, "$", "$0.0019"},
		{0.05, "€", "€0.05"},
		{0.0949, "€", "€0.095"},
		{0.001, "£", "£0.001"},
		{0.42, "$", "$0.42"},
		{0.999, "$", "$1.00"},
		{12.4, "€", "€12.40"},
		{999.999, "€", "€1,000"},
		{1250.4, "USD", "1,250 USD"},
		{3.5, "credits", "3.50 credits"},
		{0, "$", "$0.00"},
		{2, "", "2.00"},
		{-3, "$", "-$3.00"},
		{0.0000004, "$", "under $0.000001"},
		{math.NaN(), "$", format.Unknown},
		{math.Inf(1), "$", format.Unknown},
	} {
		if got := format.Money(test.v, test.unit); got != test.want {
			t.Errorf("%v %s is written %q, want %q", test.v, test.unit, got, test.want)
		}
	}
}

func TestLatency(t *testing.T) {
	for seconds, want := range map[float64]string{
		0.00085: "850 µs", 0.021: "21 ms", 0.0052: "5.2 ms", 1.83: "1.8 s", 10: "10 s", 125: "2 m 5 s", 0: "0 µs", math.NaN(): "unknown",
	} {
		if got := format.Latency(&seconds); got != want {
			t.Errorf("Latency(%v) = %q, want %q", seconds, got, want)
		}
	}
	if got := format.Latency(nil); got != "unknown" {
		t.Errorf("no latency reads %q", got)
	}
}

func TestAverage(t *testing.T) {
	for _, c := range []struct {
		estimate, to *float64
		want         string
	}{
		{new(0.084), new(0.13), "about 84 ms"},
		{new(0.084), nil, "at least about 84 ms"},
		{nil, nil, format.Unknown},
	} {
		if got := format.Average(c.estimate, c.to); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestRate(t *testing.T) {
	for rate, want := range map[float64]string{
		41.2: "41/s", 4.12: "4.1/s", 0: "0/s", 12345: "12,345/s", 0.5: "30/min", 0.005: "18/h", 0.0001: "8.6/d", math.Inf(1): "unknown",
	} {
		if got := format.Rate(&rate); got != want {
			t.Errorf("Rate(%v) = %q, want %q", rate, got, want)
		}
	}
	if got := format.Rate(nil); got != "unknown" {
		t.Errorf("no rate reads %q", got)
	}
}

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 45 * time.Second: "45 s", 12 * time.Minute: "12 m", 76 * time.Hour: "3 d 4 h", 24 * time.Hour: "1 d",
		time.Hour + time.Second: "1 h", -90 * time.Second: "-1 m 30 s", 300 * time.Millisecond: "0 s",
	} {
		if got := format.Span(d); got != want {
			t.Errorf("Span(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestPoints(t *testing.T) {
	for ratio, want := range map[string]float64{"+0.84": 0.0084, "-0.00014": -0.0000014, "0": 0, "+100": 1, "-10": -0.1} {
		if got := format.Points(want); got != ratio {
			t.Errorf("%v: %q, want %q", want, got, ratio)
		}
	}
}

func TestLarge(t *testing.T) {
	for n, want := range map[float64]string{
		0: "0", 0.4: "0.4", 950: "950", 12_300: "12,300", 999_999: "999,999", 1e6: "1 million", 12_399_999: "12.3 million", 1.2e9: "1.2 billion", 3e12: "3 trillion",
		-2.5e6: "-2.5 million", math.NaN(): "unknown",
	} {
		if got := format.Large(n); got != want {
			t.Errorf("Large(%v) = %q, want %q", n, got, want)
		}
	}
}
