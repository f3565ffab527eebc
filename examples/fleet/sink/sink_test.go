package sink_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"

	"github.com/slofuse/slofuse/examples/fleet/sink"
)

var noon = time.Date(2026, 3, 18, 12, 0, 0, 0, time.UTC)

// server serves a sink whose clock stands still.
func server(t *testing.T, keep int) (*sink.Sink, *httptest.Server) {
	t.Helper()
	s := sink.New(sink.Config{Keep: keep, Now: func() time.Time { return noon }})
	return s, serve(t, s)
}

func serve(t *testing.T, s *sink.Sink) *httptest.Server {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return srv
}

func bot(srv *httptest.Server) *slack.Client {
	return slack.New("xoxb-demo", slack.OptionAPIURL(srv.URL+sink.SlackAPIPath))
}

func blocks(text string) slack.MsgOption {
	return slack.MsgOptionBlocks(
		slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "🔴 "+text, true, false)),
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*"+text+"* is `burning`", false, false),
			[]*slack.TextBlockObject{slack.NewTextBlockObject("mrkdwn", "*Left*\n61 %", false, false)}, nil),
		slack.NewContextBlock("", slack.NewTextBlockObject("mrkdwn", "since <!date^1773835200^{time}|12:00 UTC>", false, false)),
		slack.NewActionBlock("", slack.NewButtonBlockElement("ack", "", slack.NewTextBlockObject("plain_text", "Acknowledge", false, false)).WithURL("https://slo.example.com/ack").WithStyle("primary")),
	)
}

func page(t *testing.T, srv *httptest.Server) string {
	t.Helper()
	return fetch(t, srv.URL+"/")
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, body := do(t, request)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: status %d: %s", url, res.StatusCode, body)
	}
	return body
}

