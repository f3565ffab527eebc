package slack

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	slackapi "github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/sample"
	"github.com/slofuse/slofuse/alerting/notify/wording"
	"github.com/slofuse/slofuse/slo"
)

var update = flag.Bool("update", false, "write the golden files")

// read shows a message the way a reader gets it, one block after the other.
func read(msg message) string {
	var b strings.Builder
	fmt.Fprintf(&b, "lock screen: %s\n\n", msg.text)
	for _, block := range msg.blocks {
		switch block := block.(type) {
		case *slackapi.HeaderBlock:
			fmt.Fprintf(&b, "# %s\n\n", block.Text.Text)
		case *slackapi.SectionBlock:
			fmt.Fprintf(&b, "%s\n\n", block.Text.Text)
		case *slackapi.ContextBlock:
			for _, element := range block.ContextElements.Elements {
				fmt.Fprintf(&b, "(small) %s\n", element.(*slackapi.TextBlockObject).Text)
			}
		case *slackapi.ActionBlock:
			for _, element := range block.Elements.ElementSet {
				pressed := element.(*slackapi.ButtonBlockElement)
				fmt.Fprintf(&b, "[%s] %s %s %s\n", pressed.Text.Text, pressed.ActionID, pressed.Value, pressed.URL)
			}
		}
	}
	return b.String()
}

func latePage() alerting.Notification {
	n := notifytest.Page()
	n.Reason = "late: decided 1h 12m ago, at 2026-11-21 03:14 UTC; " + n.Reason
	n.Facts[0].Failing, n.Facts[1].Failing = nil, nil // as late ones are sent
	n.Folded = []alerting.Event{{At: n.DecidedAt.Add(-10 * time.Minute), Kind: "opened", Text: "availability: burn rate 1.4 over 3d"}}
	return n
}

func missed() alerting.Notification {
	n := notifytest.Resolved()
	n.Reason = "late, opened 03:14 UTC, resolved 03:56 UTC, " + n.Reason
	return n
}

func ackedRecovery() alerting.Notification {
	n := notifytest.Page()
	n.Kind, n.Loud, n.Reason = alerting.EventAlert, false, "latency: burn rate 0.3 over 30m, below 6 for 30m"
	n.Incident.State, n.Incident.AckedBy, n.Incident.AckComment = alerting.IncidentAcked, "ana", "gateway acme is down, failing over"
	n.Facts[0].Phase = alerting.PhaseRecovering
	n.Facts[1].Phase, n.Facts[1].Severity = alerting.PhaseOK, slo.SeverityNone
	n.Facts[0].Links["runbook"] = "runbooks/charge-card.md"
	return n
}

func TestMessagesReadWell(t *testing.T) {
	all := map[string]alerting.Notification{
		"page": notifytest.Page(), "ticket": notifytest.Ticket(), "rise": notifytest.Rise(), "resolved": notifytest.Resolved(),
		"late": latePage(), "acked": ackedRecovery(), "missed": missed(),
		"bare": {
			Status: alerting.StatusFiring, Reason: "the backend main does not answer", DecidedAt: notifytest.DecidedAt(),
			Incident: alerting.Incident{ID: "i", Severity: slo.SeverityTicket, Service: "slofuse", Function: "main"},
		},
	}
	for _, kind := range sample.Kinds() {
		all["kind_"+kind], _ = sample.Of(kind)
	}
	page := layout{mentions: Mentions{slo.SeverityPage: "<!here>"}, buttons: true, silences: true}
	for name, n := range all {
		t.Run(name, func(t *testing.T) {
			got := read(page.first(n)) + "\nthread: " + page.answer(n).text + "\n"
			t.Log("\n" + got)
			file := filepath.Join("testdata", name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("the message changed; if that is meant, run with -update:\n%s", diff)
			}
		})
	}
}

var (
	allowedMarkup = regexp.MustCompile(`<(!date\^\d+\^\{date_short_pretty\} \{time\}\|[0-9: UTC-]+|https?://[^|<>]+\|[^|<>]*)>`)
	entity        = regexp.MustCompile(`&(amp|lt|gt);`)
)

