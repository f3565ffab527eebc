package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/api"
)

// corrected is a fleet with an SLO of which maintenance excludes an outage: a day of
// thirty, with more bad events than the month allows.
func corrected(share float64) *fleet {
	f := newFleet()
	const day = 24 * time.Hour
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "latency"}
	a := f.assessments[id]
	a.Window.Counts = slo.Counts{Total: 1_000_000, Bad: 2_500}
	a.Window.Excluded = slo.Exclusion{Slots: 2_880, Counts: slo.Counts{Total: 100_000, Bad: 30_000}, BadSlots: 2_000, Time: day, Share: share}
	a.Corrections = []slo.Correction{{ID: "mnt-7", Reason: "new <disks>", From: noon.Add(-3 * day), To: noon.Add(-2 * day), Excluded: a.Window.Excluded}}
	hour, _ := a.Burn(time.Hour)
	hour.Excluded = slo.Exclusion{Slots: 80, Counts: slo.Counts{Total: 9, Bad: 9}, Time: 40 * time.Minute, Share: 2. / 3}
	for i := range a.Burns {
		if a.Burns[i].Length == time.Hour {
			a.Burns[i] = hour
		}
	}
	f.assessments[id] = a
	return f
}

const correctedPath = "/slos/checkout/charge-card/latency"

func TestTheAPIShowsBothNumbers(t *testing.T) {
	got := decode[api.SLO](t, get(t, corrected(1./30).server(t), "/api/v1"+correctedPath))
	want := api.Excluded{
		Slots: 2_880, Bad: 30_000, Total: 100_000, Good: 70_000, Share: 1. / 30,
		Text:     "99.75% good as corrected, 97.045% as measured; budget left 75%, overspent by 195% as measured; 2,880 slots are excluded by maintenance mnt-7: new <disks>",
		Measured: &api.Measured{SLI: new(1_067_500. / 1_100_000), Good: 1_067_500, Bad: 32_500, Total: 1_100_000, RemainingRatio: new((11_000 - 32_500.) / 11_000)},
		Corrections: []api.Correction{{
			Maintenance: "mnt-7", Reason: "new <disks>", From: noon.Add(-72 * time.Hour), To: noon.Add(-48 * time.Hour), Slots: 2_880, Bad: 30_000, Total: 100_000,
		}},
	}
	if diff := cmp.Diff(want, got.Excluded); diff != "" {
		t.Errorf("excluded (-want +got):\n%s", diff)
	}
	if got.Good != 997_500 || got.Bad != 2_500 || got.Total != 1_000_000 || *got.SLI != 0.9975 || *got.ErrorBudget.RemainingRatio != 0.75 {
		t.Errorf("good %v, bad %v, total %v, sli %v, left %v", got.Good, got.Bad, got.Total, *got.SLI, *got.ErrorBudget.RemainingRatio)
	}
	for _, b := range got.BurnRates {
		wantBurn := (*api.Excluded)(nil)
		if b.Window == "1h" {
			wantBurn = &api.Excluded{Slots: 80, Bad: 9, Total: 9, Share: 2. / 3}
		}
		if diff := cmp.Diff(wantBurn, b.Excluded); diff != "" {
			t.Errorf("%s (-want +got):\n%s", b.Window, diff)
		}
	}
}

func TestTheAPISaysNothingMoreWhereNothingIsExcluded(t *testing.T) {
	body := get(t, newFleet().server(t), "/api/v1"+correctedPath).Body.String()
	if !strings.Contains(body, `"excluded":{"slots":0,"bad":0,"total":0}`) || strings.Count(body, "excluded") != 1 {
		t.Errorf("body %s", body)
	}
}

func TestThePageShowsBothNumbers(t *testing.T) {
	f := corrected(1. / 30)
	f.annotations = []slo.Annotation{f.assessments[slo.ID{Service: "checkout", Function: "charge-card", Name: "latency"}].Corrections[0].Annotation()}
	body := text(get(t, f.server(t), correctedPath).Body.String())
	for _, want := range []string{
		"Corrected: 99.75% good as corrected, 97.045% as measured; budget left 75%, overspent by 195% as measured; 2,880 slots are excluded by maintenance mnt-7: new <disks>",
		"SLI 99.75% objective 99%, 97.045% as measured", "of 10,000 bad events left, overspent by 195% as measured",
		"fast page unknown", "67% excluded", "100% of the rest of the window is known, 3.3% excluded",
		"Excluded 2026-02-26 12:00:00 UTC to 2026-02-27 12:00:00 UTC : 2,880 slots are excluded by maintenance mnt-7: new <disks>",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
	other := text(get(t, f.server(t), "/slos/media/thumbnail/availability").Body.String())
	if strings.Contains(other, "orrected") || strings.Contains(other, "as measured") {
		t.Errorf("a page without correction: %s", other)
	}
	list := text(get(t, f.server(t), "/slos?q=latency").Body.String())
	if !strings.Contains(list, "3.3% excluded by maintenance") {
		t.Errorf("the list: %s", list)
	}
}

func TestTheExplanationShowsWhatIsLeftOut(t *testing.T) {
	e := decode[api.Explanation](t, get(t, corrected(0.6).server(t), "/api/v1"+correctedPath+"/explain"))
	if want := "60% of the last 30d is excluded by maintenance, more than half, so nothing is concluded from it."; !strings.HasSuffix(e.DataMeaning, want) {
		t.Errorf("data: %s", e.DataMeaning)
	}
	if e.Budget.Excluded == nil || e.Budget.Excluded.Measured == nil || e.Budget.Excluded.Measured.Bad != 32_500 {
		t.Errorf("budget: %+v", e.Budget.Excluded)
	}
	body := text(get(t, corrected(0.6).server(t), correctedPath+"/explain").Body.String())
	for _, want := range []string{
		"without 2,880 slots that are excluded by maintenance, 30,000 bad of 100,000", "Corrected: 99.75% good as corrected, 97.045% as measured",
		"without 80 slots that are excluded by maintenance, 9 bad of 9", "excluded of 1h 66.7% ≤ 50%",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q: %s", want, body)
		}
	}
}

