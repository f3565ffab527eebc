package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/sample"
	"github.com/slofuse/slofuse/examples/fleet/sink"
	"github.com/slofuse/slofuse/slo"
)

func newBot(t *testing.T, url string, client *http.Client) *Notifier {
	t.Helper()
	n, err := New(Config{Token: notify.SecretText("xoxb-canary"), Channel: "#slo", APIURL: url, Client: client})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func newIncoming(t *testing.T, url string, client *http.Client) *Notifier {
	t.Helper()
	n, err := New(Config{WebhookURL: notify.SecretText(url + "/services/T0/canary"), Client: client})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestContractOfTheBot(t *testing.T) {
	notifytest.Suite{
		New:         func(t *testing.T, url string, client *http.Client) notify.Notifier { return newBot(t, url, client) },
		Accept:      answer(`{"ok":true,"channel":"C1","ts":"1.2"}`),
		ReadsAnswer: true,
		Secrets:     []string{"xoxb", "canary"},
	}.Run(t)
}

func TestContractOfTheIncomingWebhook(t *testing.T) {
	notifytest.Suite{
		New: func(t *testing.T, url string, client *http.Client) notify.Notifier {
			return newIncoming(t, url, client)
		},
		Accept:      answer("ok"),
		ReadsAnswer: true,
		Secrets:     []string{"/services", "canary"},
	}.Run(t)
}

func answer(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

// workspace is as much of Slack as the bot can tell from the real one: it knows
// its messages, and refuses what breaks the limits of Block Kit.
type workspace struct {
	t        *testing.T
	mu       sync.Mutex
	messages []*posted
	calls    []string          // "chat.update 1.000001"
	fail     map[string]string // error code by method
	noBlocks bool              // refuses every layout
	// noThreads is how answers in threads are refused; empty takes them.
	noThreads string
}

type posted struct {
	TS, Thread, Text, Blocks string
	Broadcast                bool
}

func (w *workspace) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if err := r.ParseForm(); err != nil {
		w.t.Error(err)
	}
	method := strings.TrimPrefix(r.URL.Path, "/")
	w.calls = append(w.calls, strings.TrimSpace(method+" "+r.Form.Get("ts")))
	ts, code := w.handle(method, r)
	rw.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(rw).Encode(map[string]any{"ok": code == "", "error": code, "channel": "C042", "ts": ts})
}

func (w *workspace) handle(method string, r *http.Request) (ts, code string) {
	form := r.Form
	if form.Get("token") != "xoxb-canary" {
		return "", "invalid_auth"
	}
	if code := w.fail[method]; code != "" {
		return "", code
	}
	if code := w.checkBlocks(form.Get("blocks")); code != "" {
		return "", code
	}
	m := posted{Text: form.Get("text"), Blocks: form.Get("blocks"), Thread: form.Get("thread_ts"), Broadcast: form.Get("reply_broadcast") == "true"}
	switch method {
	case "chat.postMessage":
		if m.Thread != "" && w.noThreads != "" {
			return "", w.noThreads
		}
		m.TS = fmt.Sprintf("1.%06d", len(w.messages)+1)
		w.messages = append(w.messages, &m)
		return m.TS, ""
	case "chat.update":
		for _, old := range w.messages {
			if old.TS == form.Get("ts") && form.Get("channel") == "C042" {
				m.TS = old.TS
				*old = m
				return m.TS, ""
			}
		}
		return "", "message_not_found"
	}
	return "", "unknown_method"
}

func (w *workspace) checkBlocks(raw string) string {
	if raw == "" {
		return ""
	}
	var blocks []struct {
		Type string
		Text struct{ Text string }
	}
	if json.Unmarshal([]byte(raw), &blocks) != nil || len(blocks) > 50 || w.noBlocks {
		return "invalid_blocks"
	}
	for _, b := range blocks {
		limit := map[string]int{"header": 150, "section": 3000}[b.Type]
		if limit > 0 && (b.Text.Text == "" || utf8.RuneCountInString(b.Text.Text) > limit) {
			return "invalid_blocks"
		}
	}
	return ""
}

func open(t *testing.T) (*workspace, *Notifier) {
	t.Helper()
	w := &workspace{t: t, fail: map[string]string{}}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	return w, newBot(t, server.URL, server.Client())
}

func send(t *testing.T, n *Notifier, notification alerting.Notification, ref string) string {
	t.Helper()
	notification.Ref = ref
	ref, err := n.Notify(t.Context(), notification)
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func TestAnIncidentIsOneMessageWithAThread(t *testing.T) {
	w, bot := open(t)
	ref := send(t, bot, notifytest.Ticket(), "")
	if ref != "C042:1.000001" {
		t.Fatalf("ref = %q", ref)
	}
	quiet := ackedRecovery()
	for _, n := range []alerting.Notification{quiet, notifytest.Rise(), notifytest.Resolved()} {
		if got := send(t, bot, n, ref); got != ref {
			t.Errorf("the reference changed to %q", got)
		}
	}
	wantCalls := []string{
		"chat.postMessage",
		"chat.update 1.000001", "chat.postMessage", // each change is a line in the thread
		"chat.update 1.000001", "chat.postMessage",
		"chat.update 1.000001", "chat.postMessage",
	}
	if diff := cmp.Diff(wantCalls, w.calls); diff != "" {
		t.Error(diff)
	}
	if len(w.messages) != 4 {
		t.Fatalf("%d messages, want the incident, the recovery, the rise and the end", len(w.messages))
	}
	if first := w.messages[0]; !strings.Contains(first.Blocks, "RESOLVED") || first.Thread != "" {
		t.Errorf("the message of the incident is %+v, want it brought up to date", first)
	}
	if line := w.messages[1]; line.Thread != "1.000001" || line.Broadcast || line.Text != "Latency: burn rate 0.3 over 30m, below 6 for 30m" {
		t.Errorf("the quiet change is %+v, want a line in the thread only", line)
	}
	if rise := w.messages[2]; rise.Thread != "1.000001" || !rise.Broadcast || !strings.Contains(rise.Text, "Severity rose from ticket to page") {
		t.Errorf("the rise is %+v, want it in the thread and the channel", rise)
	}
	if end := w.messages[3]; end.Thread != "1.000001" || end.Broadcast || !strings.Contains(end.Text, "RESOLVED") {
		t.Errorf("the end is %+v, want it in the thread only", end)
	}
}

func TestAMessageThatIsGoneIsPostedAnew(t *testing.T) {
	for _, ref := range []string{"C042:9.9", "nonsense"} {
		w, bot := open(t)
		if got := send(t, bot, notifytest.Rise(), ref); got != "C042:1.000001" || len(w.messages) != 1 {
			t.Errorf("ref %q became %q with %d messages, want a new one", ref, got, len(w.messages))
		}
	}
	for _, code := range []string{"cant_update_message", "edit_window_closed"} {
		w, bot := open(t)
		ref := send(t, bot, notifytest.Page(), "")
		w.fail["chat.update"] = code
		if got := send(t, bot, notifytest.Rise(), ref); got != "C042:1.000002" {
			t.Errorf("after %s the reference is %q, want a new message", code, got)
		}
	}
}

func TestAFailedReplyFailsTheNotification(t *testing.T) {
	w, bot := open(t)
	ref := send(t, bot, notifytest.Page(), "")
	w.fail["chat.postMessage"] = "internal_error"
	n := notifytest.Rise()
	n.Ref = ref
	if _, err := bot.Notify(t.Context(), n); err == nil {
		t.Error("no error although nobody's phone rang")
	}
}

func TestWhereThereAreNoThreadsAChangeStandsInTheChannel(t *testing.T) {
	for _, code := range []string{"thread_not_found", "cannot_reply_to_message", "restricted_action_non_threadable_channel", "restricted_action_thread_locked"} {
		w, bot := open(t)
		w.noThreads = code
		ref := send(t, bot, notifytest.Ticket(), "")
		if got := send(t, bot, notifytest.Rise(), ref); got != ref || len(w.messages) != 2 || w.messages[1].Thread != "" {
			t.Errorf("%s: %q, %+v, want the rise beside the message", code, got, w.messages)
		}
	}
}

func TestALayoutThatIsRefusedGoesOutAsText(t *testing.T) {
	w, bot := open(t)
	w.noBlocks = true
	send(t, bot, notifytest.Page(), "")
	if len(w.messages) != 1 || w.messages[0].Blocks != "" || !strings.Contains(w.messages[0].Text, "PAGE · checkout/charge-card") {
		t.Errorf("messages = %+v, want one with text only", w.messages)
	}
	var texts []string
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var m struct {
			Text   string
			Blocks []any
		}
		if err := json.NewDecoder(r.Body).Decode(&m); err != nil {
			t.Error(err)
		}
		if len(m.Blocks) > 0 {
			http.Error(rw, "invalid_blocks", http.StatusBadRequest)
			return
		}
		texts = append(texts, m.Text)
		_, _ = io.WriteString(rw, "ok")
	}))
	defer server.Close()
	send(t, newIncoming(t, server.URL, nil), notifytest.Page(), "")
	if len(texts) != 1 || !strings.Contains(texts[0], "PAGE") {
		t.Errorf("texts = %q, want one", texts)
	}
}

