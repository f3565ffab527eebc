package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"github.com/slofuse/slofuse/web/api"
)

// TestInstantsInWhichNothingWasCounted asks for years that overflow durations
// and that JSON cannot write.
func TestInstantsInWhichNothingWasCounted(t *testing.T) {
	server := newFleet().server(t)
	const series = "/api/v1/slos/flags/evaluate/availability/series?"
	for _, target := range []string{
		"/api/v1/slos?at=0000-01-01T00:00:00Z",
		"/api/v1/slos?at=9999-12-31T23:59:59Z",
		"/api/v1/slos/flags/evaluate/availability?at=0000-01-01T00:00:00Z",
		"/api/v1/gate?at=0001-01-01T00:00:00Z",
		series + "from=0000-01-01T00:00:00Z",
		series + "from=0000-01-01T00:00:00Z&to=9999-01-01T00:00:00Z&step=22d",
		series + "from=2026-01-01T00:00:00Z&to=9999-01-01T00:00:00Z&step=22d",
	} {
		if w := get(t, server, target); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", target, w.Code)
		}
	}
	if w := get(t, server, series+"from=1971-01-01T00:00:00Z&to=2200-12-31T00:00:00Z&step=22d"); w.Code != http.StatusOK {
		t.Errorf("two centuries in %d points: %d %s", 230*365/22, w.Code, w.Body)
	}
}

// TestNamesNobodyCanSee lets nobody answer for an incident who cannot be seen,
// and lets no text turn the direction of what stands beside it.
func TestNamesNobodyCanSee(t *testing.T) {
	for by, want := range map[string]string{
		"\x00\u202e\n":         "",
		"\u200b\u2066\ufeff":   "",
		"\u2028":               "",
		"eve\u202e ecila":      "eve ecila",
		" \x1b[31mmallory\x07": "[31mmallory",
		"Zoë 松本":               "Zoë 松本",
	} {
		body, err := json.Marshal(map[string]string{"by": by, "comment": "looking\n\ton it\u202e"})
		if err != nil {
			t.Fatal(err)
		}
		w := post(newFleet().server(t), "/api/v1/incidents/inc-1/ack", "application/json", string(body))
		if want == "" {
			if w.Code != http.StatusBadRequest {
				t.Errorf("%q may acknowledge: %d", by, w.Code)
			}
			continue
		}
		if got := decode[api.Incident](t, w); got.AckedBy != want || got.AckComment != "looking\n\ton it" {
			t.Errorf("%q: %d %+v", by, w.Code, got)
		}
	}
	form := url.Values{"by": {"\u202e"}}.Encode()
	if w := post(newFleet().server(t), "/incidents/inc-1/ack", "application/x-www-form-urlencoded", form); w.Code != http.StatusBadRequest {
		t.Errorf("in the form: %d", w.Code)
	}
}
