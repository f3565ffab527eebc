package main

import (
	"maps"
	"path/filepath"
	"strings"
	"testing"
)

type tektonTask struct {
	Description string
	Params      []struct {
		Name, Type, Description string
		Default                 *string
	}
	Workspaces []struct {
		Name, Description string
		Optional          bool
	}
	Results []struct{ Name, Type, Description string }
	Steps   []struct {
		Name, Image, Script string
		Env                 []struct{ Name, Value string }
	}
}

// runTekton runs the step of the task with parameters, and returns its result.
func runTekton(t *testing.T, params map[string]string, token string) (got ran, verdict string) {
	t.Helper()
	task := strictly[manifest[tektonTask]](t, example(t, "tekton", "task.yaml")).Spec
	result := filepath.Join(t.TempDir(), "verdict")
	values := map[string]string{"workspaces.token.path": token, "results.verdict.path": result}
	given := maps.Clone(params)
	for _, p := range task.Params {
		value, ok := given[p.Name]
		if !ok && p.Default == nil {
			t.Fatalf("the parameter %s has no value", p.Name)
		} else if !ok {
			value = *p.Default
		}
		values["params."+p.Name] = value
		delete(given, p.Name)
	}
	if len(given) > 0 {
		t.Fatalf("the task has no parameters %v", given)
	}
	pairs := []string(nil)
	for name, value := range values {
		pairs = append(pairs, "$("+name+")", value)
	}
	fill, env := strings.NewReplacer(pairs...), map[string]string{}
	s := task.Steps[0]
	for _, v := range s.Env {
		env[v.Name] = fill.Replace(v.Value)
	}
	if fill.Replace(s.Script) != s.Script {
		t.Error("the script takes what it is given from elsewhere than the environment")
	}
	if fill.Replace(s.Image) != "golang:1.26" {
		t.Errorf("the image is %s", fill.Replace(s.Image))
	}
	interpreter, _, _ := strings.Cut(s.Script, "\n")
	got = step{shell: []string{strings.TrimPrefix(interpreter, "#!")}, script: s.Script, dir: t.TempDir(), env: env}.run(t)
	return got, readFile(t, result)
}

// tekton is the contract of the task: its exit code, and the result that a pipeline
// branches on.
func (p *places) tekton(t *testing.T) {
	token := t.TempDir()
	writeFile(t, filepath.Join(token, "token"), "canary-token\n")
	door := newDoor(t, p.server)
	for name, c := range map[string]struct {
		params  map[string]string
		code    int
		verdict string
	}{
		"open":                       {map[string]string{"select": "function=create-order"}, 0, "pass"},
		"closed":                     {map[string]string{"select": "service=checkout"}, 1, "fail"},
		"closed, and it goes on":     {map[string]string{"select": "service=checkout", "stop": "false"}, 0, "fail"},
		"undecided":                  {map[string]string{"select": "service=unheard-of"}, 3, "inconclusive"},
		"undecided, and it goes on":  {map[string]string{"select": "service=unheard-of", "stop": "false"}, 0, "inconclusive"},
		"undecided is let pass":      {map[string]string{"server": p.down, "select": "service=checkout", "on-inconclusive": "warn"}, 0, "inconclusive"},
		"wrong usage never goes on":  {map[string]string{"select": "service=checkout", "min-budget": "much", "stop": "false"}, 2, "error"},
		"a selection that is a text": {map[string]string{"select": "$(touch pwned)"}, 2, "error"},
	} {
		t.Run(name, func(t *testing.T) {
			params := map[string]string{"server": door.url}
			maps.Copy(params, c.params)
			if got, verdict := runTekton(t, params, token); got.code != c.code || verdict != c.verdict {
				t.Errorf("exit code %d and %q, want %d and %q:\n%s%s", got.code, verdict, c.code, c.verdict, got.stdout, got.stderr)
			}
		})
	}
	if shown := door.shown(); len(shown) == 0 || shown[0] != "Bearer canary-token" {
		t.Errorf("the token is not shown: %q", shown)
	}
}
