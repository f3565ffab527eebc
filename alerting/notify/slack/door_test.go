package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/slofuse/slofuse/alerting/notify"
)

// team is who does what is asked for, and remembers it.
type team struct {
	mu    sync.Mutex
	asked []string
	say   string
	err   error
}

func (r *team) ask(text string) (string, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, text)
	return r.say, r.err
}

func (r *team) Acknowledge(_ context.Context, incident, by string) (string, error) {
	return r.ask("ack " + incident + " by " + by)
}

func (r *team) Silence(_ context.Context, incident, by string, length time.Duration) (string, error) {
	return r.ask(fmt.Sprintf("silence %s for %s by %s", incident, length, by))
}

const signingSecret = "8f742231b10e8888abcd99yyyzzz85a5" // of the example in Slack's documentation

func newTestDesk(t *testing.T, responder Responder, now time.Time, api string) *Desk {
	t.Helper()
	d, err := NewDesk(DeskConfig{Responder: responder, Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(), Now: func() time.Time { return now }, APIURL: api})
	if err != nil {
		t.Fatal(err)
	}
	d.Trust([]notify.Secret{notify.SecretText("another app's"), notify.SecretText(signingSecret)})
	t.Cleanup(d.Wait)
	return d
}

// pressed is the body of a request about one button.
func pressed(action, incident, responseURL string) []byte {
	text := fmt.Sprintf(`{"type":"block_actions","api_app_id":"A1","user":{"id":"U0123ABCD","username":"ana","name":"ana","team_id":"T1"},
		"container":{"type":"message","message_ts":"1.2","channel_id":"C1"},"response_url":%q,
		"actions":[{"type":"button","action_id":%q,"block_id":"b","value":%q,"action_ts":"1"}]}`, responseURL, action, incident)
	return []byte(url.Values{"payload": {text}}.Encode())
}

func signedHeader(body []byte, at time.Time) http.Header {
	timestamp := strconv.FormatInt(at.Unix(), 10)
	return http.Header{headerTimestamp: {timestamp}, headerSignature: {sign(signingSecret, timestamp, body)}}
}

var pressedAt = time.Date(2026, time.November, 21, 3, 20, 0, 0, time.UTC)

// The example of https://docs.slack.dev/authentication/verifying-requests-from-slack.
func TestTheSignatureIsSlacks(t *testing.T) {
	const body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar" +
		"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN" +
		"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	if got := sign(signingSecret, "1531420618", []byte(body)); got != "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503" {
		t.Errorf("sign() = %s", got)
	}
}

func TestOnlyWhatSlackSignedNowIsTaken(t *testing.T) {
	body := pressed(actionAck, "inc_42", "")
	for name, tc := range map[string]struct {
		change func(http.Header)
		body   []byte
		want   error
	}{
		"as Slack sends it":         {func(http.Header) {}, body, nil},
		"five minutes old":          {func(h http.Header) { maps.Copy(h, signedHeader(body, pressedAt.Add(-5*time.Minute))) }, body, nil},
		"older":                     {func(h http.Header) { maps.Copy(h, signedHeader(body, pressedAt.Add(-5*time.Minute-time.Second))) }, body, ErrUnsigned},
		"from the future":           {func(h http.Header) { maps.Copy(h, signedHeader(body, pressedAt.Add(6*time.Minute))) }, body, ErrUnsigned},
		"another body":              {func(http.Header) {}, append([]byte("x=1&"), body...), ErrUnsigned},
		"another time":              {func(h http.Header) { h.Set(headerTimestamp, strconv.FormatInt(pressedAt.Unix()+1, 10)) }, body, ErrUnsigned},
		"no time":                   {func(h http.Header) { h.Del(headerTimestamp) }, body, ErrUnsigned},
		"a time that is none":       {func(h http.Header) { h.Set(headerTimestamp, "now") }, body, ErrUnsigned},
		"no signature":              {func(h http.Header) { h.Del(headerSignature) }, body, ErrUnsigned},
		"half a signature":          {func(h http.Header) { h.Set(headerSignature, h.Get(headerSignature)[:20]) }, body, ErrUnsigned},
		"another version":           {func(h http.Header) { h.Set(headerSignature, "v1"+h.Get(headerSignature)[2:]) }, body, ErrUnsigned},
		"another app":               {func(h http.Header) { h.Set(headerSignature, sign("nobody's", h.Get(headerTimestamp), body)) }, body, ErrUnsigned},
		"an empty secret":           {func(h http.Header) { h.Set(headerSignature, sign("", h.Get(headerTimestamp), body)) }, body, ErrUnsigned},
		"signed, but no payload":    {func(h http.Header) { maps.Copy(h, signedHeader([]byte("a=b"), pressedAt)) }, []byte("a=b"), ErrMalformed},
		"signed, but not a form":    {func(h http.Header) { maps.Copy(h, signedHeader([]byte("%zz"), pressedAt)) }, []byte("%zz"), ErrMalformed},
		"signed, but far too large": {func(h http.Header) { maps.Copy(h, signedHeader(huge(), pressedAt)) }, huge(), ErrUnsigned},
	} {
		t.Run(name, func(t *testing.T) {
			r := &team{}
			d := newTestDesk(t, r, pressedAt, "")
			header := signedHeader(body, pressedAt)
			tc.change(header)
			if err := d.Receive(t.Context(), header, tc.body); !errors.Is(err, tc.want) {
				t.Errorf("Receive() = %v, want %v", err, tc.want)
			}
			if (len(r.asked) > 0) != (tc.want == nil) {
				t.Errorf("asked %v", r.asked)
			}
			if unsigned := testutil.ToFloat64(d.metrics.presses.WithLabelValues(pressUnsigned)); (unsigned == 1) != errors.Is(tc.want, ErrUnsigned) {
				t.Errorf("%v unsigned requests are counted", unsigned)
			}
		})
	}
}

