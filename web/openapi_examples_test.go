package web_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/auth"
)

// examplesOf are the first examples of the schemas of the API document, by name.
func examplesOf(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	var d struct {
		Components struct {
			Schemas map[string]struct{ Examples []json.RawMessage }
		}
	}
	_, text := openAPI(t)
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	out := map[string]json.RawMessage{}
	for name, s := range d.Components.Schemas {
		if len(s.Examples) > 0 {
			out[name] = s.Examples[0]
		}
	}
	return out
}

// TestEveryBodyThatIsSentHasAnExampleThatIsTaken sends the example of each body to its
// endpoint.
func TestEveryBodyThatIsSentHasAnExampleThatIsTaken(t *testing.T) {
	examples := examplesOf(t)
	d, _ := openAPI(t)
	ofCheckout, err := suppress.ParseMatchers(`service="checkout"`)
	if err != nil {
		t.Fatal(err)
	}
	sent := 0
	for path, operations := range d.Paths {
		name := bodyOf(operations["post"].RequestBody)
		if name == "" {
			continue
		}
		f := newFleet()
		f.silences = []suppress.Silence{{ID: "inc-1", Author: "Mia", Reason: "known", Matchers: ofCheckout, StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(time.Hour)}}
		f.planned = []suppress.Maintenance{{ID: "inc-1", Author: "Mia", Reason: "known", Matchers: ofCheckout, StartsAt: noon.Add(-time.Hour), EndsAt: noon.Add(time.Hour), Mute: true}}
		f.deploys = []suppress.Deploy{{ID: "inc-1", Service: "checkout", StartsAt: noon.Add(-time.Minute), EndsAt: noon.Add(time.Hour)}}
		body := dated(string(examples[name]))
		w := as(guardedServer(t, f, auth.Rules{Tokens: tokens()}), secrets[auth.Operator], http.MethodPost, fillPath.Replace(path), body)
		if sent++; examples[name] == nil || w.Code >= http.StatusBadRequest && w.Code != http.StatusConflict && !strings.HasSuffix(path, "/gate") {
			t.Errorf("%s takes %s: status %d: %s\n%s", path, name, w.Code, w.Body, body)
		}
		if strings.Contains(w.Body.String(), "JSON object") {
			t.Errorf("%s: the example is not understood: %s", path, w.Body)
		}
	}
	if sent < 10 {
		t.Errorf("%d bodies were sent", sent)
	}
}

// dated moves the times of an example to the day of the tests.
func dated(body string) string {
	return strings.NewReplacer("2026-11-23T18", noon.Format("2006-01-02")+"T18", "2026-11-23T20", noon.Format("2006-01-02")+"T20").Replace(body)
}

// bodyOf is the schema of a JSON body; empty without one.
func bodyOf(body any) string {
	text, err := json.Marshal(body)
	if err != nil {
		return ""
	}
	var b struct {
		Content map[string]struct {
			Schema struct {
				Ref string `json:"$ref"`
			}
		}
	}
	if json.Unmarshal(text, &b) != nil {
		return ""
	}
	return strings.TrimPrefix(b.Content["application/json"].Schema.Ref, "#/components/schemas/")
}

// TestTheExampleOfAnErrorIsOne asks what the example says was asked.
func TestTheExampleOfAnErrorIsOne(t *testing.T) {
	var want, got any
	if err := json.Unmarshal(examplesOf(t)["ErrorResponse"], &want); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(get(t, newFleet().server(t), "/api/v1/slos?limit=x").Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" || reflect.DeepEqual(want, nil) {
		t.Errorf("-documented +answered:\n%s", diff)
	}
}

// TestTheGuideToTheAPINamesEveryEndpoint: what is not in the table is not found.
func TestTheGuideToTheAPINamesEveryEndpoint(t *testing.T) {
	guide, err := os.ReadFile(filepath.Join("..", "docs", "api.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range newFleet().server(t).Endpoints() {
		api, isAPI := strings.CutPrefix(e.Path, "/api/v1")
		if !isAPI {
			continue
		}
		name := e.Path
		if _, ofSLO, found := strings.Cut(api, "/slos/{service}/{function}/{slo}/"); found {
			name = "…/{slo}/" + ofSLO
		}
		short := "…/" + api[strings.LastIndex(api, "/")+1:] + "`" // beside another of its kind
		if !strings.Contains(string(guide), name) && !strings.Contains(string(guide), short) {
			t.Errorf("docs/api.md does not name %s", e.Path)
		}
	}
}
