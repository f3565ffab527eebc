package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/web"
)

func TestThePostmortemOfAnIncident(t *testing.T) {
	server, err := web.New(newOutage().config())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/incidents/inc-1/postmortem.md", "/api/v1/incidents/inc-1/postmortem"} {
		w := get(t, server, path)
		if w.Code != 200 || w.Header().Get("Content-Type") != "text/markdown; charset=utf-8" || w.Header().Get("Content-Disposition") != `attachment; filename="postmortem-charge-card-2026-03-01.md"` {
			t.Errorf("%s: status %d, %v", path, w.Code, w.Header())
		}
		for _, want := range []string{
			"# Post-mortem: charge-card of checkout, 1 March 2026", "For availability, 3,120 of 15,600 calls failed (20%), which is 25% of the error budget.",
			"| First error | 2026-03-01 11:34:00 |", "It opened 14 m after the first error.", "  - 2026-03-01 11:34:00: deploy: v42 (all of checkout), succeeded, by ci", "objective changed: objective 99% → 99.9% (charge-card of checkout), by noa",
			"**Nothing was delivered to slack \\#gone: channel\\_not\\_found.**", "10 m 54 s",
		} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("%s: no %q in\n%s", path, want, w.Body)
			}
		}
	}
	if w := get(t, server, "/api/v1/incidents/inc-1/postmortem?timezone=Europe/Berlin"); !strings.Contains(w.Body.String(), "All times are in Europe/Berlin.") || !strings.Contains(w.Body.String(), "| First error | 2026-03-01 12:34:00 |") {
		t.Errorf("in Berlin: %s", w.Body)
	}
	for target, want := range map[string]int{
		"/api/v1/incidents/inc-1/postmortem?timezone=Local": 400, "/api/v1/incidents/inc-1/postmortem?timezone=../../etc/passwd": 400, "/api/v1/incidents/inc-1/postmortem?zone=UTC": 400,
		"/api/v1/incidents/inc-9/postmortem": 404, "/incidents/inc-9/postmortem.md": 404,
	} {
		if w := get(t, server, target); w.Code != want {
			t.Errorf("%s: status %d, want %d", target, w.Code, want)
		}
	}
}

// The name of a file is made of a name from outside, and a header must survive it.
func TestThePostmortemOfWhatHasAHostileName(t *testing.T) {
	for _, payload := range payloads {
		f := hostile(payload)
		w := get(t, f.server(t), "/incidents/"+url.PathEscape(payload)+"/postmortem.md")
		if w.Code != http.StatusOK {
			t.Errorf("%q: status %d", payload, w.Code)
		}
		name := w.Header().Get("Content-Disposition")
		plain := strings.Trim(strings.TrimSuffix(strings.TrimPrefix(name, `attachment; filename="postmortem-`), `.md"`), "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
		if plain != "" || len(name) > 140 || strings.Contains(strings.ReplaceAll(w.Body.String(), `\<`, ""), "<") || len(w.Header()) > 20 {
			t.Errorf("%q: saved as %q", payload, name)
		}
	}
}
