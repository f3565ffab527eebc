package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// workflow is one of GitHub, with the keys that the examples use.
type workflow struct {
	Name        string
	On          map[string]map[string][]string
	Permissions map[string]string
	Concurrency string
	Jobs        map[string]struct {
		RunsOn         string `yaml:"runs-on"`
		TimeoutMinutes int    `yaml:"timeout-minutes"`
		Env            map[string]string
		Steps          []workflowStep
	}
}

type workflowStep struct {
	Name, Uses, Run, If string
	ID                  string
	ContinueOnError     bool `yaml:"continue-on-error"`
	Env                 map[string]string
	With                map[string]yaml.Node
}

// ours is the action of this repository, as workflows name it.
const ours = "slofuse/slofuse/examples/ci/github@"

// Whoever copies a workflow gets one that may read and nothing else, that runs
// nothing which stands in a branch name, and that uses inputs, verbs and flags that
// exist.
func TestTheWorkflowsOfTheExamplesAreSound(t *testing.T) {
	inputs := strictly[action](t, example(t, "github", "action.yml")).Inputs
	for name, want := range map[string]int{"pull-request.yaml": 1, "deploy.yaml": 4} {
		w := strictly[workflow](t, example(t, "github", name))
		if diff := cmp.Diff(map[string]string{"contents": "read"}, w.Permissions); diff != "" {
			t.Errorf("%s: permissions (-want +got):\n%s", name, diff)
		}
		found := 0
		for _, job := range w.Jobs {
			if job.TimeoutMinutes == 0 {
				t.Errorf("%s may run for ever", name)
			}
			for _, s := range job.Steps {
				found += s.commands(t)
				if strings.Contains(s.Run, "${{") || strings.HasSuffix(s.Uses, "@main") {
					t.Errorf("%s: step %q runs what somebody else may write", name, s.Name)
				}
				version, used := strings.CutPrefix(s.Uses, ours)
				if !used {
					continue
				}
				found++
				if with := s.With["version"]; with.Value != version {
					t.Errorf("%s: the action is %q, the program %q", name, version, with.Value)
				}
				for input := range s.With {
					if _, known := inputs[input]; !known {
						t.Errorf("%s: the action has no input %q", name, input)
					}
				}
			}
		}
		if found != want {
			t.Errorf("%s: %d steps are slofuse, want %d", name, found, want)
		}
	}
}

// commands counts the lines that run slofuse, and tries whether it understands them.
func (s workflowStep) commands(t *testing.T) (found int) {
	t.Helper()
	for line := range strings.Lines(s.Run) {
		args := strings.Fields(strings.ReplaceAll(line, `"`, ""))
		at := slices.Index(args, "slofuse")
		if at < 0 {
			continue
		}
		found++
		verb, rest, err := (&cli{}).root().Find(args[at+1:])
		if err == nil {
			err = verb.ParseFlags(rest)
		}
		if err == nil {
			err = verb.ValidateArgs(verb.Flags().Args())
		}
		if err != nil || !verb.Runnable() {
			t.Errorf("%s: %v", strings.TrimSpace(line), err)
		}
	}
	return found
}
