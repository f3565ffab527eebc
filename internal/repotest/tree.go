package repotest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// file is one file of the repository.
type file struct {
	name string // slash-separated, relative to the root
	text string
	ast  *ast.File // nil if it is not Go
	fset *token.FileSet
}

// problem is a place that breaks a rule.
type problem struct {
	name    string
	line    int // 0 is the file as a whole
	message string
}

func (p problem) String() string { return fmt.Sprintf("%s:%d: %s", p.name, p.line, p.message) }

// rule finds what is wrong in a repository. The files come in the order of their
// names.
type rule func([]file) []problem

// checked are the kinds of files that rules look at.
var checked = []string{".go", ".mod", ".html", ".tmpl", ".css", ".js", ".sql", ".sh", ".md", ".yaml", ".yml"}

// skipped are directories that hold nothing of ours: other people's files, and
// inputs that are wrong on purpose.
var skipped = []string{"vendor", "testdata", "node_modules", "bin"}

// load reads the files of a repository.
func load(root fs.FS) ([]file, error) {
	var files []file
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if hidden(name) || slices.Contains(skipped, entry.Name()) {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(checked, path.Ext(name)) {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		f, err := newFile(name, string(text))
		files = append(files, f)
		return err
	})
	return files, err
}

func hidden(name string) bool {
	return name != "." && strings.HasPrefix(path.Base(name), ".")
}

// newFile parses the file if it is Go.
func newFile(name, text string) (file, error) {
	f := file{name: name, text: text}
	if path.Ext(name) != ".go" {
		return f, nil
	}
	f.fset = token.NewFileSet()
	tree, err := parser.ParseFile(f.fset, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return f, fmt.Errorf("cannot parse: %w", err)
	}
	f.ast = tree
	return f, nil
}

// dir is the directory of the file: the package it belongs to.
func (f file) dir() string { return path.Dir(f.name) }

// test reports whether the file is only compiled by go test.
func (f file) test() bool { return strings.HasSuffix(f.name, "_test.go") }

// generated reports whether a program wrote the file.
func (f file) generated() bool { return f.ast != nil && ast.IsGenerated(f.ast) }

// imports are the paths that the file imports.
func (f file) imports() []string {
	var paths []string
	for _, spec := range f.ast.Imports {
		imported, _ := strconv.Unquote(spec.Path.Value)
		paths = append(paths, imported)
	}
	return paths
}

// at is a problem at a node of the file's syntax tree.
func (f file) at(node ast.Node, format string, args ...any) problem {
	return problem{name: f.name, line: f.fset.Position(node.Pos()).Line, message: fmt.Sprintf(format, args...)}
}

// goFiles are the Go files among files.
func goFiles(files []file) []file {
	return slices.DeleteFunc(slices.Clone(files), func(f file) bool { return f.ast == nil })
}

// production are the Go files that are not tests.
func production(files []file) []file {
	return slices.DeleteFunc(goFiles(files), file.test)
}