// The codes are those of https://docs.slack.dev/reference/methods/chat.postMessage#errors
// and https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors.
func TestErrorsInAnAnswerOf200(t *testing.T) {
	for code, want := range map[string]notify.Kind{
		"ratelimited": notify.KindTemporary, "internal_error": notify.KindAmbiguous, "fatal_error": notify.KindAmbiguous, "a_code_of_tomorrow": notify.KindTemporary,
		"invalid_auth": notify.KindBlocked, "token_revoked": notify.KindBlocked, "missing_scope": notify.KindBlocked,
		"channel_not_found": notify.KindBlocked, "not_in_channel": notify.KindBlocked, "is_archived": notify.KindBlocked,
		"no_service": notify.KindBlocked, "no_text": notify.KindPermanent, "msg_too_long": notify.KindPermanent,
		"invalid_blocks": notify.KindPermanent,
	} {
		t.Run(code, func(t *testing.T) {
			respond := func(body string) *httptest.Server {
				server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Retry-After", "17")
					_, _ = io.WriteString(w, body)
				}))
				t.Cleanup(server.Close)
				return server
			}
			named := fmt.Sprintf(`{"ok":false,"error":%q}`, code)
			for name, n := range map[string]*Notifier{
				"bot": newBot(t, respond(named).URL, nil), "webhook": newIncoming(t, respond(code).URL, nil), "look-alike": newIncoming(t, respond(named).URL, nil),
			} {
				_, err := n.Notify(t.Context(), notifytest.Page())
				if err == nil {
					t.Errorf("%s: no error", name)
					continue
				}
				failure := notify.Classify(err)
				if failure.Kind != want || !strings.Contains(failure.Reason, code) {
					t.Errorf("%s: %q is %s, want %s", name, failure.Reason, failure.Kind, want)
				}
				if asked := failure.RetryAfter == 17*time.Second; asked != (want == notify.KindTemporary || want == notify.KindAmbiguous) {
					t.Errorf("%s: Retry-After is %v", name, failure.RetryAfter)
				}
			}
		})
	}
}

