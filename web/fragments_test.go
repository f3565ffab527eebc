package web_test

import (
	"context"
	"html"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/live"
)

// counted is a fleet that counts how often pages ask for its incidents.
type counted struct {
	*fleet
	asked atomic.Int64
}

func (c *counted) Incidents(ctx context.Context, limit int) ([]alerting.Incident, error) {
	c.asked.Add(1)
	return c.fleet.Incidents(ctx, limit)
}

// watched is a server whose clock and hub the test holds.
type watched struct {
	*counted
	server *web.Server
	now    time.Time
}

func watch(t *testing.T, rules auth.Rules) *watched {
	t.Helper()
	w := &watched{counted: &counted{fleet: newFleet()}, now: noon}
	w.live = live.New(live.Options{First: 1, Keep: 10, Readers: 1})
	config := w.config()
	config.Alerts, config.Now = w.counted, func() time.Time { return w.now }
	config.Guard = auth.New(config.Now, rules)
	server, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	w.server = server
	return w
}

// part fetches the fragment of a page, with a token unless it is empty.
func (w *watched) part(target, secret, etag string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, target, nil)
	r.Host = "localhost"
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Fragment", "true")
	r.Header.Set("If-None-Match", etag)
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	return do(w.server, r)
}

func TestAFragmentIsMadeOnceUntilSomethingChanges(t *testing.T) {
	w := watch(t, auth.Rules{Alone: true})
	for _, step := range []struct {
		what string
		do   func()
		made int64
	}{
		{"it is asked for", func() {}, 1},
		{"it is asked for again", func() {}, 1},
		{"nearly ten seconds later", func() { w.now = w.now.Add(9999 * time.Millisecond) }, 1},
		{"ten seconds later", func() { w.now = w.now.Add(time.Millisecond) }, 2},
		{"something changed", func() { w.live.Publish(live.Incident, "inc-1") }, 3},
		{"it is asked for after the change", func() {}, 3},
	} {
		step.do()
		if got := w.part("/incidents", "", ""); got.Code != 200 || w.asked.Load() != step.made {
			t.Errorf("%s: status %d, made %d times, want %d", step.what, got.Code, w.asked.Load(), step.made)
		}
	}
	get(t, w.server, "/incidents")
	if w.asked.Load() != 4 {
		t.Error("a whole page was taken from what is kept")
	}
}

func TestACrowdCostsOneRendering(t *testing.T) {
	w := watch(t, auth.Rules{Alone: true})
	var crowd sync.WaitGroup
	for range 50 {
		crowd.Go(func() {
			if got := w.part("/incidents", "", ""); got.Code != 200 || !strings.Contains(got.Body.String(), "charge-card") {
				t.Errorf("status %d", got.Code)
			}
		})
	}
	crowd.Wait()
	if made := w.asked.Load(); made > 3 {
		t.Errorf("made %d times", made)
	}
}

func TestWhatDidNotChangeIsNotSentAgain(t *testing.T) {
	w := watch(t, auth.Rules{Alone: true})
	first := w.part("/incidents", "", "")
	etag := first.Header().Get("ETag")
	if again := w.part("/incidents", "", etag); etag == "" || again.Code != http.StatusNotModified || again.Body.Len() != 0 || again.Header().Get("ETag") != etag {
		t.Errorf("the same: status %d, %d bytes", again.Code, again.Body.Len())
	}
	w.incidents[0].State = alerting.IncidentResolved
	w.live.Publish(live.Incident, "inc-1")
	if changed := w.part("/incidents", "", etag); changed.Code != 200 || changed.Header().Get("ETag") == etag {
		t.Errorf("another: status %d", changed.Code)
	}
}

