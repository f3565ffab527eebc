package alerting

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
)

func TestNewFact(t *testing.T) {
	s := chargeCard("availability")
	s.Description = "Charges are accepted."
	s.Links = map[string]string{"runbook": "https://wiki.example.com/charge", "notes": "runbooks/charge.md"}
	a := assess(s, noon, sums{"1h": w(605, 12345), "5m": w(350, 10000), "6h": w(605, 80000), "30d": w(605, 1000000)})
	a.Errors = []slo.ClassCount{{Labels: map[string]string{"code": "500"}, Bad: 5}, {Labels: map[string]string{"code": "503"}, Bad: 600}}
	p99 := 0.18
	a.Latency = &slo.Quantiles{P99: &p99}
	alert, _ := Decide(Input{SLO: s, Assessment: a})
	got := newFact(s, a, alert)
	if bare := FactOf(s, a, alert); bare.Links != nil || got.Links["runbook"] == "" {
		t.Errorf("links: %v, and without them %v", got.Links, bare.Links)
	} else if bare.Links = got.Links; !cmp.Equal(bare, got) {
		t.Errorf("without links it says something else: %s", cmp.Diff(got, bare))
	}
	if got.Objective != "99.9%" || got.Window != "30d" || got.LongWindow != "1h" || got.ShortWindow != "5m" || got.Bad != 605 || got.Total != 12345 {
		t.Errorf("fact: %+v", got)
	}
	for name, c := range map[string]struct{ got, want float64 }{
		"long burn rate":  {*got.BurnRateLong, 605 * 1000 / 12345.},
		"short burn rate": {*got.BurnRateShort, 35},
		"success":         {*got.SuccessRatio, 11740 / 12345.},
		"budget":          {*got.BudgetRemaining, 0.395},
		"p99":             {*got.P99, 0.18},
	} {
		if diff := c.got - c.want; diff > 1e-9 || diff < -1e-9 {
			t.Errorf("%s is %v, want %v", name, c.got, c.want)
		}
	}
	// 39.5 % of 30 days, spent 35 times too fast: 8 hours and 7 minutes.
	if got.ExhaustsAt == nil || got.ExhaustsAt.Sub(noon).Round(time.Minute) != 8*time.Hour+8*time.Minute || !got.Since.Equal(noon) {
		t.Errorf("exhausts at %v, since %v", got.ExhaustsAt, got.Since)
	}
	if diff := cmp.Diff(map[string]string{"runbook": "https://wiki.example.com/charge"}, got.Links); diff != "" {
		t.Errorf("links (-want +got):\n%s", diff)
	}
}

// 60.5 of 120 slots are bad, in millionths: people read whole slots.
func TestNewFactOfAnErrorRatioSpeaksOfSlots(t *testing.T) {
	s := chargeCard("availability")
	s.SLI = slo.SLI{ErrorRatio: &slo.ErrorRatio{Query: "r"}}
	a := assess(s, noon, sums{"1h": w(60_500_000, 120_000_000), "5m": w(9_000_000, 10_000_000), "6h": w(60_500_000, 720_000_000), "30d": w(60_500_000, 86_400_000_000)})
	a.Scale = s.SLI.Scale()
	for i := range a.Burns {
		a.Burns[i].BadSlots = 121
	}
	alert, _ := Decide(Input{SLO: s, Assessment: a})
	if got := newFact(s, a, alert); got.Bad != 61 || got.Total != 120 || got.Noun != "slots" {
		t.Errorf("%d of %d %s", got.Bad, got.Total, got.Noun)
	}
	if !strings.HasSuffix(alert.Reason, "; 61 of 120 slots bad") {
		t.Errorf("reason %q", alert.Reason)
	}
}

func TestNewFactSaysWhatIsSoNow(t *testing.T) {
	s := chargeCard("availability")
	s.Links = map[string]string{"runbook": "runbooks/charge.md"}
	a := assess(s, noon, sums{"1h": w(605, 12345), "5m": w(350, 10000), "6h": w(605, 80000), "30d": w(605, 1000000)})
	a.Errors = []slo.ClassCount{{Labels: map[string]string{"code": "500"}, Bad: 900}}
	a.RecentErrors = []slo.ClassCount{{Labels: map[string]string{"code": "503"}, Bad: 600}}
	alert, _ := Decide(Input{SLO: s, Assessment: a})
	got := newFact(s, a, alert)
	if got.ErrorsWindow != "1h" || got.Errors[0].Labels["code"] != "503" {
		t.Errorf("errors over %s: %v", got.ErrorsWindow, got.Errors)
	}
	if got.Links["runbook"] != "runbooks/charge.md" {
		t.Errorf("the runbook of the repository is lost: %v", got.Links)
	}

	alert.Phase = PhaseRecovering
	if got := newFact(s, a, alert); got.ExhaustsAt != nil {
		t.Errorf("what is over is projected to end the budget at %v", got.ExhaustsAt)
	}
	a.Window.Coverage, a.RecentErrors = 0.4, nil
	if got := newFact(s, a, alert); got.BudgetRemaining != nil || got.ErrorsWindow != "30d" || got.Errors[0].Labels["code"] != "500" {
		t.Errorf("of a window that is mostly unknown: budget %v, errors over %s", got.BudgetRemaining, got.ErrorsWindow)
	}
}

