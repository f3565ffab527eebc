package web_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// decode reads a JSON answer, which must be one.
func decode[T any](t *testing.T, w *httptest.ResponseRecorder) T {
	t.Helper()
	var out T
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		t.Fatalf("status %d: %v\n%s", w.Code, err, w.Body)
	}
	return out
}

func functions(list api.SLOList) string {
	var out []string
	for _, s := range list.SLOs {
		out = append(out, s.Function+"."+s.SLO)
	}
	return strings.Join(out, " ")
}

// TestWhatTheAPIAnswers compares whole answers with files, so that no key
// changes unnoticed.
func TestWhatTheAPIAnswers(t *testing.T) {
	for name, target := range map[string]string{
		"slo":       "/api/v1/slos/checkout/charge-card/availability",
		"slos":      "/api/v1/slos?limit=1",
		"explain":   "/api/v1/slos/checkout/charge-card/availability/explain",
		"series":    "/api/v1/slos/media/thumbnail/availability/series?from=2026-03-01T00:00:00Z&to=2026-03-01T12:00:00Z&step=6h",
		"incident":  "/api/v1/incidents/inc-1",
		"incidents": "/api/v1/incidents?limit=1",
		"gate":      "/api/v1/gate?select=service%3Dcheckout",
		"missing":   "/api/v1/slos/checkout/charge-card/durability",
		"refused":   "/api/v1/slos?sort=colour&limit=0",
	} {
		t.Run(name, func(t *testing.T) {
			w := get(t, newFleet().server(t), target)
			if got := w.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Errorf("type %q", got)
			}
			var value any
			if err := json.Unmarshal(w.Body.Bytes(), &value); err != nil {
				t.Fatal(err)
			}
			got, err := json.MarshalIndent(value, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join("testdata", name+".json"), string(got)+"\n")
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", path, diff)
	}
}

func TestListsAreFilteredSortedAndPaged(t *testing.T) {
	server := newFleet().server(t)
	for query, want := range map[string]string{
		"service=media":                     "thumbnail.availability transcode.availability",
		"function=GET+%2Fcart%2F%7Bid%7D":   "GET /cart/{id}.availability",
		"owner=team-growth&sort=function":   "fan-out.availability send-email.availability verify-address.availability",
		"severity=page":                     "charge-card.availability login.availability",
		"state=idle,new":                    "transcode.availability verify-address.availability",
		"status=spent":                      "thumbnail.availability",
		"q=cart":                            "GET /cart/{id}.availability",
		"limit=3":                           "charge-card.availability GET /cart/{id}.availability login.availability",
		"sort=-budget&limit=1":              "evaluate.availability",
		"label=tier%3Dcritical&limit=1":     "charge-card.availability",
		"label=tier%3Dother":                "",
		"service=checkout&sort=-calls":      "GET /cart/{id}.availability charge-card.availability charge-card.latency",
		"q=%3Cscript%3E&sort=&service=":     "",
		"at=2026-02-01T00%3A00%3A00Z&q=log": "login.availability",
	} {
		w := get(t, server, "/api/v1/slos?"+query)
		if got := functions(decode[api.SLOList](t, w)); w.Code != http.StatusOK || got != want {
			t.Errorf("%s: status %d\n got %s\nwant %s", query, w.Code, got, want)
		}
	}
}

func TestTheCursorLeadsThroughAllPages(t *testing.T) {
	server := newFleet().server(t)
	all := functions(decode[api.SLOList](t, get(t, server, "/api/v1/slos")))
	var got []string
	for next := ""; ; {
		page := decode[api.SLOList](t, get(t, server, "/api/v1/slos?limit=3&cursor="+next))
		got = append(got, functions(page))
		if page.Next == nil {
			break
		}
		next = *page.Next
	}
	if strings.Join(got, " ") != all || len(got) != 4 {
		t.Errorf("%d pages:\n got %s\nwant %s", len(got), strings.Join(got, " "), all)
	}
	if w := get(t, server, "/api/v1/slos?sort=budget&cursor=nonsense"); w.Code != http.StatusBadRequest {
		t.Errorf("a wrong cursor: status %d", w.Code)
	}
}

// TestNamesFromOutsideAreFoundUnderTheirPath gives functions the names that
// HTTP and RPC frameworks give them, and asks for each by its id.
func TestNamesFromOutsideAreFoundUnderTheirPath(t *testing.T) {
	f := newFleet()
	odd := []string{
		"GET /cart/{id}", "/", "a/b/c", "..%2f", "100%", "50%25", "a?b=c&d", "a#b", "größe", "日本", "a b", "a+b", `a"b'c`, "<b>", ";", "a\\b",
		"pkg.Service/Method", "fn:$LATEST", "series", "{service}", "a//b", "a:8080", "%2F", "\u202eevil", "x\ny",
	}
	for _, name := range odd {
		if name != "GET /cart/{id}" {
			f.add(member{service: "odd/" + name, function: name, name: name, owner: "team-odd", objective: "99%", total: 100})
		}
	}
	server := f.server(t)
	for _, s := range f.slos {
		id := s.ID.String()
		w := get(t, server, "/api/v1/slos/"+id)
		if got := decode[api.SLO](t, w); w.Code != 200 || got.ID != id || got.Function != s.ID.Function || got.Service != s.ID.Service {
			t.Errorf("%s: status %d, got %q %q", id, w.Code, got.Service, got.Function)
		}
		if w := get(t, server, "/api/v1/slos/"+id+"/series?step=1d"); w.Code != 200 || len(decode[api.Series](t, w).Points) != 30 {
			t.Errorf("%s: series: status %d %s", id, w.Code, w.Body)
		}
		if w := get(t, server, "/slos/"+id); w.Code != 200 || !strings.Contains(w.Body.String(), "Burn rates") {
			t.Errorf("%s: page: status %d", id, w.Code)
		}
	}
}

func TestSeriesParameters(t *testing.T) {
	server := newFleet().server(t)
	const path = "/api/v1/slos/media/thumbnail/availability/series"
	for query, want := range map[string]string{
		"":                                 "2026-01-30T12:00:00Z 2026-03-01T12:00:00Z 2h 360",
		"?from=2026-03-01T11:00:00Z":       "2026-03-01T11:00:00Z 2026-03-01T12:00:00Z 30s 120",
		"?from=2026-02-28T12:00:00Z":       "2026-02-28T12:00:00Z 2026-03-01T12:00:00Z 5m 288",
		"?to=2026-02-01T00:00:00Z&step=1d": "2026-01-02T00:00:00Z 2026-02-01T00:00:00Z 1d 30",
		"?from=2026-03-01T12:00:00%2B01:00&step=30m": "2026-03-01T11:00:00Z 2026-03-01T12:00:00Z 30m 2",
		"?from=2024-03-01T12:00:00Z":                 "2024-03-01T12:00:00Z 2026-03-01T12:00:00Z 3d 243",
		"?from=2026-03-01T12:00:00Z":                 "400 from must be before to",
		"?from=2026-03-02T12:00:00Z":                 "400 from must be before to",
		"?from=now-7d":                               "400 from=",
		"?to=1772366400":                             "400 to=",
		"?step=soon":                                 "400 step=",
		"?step=0s":                                   "400 step=",
		"?step=-5m":                                  "400 step=",
		"?step=1s":                                   "400 5000 points",
		"?stepp=1h":                                  "400 from, to, step",
		"?from=1971-01-01T00:00:00Z&to=2200-01-01T00:00:00Z&step=1h": "400 points",
	} {
		w := get(t, server, path+query)
		if message, refused := strings.CutPrefix(want, "400 "); refused {
			if p := problemOf(t, w); w.Code != 400 || !strings.Contains(p.Message, message) {
				t.Errorf("%s: status %d, %q", query, w.Code, p.Message)
			}
			continue
		}
		s := decode[api.Series](t, w)
		got := fmt.Sprintf("%s %s %s %d", s.From.Format(time.RFC3339Nano), s.To.Format(time.RFC3339Nano), s.Step, len(s.Points))
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", query, got, want)
		}
	}
}

