package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/internal/lint"
	"github.com/slofuse/slofuse/internal/report"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
	"github.com/slofuse/slofuse/slo/spec"
	"github.com/slofuse/slofuse/web/front"
)

// source is what is checked: SLO files beside the configuration they belong
// to.
type source struct {
	configFile string
	webFile    front.File
	config     *config.Config // nil: there is none, or it cannot be used
	warnings   []rule.Finding // about the configuration
	files      []spec.File
}

// found is what reading and thinking brings.
type found struct {
	set      slo.Set
	findings []rule.Finding
}

// inspect fills in the report.
func (c *cli) inspect(ctx context.Context, o checkOptions, r *report.Check) error {
	src, unusable, err := readSource(o, c.now())
	if err != nil {
		return err
	}
	difference, err := since(ctx, o)
	if err != nil {
		return err
	}
	disk := newDisk()
	now := src.examine(disk.has, c.now())
	now.findings = slices.Concat(now.findings, src.warnings, unusable)
	if difference != nil {
		if err := difference.narrow(ctx, src, &now, disk, c.now()); err != nil {
			return err
		}
		r.Changes = append([]string{}, difference.lines...)
	}
	objectives := len(now.set.SLOs)
	if o.prometheusURL != "" {
		live, n, err := c.checkLive(ctx, o, now.set)
		switch {
		case err != nil && codeOf(err) == exitUndecided: // what was found without it is true nonetheless
			r.Undecided = err.Error()
		case err != nil:
			return err
		default:
			objectives, now.findings = n, append(now.findings, live...)
		}
	}
	ran := lint.Ran{Configuration: src.config != nil, Live: o.prometheusURL != "" && r.Undecided == ""}
	r.Findings, r.Hidden = lint.Hide(now.findings, src.texts(difference.shows), ran)
	r.Findings = slices.DeleteFunc(r.Findings, difference.aside)
	r.Files = src.names()
	conclude(r, objectives)
	if o.prometheusURL == "" {
		r.Summary += unasked(len(now.set.Families))
	}
	r.Summary = difference.summary(r.Summary, len(r.Findings))
	if r.Undecided != "" {
		r.Summary += "; live data could not be asked"
	}
	if slices.Contains([]string{"github", "gitlab", "sarif"}, o.format) {
		fromRoot(r)
	}
	return nil
}

// readSource reads what the options name. What cannot be read of it is found as
// well.
func readSource(o checkOptions, now time.Time) (src source, unusable []rule.Finding, err error) {
	src.configFile, src.webFile = o.configFile, o.webFile
	web, err := o.webFile.Problems(now)
	if err != nil {
		return src, nil, usagef("--web.config.file: %w", err)
	}
	src.warnings = findingsOf(web)
	if o.configFile != "" {
		var problems config.Problems
		if src.config, problems, err = config.Load(o.configFile); err != nil {
			return src, nil, usagef("%w", err)
		}
		unusable = findingsOf(problems.Errors())
		src.warnings = append(src.warnings, findingsOf(problems.Warnings())...)
		if src.config != nil {
			src.warnings = append(src.warnings, findingsOf(unreadable(src.config, now))...)
			if len(o.paths) == 0 {
				o.paths = src.config.SLOFiles
			}
		}
	}
	files, problems, err := spec.ReadAll(o.paths)
	if _, ok := errors.AsType[*spec.PathError](err); ok {
		return src, nil, usagef("%w", err)
	}
	src.files = files
	return src, append(unusable, findingsOf(problems)...), err
}

// examine finds all that can be found without asking anybody.
func (s source) examine(exists func(sloFile, path string) bool, now time.Time) found {
	set, problems := spec.Parse(s.files, s.options())
	out := found{set: set, findings: findingsOf(problems)}
	out.findings = append(out.findings, lint.Runbooks(set, exists)...)
	if s.config != nil && len(s.files) > 0 {
		out.findings = append(out.findings, lint.Owners(set, s.routes(), now)...)
	}
	return out
}

func (s source) options() spec.Options {
	if s.config == nil {
		return spec.Options{}
	}
	return spec.Options{Policies: s.config.Policies, Backends: s.config.BackendNames(), Retention: s.config.Storage.Retention}
}

// routes are those of the configuration. A tree that does not fit together was
// reported when it was read.
func (s source) routes() lint.Routes {
	tells := map[string]bool{}
	for _, r := range s.config.Receivers {
		tells[r.Name] = len(r.Slack)+len(r.PagerDuty)+len(r.Webhooks)+len(r.Alertmanagers) > 0
	}
	routes := lint.Routes{File: s.configFile, Tells: func(receiver string) bool { return tells[receiver] }}
	if s.config.Route != nil {
		routes.Tree, _ = route.New(*s.config.Route)
	}
	return routes
}

func findingsOf(problems spec.Problems) []rule.Finding {
	out := make([]rule.Finding, len(problems))
	for i, p := range problems {
		out[i] = rule.Finding{Rule: p.Rule, File: p.File, Line: p.Line, Column: p.Column, Message: p.Message}
	}
	return out
}

// texts are the files in which comments are read, of those that are wanted.
func (s source) texts(want func(file string) bool) []lint.Text {
	var out []lint.Text
	for _, name := range []string{s.configFile, string(s.webFile)} {
		if data, err := os.ReadFile(name); err == nil && want(name) {
			out = append(out, lint.Text{Name: name, Data: data})
		}
	}
	for _, f := range s.files {
		if want(f.Name) {
			out = append(out, lint.Text{Name: f.Name, Data: f.Data})
		}
	}
	return out
}

// names are those of all files that were read.
func (s source) names() (names []string) {
	for _, name := range []string{s.configFile, string(s.webFile)} {
		if name != "" {
			names = append(names, name)
		}
	}
	for _, f := range s.files {
		names = append(names, f.Name)
	}
	return names
}

// unasked says that families stand for more SLOs than could be checked.
func unasked(families int) string {
	if families == 0 {
		return ""
	}
	return fmt.Sprintf("; %s for more: Prometheus knows which, so add --prometheus.url URL to check them",
		plural(families, "match or split_by stands", "match or split_by stand"))
}

// conclude sums up how many objectives are good, and what was found.
func conclude(r *report.Check, objectives int) {
	var count [3]int
	bad := map[string]bool{}
	for _, f := range r.Findings {
		count[f.Severity()]++
		if f.Severity() == rule.Error && f.SLO != "" {
			bad[f.SLO] = true
		}
	}
	r.Summary = plural(objectives-len(bad), "SLO is", "SLOs are") + " good"
	for _, also := range []struct {
		n         int
		one, many string
	}{{count[rule.Warning], "warning", "warnings"}, {count[rule.Info], "remark", "remarks"}, {r.Hidden, "ignored", "ignored"}} {
		if also.n > 0 {
			r.Summary += ", " + plural(also.n, also.one, also.many)
		}
	}
	if n := count[rule.Error]; n > 0 {
		r.Summary = plural(n, "problem", "problems") + ", " + r.Summary
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
