package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// action is an action of GitHub that is composed of scripts.
type action struct {
	Name, Description, Author string
	Branding                  struct{ Icon, Color string }
	Inputs                    map[string]struct {
		Description, Default string
		Required             bool
	}
	Outputs map[string]struct{ Description, Value string }
	Runs    struct {
		Using string
		Steps []struct {
			ID, Name, Shell, Run string
			Env                  map[string]string
		}
	}
}

// expression is what GitHub fills in.
var expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

// fill puts values in the place of expressions, as GitHub does before anything runs.
func fill(t *testing.T, text string, values map[string]string) string {
	t.Helper()
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		value, known := values[name]
		if !known {
			t.Errorf("%s stands for nothing", found)
		}
		return value
	})
}

// githubRun is what a job sees of a step that used the action.
type githubRun struct {
	ran
	verdict, summary string
	temp             string // what the runner empties after the job
}

// github runs the action as a runner does, with inputs.
func runAction(t *testing.T, dir string, inputs map[string]string) githubRun {
	t.Helper()
	a := strictly[action](t, example(t, "github", "action.yml"))
	values := make(map[string]string)
	for name, input := range a.Inputs {
		values["inputs."+name] = input.Default
	}
	for name, value := range inputs {
		if _, known := a.Inputs[name]; !known {
			t.Fatalf("the action has no input %q", name)
		}
		values["inputs."+name] = value
	}
	out := githubRun{temp: t.TempDir()}
	files := map[string]string{"RUNNER_TEMP": out.temp}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY"} {
		files[name] = filepath.Join(t.TempDir(), name)
		writeFile(t, files[name], "")
	}
	for _, s := range a.Runs.Steps {
		if s.Shell != "bash" || strings.Contains(s.Run, "${{") {
			t.Errorf("%s: the script takes its inputs from elsewhere than the environment of bash", s.ID)
		}
		env := maps.Clone(files)
		for name, value := range s.Env {
			env[name] = fill(t, value, values)
		}
		if added := strings.Fields(readFile(t, files["GITHUB_PATH"])); len(added) > 0 {
			env["PATH"] = strings.Join(append(added, os.Getenv("PATH")), ":")
		}
		out.ran = step{shell: []string{"bash", "--noprofile", "--norc", "-eo", "pipefail"}, script: s.Run, dir: dir, env: env}.run(t)
		for line := range strings.Lines(readFile(t, files["GITHUB_OUTPUT"])) {
			name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
			values["steps."+s.ID+".outputs."+name] = value
		}
		if out.code != 0 {
			break
		}
	}
	if _, ran := values["steps.slofuse.outputs.verdict"]; ran {
		out.verdict = fill(t, a.Outputs["verdict"].Value, values)
	}
	out.summary = readFile(t, files["GITHUB_STEP_SUMMARY"])
	return out
}

// github is the contract of the action: the exit code and verdict of each outcome.
func (p *places) github(t *testing.T) {
	dir := demoFiles(t)
	writeFile(t, filepath.Join(dir, "bad", "shop.yaml"), "version: 1\nservice: shop\nownr: team\nfunctions: []\n")
	for _, c := range []struct {
		name    string
		inputs  map[string]string
		code    int
		verdict string
		says    string
	}{
		{"good files", map[string]string{"command": "check", "paths": "slos/checkout.yaml\nslos/auth.yaml\n"}, 0, "pass", "9 SLOs are good"},
		{"a bad file", map[string]string{"command": "check", "paths": "bad"}, 1, "fail", "::error file=bad/shop.yaml,line=3,col=1"},
		{"no such path", map[string]string{"command": "check", "paths": "nowhere"}, 2, "error", "nowhere"},
		{"nothing to check", map[string]string{"command": "check"}, 2, "error", "say what to check"},
		{"live, and nobody answers", map[string]string{"command": "check", "paths": "slos", "prometheus-url": p.down}, 3, "inconclusive", "cannot decide"},
		{"a gate that is open", map[string]string{"command": "gate", "server": p.server, "select": "function=create-order"}, 0, "pass", "gate open: 2 of 2"},
		{"a gate that is closed", map[string]string{"command": "gate", "server": p.server, "select": "service=checkout"}, 1, "fail", "::error title=slofuse gate%3A fail::checkout/charge-card/availability: burn rate"},
		{"a limit", map[string]string{"command": "gate", "server": p.server, "select": "function=create-order", "min-budget": "99%"}, 1, "fail", "the gate asks for 99.0%25"},
		{"a gate alone", map[string]string{"command": "gate", "prometheus-url": p.prom, "paths": "slos/checkout.yaml", "select": "function=create-order"}, 0, "pass", "gate open: 2 of 2"},
		{"an override", map[string]string{"command": "gate", "server": p.server, "select": "service=checkout", "override": "rolls back v41", "by": "mia"}, 0, "pass", "gate OVERRIDDEN by mia: rolls back v41"},
		{"an open incident", map[string]string{"command": "gate", "server": p.server, "select": "function=charge-card", "max-burn-rate": "0", "open-incidents": "page"}, 1, "fail", "incident"},
		{"a fix", map[string]string{"command": "gate", "server": p.server, "select": "function=charge-card", "max-burn-rate": "0", "open-incidents": "page", "fix": "true"}, 0, "pass", "gate open"},
		{"a rollback", map[string]string{"command": "gate", "server": p.server, "select": "service=checkout", "on-fail": "echo back"}, 1, "fail", "running echo back"},
		{"nobody answers", map[string]string{"command": "gate", "server": p.down}, 3, "inconclusive", "cannot decide"},
		{"nobody has to answer", map[string]string{"command": "gate", "server": p.down, "on-inconclusive": "warn"}, 0, "inconclusive", "lets pass"},
		{"a wish nobody knows", map[string]string{"command": "gate", "server": p.down, "on-inconclusive": "wran"}, 2, "", "fail, warn or pass"},
		{"wrong usage", map[string]string{"command": "gate", "server": p.server, "window": "soon"}, 2, "error", "--window"},
		{"another command", map[string]string{"command": "serve"}, 2, "", "command is check or gate"},
		{"a version that moves", map[string]string{"command": "check", "paths": "slos", "version": "latest"}, 2, "", "version is a tag"},
		{"a binary that is not there", map[string]string{"command": "check", "paths": "slos", "binary": "/nowhere/slofuse"}, 2, "", "binary is not a program"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := runAction(t, dir, c.inputs)
			if got.code != c.code || got.verdict != c.verdict || !strings.Contains(got.stdout+got.stderr, c.says) {
				t.Errorf("exit code %d and verdict %q, want %d and %q, and that it says %q:\n%s%s", got.code, got.verdict, c.code, c.verdict, c.says, got.stdout, got.stderr)
			}
		})
	}
	t.Run("a binary of the repository", func(t *testing.T) {
		program, err := exec.LookPath("slofuse")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(program, filepath.Join(dir, "slofuse")); err != nil {
			t.Fatal(err)
		}
		t.Setenv("PATH", "/usr/bin:/bin")
		if got := runAction(t, dir, map[string]string{"command": "check", "paths": "slos/checkout.yaml", "binary": "./slofuse"}); got.verdict != "pass" {
			t.Errorf("exit code %d and verdict %q\n%s", got.code, got.verdict, got.stderr)
		}
	})
	t.Run("what an input says is never run", p.githubRunsNoInput)
	t.Run("the token is shown to the server only", p.githubToken)
	t.Run("a version is built", githubVersion)
}

