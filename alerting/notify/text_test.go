package notify_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/slo"
)

func TestTitle(t *testing.T) {
	notice := notifytest.Page()
	notice.Incident.Severity = slo.SeverityNone
	for want, n := range map[string]alerting.Notification{
		"PAGE · checkout/charge-card":     notifytest.Page(),
		"TICKET · checkout/charge-card":   notifytest.Ticket(),
		"RESOLVED · checkout/charge-card": notifytest.Resolved(),
		"NOTICE · checkout/charge-card":   notice,
	} {
		if got := notify.Title(n); got != want {
			t.Errorf("Title() = %q, want %q", got, want)
		}
	}
}

func TestBurning(t *testing.T) {
	base := notifytest.Page().Facts[0]
	for name, tc := range map[string]struct {
		change func(*alerting.Fact)
		want   string
	}{
		"rates and counts":                {func(*alerting.Fact) {}, "burning 20× (1h) / 35× (5m), 247 of 12,345 calls failed in 1h"},
		"a rate keeps its tenth":          {func(f *alerting.Fact) { f.BurnRateLong = new(14.4) }, "burning 14.4× (1h) / 35× (5m), 247 of 12,345 calls failed in 1h"},
		"latency is slow, not failed":     {func(f *alerting.Fact) { f.P99 = new(0.25) }, "burning 20× (1h) / 35× (5m), 247 of 12,345 calls were too slow in 1h, p99 250ms"},
		"the short rate is unknown":       {func(f *alerting.Fact) { f.BurnRateShort = nil }, "burning 20× (1h), 247 of 12,345 calls failed in 1h"},
		"no counts":                       {func(f *alerting.Fact) { f.Total = 0 }, "burning 20× (1h) / 35× (5m)"},
		"nothing is known but the reason": {func(f *alerting.Fact) { f.BurnRateLong, f.BurnRateShort, f.Reason = nil, nil, "no data\nsince 03:10" }, "no data since 03:10"},
	} {
		t.Run(name, func(t *testing.T) {
			f := base
			tc.change(&f)
			if got := notify.Burning(f); got != tc.want {
				t.Errorf("Burning() = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestWhatFailsNow(t *testing.T) {
	base := notifytest.Page().Facts[0]
	for name, tc := range map[string]struct {
		change func(*alerting.Fact)
		want   string
	}{
		"calls":             {func(*alerting.Fact) {}, "3.5% of calls failed in the last 5 minutes"},
		"slow calls":        {func(f *alerting.Fact) { f.P99 = new(0.25) }, "3.5% of calls were too slow in the last 5 minutes"},
		"slots":             {func(f *alerting.Fact) { f.Noun = "slots" }, "3.5% of slots were bad in the last 5 minutes"},
		"nothing any more":  {func(f *alerting.Fact) { f.Failing = new(0.0) }, "None of the calls of the last 5 minutes failed"},
		"not known":         {func(f *alerting.Fact) { f.Failing = nil }, ""},
		"not a number":      {func(f *alerting.Fact) { f.Failing = new(math.NaN()) }, ""},
		"the budget is out": {func(f *alerting.Fact) { f.Tier = alerting.BudgetTier }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			f := base
			tc.change(&f)
			if got := notify.Failing(f); got != tc.want {
				t.Errorf("Failing() = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestThePromiseIsNamedAsItIsSpoken(t *testing.T) {
	for window, want := range map[string]string{
		"30d": "availability 99.9% over 30d", "week": "availability 99.9% this week",
		"month": "availability 99.9% this month", "quarter": "availability 99.9% this quarter",
	} {
		f := notifytest.Page().Facts[0]
		if f.Window = window; notify.Subject(f) != want {
			t.Errorf("Subject() = %q, want %q", notify.Subject(f), want)
		}
	}
}

func TestBudget(t *testing.T) {
	now := notifytest.DecidedAt()
	for name, tc := range map[string]struct {
		left *float64
		ends *time.Time
		want string
	}{
		"some is left":           {new(0.42), new(now.Add(6*time.Hour + 20*time.Minute)), "42% left, gone in 6h 20m at the pace of the last 5 minutes"},
		"little is left":         {new(0.0123), nil, "1.2% left"},
		"it lasts":               {new(0.9), nil, "90% left"},
		"the end is in the past": {new(0.1), new(now.Add(-time.Hour)), "10% left"},
		"it is spent":            {new(0.0), nil, "spent"},
		"it is spent twice":      {new(-1.0), nil, "overspent by 100%"},
		"it is unknown":          {nil, nil, ""},
		"it is not a number":     {new(math.NaN()), nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := notify.Budget(alerting.Fact{BudgetRemaining: tc.left, ExhaustsAt: tc.ends, ShortWindow: "5m"}, now); got != tc.want {
				t.Errorf("Budget() = %q, want %q", got, tc.want)
			}
		})
	}
}

func TestFormats(t *testing.T) {
	for got, want := range map[string]string{
		notify.FormatAge(-time.Minute):                    "0s",
		notify.FormatAge(42 * time.Second):                "42s",
		notify.FormatAge(42*time.Minute + 59*time.Second): "42m",
		notify.FormatAge(time.Hour):                       "1h",
		notify.FormatAge(25 * time.Hour):                  "1d 1h",
		notify.FormatAge(30 * 24 * time.Hour):             "30d",
		notify.FormatSeconds(0.0214):                      "21.4ms",
		notify.FormatSeconds(1.84):                        "1.84s",
		notify.FormatSeconds(125):                         "125s",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestPagesOfTheIncident(t *testing.T) {
	n := notifytest.Page()
	n.ExternalURL, n.Incident.ID = "https://slo.example.com/sub/", "a/b"
	if got, want := notify.IncidentURL(n), "https://slo.example.com/sub/incidents/a%2Fb"; got != want {
		t.Errorf("IncidentURL() = %q, want %q", got, want)
	}
	id := slo.ID{Service: "web", Function: "GET /cart/{id}", Name: "latency"}
	if got, want := notify.SLOURL(n, id), "https://slo.example.com/sub/slos/web/GET%20%2Fcart%2F%7Bid%7D/latency"; got != want {
		t.Errorf("SLOURL() = %q, want %q", got, want)
	}
	if got, want := notify.ExplainURL(n, id), notify.SLOURL(n, id)+"/explain"; got != want {
		t.Errorf("ExplainURL() = %q, want %q", got, want)
	}
	long := slo.ID{Service: strings.Repeat("ä", 100), Function: strings.Repeat("ä", 100), Name: strings.Repeat("ä", 100)}
	if notify.ExplainURL(n, long) == "" {
		t.Error("the longest names that a file may hold have no page")
	}
	if long.Function = strings.Repeat("ä", 1000); notify.ExplainURL(n, long) != "" {
		t.Error("an address may be as long as it likes")
	}
	for _, base := range []string{"", "javascript:alert(1)", "slo.example.com"} {
		n.ExternalURL = base
		if got := notify.IncidentURL(n) + notify.SLOURL(n, id) + notify.ExplainURL(n, id); got != "" {
			t.Errorf("with the base %q there are links: %q", base, got)
		}
	}
}

func TestWhereALinkLeads(t *testing.T) {
	for name, tc := range map[string]struct{ base, link, value, want string }{
		"an address":                       {"https://slo.example.com", "runbook", "https://books.example.com/a", "https://books.example.com/a"},
		"another link":                     {"", "traces", "http://traces.example.com", "http://traces.example.com"},
		"a runbook that is a file":         {"https://slo.example.com", "runbook", "runbooks/a.md", "https://slo.example.com/incidents/inc_42#runbook"},
		"a file, and nobody knows slofuse": {"", "runbook", "runbooks/a.md", ""},
		"a file that is no runbook":        {"https://slo.example.com", "traces", "runbooks/a.md", ""},
		"no runbook":                       {"https://slo.example.com", "runbook", "", ""},
		"a script":                         {"https://slo.example.com", "runbook", "javascript:alert(1)", ""},
	} {
		n := notifytest.Page()
		n.ExternalURL = tc.base
		if got := notify.LinkURL(n, alerting.Fact{Links: map[string]string{tc.link: tc.value}}, tc.link); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func FuzzCleanAndTruncate(f *testing.F) {
	f.Add("gnp.\u202egpj\x00\r\n\xff", 3)
	f.Add(strings.Repeat("é", 100), 50)
	f.Fuzz(func(t *testing.T, s string, limit int) {
		limit = max(1, limit%1000)
		got := notify.Truncate(notify.Clean(s), limit)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > limit {
			t.Fatalf("%q is not valid or longer than %d", got, limit)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
				t.Fatalf("%U is left in %q", r, got)
			}
		}
		if notify.Clean(got) != got && utf8.RuneCountInString(s) < limit {
			t.Fatalf("%q is cleaned twice", got)
		}
	})
}

func ExampleTruncate() {
	fmt.Println(notify.Truncate("größer als erlaubt", 8))
	// Output: größer …
}
