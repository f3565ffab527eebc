package spec

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/rule"
)

// PathError says that a path given to [Load] leads to no SLO file.
type PathError struct {
	Path string
	Err  error // fs.ErrNotExist, or why it cannot be used
}

// Error names the path and says what is wrong with it.
func (e *PathError) Error() string {
	if errors.Is(e.Err, fs.ErrNotExist) {
		return fmt.Sprintf("no such file or directory: %s", e.Path)
	}
	return fmt.Sprintf("%s: %v", e.Path, e.Err)
}

// Unwrap returns the cause.
func (e *PathError) Unwrap() error { return e.Err }

// errNoFiles is the cause when a directory or a pattern holds no YAML file.
var errNoFiles = errors.New("no .yaml or .yml file there")

// readFiles reads what the paths lead to, each file once, sorted by name. A
// file that cannot be read is a problem beside the others.
func readFiles(paths []string) ([]File, Problems, error) {
	var files []File
	for _, p := range paths {
		more, err := expand(p)
		if err != nil {
			return nil, nil, &PathError{Path: p, Err: err}
		}
		files = append(files, more...)
	}
	slices.SortFunc(files, func(a, b File) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), compareFound(a, b))
	})
	files = slices.CompactFunc(files, func(a, b File) bool { return a.Name == b.Name })
	var read []File
	var problems Problems
	for _, f := range files {
		data, err := readLimited(f.Name)
		if err != nil {
			at := strictyaml.Position{File: f.Name, Line: 1, Column: 1}
			problems = append(problems, Problem{Position: at, Rule: rule.Invalid, Message: fmt.Sprintf("cannot be read: %v", cause(err))})
			continue
		}
		f.Data = data
		read = append(read, f)
	}
	return read, problems, nil
}

// compareFound puts a file somebody named before the same file found.
func compareFound(a, b File) int {
	switch {
	case a.Found == b.Found:
		return 0
	case b.Found:
		return -1
	}
	return 1
}

// cause drops the path from an error of the file system: the place has it.
func cause(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}

// readLimited reads one byte more than a file may have, so that a larger one
// is noticed without being read.
func readLimited(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, strictyaml.MaxSize+1))
}

// expand lists the files a path stands for, without reading them.
func expand(p string) ([]File, error) {
	info, err := os.Stat(p)
	switch {
	case err == nil && !info.IsDir():
		return []File{{Name: filepath.Clean(p)}}, nil
	case err == nil:
		return found(yamlFiles(p, func(string) bool { return true }))
	case !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(p, "*?["):
		return nil, cause(err)
	}
	root, pattern := splitPattern(filepath.ToSlash(p))
	if _, err := path.Match(pattern, ""); err != nil {
		return nil, fmt.Errorf("not a valid pattern: %w", err)
	}
	if _, err := os.Stat(root); err != nil {
		return nil, cause(err)
	}
	segments := strings.Split(pattern, "/")
	return found(yamlFiles(root, func(name string) bool {
		return matchSegments(segments, strings.Split(name, "/"))
	}))
}

func found(names []string, err error) ([]File, error) {
	if err == nil && len(names) == 0 {
		err = errNoFiles
	}
	files := make([]File, len(names))
	for i, name := range names {
		files[i] = File{Name: name, Found: true}
	}
	return files, err
}

// splitPattern splits off the folder in front of the first wildcard.
func splitPattern(p string) (root, pattern string) {
	fixed := p[:strings.IndexAny(p, "*?[")]
	i := strings.LastIndexByte(fixed, '/')
	switch {
	case i < 0:
		return ".", p
	case i == 0:
		return "/", p[1:]
	}
	return p[:i], p[i+1:]
}

// matchSegments matches a path against a pattern, segment by segment; "**"
// stands for any number of segments, none included.
func matchSegments(pattern, name []string) bool {
	for len(pattern) > 0 {
		if pattern[0] == "**" {
			for i := range len(name) + 1 {
				if matchSegments(pattern[1:], name[i:]) {
					return true
				}
			}
			return false
		}
		if len(name) == 0 {
			return false
		}
		if ok, _ := path.Match(pattern[0], name[0]); !ok {
			return false
		}
		pattern, name = pattern[1:], name[1:]
	}
	return len(name) == 0
}

// yamlFiles lists the YAML files below a folder whose path from there is
// wanted. Hidden files and folders are passed over. A link to a file counts as
// the file, as mounted configuration maps need it; a link to a folder is not
// followed, since it may lead in a circle.
func yamlFiles(root string, want func(name string) bool) ([]string, error) {
	var names []string
	// The dot makes a root that is itself a link count as the folder behind it.
	err := filepath.WalkDir(root+string(filepath.Separator)+".", func(p string, d fs.DirEntry, err error) error {
		name, relErr := filepath.Rel(root, p)
		switch {
		case err != nil:
			return err
		case relErr != nil:
			return relErr
		case name == ".":
			return nil
		case strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return filepath.SkipDir
		case strings.HasPrefix(d.Name(), ".") || !isYAML(name) || !want(filepath.ToSlash(name)):
			return nil
		}
		if info, err := os.Stat(p); err == nil && !info.Mode().IsRegular() {
			return nil
		}
		names = append(names, filepath.Join(root, name))
		return nil
	})
	return names, cause(err)
}

func isYAML(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}
