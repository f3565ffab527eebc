package sink

import (
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Message is one Slack message with all its versions.
type Message struct {
	Channel   string    `json:"channel"`     // as the sender named it
	ChannelID string    `json:"channel_id"`  // as Slack would
	TS        string    `json:"ts"`          // its id, unique in the sink
	ThreadTS  string    `json:"thread_ts"`   // of the message it answers; empty otherwise
	Broadcast bool      `json:"broadcast"`   // an answer that is shown in the channel too
	Versions  []Version `json:"versions"`    // oldest first, at least one
	Presses   []Press   `json:"presses"`     // of its buttons, oldest first
	Requests  []int     `json:"request_ids"` // the ids of the requests that made it
}

// Version is a message as it was posted or edited.
type Version struct {
	At          time.Time       `json:"at"`
	Text        string          `json:"text"`
	Blocks      json.RawMessage `json:"blocks,omitempty"`
	Attachments json.RawMessage `json:"attachments,omitempty"`
}

// call is what senders put into a request of the Web API.
type call struct {
	Token       string          `json:"token"`
	Channel     string          `json:"channel"`
	TS          string          `json:"ts"`
	ThreadTS    string          `json:"thread_ts"`
	Broadcast   bool            `json:"reply_broadcast"`
	Text        string          `json:"text"`
	Blocks      json.RawMessage `json:"blocks"`
	Attachments json.RawMessage `json:"attachments"`
}

// readCall reads a form, as slack-go sends, or JSON.
func readCall(contentType, body string) (call, error) {
	media, _, err := mime.ParseMediaType(contentType)
	if err == nil && media == "application/json" {
		var c call
		err := json.Unmarshal([]byte(body), &c)
		return c, err
	}
	form, err := url.ParseQuery(body)
	return call{
		Token: form.Get("token"), Channel: form.Get("channel"), TS: form.Get("ts"),
		ThreadTS: form.Get("thread_ts"), Broadcast: form.Get("reply_broadcast") == "true",
		Text: form.Get("text"), Blocks: raw(form.Get("blocks")), Attachments: raw(form.Get("attachments")),
	}, err
}

func raw(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	return json.RawMessage(text)
}

// slackAPI answers a method of the Web API. Like Slack, it says ok or the name
// of an error in a body with status 200.
func (s *Sink) slackAPI(w http.ResponseWriter, r *http.Request) {
	request, received := s.receive(w, r)
	if !received {
		return
	}
	c, err := readCall(r.Header.Get("Content-Type"), request.Body)
	if err != nil {
		reply(w, map[string]any{"ok": false, "error": "invalid_form_data"})
		return
	}
	if refusal := authorized(c.Token, r.Header.Get("Authorization")); refusal != "" {
		reply(w, map[string]any{"ok": false, "error": refusal})
		return
	}
	switch method := r.PathValue("method"); method {
	case "auth.test":
		reply(w, map[string]any{"ok": true, "url": "https://sink.slack.example/", "team": "Demo", "user": "slofuse", "team_id": "T0000000001", "user_id": "U0000000001", "bot_id": "B0000000001"})
	case "chat.postMessage":
		if s.take(w, "post "+channelID(c.Channel), postRate, postBurst, request.At) {
			reply(w, s.post(c, request))
		}
	case "chat.update":
		if s.take(w, "edit", editRate, editBurst, request.At) {
			reply(w, s.update(c, request))
		}
	default:
		reply(w, map[string]any{"ok": false, "error": "unknown_method", "req_method": method})
	}
}

// authorized names what Slack has against a token, in a form or in a header.
func authorized(token, header string) string {
	if bearer, ok := strings.CutPrefix(header, "Bearer "); ok && token == "" {
		token = bearer
	}
	switch {
	case token == "":
		return "not_authed"
	case !strings.HasPrefix(token, "xoxb-"):
		return "invalid_auth"
	}
	return ""
}

// check names what Slack would refuse about the content, and why.
func (c call) check() (code, why string) {
	switch {
	case c.Channel == "":
		return "channel_not_found", ""
	case c.Text == "" && len(c.Blocks) == 0 && len(c.Attachments) == 0:
		return "no_text", ""
	}
	var items []map[string]any
	if len(c.Attachments) > 0 && json.Unmarshal(c.Attachments, &items) != nil {
		return "invalid_attachments", ""
	}
	return checkBlocks(c.Blocks)
}

func refusal(code, why string) map[string]any {
	answer := map[string]any{"ok": false, "error": code}
	if why != "" {
		answer["errors"] = []string{why}
	}
	return answer
}

func (c call) version(at time.Time) Version {
	return Version{At: at, Text: c.Text, Blocks: c.Blocks, Attachments: c.Attachments}
}

func (s *Sink) post(c call, request Request) map[string]any {
	if code, why := c.check(); code != "" {
		return refusal(code, why)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.ThreadTS != "" && s.find(channelID(c.Channel), c.ThreadTS) == nil {
		return map[string]any{"ok": false, "error": "thread_not_found"}
	}
	m := &Message{
		Channel: s.nameOf(c.Channel), ChannelID: channelID(c.Channel), TS: timestamp(request.At),
		ThreadTS: c.ThreadTS, Broadcast: c.Broadcast,
		Versions: []Version{c.version(request.At)}, Requests: []int{request.ID},
	}
	s.messages = bounded(append(s.messages, m), s.config.Keep)
	return m.answer()
}

func (s *Sink) update(c call, request Request) map[string]any {
	if code, why := c.check(); code != "" {
		return refusal(code, why)
	}
	if utf8.RuneCountInString(c.Text) > maxUpdateText {
		return refusal("msg_too_long", "")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.find(channelID(c.Channel), c.TS)
	if m == nil {
		return map[string]any{"ok": false, "error": "message_not_found"}
	}
	m.Versions = append(m.Versions, c.version(request.At))
	m.Requests = append(m.Requests, request.ID)
	if extra := len(m.Versions) - s.config.Keep; extra > 0 { // the first version stays
		m.Versions = slices.Delete(m.Versions, 1, 1+extra)
	}
	return m.answer()
}

// answer is what Slack says about a message it took.
func (m *Message) answer() map[string]any {
	last := m.Versions[len(m.Versions)-1]
	return map[string]any{
		"ok": true, "channel": m.ChannelID, "ts": m.TS, "text": last.Text,
		"message": map[string]any{"type": "message", "text": last.Text, "ts": m.TS, "bot_id": "B0000000001"},
	}
}

func (s *Sink) find(channel, ts string) *Message {
	for _, m := range s.messages {
		if m.ChannelID == channel && m.TS == ts {
			return m
		}
	}
	return nil
}

// nameOf is the name a channel was first called by, when it is called by id.
func (s *Sink) nameOf(channel string) string {
	for _, m := range s.messages {
		if m.ChannelID == channel {
			return m.Channel
		}
	}
	return channel
}

// slackWebhook answers an incoming webhook as Slack does, in plain text.
func (s *Sink) slackWebhook(w http.ResponseWriter, r *http.Request) {
	request, received := s.receive(w, r)
	if !received {
		return
	}
	var c call
	body := request.Body
	if form, err := url.ParseQuery(body); err == nil && form.Has("payload") {
		body = form.Get("payload")
	}
	if err := json.Unmarshal([]byte(body), &c); err != nil {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	if c.Channel == "" {
		c.Channel = "incoming webhook " + r.PathValue("path")
	}
	if !s.take(w, "post "+channelID(c.Channel), postRate, postBurst, request.At) {
		return
	}
	if answer := s.post(c, request); answer["ok"] != true {
		http.Error(w, fmt.Sprint(answer["error"]), http.StatusBadRequest)
		return
	}
	_, _ = w.Write([]byte("ok")) // a client that hung up needs no answer
}

// timestamp is how Slack names a message: Unix seconds with six decimals.
func timestamp(at time.Time) string {
	return fmt.Sprintf("%d.%06d", at.Unix(), at.Nanosecond()/1000)
}

func reply(w http.ResponseWriter, body map[string]any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(body) // plain values; a client that hung up needs no answer
}