func do(t *testing.T, request *http.Request) (*http.Response, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func post(t *testing.T, url, contentType, body string, header http.Header) (*http.Response, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	maps.Copy(request.Header, header)
	request.Header.Set("Content-Type", contentType)
	return do(t, request)
}

func TestSlacksOwnClientPostsEditsAndAnswers(t *testing.T) {
	s, srv := server(t, 0)
	client := bot(srv)
	if _, err := client.AuthTestContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	channel, ts, err := client.PostMessageContext(t.Context(), "#on-call", slack.MsgOptionText("charge-card burns", false), blocks("charge-card burns"))
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := client.UpdateMessageContext(t.Context(), channel, ts, slack.MsgOptionText("charge-card is fine", false), blocks("charge-card is fine")); err != nil {
		t.Fatal(err)
	}
	_, replyTS, err := client.PostMessageContext(t.Context(), channel, slack.MsgOptionText("acknowledged by ada", false), slack.MsgOptionTS(ts), slack.MsgOptionBroadcast())
	if err != nil {
		t.Fatal(err)
	}
	if replyTS == ts {
		t.Error("two messages have one timestamp, though the clock stands still")
	}

	messages := s.Messages()
	if len(messages) != 2 || messages[0].Channel != "#on-call" || len(messages[0].Versions) != 2 || messages[1].ThreadTS != ts || !messages[1].Broadcast || messages[1].Channel != "#on-call" {
		t.Errorf("got %+v", messages)
	}
	html := page(t, srv)
	for _, want := range []string{
		"<b>#on-call</b>", "🔴 charge-card is fine", "<b>charge-card is fine</b> is <code>burning</code>", "<b>Left</b>\n61 %",
		"1 earlier version", "<b>charge-card burns</b>", "acknowledged by ada", "also sent to the channel", "12:00 UTC",
		`<a class="button primary" href="https://slo.example.com/ack">Acknowledge</a>`,
	} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	if strings.Count(html, "<article") != 1 {
		t.Error("edits and answers belong to the one message")
	}
}

func TestSlackRefusesAsSlackDoes(t *testing.T) {
	_, srv := server(t, 0)
	client := bot(srv)
	_, ts, err := client.PostMessageContext(t.Context(), "#slo", slack.MsgOptionText("x", false))
	if err != nil {
		t.Fatal(err)
	}
	text := slack.MsgOptionText("x", false)
	for want, call := range map[string]func() error{
		"message_not_found": func() error {
			_, _, _, err := client.UpdateMessageContext(t.Context(), "#other", ts, text)
			return err
		},
		"thread_not_found": func() error {
			_, _, err := client.PostMessageContext(t.Context(), "#slo", text, slack.MsgOptionTS("1.000001"))
			return err
		},
		"no_text": func() error { _, _, err := client.PostMessageContext(t.Context(), "#slo"); return err },
		"channel_not_found": func() error {
			_, _, err := client.PostMessageContext(t.Context(), "", text)
			return err
		},
		"not_authed": func() error {
			_, _, err := slack.New("", slack.OptionAPIURL(srv.URL+sink.SlackAPIPath)).PostMessageContext(t.Context(), "#slo", text)
			return err
		},
		"invalid_auth": func() error {
			_, _, err := slack.New("xapp-1", slack.OptionAPIURL(srv.URL+sink.SlackAPIPath)).PostMessageContext(t.Context(), "#slo", text)
			return err
		},
		"msg_too_long": func() error {
			_, _, _, err := client.UpdateMessageContext(t.Context(), "#slo", ts, slack.MsgOptionText(strings.Repeat("é", 4001), false))
			return err
		},
		"unknown_method": func() error { _, err := client.GetUserInfoContext(t.Context(), "U1"); return err },
	} {
		if err := call(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	for body, want := range map[string]string{
		`{"channel":"#slo","blocks":7}`: "invalid_blocks_format",
		`{"channel":`:                   "invalid_form_data",
	} {
		_, answer := post(t, srv.URL+sink.SlackAPIPath+"chat.postMessage", "application/json", body, http.Header{"Authorization": {"Bearer xoxb-x"}})
		if !strings.Contains(answer, want) {
			t.Errorf("got %s, want %s", answer, want)
		}
	}
}

func TestIncomingWebhooksOfSlack(t *testing.T) {
	s, srv := server(t, 0)
	url := srv.URL + sink.SlackWebhookPath + "T0/B0/secret"
	if err := slack.PostWebhookContext(t.Context(), url, &slack.WebhookMessage{Text: "a *ticket*"}); err != nil {
		t.Fatal(err)
	}
	if res, body := post(t, url, "application/json", "{", nil); res.StatusCode != http.StatusBadRequest || !strings.Contains(body, "invalid_payload") {
		t.Errorf("got %d %s", res.StatusCode, body)
	}
	if res, body := post(t, url, "application/json", "{}", nil); res.StatusCode != http.StatusBadRequest || !strings.Contains(body, "no_text") {
		t.Errorf("got %d %s", res.StatusCode, body)
	}
	if _, body := post(t, url, "application/x-www-form-urlencoded", `payload=%7B%22text%22%3A%22old%20form%22%7D`, nil); body != "ok" {
		t.Errorf("got %s", body)
	}
	if n := len(s.Messages()); n != 2 {
		t.Errorf("%d messages", n)
	}
	if html := page(t, srv); !strings.Contains(html, "a <b>ticket</b>") || !strings.Contains(html, "old form") {
		t.Error("the page does not show the messages")
	}
}

func TestWebhooksAreKeptExactlyAsSent(t *testing.T) {
	s, srv := server(t, 0)
	body := `{"b": 1,"a":  "ü"}`
	res, _ := post(t, srv.URL+sink.WebhookPath+"pager?x=1", "application/json", body, http.Header{
		"Webhook-Id": {"evt_1"}, "Webhook-Signature": {"v1,abc"}, "X-Other": {"1", "2"},
	})
	if res.StatusCode != http.StatusOK {
		t.Errorf("status %d", res.StatusCode)
	}
	got := s.Requests()
	if len(got) != 1 || got[0].Body != body || got[0].Method != http.MethodPost || got[0].Path != "/webhook/pager?x=1" || !got[0].At.Equal(noon) || got[0].Status != 200 {
		t.Fatalf("got %+v", got)
	}
	if diff := cmp.Diff([]string{"1", "2"}, got[0].Header["X-Other"]); diff != "" {
		t.Error(diff)
	}
	html := page(t, srv)
	for _, want := range []string{"POST /webhook/pager?x=1", "<dt>webhook-id</dt><dd>evt_1</dd>", "<dt>webhook-signature</dt><dd>v1,abc</dd>", "{\n  &#34;b&#34;: 1,", "answered 200"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	var listed struct{ Requests []sink.Request }
	if err := json.Unmarshal([]byte(fetch(t, srv.URL+"/api/messages")), &listed); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, listed.Requests); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyTheNewestAreKept(t *testing.T) {
	s, srv := server(t, 3)
	for i := range 5 {
		if err := slack.PostWebhookContext(t.Context(), srv.URL+sink.SlackWebhookPath+"x", &slack.WebhookMessage{Text: fmt.Sprint("number ", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
	messages := s.Messages()
	if len(messages) != 3 || messages[0].Versions[0].Text != "number 2" {
		t.Errorf("got %+v", messages)
	}
	client := bot(srv)
	channel, ts, err := client.PostMessageContext(t.Context(), "#slo", slack.MsgOptionText("first", false))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 9 {
		if _, _, _, err := client.UpdateMessageContext(t.Context(), channel, ts, slack.MsgOptionText(fmt.Sprint("edit ", i), false)); err != nil {
			t.Fatal(err)
		}
	}
	messages = s.Messages()
	versions := messages[len(messages)-1].Versions
	if len(versions) != 3 || versions[0].Text != "first" || versions[2].Text != "edit 8" {
		t.Errorf("got %+v", versions)
	}
}

func TestABodyThatIsTooLargeIsRefusedAndListed(t *testing.T) {
	s, srv := server(t, 0)
	res, _ := post(t, srv.URL+sink.WebhookPath, "text/plain", strings.Repeat("x", 2<<20), nil)
	if res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", res.StatusCode)
	}
	if got := s.Requests(); len(got) != 1 || got[0].Status != http.StatusRequestEntityTooLarge || len(got[0].Body) > 1<<20 {
		t.Errorf("%d requests", len(got))
	}
}

func TestHostileTextStaysText(t *testing.T) {
	_, srv := server(t, 0)
	hostile := `<script>alert(1)</script><javascript:alert(2)|click> "><img src=x onerror=alert(3)> *<b>* &lt;script&gt;`
	client := bot(srv)
	for _, option := range []slack.MsgOption{slack.MsgOptionText(hostile, false), blocks(hostile), slack.MsgOptionAttachments(slack.Attachment{Title: hostile, Text: hostile})} {
		if _, _, err := client.PostMessageContext(t.Context(), "#"+hostile, option); err != nil {
			t.Fatal(err)
		}
	}
	post(t, srv.URL+sink.WebhookPath+"?"+"%3Cscript%3E", "text/html", hostile, http.Header{"X-Hostile": {hostile}, "Webhook-Id": {hostile}})
	post(t, srv.URL+sink.SlackAPIPath+"chat.postMessage", "application/json", `{"channel":"#x","blocks":[{"type":"rich_text","block_id":"<script>"},{"type":"actions","elements":[{"type":"button","text":{"type":"plain_text","text":"<script>"},"url":"data:text/html,x"}]}]}`, http.Header{"Authorization": {"Bearer xoxb-x"}})
	html := page(t, srv)
	for _, bad := range []string{"<script", "<img", `href="javascript:`, "href=\"data:"} {
		if strings.Contains(strings.ToLower(html), bad) {
			t.Errorf("the page holds %s", bad)
		}
	}
	if !strings.Contains(html, "&lt;script&gt;alert(1)") {
		t.Error("the page does not show the text")
	}
}

func TestAnotherSitesPageCannotPostHere(t *testing.T) {
	s, srv := server(t, 0)
	res, _ := post(t, srv.URL+sink.WebhookPath, "text/plain", "x", http.Header{"Sec-Fetch-Site": {"cross-site"}})
	if res.StatusCode != http.StatusForbidden || len(s.Requests()) != 0 {
		t.Errorf("status %d, %d requests kept", res.StatusCode, len(s.Requests()))
	}
}

func TestAnEmptySinkSaysSo(t *testing.T) {
	_, srv := server(t, 0)
	if !strings.Contains(page(t, srv), "Nothing was sent yet") {
		t.Error("the page says nothing")
	}
	if got := fetch(t, srv.URL+"/api/messages"); got != `{"messages":[],"requests":[],"alerts":[]}` {
		t.Errorf("got %s", got)
	}
}
