package main

import (
	"context"
	"fmt"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
)

// onOneBackend moves all that is defined to the only backend there is.
func onOneBackend(set slo.Set) slo.Set {
	var out slo.Set
	out.Add(set)
	for i := range out.SLOs {
		out.SLOs[i].Backend = ""
	}
	for i := range out.Signals {
		out.Signals[i].Backend = ""
	}
	for i := range out.Families {
		f := &out.Families[i]
		f.Backend = ""
		member := f.Member
		f.Member = func(value string) (slo.Set, error) {
			set, err := member(value)
			return onOneBackend(set), err
		}
	}
	return out
}

// find asks Prometheus who is a member of the families at the moment asked about.
// It warns of families that have no members, or not all.
func (c *cli) find(ctx context.Context, t *target, set slo.Set) ([]slo.SLO, []report.Case, error) {
	set = onOneBackend(set)
	if len(set.Families) == 0 {
		return set.SLOs, nil, nil
	}
	e, err := c.alone(ctx, t, 0)
	if err != nil {
		return nil, nil, err
	}
	e.SetSLOs(set)
	if err := e.Discover(ctx, t.moment(c.now())); err != nil {
		return nil, nil, undecidedf("cannot decide: who is there cannot be asked: %w", err)
	}
	var warnings []report.Case
	for _, f := range e.Families() {
		if message := shortcoming(f); message != "" {
			at := f.Family.Source
			warnings = append(warnings, report.Case{
				Name: f.Family.Name, Outcome: report.Warning, File: at.File, Line: at.Line, Column: at.Column, Message: message,
			})
		}
	}
	return e.SLOs(), warnings, nil
}

// shortcoming says why a family has not all members there may be; empty if it has.
func shortcoming(f evaluator.FamilyHealth) string {
	name := f.Family.Name
	if f.Family.Whole.Function != "" {
		name += " of " + f.Family.Whole.FunctionKey()
	}
	switch {
	case f.Err != nil:
		return fmt.Sprintf("%s: the backend refuses the question who is there: %v", name, f.Err)
	case len(f.Refused) > 0:
		return fmt.Sprintf("%s: %d values such as %q are left out: it may have %d", name, len(f.Refused), f.Refused[0], slo.MaxMembers)
	case f.Unfit > 0:
		return fmt.Sprintf("%s: %s passed over, since they make no name", name, plural(f.Unfit, "value is", "values are"))
	case f.Members == 0:
		return fmt.Sprintf("%s has no members: nothing was seen in %s within 24 h", name, f.Family.Seen[0].Selector)
	}
	return ""
}
