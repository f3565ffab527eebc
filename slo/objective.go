package slo

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// maxObjectiveDecimals bounds the digits after the point of an objective, so
// that every product with it stays exact in 64 bits.
const maxObjectiveDecimals = 9

// Objective is the share of events that must be good, kept as the exact
// rational of what may be bad: 99.9 % is 1 bad event of 1,000, not 1 − 0.999.
// The zero value is no objective; use [ParseObjective].
type Objective struct {
	bad, of int64 // reduced; bad/of is the allowed share of bad events
}

// ParseObjective reads "99.9%" or "99.9". The percent sign is optional, so a
// bare number of 1 or less, which people write when they mean a ratio, is
// refused with the percentage it probably stands for.
func ParseObjective(s string) (Objective, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(s), "%")
	number = strings.TrimSpace(number)
	good, of, err := parseDecimal(number)
	if err != nil {
		return Objective{}, err
	}
	if !percent && good <= of && good > 0 {
		return Objective{}, fmt.Errorf("objective %s is ambiguous: did you mean %s%%?", number, percentOf(number))
	}
	of *= 100
	switch {
	case good <= 0:
		return Objective{}, errors.New("objective must be above 0 %")
	case good == of:
		return Objective{}, errors.New("objective 100 % leaves no error budget: one bad event ever would break it; try 99.99%")
	case good > of:
		return Objective{}, errors.New("objective must be below 100 %")
	}
	return newObjective(of-good, of), nil
}

// MustObjective is [ParseObjective] for constants; it panics on an error.
func MustObjective(s string) Objective {
	o, err := ParseObjective(s)
	if err != nil {
		panic(err)
	}
	return o
}

func newObjective(bad, of int64) Objective {
	g := gcd(bad, of)
	return Objective{bad: bad / g, of: of / g}
}

// parseDecimal reads a plain decimal number as digits/scale.
func parseDecimal(s string) (digits, scale int64, err error) {
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > maxObjectiveDecimals {
		return 0, 0, fmt.Errorf("objective %q has more than %d decimals", s, maxObjectiveDecimals)
	}
	if whole == "" || strings.ContainsFunc(whole+fraction, func(r rune) bool { return r < '0' || r > '9' }) {
		return 0, 0, fmt.Errorf("objective %q is not a number such as 99.9%%", s)
	}
	digits, err = strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil {
		return 0, 0, fmt.Errorf("objective %q is out of range", s)
	}
	scale = 1
	for range fraction {
		scale *= 10
	}
	return digits, scale, nil
}

// percentOf multiplies a decimal in text by 100: "0.999" is "99.9".
func percentOf(ratio string) string {
	f, _ := strconv.ParseFloat(ratio, 64)
	return strconv.FormatFloat(f*100, 'g', 12, 64)
}

func gcd(a, b int64) int64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// IsZero reports whether o is no objective at all.
func (o Objective) IsZero() bool { return o.of == 0 }

// Ratio is the objective as a number between 0 and 1: 0.999.
func (o Objective) Ratio() float64 { return float64(o.of-o.bad) / float64(o.of) }

// ErrorRatio is the share of events that may be bad: 0.001.
func (o Objective) ErrorRatio() float64 { return float64(o.bad) / float64(o.of) }

// MaxBurnRate is the burn rate when every event is bad, 1/(1 − objective): no
// tier above it can ever fire.
func (o Objective) MaxBurnRate() float64 { return float64(o.of) / float64(o.bad) }

// Allowed is the error budget in events: how many of total may be bad.
func (o Objective) Allowed(total int64) float64 {
	return float64(total) * float64(o.bad) / float64(o.of)
}

// String writes the objective as people do: "99.9%".
func (o Objective) String() string {
	if o.IsZero() {
		return "none"
	}
	scaled := (o.of - o.bad) * 100
	digits := strconv.FormatInt(scaled/o.of, 10)
	if rest := scaled % o.of; rest != 0 {
		digits += "." + fractionDigits(rest, o.of)
	}
	return digits + "%"
}

// fractionDigits writes rest/of, below 1, as decimal digits.
func fractionDigits(rest, of int64) string {
	var b strings.Builder
	for i := 0; rest != 0 && i < maxObjectiveDecimals+2; i++ {
		rest *= 10
		b.WriteByte(byte('0' + rest/of))
		rest %= of
	}
	return b.String()
}

// ParseShare reads a share of a budget, "10%" or "10", as the ratio 0.1. A bare
// number between 0 and 1 could mean either and is refused.
func ParseShare(s string) (ratio float64, err error) {
	digits, sign := strings.CutSuffix(strings.TrimSpace(s), "%")
	percent, err := strconv.ParseFloat(strings.TrimSpace(digits), 64)
	switch {
	case err != nil || !(percent >= 0 && percent <= 100):
		return 0, fmt.Errorf("%q is not a share such as 10%%", s)
	case !sign && percent > 0 && percent <= 1:
		return 0, fmt.Errorf("%q is ambiguous: write %s%% or %s%%", s, digits, percentOf(digits))
	}
	return percent / 100, nil
}
