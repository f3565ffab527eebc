package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/examples/fleet"
)

// places is what pipelines meet: a server that watches checkout, of which charge-card
// burns, the fleet behind it, and an address where nobody listens. Its commands run on
// the clock of the scripts.
type places struct {
	server, prom, down string
	running            *running
}

func newPlaces(t *testing.T) *places {
	t.Helper()
	clock := newClock(wednesday)
	prom := newBackend(t, fleet.Options{Seed: 1, Now: clock.Now, Burning: 12 * time.Minute})
	dir := demoFiles(t)
	c := configuration{backend: prom.URL, storage: filepath.Join(dir, "slofuse.db"), slos: filepath.Join("slos", "checkout.yaml"), extra: "web: {hosts: [slofuse.slofuse.svc]}\n"}
	server := start(t, c.write(t, dir), clock.Now)
	server.round()
	return &places{server: server.url, prom: prom.URL, down: nobody(t), running: server}
}

// scratchFile is an SLO file as teams write it, without a finding.
const scratchFile = `version: 1
service: checkout
owner: team-checkout
links: {runbook: https://runbooks.example.com/checkout}
slis:
  success:
    ratio:
      total: function_calls_total{function="$function"}
      bad: function_calls_total{function="$function",code=~"5.."}
functions:
  - name: charge-card
    slos:
      - {name: availability, sli: success, objective: 99.9%, window: 30d}
`

// TestPlaces runs every example of examples/ci as its place would, against a slofuse
// that runs.
func TestPlaces(t *testing.T) {
	p := newPlaces(t)
	t.Run("GitHub", p.github)
	t.Run("Argo Rollouts", p.argo)
	t.Run("Flagger", p.flagger)
	t.Run("GitLab", p.gitlab)
	t.Run("Tekton", p.tekton)
	t.Run("Jenkins", p.jenkins)
	t.Run("a pull request", p.pullRequest)
}

// example reads a file of examples/ci.
func example(t *testing.T, elem ...string) string {
	t.Helper()
	return readFile(t, filepath.Join(append([]string{"..", "..", "examples", "ci"}, elem...)...))
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// strictly decodes YAML and refuses a key that its place does not know.
func strictly[T any](t *testing.T, text string) T {
	t.Helper()
	var into T
	decoder := yaml.NewDecoder(bytes.NewBufferString(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&into); err != nil {
		t.Fatal(err)
	}
	return into
}

// door stands before a server and notes the tokens that it is shown.
type door struct {
	url    string
	mu     sync.Mutex
	tokens []string
}

func newDoor(t *testing.T, server string) *door {
	t.Helper()
	target, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	d := &door{}
	proxy := httputil.NewSingleHostReverseProxy(target)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.mu.Lock()
		d.tokens = append(d.tokens, r.Header.Get("Authorization"))
		d.mu.Unlock()
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	d.url = front.URL
	return d
}

func (d *door) shown() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.tokens)
}

// step is a script of a pipeline.
type step struct {
	shell  []string // and its flags; the script follows them as a file
	script string
	dir    string
	env    map[string]string
}

// ran is what became of it.
type ran struct {
	code           int
	stdout, stderr string
}

// run runs the script with a slofuse on the PATH, and nothing of our own environment
// beside that.
func (s step) run(t *testing.T) ran {
	t.Helper()
	file := filepath.Join(t.TempDir(), "script")
	writeFile(t, file, s.script)
	cmd := exec.CommandContext(t.Context(), s.shell[0], append(s.shell[1:], file)...)
	cmd.Dir = s.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Dir(file), nowEnv + "=" + wednesday.Format(time.RFC3339)}
	for name, value := range s.env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	code := exitCodeOf(cmd.Run())
	return ran{code: code, stdout: stdout.String(), stderr: stderr.String()}
}
