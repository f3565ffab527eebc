package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/edit"
	"github.com/slofuse/slofuse/web"
)

// changed is a fleet where people changed things in the day before an incident:
// the function, its service, what it promises, another service and the files.
func changed() (*fleet, *diary) {
	f := newFleet()
	before := func(minutes int) time.Time { return noon.Add(time.Duration(-minutes) * time.Minute) }
	f.deploys = []suppress.Deploy{
		{ID: "d2", Service: "checkout", Version: "v42", URL: "https://ci.example.com/runs/8123", By: "ci", StartsAt: before(26), EndsAt: before(16), EndedAt: before(20), Status: suppress.DeploySucceeded},
		{ID: "d1", Service: "media", Version: "v7", StartsAt: before(30), EndsAt: before(16)},
		{ID: "d0", Service: "checkout", Version: "v41", StartsAt: before(26 * 60), EndsAt: before(25 * 60)},
	}
	for i := range f.slos {
		if f.slos[i].ID.Function == "charge-card" {
			f.slos[i].History = []slo.Revision{{Number: 1, From: before(60 * 24 * 9)}, {Number: 2, From: before(42), Change: "objective 99% → 99.9%"}}
		}
	}
	return f, &diary{entries: []audit.Entry{{ID: 1, At: before(42), Actor: "noa", Action: "POST /-/reload", Outcome: audit.Done}, {ID: 2, At: before(5), Via: "file", Action: "reload", Outcome: audit.Failed}}}
}

func changedServer(t testing.TB) *web.Server {
	t.Helper()
	f, d := changed()
	config := f.config()
	config.Audit = d
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	return server
}

func TestTheIncidentTellsWhatChangedBeforeIt(t *testing.T) {
	body := get(t, changedServer(t), "/incidents/inc-1").Body.String()
	section := body[strings.Index(body, `<ol class="changes">`):]
	section, after, _ := strings.Cut(section, "<p class=\"muted\">Since it opened:</p>")
	after, _, _ = strings.Cut(after, "</ol>")
	if !strings.Contains(after, "Reload refused") || !strings.Contains(after, "the old one stayed in force") || strings.Count(after, "<li>") != 1 {
		t.Errorf("what changed since it opened stands apart:\n%s", after)
	}
	at := -1
	for _, want := range []string{
		`<a href="/deploys/d2"><b>v42</b></a> <span>all of checkout</span>`, "14 m before · by ci · succeeded", `<a href="https://ci.example.com/runs/8123" rel="noopener noreferrer">its run</a>`,
		"Objective changed", `<a href="/slos?function=charge-card&amp;service=checkout"><b>objective 99% → 99.9%</b></a> <span>charge-card of checkout</span>`, "30 m before · by noa",
	} {
		n := strings.Index(section, want)
		if n <= at {
			t.Errorf("%q is missing or out of order in\n%s", want, section)
		}
		at = max(at, n)
	}
	if strings.Contains(section, "v7") || strings.Contains(section, "v41") || strings.Count(section, "<li>") != 2 {
		t.Errorf("more than what concerns the function in a day:\n%s", section)
	}
}

func TestAnIncidentBeforeWhichNothingChangedSaysHowDeploysBecomeKnown(t *testing.T) {
	if body := get(t, newFleet().server(t), "/incidents/inc-1").Body.String(); !strings.Contains(body, "<code>slofuse deploy start --service checkout</code>") {
		t.Error("it does not")
	}
}

// diaryOfEdits is a book of edits that tells everything.
type diaryOfEdits []edit.Edit

func (d diaryOfEdits) Edits(_ context.Context, from, to time.Time) (out []edit.Edit, since time.Time, err error) {
	for _, e := range d {
		if !e.At.Before(from) && !e.At.After(to) {
			out = append(out, e)
		}
	}
	return out, noon.AddDate(-1, 0, 0), nil
}