// checkSafe fails when a message holds markup that we did not make, a character
// nobody sees, or more than Slack takes.
func checkSafe(t *testing.T, msg message) {
	t.Helper()
	if len(msg.blocks) == 0 || len(msg.blocks) > 50 {
		t.Errorf("%d blocks", len(msg.blocks))
	}
	check := func(text string, limit int) {
		t.Helper()
		if n := utf8.RuneCountInString(text); n == 0 || n > limit {
			t.Errorf("%d runes in a text of at most %d", n, limit)
		}
		if rest := allowedMarkup.ReplaceAllString(text, ""); strings.ContainsAny(rest, "<>") {
			t.Errorf("foreign markup in %q", rest)
		}
		if rest := entity.ReplaceAllString(text, ""); strings.Contains(rest, "&") {
			t.Errorf("a bare or halved & in %q", rest)
		}
		for _, r := range text {
			if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf)) || !utf8.ValidRune(r) {
				t.Errorf("character %U in %q", r, text)
			}
		}
	}
	check(msg.text, 3000)
	for _, block := range msg.blocks {
		switch block := block.(type) {
		case *slackapi.HeaderBlock:
			check(block.Text.Text, 150)
		case *slackapi.SectionBlock:
			check(block.Text.Text, 3000)
			if !block.Text.Verbatim {
				t.Error("a section lets Slack look for links and mentions")
			}
		case *slackapi.ContextBlock:
			for _, element := range block.ContextElements.Elements {
				check(element.(*slackapi.TextBlockObject).Text, 3000)
			}
		default:
			t.Errorf("unexpected block %T", block)
		}
	}
	if _, err := json.Marshal(msg.blocks); err != nil {
		t.Error(err)
	}
}

func TestHostileTextsStayTexts(t *testing.T) {
	for _, text := range []string{
		"<!channel>", "<!here|now>", "<@U012345>", "<http://evil.example.com|runbook>", "&lt;!channel&gt;",
		"`code`*bold*", "a\nb\r\tc\x00\x1b[31m", "gnp.\u202egpj", "\u200bzero\u2066", "\xff\xfe", "|>", "https://example.com/a|b>c",
		"javascript:alert(1)", "https://user:pass@example.com/", strings.Repeat("&", 5000), strings.Repeat("<é>", 3000), " ",
	} {
		for _, change := range []func(*alerting.Notification){
			func(*alerting.Notification) {},
			func(n *alerting.Notification) { n.Status, n.Incident.ResolvedAt = alerting.StatusResolved, n.DecidedAt },
			func(n *alerting.Notification) { n.Facts = nil },
			func(n *alerting.Notification) { n.Reason = "late: decided " + n.Reason },
		} {
			n := notifytest.Hostile(text)
			change(&n)
			checkSafe(t, build(n))
			if got := allowedMarkup.ReplaceAllString(reply(n), ""); strings.ContainsAny(got, "<>") {
				t.Errorf("foreign markup in the reply %q", got)
			}
		}
	}
}

func TestLinksLeadOnlyWhereTheyMay(t *testing.T) {
	for raw, want := range map[string]string{
		"https://example.com/a?b=c&d=e":   "<https://example.com/a?b=c&amp;d=e|Runbook>",
		"http://example.com":              "<http://example.com|Runbook>",
		"https://example.com/a|b":         "<https://example.com/a%7Cb|Runbook>",
		"javascript:alert(1)":             "",
		"data:text/html,x":                "",
		"//example.com":                   "",
		"runbooks/a.md":                   "",
		"https://u:p@example.com/":        "",
		"ftp://example.com":               "",
		"https://example.com/\u202e\x00a": "",
	} {
		if got := anchor(raw, "Runbook"); got != want {
			t.Errorf("anchor(%q) = %q, want %q", raw, got, want)
		}
	}
}

// TestAnEventIsNamedOnce puts the name of an event before its text, where the text does
// not say it.
func TestAnEventIsNamedOnce(t *testing.T) {
	for _, tc := range [][3]string{
		{alerting.EventMuted, "latency is held back by silence s1", "Latency is held back by silence s1"},
		{alerting.EventUnmuted, "latency is no longer held back by silence s1", "Latency is no longer held back by silence s1"},
		{alerting.EventUnmuted, "the deploy is over", "No longer held back: the deploy is over"},
		{alerting.EventCause, "it burns because of stock", "Cause: it burns because of stock"},
		{alerting.EventResolved, "burn rate 0.4 over 5m", "Over: burn rate 0.4 over 5m"},
		{alerting.EventAcked, "acknowledged", "Acknowledged"},
		{alerting.EventAcked, "", "Acknowledged"},
		{"unheard of", "something", "Something"},
	} {
		if got := labelled(tc[0], tc[1]); got != tc[2] {
			t.Errorf("%s: %q, want %q", tc[0], got, tc[2])
		}
	}
}

