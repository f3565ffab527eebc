package repotest

import (
	"os"
	"path/filepath"
	"testing"
)

// rules are the conventions that hold in this repository.
var rules = map[string]rule{
	"packages import only in the house's directions":      importDirections(directions),
	"evaluator and alerting never import each other":      evaluatorApart,
	"one package knows the database driver":               driverAtHome,
	"the program holds no help for tests":                 noTestSupport,
	"every package has one doc comment":                   packageDocs,
	"no Go file is longer than 500 lines":                 shortFiles,
	"go.mod replaces no module":                           noReplace,
	"nothing is marked as unfinished":                     noUnfinishedWork,
	"pages load nothing from another host":                ownAssets,
	"pure packages read no clock":                         clockFree,
	"tests do not sleep":                                  noSleep,
	"tests are not skipped, except for a missing program": noSkip,
}

func TestRepository(t *testing.T) {
	files, err := load(os.DirFS(repositoryRoot(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(goFiles(files)) < 20 {
		t.Fatalf("found only %d Go files: is this the repository?", len(goFiles(files)))
	}
	for name, rule := range rules {
		t.Run(name, func(t *testing.T) {
			for _, p := range rule(files) {
				t.Error(p)
			}
		})
	}
}

// Every direction must hold somewhere: one whose package is gone would wait for a
// new package of that name to slip in unseen.
func TestEveryDirectionHasAPackage(t *testing.T) {
	files, err := load(os.DirFS(repositoryRoot(t)))
	if err != nil {
		t.Fatal(err)
	}
	held := map[string]bool{}
	for _, f := range goFiles(files) {
		d, _ := directionOf(directions, f.dir())
		held[d.part] = true
	}
	for _, d := range directions {
		if !held[d.part] {
			t.Errorf("no package for the direction %q", d.part)
		}
	}
}

// repositoryRoot is the directory of go.mod.
func repositoryRoot(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("no go.mod above the working directory")
		}
		dir = parent
	}
}
