package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// The exit codes of every verb. They are an interface: pipelines branch on
// them.
const (
	exitPass      = 0
	exitFindings  = 1 // findings, or the gate is closed
	exitUsage     = 2 // wrong usage or configuration
	exitUndecided = 3 // backend down, no data, coverage too low, nothing selected
)

// exitError ends the program with a code. Its text may be empty when all was
// said on stdout.
type exitError struct {
	code int
	err  error
}

// Error is what is left to say.
func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

// Unwrap returns the cause.
func (e *exitError) Unwrap() error { return e.err }

func exitWith(code int) error {
	if code == exitPass {
		return nil
	}
	return &exitError{code: code}
}

func usagef(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// unknownVerb refuses a verb that a command does not have, as cobra does for
// those of the program itself.
func unknownVerb(cmd *cobra.Command, verb string) error {
	cmd.SuggestionsMinimumDistance = 2
	text := fmt.Sprintf("unknown command %q for %q", verb, cmd.CommandPath())
	if near := cmd.SuggestionsFor(verb); len(near) > 0 {
		text += "\n\nDid you mean this?\n\t" + strings.Join(near, "\n\t") + "\n"
	}
	return usagef("%s", text)
}

func undecidedf(format string, args ...any) error {
	return &exitError{code: exitUndecided, err: fmt.Errorf(format, args...)}
}

// helped adds to what cobra says about arguments where the help is.
func helped(verb *cobra.Command, err error) error {
	if _, ours := errors.AsType[*exitError](err); ours || err == nil || codeOf(err) != exitUsage {
		return err
	}
	return usagef("%w\nsee '%s --help'", err, verb.CommandPath())
}

// codeOf reads the exit code off an error. One that says nothing about it is
// wrong usage when cobra found it, and a finding otherwise.
func codeOf(err error) int {
	if e, ok := errors.AsType[*exitError](err); ok {
		return e.code
	}
	for _, usage := range []string{"unknown command", "unknown flag", "accepts ", "requires ", "required flag"} {
		if strings.HasPrefix(err.Error(), usage) {
			return exitUsage
		}
	}
	return exitFindings
}