// TestNewFactOfWhatIsGoneTellsNoErrors that came before: none of them is why.
func TestNewFactOfWhatIsGoneTellsNoErrors(t *testing.T) {
	s := chargeCard("availability")
	a := assess(s, noon, sums{"30d": w(605, 1000000)})
	a.Errors = []slo.ClassCount{{Labels: map[string]string{"code": "500"}, Bad: 605}}
	for _, tier := range []string{NoDataTier, TrafficTier} {
		if got := newFact(s, a, Alert{ID: s.ID, Phase: PhaseFiring, Tier: tier}); len(got.Errors) > 0 || got.ErrorsWindow != "" {
			t.Errorf("%s: errors over %s: %v", tier, got.ErrorsWindow, got.Errors)
		}
	}
}

func TestRunbookPathsAreNothingElse(t *testing.T) {
	for path, want := range map[string]bool{
		"runbooks/charge.md": true, "javascript:x.md": false, "runbooks/{{.function}}.md": false, "notes.txt": false, "": false, "a\n.md": false,
	} {
		if got := isRunbookPath(path); got != want {
			t.Errorf("%q: %v", path, got)
		}
	}
}

func TestNewFactWithoutTraffic(t *testing.T) {
	s := chargeCard("availability")
	got := newFact(s, slo.Assessment{ID: s.ID, Objective: s.Objective, AsOf: noon}, Alert{ID: s.ID, Phase: PhaseOK})
	if got.BurnRateLong != nil || got.SuccessRatio != nil || got.BudgetRemaining != nil || got.ExhaustsAt != nil || got.P99 != nil {
		t.Errorf("numbers out of nothing: %+v", got)
	}
}

func TestNewFactOfASpentBudget(t *testing.T) {
	s := chargeCard("availability")
	a := assess(s, noon, sums{"30d": w(1500, 1000000)})
	alert, _ := Decide(Input{SLO: s, Assessment: a})
	if got := newFact(s, a, alert); got.Tier != BudgetTier || got.LongWindow != "30d" || got.Bad != 1500 || *got.BurnRateLong != 1.5 {
		t.Errorf("fact: %+v", got)
	}
}

