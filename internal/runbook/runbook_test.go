package runbook_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/slofuse/slofuse/internal/runbook"
)

// repo is a repository with SLO files in slos, and a secret beside it.
func repo(t *testing.T) string {
	t.Helper()
	top := t.TempDir()
	for path, text := range map[string]string{
		"secret.md": "secret", "repo/slofuse.yaml": "", "repo/runbooks/root.md": "of the root", "repo/slos/checkout.yaml": "", "repo/slos/runbooks/near.md": "near", "repo/slos/large.md": strings.Repeat("x", runbook.MaxSize+1),
		"repo/slos/full.md": strings.Repeat("x", runbook.MaxSize), "repo/slos/key.pem": "secret", "repo/.git/HEAD": "", "elsewhere/conf.md": "of the configuration",
	} {
		file := filepath.Join(top, path)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for link, target := range map[string]string{
		"out.md": "../../secret.md", "absolute.md": filepath.Join(top, "secret.md"), "folder": top, "within.md": "runbooks/near.md", "dir.md": "runbooks",
	} {
		if err := os.Symlink(target, filepath.Join(top, "repo/slos", link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(top, "repo/slos/pipe.md"), 0o600); err != nil {
		t.Fatal(err)
	}
	return top
}

func TestRead(t *testing.T) {
	top := repo(t)
	folders := runbook.Folders(filepath.Join(top, "repo/slos/checkout.yaml"), filepath.Join(top, "elsewhere/slofuse.yaml"))
	for path, want := range map[string]string{
		"runbooks/near.md": "near", "./runbooks/near.md": "near", "runbooks/../runbooks/near.md": "near", "runbooks/root.md": "of the root", "conf.md": "of the configuration",
		"within.md": "near", "slos/within.md": "near",
	} {
		if got, err := runbook.Read(path, folders); err != nil || string(got) != want {
			t.Errorf("%s: %.20q %v, want %q", path, got, err, want)
		}
	}
	for path, want := range map[string]string{
		"../../secret.md": "is not the path", "/etc/passwd": "is not the path", "key.pem": "is not the path", "": "is not the path", "..": "is not the path", "runbooks/../../../secret.md": "is not the path",
		filepath.Join(top, "secret.md"): "is not the path",
		"out.md":                        "leads outside", "absolute.md": "leads outside", "folder/secret.md": "leads outside",
		"missing.md": "is not there", "dir.md": "is not a file", "pipe.md": "is not a file", "large.md": "larger than 262,144 bytes",
	} {
		got, err := runbook.Read(path, folders)
		if err == nil || got != nil || !strings.Contains(err.Error(), want) || path[:min(1, len(path))] != "/" && strings.Contains(err.Error(), top) {
			t.Errorf("%s: %.20q %v, want an error with %q that names no folder", path, got, err, want)
		}
	}
	if got, err := runbook.Read("full.md", folders); err != nil || len(got) != runbook.MaxSize {
		t.Errorf("of the largest size: %d bytes, %v", len(got), err)
	}
}

func TestFolders(t *testing.T) {
	top := repo(t)
	slos := filepath.Join(top, "repo/slos")
	if got, want := runbook.Folders(filepath.Join(slos, "checkout.yaml"), ""), []string{slos, filepath.Join(top, "repo")}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := runbook.Folders(filepath.Join(top, "elsewhere/a.yaml"), filepath.Join(top, "repo/slofuse.yaml")), []string{filepath.Join(top, "elsewhere"), filepath.Join(top, "repo")}; !slices.Equal(got, want) {
		t.Errorf("without a repository: got %q, want %q", got, want)
	}
}
