package spec_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// zoned compares locations by their names.
var zoned = cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })

func TestTheFirstWindowIsAlertedOnAndTheOthersAreReported(t *testing.T) {
	const day = 24 * time.Hour
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	lordHowe, err := time.LoadLocation("Australia/Lord_Howe")
	if err != nil {
		t.Fatal(err)
	}
	slos := byID(t, "testdata/windows.good.yaml")
	for name, want := range map[string][]slo.Window{
		"month": {{Name: "month", Length: 30 * day, Calendar: slo.Month, Location: time.UTC}},
		"week":  {{Name: "week", Length: 7 * day, Calendar: slo.Week, Location: lordHowe}},
		"several": {
			{Name: "30d", Length: 30 * day},
			{Name: "1h", Length: time.Hour},
			{Name: "400d", Length: 400 * day},
			{Name: "month", Length: 30 * day, Calendar: slo.Month, Location: berlin},
			{Name: "quarter", Length: 91 * day, Calendar: slo.Quarter, Location: berlin},
		},
	} {
		s := slos["checkout/f/"+name]
		got := append([]slo.Window{s.Window}, s.Reports...)
		if diff := cmp.Diff(want, got, zoned); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAPolicyGoesByTheNominalLength(t *testing.T) {
	slos := byID(t, "testdata/windows.good.yaml")
	for name, want := range map[string]time.Duration{"week": 24 * time.Hour, "month": 72 * time.Hour} {
		if got := slos["checkout/f/"+name].Tiers[3].Long; got != want {
			t.Errorf("drain of a %s looks back %s, want a tenth of it, %s", name, got, want)
		}
	}
}

func TestZonesAreKeptAndSuggestedByNamesThatExist(t *testing.T) {
	names, err := os.ReadFile("zones.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.FieldsSeq(string(names)) {
		if _, err := time.LoadLocation(name); err != nil {
			t.Error(err)
		}
	}
}

func TestAPeriodMustFitIntoTheStorage(t *testing.T) {
	files := []spec.File{testdataFile(t, "testdata/windows.good.yaml")}
	_, problems := spec.Parse(files, spec.Options{Retention: 40 * 24 * time.Hour})
	want := []string{
		"testdata/windows.good.yaml:11:68: a window of 400d is longer than what the storage keeps, 40d: shorten it or raise storage.retention",
		"testdata/windows.good.yaml:11:118: a window of a quarter is longer than what the storage keeps, 40d: shorten it or raise storage.retention",
	}
	if diff := cmp.Diff(want, lines(problems)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
