package sink

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// responsePath is where the answers to presses go, as Slack's response URLs.
const responsePath = "/slack/response/"

// Press is a button of a message that somebody pressed on the page.
type Press struct {
	At     time.Time `json:"at"`
	Label  string    `json:"label"`
	Answer string    `json:"answer"` // "200", or why there is none
	Told   []string  `json:"told"`   // what only the one who pressed is shown
}

// user is who presses.
const userID, userName = "U00000000YOU", "you"

// patience is how long Slack waits for an answer to a press.
const patience = 3 * time.Second

// press does what Slack does when somebody presses a button: it tells the app, in
// a signed request, and shows what comes of it.
func (s *Sink) press(w http.ResponseWriter, r *http.Request) {
	back := "/#" + url.PathEscape(r.PostFormValue("ts"))
	s.mu.Lock()
	m := s.find(r.PostFormValue("channel"), r.PostFormValue("ts"))
	var pressed *wireElement
	if m != nil {
		pressed = m.button(r.PostFormValue("action"))
	}
	if pressed == nil || s.config.Interactions == "" {
		s.mu.Unlock()
		http.Error(w, "there is no such button, or nobody listens to it", http.StatusNotFound)
		return
	}
	m.Presses = append(m.Presses, Press{At: s.instant(), Label: pressed.label().Text})
	at := len(m.Presses) - 1
	body := s.payload(r, m, *pressed, fmt.Sprintf("%s/%s/%d", m.ChannelID, m.TS, at))
	s.mu.Unlock()
	answer := s.tell(r, body)
	s.mu.Lock()
	m.Presses[at].Answer = answer
	s.mu.Unlock()
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// button finds a button of a message as it stands.
func (m *Message) button(actionID string) *wireElement {
	var blocks []wireBlock
	if json.Unmarshal(m.Versions[len(m.Versions)-1].Blocks, &blocks) != nil {
		return nil
	}
	for _, b := range blocks {
		for _, e := range b.Elements {
			if e.Type == "button" && e.ActionID == actionID && e.label() != nil {
				return &e
			}
		}
	}
	return nil
}

// payload is what Slack tells an app of a press, as a form.
func (s *Sink) payload(r *http.Request, m *Message, e wireElement, place string) []byte {
	base := s.config.URL
	if base == "" {
		base = "http://" + r.Host
	}
	latest := m.Versions[len(m.Versions)-1]
	text, _ := json.Marshal(map[string]any{ // plain values
		"type": "block_actions", "api_app_id": "A0000000001", "trigger_id": "1.2.3",
		"team":         map[string]any{"id": "T0000000001", "domain": "demo"},
		"user":         map[string]any{"id": userID, "username": userName, "name": userName, "team_id": "T0000000001"},
		"container":    map[string]any{"type": "message", "message_ts": m.TS, "channel_id": m.ChannelID, "is_ephemeral": false},
		"channel":      map[string]any{"id": m.ChannelID, "name": strings.TrimPrefix(m.Channel, "#")},
		"message":      map[string]any{"type": "message", "ts": m.TS, "text": latest.Text, "blocks": latest.Blocks},
		"response_url": strings.TrimRight(base, "/") + responsePath + place,
		"actions": []map[string]any{{
			"type": "button", "action_id": e.ActionID, "block_id": "b", "value": e.Value, "text": e.label(), "action_ts": timestamp(s.lastTime),
		}},
	})
	return []byte(url.Values{"payload": {string(text)}}.Encode())
}

// tell posts a press to the app and says what it answered.
func (s *Sink) tell(r *http.Request, body []byte) string {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, s.config.Interactions, bytes.NewReader(body))
	if err != nil {
		return "no request can be made of it"
	}
	seconds := strconv.FormatInt(s.config.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(s.config.SigningSecret))
	mac.Write([]byte("v0:" + seconds + ":"))
	mac.Write(body)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("X-Slack-Request-Timestamp", seconds)
	req.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	resp, err := (&http.Client{Timeout: patience}).Do(req)
	if err != nil {
		return "nobody answered within 3s"
	}
	defer resp.Body.Close()
	return strconv.Itoa(resp.StatusCode)
}

// response takes what an app says to the one who pressed.
func (s *Sink) response(w http.ResponseWriter, r *http.Request) {
	request, received := s.receive(w, r)
	if !received {
		return
	}
	var body struct {
		Text string `json:"text"`
	}
	if json.Unmarshal([]byte(request.Body), &body) != nil || body.Text == "" {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.find(r.PathValue("channel"), r.PathValue("ts"))
	at, err := strconv.Atoi(r.PathValue("press"))
	if m == nil || err != nil || at < 0 || at >= len(m.Presses) {
		http.Error(w, "used_url", http.StatusNotFound)
		return
	}
	m.Presses[at].Told = append(m.Presses[at].Told, body.Text)
	_, _ = w.Write([]byte("ok")) // a client that hung up needs no answer
}
