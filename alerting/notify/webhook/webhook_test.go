package webhook_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/notifytest"
	"github.com/slofuse/slofuse/alerting/notify/sample"
	"github.com/slofuse/slofuse/alerting/notify/webhook"
	"github.com/slofuse/slofuse/alerting/notify/wording"
	"github.com/slofuse/slofuse/slo"
)

var update = flag.Bool("update", false, "write the golden files")

const encodedSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // the example of the specification

func newNotifier(t *testing.T, cfg webhook.Config) *webhook.Notifier {
	t.Helper()
	cfg.Now = time.Now
	n, err := webhook.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestContract(t *testing.T) {
	notifytest.Suite{
		New: func(t *testing.T, url string, client *http.Client) notify.Notifier {
			return newNotifier(t, webhook.Config{
				URL: notify.SecretText(url + "/hook/canary-path?key=canary-query"), Secret: notify.SecretText("canary-secret"), Client: client,
			})
		},
		Accept:  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		Secrets: []string{"canary-path", "canary-query", "canary-secret"},
	}.Run(t)
}

func TestBodyIsAsPublished(t *testing.T) {
	acked := notifytest.Ticket()
	acked.Incident.State, acked.Incident.AckedBy, acked.Incident.AckedAt = alerting.IncidentAcked, "ana", acked.DecidedAt
	affected, _ := sample.Of(alerting.EventAffected)
	muted, _ := sample.Of(alerting.EventMuted)
	for name, n := range map[string]alerting.Notification{
		"affected": affected, "muted": muted,
		"page": notifytest.Page(), "resolved": notifytest.Resolved(), "acked": acked,
		"bare": {EventID: "evt_bare", Status: alerting.StatusFiring, DecidedAt: notifytest.DecidedAt(), Incident: alerting.Incident{ID: "inc_1"}},
	} {
		t.Run(name, func(t *testing.T) {
			encoded, err := webhook.Encode(n)
			if err != nil {
				t.Fatal(err)
			}
			var got bytes.Buffer
			if err := json.Indent(&got, encoded, "", "  "); err != nil {
				t.Fatal(err)
			}
			got.WriteByte('\n')
			file := filepath.Join("testdata", name+".json")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("the body changed; if that is meant, run with -update:\n%s", diff)
			}
		})
	}
}

// alertmanagerMessage is the body that Alertmanager documents for webhooks.
type alertmanagerMessage struct {
	Version         string `json:"version"`
	GroupKey        string `json:"groupKey"`
	TruncatedAlerts uint64 `json:"truncatedAlerts"`
	Status          string `json:"status"`
	Receiver        string `json:"receiver"`
	GroupLabels     kv     `json:"groupLabels"`
	CommonLabels    kv     `json:"commonLabels"`
	CommonAnno      kv     `json:"commonAnnotations"`
	ExternalURL     string `json:"externalURL"`
	Alerts          []struct {
		Status       string    `json:"status"`
		Labels       kv        `json:"labels"`
		Annotations  kv        `json:"annotations"`
		StartsAt     time.Time `json:"startsAt"`
		EndsAt       time.Time `json:"endsAt"`
		GeneratorURL string    `json:"generatorURL"`
		Fingerprint  string    `json:"fingerprint"`
	} `json:"alerts"`
}

type kv map[string]string

func TestAConsumerOfAlertmanagerUnderstandsTheBody(t *testing.T) {
	for name, tc := range map[string]struct {
		n        alerting.Notification
		status   string
		severity string // common to all alerts
		ends     bool
	}{
		"firing":   {notifytest.Page(), "firing", "", false},
		"resolved": {notifytest.Resolved(), "resolved", "none", true},
	} {
		t.Run(name, func(t *testing.T) {
			encoded, err := webhook.Encode(tc.n)
			if err != nil {
				t.Fatal(err)
			}
			var got alertmanagerMessage
			if err := json.Unmarshal(encoded, &got); err != nil {
				t.Fatal(err)
			}
			if got.Version != "4" || got.Status != tc.status || got.GroupKey != tc.n.Incident.Key || len(got.Alerts) != 2 {
				t.Fatalf("message = %+v", got)
			}
			wantCommon := kv{"alertname": "ErrorBudgetBurn", "service": "checkout", "function": "charge-card", "owner": "team-checkout", "tier": "critical"}
			if tc.severity != "" {
				wantCommon["severity"] = tc.severity
			}
			if diff := cmp.Diff(wantCommon, got.CommonLabels); diff != "" {
				t.Error(diff)
			}
			for _, a := range got.Alerts {
				if a.Status != tc.status || a.EndsAt.IsZero() == tc.ends || a.StartsAt.IsZero() || len(a.Fingerprint) != 16 {
					t.Errorf("alert = %+v", a)
				}
			}
			if got.Alerts[0].Fingerprint == got.Alerts[1].Fingerprint {
				t.Error("two SLOs have the same fingerprint")
			}
		})
	}
}