func TestAnswersThatAreNotSlacks(t *testing.T) {
	for body, kinds := range map[string]struct{ bot, incoming notify.Kind }{
		"<html>please log in canary</html>": {notify.KindAmbiguous, notify.KindTemporary},
		`{}`:                                {notify.KindAmbiguous, ""},
		`{"ok":true`:                        {notify.KindAmbiguous, notify.KindTemporary},
		``:                                  {notify.KindAmbiguous, ""},
		`{"success":true}`:                  {notify.KindAmbiguous, ""},
		`{"success":false}`:                 {notify.KindAmbiguous, notify.KindTemporary},
		`{"ok":false,"error":"<b>canary"}`:  {notify.KindTemporary, notify.KindTemporary},
	} {
		t.Run(body, func(t *testing.T) {
			server := httptest.NewServer(answer(body))
			defer server.Close()
			for want, n := range map[*notify.Kind]*Notifier{
				&kinds.bot: newBot(t, server.URL, nil), &kinds.incoming: newIncoming(t, server.URL, nil),
			} {
				_, err := n.Notify(t.Context(), notifytest.Page())
				got := notify.Kind("")
				if err != nil {
					got = notify.Classify(err).Kind
					if strings.Contains(err.Error(), "canary") {
						t.Errorf("the error quotes the answer: %v", err)
					}
				}
				if got != *want {
					t.Errorf("kind = %q, want %q (%v)", got, *want, err)
				}
			}
		})
	}
}

