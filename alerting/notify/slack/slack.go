package slack

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/wording"
)

// Config is what a [Notifier] needs: a token and a channel, or a webhook URL.
// Both secrets are read for each message.
type Config struct {
	Token      notify.Secret // of a bot with the scope chat:write
	Channel    string        // "#slo" or the id of a channel the bot is a member of
	WebhookURL notify.Secret // of an incoming webhook, which knows its channel
	APIURL     string        // of the Web API; empty is Slack's own
	Client     *http.Client  // nil is [http.DefaultClient]
	// Mentions is who is mentioned when something asks for somebody; nobody unless
	// it says so.
	Mentions Mentions
	// Words are the texts that somebody worded.
	Words wording.Overrides
	// Buttons says that somebody listens to what is pressed: a [Socket] or a [Door].
	Buttons bool
	// Silences says that whoever listens is a [Silencer].
	Silences bool
	// Posts and Edits are the limits of the channel; nil is none.
	Posts, Edits *notify.Limiter
}

// PostPace is what a channel takes: about one message a second, and short bursts.
func PostPace() notify.Pace { return notify.Pace{Every: time.Second, Burst: 5} }

// EditPace is fifty edits in any minute: a burst, and the rest spread over it.
func EditPace() notify.Pace { return notify.Pace{Every: 2 * time.Second, Burst: 20} }

const defaultAPIURL = "https://slack.com/api/"

// Notifier posts to one channel. It is safe for concurrent use.
type Notifier struct {
	layout layout
	send   func(ctx context.Context, n alerting.Notification) (ref string, err error)
	post   func(ctx context.Context, msg message) (ref string, err error)
	edits  bool // it can edit what it posted
	posts  *notify.Limiter
}

// Limiter is what the channel takes, see [notify.Limited].
func (s *Notifier) Limiter() *notify.Limiter { return s.posts }

// New checks the configuration. It does not touch the network.
func New(cfg Config) (*Notifier, error) {
	n := &Notifier{posts: cfg.Posts, layout: layout{mentions: cfg.Mentions, buttons: cfg.Buttons, silences: cfg.Silences, words: cfg.Words}}
	client := notify.Harden(cfg.Client)
	switch {
	case cfg.Token != nil && cfg.WebhookURL != nil:
		return nil, errors.New("slack: a token and a webhook URL exclude each other")
	case cfg.Token != nil && cfg.Channel == "":
		return nil, errors.New("slack: a token needs a channel")
	case cfg.Token != nil:
		api := strings.TrimRight(cmp.Or(cfg.APIURL, defaultAPIURL), "/") + "/"
		n.edits = true
		b := bot{layout: n.layout, posts: cfg.Posts, edits: cfg.Edits, token: cfg.Token, channel: cfg.Channel, apiURL: api, client: client}
		n.send, n.post = b.send, b.post
	case cfg.WebhookURL != nil:
		w := incoming{layout: n.layout, posts: cfg.Posts, url: cfg.WebhookURL, client: client}
		n.send, n.post = w.send, w.postAnyway
	default:
		return nil, errors.New("slack: a token and a channel, or a webhook URL, are required")
	}
	return n, nil
}

// Notify posts n, or edits the message that n.Ref names and says in its thread
// what changed, in the channel too when it is loud. The reference is
// "channel:timestamp", or empty for an incoming webhook. Slack cannot tell
// repeats: after an ambiguous failure a message may appear twice.
func (s *Notifier) Notify(ctx context.Context, n alerting.Notification) (string, error) {
	return s.send(ctx, n)
}

// Preview is a message or, for n with a reference, an edit and the answer in the
// thread.
func (s *Notifier) Preview(n alerting.Notification) []notify.Preview {
	if n.Ref == "" || !s.edits {
		return []notify.Preview{s.layout.first(n).preview("message")}
	}
	return []notify.Preview{s.layout.edited(n).preview("edit"), s.layout.answer(n).preview("answer in the thread")}
}
