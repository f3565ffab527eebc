package slo_test

import (
	"testing"

	"github.com/slofuse/slofuse/slo"
)

func TestFormatShare(t *testing.T) {
	for ratio, want := range map[float64]string{
		0: "0%", 0.0001: "0.1%", -0.0001: "-0.1%", 0.0012: "0.1%", 0.042: "4.2%", 0.05: "5%", 0.1234: "12%", 0.51: "51%",
		0.99: "99%", 0.9988: "99.9%", 0.99999: "99.9%", 1: "100%", 1.004: "100%", -0.342: "-34%", -12.5: "-1250%",
	} {
		if got := slo.FormatShare(ratio); got != want {
			t.Errorf("%v: %q, want %q", ratio, got, want)
		}
	}
}

func TestFormatLeft(t *testing.T) {
	for remaining, want := range map[float64]string{
		1: "100%", 0.514: "51%", 0.0001: "0.1%", 0: "spent", -0.0001: "overspent by 0.1%", -0.5: "overspent by 50%", -12.5: "overspent by 1250%",
	} {
		if got := slo.FormatLeft(remaining); got != want {
			t.Errorf("%v: %q, want %q", remaining, got, want)
		}
	}
}

func TestFormatClass(t *testing.T) {
	for want, labels := range map[string]map[string]string{
		"code=503, gateway=a": {"gateway": "a", "code": "503"},
		"no code, gateway=a":  {"gateway": "a", "code": ""},
		"without labels":      {},
	} {
		if got := slo.FormatClass(labels); got != want {
			t.Errorf("%v: %q, want %q", labels, got, want)
		}
	}
}
