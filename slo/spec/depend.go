package spec

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/rule"
)

// dependency is a function that another one calls, as written.
type dependency struct {
	target slo.ID // without a name
	at     strictyaml.Value
}

// population is which functions SLO files are about, sound or not.
type population struct {
	named    map[slo.ID]bool // without a name
	patterns []pattern
}

// pattern stands for all functions of a service whose names it matches.
type pattern struct {
	service string
	whole   *regexp.Regexp
}

// has reports whether the files are about a function.
func (p population) has(function slo.ID) bool {
	return p.named[function] || slices.ContainsFunc(p.patterns, func(m pattern) bool {
		return m.service == function.Service && m.whole.MatchString(function.Function)
	})
}

// dependencies are what a function, or a match, says that it depends on.
func (d *document) dependencies(m *strictyaml.Map, name string) []slo.ID {
	v, ok := m.Take("depends_on")
	if !ok {
		return nil
	}
	return d.readDependencies(v, name)
}

// name adds a function.
func (p *population) name(service, function string) {
	if p.named == nil {
		p.named = map[slo.ID]bool{}
	}
	p.named[slo.ID{Service: service, Function: function}] = true
}

// add adds the functions of a match.
func (p *population) add(service, match string) {
	p.patterns = append(p.patterns, pattern{service: service, whole: regexp.MustCompile("^(?:" + match + ")$")})
}

// join adds those of another file.
func (p *population) join(other population) {
	for id := range other.named {
		p.name(id.Service, id.Function)
	}
	p.patterns = append(p.patterns, other.patterns...)
}

// readDependencies reads the functions that a function calls; name is its own, empty
// for a match.
func (d *document) readDependencies(v strictyaml.Value, name string) []slo.ID {
	items, _ := v.List()
	var found []slo.ID
	for _, item := range items {
		target, ok := d.readDependency(item)
		switch {
		case !ok:
		case target == slo.ID{Service: d.service, Function: name}:
			item.Errorf("a function cannot depend on itself: name the ones it calls")
		case slices.Contains(found, target):
			item.Errorf("%s is listed twice", target.FunctionKey())
		default:
			found = append(found, target)
			d.depends = append(d.depends, dependency{target: target, at: item})
		}
	}
	return found
}

// readDependency reads one of them: service/function, percent-encoded as in the
// names of SLOs, or the plain name of a function of the same service.
func (d *document) readDependency(v strictyaml.Value) (slo.ID, bool) {
	text, ok := readName(v)
	if !ok {
		return slo.ID{}, false
	}
	service, function, foreign := strings.Cut(text, "/")
	if !foreign {
		return slo.ID{Service: d.service, Function: text}, true
	}
	id := slo.ID{}
	var failed, also error
	id.Service, failed = url.PathUnescape(service)
	id.Function, also = url.PathUnescape(function)
	failed = cmp.Or(failed, also, checkName(id.Service), checkName(id.Function))
	if failed != nil || strings.Contains(function, "/") {
		v.Errorf("a dependency is the name of a function of this service, or service/function with %%2F for a / in a name: %q is neither", text)
		return slo.ID{}, false
	}
	return id, true
}

// checkDependencies warns of functions that no file is about although files are about
// their service, or about one of a name much like it. A service that is nowhere
// stands in another repository.
func checkDependencies(all []dependency, known population) {
	for _, d := range all {
		if known.has(d.target) {
			continue
		}
		hint := "if it is right, load the files of its service too"
		similar, misspelt := strictyaml.Similar(d.target.FunctionKey(), known.keys())
		if misspelt {
			hint = "did you mean " + similar + "?"
		}
		if !misspelt && !known.serves(d.target.Service) {
			continue
		}
		d.at.Warnf(rule.UnresolvedDependency, "no SLO file here is about %s, so no incident can name it as its cause: %s", d.target.FunctionKey(), hint)
	}
}

// keys are the named functions as a dependency is written, sorted.
func (p population) keys() []string {
	out := make([]string, 0, len(p.named))
	for id := range p.named {
		out = append(out, id.FunctionKey())
	}
	slices.Sort(out)
	return out
}

// serves reports whether a file is about the service.
func (p population) serves(service string) bool {
	for id := range p.named {
		if id.Service == service {
			return true
		}
	}
	return slices.ContainsFunc(p.patterns, func(m pattern) bool { return m.service == service })
}
