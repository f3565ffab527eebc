package alertmanager_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/alertmanager"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/slo"
)

func TestContract(t *testing.T) {
	notifytest.Suite{
		New: func(t *testing.T, url string, client *http.Client) notify.Notifier {
			n, err := alertmanager.New(alertmanager.Config{URLs: []string{url + "/canary-path"}, Client: client, Now: notifytest.DecidedAt})
			if err != nil {
				t.Fatal(err)
			}
			return n
		},
		Accept:  func(http.ResponseWriter, *http.Request) {},
		Secrets: []string{"canary-path"},
	}.Run(t)
}

// peer is one instance: it keeps the last alert of each set of labels, as
// Alertmanager does, and can be broken.
type peer struct {
	mu     sync.Mutex
	status int
	posts  int
	alerts map[string]alertmanager.Alert
}

func (p *peer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.posts++
	if p.status != 0 {
		w.WriteHeader(p.status)
		return
	}
	var alerts []alertmanager.Alert
	body, _ := io.ReadAll(r.Body)
	if json.Unmarshal(body, &alerts) != nil || r.URL.Path != "/api/v2/alerts" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, a := range alerts {
		key, _ := json.Marshal(a.Labels)
		p.alerts[string(key)] = a
	}
}

// firing lists the severities that fire at an instant.
func (p *peer) firing(at time.Time) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := []string{}
	for _, a := range p.alerts {
		if a.EndsAt.After(at) {
			out = append(out, a.Labels["severity"])
		}
	}
	return out
}

type cluster struct {
	t     *testing.T
	peers [3]peer
	am    *alertmanager.Notifier
	now   time.Time
}

func newCluster(t *testing.T) *cluster {
	c := &cluster{t: t, now: notifytest.DecidedAt()}
	var urls []string
	for i := range c.peers {
		c.peers[i].alerts = map[string]alertmanager.Alert{}
		server := httptest.NewServer(&c.peers[i])
		t.Cleanup(server.Close)
		urls = append(urls, server.URL+"/")
	}
	var err error
	c.am, err = alertmanager.New(alertmanager.Config{URLs: urls, Now: func() time.Time { return c.now }})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *cluster) notify(n alerting.Notification) (ref string) {
	c.t.Helper()
	ref, err := c.am.Notify(c.t.Context(), n)
	if err != nil {
		c.t.Fatal(err)
	}
	return ref
}

func (c *cluster) refresh(told ...alerting.Notification) {
	c.t.Helper()
	if err := c.am.Refresh(c.t.Context(), told); err != nil {
		c.t.Fatal(err)
	}
}

func (c *cluster) wantFiring(want ...string) {
	c.t.Helper()
	for i := range c.peers {
		if diff := cmp.Diff(append([]string{}, want...), c.peers[i].firing(c.now)); diff != "" {
			c.t.Errorf("instance %d: %s", i, diff)
		}
	}
}

func TestEveryInstanceIsToldAndOneThatTakesItIsEnough(t *testing.T) {
	c := newCluster(t)
	c.peers[0].status, c.peers[1].status = http.StatusServiceUnavailable, http.StatusForbidden
	c.notify(notifytest.Page())
	for i := range c.peers {
		if c.peers[i].posts != 1 {
			t.Errorf("instance %d was posted to %d times", i, c.peers[i].posts)
		}
	}
	c.peers[0].status, c.peers[1].status = 0, 0
	c.refresh(notifytest.Page())
	c.wantFiring("page")
}

func TestWhatNoInstanceTakesIsTriedAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		statuses [3]int
		want     notify.Kind
	}{
		"down":              {[3]int{503, 503, 503}, notify.KindTemporary},
		"one may come back": {[3]int{400, 403, 503}, notify.KindTemporary},
		"credentials":       {[3]int{400, 403, 403}, notify.KindBlocked},
		"refused by all":    {[3]int{400, 400, 400}, notify.KindPermanent},
	} {
		t.Run(name, func(t *testing.T) {
			c := newCluster(t)
			for i, status := range tc.statuses {
				c.peers[i].status = status
			}
			_, err := c.am.Notify(t.Context(), notifytest.Page())
			if got := notify.Classify(err).Kind; got != tc.want {
				t.Errorf("it is %s, want %s", got, tc.want)
			}
		})
	}
}

