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
	for place, watch := range map[string]func(t *testing.T, dir, server string) ran{
		"GitHub": func(t *testing.T, dir, server string) ran {
			return runAction(t, dir, stepWith(t, "deploy.yaml", "hold", map[string]string{"env.SLOFUSE_SERVER": server, "secrets.SLOFUSE_TOKEN": ""})).ran
		},
		"GitLab": func(t *testing.T, dir, server string) ran {
			return runGitLab(t, dir, ".slofuse-watch", map[string]string{"SLOFUSE_SERVER": server, "SLOFUSE_SELECT": "service=checkout"})
		},
		"Jenkins": func(t *testing.T, dir, server string) ran {
			env := map[string]string{"SLOFUSE_SERVER": server, "SLOFUSE_SELECT": "service=checkout"}
			return step{shell: []string{"sh", "-xe"}, script: jenkinsCommands(t)["slofuse gate --watch"], dir: dir, env: env}.run(t)
		},
	} {
		for name, c := range map[string]struct {
			server      string
			code, backs int
		}{
			"good":    {newAskedRollout(t, 0).url, 0, 0},
			"bad":     {newAskedRollout(t, 4).url, 1, 1},
			"unknown": {nobody(t), 3, 0},
		} {
			t.Run(place+", "+name, func(t *testing.T) {
				dir := t.TempDir()
				writeFile(t, filepath.Join(dir, "rollback.sh"), "#!/bin/sh\necho back >> rollbacks\n")
				writeFile(t, filepath.Join(dir, "rollbacks"), "")
				if err := os.Chmod(filepath.Join(dir, "rollback.sh"), 0o700); err != nil {
					t.Fatal(err)
				}
				got := watch(t, dir, c.server)
				if backs := strings.Count(readFile(t, filepath.Join(dir, "rollbacks")), "back"); got.code != c.code || backs != c.backs {
					t.Errorf("exit code %d and %d rollbacks, want %d and %d\n%s%s", got.code, backs, c.code, c.backs, got.stdout, got.stderr)
				}
			})
		}
	}
}
