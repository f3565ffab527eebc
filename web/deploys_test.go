package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

const (
	deploysPath = "/api/v1/deploys"
	deployed    = `{"id":"run-8123","service":"checkout","functions":["charge-card"],"version":"v42","url":"https://ci.example.com/runs/8123","by":"Mia"}`
)

func TestADeployIsStartedEndedAndTakenBack(t *testing.T) {
	s := newFleet().server(t)
	w := post(s, deploysPath, "application/json", deployed)
	want := api.Deploy{
		ID: "run-8123", Service: "checkout", Functions: []string{"charge-card"}, Version: "v42", URL: "https://ci.example.com/runs/8123", By: "Mia",
		State: "active", StartsAt: noon, EndsAt: noon.Add(30 * time.Minute), MadeAt: noon, SLOs: new(2),
	}
	if diff := cmp.Diff(want, decode[api.Deploy](t, w)); diff != "" || w.Code != http.StatusCreated {
		t.Errorf("started with %d (-want +got):\n%s", w.Code, diff)
	}
	if diff := cmp.Diff(api.DeployList{Deploys: []api.Deploy{want}}, decode[api.DeployList](t, get(t, s, deploysPath))); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	w = post(s, deploysPath+"/run-8123/end", "application/json", `{"status":"succeeded","by":"Noa"}`)
	want.State, want.Status, want.EndsAt, want.EndedAt, want.EndedBy, want.SLOs = "over", new("succeeded"), noon, &noon, "Noa", nil
	if diff := cmp.Diff(want, decode[api.Deploy](t, w)); diff != "" || w.Code != http.StatusOK {
		t.Errorf("ended with %d (-want +got):\n%s", w.Code, diff)
	}
	if w := post(s, deploysPath+"/run-8123/end", "application/json", `{"status":"failed"}`); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "what was said first stays") {
		t.Errorf("ended otherwise: %d %s", w.Code, w.Body)
	}
	if d := decode[api.Deploy](t, remove(s, deploysPath+"/run-8123?by=Noa")); d.State != "withdrawn" {
		t.Errorf("taken back: %+v", d)
	}
}

// A pipeline that did not hear the answer sends the same again.
func TestADeployThatIsAnnouncedAgainIsTheSame(t *testing.T) {
	f := newFleet()
	s := f.server(t)
	first := decode[api.Deploy](t, post(s, deploysPath, "application/json", deployed))
	again := post(s, deploysPath, "application/json", deployed)
	if diff := cmp.Diff(first, decode[api.Deploy](t, again)); diff != "" || again.Code != http.StatusOK || len(f.deploys) != 1 {
		t.Errorf("%d, %d deploys (-first +again):\n%s", again.Code, len(f.deploys), diff)
	}
	for what, other := range map[string]string{
		"version": strings.Replace(deployed, "v42", "v43", 1), "functions": strings.Replace(deployed, `"functions":["charge-card"],`, "", 1),
		"hold": strings.Replace(deployed, `"by"`, `"hold":"45m","by"`, 1),
	} {
		if w := post(s, deploysPath, "application/json", other); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "leave id out") {
			t.Errorf("another %s: %d %s", what, w.Code, w.Body)
		}
	}
	if w := post(s, deploysPath, "application/json", `{"service":"checkout"}`); w.Code != http.StatusCreated || len(f.deploys) != 2 {
		t.Errorf("without an id: %d %s", w.Code, w.Body)
	}
}

func TestADeploySaysWhenItEndsInOneOfTwoWays(t *testing.T) {
	for asked, want := range map[string]time.Duration{
		`{"service":"checkout"}`:                                                                                 30 * time.Minute,
		`{"service":"checkout","hold":"45m"}`:                                                                    45 * time.Minute,
		`{"service":"checkout","ends_at":"2026-03-01T13:00:00Z"}`:                                                time.Hour,
		`{"service":"checkout","starts_at":"2026-03-01T11:30:00Z","hold":"1h"}`:                                  30 * time.Minute,
		`{"service":"checkout","functions":null,"starts_at":null,"ends_at":"2026-03-01T13:00:00Z","version":""}`: time.Hour,
	} {
		f := newFleet()
		if w := post(f.server(t), deploysPath, "application/json", asked); w.Code != http.StatusCreated || f.deploys[0].EndsAt.Sub(noon).Round(time.Second) != want {
			t.Errorf("%s: %d %s", asked, w.Code, w.Body)
		}
	}
}