func TestThePastHasNumbersAndNoAlerts(t *testing.T) {
	f := newFleet()
	w := get(t, f.server(t), "/api/v1/slos/checkout/charge-card/availability?at=2026-02-01T12:00:00Z")
	got := decode[api.SLO](t, w)
	if got.Alert.State != "unknown" || got.Incident != nil || got.Total == 0 {
		t.Errorf("alert %s, incident %v, total %v", got.Alert.State, got.Incident, got.Total)
	}
	if want := time.Date(2026, 2, 1, 12, 0, 0, 0, time.UTC); !f.askedAt.Equal(want) {
		t.Errorf("asked for %s", f.askedAt)
	}
	for _, target := range []string{"/api/v1/slos?at=", "/api/v1/gate?at=", "/api/v1/slos/checkout/charge-card/availability?at="} {
		if w := get(t, f.server(t), target+"2026-03-01T12:00:01Z"); w.Code != 400 {
			t.Errorf("%s in the future: status %d", target, w.Code)
		}
	}
}

func TestGate(t *testing.T) {
	for name, c := range map[string]struct {
		query   string
		verdict string
		strict  int
	}{
		"everything, where something burns":      {"", "fail", 422},
		"a service that burns":                   {"select=service%3Dcheckout", "fail", 422},
		"a function that is fine":                {"select=service%3Dflags,function%3Devaluate", "pass", 200},
		"the same, selected in two parts":        {"select=service%3Dflags&select=function%3Devaluate", "pass", 200},
		"a label and a name":                     {"select=tier%3Dcritical,slo%3Dlatency", "pass", 200},
		"data that is gone":                      {"select=service%3Dnotify", "inconclusive", 503},
		"nothing is selected":                    {"select=service%3Dnobody", "inconclusive", 503},
		"a limit above the burn":                 {"select=service%3Dcheckout&max_burn_rate=25", "pass", 200},
		"no limit on the burn":                   {"select=service%3Dcheckout&max_burn_rate=0", "pass", 200},
		"another window":                         {"select=function%3Dcharge-card&window=4h", "fail", 422},
		"a window that nobody has":               {"select=service%3Dflags&window=7d", "inconclusive", 503},
		"a budget that is there":                 {"select=service%3Didentity&min_budget=10%25", "pass", 200},
		"a budget that is not":                   {"select=service%3Didentity&min_budget=90", "fail", 422},
		"a budget that is spent, nothing burns":  {"select=function%3Dthumbnail&min_budget=1.5%25", "fail", 422},
		"the same, when nobody asks for budgets": {"select=function%3Dthumbnail", "pass", 200},
	} {
		t.Run(name, func(t *testing.T) {
			server := newFleet().server(t)
			for target, want := range map[string]int{"/api/v1/gate?" + c.query: 200, "/api/v1/gate?strict=true&" + c.query: c.strict} {
				w := get(t, server, target)
				if v := decode[api.Verdict](t, w); w.Code != want || v.Verdict != c.verdict {
					t.Errorf("GET %s: status %d, %s, want %d, %s\n%s", target, w.Code, v.Verdict, want, c.verdict, w.Body)
				}
			}
			for target, want := range map[string]int{"/api/v1/gate?" + c.query: c.strict, "/api/v1/gate?strict=false&" + c.query: 200} {
				w := post(server, target, "application/json", `{"name":"cart","namespace":"shop","phase":"Progressing","metadata":{}}`)
				if v := decode[api.Verdict](t, w); w.Code != want || v.Verdict != c.verdict {
					t.Errorf("POST %s: status %d, %s, want %d, %s", target, w.Code, v.Verdict, want, c.verdict)
				}
			}
		})
	}
}

