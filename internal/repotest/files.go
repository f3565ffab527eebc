package repotest

import (
	"fmt"
	"regexp"
	"strings"
)

// maxLines is how long a Go file may be before it holds more than one idea.
const maxLines = 500

// shortFiles is the rule that no Go file outgrows maxLines.
func shortFiles(files []file) []problem {
	var problems []problem
	for _, f := range goFiles(files) {
		if lines := strings.Count(f.text, "\n"); lines > maxLines && !f.generated() {
			problems = append(problems, problem{f.name, maxLines + 1, fmt.Sprintf("%d lines are more than %d: split the file by idea", lines, maxLines)})
		}
	}
	return problems
}

// packageDocs is the rule that each package says in one place what it is for.
func packageDocs(files []file) []problem {
	byDir, order := map[string][]file{}, []string(nil)
	for _, f := range production(files) {
		if byDir[f.dir()] == nil {
			order = append(order, f.dir())
		}
		byDir[f.dir()] = append(byDir[f.dir()], f)
	}
	var problems []problem
	for _, dir := range order {
		problems = append(problems, onePackageDoc(byDir[dir])...)
	}
	return problems
}

// onePackageDoc finds what is wrong with the documentation of one package.
func onePackageDoc(files []file) []problem {
	var documented []file
	for _, f := range files {
		if f.ast.Doc != nil {
			documented = append(documented, f)
		}
	}
	if len(documented) == 0 {
		return []problem{{files[0].name, 1, "package " + files[0].dir() + " has no doc comment"}}
	}
	var problems []problem
	for _, f := range documented[1:] {
		problems = append(problems, f.at(f.ast, "package %s is documented here and in %s: keep one", f.dir(), documented[0].name))
	}
	first := documented[0]
	begin := "Package " + first.ast.Name.Name + " "
	if first.ast.Name.Name == "main" {
		begin = "Command "
	}
	if !strings.HasPrefix(first.ast.Doc.Text(), begin) {
		problems = append(problems, first.at(first.ast, "the package comment must begin with %q", begin))
	}
	return problems
}

// noReplace is the rule that go.mod replaces no module: a program that replaces
// one cannot be installed by go install.
func noReplace(files []file) []problem {
	return grep(files, "go.mod", regexp.MustCompile(`^\s*(replace\b|.*=>)`), "go.mod must not replace a module")
}

// unfinished matches the marks of work left undone. It is put together so that it
// does not match itself.
var unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

// noUnfinishedWork is the rule that nothing is left undone in a file.
func noUnfinishedWork(files []file) []problem {
	return grep(files, "", unfinished, "finish it, or open an issue and leave the mark out")
}

// foreignAsset matches what a browser would load from another host: a source of
// a script or picture, a link to a style, an import.
var foreignAsset = regexp.MustCompile(`(?i)` + strings.Join([]string{
	`\b(src|srcset|poster|data)\s*=\s*["']?\s*(https?:)?//`,
	`<link\b[^>]*\bhref\s*=\s*["']?\s*(https?:)?//`,
	`\burl\(\s*["']?(https?:)?//`,
	`@import\s+["'](https?:)?//`,
	`\b(import|from)\s*\(?\s*["'](https?:)?//`,
}, "|"))

// ownAssets is the rule that pages load nothing from another host: they must work
// offline, and nobody else may change them.
func ownAssets(files []file) []problem {
	var problems []problem
	for _, ext := range []string{".html", ".tmpl", ".css", ".js"} {
		problems = append(problems, grep(files, ext, foreignAsset, "loads an asset from another host: embed it")...)
	}
	return problems
}

// grep finds the lines that match in files whose name ends with suffix.
func grep(files []file, suffix string, pattern *regexp.Regexp, message string) []problem {
	var problems []problem
	for _, f := range files {
		if !strings.HasSuffix(f.name, suffix) {
			continue
		}
		for i, line := range strings.Split(f.text, "\n") {
			if pattern.MatchString(line) {
				problems = append(problems, problem{f.name, i + 1, message})
			}
		}
	}
	return problems
}
