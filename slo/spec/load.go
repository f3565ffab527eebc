package spec

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// Problem is one thing that is wrong with an SLO file, at its line and column.
type Problem = strictyaml.Problem

// Problems are what is wrong with a set of SLO files.
type Problems = strictyaml.Problems

// Options are what SLO files are read against. The zero value knows the
// embedded policies only and accepts any backend.
type Options struct {
	Policies  []slo.Policy  // policies beside the embedded ones
	Backends  []string      // names of the backends there are; nil accepts any
	Retention time.Duration // the longest window that can be kept; 0 is no limit
}

// File is an SLO file in memory.
type File struct {
	Name string // for messages and [slo.Source]
	Data []byte
	// Found says that nobody named the file: it was found in a directory or by
	// a pattern. If such a file is no SLO file at all, it is passed over with a
	// warning; a file named on purpose is an error then.
	Found bool
}

// Load reads the SLO files at the paths as one set. A path is a file, a
// directory, which stands for every *.yaml and *.yml below it that is not
// hidden, or a pattern with *, ? and **. The SLOs are sorted by ID, the
// problems by place. The error is a [*PathError]: a path that leads nowhere is
// no problem of a file but of the call.
func Load(paths []string, o Options) (slo.Set, Problems, error) {
	files, unreadable, err := readFiles(paths)
	if err != nil {
		return slo.Set{}, nil, err
	}
	set, problems := Parse(files, o)
	return set, append(problems, unreadable...).Sorted(), nil
}

// Parse reads SLO files in memory as one set, like [Load]. An SLO that two
// files define is an error of the second one.
func Parse(files []File, o Options) (slo.Set, Problems) {
	r := newReader(o)
	read := make([]readFile, len(files))
	var all []definition
	var depends []dependency
	var known population
	for i, f := range files {
		read[i] = r.readFile(f)
		all = append(all, read[i].definitions...)
		depends = append(depends, read[i].depends...)
		known.join(read[i].functions)
	}
	checkUnique(all)
	checkRenames(all)
	checkDependencies(depends, known)
	var problems Problems
	var set slo.Set
	for _, f := range read {
		if f.report.Errors() == 0 {
			for _, d := range f.definitions {
				set.Add(d.set)
			}
		}
		problems = append(problems, f.report.Problems()...)
	}
	slices.SortFunc(set.SLOs, func(a, b slo.SLO) int { return a.ID.Compare(b.ID) })
	slices.SortFunc(set.Signals, func(a, b slo.Signal) int { return a.ID().Compare(b.ID()) })
	return set, problems.Sorted()
}

// readFile is what a file defines and what is wrong with it.
type readFile struct {
	definitions []definition
	functions   population
	depends     []dependency
	report      *strictyaml.Report
}

// checkUnique names what is defined a second time.
func checkUnique(all []definition) {
	defined := make(map[string]slo.Source, len(all))
	for _, d := range all {
		if first, ok := defined[d.name]; ok {
			d.at.Errorf("%s is already defined at %s", d.name, first)
			continue
		}
		defined[d.name] = sourceOf(d.at)
	}
}

// readFile reads every document of a file.
func (r *reader) readFile(f File) readFile {
	docs, report := strictyaml.Parse(f.Name, f.Data)
	read := readFile{report: report}
	for _, doc := range docs {
		m, ok := doc.Map()
		switch {
		case !ok:
		case isSLOFile(m):
			read.add(r.readDocument(m))
		case f.Found:
			doc.Warnf(rule.NotAnSLOFile, "passed over: this is no SLO file, it has neither version nor service")
		default:
			doc.Errorf("this is no SLO file: it has neither version nor service")
		}
	}
	return read
}

func (f *readFile) add(d *document) {
	f.definitions = append(f.definitions, d.found...)
	f.depends = append(f.depends, d.depends...)
	f.functions.join(d.functions)
}
