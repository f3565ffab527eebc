package openslo

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// The kinds of objects.
const (
	kindService   = "Service"
	kindSource    = "DataSource"
	kindSLI       = "SLI"
	kindSLO       = "SLO"
	kindPolicy    = "AlertPolicy"
	kindCondition = "AlertCondition"
	kindTarget    = "AlertNotificationTarget"
)

var kinds = []string{kindService, kindSource, kindSLI, kindSLO, kindPolicy, kindCondition, kindTarget}

// catalog is all objects that are loaded together, by kind and name.
type catalog struct {
	objects []*object // in the order of the files
	named   map[string]map[string]*object
	owners  foreign.Owners

	backends []string // of the configuration
}

// object is one object, in a document of its own or written where it is used.
type object struct {
	document *strictyaml.Map
	kind     string
	metadata
	spec *strictyaml.Map

	// What was read of the spec of what SLOs refer to.
	sound     bool
	sli       sli
	policy    policy
	condition condition
}

func newCatalog(backends []string) *catalog {
	c := &catalog{named: make(map[string]map[string]*object), owners: make(foreign.Owners), backends: backends}
	for _, kind := range kinds {
		c.named[kind] = make(map[string]*object)
	}
	return c
}

// add takes a document into the catalog. What has no kind or name, or those of
// another one, is reported and left out.
func (c *catalog) add(m *strictyaml.Map) {
	if v, ok := m.Require("apiVersion"); ok {
		if text, ok := v.Text(); !ok || text != version {
			v.Errorf("%s is not read: slofuse reads %s; bring the file to that version", text, version)
			return
		}
	}
	kind, ok := readKind(m)
	if !ok {
		return
	}
	o, ok := readObject(m, kind)
	if !ok {
		return
	}
	o.document = m
	if first, taken := c.named[kind][o.name]; taken {
		o.nameAt.Errorf("%s %q is already defined at %s", kind, o.name, first.nameAt.Position())
		return
	}
	c.named[kind][o.name] = o
	c.objects = append(c.objects, o)
}

func readKind(m *strictyaml.Map) (string, bool) {
	v, ok := m.Require("kind")
	if !ok {
		return "", false
	}
	kind, ok := v.Text()
	if ok && !slices.Contains(kinds, kind) {
		v.Errorf("unknown kind %q of %s: %s", kind, version, strictyaml.Suggest(kind, kinds))
		return "", false
	}
	return kind, ok
}

// readObject reads what all objects have. It closes the document.
func readObject(m *strictyaml.Map, kind string) (*object, bool) {
	o := &object{kind: kind}
	m.Take("apiVersion")
	m.Take("kind")
	meta, ok := m.Require("metadata")
	if ok {
		o.metadata, ok = readMetadata(meta)
	}
	spec, hasSpec := m.Require("spec")
	if hasSpec {
		o.spec, hasSpec = spec.Map()
	}
	foreign.Done(m)
	return o, ok && hasSpec
}

// find is the sound object of a kind that a reference names.
func (c *catalog) find(reference strictyaml.Value, kind string) (*object, bool) {
	name, ok := reference.Text()
	if !ok {
		return nil, false
	}
	o, ok := c.named[kind][name]
	switch {
	case !ok:
		reference.Errorf("unknown %s %q: %s", kind, name, c.suggest(kind, name))
	case !o.sound:
		reference.Errorf("%s %q cannot be used: see what is wrong with it at %s", kind, name, o.nameAt.Position())
	}
	return o, ok && o.sound
}

// suggest says which object may have been meant.
func (c *catalog) suggest(kind, name string) string {
	known := c.names(kind)
	if kind == kindSource {
		known = append(known, c.backends...)
	}
	if len(known) == 0 {
		return "no file that is loaded defines any; load the one that does as well"
	}
	return strictyaml.Suggest(name, known)
}

// names are those of all objects of a kind, sorted.
func (c *catalog) names(kind string) []string {
	return slices.Sorted(maps.Keys(c.named[kind]))
}

// check reads every object that SLOs refer to, once, in an order in which what is
// referred to comes first.
func (c *catalog) check() {
	for _, o := range c.of(kindService, kindTarget, kindSource, kindCondition) {
		switch o.kind {
		case kindService:
			readDescription(o.spec)
			foreign.Done(o.spec)
			o.sound = true
		case kindTarget:
			o.sound = readTarget(o.spec)
		case kindSource:
			o.sound = readSource(o.spec)
		case kindCondition:
			o.condition, o.sound = readCondition(o.spec)
		}
	}
	for _, o := range c.of(kindSLI, kindPolicy) {
		if o.kind == kindSLI {
			o.sli, o.sound = c.readSLI(o.spec)
		} else {
			o.policy, o.sound = c.readPolicy(o.spec)
		}
	}
}

// of lists the objects of some kinds.
func (c *catalog) of(kinds ...string) []*object {
	var out []*object
	for _, o := range c.objects {
		if slices.Contains(kinds, o.kind) {
			out = append(out, o)
		}
	}
	return out
}
