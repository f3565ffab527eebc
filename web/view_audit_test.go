package web_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/web/auth"
)

var tag = regexp.MustCompile(`<[^>]*>`)

// withoutTags is what is read of a piece of a page.
func withoutTags(html string) string {
	text := tag.ReplaceAllString(html, " ")
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), " ,", ",")
}

// TestTheAuditIsReadByPeople: forms and objects are taken apart, a name that was typed
// says that nobody checked it, and what is neither stays as it came.
func TestTheAuditIsReadByPeople(t *testing.T) {
	for name, c := range map[string]struct {
		entry audit.Entry
		want  string // of who and detail, as they are read
	}{
		"a form": {
			audit.Entry{Detail: "matchers=service%3D%22notify%22&for=1h&comment=&reason=3am%3A+mail+provider&by=Ana", Outcome: audit.Done},
			`Ana as they say, without a token operator, open, 127.0.0.1|matchers service="notify" for 1h reason 3am: mail provider`,
		},
		"an object, with a token": {
			audit.Entry{Actor: "oncall", Detail: `{"reason":"known","by":"Ana","matchers":["a=\"b\""],"force":true,"ends_at":null}`, Outcome: audit.Done},
			`oncall “Ana” operator, open, 127.0.0.1|force true matchers ["a=\"b\""] reason known`,
		},
		"an author is who it was":    {audit.Entry{Detail: `{"author":"Noa"}`, Outcome: audit.Done}, `Noa as they say, without a token operator, open, 127.0.0.1|`},
		"a form that was cut off":    {audit.Entry{Detail: "reason=50%2", Outcome: audit.Done}, `no token operator, open, 127.0.0.1|reason=50%2`},
		"an object that was cut off": {audit.Entry{Detail: `{"by":"Ana","re`, Outcome: audit.Done}, `no token operator, open, 127.0.0.1|{"by":"Ana","re`},
		"a refusal is a sentence":    {audit.Entry{Detail: "by=nobody", Outcome: audit.Refused}, `no token operator, open, 127.0.0.1|by=nobody`},
		"nothing was sent":           {audit.Entry{Outcome: audit.Done}, `no token operator, open, 127.0.0.1|`},
		"hostile":                    {audit.Entry{Detail: "by=%3Cscript%3E&x%3Cb%3E=%1b%5D", Outcome: audit.Done}, "&lt;script&gt; as they say, without a token operator, open, 127.0.0.1|x&lt;b&gt; ]"},
	} {
		t.Run(name, func(t *testing.T) {
			server, d := auditedServer(t, newFleet())
			c.entry.At, c.entry.Role, c.entry.Via, c.entry.Remote, c.entry.Action = noon, "operator", "open", "127.0.0.1", "POST /silences"
			d.Record(context.Background(), c.entry)
			page := as(server, secrets[auth.Operator], http.MethodGet, "/audit", "").Body.String()
			row := element(t, page[strings.Index(page, "<tbody>"):], "<tr>", "</tr>")
			cells := strings.Split(row, "</td>")
			got := withoutTags(cells[1]) + "|" + withoutTags(cells[4])
			if got = strings.NewReplacer("&#34;", `"`, "&#43;", "+").Replace(got); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if at := withoutTags(cells[0]); !strings.Contains(at, "2026-03-01 12:00:00 UTC") || strings.Contains(cells[0], "<time") {
				t.Errorf("the time is %s", cells[0])
			}
		})
	}
}

func TestTheAuditFindsWhoSaidTheirName(t *testing.T) {
	server, d := auditedServer(t, newFleet())
	d.Record(context.Background(), audit.Entry{At: noon, Action: "POST /silences", Outcome: audit.Done, Detail: "reason=x&by=Ana"})
	for who, want := range map[string]bool{"ana": true, "ben": false} {
		if got := strings.Contains(as(server, secrets[auth.Operator], http.MethodGet, "/audit?who="+who, "").Body.String(), "POST /silences"); got != want {
			t.Errorf("%s: found %v", who, got)
		}
	}
}

// TestAddressesThatWereCutShortLeadOn takes the ends off the addresses of pages.
func TestAddressesThatWereCutShortLeadOn(t *testing.T) {
	server := newFleet().server(t)
	for path, want := range map[string]string{
		"/slos/checkout":                          "/slos?service=checkout",
		"/slos/a%26b%2F%2Fevil.example.net":       "/slos?service=a%26b%2F%2Fevil.example.net",
		"/slos/checkout/charge-card":              "/functions/checkout/charge-card",
		"/slos/checkout/GET%20%2Fcart%2F%7Bid%7D": "/functions/checkout/GET%20%2Fcart%2F%7Bid%7D",
		"/functions":                              "/slos",
		"/functions/checkout":                     "/slos?service=checkout",
		"/slos/%2F%2Fevil.example.net/%2F":        "/functions/%2F%2Fevil.example.net/%2F",
	} {
		if w := get(t, server, path); w.Code != http.StatusSeeOther || w.Header().Get("Location") != want {
			t.Errorf("%s: status %d to %q, want %q", path, w.Code, w.Header().Get("Location"), want)
		}
	}
	page := open(server, "/functions/no/such", nil).Body.String()
	if !strings.Contains(page, "<title>Not Found: there is no function no/such with an SLO") || !strings.Contains(page, `class="button" href="/"`) || strings.Contains(page, "Did you mean") {
		t.Errorf("what is not there: %s", page)
	}
}
