package sink_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet/sink"
)

// Where Slack says what it takes.
const (
	docBlocks  = "https://docs.slack.dev/reference/block-kit/blocks"
	docHeader  = "https://docs.slack.dev/reference/block-kit/blocks/header-block"
	docSection = "https://docs.slack.dev/reference/block-kit/blocks/section-block"
	docContext = "https://docs.slack.dev/reference/block-kit/blocks/context-block"
	docActions = "https://docs.slack.dev/reference/block-kit/blocks/actions-block"
	docButton  = "https://docs.slack.dev/reference/block-kit/block-elements/button-element"
	docConfirm = "https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object"
	docText    = "https://docs.slack.dev/reference/block-kit/composition-objects/text-object"
	docPost    = "https://docs.slack.dev/reference/methods/chat.postMessage"
	docUpdate  = "https://docs.slack.dev/reference/methods/chat.update"
	docRates   = "https://docs.slack.dev/apis/web-api/rate-limits"
	docAllText = "https://github.com/slackapi/bolt-js/issues/2509" // not in the documentation; measured there
)

type object = map[string]any

func text(kind string, n int) object {
	return object{"type": kind, "text": strings.Repeat("é", n)}
}

func with(o object, key string, value any) object {
	out := object{key: value}
	for k, v := range o {
		if k != key {
			out[k] = v
		}
	}
	return out
}

func times(n int, o object) (list []object) {
	for range n {
		list = append(list, o)
	}
	return list
}

func buttons(n int) (list []object) {
	for i := range n {
		list = append(list, with(pressable(), "action_id", fmt.Sprint("a", i)))
	}
	return list
}

func header(t object) object       { return object{"type": "header", "text": t} }
func section(t object) object      { return object{"type": "section", "text": t} }
func actions(e ...object) object   { return object{"type": "actions", "elements": e} }
func contextOf(e ...object) object { return object{"type": "context", "elements": e} }

func pressable() object {
	return object{"type": "button", "action_id": "a", "text": text("plain_text", 75), "value": strings.Repeat("v", 2000), "confirm": confirm()}
}

func confirm() object {
	return object{"title": text("plain_text", 100), "text": text("plain_text", 300), "confirm": text("plain_text", 30), "deny": text("plain_text", 30)}
}

// Each row is the most that Slack takes, one more than that, and where it is written.
func TestTheLimitsOfALayout(t *testing.T) {
	b := pressable()
	for _, tc := range []struct {
		what       string
		most, over []object
		code       string
		source     string
	}{
		{"blocks of a message", times(50, object{"type": "divider"}), times(51, object{"type": "divider"}), "invalid_blocks", docBlocks},
		{"a type of block", []object{{"type": "divider"}}, []object{{"type": "marquee"}}, "invalid_blocks", docBlocks},
		{"the id of a block", []object{{"type": "divider", "block_id": strings.Repeat("b", 255)}}, []object{{"type": "divider", "block_id": strings.Repeat("b", 256)}}, "invalid_blocks", docBlocks},
		{"the text of a header", []object{header(text("plain_text", 150))}, []object{header(text("plain_text", 151))}, "invalid_blocks", docHeader},
		{"the kind of text of a header", []object{header(text("plain_text", 1))}, []object{header(text("mrkdwn", 1))}, "invalid_blocks", docHeader},
		{"the text of a section", []object{section(text("mrkdwn", 3000))}, []object{section(text("mrkdwn", 3001))}, "invalid_blocks", docSection},
		{"a text that is empty", []object{section(text("mrkdwn", 1))}, []object{section(text("mrkdwn", 0))}, "invalid_blocks", docText},
		{"a section without text", []object{section(text("mrkdwn", 1))}, []object{{"type": "section"}}, "invalid_blocks", docSection},
		{"fields of a section", []object{{"type": "section", "fields": times(10, text("mrkdwn", 1))}}, []object{{"type": "section", "fields": times(11, text("mrkdwn", 1))}}, "invalid_blocks", docSection},
		{"the text of a field", []object{{"type": "section", "fields": times(1, text("mrkdwn", 2000))}}, []object{{"type": "section", "fields": times(1, text("mrkdwn", 2001))}}, "invalid_blocks", docSection},
		{"elements of a context", []object{contextOf(times(10, text("mrkdwn", 1))...)}, []object{contextOf(times(11, text("mrkdwn", 1))...)}, "invalid_blocks", docContext},
		{"elements of actions", []object{actions(buttons(25)...)}, []object{actions(buttons(26)...)}, "invalid_blocks", docActions},
		{"two actions of one id", []object{actions(b)}, []object{actions(b, b)}, "invalid_blocks", docButton},
		{"the text of a button", []object{actions(b)}, []object{actions(with(b, "text", text("plain_text", 76)))}, "invalid_blocks", docButton},
		{"the kind of text of a button", []object{actions(b)}, []object{actions(with(b, "text", text("mrkdwn", 1)))}, "invalid_blocks", docButton},
		{"the value of a button", []object{actions(b)}, []object{actions(with(b, "value", strings.Repeat("v", 2001)))}, "invalid_blocks", docButton},
		{"the id of an action", []object{actions(with(b, "action_id", strings.Repeat("a", 255)))}, []object{actions(with(b, "action_id", strings.Repeat("a", 256)))}, "invalid_blocks", docButton},
		{"the address of a button", []object{actions(with(b, "url", "https://example.com/"+strings.Repeat("u", 2980)))}, []object{actions(with(b, "url", "https://example.com/"+strings.Repeat("u", 2981)))}, "invalid_blocks", docButton},
		{"the style of a button", []object{actions(with(b, "style", "danger"))}, []object{actions(with(b, "style", "loud"))}, "invalid_blocks", docButton},
		{"the title of a question", []object{actions(b)}, []object{actions(with(b, "confirm", with(confirm(), "title", text("plain_text", 101))))}, "invalid_blocks", docConfirm},
		{"the text of a question", []object{actions(b)}, []object{actions(with(b, "confirm", with(confirm(), "text", text("plain_text", 301))))}, "invalid_blocks", docConfirm},
		{"the answers to a question", []object{actions(b)}, []object{actions(with(b, "confirm", with(confirm(), "deny", text("plain_text", 31))))}, "invalid_blocks", docConfirm},
		{"all texts together", times(4, section(text("mrkdwn", 3000))), times(5, section(text("mrkdwn", 3000))), "msg_blocks_too_long", docAllText},
	} {
		t.Run(tc.what, func(t *testing.T) {
			_, srv := server(t, 0)
			for want, blocks := range map[string][]object{"": tc.most, tc.code: tc.over} {
				if got := call(t, srv.URL, "chat.postMessage", object{"channel": "#slo", "text": "x", "blocks": blocks}); got.Error != want {
					t.Errorf("answered %q (%v), want %q; see %s", got.Error, got.Errors, want, tc.source)
				}
			}
		})
	}
}

