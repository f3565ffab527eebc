package canary

import (
	"math"
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestTolerancesAreReadAndWritten(t *testing.T) {
	for text, want := range map[string]struct {
		margin float64 // of an objective of 99.9 %
		text   string
	}{
		"1x": {0.001, "1x"}, "0.5x": {0.0005, "0.5x"}, " 14.4x": {0.0144, "14.4x"}, "0x": {0, "0x"}, "0.1%": {0.001, "0.1%"}, "0%": {0, "0x"}, "2 %": {0.02, "2%"},
	} {
		got, err := ParseTolerance(text)
		if err != nil || math.Abs(got.Margin(slo.MustObjective("99.9%"))-want.margin) > 1e-15 || got.String() != want.text {
			t.Errorf("%q is read as %v (%v), want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"", "x", "1", "0.1", "-1x", "Infx", "NaNx", "NaN%", "100%", "101%", "-1%", "1x%", "one"} {
		if got, err := ParseTolerance(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}
