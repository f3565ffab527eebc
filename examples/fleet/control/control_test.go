package control_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/control"
	"github.com/slofuse/slofuse/examples/fleet/look"
)

// rig is a control page over a fleet whose clock the test moves.
type rig struct {
	*testing.T
	fleet   *fleet.Fleet
	clock   time.Time
	handler http.Handler
}

func newRig(t *testing.T, burning time.Duration) *rig {
	t.Helper()
	r := &rig{T: t, clock: time.Date(2026, 3, 18, 14, 7, 0, 0, time.UTC)}
	now := func() time.Time { return r.clock }
	f, err := fleet.New(fleet.Options{Now: now, Burning: burning})
	if err != nil {
		t.Fatal(err)
	}
	r.fleet = f
	r.handler = control.New(control.Config{Fleet: f, Now: now, Links: []look.Link{{Text: "sink", URL: "http://localhost:1"}}})
	return r
}

func (r *rig) send(method, target, contentType, body string) *httptest.ResponseRecorder {
	r.Helper()
	request := httptest.NewRequestWithContext(r.Context(), method, target, strings.NewReader(body))
	request.Host = "localhost:8481"
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	r.handler.ServeHTTP(w, request)
	return w
}

func (r *rig) form(target string, values url.Values) *httptest.ResponseRecorder {
	r.Helper()
	return r.send(http.MethodPost, target, "application/x-www-form-urlencoded", values.Encode())
}

func (r *rig) lasting() (n int) {
	for _, fault := range r.fleet.Faults() {
		if fault.To.IsZero() {
			n++
		}
	}
	return n
}

func TestFaultsStartAndStopThroughTheAPI(t *testing.T) {
	r := newRig(t, 0)
	w := r.send(http.MethodPost, "/api/faults", "application/json", `{"kind":"error_burn","function":"checkout/charge-card","gateway":"globex","share":0.5}`)
	var started fleet.Fault
	if err := json.Unmarshal(w.Body.Bytes(), &started); err != nil || w.Code != http.StatusCreated {
		t.Fatalf("%v: %d %s", err, w.Code, w.Body)
	}
	if started.ID == "" || started.Gateway != "globex" || started.Share != 0.5 || !started.From.Equal(r.clock) {
		t.Errorf("started %+v", started)
	}
	r.clock = r.clock.Add(5 * time.Minute)
	var listed struct {
		Faults    []fleet.Fault
		Functions []struct {
			Function       string
			CallsPerSecond float64  `json:"calls_per_second"`
			ErrorRatio     *float64 `json:"error_ratio"`
		}
	}
	if err := json.Unmarshal(r.send(http.MethodGet, "/api/faults", "", "").Body.Bytes(), &listed); err != nil {
		t.Fatal(err)
	}
	if len(listed.Faults) != 1 || listed.Faults[0] != started {
		t.Errorf("listed %+v", listed.Faults)
	}
	for _, fn := range listed.Functions {
		switch fn.Function {
		case "reports/nightly-export":
			if fn.ErrorRatio != nil || fn.CallsPerSecond != 0 {
				t.Errorf("it is idle by day: %+v", fn)
			}
		case "checkout/charge-card":
			if *fn.ErrorRatio < 0.15 || *fn.ErrorRatio > 0.25 || fn.CallsPerSecond < 5 {
				t.Errorf("half of 40 %% of the calls fail, shown %+v, %v", fn, *fn.ErrorRatio)
			}
		}
	}
	if w := r.send(http.MethodDelete, "/api/faults/"+started.ID, "", ""); w.Code != http.StatusOK || r.lasting() != 0 {
		t.Errorf("stop: %d %s", w.Code, w.Body)
	}
	if w := r.send(http.MethodDelete, "/api/faults/"+started.ID, "", ""); w.Code != http.StatusNotFound {
		t.Errorf("stop twice: %d %s", w.Code, w.Body)
	}
}