func TestTheTokenIsReadForEachMessage(t *testing.T) {
	w := &workspace{t: t}
	server := httptest.NewServer(w)
	defer server.Close()
	token := "xoxb-old"
	n, err := New(Config{Token: func() (string, error) { return token, nil }, Channel: "#slo", APIURL: server.URL + "/"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.Notify(t.Context(), notifytest.Page()); err == nil || notify.Classify(err).Kind != notify.KindBlocked {
		t.Errorf("Notify() with the old token = %v", err)
	}
	token = "xoxb-canary\n"
	if _, err := n.Notify(t.Context(), notifytest.Page()); err != nil {
		t.Errorf("Notify() with the new token = %v", err)
	}
}

func TestMessagesToAChannelAreSpaced(t *testing.T) {
	server := httptest.NewServer(answer("ok"))
	defer server.Close()
	n, err := New(Config{WebhookURL: notify.SecretText(server.URL), Posts: notify.NewLimiter(PostPace(), time.Now)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	for i := range PostPace().Burst + 1 {
		_, err := n.Notify(ctx, notifytest.Page())
		if full := i == PostPace().Burst; (err != nil) != full {
			t.Fatalf("message %d: %v", i+1, err)
		} else if full && notify.Classify(err).Kind != notify.KindTemporary {
			t.Errorf("%v is %s", err, notify.Classify(err).Kind)
		}
	}
}

func TestNewRefusesHalfAConfiguration(t *testing.T) {
	secret := notify.SecretText("x")
	for want, cfg := range map[string]Config{
		"are required":       {},
		"needs a channel":    {Token: secret},
		"exclude each other": {Token: secret, Channel: "#a", WebhookURL: secret},
	} {
		if _, err := New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New() = %v, want %q", err, want)
		}
	}
	if _, err := New(Config{Token: secret, Channel: "#slo"}); err != nil {
		t.Errorf("New() with Slack's own API = %v", err)
	}
}

// The sink of the demo keeps the limits that Slack documents; its own tests name
// where. Whatever an incident holds, it takes every kind of message.
func TestSlackTakesWhateverAnIncidentHolds(t *testing.T) {
	long := strings.Repeat("<&>é ", 300)
	for _, kind := range sample.Kinds() {
		for name, change := range map[string]func(*alerting.Notification){
			"as it is": func(*alerting.Notification) {},
			"hostile": func(n *alerting.Notification) {
				hostile := notifytest.Hostile(long)
				hostile.Kind, hostile.Status, hostile.Loud = n.Kind, n.Status, n.Loud
				for range 40 {
					hostile.Facts = append(hostile.Facts, hostile.Facts[0])
					hostile.Incident.Affected = append(hostile.Incident.Affected, alerting.Affected{Service: long, Function: long, Owner: long, Incident: long})
					hostile.Incident.Alerts = append(hostile.Incident.Alerts, alerting.Alert{ID: hostile.Facts[0].ID, MutedBy: []alerting.Muting{{Kind: long, By: long, Reason: long}}})
				}
				hostile.Incident.Deploy = &alerting.Deploy{Version: long, By: long, URL: "https://example.com/" + long, Status: long}
				hostile.Incident.ID, hostile.ExternalURL = "inc_42", "https://slo.example.com/"+strings.Repeat("a", 1500)
				*n = hostile
			},
		} {
			t.Run(kind+" "+name, func(t *testing.T) {
				workspace := sink.New(sink.Config{})
				server := httptest.NewServer(workspace)
				defer server.Close()
				bot, err := New(Config{
					Token: notify.SecretText("xoxb-canary"), Channel: "#slo", APIURL: server.URL + sink.SlackAPIPath,
					Mentions: Mentions{slo.SeverityPage: "<!here>"}, Buttons: true, Silences: true,
				})
				if err != nil {
					t.Fatal(err)
				}
				n, _ := sample.Of(kind)
				change(&n)
				ref := send(t, bot, n, "")
				if again := send(t, bot, n, ref); again != ref {
					t.Errorf("the edit made %q of %q", again, ref)
				}
				messages := workspace.Messages()
				if len(messages) != 2 || len(messages[0].Versions) != 2 || messages[1].ThreadTS != messages[0].TS {
					t.Fatalf("messages: %+v, want one that was edited once, and an answer in its thread", messages)
				}
				for _, v := range messages[0].Versions {
					if len(v.Blocks) == 0 {
						t.Error("Slack refused the layout, and only the text went out")
					}
				}
			})
		}
	}
}
