package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// hook is one that this repository offers to pre-commit.
type hook struct {
	ID, Name, Description, Entry, Language, Files string
	RequireSerial                                 bool `yaml:"require_serial"`
}

// preCommitConfig is what a repository that uses hooks writes.
type preCommitConfig struct {
	Repos []struct {
		Repo, Rev string
		Hooks     []struct{ ID string }
	}
}

func hooks(t *testing.T) map[string]hook {
	t.Helper()
	out := make(map[string]hook)
	for _, h := range strictly[[]hook](t, readFile(t, filepath.Join("..", "..", ".pre-commit-hooks.yaml"))) {
		out[h.ID] = h
	}
	return out
}

// The entry of a hook is run with the files of the commit.
func TestTheHooksOfPreCommitStopWhatIsWrong(t *testing.T) {
	dir := demoFiles(t)
	writeFile(t, filepath.Join(dir, "slos", "bad.yaml"), "version: 1\nservice: shop\nownr: team\nfunctions: []\n")
	for id, c := range map[string]struct {
		says string
	}{
		"slofuse-check": {`slos/bad.yaml:3:1`},
	} {
		h := hooks(t)[id]
		if h.Language != "golang" || h.Description == "" {
			t.Errorf("%s is %+v", id, h)
		}
		for files, code := range map[string]int{"slos/checkout.yaml slos/auth.yaml": 0, "slos/checkout.yaml slos/bad.yaml": 1, "slos/gone.yaml": 2} {
			got := step{shell: []string{"sh", "-e"}, script: h.Entry + " " + files, dir: dir}.run(t)
			if got.code != code || code == 1 && !strings.Contains(got.stdout, c.says) {
				t.Errorf("%s of %s: exit code %d, want %d\n%s%s", id, files, got.code, code, got.stdout, got.stderr)
			}
		}
	}
}

func TestTheHooksOfPreCommitTakeSLOFilesOnly(t *testing.T) {
	for _, h := range hooks(t) {
		files := regexp.MustCompile(h.Files)
		for name, want := range map[string]bool{
			"slos/checkout.yaml": true, "shop/slo/checkout.yml": true, "a/slos/b/c.yaml": true,
			"README.md": false, "deploy/values.yaml": false, "slos/README.md": false, "myslos/a.yaml": false,
		} {
			if files.MatchString(name) != want {
				t.Errorf("%s of %s: want %t", h.ID, name, want)
			}
		}
	}
}

func TestTheExampleOfPreCommitUsesHooksThatExist(t *testing.T) {
	repos := strictly[preCommitConfig](t, example(t, "pre-commit", ".pre-commit-config.yaml")).Repos
	there := hooks(t)
	if len(repos) != 1 || len(repos[0].Hooks) != len(there) || !strings.HasPrefix(repos[0].Rev, "v") {
		t.Fatalf("the example is %+v", repos)
	}
	for _, h := range repos[0].Hooks {
		if there[h.ID].Entry == "" {
			t.Errorf("there is no hook %s", h.ID)
		}
	}
}
