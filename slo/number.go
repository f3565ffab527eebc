package slo

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// FormatCount writes an integer with a comma for each thousand: 1,234,567.
func FormatCount(n int64) string { return grouped(strconv.FormatInt(n, 10)) }

// grouped puts a comma before every thousand of a whole number.
func grouped(digits string) string {
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// FormatShare writes a part of a whole for people who only want to know how large it
// is: 51%, 4.2%, -34%. Only all of it is 100%, and only nothing is 0%.
func FormatShare(ratio float64) string {
	percent := ratio * 100
	size, decimals := math.Abs(percent), 0
	if size < 10 || percent > 99 && percent < 100 {
		decimals = 1
	}
	rounded := math.Round(percent*10) / 10
	switch {
	case percent != 0 && rounded == 0:
		rounded = math.Copysign(0.1, percent)
	case percent < 100 && rounded == 100:
		rounded = 99.9
	case decimals == 0:
		rounded = math.Round(percent)
	}
	return strings.TrimSuffix(strconv.FormatFloat(rounded, 'f', decimals, 64), ".0") + "%"
}

// FormatLeft writes the rest of an error budget that is known: 51%, and of one that is
// gone that it is spent, or by which share of it too much was.
func FormatLeft(remaining float64) string {
	switch {
	case remaining == 0:
		return "spent"
	case remaining < 0:
		return "overspent by " + FormatShare(-remaining)
	}
	return FormatShare(remaining)
}

// FormatNumber writes a number for people who check it by hand: with at least so
// many significant digits, all digits before the point, a comma for each
// thousand, and never an exponent.
func FormatNumber(v float64, digits int) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return unknownNumber
	}
	decimals := 0
	if v != 0 {
		decimals = min(max(0, digits-1-int(math.Floor(math.Log10(math.Abs(v))))), maxDecimals)
	}
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(v, 'f', decimals, 64), ".")
	if fraction == "" {
		return grouped(whole)
	}
	return grouped(whole) + "." + fraction
}

// unknownNumber is what a number that is not known reads as, and maxDecimals how
// many digits there are after a point; a float has float64Digits at most.
const (
	unknownNumber = "unknown"
	maxDecimals   = 12
	float64Digits = 17
)

// FormatAgainst writes a value that is compared with a limit, with as many digits
// as it takes to see whether it is below, at or above it.
func FormatAgainst(value, limit float64) string {
	if value == math.Trunc(value) {
		return FormatEvents(value)
	}
	for digits := 3; ; digits++ {
		shown := printed(value, digits)
		if cmp.Compare(shown.value, limit) == cmp.Compare(value, limit) || digits > float64Digits {
			return shown.text
		}
	}
}

// FormatEvents writes a number of events that need not be whole: 1,235.2 or 0.605.
func FormatEvents(n float64) string { return printedEvents(n, 3).text }

// figure is a number as it is printed, and what it is as such.
type figure struct {
	text  string
	value float64
}

// printed is a number as [FormatNumber] prints it.
func printed(v float64, digits int) figure {
	text := FormatNumber(v, digits)
	value, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", ""), 64)
	if err != nil {
		value = v // unknown
	}
	return figure{text, value}
}

// printedEvents is a number of events: a whole one with all of its digits, another
// with at least one after the point.
func printedEvents(n float64, digits int) figure {
	if n == math.Trunc(n) {
		return printed(n, 1)
	}
	return printed(n, max(digits, len(strconv.FormatInt(int64(math.Abs(n)), 10))+1))
}

// formatPercent writes a ratio as a percentage.
func formatPercent(ratio float64, digits int) string { return FormatNumber(ratio*100, digits) + "%" }
