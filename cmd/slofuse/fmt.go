package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"

	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/internal/yamlfmt"
	"github.com/slofuse/slofuse/slo/spec"
)

type fmtOptions struct{ check, diff bool }

func (c *cli) fmtCommand() *cobra.Command {
	var o fmtOptions
	cmd := &cobra.Command{
		Use:   "fmt [PATH...]",
		Short: "Write SLO files and configurations in one form",
		Long: `Writes SLO files and configurations in one form: keys in the order of the
documentation, two columns for each level, no runs of blank lines. Comments stay
with their keys, what stands in braces stays there, and the file means what it
meant. It prints the files that it changed. Without a path, or with -, it reads
stdin and writes stdout.

Files of other formats, such as Sloth's, and YAML that is neither an SLO file
nor a configuration are left alone, and so is what cannot be read.

Exits with 0 when all is well, with 1 when --check finds a file that would
change, and with 2 when a file cannot be read; the others are done all the same.`,
		Example: `  slofuse fmt slos/
  slofuse fmt --check --diff slos/ slofuse.yaml   # in a pipeline
  slofuse fmt < draft.yaml`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if len(paths) == 0 || len(paths) == 1 && paths[0] == "-" {
				return c.fmtStdin(cmd.InOrStdin(), o)
			}
			return c.fmtFiles(paths, o)
		},
	}
	cmd.Flags().BoolVar(&o.check, "check", false, "change nothing: print the files that would change, and exit with 1 if there are any")
	cmd.Flags().BoolVar(&o.diff, "diff", false, "change nothing: print what would change")
	return cmd
}

// fmtStdin formats one text. What is not ours comes out as it went in.
func (c *cli) fmtStdin(in io.Reader, o fmtOptions) error {
	const name = "<stdin>"
	data, err := io.ReadAll(io.LimitReader(in, strictyaml.MaxSize+1))
	if err != nil {
		return usagef("reading stdin: %w", err)
	}
	out, err := yamlfmt.Format(name, data)
	if foreign, ok := errors.AsType[*yamlfmt.Foreign](err); ok {
		c.leftAlone(name, foreign)
		out, err = data, nil
	}
	switch {
	case err != nil:
		return usagef("%w", err)
	case o.check || o.diff:
		return foundBy(o, c.fmtShow(name, data, out, o))
	}
	_, err = c.stdout.Write(out)
	return err
}

func (c *cli) leftAlone(name string, foreign *yamlfmt.Foreign) {
	fmt.Fprintln(c.stderr, report.Plain(fmt.Sprintf("%s: left alone: %v", name, foreign)))
}

// fmtFiles formats files one by one. One that cannot be read holds up no other.
func (c *cli) fmtFiles(paths []string, o fmtOptions) error {
	files, problems, err := spec.ReadAll(paths)
	if err != nil {
		return usagef("%w", err)
	}
	unread := []error{problems.Err()}
	changes := false
	for _, f := range files {
		changed, err := c.fmtFile(f, o)
		changes = changes || changed
		unread = append(unread, err)
	}
	if err := errors.Join(unread...); err != nil {
		return usagef("%w", err)
	}
	return foundBy(o, changes)
}

// fmtFile formats one file, and says whether that changes it.
func (c *cli) fmtFile(f spec.File, o fmtOptions) (changes bool, err error) {
	out, err := yamlfmt.Format(f.Name, f.Data)
	if foreign, ok := errors.AsType[*yamlfmt.Foreign](err); ok {
		c.leftAlone(f.Name, foreign)
		return false, nil
	}
	switch {
	case err != nil || bytes.Equal(f.Data, out):
		return false, err
	case o.check || o.diff:
		return c.fmtShow(f.Name, f.Data, out, o), nil
	}
	if err := yamlfmt.Replace(f.Name, out); err != nil {
		return false, err
	}
	fmt.Fprintln(c.stdout, report.Plain(f.Name))
	return true, nil
}

// foundBy is the end of a run that was to find out whether anything would change.
func foundBy(o fmtOptions, changes bool) error {
	if o.check && changes {
		return exitWith(exitFindings)
	}
	return nil
}

// fmtShow says what would change, and whether anything would.
func (c *cli) fmtShow(name string, before, after []byte, o fmtOptions) (changes bool) {
	if bytes.Equal(before, after) {
		return false
	}
	if o.diff {
		_, text, _ := bytes.Cut(diff.Diff(name, before, name, after), []byte("\n")) // without its first line, which git would take for its own
		fmt.Fprintf(c.stdout, "%s", text)
	} else {
		fmt.Fprintln(c.stdout, report.Plain(name))
	}
	return true
}
