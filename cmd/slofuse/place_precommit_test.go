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
	writeFile(t, filepath.Join(dir, "slos", "odd.yaml"), strings.Replace(scratchFile, "service: checkout", "service:   checkout", 1))
	for id, cases := range map[string]map[string]ran{
		"slofuse-check": {
			"slos/checkout.yaml slos/auth.yaml": {code: 0}, "slos/odd.yaml": {code: 0},
			"slos/checkout.yaml slos/bad.yaml": {code: 1, stdout: "slos/bad.yaml:3:1"}, "slos/gone.yaml": {code: 2},
		},
		"slofuse-fmt": {
			"slos/checkout.yaml slos/auth.yaml": {code: 0}, "slos/checkout.yaml slos/odd.yaml": {code: 1, stdout: "slos/odd.yaml"}, "slos/gone.yaml": {code: 2},
		},
	} {
		h := hooks(t)[id]
		if h.Language != "golang" || h.Description == "" {
			t.Errorf("%s is %+v", id, h)
		}
		for files, want := range cases {
			got := step{shell: []string{"sh", "-e"}, script: h.Entry + " " + files, dir: dir}.run(t)
			if got.code != want.code || !strings.Contains(got.stdout, want.stdout) {
				t.Errorf("%s of %s: exit code %d, want %d and %q\n%s%s", id, files, got.code, want.code, want.stdout, got.stdout, got.stderr)
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
