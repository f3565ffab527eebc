package sink

import (
	"bytes"
	"embed"
	"encoding/json"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/notify/pagerduty/pagerdutytest"
)

//go:embed page.html
var pageFile embed.FS

// pageTemplate is parsed once; it is embedded, so it cannot fail at run time
// only.
var pageTemplate = template.Must(template.New("page.html").Funcs(template.FuncMap{
	"clock":  func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") },
	"mrkdwn": parseMrkdwn,
	"scope": func(of any, blocks []block, listens bool, ask string) map[string]any {
		return map[string]any{"Of": of, "Blocks": blocks, "Listens": listens, "Ask": ask}
	},
}).ParseFS(pageFile, "page.html"))

// entry is one thing on the page, newest first.
type entry struct {
	At      time.Time
	Message *shown
	Webhook *hook
	Alert   *alert
}

// shown is a message as the page shows it.
type shown struct {
	Message
	Now     version
	Earlier []version // newest first
	Replies []shown   // oldest first
}

// version is a version with its blocks read.
type version struct {
	At     time.Time
	Blocks []block
}

// hook is a webhook as the page shows it.
type hook struct {
	Request
	Summary   string // what it says in a line; empty when that is not known
	Pretty    string
	Signature map[string]string // headers that sign or name the event
}

func (v Version) show() version {
	blocks := slices.Concat(parseBlocks(v.Blocks), parseAttachments(v.Attachments))
	if len(blocks) == 0 || len(v.Blocks) == 0 && v.Text != "" { // Slack shows the text only where there are no blocks
		blocks = append([]block{{Kind: "section", Text: parseMrkdwn(v.Text)}}, blocks...)
	}
	return version{At: v.At, Blocks: blocks}
}

func show(m Message) shown {
	s := shown{Message: m}
	for i, v := range slices.Backward(m.Versions) {
		if i == len(m.Versions)-1 {
			s.Now = v.show()
		} else {
			s.Earlier = append(s.Earlier, v.show())
		}
	}
	return s
}

// entries arranges messages with their replies, and webhooks, newest first. A
// message is as new as the last thing that happened to it.
func entries(messages []Message, requests []Request, alerts []pagerdutytest.Alert) []entry {
	var all []entry
	threads := map[string]*entry{}
	for _, m := range messages {
		top := show(m)
		if parent := threads[m.ThreadTS]; parent != nil {
			parent.Message.Replies = append(parent.Message.Replies, top)
			parent.At = latest(parent.At, top.Now.At)
			continue
		}
		threads[m.TS] = &entry{At: top.Now.At, Message: &top}
	}
	for _, e := range threads {
		all = append(all, *e)
	}
	for _, r := range requests {
		if strings.HasPrefix(r.Path, WebhookPath) {
			all = append(all, entry{At: r.At, Webhook: newHook(r)})
		}
	}
	for _, a := range alerts {
		all = append(all, entry{At: a.Events[len(a.Events)-1].At, Alert: &alert{Alert: a}})
	}
	slices.SortFunc(all, func(a, b entry) int { return b.At.Compare(a.At) })
	return all
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func newHook(r Request) *hook {
	h := &hook{Request: r, Pretty: r.Body, Signature: map[string]string{}}
	var pretty bytes.Buffer
	h.Summary = summarize(r.Body)
	if json.Indent(&pretty, []byte(r.Body), "", "  ") == nil {
		h.Pretty = pretty.String()
	}
	for name, values := range r.Header {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "webhook-") || strings.Contains(lower, "signature") || lower == "idempotency-key" {
			h.Signature[lower] = strings.Join(values, ", ")
		}
	}
	return h
}

// summarize reads what a webhook says from the fields of Alertmanager's body.
func summarize(body string) string {
	var said struct {
		Status   string `json:"status"`
		Incident struct {
			Service, Function, Severity, State, Reason string
		} `json:"incident"`
	}
	if json.Unmarshal([]byte(body), &said) != nil || said.Status == "" || said.Incident.Function == "" {
		return ""
	}
	i := said.Incident
	return strings.ToUpper(said.Status) + " " + i.Severity + " " + i.Service + "/" + i.Function + " (" + i.State + "): " + i.Reason
}

// The parts that the page can be narrowed to.
var parts = []struct{ Name, Label string }{{"", "Everything"}, {"slack", "Slack"}, {"pagerduty", "PagerDuty"}, {"webhook", "Webhooks"}}

// part is which of them an entry belongs to.
func (e entry) part() string {
	switch {
	case e.Message != nil:
		return "slack"
	case e.Alert != nil:
		return "pagerduty"
	}
	return "webhook"
}

// page shows everything that is kept, or one part of it.
func (s *Sink) page(w http.ResponseWriter, r *http.Request) {
	show := r.URL.Query().Get("show")
	all := entries(s.Messages(), s.Requests(), bounded(s.pagerDuty.Process(), s.config.Keep))
	if show != "" {
		all = slices.DeleteFunc(all, func(e entry) bool { return e.part() != show })
	}
	data := map[string]any{
		"Title": s.config.Title, "Links": s.config.Links, "Now": s.config.Now(), "Parts": parts, "Show": show,
		"Entries": all, "Listens": s.config.Interactions != "",
		"Ask": r.URL.Query().Get("ask"), // the message and the button that ask back
	}
	var out bytes.Buffer
	if err := pageTemplate.Execute(&out, data); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(out.Bytes()) // a client that hung up needs no page
}

// list is the JSON of all that is kept, oldest first.
func (s *Sink) list(w http.ResponseWriter, _ *http.Request) {
	body := struct {
		Messages []Message             `json:"messages"`
		Requests []Request             `json:"requests"`
		Alerts   []pagerdutytest.Alert `json:"alerts"`
	}{s.Messages(), append([]Request{}, s.Requests()...), bounded(append([]pagerdutytest.Alert{}, s.pagerDuty.Process()...), s.config.Keep)}
	text, err := json.Marshal(body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(text) // as above
}
