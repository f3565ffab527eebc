package gitdiff

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Changes are the differences between a commit and the work tree. They are not
// safe for concurrent use.
type Changes struct {
	git     git
	dir     string // absolute, without links: paths are relative to it
	root    string // of the repository, likewise
	base    string // the commit
	changed map[string]bool
	gone    []string // relative to the root, as git writes them
	there   map[string]bool
	asked   map[string]bool // what was answered about files
}

// Since compares the work tree around a folder with the commit where HEAD and
// the reference part. The error says what to do.
func Since(ctx context.Context, dir, ref string) (*Changes, error) {
	if ref == "" || strings.HasPrefix(ref, "-") {
		return nil, fmt.Errorf("%q is no git reference: name a branch, a tag or a commit, such as origin/main", ref)
	}
	c := &Changes{git: git{dir}, changed: map[string]bool{}, there: map[string]bool{}, asked: map[string]bool{}}
	var err error
	if c.dir, err = realPath(dir); err != nil {
		return nil, err
	}
	if c.root, err = c.git.line(ctx, "rev-parse", "--show-toplevel"); err != nil {
		return nil, explainRoot(err)
	}
	if c.root, err = realPath(c.root); err != nil {
		return nil, err
	}
	c.git.dir = c.root
	if c.base, err = c.mergeBase(ctx, ref); err != nil {
		return nil, err
	}
	return c, c.compare(ctx)
}

func realPath(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(path)
}

func explainRoot(err error) error {
	f, ran := errors.AsType[*failure](err)
	switch {
	case !ran:
		return err
	case strings.Contains(f.stderr, "dubious ownership"):
		return fmt.Errorf("%w: run git config --global --add safe.directory with the folder of the repository", err)
	}
	return fmt.Errorf("this is no work tree of a git repository (%w): run it inside of one, or without --changed-since", err)
}

// mergeBase is the commit where a reference and HEAD part.
func (c *Changes) mergeBase(ctx context.Context, ref string) (string, error) {
	commit, err := c.git.line(ctx, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if _, ran := errors.AsType[*failure](err); ran {
		return "", fmt.Errorf("git knows no commit %q here: fetch it first, with git fetch origin %s", ref, strings.TrimPrefix(ref, "origin/"))
	}
	if err != nil {
		return "", err
	}
	base, err := c.git.line(ctx, "merge-base", commit, "HEAD")
	if _, ran := errors.AsType[*failure](err); !ran {
		return base, err
	}
	if shallow, _ := c.git.line(ctx, "rev-parse", "--is-shallow-repository"); shallow == "true" {
		return "", fmt.Errorf("this clone is too shallow to hold the commit where %s and HEAD part: run git fetch --unshallow, or check out the whole history (fetch-depth: 0, GIT_DEPTH: 0)", ref)
	}
	return "", fmt.Errorf("%s and HEAD have no commit in common, so there is nothing to compare with", ref)
}

// compare asks for the files that differ, and for those that git does not keep: not
// yet, or never, as what a pipeline makes. A renamed file is one that is gone and one that is new.
func (c *Changes) compare(ctx context.Context) error {
	out, err := c.git.run(ctx, nil, "diff", "--name-status", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all", "-z", c.base, "--")
	if err != nil {
		return err
	}
	fields := fieldsOf(out)
	for i := 0; i+1 < len(fields); i += 2 {
		status, path := fields[i], fields[i+1]
		c.changed[c.absolute(path)] = true
		if status == "D" {
			c.gone = append(c.gone, path)
		}
		if status != "A" {
			c.there[path] = true
		}
	}
	out, err = c.git.run(ctx, nil, "ls-files", "--others", "-z")
	for _, path := range fieldsOf(out) {
		c.changed[c.absolute(path)] = true
	}
	return err
}

// fieldsOf splits what git ends with NUL.
func fieldsOf(out []byte) []string {
	return strings.FieldsFunc(string(out), func(r rune) bool { return r == 0 })
}

func (c *Changes) absolute(path string) string {
	return filepath.Join(c.root, filepath.FromSlash(path))
}
