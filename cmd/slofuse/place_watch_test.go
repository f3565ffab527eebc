package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// rollout is a server that goes on half a minute whenever it is asked, as a watching gate
// does every half minute. What is deployed breaks the function at one of the questions.
type rollout struct {
	*story
	url string
}

// newAskedRollout begins one that breaks at the n-th question; 0 never does.
func newAskedRollout(t *testing.T, n int) rollout {
	t.Helper()
	r := rollout{story: newStory(t, configuration{})}
	target, err := url.Parse(r.running.url)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	asked, proxy := 0, httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if asked++; asked == n {
			r.breakIt()
		}
		r.pass(1)
		proxy.ServeHTTP(w, req)
	}))
	t.Cleanup(front.Close)
	r.url = front.URL
	return r
}

// A rollout that breaks the function is stopped and taken back once, in every place that
// looks on. One that does not is let through, and one of which nothing is known is not
// taken back.
func TestTheExamplesRollBackOnceWhatBreaksTheFunction(t *testing.T) {
	for _, place := range []struct {
		name  string
		shell []string
		watch string
	}{
		{"GitHub", []string{"bash", "-e"}, workflowScript(t, "deploy.yaml", "hold")},
		{"GitLab", []string{"bash", "-eo", "pipefail"}, gitlabScript(t, ".slofuse-watch")},
		{"Jenkins", []string{"sh", "-xe"}, jenkinsCommands(t)["slofuse gate --watch"]},
	} {
		for name, c := range map[string]struct {
			server      string
			code, backs int
		}{
			"good":    {newAskedRollout(t, 0).url, 0, 0},
			"bad":     {newAskedRollout(t, 4).url, 1, 1},
			"unknown": {nobody(t), 3, 0},
		} {
			t.Run(place.name+", "+name, func(t *testing.T) {
				dir := t.TempDir()
				writeFile(t, filepath.Join(dir, "rollback.sh"), "#!/bin/sh\necho back >> rollbacks\n")
				writeFile(t, filepath.Join(dir, "rollbacks"), "")
				if err := os.Chmod(filepath.Join(dir, "rollback.sh"), 0o700); err != nil {
					t.Fatal(err)
				}
				env := map[string]string{"SLOFUSE_SERVER": c.server, "SLOFUSE_SELECT": "service=checkout"}
				got := step{shell: place.shell, script: place.watch, dir: dir, env: env}.run(t)
				if backs := strings.Count(readFile(t, filepath.Join(dir, "rollbacks")), "back"); got.code != c.code || backs != c.backs {
					t.Errorf("exit code %d and %d rollbacks, want %d and %d\n%s%s", got.code, backs, c.code, c.backs, got.stdout, got.stderr)
				}
			})
		}
	}
}

// workflowScript is the script of a step of a workflow.
func workflowScript(t *testing.T, file, id string) string {
	t.Helper()
	for _, job := range strictly[workflow](t, example(t, "github", file)).Jobs {
		for _, s := range job.Steps {
			if s.ID == id {
				return s.Run
			}
		}
	}
	t.Fatalf("%s has no step %s", file, id)
	return ""
}

// gitlabScript is the script of a job of the template.
func gitlabScript(t *testing.T, job string) string {
	t.Helper()
	_, jobs := gitlabFile(t)
	return strings.Join(jobs[job].Script, "\n")
}
