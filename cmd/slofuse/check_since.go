package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/gitdiff"
	"github.com/slofuse/slofuse/internal/lint"
	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/slo/spec"
)

// difference narrows a check down to what a change brings. A nil difference
// narrows nothing.
type difference struct {
	ref     string
	paths   []string
	changes *gitdiff.Changes
	touched map[string]bool // files with findings that the change brings
	files   int             // all that were read
	differ  int             // of them
	gone    int             // that would have been read
	lines   []string        // what becomes of the SLOs
}

// since compares with git, if that was asked for.
func since(ctx context.Context, o checkOptions) (*difference, error) {
	switch {
	case !o.comparing:
		return nil, nil
	case o.changedSince == "":
		return nil, usagef("--changed-since is empty: name the git reference to compare with, such as origin/main")
	}
	changes, err := gitdiff.Since(ctx, ".", o.changedSince)
	if err != nil {
		return nil, usagef("--changed-since %s: %w", o.changedSince, err)
	}
	return &difference{ref: o.changedSince, paths: o.paths, changes: changes, touched: map[string]bool{}}, nil
}

// shows reports whether a file is told of.
func (d *difference) shows(file string) bool {
	return d == nil || d.touched[file] || d.changes.Changed(file)
}

// aside reports a finding about a comment in a file that does not differ: what
// the comment hides there was not looked at.
func (d *difference) aside(f rule.Finding) bool {
	return d != nil && (f.Rule == rule.IgnoreUnknown || f.Rule == rule.IgnoreUnused) && !d.changes.Changed(f.File)
}

// narrow leaves of the findings those in files that differ, and those in others
// that were not there before. What it leaves of the set is what stands in files
// that are told of.
func (d *difference) narrow(ctx context.Context, src source, now *found, disk *disk, at time.Time) error {
	old, err := d.before(ctx, src)
	if err != nil {
		return err
	}
	was := old.examine(func(file, path string) bool { return disk.has(file, path) || d.had(disk, file, path) }, at)
	known, unusable := map[rule.Finding]bool{}, map[string]bool{}
	for _, f := range slices.Concat(was.findings, src.warnings) {
		known[f.Placeless()] = true
	}
	now.findings = slices.DeleteFunc(now.findings, func(f rule.Finding) bool {
		unusable[f.File] = unusable[f.File] || f.Rule == rule.Invalid
		shown := d.changes.Changed(f.File) || !known[f.Placeless()]
		d.touched[f.File] = d.touched[f.File] || shown
		return !shown
	})
	d.lines = lint.Difference(was.set, now.set, func(file string) bool { return unusable[file] })
	for _, f := range src.files {
		d.files++
		if d.changes.Changed(f.Name) {
			d.differ++
		}
	}
	now.set = lint.Part(now.set, d.shows)
	return nil
}

// before is the source as it was.
func (d *difference) before(ctx context.Context, src source) (source, error) {
	old := source{configFile: src.configFile, config: src.config}
	gone := d.missing(src)
	d.gone = len(gone)
	data, err := d.changes.Before(ctx, append(src.names(), source{files: gone}.names()...))
	if err != nil {
		return old, usagef("--changed-since %s: %w", d.ref, err)
	}
	if text, ok := data[src.configFile]; ok {
		old.config, _ = config.Parse(src.configFile, text)
	}
	for _, f := range slices.Concat(src.files, gone) {
		text, differs := data[f.Name]
		switch {
		case differs:
			old.files = append(old.files, spec.File{Name: f.Name, Data: text, Found: f.Found})
		case !d.changes.Changed(f.Name):
			old.files = append(old.files, f)
		}
	}
	return old, nil
}

// missing are the files that are no longer there and would have been read.
func (d *difference) missing(src source) (out []spec.File) {
	paths := d.paths
	if len(paths) == 0 && src.config != nil {
		paths = src.config.SLOFiles
	}
	for _, name := range d.changes.Gone() {
		for _, p := range paths {
			at := name
			if filepath.IsAbs(p) {
				at, _ = filepath.Abs(name)
			}
			if covered, found := spec.Covers(p, at); covered {
				out = append(out, spec.File{Name: at, Found: found})
				break
			}
		}
	}
	return out
}

// had reports whether the repository of an SLO file had a file that is gone.
func (d *difference) had(disk *disk, sloFile, path string) bool {
	gone := d.changes.Gone()
	return slices.ContainsFunc(disk.places(sloFile, path), func(place string) bool {
		return slices.ContainsFunc(gone, func(name string) bool {
			full, err := filepath.Abs(name)
			return err == nil && full == place
		})
	})
}

// summary adds to a summary how much of all was looked at.
func (d *difference) summary(found string, findings int) string {
	if d == nil {
		return found
	}
	if d.differ+d.gone+findings == 0 {
		return fmt.Sprintf("no file differs since %s, of %d that were read", d.ref, d.files)
	}
	text := fmt.Sprintf("%s; %d of %s since %s", found, d.differ, plural(d.files, "file differs", "files differ"), d.ref)
	if d.gone > 0 {
		text += ", " + plural(d.gone, "is gone", "are gone")
	}
	return text
}
