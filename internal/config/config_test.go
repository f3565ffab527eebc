package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo"
)

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func lines(ps config.Problems) []string {
	var out []string
	for _, p := range ps {
		out = append(out, p.String())
	}
	return out
}

// A bad file carries what is wrong with it in "# want:" comments at its end,
// complete and in order.
func TestBadFilesReportAllTheirProblems(t *testing.T) {
	files, err := filepath.Glob("testdata/*.bad.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text := read(t, name)
			var want []string
			for line := range strings.Lines(text) {
				if problem, ok := strings.CutPrefix(line, "# want: "); ok {
					want = append(want, name+":"+strings.TrimSuffix(problem, "\n"))
				}
			}
			c, problems := config.Parse(name, []byte(text))
			if diff := cmp.Diff(want, lines(problems)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if c != nil {
				t.Error("a configuration in spite of errors")
			}
		})
	}
}

func TestAnEmptyConfigurationHasTheDefaults(t *testing.T) {
	c, problems := config.Parse("c.yaml", []byte("backends: [{name: main, url: http://localhost:9090}]"))
	if len(problems) != 0 {
		t.Fatal(problems)
	}
	want := config.Default()
	if c.Evaluation != want.Evaluation || c.Storage != want.Storage || c.Alerting != want.Alerting || c.Route != nil {
		t.Errorf("got %+v", c)
	}
	if h := c.Backends[0].HTTP.Config; !h.FollowRedirects || !h.EnableHTTP2 {
		t.Error("a backend without http_config lacks the defaults of an HTTP client")
	}
	if want.Evaluation.Step != 30*time.Second || want.Storage.Retention < 400*24*time.Hour {
		t.Errorf("defaults are %+v", want)
	}
}

func TestAFullConfigurationIsRead(t *testing.T) {
	c, problems, err := config.Load("testdata/full.good.yaml")
	if err != nil || len(problems) != 0 {
		t.Fatal(err, problems)
	}
	if diff := cmp.Diff([]string{"testdata/slos/**/*.yaml", "/etc/slofuse/slos"}, c.SLOFiles); diff != "" {
		t.Error(diff)
	}
	if c.ExternalURL != "https://slo.example.com/slofuse" {
		t.Errorf("external URL %q", c.ExternalURL)
	}
	if c.Evaluation != (config.Evaluation{Step: time.Minute, Delay: 45 * time.Second}) || c.Alerting.Reopen != time.Hour {
		t.Errorf("evaluation %v, alerting %v", c.Evaluation, c.Alerting)
	}
	if c.Storage != (config.Storage{Path: "data/slofuse.db", Retention: 100 * 24 * time.Hour}) {
		t.Errorf("storage %v", c.Storage)
	}
	if diff := cmp.Diff([]string{"main", "tenant"}, c.BackendNames()); diff != "" {
		t.Error(diff)
	}
	wantPolicies := []slo.Policy{{
		Name: "gentle", Source: "our own", MinWindow: 24 * time.Hour,
		Guard: slo.Guard{Page: 10, PageShort: 2, Ticket: 3, TicketSlots: 2},
		Tiers: []slo.TierRule{
			{Name: "fast", BurnRate: 10, Long: slo.Span{Fixed: time.Hour}, Short: slo.Span{Fixed: 5 * time.Minute}, Severity: slo.SeverityPage},
			{Name: "drain", BurnRate: 1.5, Long: slo.Span{Fraction: 10, Min: 24 * time.Hour}, Short: slo.Span{Fraction: 12}, Severity: slo.SeverityTicket, PageAfter: 2 * time.Hour},
		},
	}}
	if diff := cmp.Diff(wantPolicies, c.Policies); diff != "" {
		t.Error(diff)
	}
}