func TestPagesTellWhatWasWrittenDifferently(t *testing.T) {
	charge := edit.Subject{ID: slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"}, Owner: "<b>", File: "slos/<i>.yaml", Line: 12}
	other := charge
	other.ID.Name, other.Line = "latency", 30
	at := noon.Add(-20 * time.Minute)
	f := newFleet()
	config := f.config()
	config.Edits = diaryOfEdits{
		{At: at, Kind: edit.Changed, Subjects: []edit.Subject{charge, other}, Diffs: []edit.Diff{{What: "owner", From: "team-checkout", To: "<script>alert(1)</script>"}}},
		{At: at, Kind: edit.Removed, Subjects: []edit.Subject{charge}, Start: true},
		{At: at, Kind: edit.Changed, Subjects: []edit.Subject{{Name: "receiver pager", File: "slofuse.yaml"}}, Diffs: []edit.Diff{{What: "settings"}}},
	}
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/incidents/inc-1", "/functions/checkout/charge-card", "/slos/checkout/charge-card/availability"} {
		body := get(t, server, path).Body.String()
		for _, want := range []string{
			`owner team-checkout → &lt;script&gt;alert(1)&lt;/script&gt;</b></a> <span>charge-card of checkout</span>`, `<code>slos/&lt;i&gt;.yaml</code>`,
			`<span>Removed</span></span> <b>1 objective</b> <span>charge-card availability of checkout</span>`, `found at the start · <code>slos/&lt;i&gt;.yaml:12</code>`,
			`<b>receiver pager settings changed</b>`, `<code>slofuse.yaml</code>`,
		} {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %s", path, want)
			}
		}
		if strings.Contains(body, "<script>alert") {
			t.Errorf("%s runs what a file says", path)
		}
	}
}

// TestTheAnnotationsOfAnSLOAreThoseOfItsCharts: what charts mark is listed, with what the
// ledger notes of the numbers, and a revision of the ledger is the change that made it.
func TestTheAnnotationsOfAnSLOAreThoseOfItsCharts(t *testing.T) {
	f := newFleet()
	f.deploys = []suppress.Deploy{{ID: "d1", Service: "checkout", Functions: []string{"charge-card"}, Version: "v1.4.2", StartsAt: noon.Add(-10 * time.Minute), By: "ci"}}
	f.annotations = []slo.Annotation{
		{End: noon.Add(-50 * time.Minute).Unix(), Width: 300, Kind: slo.Bridged, Text: "no samples for 5m"},
		{End: noon.Add(-20 * time.Minute).Unix(), Kind: slo.Seam, Text: "revision 2 begins"},
	}
	config := f.config()
	charge := edit.Subject{ID: chargeCard, File: "slos/checkout.yaml", Line: 12}
	changed := func(before time.Duration, what, from, to string) edit.Edit {
		return edit.Edit{At: noon.Add(-before), Kind: edit.Changed, Subjects: []edit.Subject{charge}, Diffs: []edit.Diff{{What: what, From: from, To: to}}}
	}
	config.Edits = diaryOfEdits{
		changed(20*time.Minute, "objective", "99.5%", "99.9%"), changed(30*time.Minute, "policy", "default", "strict"),
		changed(40*time.Minute, "severity", "page", "ticket"), changed(60*time.Minute, "owner", "team-a", "<b>team-b"),
		changed(40*24*time.Hour, "owner", "team-0", "team-a"),
	}
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	list := element(t, get(t, server, "/slos/checkout/charge-card/availability").Body.String(), `<ul class="annotations">`, "</ul>")
	want(t, text(list), "Deployed", "v1.4.2", "Changed", "11:40:00 UTC", "99.5% → 99.9%", "Changed", "policy default → strict", "Changed", "severity page → ticket",
		"Gap", "11:05:00 UTC to", "11:10:00 UTC", "no samples for 5m", "Changed", "owner team-a → <b>team-b")
	if strings.Contains(list, "revision 2 begins") || strings.Contains(list, "<b>team-b") || strings.Contains(list, "team-0") {
		t.Error(list)
	}
	charts := get(t, server, "/api/v1/slos/checkout/charge-card/availability/charts").Body.String()
	for _, mark := range []string{"99.5% → 99.9%", "policy default → strict", "severity page → ticket", "v1.4.2", "no samples for 5m"} {
		if !strings.Contains(charts, mark) {
			t.Errorf("no chart marks %s", mark)
		}
	}
}
