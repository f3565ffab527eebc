package slack

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"golang.org/x/time/rate"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// Config is what a [Notifier] needs: a token and a channel, or a webhook URL.
// Both secrets are read for each message.
type Config struct {
	Token      notify.Secret // of a bot with the scope chat:write
	Channel    string        // "#slo" or the id of a channel the bot is a member of
	WebhookURL notify.Secret // of an incoming webhook, which knows its channel
	APIURL     string        // of the Web API; empty is Slack's own
	Client     *http.Client  // nil is [http.DefaultClient]
}

// Slack takes about one message a second and channel, and short bursts.
const (
	messageInterval = time.Second
	messageBurst    = 5
)

const defaultAPIURL = "https://slack.com/api/"

// Notifier posts to one channel. It is safe for concurrent use.
type Notifier struct {
	send    func(ctx context.Context, n alerting.Notification) (ref string, err error)
	limiter *rate.Limiter
}

// New checks the configuration. It does not touch the network.
func New(cfg Config) (*Notifier, error) {
	n := &Notifier{limiter: rate.NewLimiter(rate.Every(messageInterval), messageBurst)}
	client := notify.Harden(cfg.Client)
	switch {
	case cfg.Token != nil && cfg.WebhookURL != nil:
		return nil, errors.New("slack: a token and a webhook URL exclude each other")
	case cfg.Token != nil && cfg.Channel == "":
		return nil, errors.New("slack: a token needs a channel")
	case cfg.Token != nil:
		api := strings.TrimRight(cmp.Or(cfg.APIURL, defaultAPIURL), "/") + "/"
		n.send = bot{token: cfg.Token, channel: cfg.Channel, apiURL: api, client: client}.send
	case cfg.WebhookURL != nil:
		n.send = incoming{url: cfg.WebhookURL, client: client}.send
	default:
		return nil, errors.New("slack: a token and a channel, or a webhook URL, are required")
	}
	return n, nil
}

// Notify posts n, or edits the message that n.Ref names and, when n is loud or
// the end of the incident, answers in its thread. The reference is
// "channel:timestamp", or empty for an incoming webhook. Slack cannot tell
// repeats: after an ambiguous failure a message may appear twice.
func (s *Notifier) Notify(ctx context.Context, n alerting.Notification) (string, error) {
	if err := s.limiter.Wait(ctx); err != nil {
		return "", notify.Errorf(notify.KindTemporary, "too many messages for the channel at once")
	}
	return s.send(ctx, n)
}
