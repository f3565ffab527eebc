package alertmanager

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// Bounds of one request.
const (
	peerTimeout = 5 * time.Second // one instance that hangs keeps no message longer
	maxAlerts   = 500
)

// Config is what a [Notifier] needs.
type Config struct {
	URLs   []string     // of every instance of the cluster, without /api/v2/alerts
	Client *http.Client // nil is [http.DefaultClient]
	Now    func() time.Time
}

// Notifier posts to every instance of one cluster. It is safe for concurrent use.
type Notifier struct {
	urls   []string
	client *http.Client
	now    func() time.Time

	mu sync.Mutex // over a request: what is refreshed must not overtake what is new
	// sent is when what was sent last about an incident key was decided, until the
	// refreshing has caught up with it.
	sent map[string]time.Time
}

// New checks the configuration. It does not touch the network.
func New(cfg Config) (*Notifier, error) {
	if len(cfg.URLs) == 0 {
		return nil, errors.New("alertmanager: at least one URL is required")
	}
	if cfg.Now == nil {
		return nil, errors.New("alertmanager: a clock is required")
	}
	a := &Notifier{client: notify.Harden(cfg.Client), now: cfg.Now, sent: map[string]time.Time{}}
	for _, u := range cfg.URLs {
		if _, ok := notify.WebLink(u); !ok {
			return nil, errors.New("alertmanager: a URL is not an absolute http or https URL without credentials")
		}
		a.urls = append(a.urls, strings.TrimRight(u, "/")+"/api/v2/alerts")
	}
	return a, nil
}

// Notify posts the alert of the incident to all instances. It is accepted when
// one of them took it; the others learn it with the next refreshing. The
// reference holds the labels that the cluster knows it by.
func (a *Notifier) Notify(ctx context.Context, n alerting.Notification) (string, error) {
	refs, err := a.NotifyMany(ctx, []alerting.Notification{n})
	if err != nil {
		return "", err
	}
	return refs[0], nil
}

// Digests says that nobody can tell whether alerts came in one request: what waits
// goes together. An alert may come with the end of the one that it replaces.
func (a *Notifier) Digests() notify.Digests { return notify.Digests{Most: maxAlerts / 2, Always: true} }

// NotifyMany posts the alerts of all incidents in one request, see [Notifier.Notify].
func (a *Notifier) NotifyMany(ctx context.Context, many []alerting.Notification) (refs []string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	var alerts []Alert
	now := a.now()
	for _, n := range many {
		alerts = append(alerts, alertsOf(n, now)...)
		refs = append(refs, refOf(alerts[len(alerts)-1].Labels))
		a.sent[n.Incident.Key] = n.DecidedAt
	}
	if err := a.post(ctx, alerts); err != nil {
		for _, n := range many {
			if notify.Classify(err).Kind == notify.KindPermanent { // what it knows still holds
				delete(a.sent, n.Incident.Key)
			}
		}
		return nil, err
	}
	return refs, nil
}

// Preview is the alerts.
func (a *Notifier) Preview(n alerting.Notification) []notify.Preview {
	return []notify.Preview{{What: "alerts", Body: alertsOf(n, n.DecidedAt)}}
}

// Refresh posts again what the cluster was told last, see [notify.Refresher].
func (a *Notifier) Refresh(ctx context.Context, told []alerting.Notification) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	var alerts []Alert
	now := a.now()
	for _, n := range latest(told) {
		if newer, ok := a.sent[n.Incident.Key]; ok && newer.After(n.DecidedAt) {
			continue // it is out of date, and what took its place is on its way
		}
		delete(a.sent, n.Incident.Key)
		n.Ref = ""
		alerts = append(alerts, alertsOf(n, now)...)
	}
	var errs []error
	for chunk := range slices.Chunk(alerts, maxAlerts) {
		errs = append(errs, a.post(ctx, chunk))
	}
	return errors.Join(errs...)
}

// post sends to all instances at once and succeeds when one of them did.
func (a *Notifier) post(ctx context.Context, alerts []Alert) error {
	body, err := json.Marshal(alerts)
	if err != nil {
		return notify.Errorf(notify.KindPermanent, "the alerts cannot be encoded")
	}
	ctx, cancel := context.WithTimeout(ctx, peerTimeout)
	defer cancel()
	failures := make([]error, len(a.urls))
	var group sync.WaitGroup
	for i, u := range a.urls {
		group.Go(func() { failures[i] = a.postTo(ctx, u, body) })
	}
	group.Wait()
	if slices.Contains(failures, nil) {
		return nil
	}
	return worst(failures)
}

// worst is the failure that says most about a next attempt: what may have been
// accepted somewhere, then what may be accepted later.
func worst(failures []error) error {
	for _, kind := range []notify.Kind{notify.KindAmbiguous, notify.KindTemporary, notify.KindBlocked} {
		for _, err := range failures {
			if failure := notify.Classify(err); failure.Kind == kind {
				return failure
			}
		}
	}
	return failures[0]
}

func (a *Notifier) postTo(ctx context.Context, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return notify.Errorf(notify.KindBlocked, "a URL of Alertmanager cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := a.client.Do(req)
	if err != nil {
		return notify.Classify(err)
	}
	_ = resp.Body.Close() // the status has said everything
	return nil
}
