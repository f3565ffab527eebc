package repotest

import (
	"go/ast"
	"slices"
	"strconv"
	"strings"
)

// pure are the packages that get the time as an argument.
var pure = []string{"slo", "slo/spec", "alerting", "alerting/route", "evaluator/plan"}

// clockFree is the rule that pure packages read no clock: their answers can be
// replayed for any instant.
func clockFree(files []file) []problem {
	var problems []problem
	for _, f := range production(files) {
		if !slices.Contains(pure, f.dir()) {
			continue
		}
		for _, name := range []string{"Now", "Since", "Until"} {
			for _, use := range f.uses("time", name) {
				problems = append(problems, f.at(use, "package %s must take the time as an argument, not from time.%s", f.dir(), name))
			}
		}
	}
	return problems
}

// noSleep is the rule that tests wait for events, not for time. Within a call of
// synctest.Test a sleep is how the fake clock moves, so it may stand there.
func noSleep(files []file) []problem {
	var problems []problem
	for _, f := range goFiles(files) {
		if !f.test() {
			continue
		}
		bubbles := f.callsOf("testing/synctest", "Test")
		for _, use := range f.uses("time", "Sleep") {
			if !slices.ContainsFunc(bubbles, func(call ast.Node) bool { return encloses(call, use) }) {
				problems = append(problems, f.at(use, "a test must wait for what happens, not sleep"))
			}
		}
	}
	return problems
}

// skipping may skip tests: testbin those that need a program which is not there.
var skipping = []string{"internal/testbin"}

// noSkip is the rule that a test is not skipped: one that did not run looks like
// one that passed. A fuzz target may skip inputs it has no opinion on.
func noSkip(files []file) []problem {
	var problems []problem
	for _, f := range goFiles(files) {
		if !f.test() || slices.Contains(skipping, f.dir()) {
			continue
		}
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && !strings.HasPrefix(fn.Name.Name, "Fuzz") {
				problems = append(problems, f.skips(fn)...)
			}
		}
	}
	return problems
}

// skips finds calls of the methods that skip a test.
func (f file) skips(fn *ast.FuncDecl) []problem {
	var problems []problem
	ast.Inspect(fn, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			if method, ok := call.Fun.(*ast.SelectorExpr); ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, method.Sel.Name) {
				problems = append(problems, f.at(call, "a test must not be skipped; one that needs a program gets it from internal/testbin"))
			}
		}
		return true
	})
	return problems
}

// uses finds the mentions of an identifier of an imported package, called or not.
func (f file) uses(pkg, name string) []ast.Node {
	local := f.localName(pkg)
	var found []ast.Node
	ast.Inspect(f.ast, func(node ast.Node) bool {
		if selector, ok := node.(*ast.SelectorExpr); ok && selector.Sel.Name == name {
			if x, ok := selector.X.(*ast.Ident); ok && local != "" && x.Name == local {
				found = append(found, selector)
			}
		}
		return true
	})
	return found
}

// callsOf finds the calls of a function of an imported package.
func (f file) callsOf(pkg, name string) []ast.Node {
	uses := f.uses(pkg, name)
	var found []ast.Node
	ast.Inspect(f.ast, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok && slices.Contains(uses, ast.Node(call.Fun)) {
			found = append(found, call)
		}
		return true
	})
	return found
}

// localName is what a package is called in the file; empty if it is not imported.
func (f file) localName(pkg string) string {
	for _, spec := range f.ast.Imports {
		if imported, _ := strconv.Unquote(spec.Path.Value); imported == pkg {
			if spec.Name != nil {
				return spec.Name.Name
			}
			return imported[strings.LastIndex(imported, "/")+1:]
		}
	}
	return ""
}

// encloses reports whether inner stands within outer.
func encloses(outer, inner ast.Node) bool {
	return outer.Pos() <= inner.Pos() && inner.End() <= outer.End()
}