func TestAnAlertLastsThroughAStallAndEndsOnlyWhenItIsToldTo(t *testing.T) {
	c := newCluster(t)
	page := notifytest.Page()
	page.Ref = c.notify(page)
	for range 10 { // refreshed every minute, with a stall of 14 minutes in between
		c.now = c.now.Add(14 * time.Minute)
		c.wantFiring("page")
		c.refresh(page)
	}
	resolved := notifytest.Resolved()
	resolved.Ref, resolved.DecidedAt, resolved.Incident.ResolvedAt = page.Ref, c.now, c.now
	c.notify(resolved)
	c.wantFiring()
	c.refresh(page) // read before the end was recorded
	c.wantFiring()
	c.refresh(resolved)
	c.wantFiring()
}

func TestANewSeverityEndsTheOldOneInTheSameRequest(t *testing.T) {
	c := newCluster(t)
	ticket, rise := notifytest.Ticket(), notifytest.Rise()
	rise.Ref = c.notify(ticket)
	before := c.peers[0].posts
	c.now = c.now.Add(time.Minute)
	rise.DecidedAt = c.now
	c.notify(rise)
	c.wantFiring("page")
	if posts := c.peers[0].posts - before; posts != 1 {
		t.Errorf("%d requests, want one", posts)
	}
}

func TestManyIncidentsAreToldInOneRequest(t *testing.T) {
	c := newCluster(t)
	var many []alerting.Notification
	for _, key := range []string{"a", "b", "c"} {
		n := notifytest.Page()
		n.Incident.Key = key
		many = append(many, n)
	}
	refs, err := c.am.NotifyMany(t.Context(), many)
	if err != nil || len(refs) != 3 || refs[0] == refs[1] {
		t.Fatalf("NotifyMany() = %q, %v", refs, err)
	}
	for i := range c.peers {
		p := &c.peers[i]
		if p.posts != 1 || len(p.alerts) != 3 {
			t.Errorf("%d requests with %d alerts, want one with three", p.posts, len(p.alerts))
		}
	}
}

func TestTheEndOfAnIncidentDoesNotEndTheNextOne(t *testing.T) {
	c := newCluster(t)
	resolved, next := notifytest.Resolved(), notifytest.Page()
	next.Incident.ID = "inc_43"
	c.now = resolved.DecidedAt.Add(2 * time.Minute)
	next.DecidedAt, next.Incident.OpenedAt = c.now, c.now
	c.notify(next)
	c.refresh(resolved, next)
	c.refresh(next, resolved)
	c.wantFiring("page")
}

func TestNothingThatMeasuresIsALabel(t *testing.T) {
	a, b := notifytest.Page(), notifytest.Page()
	b.Reason, b.Kind, b.EventID, b.DecidedAt = "worse", alerting.EventAlert, "evt_2", b.DecidedAt.Add(time.Hour)
	b.Facts[0].BurnRateLong, b.Incident.State = new(99.0), alerting.IncidentAcked
	b.Facts[0].Errors, b.Incident.Fingerprint = nil, nil
	c := newCluster(t)
	if refA, refB := c.notify(a), c.notify(b); refA != refB {
		t.Errorf("the labels changed with the numbers:\n%s\n%s", refA, refB)
	}
	want := `{"alertname":"ErrorBudgetBurn","function":"charge-card","incident":"slofuse/checkout/charge-card/42","owner":"team-checkout","service":"checkout","severity":"page","tier":"critical"}`
	if got := c.notify(a); got != want {
		t.Errorf("labels %s", got)
	}
}

func TestHostileTextsAreStillAccepted(t *testing.T) {
	for _, text := range []string{strings.Repeat("ä", 10_000), "\x00\u202e\xff", ""} {
		n := notifytest.Hostile(text)
		n.Incident.Severity = slo.SeverityNone
		c := newCluster(t)
		c.notify(n)
		c.wantFiring("info")
		for key, a := range c.peers[0].alerts {
			for name, value := range a.Labels {
				if name == "" || value == "" || len(value) > 3000 {
					t.Errorf("label %q of %s", name, key)
				}
			}
		}
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	for want, cfg := range map[string]alertmanager.Config{
		"at least one URL":    {Now: time.Now},
		"a clock is required": {URLs: []string{"http://a"}},
		"not an absolute":     {URLs: []string{"a:9093"}, Now: time.Now},
	} {
		if _, err := alertmanager.New(cfg); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("New() = %v, want %q", err, want)
		}
	}
}