// githubRunsNoInput: whoever names a branch runs nothing by it.
func (p *places) githubRunsNoInput(t *testing.T) {
	const evil = "x\"; touch pwned; $(touch pwned) `touch pwned` '; touch pwned; --output=json\n-o\njson\n"
	names := slices.Sorted(maps.Keys(strictly[action](t, example(t, "github", "action.yml")).Inputs))
	if len(names) < 10 {
		t.Fatalf("only the inputs %v", names)
	}
	for _, name := range slices.DeleteFunc(names, func(name string) bool { return name == "on-fail" }) { // a command by its nature
		for _, command := range []string{"check", "gate"} {
			dir := t.TempDir()
			inputs := map[string]string{"command": command, "server": p.server}
			inputs[name] = evil
			got := runAction(t, dir, inputs)
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("%s of %s ran: %v %v\n%s%s", name, command, left, err, got.stdout, got.stderr)
			}
			if strings.HasPrefix(got.stdout, "{") {
				t.Errorf("%s of %s became a flag:\n%s", name, command, got.stdout)
			}
		}
	}
}

// githubToken: the token is in a file while slofuse runs, and in no log.
func (p *places) githubToken(t *testing.T) {
	const token = "canary-token-of-the-job"
	door := newDoor(t, p.server)
	got := runAction(t, t.TempDir(), map[string]string{"command": "gate", "server": door.url, "token": token, "select": "function=create-order"})
	if got.code != 0 || !slices.Equal(door.shown(), []string{"Bearer " + token}) {
		t.Errorf("exit code %d, shown to the server: %q\n%s", got.code, door.shown(), got.stderr)
	}
	if strings.Contains(got.stdout+got.stderr+got.summary, token) {
		t.Errorf("the token stands in what is printed:\n%s%s%s", got.stdout, got.stderr, got.summary)
	}
	if left, _ := filepath.Glob(filepath.Join(got.temp, "slofuse-token*")); len(left) > 0 {
		t.Errorf("the token was left in %v", left)
	}
}

// githubVersion: go install is told one version, and what it built is run.
func githubVersion(t *testing.T) {
	bin := t.TempDir()
	writeFile(t, filepath.Join(bin, "go"), "#!/bin/sh\necho \"$@\" > "+filepath.Join(bin, "args")+"\nln -s \"$(command -v slofuse)\" \"$GOBIN/slofuse\"\n")
	if err := os.Chmod(filepath.Join(bin, "go"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", fmt.Sprintf("%s:%s", bin, os.Getenv("PATH")))
	got := runAction(t, demoFiles(t), map[string]string{"command": "check", "paths": "slos/checkout.yaml", "version": "v0.5.0"})
	if asked := readFile(t, filepath.Join(bin, "args")); got.code != 0 || asked != "install github.com/slofuse/slofuse/cmd/slofuse@v0.5.0\n" {
		t.Errorf("exit code %d, go was asked to %q\n%s", got.code, asked, got.stderr)
	}
	if path, err := os.Readlink(filepath.Join(got.temp, "slofuse-bin", "slofuse")); err != nil || path == "" {
		t.Errorf("what was built is not where the job looks: %v", err)
	}
}
