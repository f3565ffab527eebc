package postmortem_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/postmortem"
)

var update = flag.Bool("update", false, "write the golden files anew")

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func minutes(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

// full is a page at noon of which everything is known.
func full() postmortem.Report {
	id := slo.ID{Service: "checkout", Function: "charge-card", Name: "availability"}
	whole := slo.Impact{From: minutes(-14), To: minutes(32), Total: 54000, Bad: 2700, Noun: "calls", Share: new(0.05), Spent: new(0.25), Lost: new(10*time.Minute + 48*time.Second)}
	return postmortem.Report{
		Incident: alerting.Incident{
			ID: "inc-1", State: alerting.IncidentResolved, Severity: slo.SeverityPage, Service: "checkout", Function: "charge-card", Owner: "team-checkout",
			Fingerprint: map[string]string{"code": "503"}, Kinds: []map[string]string{{"code": "503", "gateway": "acme-pay"}, {"code": "500"}},
			OpenedAt: noon, ResolvedAt: minutes(40),
			Affected: []alerting.Affected{{Service: "checkout", Function: "create-order"}},
			Deploy:   &alerting.Deploy{ID: "run-8123", Service: "checkout", Version: "v42", URL: "https://ci.example.com/runs/8123", By: "ci", StartsAt: minutes(-16), EndsAt: minutes(14), Status: "rolled_back"},
			Timeline: []alerting.Event{
				{At: noon, Kind: alerting.EventOpened, Text: "availability: burn rate 20.1 over 1h and 31 over 5m, both at or over 14.4"},
				{At: noon.Add(time.Second), Kind: alerting.EventNotified, Text: "slack #slo: availability: burn rate 20.1 over 1h and 31 over 5m, both at or over 14.4"},
				{At: noon.Add(2 * time.Second), Kind: alerting.EventNotified, Text: "pager: availability: burn rate 20.1 over 1h and 31 over 5m, both at or over 14.4"},
				{At: minutes(17), Kind: alerting.EventEscalated, Text: "nobody has acknowledged it"},
				{At: minutes(18), Kind: alerting.EventAcked, By: "mia", Text: "looking"},
				{At: minutes(19), Kind: alerting.EventNotified, Text: "slack #slo: acknowledged by mia: looking"},
				{At: minutes(39), Kind: alerting.EventNotified, Text: "slack #slo: it goes on"},
				{At: minutes(40), Kind: alerting.EventResolved, Text: "below 14.4 for 5m"},
			},
			Deliveries: []alerting.Delivery{
				{Destination: "slack #slo", State: alerting.DeliverySent, Attempts: 1, DecidedAt: noon, SentAt: noon.Add(time.Second)},
				{Destination: "pager", State: alerting.DeliverySent, Attempts: 1, DecidedAt: noon, SentAt: noon.Add(2 * time.Second)},
				{Destination: "webhook hooks.example.com", State: alerting.DeliveryUndeliverable, Attempts: 7, DecidedAt: noon, LastError: "404 Not Found"},
			},
		},
		Written: minutes(90), URL: "https://slo.example.com/incidents/inc-1",
		FirstError: minutes(-14), LastError: minutes(32), Looked: minutes(-60),
		Losses:  []postmortem.Loss{{ID: id, Objective: "99.9%", Window: "30d", Description: "charges that the caller gets an answer to", Impact: whole, Known: true}},
		Changes: []postmortem.Change{{At: minutes(-16), Text: "deploy v42 of checkout", By: "ci"}, {At: minutes(-300), Text: "objective 99% → 99.9% of charge-card availability"}},
		After:   []postmortem.Change{{At: minutes(30), Text: "settings changed: receiver pager", By: "mia"}},
		Called:  map[string]string{"slack #slo": "Slack #slo", "pager": "PagerDuty of on-call"},
		Runbook: "runbooks/charge-card.md", DependsOn: []string{"fraud/score-order"},
	}
}

// bare is an incident of which next to nothing is known, while it goes on.
func bare() postmortem.Report {
	return postmortem.Report{
		Incident: alerting.Incident{ID: "inc-2", State: alerting.IncidentOpen, Severity: slo.SeverityTicket, Service: "media", Function: "upload", OpenedAt: noon},
		Written:  minutes(5), Looked: minutes(-360),
		Losses: []postmortem.Loss{{ID: slo.ID{Service: "media", Function: "upload", Name: "gone"}}},
	}
}

// source is about a backend.
func source() postmortem.Report {
	return postmortem.Report{
		Incident: alerting.Incident{
			ID: "inc-3", State: alerting.IncidentAcked, Severity: slo.SeverityPage, Service: "slofuse", Function: "backend/main", OpenedAt: noon, AckedAt: minutes(2), AckedBy: "lin",
			Deliveries: []alerting.Delivery{{Destination: "slack #platform", State: alerting.DeliveryOwed, DecidedAt: noon, Attempts: 2}},
		},
		Written: minutes(5), Source: true, Zone: time.FixedZone("CET", 3600),
	}
}

func TestMarkdown(t *testing.T) {
	for name, r := range map[string]postmortem.Report{"full": full(), "bare": bare(), "source": source()} {
		file := filepath.Join("testdata", name+".md")
		got := r.Markdown()
		if *update {
			if err := os.WriteFile(file, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// hostile are texts that are markup in Markdown, or end what they stand in.
var hostile = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "![x](https://evil.example.net/x.png)", "[x](javascript:alert(1))", "# head", "- item", "+ item", "1. item", "2) item",
	"a | b | c", "a\n\n# head\n\n- x", "a\r\n| x | y |", "`code`", "```\ncode", "**bold**", "__bold__", "~~gone~~", "> quote", "---", "===", "&lt;b&gt;", "\\", "a\\", "\\|", "<https://evil.example.net>",
	"https://evil.example.net", "www.evil.example.net", "a@evil.example.net", "[x]: https://evil.example.net", "- [x] done", "{#id}", "$x$", "\u202eevil", "\u0000", "<!--", "-->", "]]>", "x\u2028# y", strings.Repeat("A", 5000),
}

// everywhere puts a text wherever text comes from outside.
func everywhere(x string) postmortem.Report {
	r := full()
	r.ID, r.Service, r.Function, r.Owner, r.Runbook = x, x, x, x, "runbooks/"+x // an address would be a link
	r.Fingerprint, r.Kinds = map[string]string{x: x}, []map[string]string{{x: x}}
	r.Cause, r.ResolvedBy = x, x
	r.Affected[0].Service, r.Affected[0].Function = x, x
	r.Deploy = &alerting.Deploy{ID: x, Service: x, Version: x, By: x, Status: x, StartsAt: minutes(-16), EndsAt: minutes(14)}
	r.Timeline = append(r.Timeline[:2:2], alerting.Event{At: noon, Kind: x, By: x, Text: x}, alerting.Event{At: noon, Kind: alerting.EventAcked, By: x, Text: x})
	r.Deliveries = []alerting.Delivery{{Destination: x, State: alerting.DeliveryUndeliverable, LastError: x}, {Destination: x, State: x}}
	l := &r.Losses[0]
	l.ID, l.Objective, l.Window, l.Description, l.Reason, l.Noun = slo.ID{Service: x, Function: x, Name: x}, x, x, x, x, "calls"
	r.Changes = []postmortem.Change{{At: noon, Text: x, By: x}}
	r.After, r.Called = r.Changes, map[string]string{x: x}
	return r
}

// shape is what a document is made of, without its texts.
func shape(t *testing.T, source []byte) string {
	t.Helper()
	parser := goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()
	var out bytes.Buffer
	walk := func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if n.Kind() != ast.KindText && n.Kind() != ast.KindString {
			out.WriteString(map[bool]string{true: "(" + n.Kind().String(), false: ")"}[entering])
		}
		return ast.WalkContinue, nil
	}
	if err := ast.Walk(parser.Parse(text.NewReader(source)), walk); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestMarkdown_keeps_its_shape_whatever_a_text_is(t *testing.T) {
	want := shape(t, everywhere("harmless").Markdown())
	for _, x := range hostile {
		document := everywhere(x).Markdown()
		if got := shape(t, document); got != want {
			t.Errorf("%.40q makes another document:\n%s", x, document)
		}
		if bytes.ContainsAny(document, "\x00\u202e\u2028\r") || len(document) > 60_000 {
			t.Errorf("%.40q: %d bytes, or with characters nobody sees", x, len(document))
		}
	}
}

func TestMarkdown_links_only_to_the_web(t *testing.T) {
	for address, want := range map[string]string{
		"https://ci.example.com/a(b)?x=<y>|z": "[v42](https://ci.example.com/a%28b%29?x=%3Cy%3E%7Cz), 2026",
		"http://ci.example.com":               "[v42](http://ci.example.com), 2026",
		"javascript:alert(1)":                 ":** v42, 2026", "//ci.example.com": ":** v42, 2026", "mailto:a@b": ":** v42, 2026", "": ":** v42, 2026",
	} {
		r := full()
		r.Deploy.URL, r.Runbook = address, address
		if document := string(r.Markdown()); !strings.Contains(document, want) {
			t.Errorf("%q: no %q in\n%s", address, want, document)
		}
	}
}

func TestTheTimelineIsBounded(t *testing.T) {
	r := full()
	for range 2000 {
		r.Timeline = append(r.Timeline, alerting.Event{At: noon, Kind: alerting.EventStillBurning})
	}
	if document := string(r.Markdown()); strings.Count(document, "still burning") > 500 || !strings.Contains(document, "1,508 later events are not listed") {
		t.Error("it is not, or does not say so")
	}
}
