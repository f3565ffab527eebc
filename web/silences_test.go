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
	silencesPath = "/api/v1/silences"
	silenced     = `{"matchers":["service=\"checkout\"","severity=\"ticket\""],"ends_at":"2026-03-01T14:00:00+01:00","author":" Mia ","reason":"known"}`
)

func TestASilenceIsAddedListedAndExpired(t *testing.T) {
	s := newFleet().server(t)
	w := post(s, silencesPath, "application/json", silenced)
	start := noon.Add(250 * time.Millisecond)
	want := api.Silence{
		ID: "s-1", State: "active", MadeAt: noon, SLOs: new(3),
		SilenceRequest: api.SilenceRequest{
			Matchers: []string{`service="checkout"`, `severity="ticket"`}, StartsAt: &start, EndsAt: new(noon.Add(time.Hour)), Author: "Mia", Reason: "known",
		},
	}
	if diff := cmp.Diff(want, decode[api.Silence](t, w)); diff != "" || w.Code != http.StatusCreated {
		t.Errorf("added with %d (-want +got):\n%s", w.Code, diff)
	}
	if diff := cmp.Diff(api.SilenceList{Silences: []api.Silence{want}}, decode[api.SilenceList](t, get(t, s, silencesPath))); diff != "" {
		t.Errorf("listed (-want +got):\n%s", diff)
	}
	want.State, want.WithdrawnAt, want.WithdrawnBy, want.SLOs = "withdrawn", &noon, "Noa", nil
	if diff := cmp.Diff(want, decode[api.Silence](t, remove(s, silencesPath+"/s-1?by=Noa"))); diff != "" {
		t.Errorf("expired (-want +got):\n%s", diff)
	}
	if list := decode[api.SilenceList](t, get(t, s, silencesPath+"?limit=0")); len(list.Silences) != 0 {
		t.Errorf("none were asked for, and %+v came", list)
	}
}

func TestASilenceSaysAllThatIsNeeded(t *testing.T) {
	s := newFleet().server(t)
	for what, tc := range map[string]struct{ old, new, want string }{
		"no matchers":            {`["service=\"checkout\"","severity=\"ticket\""]`, `[]`, "name at least one, such as"},
		"matchers of everything": {`["service=\"checkout\"","severity=\"ticket\""]`, `["owner=~\".*\""]`, "take everything"},
		"half a matcher":         {`"severity=\"ticket\""`, `"severity"`, "is not a matcher such as"},
		"no author":              {`" Mia "`, `""`, "author is missing"},
		"no reason":              {`"known"`, `" "`, "reason is missing"},
		"no end":                 {`"ends_at":"2026-03-01T14:00:00+01:00",`, ``, "ends_at is missing"},
		"an end in the past":     {`"ends_at":"2026-03-01T14`, `"starts_at":"2026-03-01T09:00:00Z","ends_at":"2026-03-01T12`, "ends_at is past"},
		"backwards":              {`"ends_at":"2026-03-01T14`, `"starts_at":"2026-03-01T15:00:00Z","ends_at":"2026-03-01T14`, "not after starts_at"},
		"eight days":             {`2026-03-01T14`, `2026-03-09T14`, "at most 7d, which alerting.max_silence"},
		"an unknown key":         {`"reason"`, `"reasen"`, "reasen"},
		"a reason like a novel":  {`known`, strings.Repeat("x", 2_001), "longer than"},
	} {
		w := post(s, silencesPath, "application/json", strings.Replace(silenced, tc.old, tc.new, 1))
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), tc.want) {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
	}
	for target, code := range map[string]int{"/s-9?by=Noa": http.StatusNotFound, "/s-9": http.StatusBadRequest, "/s-9?by=%20": http.StatusBadRequest} {
		if w := remove(s, silencesPath+target); w.Code != code {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// A token that is for some services may silence what can only be of these.
func TestATokenForSomeServicesSilencesThese(t *testing.T) {
	for matchers, want := range map[string]int{
		`service=\"media\"`:                http.StatusCreated,
		`{service=\"media\",tier=\"low\"}`: http.StatusCreated,
		`service=\"checkout\"`:             http.StatusForbidden,
		`service=~\"media\"`:               http.StatusForbidden,
		`service!~\"checkout|\"`:           http.StatusForbidden,
		`owner=\"team-media\"`:             http.StatusForbidden,
		`service`:                          http.StatusBadRequest,
	} {
		f := newFleet()
		s := guardedServer(t, f, auth.Rules{Tokens: tokens()})
		body := strings.Replace(silenced, `"service=\"checkout\"","severity=\"ticket\""`, `"`+matchers+`"`, 1)
		if w := as(s, scopedKey, http.MethodPost, silencesPath, body); w.Code != want || (len(f.silences) == 1) != (want == http.StatusCreated) {
			t.Errorf("%s: %d %s", matchers, w.Code, w.Body)
		}
		as(s, secrets[auth.Operator], http.MethodPost, silencesPath, body)
		if w := as(s, scopedKey, http.MethodDelete, silencesPath+"/s-1", ""); want == http.StatusForbidden && w.Code != want {
			t.Errorf("expiring %s: %d %s", matchers, w.Code, w.Body)
		}
	}
	f := newFleet()
	s := guardedServer(t, f, auth.Rules{Tokens: tokens()})
	as(s, secrets[auth.Operator], http.MethodPost, silencesPath, silenced)
	if f.silences[0].Author != "Mia (token operator-token)" {
		t.Errorf("by %q", f.silences[0].Author)
	}
}
