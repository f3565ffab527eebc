package repotest

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// module is the path under which the repository's packages are imported.
const module = "github.com/slofuse/slofuse"

// driver may only be imported by driverHome, in tests as well: the settings that
// keep the database safe travel with it.
const (
	driver     = "github.com/mattn/go-sqlite3"
	driverHome = "internal/sqldb"
)

// direction says what the packages of one part of the tree may import.
type direction struct {
	part    string   // a package, or with a trailing /... every package under it as well
	own     []string // packages of this module, written alike
	stdOnly bool     // nothing but the standard library besides
}

// directions is the house. The most specific part that matches a package holds
// for it; a package that no part matches breaks the rule, so a new one gets its
// place here first. Tests may import what they like, except where a rule says so.
var directions = []direction{
	{part: "slo", stdOnly: true},
	{part: "slo/rule", stdOnly: true},
	{part: "slo/promql", own: []string{"slo"}},
	{part: "slo/spec", own: []string{"slo", "slo/promql", "slo/rule", "slo/foreign/...", "internal/strictyaml"}},
	{part: "slo/foreign", own: []string{"slo", "slo/promql", "slo/rule", "internal/strictyaml"}},
	{part: "slo/foreign/foreigntest", own: []string{"slo", "slo/spec"}},
	{part: "slo/foreign/...", own: []string{"slo", "slo/rule", "slo/foreign", "internal/strictyaml"}},
	{part: "slo/canary", own: []string{"slo"}, stdOnly: true},
	{part: "slo/summary", own: []string{"slo"}, stdOnly: true},
	{part: "slo/course", own: []string{"slo"}, stdOnly: true},
	{part: "slo/edit", own: []string{"slo"}, stdOnly: true},

	{part: "evaluator", own: []string{"slo", "evaluator/..."}},
	{part: "evaluator/plan", own: []string{"slo"}},
	{part: "evaluator/prom", own: []string{"slo"}},
	{part: "evaluator/rules", own: []string{"slo", "evaluator/plan"}},
	{part: "evaluator/read", own: []string{"slo", "evaluator/plan", "evaluator/prom", "evaluator/ledger"}},
	{part: "evaluator/lint", own: []string{"slo", "slo/promql", "slo/rule", "evaluator/plan", "evaluator/prom", "evaluator/read", "evaluator/ledger", "internal/strictyaml"}},
	{part: "evaluator/ledger", own: []string{"slo", "internal/sqldb"}},
	{part: "evaluator/sides", own: []string{"slo", "slo/canary", "evaluator", "evaluator/ledger"}},
	{part: "evaluator/roll", own: []string{"internal/sqldb"}},
	{part: "evaluator/revision", own: []string{"slo", "internal/sqldb"}},

	{part: "alerting", own: []string{"slo"}},
	{part: "alerting/journal", own: []string{"slo", "alerting", "alerting/suppress", "internal/sqldb"}},
	{part: "alerting/audit", stdOnly: true},
	{part: "alerting/audit/book", own: []string{"alerting/audit", "internal/sqldb"}},
	{part: "alerting/route", own: []string{"slo", "alerting"}},
	{part: "alerting/suppress", own: []string{"slo", "alerting"}},
	{part: "alerting/trends", own: []string{"slo", "alerting", "slo/course"}, stdOnly: true},
	{part: "alerting/triage", own: []string{"slo", "alerting"}, stdOnly: true},
	{part: "alerting/notify", own: []string{"slo", "alerting"}},
	{part: "alerting/notify/...", own: []string{"slo", "alerting", "alerting/notify", "alerting/notify/wording"}},
	{part: "alerting/notify/notifytest", own: []string{"slo", "alerting", "alerting/notify", "alerting/notify/sample"}},

	{part: "web/api", own: []string{"slo", "web/breakdown", "slo/canary", "slo/course", "slo/edit", "slo/summary", "alerting", "alerting/audit", "alerting/route", "alerting/suppress", "web/format", "internal/strictyaml"}},
	{part: "web/auth", stdOnly: true},
	{part: "web/front", own: []string{"slo/rule", "web/auth", "internal/certificate", "internal/strictyaml"}},
	{part: "web/report", own: []string{"slo/summary", "web/api", "web/format", "web/sheet"}},
	{part: "web/sheet", own: []string{"web/format"}, stdOnly: true},
	{part: "web/listing", own: []string{"slo", "alerting", "alerting/triage", "internal/strictyaml"}},
	{part: "web/changelog", own: []string{"slo", "slo/edit", "alerting/audit", "alerting/suppress"}},
	{part: "web/markdown"},
	{part: "web/postmortem", own: []string{"slo", "alerting", "web/format"}},
	{part: "web/ui", own: []string{"slo", "slo/summary", "alerting", "alerting/suppress", "web/format", "web/glossary", "web/listing"}},
	{part: "web/site", own: []string{"slo", "slo/canary", "slo/edit", "alerting", "alerting/audit", "alerting/route", "alerting/suppress", "web/api", "web/auth", "web/breakdown", "web/changelog", "web/format", "web/listing", "web/live", "web/sheet", "web/ui"}},
	{part: "web/functions", own: []string{"slo", "web/api", "web/breakdown", "web/changelog", "web/format", "web/listing", "web/site", "web/ui"}},
	{part: "web/gate", own: []string{"slo", "slo/canary", "alerting", "web/api", "web/auth", "web/listing", "web/site", "web/ui"}},
	{part: "web/incidents", own: []string{"slo", "alerting", "alerting/trends", "alerting/triage", "web/api", "web/changelog", "web/format", "web/listing", "web/markdown", "web/postmortem", "web/site", "web/ui"}},
	{part: "web/operate", own: []string{"slo", "alerting", "alerting/audit", "alerting/route", "alerting/suppress", "internal/schema", "web/api", "web/auth", "web/changelog", "web/format", "web/glossary", "web/listing", "web/live", "web/site", "web/ui"}},
	{part: "web/review", own: []string{"slo", "slo/summary", "alerting", "alerting/suppress", "web/api", "web/format", "web/listing", "web/report", "web/site", "web/ui"}},
	{part: "web/slos", own: []string{"slo", "slo/course", "alerting", "web/api", "web/changelog", "web/format", "web/listing", "web/site", "web/ui"}},
	{part: "web/suppression", own: []string{"slo", "alerting", "alerting/suppress", "web/api", "web/auth", "web/format", "web/site", "web/ui"}},
	{part: "web/...", own: []string{"slo", "slo/canary", "slo/course", "slo/edit", "slo/summary", "alerting", "alerting/audit", "alerting/route", "alerting/suppress", "alerting/trends", "alerting/triage", "internal/schema", "web/..."}},

	{part: "internal/schema", own: []string{"slo", "slo/spec"}},
	{part: "internal/schema/schematest", own: []string{"internal/schema"}},
	{part: "internal/starter", own: []string{"slo", "slo/spec"}},
	{part: "internal/starter/survey", own: []string{"slo", "internal/starter", "evaluator/prom"}},
	{part: "internal/yamlfmt", own: []string{"internal/schema", "internal/strictyaml"}},
	{part: "internal/strictyaml", own: []string{"slo/rule"}},
	{part: "internal/sqldb"},
	{part: "internal/certificate", stdOnly: true},
	{part: "internal/config", own: []string{"internal/certificate", "slo", "slo/edit", "slo/rule", "slo/spec", "alerting/...", "web/auth", "internal/strictyaml"}},
	{part: "internal/gitdiff", stdOnly: true},
	{part: "internal/command", stdOnly: true},
	{part: "internal/editbook", own: []string{"slo/edit", "internal/sqldb"}},
	{part: "internal/heartbeat"},
	{part: "internal/grafana", stdOnly: true},
	{part: "internal/screenshots"},
	{part: "internal/lint", own: []string{"slo", "slo/edit", "slo/rule", "slo/spec", "alerting/route", "internal/strictyaml"}},
	{part: "internal/runbook", own: []string{"slo"}},
	{part: "internal/report", own: []string{"slo/rule", "web/api", "web/format"}},
	{part: "internal/promserver"},
	{part: "internal/promload", own: []string{"internal/promserver"}},
	{part: "internal/promtest", own: []string{"slo", "examples/fleet/promapi", "internal/promserver"}},
	{part: "internal/repotest", stdOnly: true},
	{part: "internal/testbin", stdOnly: true},

	{part: "examples"},
	{part: "examples/fleet/sink", own: []string{"examples/fleet/look", "alerting/notify/pagerduty/pagerdutytest"}},
	{part: "examples/fleet/...", own: []string{"examples/fleet/..."}},

	{part: "cmd/...", own: []string{"slo/...", "evaluator/...", "alerting/...", "web/...", "internal/...", "examples/...", "cmd/..."}},
}