// receive runs one notification and returns what arrived.
func receive(t *testing.T, cfg webhook.Config, n alerting.Notification) (http.Header, []byte) {
	t.Helper()
	var header http.Header
	var body []byte
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		header = r.Header
		body, _ = io.ReadAll(r.Body)
	}))
	defer server.Close()
	cfg.URL = notify.SecretText(server.URL + "/hook")
	if _, err := newNotifier(t, cfg).Notify(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	return header, body
}

func TestSignatureVerifies(t *testing.T) {
	raw, err := standardwebhooks.NewWebhookRaw([]byte("a raw secret"))
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := standardwebhooks.NewWebhook(encodedSecret)
	if err != nil {
		t.Fatal(err)
	}
	for name, tc := range map[string]struct {
		secret    string
		verifiers []*standardwebhooks.Webhook
	}{
		"a whsec_ secret":                        {encodedSecret, []*standardwebhooks.Webhook{encoded}},
		"a raw secret":                           {"a raw secret\n", []*standardwebhooks.Webhook{raw}},
		"two secrets verify during the rotation": {"a raw secret\r\n" + encodedSecret + "\n\n", []*standardwebhooks.Webhook{raw, encoded}},
	} {
		t.Run(name, func(t *testing.T) {
			header, body := receive(t, webhook.Config{Secret: notify.SecretText(tc.secret)}, notifytest.Page())
			for _, v := range tc.verifiers {
				if err := v.Verify(body, header); err != nil {
					t.Errorf("Verify() = %v", err)
				}
				if v.Verify(append(body, ' '), header) == nil {
					t.Error("another body verifies too")
				}
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	header, _ := receive(t, webhook.Config{UserAgent: "slofuse/1.2.3"}, notifytest.Page())
	for name, want := range map[string]string{
		"Content-Type": "application/json", "User-Agent": "slofuse/1.2.3", "Webhook-Id": "evt_01page", "Webhook-Signature": "",
	} {
		if got := header.Get(name); got != want {
			t.Errorf("%s: %s, want %q", name, got, want)
		}
	}
	if header.Get("Webhook-Timestamp") == "" {
		t.Error("no timestamp")
	}
}

func TestARepeatHasTheSameID(t *testing.T) {
	n := notifytest.Page()
	first, _ := receive(t, webhook.Config{}, n)
	n.Attempts, n.Reason = 3, "late: decided 2h ago"
	second, _ := receive(t, webhook.Config{}, n)
	if first.Get("Webhook-Id") != second.Get("Webhook-Id") {
		t.Errorf("ids %s and %s differ", first.Get("Webhook-Id"), second.Get("Webhook-Id"))
	}
}

func TestSecretsAreReadWhenTheyAreNeeded(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	cfg := webhook.Config{Secret: notify.SecretFile(file)}
	for _, secret := range []string{"first", "second"} {
		if err := os.WriteFile(file, []byte(secret+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		header, body := receive(t, cfg, notifytest.Page())
		verifier, err := standardwebhooks.NewWebhookRaw([]byte(secret))
		if err != nil {
			t.Fatal(err)
		}
		if err := verifier.Verify(body, header); err != nil {
			t.Errorf("after the file held %q: %v", secret, err)
		}
	}
}

func TestWhatAnOperatorHasToRepairIsBlocked(t *testing.T) {
	good := notify.SecretText("https://hooks.example.com/canary")
	for name, cfg := range map[string]webhook.Config{
		"the secret file is missing":   {URL: good, Secret: notify.SecretFile("/nonexistent/canary.txt")},
		"the secret is empty":          {URL: good, Secret: notify.SecretText(" \n")},
		"the secret is not base64":     {URL: good, Secret: notify.SecretText("whsec_canary!")},
		"the URL is relative":          {URL: notify.SecretText("/canary")},
		"the URL has another scheme":   {URL: notify.SecretText("file:///canary")},
		"the URL holds a password":     {URL: notify.SecretText("https://user:canary@example.com/")},
		"the URL cannot be parsed":     {URL: notify.SecretText("https://canary.example.com/%zz\x7f")},
		"the URL file is not readable": {URL: notify.SecretFile(t.TempDir())},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := newNotifier(t, cfg).Notify(t.Context(), notifytest.Page())
			if err == nil || notify.Classify(err).Kind != notify.KindBlocked {
				t.Fatalf("Notify() = %v, want a blocked failure", err)
			}
			if strings.Contains(strings.ReplaceAll(err.Error(), "canary.txt", ""), "canary") {
				t.Errorf("the error holds the secret: %v", err)
			}
		})
	}
}

func TestNewWantsAURLAndAClock(t *testing.T) {
	if _, err := webhook.New(webhook.Config{Now: time.Now}); err == nil {
		t.Error("no error without a URL")
	}
	if _, err := webhook.New(webhook.Config{URL: notify.SecretText("https://example.com")}); err == nil {
		t.Error("no error without a clock")
	}
}

func TestAHugeIncidentIsCutToSizeAndCounted(t *testing.T) {
	n := notifytest.Page()
	fact := n.Facts[0]
	n.Facts = nil
	for range 300 {
		n.Facts = append(n.Facts, fact)
	}
	for range 500 {
		n.Incident.Timeline = append(n.Incident.Timeline, alerting.Event{At: n.DecidedAt, Kind: "alert", Text: strings.Repeat("é", 5000)})
	}
	encoded, err := webhook.Encode(n)
	if err != nil {
		t.Fatal(err)
	}
	var got webhook.Body
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	if len(encoded) > 20_000 || len(got.Alerts) == 0 || len(got.Alerts)+got.TruncatedAlerts != 300 {
		t.Errorf("%d bytes, %d alerts and %d left out, want at most 20000 bytes and 300 alerts", len(encoded), len(got.Alerts), got.TruncatedAlerts)
	}
	if total := len(got.Incident.Timeline) + got.Incident.Earlier; total != 501 {
		t.Errorf("%d lines of the timeline accounted for, want 501", total)
	}
}

func TestUnknownNumbersAreNull(t *testing.T) {
	n := notifytest.Page()
	f := &n.Facts[0]
	f.BurnRateLong, f.SuccessRatio, f.BudgetRemaining = new(math.NaN()), new(math.Inf(1)), nil
	f.Objective = "most of the time"
	encoded, err := webhook.Encode(n)
	if err != nil {
		t.Fatal(err)
	}
	var got webhook.Body
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	if s := got.SLO; s.SLI != nil || s.Objective != nil || s.ErrorBudget.RemainingRatio != nil || s.BurnRates[0].Rate != nil {
		t.Errorf("slo = %+v, want nulls", s)
	}
}

func TestFingerprintsTellSetsOfLabelsApart(t *testing.T) {
	seen := map[string]string{}
	for _, pair := range [][2]string{{`a`, `b,c="d"`}, {`a","c`, `b`}, {`a`, `b`}, {`ab`, ``}, {`a`, `b","c":"d`}} {
		n := notifytest.Page()
		n.Facts[0].Labels = map[string]string{pair[0]: pair[1]}
		body := webhook.NewBody(n)
		fingerprint := body.Alerts[0].Fingerprint
		if other, twice := seen[fingerprint]; twice {
			t.Errorf("%q and %s have the same fingerprint", pair, other)
		}
		seen[fingerprint] = pair[0] + "=" + pair[1]
	}
	page, ticket := notifytest.Page(), notifytest.Page()
	ticket.Facts[0].Severity = slo.SeverityTicket
	if webhook.NewBody(page).Alerts[0].Fingerprint != webhook.NewBody(ticket).Alerts[0].Fingerprint {
		t.Error("a rise in severity changed the fingerprint")
	}
}

func FuzzBodyIsAlwaysJSON(f *testing.F) {
	for _, seed := range []string{"plain", `","x":"`, "\x00\xff\xfe", "\u202e\u2028", strings.Repeat("ä\"", 4000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		encoded, err := webhook.Encode(notifytest.Hostile(text))
		if err != nil {
			t.Fatal(err)
		}
		var got webhook.Body
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Fatalf("not JSON: %v", err)
		}
		if len(got.Alerts) == 0 || len(encoded) > 256_000 {
			t.Fatalf("%d alerts in %d bytes", len(got.Alerts), len(encoded))
		}
	})
}

func TestTheBodyCarriesWhatBelongsToTheIncident(t *testing.T) {
	n := notifytest.Page()
	until := n.DecidedAt.Add(time.Hour)
	for range 30 {
		n.Incident.Affected = append(n.Incident.Affected, alerting.Affected{Incident: "inc_43", Service: "shop", Function: "cart", Owner: "team-shop", Severity: slo.SeverityPage, Since: n.DecidedAt})
	}
	n.Incident.Alerts = []alerting.Alert{
		{ID: n.Facts[0].ID},
		{ID: n.Facts[1].ID, MutedBy: []alerting.Muting{{Kind: alerting.MutingDeploy, ID: "d1", By: "ci", Until: until}}},
	}
	n.Incident.Deploy = &alerting.Deploy{ID: "d1", Version: "v2", URL: "javascript:alert(1)", By: "ci", StartsAt: n.DecidedAt}
	n.Incident.Kinds = []map[string]string{{"code": "503"}, {"code": "500"}}
	n.Incident.AckUntil, n.Incident.Flapping = until, n.DecidedAt
	got := webhook.NewBody(n)
	i := got.Incident
	if len(got.Alerts) != 2 || len(i.Affected) != 20 || i.Omitted != 10 || i.Affected[0].Owner != "team-shop" || i.Affected[0].Severity != "page" {
		t.Errorf("%d alerts, %d affected and %d left out: %+v", len(got.Alerts), len(i.Affected), i.Omitted, i.Affected[0])
	}
	if len(i.MutedBy) != 1 || i.MutedBy[0].SLO != "checkout/charge-card/latency" || i.MutedBy[0].Kind != "deploy" || len(got.SLO.Alert.MutedBy) != 0 {
		t.Errorf("muted by %+v, the worst SLO by %+v", i.MutedBy, got.SLO.Alert.MutedBy)
	}
	if i.Deploy == nil || i.Deploy.Version != "v2" || i.Deploy.URL != "" || len(i.Kinds) != 2 || !i.AckUntil.Equal(until) || i.FlapsSince == nil || i.Event != "opened" {
		t.Errorf("incident %+v, deploy %+v", i, i.Deploy)
	}
}

func TestWordsStandBesideTheFieldsOfAlertmanager(t *testing.T) {
	words := func(text string) wording.Overrides {
		parsed, err := wording.NewSet().Parse("text", text)
		if err != nil {
			t.Fatal(err)
		}
		return wording.Overrides{Title: parsed, Text: parsed}
	}
	for text, want := range map[string][3]string{
		`{{.Function}} <&>`:                         {"charge-card <&>", "charge-card <&>", ""},
		`{{index .Affected 0}}`:                     {"PAGE · checkout/charge-card", "availability 99.9% over 30d: burning 20× (1h) / 35× (5m), 247 of 12,345 calls failed in 1h", "template failed: text: "},
		`{{range 60}}{{printf "%01000d" 1}}{{end}}`: {"", "", ""},
	} {
		_, raw := receive(t, webhook.Config{Words: words(text)}, notifytest.Page())
		var got webhook.Body
		if err := json.Unmarshal(raw, &got); err != nil || len(raw) > 20_000 || len(got.Alerts) == 0 {
			t.Fatalf("%v, %d bytes, %d alerts", err, len(raw), len(got.Alerts))
		}
		if want[0] != "" && (got.Title != want[0] || got.Text != want[1] || !strings.HasPrefix(got.Note, want[2]) || (want[2] == "") != (got.Note == "")) {
			t.Errorf("%s: title %q, text %q, note %q", text, got.Title, got.Text, got.Note)
		}
	}
}