func TestServiceAndFunctionMayBeApart(t *testing.T) {
	r := newRig(t, 0)
	if w := r.send(http.MethodPost, "/api/faults", "application/json", `{"kind":"outage","service":"auth","function":"login"}`); w.Code != http.StatusCreated {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestBadOrdersAreRefused(t *testing.T) {
	r := newRig(t, 0)
	for body, want := range map[string]int{
		`{"kind":"outage"`:                                                        http.StatusBadRequest,
		`{"kind":"outage","fnction":"auth/login"}`:                                http.StatusBadRequest,
		`{"kind":"outage","function":"auth/login"} {}`:                            http.StatusBadRequest,
		`{"kind":"meteor","function":"auth/login"}`:                               http.StatusUnprocessableEntity,
		`{"kind":"outage","function":"login"}`:                                    http.StatusUnprocessableEntity,
		`{"kind":"outage","function":"auth/login","share":2}`:                     http.StatusUnprocessableEntity,
		`{"kind":"outage","function":"` + strings.Repeat("x", 100_000) + `"}`:     http.StatusBadRequest,
		`{"kind":"latency","function":"checkout/charge-card","gateway":"globex"}`: http.StatusUnprocessableEntity,
	} {
		w := r.send(http.MethodPost, "/api/faults", "application/json", body)
		if w.Code != want || !strings.Contains(w.Body.String(), `{"error":{"message":"`) {
			t.Errorf("%.60s: got %d %s, want %d", body, w.Code, w.Body, want)
		}
	}
	if r.lasting() != 0 {
		t.Error("a fault was started all the same")
	}
}

func TestButtonsWorkWithoutJavaScript(t *testing.T) {
	r := newRig(t, 0)
	w := r.form("/faults", url.Values{"kind": {"outage"}, "function": {"auth/login"}, "percent": {"12.5"}})
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/" || r.lasting() != 1 || r.fleet.Faults()[0].Share != 0.125 {
		t.Fatalf("start: %d %s, %+v", w.Code, w.Body, r.fleet.Faults())
	}
	html := r.send(http.MethodGet, "/", "", "").Body.String()
	for _, want := range []string{`action="/faults/1/stop"`, "auth/login", `<td data-name="how much">12 %`, `<button name="kind" value="latency"`, `<a href="http://localhost:1">sink</a>`, "no calls"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not show %s", want)
		}
	}
	if w := r.form("/faults/1/stop", nil); w.Code != http.StatusSeeOther || r.lasting() != 0 {
		t.Errorf("stop: %d %s", w.Code, w.Body)
	}
}

func TestAFormThatFailsShowsThePageWithTheReasonEscaped(t *testing.T) {
	r := newRig(t, 0)
	for name, test := range map[string]struct {
		target string
		values url.Values
		status int
		want   string
	}{
		"hostile":           {"/faults", url.Values{"kind": {"<script>"}, "function": {"auth/login"}}, http.StatusUnprocessableEntity, "&lt;script&gt;"},
		"not a number":      {"/faults", url.Values{"kind": {"outage"}, "function": {"auth/login"}, "percent": {"many"}}, http.StatusUnprocessableEntity, "is not a percentage"},
		"nothing":           {"/faults", url.Values{"kind": {"outage"}, "function": {"auth/login"}, "percent": {"0"}}, http.StatusUnprocessableEntity, "is not a percentage"},
		"more than all":     {"/faults", url.Values{"kind": {"outage"}, "function": {"auth/login"}, "percent": {"101"}}, http.StatusUnprocessableEntity, "above 0 and up to 1"},
		"nothing to stop":   {"/faults/9/stop", nil, http.StatusNotFound, "no such fault"},
		"an empty function": {"/faults", url.Values{"kind": {"outage"}}, http.StatusUnprocessableEntity, "unknown function"},
	} {
		w := r.form(test.target, test.values)
		body := w.Body.String()
		if w.Code != test.status || !strings.Contains(body, test.want) || strings.Contains(body, "<script") || !strings.Contains(body, `role="alert"`) {
			t.Errorf("%s: got %d", name, w.Code)
		}
	}
}

func TestAnotherSitesPageCannotBreakTheFleet(t *testing.T) {
	r := newRig(t, 0)
	for _, target := range []string{"/faults", "/api/faults"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader("kind=outage&function=auth/login"))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Origin", "https://evil.example.com")
		w := httptest.NewRecorder()
		r.handler.ServeHTTP(w, request)
		if w.Code != http.StatusForbidden || r.lasting() != 0 {
			t.Errorf("%s: got %d", target, w.Code)
		}
	}
}

func TestFiguresAreWrittenForPeople(t *testing.T) {
	html := newRig(t, 0).send(http.MethodGet, "/", "", "").Body.String()
	for _, want := range []string{"over 500 ms", "over 2.5 s", "over 5 min", "/h", "/s", "idle"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page does not say %s", want)
		}
	}
}

func TestTheBurningGatewayIsShown(t *testing.T) {
	r := newRig(t, 12*time.Minute)
	html := r.send(http.MethodGet, "/", "", "").Body.String()
	if !strings.Contains(html, `<span class="tag">acme-pay</span>`) || !strings.Contains(html, `class="number bad"`) {
		t.Error("the page does not show what burns")
	}
}