// covers reports whether a part of the tree, as directions write it, holds a
// package.
func covers(part, pkg string) bool {
	top, tree := strings.CutSuffix(part, "/...")
	return pkg == top || tree && strings.HasPrefix(pkg, top+"/")
}

// directionOf finds the direction that holds for a package: the most specific
// one, and of equals the first.
func directionOf(table []direction, pkg string) (direction, bool) {
	var best direction
	for _, d := range table {
		if covers(d.part, pkg) && len(root(d.part)) > len(root(best.part)) {
			best = d
		}
	}
	return best, best.part != ""
}

// root is the package at the top of a part.
func root(part string) string { return strings.TrimSuffix(part, "/...") }

// importDirections returns the rule that a table of directions makes.
func importDirections(table []direction) rule {
	return func(files []file) []problem {
		var problems []problem
		for _, f := range production(files) {
			d, ok := directionOf(table, f.dir())
			if !ok {
				problems = append(problems, f.at(f.ast, "package %s has no place in the table of directions in internal/repotest", f.dir()))
				continue
			}
			problems = append(problems, d.check(f)...)
		}
		return problems
	}
}

// check finds the imports of a file that its direction forbids.
func (d direction) check(f file) []problem {
	var problems []problem
	for _, spec := range f.ast.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		own, ours := strings.CutPrefix(imported, module+"/")
		switch {
		case ours && !d.allows(own):
			problems = append(problems, f.at(spec, "%s must not import %s", f.dir(), own))
		case !ours && d.stdOnly && strings.Contains(firstSegment(imported), "."):
			problems = append(problems, f.at(spec, "%s imports nothing but the standard library, not %s", f.dir(), imported))
		}
	}
	return problems
}

