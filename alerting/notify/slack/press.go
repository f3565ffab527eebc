package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/alerting/notify"
)

// Responder does what the buttons of a message ask for. What it returns, text or
// error, is shown to whoever pressed and to nobody else; an empty text says
// nothing, because the message itself changes. By is "ana (Slack U0123ABCD)".
type Responder interface {
	Acknowledge(ctx context.Context, incident, by string) (told string, err error)
}

// Silencer is a [Responder] that can also keep everybody from hearing of the
// function of an incident for a while.
type Silencer interface {
	Silence(ctx context.Context, incident, by string, length time.Duration) (told string, err error)
}

// errNoSilences is for a button of an older configuration.
var errNoSilences = errors.New("nothing can be silenced from here")

// silenceLength is what the button says.
const silenceLength = time.Hour

// patience is how long Slack waits for an answer, less the way there and back.
const patience = 2500 * time.Millisecond

// press is somebody's finger on a button.
type press struct {
	action, incident string
	userID, userName string
	responseURL      string
}

// payload is what Slack tells of a press.
type payload struct {
	Type        string `json:"type"`
	ResponseURL string `json:"response_url"`
	User        struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Username string `json:"username"`
	} `json:"user"`
	Actions []struct {
		ActionID string `json:"action_id"`
		Value    string `json:"value"`
	} `json:"actions"`
}

// ErrMalformed says that a request is none of Slack's, although it is signed.
var ErrMalformed = errors.New("this is no interaction of Slack")

// readPresses reads the presses of one payload; none for what is no button.
func readPresses(text []byte) ([]press, error) {
	var p payload
	if err := json.Unmarshal(text, &p); err != nil || p.Type == "" {
		return nil, ErrMalformed
	}
	if p.Type != "block_actions" {
		return nil, nil
	}
	var out []press
	for _, a := range p.Actions {
		name := p.User.Username
		if name == "" {
			name = p.User.Name
		}
		out = append(out, press{action: a.ActionID, incident: a.Value, userID: p.User.ID, userName: name, responseURL: p.ResponseURL})
	}
	return out, nil
}

// by is who pressed, for the timeline and the audit.
func (p press) by() string {
	id := notify.Truncate(notify.Clean(p.userID), 40)
	if name := notify.Truncate(notify.Clean(p.userName), 80); name != "" {
		return name + " (Slack " + id + ")"
	}
	return "Slack " + id
}

// Desk acts on what people press. It is safe for concurrent use.
type Desk struct {
	responder Responder
	log       *slog.Logger
	client    *http.Client
	now       func() time.Time
	replyHost string // where answers may go
	metrics   *deskMetrics

	mu      sync.Mutex
	secrets []notify.Secret      // of apps whose presses are taken over HTTP
	seen    map[string]time.Time // signatures that were used, and when they are too old anyway

	answering sync.WaitGroup
}

// DeskConfig is what a [Desk] needs.
type DeskConfig struct {
	Responder  Responder
	Logger     *slog.Logger
	Registerer prometheus.Registerer
	Now        func() time.Time
	Client     *http.Client // for answers to whoever pressed; nil is [http.DefaultClient]
	APIURL     string       // of the Web API; empty is Slack's own, whose answers go to hooks.slack.com
}

// NewDesk returns a desk that takes nothing over HTTP before [Desk.Trust].
func NewDesk(cfg DeskConfig) (*Desk, error) {
	if cfg.Responder == nil || cfg.Logger == nil || cfg.Now == nil || cfg.Registerer == nil {
		return nil, errors.New("slack: a responder, a logger, a clock and a metrics registerer are required")
	}
	metrics, err := newDeskMetrics(cfg.Registerer)
	if err != nil {
		return nil, err
	}
	d := &Desk{
		responder: cfg.Responder, log: cfg.Logger.With("component", "slack"), now: cfg.Now,
		client: notify.Harden(cfg.Client), replyHost: "hooks.slack.com", seen: map[string]time.Time{}, metrics: metrics,
	}
	if cfg.APIURL != "" {
		u, err := url.Parse(cfg.APIURL)
		if err != nil {
			return nil, errors.New("slack: the URL of the Web API cannot be parsed")
		}
		d.replyHost = u.Host
	}
	return d, nil
}

// Wait returns when the answers under way are given.
func (d *Desk) Wait() { d.answering.Wait() }

// act does what was pressed, within the time Slack waits. What is to be said to
// whoever pressed is said after the answer to Slack.
func (d *Desk) act(ctx context.Context, presses []press) {
	for _, p := range presses {
		told, err := d.do(ctx, p)
		d.metrics.presses.WithLabelValues(map[bool]string{true: pressDone, false: pressRefused}[err == nil]).Inc()
		if err != nil {
			d.log.Warn("what was pressed in Slack could not be done", "action", p.action, "incident", p.incident, "by", p.by(), "err", err)
			told = "That did not work: " + err.Error()
		}
		if told != "" {
			d.answering.Go(func() { d.answer(context.WithoutCancel(ctx), p, told) })
		}
	}
}

func (d *Desk) do(ctx context.Context, p press) (told string, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	switch p.action {
	case actionAck:
		return d.responder.Acknowledge(ctx, p.incident, p.by())
	case actionSilence:
		silencer, ok := d.responder.(Silencer)
		if !ok {
			return "", errNoSilences
		}
		return silencer.Silence(ctx, p.incident, p.by(), silenceLength)
	}
	return "", nil // a link, or a button of somebody else's
}

// answer tells whoever pressed, and nobody else.
func (d *Desk) answer(ctx context.Context, p press, text string) {
	u, err := url.Parse(p.responseURL)
	if err != nil || u.Host != d.replyHost {
		return // an old message has none, and nothing else is asked
	}
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	err = incoming{client: d.client, url: notify.SecretText(p.responseURL)}.
		say(ctx, map[string]any{"response_type": "ephemeral", "replace_original": false, "text": escapeTo(text, maxText)})
	if err != nil {
		d.log.Warn("whoever pressed a button in Slack was not told", "by", p.by(), "err", fmt.Errorf("answering: %w", err))
	}
}
