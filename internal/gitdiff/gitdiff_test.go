package gitdiff_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/gitdiff"
)

// repository is a scratch one.
type repository struct {
	*testing.T
	dir string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	r := repository{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

// git runs the program as nobody in particular.
func (r repository) git(args ...string) string {
	r.Helper()
	cmd := exec.CommandContext(r.Context(), "git", args...)
	cmd.Dir = r.dir
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=a", "GIT_AUTHOR_EMAIL=a@example.com", "GIT_COMMITTER_NAME=a", "GIT_COMMITTER_EMAIL=a@example.com")
	out, err := cmd.CombinedOutput()
	if err != nil {
		r.Fatalf("git %v: %v\n%s", args, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r repository) write(name, text string) {
	r.Helper()
	path := filepath.Join(r.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.Fatal(err)
	}
}

func (r repository) commit(message string) {
	r.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
}

func (r repository) since(dir, ref string) *gitdiff.Changes {
	r.Helper()
	c, err := gitdiff.Since(r.Context(), filepath.Join(r.dir, dir), ref)
	if err != nil {
		r.Fatal(err)
	}
	return c
}

// branched is a repository whose branch work has left main, which went on.
func branched(t *testing.T) repository {
	t.Helper()
	r := newRepository(t)
	for _, name := range []string{"same", "theirs", "changed", "removed", "moved", "staged", "edited", "an ü:\"name\""} {
		r.write("slos/"+name+".yaml", name+" before")
	}
	r.commit("start")
	r.git("switch", "-q", "-c", "work")
	r.write("slos/changed.yaml", "after")
	r.write("slos/an ü:\"name\".yaml", "after")
	r.git("rm", "-q", "slos/removed.yaml")
	r.git("mv", "slos/moved.yaml", "slos/new name.yaml")
	r.commit("work")
	r.git("switch", "-q", "main")
	r.write("slos/theirs.yaml", "after")
	r.commit("theirs")
	r.git("switch", "-q", "work")
	r.write("slos/staged.yaml", "after")
	r.git("add", "-A")
	r.write("slos/edited.yaml", "after")
	r.write("slos/untracked.yaml", "after")
	return r
}

// TestWhatAPullRequestChanges: since the histories part, so that what others did on
// main in the meantime is not taken for part of it, and with all that is not
// committed yet.
func TestWhatAPullRequestChanges(t *testing.T) {
	r := branched(t)
	c := r.since(".", "main")
	got := map[string]bool{}
	want := map[string]bool{
		"same": false, "theirs": false, "changed": true, "removed": true, "moved": true, "new name": true,
		"staged": true, "edited": true, "untracked": true, "an ü:\"name\"": true,
	}
	for name := range want {
		got[name] = c.Changed("slos/" + name + ".yaml")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"slos/moved.yaml", "slos/removed.yaml"}, c.Gone()); diff != "" {
		t.Errorf("gone: -want +got:\n%s", diff)
	}
}

func TestWhatFilesHeldBefore(t *testing.T) {
	r := branched(t)
	c := r.since(".", "main")
	asked := []string{"slos/changed.yaml", "slos/removed.yaml", "slos/same.yaml", "slos/an ü:\"name\".yaml", "slos/untracked.yaml", "slos/edited.yaml", "nowhere.yaml"}
	before, err := c.Before(t.Context(), asked)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for name, data := range before {
		got[name] = string(data)
	}
	want := map[string]string{
		"slos/changed.yaml": "changed before", "slos/removed.yaml": "removed before",
		"slos/an ü:\"name\".yaml": "an ü:\"name\" before", "slos/edited.yaml": "edited before",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestPathsAreThoseOfTheFolder: also below the root, through a link, and absolute.
func TestPathsAreThoseOfTheFolder(t *testing.T) {
	r := branched(t)
	below := r.since("slos", "main")
	if !below.Changed("changed.yaml") || below.Changed("same.yaml") || !below.Changed("../slos/changed.yaml") {
		t.Error("a path below the root is not known")
	}
	if diff := cmp.Diff([]string{"moved.yaml", "removed.yaml"}, below.Gone()); diff != "" {
		t.Errorf("gone: -want +got:\n%s", diff)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(r.dir, link); err != nil {
		t.Fatal(err)
	}
	if !below.Changed(filepath.Join(link, "slos/changed.yaml")) || below.Changed(filepath.Join(link, "slos/same.yaml")) {
		t.Error("a path through a link is not known")
	}
}

// TestOutsideTheRepositoryNothingIsKnown so nothing may be left out.
func TestOutsideTheRepositoryNothingIsKnown(t *testing.T) {
	c := branched(t).since(".", "main")
	if !c.Changed(filepath.Join(t.TempDir(), "a.yaml")) || !c.Changed("../other/a.yaml") {
		t.Error("a file outside counts as unchanged")
	}
}

// TestNothingChanged on the branch itself.
func TestNothingChanged(t *testing.T) {
	r := newRepository(t)
	r.write("a.yaml", "a")
	r.commit("start")
	c := r.since(".", "HEAD")
	if c.Changed("a.yaml") || len(c.Gone()) != 0 {
		t.Error("something is changed")
	}
	if before, err := c.Before(t.Context(), []string{"a.yaml"}); err != nil || len(before) != 0 {
		t.Errorf("before: %v, %v", before, err)
	}
}

// TestWhatCannotBeComparedSaysWhatToDo: whoever meets it is in a pipeline and has
// the message only.
func TestWhatCannotBeComparedSaysWhatToDo(t *testing.T) {
	r := branched(t)
	r.git("tag", "blob", r.git("hash-object", "-w", "slos/same.yaml"))
	r.commit("all of it")
	r.git("switch", "-q", "--orphan", "other")
	r.commit("other")
	shallow := repository{t, filepath.Join(t.TempDir(), "shallow")}
	r.git("clone", "-q", "--depth=1", "--no-single-branch", "file://"+r.dir, shallow.dir)
	shallow.git("switch", "-q", "work")
	empty := newRepository(t)
	for _, tc := range []struct {
		name, dir, ref, want string
	}{
		{"an option", r.dir, "--output=/tmp/x", "is no git reference"},
		{"nothing", r.dir, "", "is no git reference"},
		{"a reference nobody knows", r.dir, "origin/mian", `git knows no commit "origin/mian" here: fetch it first, with git fetch origin mian`},
		{"no commit", r.dir, "blob", "git knows no commit"},
		{"a shell's words", r.dir, "main; touch x", "git knows no commit"},
		{"a history of its own", r.dir, "main", "have no commit in common"},
		{"a shallow clone", shallow.dir, "origin/main", "run git fetch --unshallow"},
		{"no repository", t.TempDir(), "main", "this is no work tree of a git repository"},
		{"a repository without commits", empty.dir, "main", "git knows no commit"},
	} {
		if _, err := gitdiff.Since(t.Context(), tc.dir, tc.ref); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want one with %q", tc.name, err, tc.want)
		}
	}
}

// TestARepositoryRunsNothing that its configuration names: it may be that of a
// stranger who sent a pull request.
func TestARepositoryRunsNothing(t *testing.T) {
	r := branched(t)
	trap := filepath.Join(t.TempDir(), "trap")
	r.write(".gitattributes", "*.yaml diff=trap\n")
	for key, value := range map[string]string{
		"core.fsmonitor": "touch " + trap, "diff.external": "touch " + trap, "diff.trap.textconv": "touch " + trap, "core.pager": "touch " + trap,
	} {
		r.git("config", key, value)
	}
	if c := r.since(".", "main"); !c.Changed("slos/changed.yaml") {
		t.Error("the change is not seen")
	}
	if _, err := os.Stat(trap); err == nil {
		t.Error("a program of the configuration was run")
	}
}

// TestACancelledQuestionEnds with the reason.
func TestACancelledQuestionEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := gitdiff.Since(ctx, branched(t).dir, "main"); err == nil {
		t.Error("there is no error")
	}
}

// A folder in a pull request can look like a repository whose configuration names
// programs: whoever checks from within it must not run them.
func TestACommittedFolderIsNoRepository(t *testing.T) {
	r := newRepository(t)
	ran := filepath.Join(t.TempDir(), "ran")
	inner := filepath.Join(r.dir, "inner")
	r.git("init", "-q", "--bare", inner)
	r.write("inner/slos/a.yaml", "before")
	r.git("--git-dir", inner, "--work-tree", inner, "add", "slos")
	r.git("--git-dir", inner, "--work-tree", inner, "commit", "-q", "-m", "start")
	r.write("inner/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = .\n[filter \"x\"]\n\tclean = touch "+ran+"; cat\n")
	r.write("inner/info/attributes", "* filter=x\n")
	r.write("inner/slos/a.yaml", "after!")
	if _, err := gitdiff.Since(t.Context(), inner, "HEAD"); err == nil {
		t.Error("it is taken for a repository")
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("its filter was run")
	}
}

func TestNoHookIsRun(t *testing.T) {
	r := branched(t)
	ran := filepath.Join(t.TempDir(), "ran")
	r.write(".git/hooks/post-index-change", "#!/bin/sh\ntouch "+ran+"\n")
	if err := os.Chmod(filepath.Join(r.dir, ".git/hooks/post-index-change"), 0o700); err != nil { //nolint:gosec // a hook has to run
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(r.dir, "slos/same.yaml"), later, later); err != nil {
		t.Fatal(err)
	}
	if r.since(".", "main").Changed("slos/same.yaml") {
		t.Error("a new time is taken for a change")
	}
	if _, err := os.Stat(ran); err == nil {
		t.Error("a hook was run")
	}
}

// Of what git does not keep nothing is known, so it counts as what differs.
func TestFilesThatGitDoesNotKeepDiffer(t *testing.T) {
	r := newRepository(t)
	r.write(".gitignore", "made.yaml\n")
	r.write("slos/same.yaml", "same")
	r.commit("start")
	r.write("slos/made.yaml", "by a program")
	r.git("init", "-q", "team")
	r.write("team/slos/theirs.yaml", "theirs")
	c := r.since(".", "HEAD")
	for name, want := range map[string]bool{"slos/same.yaml": false, "slos/made.yaml": true, "team/slos/theirs.yaml": true} {
		if c.Changed(name) != want {
			t.Errorf("%s differs: %v", name, !want)
		}
	}
}
