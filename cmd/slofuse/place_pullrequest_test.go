package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// scratch is a repository with SLO files, as it stands on a runner: a clone on the
// branch of a pull request.
type scratch struct {
	t   *testing.T
	dir string
}

func newScratch(t *testing.T) scratch {
	t.Helper()
	origin := scratch{t: t, dir: t.TempDir()}
	origin.git("init", "-q", "-b", "main")
	writeFile(t, filepath.Join(origin.dir, "slos", "checkout.yaml"), scratchFile)
	origin.commit("SLOs of checkout")
	s := scratch{t: t, dir: t.TempDir()}
	s.git("clone", "-q", origin.dir, ".")
	s.git("checkout", "-q", "-b", "change")
	return s
}

func (s scratch) git(args ...string) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), "git", append([]string{"-c", "user.name=Mia", "-c", "user.email=mia@example.com"}, args...)...)
	cmd.Dir = s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("git %v: %v\n%s", args, err, out)
	}
}

func (s scratch) commit(message string) {
	s.t.Helper()
	s.git("add", "-A")
	s.git("commit", "-q", "-m", message)
}

// change edits the file of main and commits it.
func (s scratch) change(edits ...string) {
	s.t.Helper()
	writeFile(s.t, filepath.Join(s.dir, "slos", "checkout.yaml"), strings.NewReplacer(edits...).Replace(scratchFile))
	s.commit("a change")
}

// stepWith are the inputs that a step of a workflow gives the action.
func stepWith(t *testing.T, file, id string, values map[string]string) map[string]string {
	t.Helper()
	for _, job := range strictly[workflow](t, example(t, "github", file)).Jobs {
		for _, s := range job.Steps {
			if s.ID == id {
				inputs := make(map[string]string)
				for name, value := range s.With {
					inputs[name] = fill(t, value.Value, values)
				}
				delete(inputs, "version") // the program under test is on the PATH
				return inputs
			}
		}
	}
	t.Fatalf("%s has no step %s", file, id)
	return nil
}

// shows compares what a step showed with a block of the document that tells of it.
func (r githubRun) shows(t *testing.T, code int) {
	t.Helper()
	if r.code != code {
		t.Errorf("exit code %d, want %d", r.code, code)
	}
	document := readFile(t, filepath.Join("..", "..", "docs", "ci.md"))
	for language, text := range map[string]string{"text": r.stdout + r.stderr, "markdown": r.summary} {
		block := fmt.Sprintf("```%s\n%s```\n", language, text)
		if text != "" && !strings.Contains(document, block) {
			t.Errorf("docs/ci.md shows something else than\n%s", block)
		}
	}
}

// pullRequest is what a reviewer sees: of a change that is fine, of one that is not, of
// one whose base is not there, and of the gate before and after the trouble. The
// document shows it word for word.
func (p *places) pullRequest(t *testing.T) {
	onMain := map[string]string{"github.base_ref": "main"}
	t.Run("a lower objective", func(t *testing.T) {
		s := newScratch(t)
		s.change("99.9%", "99.5%")
		runAction(t, s.dir, stepWith(t, "pull-request.yaml", "check", onMain)).shows(t, 0)
	})
	t.Run("mistakes", func(t *testing.T) {
		s := newScratch(t)
		s.change("owner:", "ownr:", "99.9%", "0.999", `5.."}`, `5.."`)
		runAction(t, s.dir, stepWith(t, "pull-request.yaml", "check", onMain)).shows(t, 1)
	})
	t.Run("nothing of ours", func(t *testing.T) {
		s := newScratch(t)
		writeFile(t, filepath.Join(s.dir, "README.md"), "words\n")
		s.commit("words")
		if got := runAction(t, s.dir, stepWith(t, "pull-request.yaml", "check", onMain)); got.code != 0 || strings.Contains(got.stdout, "::") {
			t.Errorf("exit code %d:\n%s%s", got.code, got.stdout, got.stderr)
		}
	})
	t.Run("a base that was not fetched", func(t *testing.T) {
		s := newScratch(t)
		s.change("99.9%", "99.5%")
		runAction(t, s.dir, stepWith(t, "pull-request.yaml", "check", map[string]string{"github.base_ref": "release"})).shows(t, 2)
	})
	values := map[string]string{"env.SLOFUSE_SERVER": p.server, "secrets.SLOFUSE_TOKEN": ""}
	t.Run("the gate before a deploy", func(t *testing.T) {
		inputs := stepWith(t, "deploy.yaml", "budget", values)
		inputs["select"] = "function=create-order"
		runAction(t, newScratch(t).dir, inputs).shows(t, 0)
		inputs["min-budget"] = "60%"
		runAction(t, newScratch(t).dir, inputs).shows(t, 1)
	})
}