func (d direction) allows(pkg string) bool {
	return slices.ContainsFunc(d.own, func(part string) bool { return covers(part, pkg) })
}

// firstSegment of an import path holds a dot unless the standard library owns it.
func firstSegment(imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	return first
}

// driverAtHome is the rule that one package knows the database driver.
func driverAtHome(files []file) []problem {
	return forbidImport(files, driver, func(f file) bool { return f.dir() == driverHome })
}

// evaluatorApart is the rule that evaluator and alerting never meet, in their
// tests either: what needs both is a test of the program.
func evaluatorApart(files []file) []problem {
	var problems []problem
	for _, pair := range [][2]string{{"evaluator", "alerting"}, {"alerting", "evaluator"}} {
		problems = append(problems, forbidImport(files, path.Join(module, pair[1]), func(f file) bool {
			return !covers(pair[0]+"/...", f.dir())
		})...)
	}
	return problems
}

// noTestSupport is the rule that the program holds no help for tests: whatever cmd
// reaches does not import package testing.
func noTestSupport(files []file) []problem {
	program := reachable(files, "cmd/...")
	return forbidImport(production(files), "testing", func(f file) bool { return !program[f.dir()] })
}

// reachable are the packages of a part of the tree and all that they import.
func reachable(files []file, part string) map[string]bool {
	reached := map[string]bool{}
	var visit func(pkg string)
	visit = func(pkg string) {
		for _, f := range production(files) {
			if f.dir() != pkg {
				continue
			}
			reached[pkg] = true
			for _, imported := range f.imports() {
				if own, ours := strings.CutPrefix(imported, module+"/"); ours && !reached[own] {
					visit(own)
				}
			}
		}
	}
	for _, f := range production(files) {
		if covers(part, f.dir()) {
			visit(f.dir())
		}
	}
	return reached
}

// forbidImport finds imports of a package, or of one below it, outside the files
// that may have them.
func forbidImport(files []file, forbidden string, may func(file) bool) []problem {
	var problems []problem
	for _, f := range goFiles(files) {
		for _, spec := range f.ast.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			if covers(forbidden+"/...", imported) && !may(f) {
				problems = append(problems, f.at(spec, "%s must not import %s", f.dir(), imported))
			}
		}
	}
	return problems
}