// What decides nothing is no good news, and no bad news either.
func TestABudgetThatIsMostlyExcludedIsNeitherGoodNorSpent(t *testing.T) {
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "latency"}
	for _, bad := range []int64{2_500, 25_000} {
		f := corrected(0.6)
		a := f.assessments[id]
		a.Window.Bad = bad
		f.assessments[id] = a
		body := get(t, f.server(t), "/slos?q=latency").Body.String()
		row := element(t, body, "<tbody>", "</tbody>")
		if cell := element(t, row, `data-label="Budget left"`, "</td>"); !strings.Contains(cell, `class="quiet"`) || strings.Contains(cell, "bar good") || strings.Contains(cell, "bar spent") {
			t.Errorf("%d bad: %s", bad, cell)
		}
		if strings.Contains(text(row), "Spent") || !strings.Contains(text(row), "60% excluded by maintenance") {
			t.Errorf("%d bad: %s", bad, text(row))
		}
	}
}

// A nightly maintenance is named once, and of many only some.
func TestManyCorrectionsAreNamedInBrief(t *testing.T) {
	a := slo.Assessment{Window: slo.WindowSum{Counts: slo.Counts{Total: 10}, Excluded: slo.Exclusion{Slots: 5, Time: time.Minute}}}
	for _, id := range []string{"m1", "m2", "m1", "m3", "m2", "m4", "m5"} {
		a.Corrections = append(a.Corrections, slo.Correction{ID: id, Reason: "why"})
	}
	if got := api.BothNumbers(a); !strings.HasSuffix(got, "5 slots are excluded by maintenance m1: why, m2: why, m3: why, and 2 more") {
		t.Error(got)
	}
}

// What is measured beside it is said of the SLO window alone.
func TestFurtherWindowsSayWhatIsExcludedOfThem(t *testing.T) {
	f := corrected(1. / 30)
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "latency"}
	a := f.assessments[id]
	week := slo.WindowSum{Length: 7 * 24 * time.Hour, Counts: slo.Counts{Total: 10}, Coverage: 1, Excluded: slo.Exclusion{Slots: 2_880, Counts: slo.Counts{Total: 9, Bad: 3}, Time: 24 * time.Hour, Share: 1. / 7}}
	a.Reports = []slo.WindowSum{week}
	f.assessments[id] = a
	for i := range f.slos {
		if f.slos[i].ID == id {
			f.slos[i].Reports = []slo.Window{{Name: "7d", Length: 7 * 24 * time.Hour}}
		}
	}
	want := &api.Excluded{Slots: 2_880, Bad: 3, Total: 9, Good: 6, Share: 1. / 7}
	got := decode[api.SLO](t, get(t, f.server(t), "/api/v1"+correctedPath))
	if diff := cmp.Diff(want, got.Windows[0].Excluded); diff != "" {
		t.Errorf("window (-want +got):\n%s", diff)
	}
	e := decode[api.Explanation](t, get(t, f.server(t), "/api/v1"+correctedPath+"/explain"))
	if diff := cmp.Diff(want, e.Reports[0].Excluded); diff != "" {
		t.Errorf("explained (-want +got):\n%s", diff)
	}
	if body := text(get(t, f.server(t), correctedPath).Body.String()); !strings.Contains(body, "14% excluded") {
		t.Errorf("page: %s", body)
	}
}

func TestTheGateIsUndecidedWhereTooMuchIsExcluded(t *testing.T) {
	w := get(t, corrected(0.6).server(t), "/api/v1/gate?select=slo%3Dlatency&max_burn_rate=0&min_budget=10%25")
	v := decode[api.Verdict](t, w)
	if v.Verdict != "inconclusive" || len(v.Checks) != 1 || !strings.HasPrefix(v.Checks[0].Reason, "60% of the last 30d is excluded by maintenance, more than half; incident inc-1") {
		t.Errorf("%d: %+v", w.Code, v)
	}
	v = decode[api.Verdict](t, get(t, corrected(1./30).server(t), "/api/v1/gate?select=slo%3Dlatency&max_burn_rate=0&min_budget=10%25"))
	if v.Verdict != "pass" || !strings.HasSuffix(v.Checks[0].Reason, "; 2,880 slots are excluded by maintenance") {
		t.Errorf("%+v", v)
	}
}
