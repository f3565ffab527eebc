package main

import (
	"context"
	"fmt"

	"github.com/slofuse/slofuse/evaluator"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
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
func (c *cli) find(ctx context.Context, t *target, set slo.Set) ([]slo.SLO, []rule.Finding, error) {
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
		return nil, nil, undecidedf("cannot decide: %w", err)
	}
	var warnings []rule.Finding
	for _, f := range e.Families() {
		if message := shortcoming(f); message != "" {
			at := f.Family.Source
			warnings = append(warnings, rule.Finding{
				Rule: rule.FamilyLacking, File: at.File, Line: at.Line, Column: at.Column, Message: message,
			})
		}
	}
	return e.SLOs(), warnings, nil
}

// warn says on stderr what was found.
func (c *cli) warn(findings []rule.Finding) {
	for _, f := range findings {
		fmt.Fprintln(c.stderr, report.Plain(report.Line(f)))
	}
}

// shortcoming says why a family has not all members there may be; empty if it has.
func shortcoming(f evaluator.FamilyHealth) string {
	name := f.Family.Name + " of " + f.Family.Service
	if f.Family.Whole.Function != "" {
		name = f.Family.Name + " of " + f.Family.Whole.FunctionKey()
	}
	switch {
	case f.Err != nil:
		return fmt.Sprintf("%s: the backend refuses the question who is there: %v", name, f.Err)
	case f.Refused.Count > 0:
		return fmt.Sprintf("%s: %s", name, leftOut(f.Refused, "value", "values"))
	case f.Beyond.Count > 0:
		return fmt.Sprintf("%s: %s", name, leftOut(f.Beyond, "objective or signal", "objectives and signals"))
	case f.Unfit > 0:
		return fmt.Sprintf("%s: %s passed over, since they make no name", name, plural(f.Unfit, "value is", "values are"))
	case f.Members == 0:
		return fmt.Sprintf("%s has no members: nothing was seen in %s within 24 h", name, f.Family.Seen[0].Selector)
	}
	return ""
}

// leftOut says how many are left out, which for example, and why.
func leftOut(c evaluator.Crowd, one, many string) string {
	if c.Count == 1 {
		return fmt.Sprintf("the %s %q is left out: %s", one, c.Some[0], c.Reason)
	}
	return fmt.Sprintf("%d %s such as %q are left out: %s", c.Count, many, c.Some[0], c.Reason)
}

// shortcomings are those of families that a reader of any page has to know; of
// families of one name, such as the parts of every function of a match, one is
// told.
func shortcomings(families []evaluator.FamilyHealth) []string {
	type name struct{ service, family string }
	first, more := map[name]string{}, map[name]int{}
	var names []name
	for _, f := range families {
		if f.Err == nil && f.Refused.Count+f.Beyond.Count == 0 {
			continue
		}
		n := name{f.Family.Service, f.Family.Name}
		if more[n]++; more[n] == 1 {
			first[n], names = shortcoming(f), append(names, n)
		}
	}
	out := make([]string, len(names))
	for i, n := range names {
		if out[i] = first[n]; more[n] > 1 {
			out[i] += fmt.Sprintf("; so it is with %d more", more[n]-1)
		}
	}
	return out
}
