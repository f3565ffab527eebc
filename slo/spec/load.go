package spec

import (
	"slices"
	"time"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/foreign"
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
	return assemble(newReader(o).readAll(files))
}

// assemble makes one set of what was read, and reports what does not go together.
func assemble(read []readFile) (slo.Set, Problems) {
	var all []definition
	var depends []dependency
	var known population
	for _, f := range read {
		all = append(all, f.definitions...)
		depends = append(depends, f.depends...)
		known.join(f.functions)
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
	written     []written
	foreign     []string // the formats of its foreign documents
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

// readAll reads every document of all files: native ones as they are, foreign ones
// by what they are translated to.
func (r *reader) readAll(files []File) []readFile {
	read := make([]readFile, len(files))
	foreigners := make(strangers)
	for i, f := range files {
		docs, report := strictyaml.Parse(f.Name, f.Data)
		read[i].report = report
		for _, doc := range docs {
			for _, item := range foreign.Items(doc) {
				if m, ok := item.Map(); ok {
					r.readOrSort(m, i, f.Found, &read[i], foreigners)
				}
			}
		}
	}
	for _, d := range foreigners.translate(r.options.Backends) {
		read[d.file].written = append(read[d.file].written, written{format: d.format, home: d.Home, root: d.Root})
		read[d.file].add(r.readDocument(d.Map()))
	}
	return read
}

// readOrSort reads a native document, and puts a foreign one to those of its
// format.
func (r *reader) readOrSort(m *strictyaml.Map, file int, found bool, into *readFile, foreigners strangers) {
	format, sound := foreignFormat(m)
	switch {
	case !sound:
	case format != nil:
		into.foreign = append(into.foreign, format.Name())
		foreigners.add(format, m, file)
	case isSLOFile(m):
		into.written = append(into.written, written{home: m, root: m.Value().Node()})
		into.add(r.readDocument(m))
	case found:
		m.Value().Warnf(rule.NotAnSLOFile, "passed over: this is no SLO file, it has neither version nor service")
	default:
		m.Value().Errorf("this is no SLO file: it has neither version nor service")
	}
}

func (f *readFile) add(d *document) {
	f.definitions = append(f.definitions, d.found...)
	f.depends = append(f.depends, d.depends...)
	f.functions.join(d.functions)
}