func TestBackendsCarryTheirLimits(t *testing.T) {
	c, _, err := config.Load("testdata/full.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := config.Limits{ConcurrentQueries: 2, Samples: 1_000_000, ResponseBytes: 16 << 20, Timeout: 10 * time.Second}
	if c.Backends[0].Limits != config.DefaultLimits() || c.Backends[1].Limits != want {
		t.Errorf("limits %+v and %+v", c.Backends[0].Limits, c.Backends[1].Limits)
	}
}

func TestBackendsCarryWherePeopleLook(t *testing.T) {
	c, _, err := config.Load("testdata/full.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"http://localhost:9090", "", ""}, {"https://grafana.example.com/mimir", "https://grafana.example.com", "mimir"}}
	for i, b := range c.Backends[:2] {
		if diff := cmp.Diff(want[i], []string{b.PrometheusURL, b.GrafanaURL, b.GrafanaDatasource}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", b.Name, diff)
		}
	}
	for _, bad := range []string{`grafana_url: "javascript:alert(1)"`, `prometheus_url: "http://user:hunter2@localhost"`, `grafana_datasource: main`} {
		if _, problems := config.Parse("c.yaml", []byte("backends: [{name: main, url: http://localhost, "+bad+"}]")); problems.Err() == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestBackendsCarryTheirReplicaLabels(t *testing.T) {
	c, _, err := config.Load("testdata/full.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{nil, {"cluster", "__replica__"}}, [][]string{c.Backends[0].ReplicaLabels, c.Backends[1].ReplicaLabels}); diff != "" {
		t.Error(diff)
	}
	if _, problems := config.Parse("c.yaml", []byte("backends: [{name: main, url: http://localhost, replica_labels: []}]")); problems.Err() == nil {
		t.Error("an empty list of replica labels is taken")
	}
}

func TestBackendsCarryTheirHTTPClient(t *testing.T) {
	c, _, err := config.Load("testdata/full.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	h := c.Backends[1].HTTP.Config
	if h.BasicAuth.PasswordFile != "testdata/secrets/mimir" || h.TLSConfig.CAFile != "testdata/ca.pem" {
		t.Errorf("files are not relative to the configuration: %+v", h.BasicAuth)
	}
	if !h.FollowRedirects || h.ProxyURL.Host != "proxy:3128" {
		t.Errorf("redirects %v, proxy %v", h.FollowRedirects, h.ProxyURL)
	}
	headers := h.HTTPHeaders.Headers
	if len(headers) != 3 || headers["X-Team"].Values[0] != "sre" || string(headers["X-Scope-OrgID"].Secrets[0]) != "shop" ||
		headers["X-Token"].Files[0] != "testdata/secrets/token" {
		t.Errorf("headers %v", c.Backends[1].HTTP)
	}
}

func TestRoutesAndReceiversAreRead(t *testing.T) {
	c, _, err := config.Load("testdata/full.good.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	var walk func(indent string, r route.Node)
	walk = func(indent string, r route.Node) {
		line := indent + r.Matchers.String() + " " + r.Receiver
		if r.Continue {
			line += " continue"
		}
		got = append(got, line)
		for _, child := range r.Routes {
			walk(indent+"-", child)
		}
	}
	walk("", *c.Route)
	want := []string{
		`{} default`,
		`-{severity="page",owner=~"team-.*"} checkout-pager continue`,
		`-{owner="team-cart",tier!="critical"} `,
		`--{region="eu"} checkout-pager`,
		`--{region="us"} `,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	slack, hook := c.Receivers[0].Slack[0], c.Receivers[0].Webhooks[0]
	if slack.Channel != "#slo" || slack.Token.File != "/run/secrets/slack" || !slack.APIURL.IsZero() || !slack.SendResolved {
		t.Errorf("slack %+v", slack)
	}
	if hook.URL.Inline.Reveal() != "https://example.com/hook" || hook.Secret.File != "testdata/secrets/hook" || hook.HTTP.Config.HTTPHeaders == nil {
		t.Errorf("webhook %+v", hook)
	}
	slack, hook = c.Receivers[1].Slack[0], c.Receivers[1].Webhooks[0]
	if slack.APIURL.File != "testdata/secrets/slack-url" || slack.SendResolved {
		t.Errorf("slack %+v", slack)
	}
	if hook.URL.File != "testdata/secrets/url" || hook.Secret.Inline.Reveal() != "whsec_c2VjcmV0" || hook.HTTP.Config.FollowRedirects {
		t.Errorf("webhook %+v", hook)
	}
}

func TestLoadSaysWhenThereIsNoFile(t *testing.T) {
	_, _, err := config.Load(filepath.Join(t.TempDir(), "none.yaml"))
	if !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("error %v", err)
	}
}

func unwrapAll(err error) error {
	for {
		inner, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = inner.Unwrap()
	}
}