func huge() []byte { return []byte("payload=" + strings.Repeat("x", MaxInteraction)) }

func TestASignatureIsUsedOnce(t *testing.T) {
	r := &team{}
	now := pressedAt
	d := newTestDesk(t, r, now, "")
	d.now = func() time.Time { return now }
	body := pressed(actionAck, "inc_42", "")
	header := signedHeader(body, pressedAt)
	if err := d.Receive(t.Context(), header, body); err != nil {
		t.Fatal(err)
	}
	for _, later := range []time.Duration{0, time.Minute, 5 * time.Minute, 11 * time.Minute} {
		now = pressedAt.Add(later)
		if err := d.Receive(t.Context(), header, body); !errors.Is(err, ErrUnsigned) {
			t.Errorf("the same request after %s: %v", later, err)
		}
	}
	other := pressed(actionAck, "inc_43", "")
	if err := d.Receive(t.Context(), signedHeader(other, now), other); err != nil {
		t.Error(err)
	}
	if len(d.seen) != 1 {
		t.Errorf("%d signatures are remembered, want those that could still pass", len(d.seen))
	}
}

func TestNobodyIsTrustedWithoutASecret(t *testing.T) {
	d := newTestDesk(t, &team{}, pressedAt, "")
	d.Trust(nil)
	body := pressed(actionAck, "inc_42", "")
	if err := d.Receive(t.Context(), signedHeader(body, pressedAt), body); !errors.Is(err, ErrUnsigned) {
		t.Errorf("Receive() = %v", err)
	}
	d.Trust([]notify.Secret{notify.SecretFile("/nonexistent"), notify.SecretText(signingSecret)})
	if err := d.Receive(t.Context(), signedHeader(body, pressedAt), body); err != nil {
		t.Errorf("one secret that cannot be read shuts the others out: %v", err)
	}
}

func TestWhatIsPressedIsDoneAndSaid(t *testing.T) {
	for name, tc := range map[string]struct {
		action string
		team   *team
		asked  []string
		told   string
	}{
		"acknowledge":     {actionAck, &team{}, []string{"ack inc_42 by ana (Slack U0123ABCD)"}, ""},
		"silence":         {actionSilence, &team{say: "Silenced until 04:20 UTC."}, []string{"silence inc_42 for 1h0m0s by ana (Slack U0123ABCD)"}, "Silenced until 04:20 UTC."},
		"it is over":      {actionAck, &team{err: errors.New("the incident is <over>")}, []string{"ack inc_42 by ana (Slack U0123ABCD)"}, "That did not work: the incident is &lt;over&gt;"},
		"a link":          {actionOpen, &team{}, nil, ""},
		"somebody else's": {"approve", &team{}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			told := make(chan string, 1)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				told <- string(body)
				_, _ = io.WriteString(w, "ok")
			}))
			defer server.Close()
			d := newTestDesk(t, tc.team, pressedAt, server.URL)
			body := pressed(tc.action, "inc_42", server.URL+"/actions/T1/x")
			if err := d.Receive(t.Context(), signedHeader(body, pressedAt), body); err != nil {
				t.Fatal(err)
			}
			d.Wait()
			if diff := cmp.Diff(tc.asked, tc.team.asked); diff != "" {
				t.Error(diff)
			}
			close(told)
			got := <-told
			if tc.told == "" && got != "" || !strings.Contains(got, strings.ReplaceAll(strings.ReplaceAll(tc.told, "&lt;", "\\u0026lt;"), "&gt;", "\\u0026gt;")) {
				t.Errorf("whoever pressed was told %s, want %q", got, tc.told)
			}
			if got != "" && (!strings.Contains(got, `"ephemeral"`) || !strings.Contains(got, `"replace_original":false`)) {
				t.Errorf("everybody sees %s", got)
			}
		})
	}
}

func TestAnswersGoToSlackOnly(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("an answer left for elsewhere") }))
	defer server.Close()
	d := newTestDesk(t, &team{say: "done"}, pressedAt, "")
	body := pressed(actionSilence, "inc_42", server.URL)
	if err := d.Receive(t.Context(), signedHeader(body, pressedAt), body); err != nil {
		t.Fatal(err)
	}
	d.Wait()
}

func FuzzPayloads(f *testing.F) {
	f.Add([]byte(`{"type":"block_actions","actions":[{"action_id":"slofuse_ack","value":"i"}]}`))
	f.Add([]byte(`{"type":"view_submission"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		presses, err := readPresses(text)
		if err != nil && presses != nil {
			t.Error("presses in spite of an error")
		}
		for _, p := range presses {
			if len([]rune(p.by())) > 200 {
				t.Errorf("by is %q", p.by())
			}
		}
	})
}

func textLog(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

// acknowledger cannot silence.
type acknowledger struct{ Responder }

func TestAButtonThatIsNoLongerServedSaysSo(t *testing.T) {
	d := newTestDesk(t, acknowledger{}, pressedAt, "")
	if told, err := d.do(t.Context(), press{action: actionSilence}); !errors.Is(err, errNoSilences) || told != "" {
		t.Errorf("%q, %v", told, err)
	}
}