func TestAGateAsksForItsWindows(t *testing.T) {
	f := newFleet()
	get(t, f.server(t), "/api/v1/gate?window=4h&at=2026-02-01T12:00:00Z")
	if diff := cmp.Diff([]time.Duration{20 * time.Minute, 4 * time.Hour}, f.askedFor); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if f.askedAt.IsZero() {
		t.Error("it did not ask for the past")
	}
}

// TestAGateThatIsMisspeltIsNotOpen covers limits that would be none if they were
// read leniently.
func TestAGateThatIsMisspeltIsNotOpen(t *testing.T) {
	server := newFleet().server(t)
	for _, query := range []string{
		"max_burn_rate=fast", "max_burn_rate=-1", "max_burn_rate=NaN", "max_burn_rate=Inf", "maxburnrate=1", "max-burn-rate=1",
		"window=1hour", "window=30s", "window=91d", "window=-1h", "min_budget=lots", "min_budget=101", "min_budget=-1", "min_budget=0.1",
		"min_budget=10%", "select=service", "select==x", "strict=maybe", "needs_traffic=much", "at=now", "Select=service%3Dx", "a;b",
	} {
		w := get(t, server, "/api/v1/gate?"+query)
		if w.Code != 400 || problemOf(t, w).Code != api.CodeBadRequest {
			t.Errorf("%s: status %d %s", query, w.Code, w.Body)
		}
	}
}