func TestRenderLinks(t *testing.T) {
	s := slo.SLO{ID: slo.ID{Service: "shop & co", Function: "GET /cart/{id}", Name: "availability"}}
	from, to := noon, noon.Add(time.Hour)
	for _, c := range []struct{ name, link, want string }{
		{"a plain URL", "https://wiki.example.com/x", "https://wiki.example.com/x"},
		{"a value is encoded for a query", "https://t.example.com/?fn={{.function}}", "https://t.example.com/?fn=GET%20%2Fcart%2F%7Bid%7D"},
		{"and for a path", "https://t.example.com/{{.service}}/{{.slo}}", "https://t.example.com/shop%20%26%20co/availability"},
		{"and not twice", "https://t.example.com/?fn={{.function | urlquery}}", "https://t.example.com/?fn=GET%20%2Fcart%2F%7Bid%7D"},
		{"the span is in RFC 3339", "http://t.example.com/?f={{.from}}&t={{.to}}", "http://t.example.com/?f=2026-03-02T12%3A00%3A00Z&t=2026-03-02T13%3A00%3A00Z"},
		{"an unknown field drops the link", "https://t.example.com/{{.owner}}", ""},
		{"a template that does not parse drops it", "https://t.example.com/{{.slo", ""},
		{"a script drops it", "javascript:alert({{.slo}})", ""},
		{"data drops it", "data:text/html,x", ""},
		{"a file of the repository drops it", "runbooks/x.md", ""},
		{"a URL without a host drops it", "https:///x", ""},
		{"a loop drops it", "https://t.example.com/{{range 1000000000}}{{end}}", ""},
		{"a template that calls itself drops it", `https://t.example.com/{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`, ""},
		{"a link of megabytes drops it", `https://t.example.com/{{printf "%100000s" .slo}}`, ""},
		{"nothing drops it", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.Links = map[string]string{"x": c.link}
			if got := RenderLinks(s, from, to)["x"]; got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestRenderTrace(t *testing.T) {
	const one, around = "https://t.example.com/trace/{{.trace_id}}", "https://t.example.com/?f={{.from}}&t={{.to}}"
	const minutes = "https://t.example.com/?f=2026-03-02T11%3A59%3A00Z&t=2026-03-02T12%3A01%3A00Z"
	for name, c := range map[string]struct {
		links       map[string]string
		trace, want string
	}{
		"by its id":                {map[string]string{"trace": one, "traces": around}, "4bf9", "https://t.example.com/trace/4bf9"},
		"an id that is no word":    {map[string]string{"trace": one}, `"><b>/../?x`, "https://t.example.com/trace/%22%3E%3Cb%3E%2F..%2F%3Fx"},
		"around the call":          {map[string]string{"traces": around}, "4bf9", minutes},
		"without an id":            {map[string]string{"trace": one, "traces": around}, "", minutes},
		"of an id in traces":       {map[string]string{"traces": one}, "4bf9", "https://t.example.com/trace/4bf9"},
		"neither":                  {map[string]string{"logs": around}, "4bf9", ""},
		"no id and no other way":   {map[string]string{"trace": one}, "", ""},
		"a script":                 {map[string]string{"trace": "javascript:alert({{.trace_id}})"}, "4bf9", ""},
		"an id that is a script":   {map[string]string{"trace": "{{.trace_id}}"}, "javascript:alert(1)", ""},
		"an id of another address": {map[string]string{"trace": "{{.trace_id}}"}, "https://evil.example.net/", ""},
	} {
		if got := RenderTrace(slo.SLO{Links: c.links}, noon, c.trace); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	if got := RenderLinks(slo.SLO{Links: map[string]string{"trace": one}}, noon, noon)["trace"]; got != "" {
		t.Errorf("a link to a trace without one: %q", got)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 12345: "12,345", 1234567: "1,234,567", -1234: "-1,234", -123: "-123"} {
		if got := slo.FormatCount(n); got != want {
			t.Errorf("slo.FormatCount(%d) = %s, want %s", n, got, want)
		}
	}
}

func FuzzRenderLinks(f *testing.F) {
	f.Add("https://t.example.com/?fn={{.function}}", "GET /cart/{id}")
	f.Add("{{.function}}", "https://evil.example.com/")
	f.Fuzz(func(t *testing.T, link, function string) {
		s := slo.SLO{ID: slo.ID{Service: "s", Function: function, Name: "n"}, Links: map[string]string{"x": link}}
		for _, got := range RenderLinks(s, noon, noon) {
			if !strings.HasPrefix(strings.ToLower(got), "http") || len(got) > maxLink {
				t.Errorf("%q with %q gives %q", link, function, got)
			}
		}
	})
}

// TestNothingIsForetoldOfWhatStopped leaves the forecast out while windows still count
// what failed, and says which tier still does.
func TestNothingIsForetoldOfWhatStopped(t *testing.T) {
	s := chargeCard("availability")
	a := assess(s, noon, sums{"5m": w(0, 10000), "30m": w(900, 60000), "1h": w(1800, 120000), "6h": w(7200, 720000), "30d": w(7200, 10000000)})
	alert := Alert{ID: s.ID, Phase: PhaseFiring, Severity: slo.SeverityPage, Tier: "fast", Holds: map[string]Hold{
		"fast": {Severity: slo.SeverityPage, BelowSince: noon}, "slow": {Severity: slo.SeverityPage},
	}}
	got := FactOf(s, a, alert)
	if !got.Stopped() || got.ExhaustsAt != nil || got.Tier != "slow" || got.LongWindow != "6h" || got.ShortWindow != "30m" {
		t.Errorf("stopped %t, exhausts at %v, %s tier over %s and %s", got.Stopped(), got.ExhaustsAt, got.Tier, got.LongWindow, got.ShortWindow)
	}
	a.Burns[0].Bad = 1
	if got = FactOf(s, a, alert); got.Stopped() || got.ExhaustsAt == nil {
		t.Errorf("of what goes on: stopped %t, exhausts at %v", got.Stopped(), got.ExhaustsAt)
	}
	if told := foretellNothing([]Fact{got}); told[0].ExhaustsAt != nil || got.ExhaustsAt == nil {
		t.Errorf("a resolved message says %v, and the fact has %v", told[0].ExhaustsAt, got.ExhaustsAt)
	}
}
