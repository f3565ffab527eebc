package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// TestACardSaysSinceWhenItFails is not the instant at which enough had failed for an
// alert: whoever is woken looks for what happened at the first error.
func TestACardSaysSinceWhenItFails(t *testing.T) {
	o := newOutage()
	card := func() string { return text(element(t, o.page(t, "/"), "<article", "</article>")) }
	want(t, card(), "for 26 m , since 2026-03-01 11:34:00 UTC", "· incident since 2026-03-01 11:48:00 UTC")
	want(t, o.page(t, "/incidents/inc-1"), "In the 30 s until 11:34:30 UTC on 1 March, 14 m before it opened.")

	// What it is about does not begin with an error.
	for _, tier := range []string{alerting.BudgetTier, "removed"} {
		o.incidents[0].Alerts[0].Tier = tier
		want(t, card(), "for 12 m , since 2026-03-01 11:48:00 UTC")
	}
}

// TestACardOfWhatOpenedAtOnceSaysItOnce has no second time that says nothing.
func TestACardOfWhatOpenedAtOnceSaysItOnce(t *testing.T) {
	f := newFleet()
	f.incidents[0].OpenedAt = noon.Add(-12 * time.Minute)
	seen, _ := onCall(t, f, "/")
	if strings.Contains(seen, "incident since") {
		t.Errorf("it says so twice: %.600s", seen)
	}
}

// TestACardOfVanishedDataSaysSinceWhenItIsGone is not when that had lasted for too long.
func TestACardOfVanishedDataSaysSinceWhenItIsGone(t *testing.T) {
	f := newFleet()
	id := f.incidents[0].Alerts[0].ID
	a := f.assessments[id]
	a.State, a.Absence = slo.StateNoData, &slo.Absence{Since: noon.Add(-25 * time.Minute)}
	f.assessments[id] = a
	seen, _ := onCall(t, f, "/")
	want(t, seen, "for 25 m, since 2026-03-01 11:35:00 UTC", "· incident since 2026-03-01 11:48:00 UTC", "No data since 2026-03-01 11:35:00 UTC.")
}
