package control_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/examples/fleet"
	"github.com/slofuse/slofuse/examples/fleet/control"
)

// announcer writes down what it is told.
type announcer struct {
	told []string
	err  error
}

func (a *announcer) Start(_ context.Context, d control.Deploy) (string, error) {
	a.told = append(a.told, "start "+d.Service+" "+strings.Join(d.Functions, ",")+" "+d.Version)
	return "d" + strconv.Itoa(len(a.told)), a.err
}

func (a *announcer) End(_ context.Context, id, status string) error {
	a.told = append(a.told, "end "+id+" "+status)
	return a.err
}

// story returns a rig that tells stories, and the announcer that it tells of
// deploys.
func story(t *testing.T, stories []control.Story) (*rig, *announcer) {
	r, a := newRig(t, 0), &announcer{}
	r.handler = control.New(control.Config{
		Fleet: r.fleet, Now: func() time.Time { return r.clock }, Stories: stories, Announcer: a, Dashboard: "http://localhost:8480",
	})
	return r, a
}

func (r *rig) step(story, step int) *httptest.ResponseRecorder {
	r.Helper()
	return r.form("/stories/"+strconv.Itoa(story)+"/"+strconv.Itoa(step), nil)
}

// TestEveryStoryCanBeTold presses every button of the demo's stories: whatever is
// broken in one is mended at its end.
func TestEveryStoryCanBeTold(t *testing.T) {
	stories := control.Stories()
	r, a := story(t, stories)
	page := r.send(http.MethodGet, "/", "", "").Body.String()
	for n, s := range stories {
		broken := 0
		for m, step := range s.Steps {
			if step.Link != "" {
				if !strings.Contains(page, `<a href="http://localhost:8480`+step.Link+`">`) {
					t.Errorf("%s: no link to %s", s.Name, step.Link)
				}
				continue
			}
			if w := r.step(n, m); w.Code != http.StatusSeeOther {
				t.Errorf("%s, %s: %d %s", s.Name, step.Button, w.Code, w.Body)
			}
			broken = max(broken, r.lasting())
		}
		if links := slices.ContainsFunc(s.Steps, func(s control.Step) bool { return s.Link != "" }); !links && (broken == 0 || r.lasting() > 0) {
			t.Errorf("%s: %d faults at most, %d at its end", s.Name, broken, r.lasting())
		}
	}
	if want := []string{"start search query v42", "end d1 rolled_back"}; !slices.Equal(a.told, want) {
		t.Errorf("announced %q, want %q", a.told, want)
	}
}

func TestADeployThatCannotBeAnnouncedBreaksNothing(t *testing.T) {
	r, a := story(t, []control.Story{{Name: "s", Steps: []control.Step{{
		Button: "b", Deploy: &control.Deploy{Service: "search"}, Faults: []fleet.Fault{{Kind: fleet.Outage, Service: "search", Function: "query"}},
	}}}})
	a.err = errors.New("connection refused")
	if w := r.step(0, 0); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "announce the deploy: connection refused") || r.lasting() > 0 {
		t.Errorf("%d, %d faults: %s", w.Code, r.lasting(), w.Body)
	}
}

func TestStepsThatAreNotThereAreRefused(t *testing.T) {
	r, _ := story(t, control.Stories())
	for _, target := range []string{"/stories/99/0", "/stories/0/99", "/stories/-1/0", "/stories/0/-1", "/stories/x/0"} {
		if w := r.form(target, nil); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "no such step") {
			t.Errorf("%s: %d", target, w.Code)
		}
	}
}

func TestEverythingIsMendedAtOnce(t *testing.T) {
	r, _ := story(t, control.Stories())
	r.step(0, 0)
	if r.lasting() < 4 {
		t.Fatalf("%d faults", r.lasting())
	}
	if w := r.form("/mend", nil); w.Code != http.StatusSeeOther || r.lasting() > 0 {
		t.Errorf("%d, %d faults are left", w.Code, r.lasting())
	}
}
