package openslo

import (
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// translation is of one SLO.
type translation struct {
	foreign.Builder
	*catalog
	*object
	root      *yaml.Node
	service   *object // zero where no Service is defined
	serviceAt strictyaml.Value
	name      string // of the service
	indicator sli
	through   foreign.Builder // for what the indicator says
	method    string
}

// translate makes the native document of an SLO; none if it has an error.
func (c *catalog) translate(o *object) []foreign.Document {
	report := o.nameAt.Report()
	t := &translation{Builder: foreign.NewBuilder(o.document), catalog: c, object: o, service: &object{}}
	before := report.Errors()
	if !t.document() || report.Errors() > before {
		return nil
	}
	return []foreign.Document{{Home: o.document, Root: t.root}}
}

// document writes the document, and says whether it is whole.
func (t *translation) document() bool {
	at := t.spec.Value()
	t.root = t.Map(at)
	foreign.Put(t.root, "version", t.Plain(at, "1"))
	if !t.readService() {
		return false
	}
	function := t.Text(t.serviceAt, t.name)
	if label, ok := t.labels.Cut("function"); ok {
		function = t.Text(label.Value, label.Text)
	}
	t.putOwner()
	t.putDescription()
	foreign.Put(t.root, "labels", t.Labels(t.labels))
	foreign.Put(t.root, "links", t.Links("metadata.annotations.", t.annotations))
	t.putAlerting()
	slos := t.readObjectives()
	sound := t.putBackend()
	foreign.Done(t.spec)
	one := t.Map(t.spec.Value())
	foreign.Put(one, "name", function)
	foreign.Put(one, "slos", slos)
	foreign.Put(t.root, "functions", t.List(t.spec.Value(), one))
	return sound && slos != nil
}

// readService reads which service the SLO is of. Objects of kind Service are
// optional, so a service without one is an error only where another was meant.
func (t *translation) readService() (ok bool) {
	t.serviceAt, ok = t.spec.Require("service")
	if !ok {
		return false
	}
	if t.name, ok = t.serviceAt.Text(); !ok {
		return false
	}
	foreign.Put(t.root, "service", t.Text(t.serviceAt, t.name))
	known := t.names(kindService)
	if slices.Contains(known, t.name) {
		t.service = t.named[kindService][t.name]
	} else if best, similar := strictyaml.Similar(t.name, known); similar {
		t.serviceAt.Errorf("unknown %s %q: did you mean %q?", kindService, t.name, best)
		return false
	}
	return true
}

// putOwner writes who looks after the SLO: who its labels name, or its annotations,
// or those of its service, or else the service itself. The labels of the service
// are those of the SLO as well.
func (t *translation) putOwner() {
	service := t.Via(t.serviceAt)
	of := *t.service
	owner, ok := t.Owner(&t.labels)
	for _, from := range []struct {
		foreign.Builder
		labels *foreign.Labels
	}{{t.Builder, &t.annotations}, {service, &of.labels}, {service, &of.annotations}} {
		if also, found := from.Owner(from.labels); found && !ok {
			owner, ok = also, true
		}
	}
	if !ok {
		owner = t.owners.Service(t.Builder, t.serviceAt, t.name)
	}
	foreign.Put(t.root, "owner", owner)
	for _, label := range of.labels {
		if _, taken := t.labels.Find(label.Name); !taken {
			t.labels = append(t.labels, label)
		}
	}
}

// putDescription writes what the SLO is about.
func (t *translation) putDescription() {
	description, found := readDescription(t.spec)
	parts := []strictyaml.Value{}
	if t.hasDisplay {
		parts = append(parts, t.display)
	}
	if found {
		parts = append(parts, description)
	}
	text := ""
	for _, part := range parts {
		if more, ok := part.Text(); ok && text != "" {
			text += ": " + more
		} else if ok {
			text = more
		}
	}
	if text != "" {
		foreign.Put(t.root, "description", t.Text(parts[len(parts)-1], text))
	}
}
