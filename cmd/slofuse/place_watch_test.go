package main

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
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

// A rollout that breaks the function is stopped, in every place that looks on, and one
// that does not is let through.
func TestTheExamplesStopARolloutThatBreaksTheFunction(t *testing.T) {
	for name, c := range map[string]struct{ breaksAt, code int }{"good": {0, 0}, "bad": {4, 1}} {
		t.Run(name, func(t *testing.T) {
			r := newAskedRollout(t, c.breaksAt)
			dir := t.TempDir()
			env := map[string]string{"SLOFUSE_SERVER": r.url, "SLOFUSE_SELECT": "service=checkout"}
			got := step{shell: []string{"sh", "-xe"}, script: jenkinsCommands(t)["slofuse gate --watch"], dir: dir, env: env}.run(t)
			if s := readSuite(t, filepath.Join(dir, "slofuse-watch.xml")); got.code != c.code || s.Tests != 1 || s.Failures != c.code {
				t.Errorf("Jenkins: exit code %d, want %d, and the report is %+v\n%s", got.code, c.code, s, got.stderr)
			}
		})
	}
}
