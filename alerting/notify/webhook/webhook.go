package webhook

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/wording"
)

// Config is what a [Notifier] needs.
type Config struct {
	URL notify.Secret // its path or query may be a credential
	// Secret signs the body; nil sends it unsigned. It holds one secret a line,
	// each either "whsec_" and base64 or as it is: two during a rotation.
	Secret    notify.Secret
	Words     wording.Overrides
	Client    *http.Client // nil is [http.DefaultClient]
	UserAgent string       // "slofuse/1.2.3"; empty is "slofuse"
	Now       func() time.Time
	Limit     *notify.Limiter // of what the receiver takes; nil is none
}

// Notifier posts to one URL. It is safe for concurrent use.
type Notifier struct {
	cfg    Config
	client *http.Client
}

// New checks the configuration. It does not touch the network.
func New(cfg Config) (*Notifier, error) {
	if cfg.URL == nil {
		return nil, errors.New("webhook: a URL is required")
	}
	if cfg.Now == nil {
		return nil, errors.New("webhook: a clock is required")
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "slofuse"
	}
	return &Notifier{cfg: cfg, client: notify.Harden(cfg.Client)}, nil
}

// Limiter is what the receiver takes, see [notify.Limited].
func (w *Notifier) Limiter() *notify.Limiter { return w.cfg.Limit }

// Notify posts n. Any 2xx accepts it, whatever the body; the receiver tells
// repeats by the header webhook-id. The reference is always empty.
func (w *Notifier) Notify(ctx context.Context, n alerting.Notification) (string, error) {
	body, err := encode(w.body(n))
	if err != nil {
		return "", err
	}
	return "", w.post(ctx, n.EventID, body)
}

func (w *Notifier) post(ctx context.Context, id string, body []byte) error {
	if err := w.cfg.Limit.Wait(ctx); err != nil {
		return err
	}
	req, err := w.request(ctx, id, body)
	if err != nil {
		return err
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return notify.Classify(err)
	}
	_ = resp.Body.Close() // the status has said everything
	return nil
}

// Preview is the body.
func (w *Notifier) Preview(n alerting.Notification) []notify.Preview {
	return []notify.Preview{{What: "body", Body: w.body(n)}}
}

// body is the body in the words of the configuration, where there are any.
func (w *Notifier) body(n alerting.Notification) Body {
	b := NewBody(n)
	words := w.cfg.Words.Render(n, wording.Plain)
	b.Title, b.Text, b.Note = cmp.Or(text(testTitle(n, words.Title)), b.Title), cmp.Or(words.Text, b.Text), words.Note
	return b
}

// testTitle marks a test whatever the words are.
func testTitle(n alerting.Notification, title string) string {
	if n.Test && title != "" && !strings.Contains(title, "TEST") {
		return "TEST · " + title
	}
	return title
}

func (w *Notifier) request(ctx context.Context, eventID string, body []byte) (*http.Request, error) {
	url, err := w.cfg.URL()
	if err != nil {
		return nil, err
	}
	if _, ok := notify.WebLink(url); !ok {
		// The URL stays out of the text: it may be a credential.
		return nil, notify.Errorf(notify.KindBlocked, "the webhook URL is not an absolute http or https URL without credentials")
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSpace(url), bytes.NewReader(body))
	if err != nil {
		return nil, notify.Errorf(notify.KindBlocked, "the webhook URL cannot be used")
	}
	now := w.cfg.Now()
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", w.cfg.UserAgent)
	req.Header.Set(standardwebhooks.HeaderWebhookID, eventID)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	return req, w.sign(req, now, body)
}

// sign adds a signature per secret over the exact bytes that are sent.
func (w *Notifier) sign(req *http.Request, now time.Time, body []byte) error {
	if w.cfg.Secret == nil {
		return nil
	}
	secrets, err := w.cfg.Secret()
	if err != nil {
		return err
	}
	var signatures []string
	for secret := range strings.Lines(secrets) {
		if secret = strings.TrimSpace(secret); secret == "" {
			continue
		}
		signer, err := signerFor(secret)
		if err != nil {
			return notify.Errorf(notify.KindBlocked, "the webhook secret starts with whsec_ and is not base64")
		}
		signature, err := signer.Sign(req.Header.Get(standardwebhooks.HeaderWebhookID), now, body)
		if err != nil {
			return notify.Errorf(notify.KindBlocked, "the webhook could not be signed")
		}
		signatures = append(signatures, signature)
	}
	if len(signatures) == 0 {
		return notify.Errorf(notify.KindBlocked, "the webhook secret is empty")
	}
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	return nil
}

func signerFor(secret string) (*standardwebhooks.Webhook, error) {
	if strings.HasPrefix(secret, "whsec_") {
		return standardwebhooks.NewWebhook(secret)
	}
	return standardwebhooks.NewWebhookRaw([]byte(secret))
}