func TestAGateOnWhatWasNeverEvaluatedIsInconclusive(t *testing.T) {
	f := newFleet()
	clear(f.assessments)
	v := decode[api.Verdict](t, get(t, f.server(t), "/api/v1/gate?select=service%3Dflags"))
	if v.Verdict != "inconclusive" || v.AsOf != nil || len(v.Checks) != 1 || v.Checks[0].ID != "flags/evaluate/availability" || !strings.Contains(v.Checks[0].Reason, "not evaluated") {
		t.Errorf("%+v", v)
	}
}

func TestAGateThatNeedsTrafficIsNotPassedBySilence(t *testing.T) {
	f := newFleet()
	id := slo.ID{Service: "media", Function: "transcode", Name: "availability"}
	a := f.assessments[id]
	a.Burns = nil
	for _, length := range []time.Duration{5 * time.Minute, time.Hour} {
		a.Burns = append(a.Burns, slo.WindowSum{Length: length, From: noon.Add(-length), To: noon, Coverage: 1})
	}
	f.assessments[id] = a
	for query, want := range map[string]string{
		"": "pass", "&needs_traffic=false": "pass", "&needs_traffic=true": "inconclusive",
	} {
		if v := decode[api.Verdict](t, get(t, f.server(t), "/api/v1/gate?select=function%3Dtranscode"+query)); v.Verdict != want {
			t.Errorf("%q: %+v, want %s", query, v, want)
		}
	}
}

func TestAVerdictIsAsOldAsTheOldestNumberInIt(t *testing.T) {
	f := newFleet()
	id := slo.ID{Service: "media", Function: "thumbnail", Name: "availability"}
	a := f.assessments[id]
	a.AsOf = noon.Add(-time.Hour)
	f.assessments[id] = a
	v := decode[api.Verdict](t, get(t, f.server(t), "/api/v1/gate"))
	if v.AsOf == nil || !v.AsOf.Equal(a.AsOf) {
		t.Errorf("as of %v, want %v", v.AsOf, a.AsOf)
	}
}

func TestAckAndResolve(t *testing.T) {
	f := newFleet()
	server := f.server(t)
	const kind = "application/json"
	for _, step := range []struct {
		why, target, body string
		status            int
		state, code       string
	}{
		{"an incident that is not there", "/api/v1/incidents/none/ack", `{"by":"ada"}`, 404, "", api.CodeNotFound},
		{"ack", "/api/v1/incidents/inc-1/ack", `{"by":" ada ","comment":"on it"}`, 200, "acked", ""},
		{"resolve while it burns", "/api/v1/incidents/inc-1/resolve", `{"by":"ada"}`, 409, "", api.CodeConflict},
		{"resolve by force", "/api/v1/incidents/inc-1/resolve", `{"by":"ada","force":true}`, 200, "resolved", ""},
		{"resolve twice", "/api/v1/incidents/inc-1/resolve", `{"by":"ada","force":true}`, 409, "", api.CodeConflict},
		{"ack what is over", "/api/v1/incidents/inc-1/ack", `{"by":"ada"}`, 409, "", api.CodeConflict},
	} {
		w := post(server, step.target, kind, step.body)
		if w.Code != step.status {
			t.Errorf("%s: status %d %s", step.why, w.Code, w.Body)
			continue
		}
		if step.code != "" {
			if p := problemOf(t, w); p.Code != step.code {
				t.Errorf("%s: code %s", step.why, p.Code)
			}
		} else if got := decode[api.Incident](t, w); got.State != step.state || got.AckedBy != "ada" {
			t.Errorf("%s: %s by %q", step.why, got.State, got.AckedBy)
		}
	}
	if f.incidents[0].AckComment != "on it" {
		t.Errorf("the comment is %q", f.incidents[0].AckComment)
	}
}

