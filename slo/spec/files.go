package spec

import (
	"path/filepath"
	"strings"
)

// Read returns the files that the paths lead to, as [Load] finds them, without
// understanding them. It serves to notice that something changed: what cannot be
// read is left out.
func Read(paths []string) ([]File, error) {
	files, _, err := readFiles(paths)
	return files, err
}

// ReadAll is [Read] with the problems of files that cannot be read. The error is a
// [*PathError].
func ReadAll(paths []string) ([]File, Problems, error) { return readFiles(paths) }

// Covers reports whether [Read] would find a file under this path if it were
// there, and whether nobody would have named it.
func Covers(p, name string) (covered, found bool) {
	if filepath.Clean(p) == filepath.Clean(name) {
		return true, false
	}
	root, segments := p, []string{"**"}
	if strings.ContainsAny(p, "*?[") {
		var pattern string
		root, pattern = splitPattern(filepath.ToSlash(p))
		segments = strings.Split(pattern, "/")
	}
	rel, err := filepath.Rel(root, name)
	if err != nil || !filepath.IsLocal(rel) || !isYAML(rel) {
		return false, false
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	for _, part := range parts {
		if strings.HasPrefix(part, ".") {
			return false, false
		}
	}
	return matchSegments(segments, parts), true
}