func TestAFragmentIsForThoseWhoSeeTheSame(t *testing.T) {
	w := watch(t, auth.Rules{Tokens: tokens(), Reading: true})
	const silence = "Silence the function"
	if got := w.part("/incidents/inc-1", secrets[auth.Operator], "").Body.String(); !strings.Contains(got, silence) {
		t.Errorf("an operator may not silence: %s", got)
	}
	if got := w.part("/incidents/inc-1", secrets[auth.Viewer], "").Body.String(); strings.Contains(got, silence) {
		t.Error("a viewer got what an operator sees")
	}
	if got := w.part("/incidents/inc-1", "", ""); got.Code != http.StatusUnauthorized {
		t.Errorf("a stranger: status %d", got.Code)
	}
	if a, b := w.part("/slos?q=cart", secrets[auth.Viewer], "").Body.String(), w.part("/slos?q=login", secrets[auth.Viewer], "").Body.String(); a == b {
		t.Error("two addresses share a fragment")
	}
}

func TestAnErrorIsNotKept(t *testing.T) {
	w := watch(t, auth.Rules{Alone: true})
	if got := w.part("/incidents/inc-9", "", ""); got.Code != http.StatusNotFound {
		t.Fatalf("status %d", got.Code)
	}
	w.incidents = append(w.incidents, alerting.Incident{ID: "inc-9", State: alerting.IncidentOpen, Severity: slo.SeverityPage, OpenedAt: noon})
	if got := w.part("/incidents/inc-9", "", ""); got.Code != http.StatusOK {
		t.Errorf("status %d", got.Code)
	}
}

// TestPagesFollowWhatTheyShow wants each page that changes to say what it follows, how
// often, and where its parts are fetched from, with all that was asked for.
func TestPagesFollowWhatTheyShow(t *testing.T) {
	w := watch(t, auth.Rules{Alone: true})
	for target, want := range map[string]struct{ concerns, pace string }{
		"/":                      {"", ""},
		"/slos?service=checkout": {"", ""},
		"/incidents":             {"", ""},
		"/incidents/inc-1":       {"", ""},
		"/functions/notify/send-email?slo=availability": {"", ""},
		"/executive":                             {"slo incident status", "60"},
		"/executive?period=last-month":           {"incident status", "60"},
		"/reports?period=last-month":             {"incident status", "60"},
		"/reports?owner=team-checkout&period=7d": {"slo incident status", "60"},
		"/silences":                              {"status", ""},
		"/deploys":                               {"status", ""},
		"/maintenance":                           {"status", ""},
		"/routes":                                {"incident status", ""},
		"/routes?slo=checkout%2Fcharge-card%2Favailability": {"incident status", ""},
		"/status":        {"", "10"},
		"/audit?who=ada": {"audit", ""},
	} {
		live := element(t, get(t, w.server, target).Body.String(), `<div id="live"`, ">")
		self := html.UnescapeString(attributeOf(live, "data-self"))
		if got := attributeOf(live, "data-concerns"); self != target || got != want.concerns || attributeOf(live, "data-pace") != want.pace {
			t.Errorf("%s follows %q, pace %q, by %s", target, got, attributeOf(live, "data-pace"), self)
		}
		if part := w.part(self, "", ""); part.Code != http.StatusOK || !strings.HasPrefix(part.Body.String(), `<div id="live"`) {
			t.Errorf("%s: status %d and no part of a page", self, part.Code)
		}
	}
}

// attributeOf is the value of an attribute in the text of a tag; empty without it.
func attributeOf(tag, name string) string {
	_, value, _ := strings.Cut(tag, " "+name+`="`)
	value, _, _ = strings.Cut(value, `"`)
	return value
}

func TestThePageSaysWhatItKnows(t *testing.T) {
	w := watch(t, auth.Rules{Alone: true})
	w.live.Publish(live.SLO, live.All)
	body := get(t, w.server, "/slos/checkout/charge-card/latency").Body.String()
	if want := `data-seq="2" data-concerns="slo:checkout/charge-card/latency incident status"`; !strings.Contains(body, want) {
		t.Errorf("no %s in %s", want, element(t, body, `<div id="live"`, ">"))
	}
}
