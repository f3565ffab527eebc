package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// gitlabJob is a job of a pipeline, with the keys that the example uses.
type gitlabJob struct {
	Extends, Image, Stage string
	BeforeScript          []string `yaml:"before_script"`
	Script                []string
	Variables             map[string]string
	Rules                 []struct{ If string }
	AllowFailure          struct {
		ExitCodes []int `yaml:"exit_codes"`
	} `yaml:"allow_failure"`
	Artifacts struct {
		When     string
		ExpireIn string `yaml:"expire_in"`
		Reports  struct{ JUnit, CodeQuality string }
	}
}

// gitlabFile reads the template: its variables and its jobs, those with a dot too.
func gitlabFile(t *testing.T) (variables map[string]string, jobs map[string]gitlabJob) {
	t.Helper()
	jobs = make(map[string]gitlabJob)
	for name, node := range strictly[map[string]yaml.Node](t, example(t, "gitlab", "slofuse.gitlab-ci.yml")) {
		text, err := yaml.Marshal(&node)
		if err != nil {
			t.Fatal(err)
		}
		if name == "variables" {
			variables = strictly[map[string]string](t, string(text))
			continue
		}
		jobs[name] = strictly[gitlabJob](t, string(text))
	}
	return variables, jobs
}

// runGitLab runs a job as a runner does: the lines of one script in one shell that stops
// at the first failure, under the variables of file, job and project, each of which may
// name another.
func runGitLab(t *testing.T, dir, name string, project map[string]string) ran {
	t.Helper()
	variables, jobs := gitlabFile(t)
	job := jobs[name]
	env := maps.Clone(variables)
	maps.Copy(env, job.Variables)
	maps.Copy(env, project)
	for key, value := range env {
		env[key] = os.Expand(value, func(name string) string { return env[name] })
	}
	lines := slices.Concat(jobs[job.Extends].BeforeScript, job.Script)
	return step{shell: []string{"bash", "-eo", "pipefail"}, script: strings.Join(lines, "\n"), dir: dir, env: env}.run(t)
}

// gitlab is the contract of the template: the exit codes of its jobs, and reports that
// GitLab can read.
func (p *places) gitlab(t *testing.T) {
	for name, c := range map[string]struct {
		edits      []string
		base       string
		code       int
		says       string
		reports    bool
		findings   int
		wantsCheck string
	}{
		"a good change": {[]string{"99.9%", "99.5%"}, "origin/main", 0, "1 SLO is good", true, 0, ""},
		"a bad change":  {[]string{"owner:", "ownr:"}, "origin/main", 1, "slos/checkout.yaml:3:1:", true, 2, "invalid"},
		"no base":       {[]string{"99.9%", "99.5%"}, "0000000", 2, "git knows no commit", false, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScratch(t)
			s.change(c.edits...)
			got := runGitLab(t, s.dir, "slofuse-check", map[string]string{"CI_MERGE_REQUEST_DIFF_BASE_SHA": c.base})
			if got.code != c.code || !strings.Contains(got.stdout+got.stderr, c.says) {
				t.Errorf("exit code %d, want %d, and that it says %q\n%s%s", got.code, c.code, c.says, got.stdout, got.stderr)
			}
			if c.reports {
				checkGitLabReports(t, s.dir, c.findings, c.wantsCheck)
			}
		})
	}
	t.Run("the gate", p.gitlabGate)
}

// checkGitLabReports reads the artifacts as GitLab does.
func checkGitLabReports(t *testing.T, dir string, findings int, name string) {
	t.Helper()
	_, jobs := gitlabFile(t)
	reports := jobs["slofuse-check"].Artifacts.Reports
	if s := readSuite(t, filepath.Join(dir, reports.JUnit)); s.Failures != findings {
		t.Errorf("the tests are %+v, want %d failures", s, findings)
	}
	var quality []struct {
		Description, Fingerprint, Severity string
		CheckName                          string `json:"check_name"`
		Location                           struct {
			Path  string
			Lines struct{ Begin int }
		}
	}
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(dir, reports.CodeQuality))), &quality); err != nil || len(quality) != findings {
		t.Fatalf("%d findings, want %d: %v", len(quality), findings, err)
	}
	for _, q := range quality {
		if q.Description == "" || q.Fingerprint == "" || q.CheckName != name || q.Location.Path != "slos/checkout.yaml" || q.Location.Lines.Begin == 0 {
			t.Errorf("a finding without a place: %+v", q)
		}
		if !slices.Contains([]string{"info", "minor", "major", "critical", "blocker"}, q.Severity) {
			t.Errorf("GitLab knows no severity %q", q.Severity)
		}
	}
}

func (p *places) gitlabGate(t *testing.T) {
	_, jobs := gitlabFile(t)
	if orange := jobs["slofuse-gate"].AllowFailure.ExitCodes; !slices.Equal(orange, []int{3}) {
		t.Errorf("the exit codes %v let pass", orange)
	}
	const token = "canary-token-of-the-project"
	file := filepath.Join(t.TempDir(), "token")
	writeFile(t, file, token)
	door := newDoor(t, p.server)
	for selected, want := range map[string]int{"function=create-order": 0, "service=checkout": 1, "service=unheard-of": 3, "$(touch pwned)": 2} {
		dir := t.TempDir()
		got := runGitLab(t, dir, "slofuse-gate", map[string]string{"SLOFUSE_SERVER": door.url, "SLOFUSE_SELECT": selected, "SLOFUSE_TOKEN_FILE": file})
		if left, _ := os.ReadDir(dir); got.code != want || len(left) > 0 {
			t.Errorf("%s: exit code %d, want %d; it left %v\n%s%s", selected, got.code, want, left, got.stdout, got.stderr)
		}
		if strings.Contains(got.stdout+got.stderr, token) {
			t.Errorf("%s: the token is in the log", selected)
		}
	}
	if shown := door.shown(); len(shown) == 0 || shown[0] != "Bearer "+token {
		t.Errorf("the token is not shown: %q", shown)
	}
}