func TestManySLOsAreCountedNotShown(t *testing.T) {
	n := notifytest.Page()
	for range 40 {
		n.Facts = append(n.Facts, n.Facts[0])
	}
	for i := range 40 {
		n.Folded = append(n.Folded, alerting.Event{At: n.DecidedAt, Kind: "alert", Text: fmt.Sprint("change ", i)})
	}
	msg := build(n)
	checkSafe(t, msg)
	got := read(msg)
	for _, want := range []string{"+37 more SLOs", "+41 more SLOs.", "35 earlier changes", "Change 39"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

func TestALabelThatErrorsDoNotHaveIsNone(t *testing.T) {
	n := notifytest.Page()
	n.Facts[0].Errors = []slo.ClassCount{{Labels: map[string]string{"code": "", "gateway": "acme"}, Bad: 9}}
	if got := read(build(n)); !strings.Contains(got, "`no code, gateway=acme` 100%") {
		t.Errorf("got:\n%s", got)
	}
}

func FuzzMessagesAreSafe(f *testing.F) {
	f.Add("checkout", false)
	f.Add("<!channel>&\u202e", true)
	f.Fuzz(func(t *testing.T, text string, resolved bool) {
		n := notifytest.Hostile(text)
		if resolved {
			n.Status = alerting.StatusResolved
		}
		checkSafe(t, build(n))
	})
}

func TestOnlyTheConfigurationMentionsAnybody(t *testing.T) {
	l := layout{mentions: Mentions{slo.SeverityPage: "<!here>"}}
	for name, tc := range map[string]struct {
		change func(*alerting.Notification)
		want   bool
	}{
		"a new page":                         {func(*alerting.Notification) {}, true},
		"an acknowledgement expired":         {func(n *alerting.Notification) { n.Kind, n.Loud = alerting.EventAckExpired, false }, true},
		"an escalation":                      {func(n *alerting.Notification) { n.Kind, n.Loud = alerting.EventEscalated, false }, true},
		"a quiet change":                     {func(n *alerting.Notification) { n.Kind, n.Loud = alerting.EventAlert, false }, false},
		"a severity nobody is mentioned for": {func(n *alerting.Notification) { n.Incident.Severity = slo.SeverityTicket }, false},
		"it follows another incident":        {func(n *alerting.Notification) { n.Incident.Cause = "inc_41" }, false},
		"the end":                            {func(n *alerting.Notification) { n.Status = alerting.StatusResolved }, false},
	} {
		t.Run(name, func(t *testing.T) {
			n := notifytest.Hostile("<!channel> @here")
			tc.change(&n)
			first, answer, edited := read(l.first(n)), l.answer(n).text, read(l.edited(n))
			if got := strings.Count(first, "<!here>"); got != map[bool]int{true: 2}[tc.want] { // in the text and in the blocks
				t.Errorf("%d mentions in the first message", got)
			}
			if strings.Contains(answer, "<!here>") != tc.want {
				t.Errorf("the thread is told %q", answer)
			}
			if strings.Contains(edited, "<!here>") || strings.Contains(first+answer+edited, "<!channel>") {
				t.Error("an edit, or the text of an alert, mentions somebody")
			}
		})
	}
}

func TestMentionsAreRead(t *testing.T) {
	for text, want := range map[string]string{
		"@here": "<!here>", "<!channel>": "<!channel>", " @everyone  <@U0123ABCD> ": "<!everyone> <@U0123ABCD>", "<!subteam^S0123ABCD>": "<!subteam^S0123ABCD>",
		"@ana": "", "here": "", "<@ana>": "", "<!here|x>": "", "<https://example.com>": "",
	} {
		got, err := ParseMention(text)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("ParseMention(%q) = %q, %v", text, got, err)
		}
	}
}

func TestButtonsAreWhereSomebodyListens(t *testing.T) {
	labels := func(l layout, n alerting.Notification) (out []string) {
		for _, block := range l.first(n).blocks {
			if actions, ok := block.(*slackapi.ActionBlock); ok {
				for _, e := range actions.Elements.ElementSet {
					out = append(out, e.(*slackapi.ButtonBlockElement).Text.Text)
				}
			}
		}
		return out
	}
	acked, bare := notifytest.Page(), notifytest.Page()
	acked.Incident.State, bare.ExternalURL = alerting.IncidentAcked, ""
	ackedBare := acked
	ackedBare.ExternalURL = ""
	for name, tc := range map[string]struct {
		l    layout
		n    alerting.Notification
		want []string
	}{
		"a page":          {layout{buttons: true, silences: true}, notifytest.Page(), []string{"Acknowledge", "Silence 1h", "Open"}},
		"acknowledged":    {layout{buttons: true, silences: true}, acked, []string{"Silence 1h", "Open"}},
		"no external URL": {layout{buttons: true, silences: true}, bare, []string{"Acknowledge", "Silence 1h"}},
		"over":            {layout{buttons: true, silences: true}, notifytest.Resolved(), nil},
		"nobody silences": {layout{buttons: true}, notifytest.Page(), []string{"Acknowledge", "Open"}},
		"nothing is left": {layout{buttons: true}, ackedBare, nil},
		"nobody listens":  {layout{}, notifytest.Page(), nil},
	} {
		if diff := cmp.Diff(tc.want, labels(tc.l, tc.n)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

// template parses words of a receiver.
func template(t *testing.T, text string) *wording.Template {
	t.Helper()
	parsed, err := wording.NewSet().Parse("text", text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

func TestWordsTakeThePlaceOfTheBuiltInOnes(t *testing.T) {
	l := layout{
		mentions: Mentions{slo.SeverityPage: "<!here>"}, buttons: true, silences: true,
		words: wording.Overrides{Title: template(t, "{{upper .Severity}} <{{.Function}}>"), Text: template(t, "*{{.Owner}}*, look:\n{{range .SLOs}}• {{.Burning}}\n{{end}}<{{.IncidentURL}}|the incident>")},
	}
	want := `lock screen: PAGE <charge-card> since 03:14 UTC: *team-checkout*, look: <!here>

# PAGE <charge-card>

*team-checkout*, look:
• burning 20× (1h) / 35× (5m), 247 of 12,345 calls failed in 1h
• burning 6.4× (6h) / 7.2× (30m), 4,410 of 68,900 calls were too slow in 6h, p99 1.84s
<https://slo.example.com/incidents/inc_42|the incident>

<!here>

[Acknowledge] slofuse_ack inc_42 
[Silence 1h] slofuse_silence_1h inc_42 
[Open] slofuse_open inc_42 https://slo.example.com/incidents/inc_42
`
	if diff := cmp.Diff(want, read(l.first(notifytest.Page()))); diff != "" {
		t.Error(diff)
	}
	hostile := read(l.first(notifytest.Hostile("<!channel> {{.Title}}")))
	if strings.Contains(hostile, "<!channel>") || !strings.Contains(hostile, "&lt;!channel&gt; {{.Title}}") {
		t.Errorf("a label is read as markup or as a template:\n%s", hostile)
	}
}

func TestATemplateThatFailsHoldsNoPageUp(t *testing.T) {
	n := notifytest.Page()
	failed := ""
	l := layout{words: wording.Overrides{
		Text: template(t, "{{index .Affected 3}}"), Failed: func(which string, err error) { failed = which },
	}}
	got, builtIn := read(l.first(n)), read(build(n))
	if failed != "text" || !strings.HasPrefix(got, builtIn) || !strings.Contains(got, "(small) template failed: text: text:1:2:") {
		t.Errorf("failed %q, sent:\n%s", failed, got)
	}
}

func TestATestSaysSoWhateverTheWordsAre(t *testing.T) {
	firing, resolved := sample.Trial(alerting.Destination{Receiver: "on-call", Name: "on-call/slack/#slo"}, slo.SeverityPage, notifytest.DecidedAt())
	for _, l := range []layout{{}, {words: wording.Overrides{Title: template(t, "all is lost")}}} {
		for _, n := range []alerting.Notification{firing, resolved} {
			msg := l.first(n)
			if got := read(msg); !strings.HasPrefix(msg.text, "TEST · ") || !strings.Contains(got, "# ") || !strings.Contains(got[strings.Index(got, "# "):], "TEST · ") {
				t.Errorf("no mark in:\n%s", got)
			}
		}
	}
}

func TestLongWordsAreCutToWhatSlackTakes(t *testing.T) {
	l := layout{words: wording.Overrides{Title: template(t, `{{printf "%0500d" 1}}`), Text: template(t, `{{range 60}}{{printf "%01000d" 1}} &amp;{{"\n"}}{{end}}`)}}
	checkSafe(t, l.first(notifytest.Page()))
}