func TestADeploySaysAllThatIsNeeded(t *testing.T) {
	s := newFleet().server(t)
	for asked, want := range map[string]string{
		`{}`:                                "service is missing",
		`{"service":"checkout","id":"a b"}`: "letters, digits",
		`{"service":"checkout","functions":[""]}`:                                      "a function has no name",
		`{"service":"checkout","hold":"3h"}`:                                           "at most 2h",
		`{"service":"checkout","hold":"soon"}`:                                         "not a duration such as 45m",
		`{"service":"checkout","hold":"0s"}`:                                           "not after starts_at",
		`{"service":"checkout","hold":"1h","ends_at":"2026-03-01T13:00:00Z"}`:          "leave one out",
		`{"service":"checkout","starts_at":"2026-03-03T12:00:00Z"}`:                    "more than a day from now",
		`{"service":"checkout","url":"javascript:alert(1)"}`:                           "url is not a URL",
		`{"service":"checkout","version":"` + strings.Repeat("v", 201) + `"}`:          "longer than 200",
		`{"service":"checkout","url":"https://a.b/` + strings.Repeat("v", 2000) + `"}`: "longer than 2,000",
		`{"service":"checkout","env":"prod"}`:                                          "env",
	} {
		if w := post(s, deploysPath, "application/json", asked); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", asked, w.Code, w.Body)
		}
	}
	post(s, deploysPath, "application/json", deployed)
	for target, tc := range map[string]struct {
		body string
		code int
	}{
		"/run-8123/end": {`{"status":"done"}`, http.StatusBadRequest},
		"/run-1/end":    {`{"status":"failed"}`, http.StatusNotFound},
	} {
		if w := post(s, deploysPath+target, "application/json", tc.body); w.Code != tc.code {
			t.Errorf("%s %s: %d %s", target, tc.body, w.Code, w.Body)
		}
	}
	for target, code := range map[string]int{"/run-1?by=Noa": http.StatusNotFound, "/run-8123": http.StatusBadRequest} {
		if w := remove(s, deploysPath+target); w.Code != code {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// The token of a pipeline deploys, and silences nothing; one for some services
// deploys these.
func TestWhoMayDeploy(t *testing.T) {
	f := newFleet()
	s := guardedServer(t, f, auth.Rules{Tokens: tokens()})
	media := strings.Replace(deployed, "checkout", "media", 1)
	if w := as(s, scopedKey, http.MethodPost, deploysPath, media); w.Code != http.StatusCreated {
		t.Errorf("its own service: %d %s", w.Code, w.Body)
	}
	if w := as(s, scopedKey, http.MethodPost, deploysPath, deployed); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "is for other services") {
		t.Errorf("another service: %d %s", w.Code, w.Body)
	}
	if w := as(s, scopedKey, http.MethodPost, deploysPath, `{"version":"v1"}`); w.Code != http.StatusBadRequest {
		t.Errorf("no service: %d %s", w.Code, w.Body)
	}
	ci := secrets[auth.Deploy]
	if w := as(s, ci, http.MethodPost, deploysPath, strings.Replace(deployed, "8123", "9", 1)); w.Code != http.StatusCreated {
		t.Errorf("as a pipeline: %d %s", w.Code, w.Body)
	}
	if w := as(s, ci, http.MethodPost, deploysPath+"/run-9/end", `{"status":"rolled_back"}`); w.Code != http.StatusOK || f.deploys[1].EndedBy != "token deploy-token" {
		t.Errorf("ended by %q: %d %s", f.deploys[1].EndedBy, w.Code, w.Body)
	}
	if w := as(s, scopedKey, http.MethodPost, deploysPath+"/run-9/end", `{"status":"rolled_back"}`); w.Code != http.StatusForbidden {
		t.Errorf("ended by another service: %d %s", w.Code, w.Body)
	}
	if w := as(s, ci, http.MethodPost, silencesPath, silenced); w.Code != http.StatusForbidden {
		t.Errorf("silenced by a pipeline: %d %s", w.Code, w.Body)
	}
	if w := as(s, ci, http.MethodDelete, deploysPath+"/run-9", ""); w.Code != http.StatusOK || f.deploys[1].WithdrawnBy != "token deploy-token" {
		t.Errorf("taken back: %d %s", w.Code, w.Body)
	}
}
