package pagerduty

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/wording"
)

// DefaultURL takes the events of accounts in the United States; those in Europe
// have https://events.eu.pagerduty.com/v2/enqueue.
const DefaultURL = "https://events.pagerduty.com/v2/enqueue"

// routingKeyLength is what the API insists on, in bytes.
const routingKeyLength = 32

// Pace keeps to 120 events in any minute for one routing key: a burst, and the
// rest spread over it.
func Pace() notify.Pace { return notify.Pace{Every: 600 * time.Millisecond, Burst: 20} }

// backOff is how long PagerDuty is left alone after a 429 that does not say: it
// asks for a few minutes.
const backOff = 2 * time.Minute

// Config is what a [Notifier] needs.
type Config struct {
	RoutingKey notify.Secret // of an Events API v2 integration; read for each message
	URL        string        // empty is [DefaultURL]
	// TicketSeverity is the severity of tickets: info, warning, error or critical;
	// empty is warning, and none sends no tickets.
	TicketSeverity string
	Words          wording.Overrides
	Client         *http.Client // nil is [http.DefaultClient]
	// Limit is that of the routing key; nil is none.
	Limit *notify.Limiter
}

// NoTickets as [Config.TicketSeverity] sends only pages.
const NoTickets = "none"

// Notifier sends to one integration. It is safe for concurrent use.
type Notifier struct {
	key    notify.Secret
	url    string
	ticket string // the severity of tickets; empty: they are not sent
	words  wording.Overrides
	client *http.Client
	limit  *notify.Limiter
}

// New checks the configuration. It does not touch the network.
func New(cfg Config) (*Notifier, error) {
	if cfg.RoutingKey == nil {
		return nil, errors.New("pagerduty: a routing key is required")
	}
	p := &Notifier{
		key: cfg.RoutingKey, url: cmp.Or(cfg.URL, DefaultURL), ticket: cmp.Or(cfg.TicketSeverity, "warning"), words: cfg.Words,
		client: notify.Harden(cfg.Client), limit: cfg.Limit,
	}
	if _, ok := notify.WebLink(p.url); !ok {
		return nil, errors.New("pagerduty: the URL is not an absolute http or https URL without credentials")
	}
	switch p.ticket {
	case NoTickets:
		p.ticket = ""
	case "info", "warning", "error", "critical":
	default:
		return nil, errors.New("pagerduty: the severity of tickets is info, warning, error, critical or none")
	}
	return p, nil
}

// Limiter is what the routing key takes, see [notify.Limited].
func (p *Notifier) Limiter() *notify.Limiter { return p.limit }

// Notify sends the events that bring the alert of the incident to the state of
// n, one after the other. PagerDuty folds repeats of a key into the open alert.
// The reference says how the alert was left.
func (p *Notifier) Notify(ctx context.Context, n alerting.Notification) (string, error) {
	severity := p.severityOf(n)
	actions, ref := plan(n, severity)
	for _, action := range actions {
		if err := p.send(ctx, p.event(n, action, severity)); err != nil {
			return "", err
		}
	}
	return ref, nil
}

// Preview is the bodies, with the routing key left out.
func (p *Notifier) Preview(n alerting.Notification) (out []notify.Preview) {
	severity := p.severityOf(n)
	actions, _ := plan(n, severity)
	for _, action := range actions {
		e := p.event(n, action, severity)
		e.RoutingKey = "<secret>"
		out = append(out, notify.Preview{What: action, Body: e})
	}
	return out
}

func (p *Notifier) send(ctx context.Context, e Event) error {
	key, err := p.key()
	if err != nil {
		return err
	}
	if e.RoutingKey = strings.TrimSpace(key); len(e.RoutingKey) != routingKeyLength {
		return notify.Errorf(notify.KindBlocked, "the routing key is not one of the Events API v2: it has %d characters, not %d", len(e.RoutingKey), routingKeyLength)
	}
	body, err := json.Marshal(e)
	if err != nil {
		return notify.Errorf(notify.KindPermanent, "the notification cannot be encoded")
	}
	if err := p.limit.Wait(ctx); err != nil {
		return err
	}
	return p.post(ctx, body)
}

func (p *Notifier) post(ctx context.Context, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(body))
	if err != nil {
		return notify.Errorf(notify.KindBlocked, "the URL of PagerDuty cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := p.client.Do(req)
	if err != nil {
		failure := notify.Classify(err)
		if failure.Status == http.StatusTooManyRequests && failure.RetryAfter == 0 {
			failure.RetryAfter = backOff
		}
		return failure
	}
	_ = resp.Body.Close() // the status has said everything there is to know
	return nil
}
