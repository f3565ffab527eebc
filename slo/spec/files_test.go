package spec_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/slofuse/slofuse/slo/spec"
)

// tree is a folder with files in it, which is the working directory.
func tree(t *testing.T, names ...string) {
	t.Helper()
	t.Chdir(t.TempDir())
	for _, name := range names {
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte("version: 1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCoversIsWhatReadFinds: a file that is gone would have been found under a path
// if, and only if, it is found while it is there.
func TestCoversIsWhatReadFinds(t *testing.T) {
	names := []string{"a.yaml", "b.yml", "c.txt", "slos/a.yaml", "slos/.hidden.yaml", "slos/.git/a.yaml", "slos/deep/er/a.YAML", "slos/deep/b.yaml", "other/a.yaml"}
	tree(t, names...)
	for _, path := range []string{".", "slos", "slos/", "./slos", "slos/deep/..", "slos/*.yaml", "slos/**/*.yaml", "**/a.yaml", "*/*.yaml", "a.yaml", "./c.txt", "slos/deep/?.yaml"} {
		files, err := spec.Read([]string{path})
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, name := range names {
			at := slices.IndexFunc(files, func(f spec.File) bool { return f.Name == filepath.FromSlash(name) })
			covered, found := spec.Covers(path, filepath.FromSlash(name))
			if covered != (at >= 0) || covered && found != files[at].Found {
				t.Errorf("Covers(%s, %s) = %v, %v; Read finds %v", path, name, covered, found, files)
			}
		}
	}
}

// TestReadAllNamesWhatCannotBeRead beside the files that can.
func TestReadAllNamesWhatCannotBeRead(t *testing.T) {
	tree(t, "slos/a.yaml")
	if err := os.Symlink("nowhere.yaml", "slos/broken.yaml"); err != nil {
		t.Fatal(err)
	}
	files, problems, err := spec.ReadAll([]string{"slos"})
	if err != nil || len(files) != 1 || len(problems) != 1 || !strings.HasPrefix(problems[0].String(), "slos/broken.yaml:1:1: cannot be read: ") {
		t.Errorf("%d files, problems %v, %v", len(files), problems, err)
	}
	if files, err := spec.Read([]string{"slos"}); err != nil || len(files) != 1 {
		t.Errorf("Read: %v, %v", files, err)
	}
}
