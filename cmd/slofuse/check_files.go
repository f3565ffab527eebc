package main

import (
	"os"
	"path/filepath"

	"github.com/slofuse/slofuse/internal/lint"
	"github.com/slofuse/slofuse/internal/report"
)

// disk answers questions about files, each once.
type disk struct {
	roots map[string]string // of the repository that holds a folder; empty: none
	files map[string]bool
}

func newDisk() *disk { return &disk{roots: map[string]string{}, files: map[string]bool{}} }

// has reports whether the repository of an SLO file has a file.
func (d *disk) has(sloFile, path string) bool {
	for _, place := range d.places(sloFile, path) {
		there, known := d.files[place]
		if !known {
			info, err := os.Stat(place)
			there = err == nil && info.Mode().IsRegular()
			d.files[place] = there
		}
		if there {
			return true
		}
	}
	return false
}

// places are where a path that an SLO file names may lead, absolute.
func (d *disk) places(sloFile, path string) (out []string) {
	sloFile, err := filepath.Abs(sloFile)
	if err != nil {
		return nil
	}
	for _, dir := range lint.Folders(sloFile, d.root(filepath.Dir(sloFile))) {
		out = append(out, filepath.Join(dir, filepath.FromSlash(path)))
	}
	return out
}

// root is the folder of the repository that a folder is in; empty in none.
func (d *disk) root(dir string) string {
	if root, known := d.roots[dir]; known {
		return root
	}
	root := ""
	if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
		root = dir
	} else if above := filepath.Dir(dir); above != dir {
		root = d.root(above)
	}
	d.roots[dir] = root
	return root
}

// fromRoot makes paths relative to the root of the repository: that is how
// those who show them beside the code know the files.
func fromRoot(r *report.Check) {
	here, err := os.Getwd()
	root := newDisk().root(here)
	if err != nil || root == "" {
		root = here
	}
	for i, f := range r.Findings {
		full, err := filepath.Abs(f.File)
		if err != nil {
			continue
		}
		if name, err := filepath.Rel(root, full); err == nil && filepath.IsLocal(name) {
			r.Findings[i].File = name
		}
	}
}