func TestIncidentsAreLimited(t *testing.T) {
	server := newFleet().server(t)
	for query, want := range map[string]int{"": 2, "?limit=0": 1, "?limit=5": 2} {
		if got := len(decode[api.IncidentList](t, get(t, server, "/api/v1/incidents"+query)).Incidents); got != want {
			t.Errorf("%q: %d incidents, want %d", query, got, want)
		}
	}
	for _, query := range []string{"?limit=-1", "?limit=x", "?limit=100000", "?state=open"} {
		if w := get(t, server, "/api/v1/incidents"+query); w.Code != 400 {
			t.Errorf("%s: status %d", query, w.Code)
		}
	}
}

func TestOperating(t *testing.T) {
	f := newFleet()
	server := f.server(t)
	if w := get(t, server, "/-/healthy"); w.Code != 200 {
		t.Errorf("healthy: status %d", w.Code)
	}
	if w := get(t, server, "/-/ready"); w.Code != 200 {
		t.Errorf("ready: status %d", w.Code)
	}
	f.status.Storage = "database or disk is full"
	if w := get(t, server, "/-/ready"); w.Code != 503 || !strings.Contains(w.Body.String(), f.status.Storage) {
		t.Errorf("with a full disk: %d %s", w.Code, w.Body)
	}
	f.status.Storage = ""
	f.status.NotReady = "the first slot is not evaluated yet"
	if w := get(t, server, "/-/ready"); w.Code != 503 || !strings.Contains(w.Body.String(), f.status.NotReady) {
		t.Errorf("not ready: status %d %s", w.Code, w.Body)
	}
	if w := get(t, server, "/-/healthy"); w.Code != 200 {
		t.Errorf("what is not ready is healthy all the same: status %d", w.Code)
	}
	if w := get(t, server, "/metrics"); w.Code != 200 || !strings.Contains(w.Body.String(), "slofuse_test_total 0") {
		t.Errorf("metrics: status %d %s", w.Code, w.Body)
	}
	if w := post(server, "/-/reload", "", ""); w.Code != 200 || f.reloads != 1 {
		t.Errorf("reload: status %d, %d reloads", w.Code, f.reloads)
	}
	f.reloadErr = fmt.Errorf("reading: %w", errors.Join(errors.New("a.yaml:1:2: unknown key"), errors.New("b.yaml:3:4: unknown key")))
	w := post(server, "/-/reload", "", "")
	if p := problemOf(t, w); w.Code != 422 || p.Code != api.CodeUnprocessed || len(p.Details) != 2 || p.Details[1] != "b.yaml:3:4: unknown key" {
		t.Errorf("a bad reload: status %d %+v", w.Code, p)
	}
	f.reloadErr = errors.New("slofuse.yaml: no such file")
	if p := problemOf(t, post(server, "/-/reload", "", "")); len(p.Details) != 1 || p.Details[0] != f.reloadErr.Error() {
		t.Errorf("a reload with one problem: %q", p.Details)
	}
}

