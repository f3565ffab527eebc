// Package runbook finds the Markdown files that SLO files link as runbooks. It
// reads nothing outside the folders it is given, whatever a path or a symbolic link
// says: SLO files come from many teams.
package runbook

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/slofuse/slofuse/slo"
)

// MaxSize is how large a runbook may be, in bytes.
const MaxSize = 256 << 10

// Folders are where a runbook that an SLO file links by a path is looked for, in
// this order: beside the file, at the root of the repository it is in, and beside
// the configuration, whose file may be empty.
func Folders(sloFile, configFile string) []string {
	beside := filepath.Dir(sloFile)
	folders := []string{beside}
	if root, ok := repository(beside); ok && root != beside {
		folders = append(folders, root)
	}
	if configFile != "" {
		folders = append(folders, filepath.Dir(configFile))
	}
	return folders
}

// highest is how many folders up a repository may begin.
const highest = 20

// repository is the folder of the git repository that a folder is in.
func repository(folder string) (root string, ok bool) {
	at, err := filepath.Abs(folder)
	if err != nil {
		return "", false
	}
	for range highest {
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			return at, true
		}
		up := filepath.Dir(at)
		if up == at {
			return "", false
		}
		at = up
	}
	return "", false
}

// Read returns a runbook from the first of the folders that has it. The error says
// what to do, and names no folder above them.
func Read(path string, folders []string) ([]byte, error) {
	path = filepath.FromSlash(path)
	if !filepath.IsLocal(path) || !strings.HasSuffix(path, ".md") {
		return nil, fmt.Errorf("the runbook %q is not the path of a Markdown file below the folder of the SLO file or the root of the repository", path)
	}
	for _, folder := range folders {
		text, err := readIn(folder, path)
		if !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	return nil, fmt.Errorf("the runbook %s is not there: put it beside the SLO file, at the root of the repository or beside the configuration", path)
}

func readIn(folder, path string) ([]byte, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	defer func() { _ = root.Close() }() // it was read only
	info, err := root.Stat(path)        // a pipe would not even open
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, err
	case err != nil:
		return nil, fmt.Errorf("the runbook %s cannot be read: it leads outside of its folder, or may not be read", path)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("the runbook %s is not a file", path)
	}
	file, err := root.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the runbook %s cannot be read: it leads outside of its folder, or may not be read", path)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, MaxSize+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the runbook %s cannot be read to its end", path)
	case len(text) > MaxSize:
		return nil, fmt.Errorf("the runbook %s is larger than %s bytes: keep it to what is needed at night", path, slo.FormatCount(MaxSize))
	}
	return text, nil
}
