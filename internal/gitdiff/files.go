package gitdiff

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Changed reports whether a file, relative to the folder, differs. Of a file
// outside the repository nothing is known, so it counts as one that does.
func (c *Changes) Changed(file string) bool {
	answer, known := c.asked[file]
	if !known {
		answer = c.differs(c.place(file))
		c.asked[file] = answer
	}
	return answer
}

func (c *Changes) differs(file string) bool {
	if name, inside := c.inside(file); !inside || c.changed[file] || c.ofAnother(name) {
		return true
	}
	target, err := filepath.EvalSymlinks(file)
	return err == nil && c.changed[target]
}

// ofAnother reports whether a file belongs to a repository within this one, as to a
// submodule: what differs there is not known here.
func (c *Changes) ofAnother(name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(c.absolute(dir), ".git")); err == nil {
			return true
		}
	}
	return false
}

// Gone lists the files that are no longer there, relative to the folder.
func (c *Changes) Gone() []string {
	var out []string
	for _, path := range c.gone {
		if name, err := filepath.Rel(c.dir, c.absolute(path)); err == nil {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// place is the file as an absolute path, with no link on the way to it.
func (c *Changes) place(file string) string {
	if !filepath.IsAbs(file) {
		file = filepath.Join(c.dir, file)
	}
	if dir, err := filepath.EvalSymlinks(filepath.Dir(file)); err == nil {
		return filepath.Join(dir, filepath.Base(file))
	}
	return filepath.Clean(file)
}

// inside is the path from the root as git writes it; false for a file outside.
func (c *Changes) inside(path string) (string, bool) {
	name, err := filepath.Rel(c.root, path)
	if err != nil || !filepath.IsLocal(name) {
		return "", false
	}
	return filepath.ToSlash(name), true
}

// Before returns what files held at the commit, of those that differ and were
// there.
func (c *Changes) Before(ctx context.Context, files []string) (map[string][]byte, error) {
	var asked []string
	var input strings.Builder
	for _, file := range files {
		name, _ := c.inside(c.place(file))
		if !c.there[name] || strings.Contains(name, "\n") {
			continue
		}
		asked = append(asked, file)
		fmt.Fprintf(&input, "%s:%s\n", c.base, name)
	}
	if len(asked) == 0 {
		return nil, nil
	}
	out, err := c.git.run(ctx, strings.NewReader(input.String()), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	return readBatch(out, asked)
}

// readBatch reads what git cat-file --batch writes: for each object a line with
// its type and its size, and then the object; or a line that says why not.
func readBatch(out []byte, asked []string) (map[string][]byte, error) {
	before := make(map[string][]byte, len(asked))
	r := bufio.NewReader(bytes.NewReader(out))
	for _, file := range asked {
		header, err := r.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		var id, kind string
		var size int
		if n, _ := fmt.Sscanf(header, "%s %s %d", &id, &kind, &size); n != 3 || kind != "blob" {
			continue // what is no file here is rare, and is told in one line
		}
		data := make([]byte, size+1) // a line break follows
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, fmt.Errorf("git cat-file: %w", err)
		}
		before[file] = data[:size]
	}
	return before, nil
}