// TestCausesAreLoggedAndNotShown fails every reading endpoint with an error that
// holds what nobody should see.
func TestCausesAreLoggedAndNotShown(t *testing.T) {
	const secret = "token=hunter2 at /var/lib/slofuse.db"
	for _, target := range []string{
		"/api/v1/slos", "/api/v1/slos/flags/evaluate/availability", "/api/v1/slos/flags/evaluate/availability/series", "/api/v1/gate",
		"/api/v1/incidents", "/api/v1/incidents/inc-1", "/slos", "/slos/flags/evaluate/availability", "/incidents", "/incidents/inc-1",
	} {
		f := newFleet()
		f.err = errors.New(secret)
		var log strings.Builder
		config := f.config()
		config.Logger = slog.New(slog.NewTextHandler(&log, nil))
		server, err := web.New(config)
		if err != nil {
			t.Fatal(err)
		}
		w := get(t, server, target)
		if w.Code != 500 || strings.Contains(w.Body.String(), "hunter2") || strings.Contains(fmt.Sprint(w.Header()), "hunter2") {
			t.Errorf("%s: status %d %s", target, w.Code, w.Body)
		}
		if !strings.Contains(log.String(), secret) || !strings.Contains(log.String(), url.PathEscape("evaluate")) && strings.Contains(target, "evaluate") {
			t.Errorf("%s: the cause is not in the log: %s", target, log.String())
		}
	}
}

func TestAServerNeedsItsParts(t *testing.T) {
	full := newFleet().config()
	for name, remove := range map[string]func(*site.Config){
		"objectives": func(c *site.Config) { c.Objectives = nil }, "alerts": func(c *site.Config) { c.Alerts = nil },
		"responder": func(c *site.Config) { c.Responder = nil }, "operations": func(c *site.Config) { c.Operations = nil },
		"gatherer": func(c *site.Config) { c.Gatherer = nil },
	} {
		config := full
		remove(&config)
		if _, err := web.New(config); err == nil {
			t.Errorf("a server without %s", name)
		}
	}
	full.Now, full.Logger, full.Links = nil, nil, nil
	if server, err := web.New(full); err != nil || get(t, server, "/slos/flags/evaluate/availability").Code != 200 {
		t.Errorf("a server with defaults: %v", err)
	}
}

func TestAnExplanationOfThePastRemembersNoAlert(t *testing.T) {
	server := newFleet().server(t)
	const target = "/api/v1/slos/checkout/charge-card/availability/explain"
	now := decode[api.Explanation](t, get(t, server, target))
	then := decode[api.Explanation](t, get(t, server, target+"?at=2026-02-28T12:00:00Z"))
	if !now.Remembered || now.Alert.State != "firing" || !strings.HasPrefix(now.Conclusion, "Pages: fast") {
		t.Errorf("now: %v, %s, %q", now.Remembered, now.Alert.State, now.Conclusion)
	}
	if then.Remembered || then.Alert.State != "unknown" || !strings.HasPrefix(then.Conclusion, "As if decided at 2026-03-01 12:00:00 UTC, without memory: pages: fast") {
		t.Errorf("then: %v, %s, %q", then.Remembered, then.Alert.State, then.Conclusion)
	}
	for target, status := range map[string]int{
		target + "?at=2030-01-01T00:00:00Z":              http.StatusBadRequest,
		target + "?at=yesterday":                         http.StatusBadRequest,
		target + "?since=1h":                             http.StatusBadRequest,
		"/api/v1/slos/checkout/charge-card/gone/explain": http.StatusNotFound,
	} {
		if w := get(t, server, target); w.Code != status {
			t.Errorf("%s: status %d, want %d", target, w.Code, status)
		}
	}
}

// An SLO that was renamed while it pages is not shown as well until the next
// round gives its alert the new name.
func TestARenamedSLOKeepsItsAlertBetweenTwoRounds(t *testing.T) {
	f := newFleet()
	i := slices.IndexFunc(f.slos, func(s slo.SLO) bool { return s.ID.Function == "charge-card" && s.ID.Name == "availability" })
	f.slos[i].RenamedFrom = f.slos[i].ID
	f.slos[i].ID.Name = "success"
	got := decode[api.SLO](t, get(t, f.server(t), "/api/v1/slos/checkout/charge-card/success"))
	if got.Alert.State != "firing" || got.Alert.Severity != "page" || got.Incident == nil {
		t.Errorf("alert %+v, incident %v", got.Alert, got.Incident)
	}
}
