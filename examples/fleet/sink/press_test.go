package sink_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting/notify"
	slackapp "github.com/slofuse/slofuse/alerting/notify/slack"
	"github.com/slofuse/slofuse/examples/fleet/sink"
)

// pressing is a sink whose presses go to an app, and the app.
func pressing(t *testing.T, app http.HandlerFunc) (*sink.Sink, *httptest.Server) {
	t.Helper()
	listener := httptest.NewServer(app)
	t.Cleanup(listener.Close)
	s := sink.New(sink.Config{Now: func() time.Time { return noon }, Interactions: listener.URL + "/pressed", SigningSecret: "shared"})
	return s, serve(t, s)
}

func pressButton(t *testing.T, srv *httptest.Server, m sink.Message, action string) *http.Response {
	t.Helper()
	form := url.Values{"channel": {m.ChannelID}, "ts": {m.TS}, "action": {action}}
	res, _ := post(t, srv.URL+"/press", "application/x-www-form-urlencoded", form.Encode(), nil)
	return res
}

// postButtons posts a message with a button to acknowledge, and one that asks back.
func postButtons(t *testing.T, srv *httptest.Server) {
	t.Helper()
	plain := func(text string) *slack.TextBlockObject {
		return slack.NewTextBlockObject("plain_text", text, false, false)
	}
	question := slack.NewConfirmationBlockObject(plain("Sure?"), plain("Nobody hears of it."), plain("Do it"), plain("No"))
	_, _, err := bot(srv).PostMessageContext(t.Context(), "#slo", slack.MsgOptionText("PAGE", false), slack.MsgOptionBlocks(
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "It burns <!here>", false, false), nil, nil),
		slack.NewActionBlock("", slack.NewButtonBlockElement("ack", "inc_42", plain("Acknowledge")),
			slack.NewButtonBlockElement("silence", "inc_42", plain("Silence")).WithConfirm(question))))
	if err != nil {
		t.Fatal(err)
	}
}

func TestAPressReachesTheAppAsSlackTellsIt(t *testing.T) {
	var got slack.InteractionCallback
	s, srv := pressing(t, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		desk, err := slackapp.NewDesk(slackapp.DeskConfig{Responder: nobody{}, Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(), Now: func() time.Time { return noon }})
		if err != nil {
			t.Error(err)
		}
		desk.Trust([]notify.Secret{notify.SecretText("shared")})
		if err := desk.Receive(r.Context(), r.Header, body); err != nil {
			t.Errorf("the signature does not hold: %v", err)
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if got, err = slack.InteractionCallbackParse(r); err != nil {
			t.Error(err)
		}
		post(t, got.ResponseURL, "application/json", `{"text":"only &lt;b&gt;for you"}`, nil)
	})
	postButtons(t, srv)
	m := s.Messages()[0]
	if html := page(t, srv); !strings.Contains(html, `<button class="">Acknowledge</button>`) || strings.Contains(html, "Nobody hears of it.") || !strings.Contains(html, `class="rings"`) {
		t.Errorf("the page shows no buttons or mentions:\n%s", html)
	}
	asked := fetch(t, srv.URL+"/?ask="+url.QueryEscape(m.TS+" silence"))
	if !strings.Contains(asked, "Nobody hears of it.") || strings.Contains(asked, `http-equiv="refresh"`) {
		t.Errorf("the page does not ask back, or not long enough:\n%s", asked)
	}
	if res := pressButton(t, srv, m, "ack"); res.StatusCode != http.StatusOK { // after the redirect
		t.Fatalf("status %d", res.StatusCode)
	}
	if got.Type != slack.InteractionTypeBlockActions || got.User.ID == "" || got.Channel.ID != m.ChannelID || got.Message.Timestamp != m.TS ||
		len(got.ActionCallback.BlockActions) != 1 || got.ActionCallback.BlockActions[0].ActionID != "ack" || got.ActionCallback.BlockActions[0].Value != "inc_42" {
		t.Errorf("the app was told %+v", got)
	}
	presses := s.Messages()[0].Presses
	if len(presses) != 1 || presses[0].Answer != "200" || len(presses[0].Told) != 1 {
		t.Fatalf("presses %+v", presses)
	}
	if html := page(t, srv); !strings.Contains(html, "you pressed <b>Acknowledge</b>, answered 200") || !strings.Contains(html, "Only you see this: only &lt;b&gt;for you") {
		t.Errorf("the page does not tell of the press:\n%s", html)
	}
}

// nobody does nothing.
type nobody struct{ slackapp.Responder }

func TestOnlyWhatIsThereCanBePressed(t *testing.T) {
	s, srv := pressing(t, func(http.ResponseWriter, *http.Request) { t.Error("the app was told of something") })
	postButtons(t, srv)
	m := s.Messages()[0]
	if res := pressButton(t, srv, m, "resolve"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a button that is not there: %d", res.StatusCode)
	}
	m.TS = "1.000001"
	if res := pressButton(t, srv, m, "ack"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a message that is not there: %d", res.StatusCode)
	}
	deaf, srv := server(t, 0)
	postButtons(t, srv)
	if res := pressButton(t, srv, deaf.Messages()[0], "ack"); res.StatusCode != http.StatusNotFound || strings.Contains(page(t, srv), "<button") {
		t.Errorf("nobody listens, and it can be pressed: %d", res.StatusCode)
	}
}

func TestThePageShowsOneKindOnly(t *testing.T) {
	_, srv := server(t, 0)
	postButtons(t, srv)
	post(t, srv.URL+sink.WebhookPath+"x", "application/json",
		`{"status":"firing","incident":{"service":"checkout","function":"pay","severity":"page","state":"open","reason":"it burns"}}`, nil)
	for path, want := range map[string][2]bool{"/": {true, true}, "/?show=slack": {true, false}, "/?show=webhook": {false, true}} {
		html := fetch(t, srv.URL+path)
		if got := [2]bool{strings.Contains(html, "It burns"), strings.Contains(html, "FIRING page checkout/pay (open): it burns")}; got != want {
			t.Errorf("%s shows messages and webhooks: %v, want %v", path, got, want)
		}
	}
}
