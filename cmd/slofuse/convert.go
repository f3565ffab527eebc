package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/internal/yamlfmt"
	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/slo/spec"
)

type convertOptions struct {
	paths  []string
	dir    string // empty: standard output
	from   string
	strict bool
}

func (c *cli) convertCommand() *cobra.Command {
	var o convertOptions
	cmd := &cobra.Command{
		Use:   "convert PATH...",
		Short: "Write the SLO files of other tools as native ones",
		Long: `Writes files of Sloth, OpenSLO and Pyrra as native SLO files. All verbs read
those files as they are, so nobody has to convert: this shows what they are read
as, and is the way out when a file is to use what only native files have.

Native YAML goes to standard output, or with --dir DIR into one file for each
converted one. What could not be kept is listed on standard error, as
file:line:column: message. Files that are native already are left alone.

Exits with 0 when everything was converted, with 1 when a file has an error or,
with --strict, when something could not be kept, and with 2 on wrong usage.`,
		Example: `  slofuse convert sloth/checkout.yaml
  slofuse convert --dir slos/ openslo/
  slofuse convert --strict --from sloth 'sloth/**/*.yml'`,
		RunE: func(_ *cobra.Command, paths []string) error {
			o.paths = paths
			if len(paths) == 0 {
				return usagef("say what to convert: slofuse convert sloth/")
			}
			return c.convert(o)
		},
	}
	cmd.Flags().StringVar(&o.dir, "dir", "", "`DIR` to write a native file for each into (default standard output)")
	cmd.Flags().StringVar(&o.from, "from", "auto", "the `FORMAT` the files must be in: auto, "+strings.Join(formatNames(), ", "))
	cmd.Flags().BoolVar(&o.strict, "strict", false, "exit with 1 when something could not be kept")
	return cmd
}

// formatNames are the foreign formats as flags take them.
func formatNames() []string {
	names := spec.ForeignFormats()
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	return names
}

func (c *cli) convert(o convertOptions) error {
	if o.from != "auto" && !slices.Contains(formatNames(), o.from) {
		return usagef("--from %q is not auto, %s", o.from, strings.Join(formatNames(), ", "))
	}
	files, unreadable, err := spec.ReadAll(o.paths)
	if err != nil {
		return usagef("%w", err)
	}
	all, problems := spec.Convert(files, spec.Options{})
	problems = append(problems, unreadable...)
	for _, p := range problems.Sorted() {
		fmt.Fprintln(c.stderr, report.Plain(p.String()))
	}
	summary := convertSummary{lost: countLost(problems), errors: len(problems.Errors()), failed: map[string]bool{}}
	for _, p := range problems.Errors() {
		summary.failed[p.File] = true
	}
	converted := slices.DeleteFunc(all, func(f spec.Converted) bool { return summary.sort(c, o.from, f) })
	for i, f := range converted {
		if converted[i].Native, err = yamlfmt.Format(f.Name, f.Native); err != nil {
			return err
		}
	}
	if err := c.writeConverted(o.dir, converted); err != nil {
		return err
	}
	fmt.Fprintln(c.stderr, summary.into(o.dir))
	if summary.errors > 0 || o.strict && summary.lost > 0 {
		return exitWith(exitFindings)
	}
	return nil
}

// countLost counts what could not be kept.
func countLost(problems spec.Problems) int {
	lost := 0
	for _, p := range problems {
		if p.Rule == rule.ForeignLossy || p.Rule == rule.ForeignUnknownField {
			lost++
		}
	}
	return lost
}

// convertSummary counts what became of the files.
type convertSummary struct {
	converted, native, shared, lost, errors int

	failed map[string]bool // files with an error
}

// sort counts a file, and reports whether there is nothing to write of it.
func (s *convertSummary) sort(c *cli, from string, f spec.Converted) (nothing bool) {
	other := slices.IndexFunc(f.Formats, func(name string) bool { return from != "auto" && strings.ToLower(name) != from })
	switch {
	case len(f.Formats) == 0:
		s.native++
		return true
	case other >= 0:
		fmt.Fprintln(c.stderr, report.Plain(fmt.Sprintf("%s:1:1: this is a file of %s, not of %s", f.Name, f.Formats[other], from)))
		s.errors++
		return true
	case len(f.Native) == 0:
		if !s.failed[f.Name] {
			s.shared++
		}
		return true
	}
	s.converted++
	return false
}

// into sums up for people what was written, and where unless to standard output.
func (s convertSummary) into(dir string) string {
	parts := []string{plural(s.converted, "file", "files") + " converted"}
	if dir != "" && s.converted > 0 {
		parts[0] += " into " + report.Plain(dir)
	}
	if s.lost > 0 {
		parts = append(parts, plural(s.lost, "field is", "fields are")+" not kept as written")
	}
	if s.errors > 0 {
		parts = append(parts, plural(s.errors, "error", "errors"))
	}
	if s.shared > 0 {
		parts = append(parts, plural(s.shared, "file holds", "files hold")+" no SLOs but what others refer to")
	}
	if s.native > 0 {
		parts = append(parts, plural(s.native, "file is", "files are")+" native already")
	}
	return strings.Join(parts, ", ")
}

// writeConverted writes the files to standard output, or into a folder under
// their paths below the folder they have in common. It overwrites nothing.
func (c *cli) writeConverted(dir string, files []spec.Converted) error {
	if dir == "" {
		for i, f := range files {
			if i > 0 {
				fmt.Fprintln(c.stdout, "---")
			}
			if _, err := c.stdout.Write(f.Native); err != nil {
				return err
			}
		}
		return nil
	}
	if len(files) == 0 {
		return nil
	}
	names := make([]string, len(files))
	for i, f := range files {
		var err error
		if names[i], err = filepath.Abs(f.Name); err != nil {
			return err
		}
	}
	root := commonFolder(names)
	for i, f := range files {
		name, err := filepath.Rel(root, names[i])
		if err != nil {
			return err
		}
		if err := writeNew(filepath.Join(dir, name), f.Native); err != nil {
			return err
		}
	}
	return nil
}

// commonFolder is the deepest folder that holds all files, whose names are absolute.
func commonFolder(names []string) string {
	const separator = string(filepath.Separator)
	common := filepath.Dir(names[0])
	for _, name := range names {
		for !strings.HasPrefix(name, strings.TrimSuffix(common, separator)+separator) {
			common = filepath.Dir(common)
		}
	}
	return common
}

// writeNew writes a file that is not there yet.
func writeNew(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return usagef("%w", err)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return usagef("%s is there already: remove it, or name another folder with --dir", name)
	}
	if err != nil {
		return usagef("%w", err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}
