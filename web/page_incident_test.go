package web_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
)

func (o *outage) page(t testing.TB, target string) string {
	t.Helper()
	server, err := web.New(o.config())
	if err != nil {
		t.Fatal(err)
	}
	w := get(t, server, target)
	if w.Code != 200 {
		t.Fatalf("%s: status %d: %s", target, w.Code, w.Body)
	}
	return w.Body.String()
}

// checks are the items of the checklist: its mark and its title, and all its text.
func checks(t testing.TB, body string) (titles []string, items map[string]string) {
	t.Helper()
	_, list, found := strings.Cut(body, `<ol class="checklist">`)
	if !found {
		t.Fatal("there is no checklist")
	}
	list, _, _ = strings.Cut(list, "</ol>\n</section>")
	items = map[string]string{}
	for item := range strings.SplitSeq(list, "<li>\n<p><span class=\"badge") {
		words := plainText(item)
		mark, rest, ok := strings.Cut(item, "</b></p>")
		if !ok {
			continue
		}
		title := strings.TrimSpace(plainText("<x " + mark))
		titles = append(titles, title)
		items[title] = words + rest
	}
	return titles, items
}

func plainText(body string) string {
	var out strings.Builder
	inTag := false
	for _, r := range body {
		switch {
		case r == '<':
			inTag = true
		case r == '>':
			inTag = false
			out.WriteByte(' ')
		case !inTag:
			out.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

func TestTheChecklistIsFilledIn(t *testing.T) {
	titles, items := checks(t, newOutage().page(t, "/incidents/inc-1"))
	want := []string{
		"To decide Who has it", "Known What fails, and how badly", "Known First error", "Known Last error", "Known Traces and logs of the first errors", "Known Kinds of errors",
		"Known What changed in the day before", "Known Health of what it depends on", "To decide Roll back", "To decide Silence it while you work", "To decide Freeze deploys",
	}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Fatalf("(-want +got):\n%s", diff)
	}
	for title, texts := range map[string][]string{
		// From 11:34 until 12:00 fail 2 of 10 calls a second, and 0.1% of 12,351,720 may.
		want[1]:  {"3,120 of 15,600 calls failed (20%) since the first error, 1,440 of them since it opened and 12% of the budget: in all 25% of the error budget of 30d, as much as a total failure of 10 m 54 s; 43 m 12 s are allowed.", "calls of charge-card that the caller gets an answer to"},
		want[2]:  {"In the 30 s until 11:34:30 UTC on 1 March, 14 m before it opened."},
		want[3]:  {"It goes on: more fails than is promised"},
		want[4]:  {`href="https://traces.example.com/?from=113300&amp;to=113930"`, "traces from 11:33 to 11:39 UTC"},
		want[5]:  {"code=503, gateway=north (the most frequent)"},
		want[6]:  {"v42", "objective 99% → 99.9%"},
		want[7]:  {"1 function of them burns.", "identity/login", "fraud/score-order", "No SLO"},
		want[8]:  {"Deploy v42 began 14 m before it opened.", "slofuse deploy end d2 --status rolled_back", `href="https://ci.example.com/runs/8123"`, `href="/deploys/d2"`},
		want[10]: {"slofuse gate --select &#39;service=checkout,function=charge-card&#39;"},
	} {
		for _, text := range texts {
			if !strings.Contains(items[title], text) {
				t.Errorf("%s does not say %q:\n%s", title, text, items[title])
			}
		}
	}
}

// What fails no more costs no more, though it is neither resolved nor forgotten.
func TestAnOutageIsCountedUntilItsLastError(t *testing.T) {
	over := func(o *outage) {
		i := &o.incidents[0]
		i.State, i.ResolvedAt = alerting.IncidentResolved, noon
	}
	// It opens at 11:48 and fails from 11:34 until 11:52, 216 of 10,800 calls; it is 12:00.
	const cost = "2,160 of 10,800 calls failed (20%) between the first error and the last error, 480 of them since it opened"
	for name, tt := range map[string]struct {
		change func(*outage)
		want   []string
	}{
		"it goes on":                  {func(o *outage) { o.stops = time.Time{} }, []string{"Failing for 26 m , first error 2026-03-01 11:34:00 UTC", "3,120 of 15,600 calls failed (20%) since the first error"}},
		"errors have stopped":         {func(*outage) {}, []string{"Failed for 18 m : first error 2026-03-01 11:34:00 UTC , last error 2026-03-01 11:52:00 UTC", cost, "Until 11:52:00 UTC on 1 March, 8 m ago. None of 4,800 calls failed since."}},
		"it was resolved since":       {over, []string{"Lasted 12 m", "Failed for 18 m", cost, "8 m before it was resolved."}},
		"it was resolved with it":     {func(o *outage) { over(o); o.stops = noon }, []string{"Failed for 26 m", "More failed than is promised until it was resolved."}},
		"what was since is not known": {func(o *outage) { o.known = 0.2 }, []string{"Failed for 18 m", "Whether anything failed since is not known: only 20% of the time is."}},
	} {
		o := newOutage()
		o.stops = noon.Add(-8 * time.Minute)
		tt.change(o)
		words := plainText(o.page(t, "/incidents/inc-1"))
		for _, want := range tt.want {
			if !strings.Contains(words, want) {
				t.Errorf("%s: no %q in %s", name, want, words)
			}
		}
	}
}

// What cannot be known says why, and how it becomes known.
func TestTheChecklistSaysWhatIsNotKnown(t *testing.T) {
	o := newOutage()
	o.deploys, o.incidents[0].Deploy, o.incidents[0].Kinds = nil, nil, nil
	for i := range o.slos {
		o.slos[i].History, o.slos[i].DependsOn = nil, nil
	}
	config := o.config()
	config.Audit, config.Links = &diary{}, nil
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	_, items := checks(t, get(t, server, "/incidents/inc-1").Body.String())
	for title, text := range map[string]string{
		"Unknown Traces and logs of the first errors": "Links come from the SLO file",
		"Unknown Kinds of errors":                     "fingerprint: [code]",
		"Unknown What changed in the day before":      "slofuse deploy start --service checkout",
		"Unknown Health of what it depends on":        "depends_on: [service/function]",
		"Unknown Roll back":                           "the pipeline did not announce it",
	} {
		if !strings.Contains(items[title], text) {
			t.Errorf("%q does not say %q: %s", title, text, items[title])
		}
	}
}

func TestTheChecklistOfIncidentsThatAreOtherwise(t *testing.T) {
	source := slo.ID{Service: "slofuse", Function: "backend/main", Name: alerting.SourceDownTier}
	for name, tt := range map[string]struct {
		change func(*outage)
		want   []string
	}{
		"folded into another": {func(o *outage) { o.incidents[0].Cause = "inc-7" }, []string{"Done Who has it", "put down to another incident", `href="/incidents/inc-7"`}},
		"taken":               {func(o *outage) { o.incidents[0].AckedBy, o.incidents[0].State = "mia", alerting.IncidentAcked }, []string{"Done Who has it", "mia acknowledged it."}},
		"resolved by hand": {func(o *outage) {
			i := &o.incidents[0]
			i.State, i.ResolvedAt, i.ResolvedBy = alerting.IncidentResolved, noon, "noa"
		}, []string{"Done Who has it", "Resolved by hand by noa.", "To decide What remains", `href="/incidents/inc-1/postmortem.md"`}},
		"rolled back": {func(o *outage) { o.incidents[0].Deploy.Status = "rolled_back" }, []string{"Done Roll back", "Deploy v42 was rolled back."}},
		"muted": {func(o *outage) {
			o.incidents[0].Alerts[0].MutedBy = []alerting.Muting{{Kind: "silence", ID: "s-1"}}
		}, []string{"Done Silence it while you work", "held back"}},
		"of an SLO that was removed": {func(o *outage) {
			o.incidents[0].Alerts[0].ID.Name = "gone"
		}, []string{"Unknown What fails, and how badly", "None of its objectives is in force any more", "Unknown First error"}},
		"of a backend": {func(o *outage) {
			i := &o.incidents[0]
			i.Service, i.Function, i.Alerts = source.Service, source.Function, []alerting.Alert{{ID: source, Phase: alerting.PhaseFiring, Severity: slo.SeverityPage}}
		}, []string{"Unknown What fails, and how badly", "A backend does not answer", "Unknown Health of what it depends on"}},
		"just opened": {func(o *outage) { o.incidents[0].OpenedAt = noon }, []string{"Known First error", "Known What fails"}},
	} {
		o := newOutage()
		o.incidents[0].Alerts = append([]alerting.Alert(nil), o.incidents[0].Alerts...)
		tt.change(o)
		body := o.page(t, "/incidents/inc-1")
		text := plainText(body)
		for _, want := range tt.want {
			if !strings.Contains(body, want) && !strings.Contains(text, want) {
				t.Errorf("%s: no %q in %s", name, want, text)
			}
		}
	}
}

func TestTheRunbookIsBesideTheIncident(t *testing.T) {
	body := newOutage().page(t, "/incidents/inc-1")
	for _, want := range []string{
		"<code>runbooks/charge-card.md</code>", `<h3 id="runbook-one-gateway-answers-503">One gateway answers 503</h3>`, `aria-label="to do">☐</span> Look at the gateway`, `aria-label="done">☑</span> Tell &lt;b&gt;support&lt;/b&gt;`, `<a href="https://flags.example.com" rel="noopener noreferrer">flag</a>`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	o := newOutage()
	config := o.config()
	for link, want := range map[string]string{
		"":                             "None is linked.",
		"https://wiki.example.com/x":   `<a href="https://wiki.example.com/x" rel="noopener noreferrer">https://wiki.example.com/x</a>`,
		"runbooks/missing.md":          "the runbook runbooks/missing.md is not there",
		"javascript:alert(1)":          "It is neither a web address nor a file",
		"<script>alert(1)</script>.md": "the runbook &lt;script&gt;",
	} {
		config.Links = func(slo.SLO, time.Time, time.Time) map[string]string { return map[string]string{"runbook": link} }
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		body := get(t, server, "/incidents/inc-1").Body.String()
		_, section, _ := strings.Cut(body, `id="runbook"`)
		if !strings.Contains(section, want) || len(foreign(body)) > 0 {
			t.Errorf("%q: no %q, or what is foreign: %q", link, want, foreign(body))
		}
	}
}

// The page asks each port a bounded number of times, and no backend at all.
func TestWhatThePageOfAnIncidentAsks(t *testing.T) {
	o := newOutage()
	o.page(t, "/incidents/inc-1")
	// One SLO: where it began and where it ends, between these and since it opened; one deploy list, one
	// look into the audit log; its assessment and that of the chain.
	want := map[string]int{"incident": 1, "history": 4, "slots": 2, "assess": 2, "deploys": 1, "audit": 1, "alerts": 1}
	if diff := cmp.Diff(want, o.asked); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	before := maps.Clone(o.asked)
	for n := range 200 { // SLOs of others cost nothing
		o.add(member{service: "other", function: strings.Repeat("f", n+1), name: "availability", owner: "x", objective: "99%", total: 1, bad: 0})
	}
	clear(o.asked)
	o.page(t, "/incidents/inc-1")
	if diff := cmp.Diff(before, o.asked); diff != "" {
		t.Errorf("with 200 more SLOs (-before +after):\n%s", diff)
	}
}

func TestAnIncidentOfManySLOsIsBounded(t *testing.T) {
	o := newOutage()
	for range 100 {
		o.incidents[0].Alerts = append(o.incidents[0].Alerts, o.incidents[0].Alerts[0])
	}
	o.page(t, "/incidents/inc-1")
	if o.asked["history"] > 50 {
		t.Errorf("the ledger was asked %d times", o.asked["history"])
	}
}