type answered struct {
	OK                 bool
	Error, Channel, TS string
	Errors             []string
	status             int
	retryAfter         string
}

// call calls a method of the Web API with JSON.
func call(t *testing.T, base, method string, body object) (out answered) {
	t.Helper()
	encoded, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	res, text := post(t, base+sink.SlackAPIPath+method, "application/json", string(encoded), http.Header{"Authorization": {"Bearer xoxb-demo"}})
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	out.status, out.retryAfter = res.StatusCode, res.Header.Get("Retry-After")
	return out
}

// A message is edited in its channel only, and a thread belongs to a message of
// its channel: see docPost and docUpdate.
func TestMessagesBelongToTheirChannel(t *testing.T) {
	_, srv := server(t, 0)
	first := call(t, srv.URL, "chat.postMessage", object{"channel": "#slo", "text": "x"})
	for _, tc := range []struct {
		method, want, source string
		body                 object
	}{
		{"chat.update", "", docUpdate, object{"channel": first.Channel, "ts": first.TS, "text": "y"}},
		{"chat.update", "message_not_found", docUpdate, object{"channel": "#other", "ts": first.TS, "text": "y"}},
		{"chat.update", "message_not_found", docUpdate, object{"channel": first.Channel, "ts": "1.000001", "text": "y"}},
		{"chat.update", "no_text", docUpdate, object{"channel": first.Channel, "ts": first.TS}},
		{"chat.update", "msg_too_long", docUpdate, object{"channel": first.Channel, "ts": first.TS, "text": strings.Repeat("é", 4001)}},
		{"chat.postMessage", "", docPost, object{"channel": first.Channel, "thread_ts": first.TS, "text": "y"}},
		{"chat.postMessage", "thread_not_found", docPost, object{"channel": "#other", "thread_ts": first.TS, "text": "y"}},
	} {
		if got := call(t, srv.URL, tc.method, tc.body); got.Error != tc.want || got.OK != (tc.want == "") {
			t.Errorf("%s %v answered %+v, want %q; see %s", tc.method, tc.body, got, tc.want, tc.source)
		}
	}
}

// One message a second and channel with short bursts, fifty edits a minute: see
// docRates.
func TestTooManyMessagesAreRefused(t *testing.T) {
	now := noon
	s := sink.New(sink.Config{Now: func() time.Time { return now }})
	srv := serve(t, s)
	posts := func(channel string) (taken int, refused answered) {
		for {
			got := call(t, srv.URL, "chat.postMessage", object{"channel": channel, "text": "x"})
			if !got.OK {
				return taken, got
			}
			taken++
		}
	}
	taken, refused := posts("#slo")
	if taken < 2 || taken > 10 || refused.status != http.StatusTooManyRequests || refused.Error != "ratelimited" || refused.retryAfter != "1" {
		t.Errorf("%d messages at once, then %+v; see %s", taken, refused, docRates)
	}
	if other, _ := posts("#other"); other != taken {
		t.Errorf("another channel takes %d", other)
	}
	now = now.Add(2 * time.Second)
	if later, _ := posts("#slo"); later != 2 {
		t.Errorf("two seconds later it takes %d", later)
	}
	first := s.Messages()[0]
	edits := 0
	for ; edits < 100; edits++ {
		if got := call(t, srv.URL, "chat.update", object{"channel": first.ChannelID, "ts": first.TS, "text": "y"}); got.status == http.StatusTooManyRequests {
			break
		}
	}
	if edits != 50 {
		t.Errorf("%d edits in a minute", edits)
	}
}
