package slo_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestParseObjective_keeps_the_exact_rational(t *testing.T) {
	for _, tc := range []struct {
		text    string
		written string
		total   int64   // of so many events
		allowed float64 // so many may be bad
		maxBurn float64
	}{
		{"99.9%", "99.9%", 1_000, 1, 1_000},
		{"99.9", "99.9%", 3_000_000, 3_000, 1_000},
		{"99.95%", "99.95%", 2_000, 1, 2_000},
		{" 99 % ", "99%", 100, 1, 100},
		{"90%", "90%", 10, 1, 10},
		{"50%", "50%", 2, 1, 2},
		{"99.900", "99.9%", 1_000, 1, 1_000},
		{"0.999%", "0.999%", 100_000, 99_001, 100_000. / 99_001},
		{"1%", "1%", 100, 99, 100. / 99},
		{"1.5", "1.5%", 200, 197, 200. / 197},
		{"99.999999999", "99.999999999%", 100_000_000_000, 1, 100_000_000_000},
		{"0.000000001%", "0.000000001%", 100_000_000_000, 99_999_999_999, 100_000_000_000. / 99_999_999_999},
	} {
		t.Run(tc.text, func(t *testing.T) {
			o, err := slo.ParseObjective(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := o.String(); got != tc.written {
				t.Errorf("written as %s, want %s", got, tc.written)
			}
			if got := o.Allowed(tc.total); got != tc.allowed {
				t.Errorf("allows %v of %d, want %v", got, tc.total, tc.allowed)
			}
			if got := o.MaxBurnRate(); got != tc.maxBurn {
				t.Errorf("burns at most %v times, want %v", got, tc.maxBurn)
			}
			if sum := o.Ratio() + o.ErrorRatio(); sum != 1 {
				t.Errorf("good and bad shares add up to %v", sum)
			}
		})
	}
}

func TestParseObjective_says_what_is_wrong(t *testing.T) {
	for text, want := range map[string]string{
		"0":                     "above 0 %",
		"0%":                    "above 0 %",
		"0.0":                   "above 0 %",
		"100":                   "leaves no error budget",
		"100%":                  "leaves no error budget",
		"100.000%":              "leaves no error budget",
		"100.1%":                "below 100 %",
		"999":                   "below 100 %",
		"0.999":                 "did you mean 99.9%?",
		"0.5":                   "did you mean 50%?",
		"0.99999":               "did you mean 99.999%?",
		"1":                     "ambiguous",
		"1.0":                   "ambiguous",
		"99.9.9":                "is not a number",
		"":                      "is not a number",
		"%":                     "is not a number",
		".5":                    "is not a number",
		"-99%":                  "is not a number",
		"99,9%":                 "is not a number",
		"9e1":                   "is not a number",
		"ninety":                "is not a number",
		"99.9%%":                "is not a number",
		"٩٩%":                   "is not a number",
		"99.9999999999":         "more than 9 decimals",
		"99999999999999999999%": "out of range",
	} {
		t.Run(text, func(t *testing.T) {
			o, err := slo.ParseObjective(text)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %s and error %v, want an error with %q", o, err, want)
			}
			if !o.IsZero() {
				t.Errorf("an error came with the objective %s", o)
			}
		})
	}
}

func TestMustObjective_panics_on_what_ParseObjective_refuses(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	slo.MustObjective("100%")
}

func TestObjective_zero_value_is_none(t *testing.T) {
	var o slo.Objective
	if !o.IsZero() || o.String() != "none" {
		t.Errorf("the zero value is %s", o)
	}
	if slo.MustObjective("99%").IsZero() {
		t.Error("99% is none")
	}
}

// What is written is read back as the same objective, for every number of
// decimals.
func TestObjective_text_round_trip(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		decimals := random.IntN(10)
		text := fmt.Sprintf("%d", random.IntN(99)+1)
		if decimals > 0 {
			text += "." + fmt.Sprintf("%09d", random.IntN(1_000_000_000))[:decimals]
		}
		o, err := slo.ParseObjective(text + "%")
		if err != nil {
			t.Fatal(err)
		}
		again, err := slo.ParseObjective(o.String())
		if err != nil || again != o {
			t.Fatalf("%s%% is written %s and read as %s (%v)", text, o, again, err)
		}
	}
}

func FuzzParseObjective(f *testing.F) {
	for _, seed := range []string{"99.9%", "99.9", "0.999", "100", "99.9.9", "1", "", "%", "99.999999999%", "-1", "+5", "0x9", "９９"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		o, err := slo.ParseObjective(text)
		if err != nil {
			if !o.IsZero() {
				t.Errorf("%q: an objective beside the error %v", text, err)
			}
			return
		}
		if r := o.ErrorRatio(); r <= 0 || r >= 1 {
			t.Errorf("%q allows a share of %v", text, r)
		}
		if again, err := slo.ParseObjective(o.String()); err != nil || again != o {
			t.Errorf("%q is written %s, which is read as %s (%v)", text, o, again, err)
		}
	})
}

func ExampleParseObjective() {
	o, _ := slo.ParseObjective("99.95%")
	fmt.Println(o, "allows", o.Allowed(1_000_000), "of a million")

	_, err := slo.ParseObjective("0.9995")
	fmt.Println(err)
	// Output:
	// 99.95% allows 500 of a million
	// objective 0.9995 is ambiguous: did you mean 99.95%?
}

func TestParseShare(t *testing.T) {
	for text, want := range map[string]float64{
		"10%": 0.1, "10": 0.1, "0": 0, "0%": 0, "100%": 1, " 2.5 % ": 0.025, "0.5%": 0.005, "1%": 0.01,
	} {
		if got, err := slo.ParseShare(text); err != nil || got != want {
			t.Errorf("%q is read as %v (%v), want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"": "not a share", "%": "not a share", "ten": "not a share", "-1%": "not a share", "101%": "not a share", "NaN": "not a share",
		"Inf%": "not a share", "10%%": "not a share", "0.1": "write 0.1% or 10%", "1": "write 1% or 100%",
	} {
		if got, err := slo.ParseShare(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is read as %v (%v), want an error with %q", text, got, err, want)
		}
	}
}
