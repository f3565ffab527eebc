package wording

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/sample"
)

func parsed(t *testing.T, files map[string]string, text string) *Template {
	t.Helper()
	set := NewSet()
	for name, content := range files {
		if err := set.Add(name, content); err != nil {
			t.Fatal(err)
		}
	}
	tmpl, err := set.Parse("text", text)
	if err != nil {
		t.Fatal(err)
	}
	return tmpl
}

func page() Data { return NewData(notifytest.Page(), Plain) }

func TestATemplateSeesTheNotification(t *testing.T) {
	affected, _ := sample.Of(alerting.EventAffected)
	for text, want := range map[string]string{
		`{{.Title}} ({{.Status}} {{.Kind}})`:                                    "PAGE · checkout/charge-card (firing opened)",
		`{{.Owner}} since {{.OpenedAt.Format "15:04"}}`:                         "team-checkout since 03:14",
		`{{range .SLOs}}{{.Subject}}: {{.Budget}}; {{end}}`:                     "availability 99.9% over 30d: 42% left, gone in 6h 20m at the pace of the last 5 minutes; latency 99% over 30d: overspent by 20%; ",
		`{{with index .SLOs 0}}{{join ", " .Errors}} {{.Links.runbook}}{{end}}`: "code=503 83%, code=500, gateway=acme 17% https://runbooks.example.com/charge-card",
		`{{.Labels.tier}}{{.Labels.nothing}}`:                                   "critical",
		`{{default "nobody" .AckedBy}}`:                                         "nobody",
		`{{upper .Severity}} {{printf "%03d" (len .SLOs)}}`:                     "PAGE 002",
		`{{with .Deploy}}{{.Version}}{{end}}`:                                   "",
		`{{template "greet" .}}`:                                                "hello checkout",
	} {
		got, err := parsed(t, map[string]string{"a.tmpl": `{{define "greet"}}hello {{.Service}}{{end}}`}, text).Render(page())
		if err != nil || got != want {
			t.Errorf("%s = %q, %v, want %q", text, got, err, want)
		}
	}
	got, err := parsed(t, nil, `{{range .Affected}}{{.Service}}/{{.Function}} {{end}}{{.Deploy.Version}} by {{.Deploy.By}}`).Render(NewData(affected, Plain))
	if err != nil || got != "shop/checkout-page billing/send-invoice v2.41.0 by ci" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWhatIsWrongIsNamedWithItsPlace(t *testing.T) {
	for text, want := range map[string]string{
		"a\n{{.Titel}}":            "text:2:2: executing \"text\" at <.Titel>: can't evaluate field Titel",
		"{{template \"other\" .}}": "text:1:11: executing \"text\" at <{{template \"other\" .}}>: template \"other\" not defined",
		"{{index .SLOs 7}}":        "index out of range",
		"{{env \"HOME\"}}":         "text:1: function \"env\" not defined",
		"{{if}}":                   "text:1: missing value for if",
		"{{html .Title}}":          "not available here",
		"{{call .Title}}":          "not available here",
		"{{.OpenedAt.Format 1}}":   "text:1:19: executing",
	} {
		tmpl, err := NewSet().Parse("text", text)
		if err == nil {
			_, err = tmpl.Render(page())
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if err := NewSet().Add("shop.tmpl", "{{define \"a\"}}\n\n{{end"); err == nil || !strings.HasPrefix(err.Error(), "shop.tmpl:3: ") {
		t.Errorf("Add() = %v", err)
	}
}

func TestNoTemplateTakesForever(t *testing.T) {
	for name, text := range map[string]string{
		"it writes too much":           `{{range 100}}{{printf "%01000d" 1}}{{end}}`,
		"one text is too large":        `{{printf "%0999999d" 1}}`,
		"a text doubles":               `{{$x := "xxxxxxxx"}}{{range 40}}{{$x = print $x $x}}{{end}}`,
		"it loops":                     `{{range 1000000000}}{{end}}`,
		"it loops in loops":            `{{range 1000}}{{range 1000}}{{if true}}{{range 1000}}{{end}}{{end}}{{end}}{{end}}`,
		"it calls itself":              `{{define "a"}}{{template "a" .}}{{end}}{{template "a" .}}`,
		"it calls itself twice":        `{{define "a"}}{{template "a" .}}{{template "a" .}}{{end}}{{template "a" .}}`,
		"it calls itself from an else": `{{define "a"}}{{range $x := ""}}{{else}}{{template "a" .}}{{template "a" .}}{{end}}{{end}}{{template "a" .}}`,
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			tmpl, err := NewSet().Parse("text", text)
			if err == nil {
				_, err = tmpl.Render(page())
			}
			if err == nil {
				t.Error("no error")
			}
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func TestTextsOfOneSetDoNotDisturbEachOther(t *testing.T) {
	set := NewSet()
	if err := set.Add("a.tmpl", `{{define "loop"}}{{range 4000}}{{end}}done{{end}}`); err != nil {
		t.Fatal(err)
	}
	for range 5 { // each counts steps of its own
		tmpl, err := set.Parse("text", `{{template "loop"}}`)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := tmpl.Render(page()); got != "done" || err != nil {
			t.Fatalf("%q, %v", got, err)
		}
	}
}

func TestWhatFailsIsLeftToTheBuiltInWords(t *testing.T) {
	good, bad := parsed(t, nil, " {{.Service}} "), parsed(t, nil, `{{index .SLOs 7}}`)
	var failed []string
	o := Overrides{Title: good, Text: bad, Failed: func(which string, _ error) { failed = append(failed, which) }}
	got := o.Render(notifytest.Page(), Plain)
	if got.Title != "checkout" || got.Text != "" || !strings.HasPrefix(got.Note, "template failed: text: text:1:2:") {
		t.Errorf("words = %+v", got)
	}
	if diff := cmp.Diff([]string{"text"}, failed); diff != "" {
		t.Error(diff)
	}
	if got := (Overrides{}).Render(notifytest.Page(), Plain); got != (Words{}) {
		t.Errorf("without overrides: %+v", got)
	}
}

func TestDataIsEscapedAndNeverATemplate(t *testing.T) {
	angle := func(s string) string { return strings.ReplaceAll(Plain(s), "<", "[") }
	n := notifytest.Hostile("<{{.Title}}>")
	n.Incident.Deploy = &alerting.Deploy{Version: "<v>", URL: "javascript:alert(1)", By: "<b>"}
	n.Incident.Affected = []alerting.Affected{{Service: "<s>", Function: "<f>", Owner: "<o>"}}
	all := `{{.Title}}{{.Kind}}{{.Reason}}{{.Receiver}}{{.Service}}{{.Function}}{{.Owner}}{{.Labels}}{{.IncidentID}}{{.IncidentURL}}{{.AckedBy}}{{.AckComment}}
{{range .SLOs}}{{.}}{{end}}{{range .Affected}}{{.}}{{end}}{{.Deploy.Version}}{{.Deploy.URL}}{{.Deploy.By}}{{.Deploy.Status}}`
	got, err := parsed(t, nil, all).Render(NewData(n, angle))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(got, "<") || strings.Contains(got, "javascript") || !strings.Contains(got, "[{{.Title}}>") {
		t.Errorf("got %s", got)
	}
}

func FuzzTemplates(f *testing.F) {
	f.Add(`{{range .SLOs}}{{.Name}}{{end}}`)
	f.Add(`{{define "a"}}{{template "a"}}{{end}}{{template "a"}}`)
	f.Fuzz(func(t *testing.T, text string) {
		tmpl, err := NewSet().Parse("text", text)
		if err != nil {
			return
		}
		if out, _ := tmpl.Render(page()); len(out) > MaxOutput {
			t.Errorf("%d bytes", len(out))
		}
	})
}
