package pyrra

import (
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/foreign"
)

// bookkeeping is what Kubernetes writes into the metadata of a resource.
var bookkeeping = []string{
	"creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "finalizers", "generateName", "generation",
	"managedFields", "ownerReferences", "resourceVersion", "selfLink", "uid",
}

// serviceLabels are labels that name the service a resource belongs to.
var serviceLabels = []string{"service", "app.kubernetes.io/name", "app"}

// putMetadata writes what the SLO is called and who looks after it. As in Pyrra,
// labels and annotations count if their names begin with pyrra.dev/; the others are
// those of the resource, and may only name an owner and a service.
func (t *translation) putMetadata(v strictyaml.Value) bool {
	m, ok := v.Map()
	if !ok {
		return false
	}
	name, ok := m.Require("name")
	if !ok {
		return false
	}
	text, ok := name.Text()
	if !ok {
		return false
	}
	namespace, hasNamespace := m.Take("namespace")
	own, others := readLabels(m, "labels")
	annotations, otherAnnotations := readLabels(m, "annotations")
	for _, key := range bookkeeping {
		m.Take(key)
	}
	foreign.Done(m)
	service, function := t.Text(name, text), t.Text(name, text)
	if hasNamespace && !namespace.IsBlank() {
		word, _ := namespace.Text()
		service = t.Text(namespace, word)
	}
	if label, found := find(serviceLabels, &own, others); found {
		service, function = t.Text(label.Value, label.Text), t.Text(label.Value, label.Text)
	}
	if label, found := own.Cut("function"); found {
		function = t.Text(label.Value, label.Text)
	}
	t.slo = t.Map(name)
	foreign.Put(t.root, "service", service)
	t.putOwner(name, service.Value, []*foreign.Labels{&own, &annotations, &others, &otherAnnotations})
	foreign.Put(t.slo, "name", t.Text(name, text))
	foreign.Put(t.slo, "labels", t.Labels(own))
	foreign.Put(t.slo, "links", t.Links("metadata.annotations."+group, annotations))
	t.putFunction(name, function)
	return true
}

// putFunction writes the one function of the document, with the one SLO of it.
func (t *translation) putFunction(at strictyaml.Value, name *yaml.Node) {
	function := t.Map(at)
	foreign.Put(function, "name", name)
	foreign.Put(function, "slos", t.List(at, t.slo))
	foreign.Put(t.root, "functions", t.List(at, function))
}

// putOwner writes the owner that the first of the labels names, or the service.
func (t *translation) putOwner(at strictyaml.Value, service string, all []*foreign.Labels) {
	var owner *yaml.Node
	for _, labels := range all {
		if found, ok := t.Owner(labels); ok && owner == nil {
			owner = found
		}
	}
	if owner == nil {
		owner = t.owners.Service(t.Builder, at, service)
	}
	foreign.Put(t.root, "owner", owner)
}

// readLabels reads labels or annotations: those of Pyrra, without its prefix, and
// the others.
func readLabels(m *strictyaml.Map, key string) (own, others foreign.Labels) {
	v, ok := m.Take(key)
	if !ok || v.IsEmpty() {
		return nil, nil
	}
	for _, label := range foreign.ReadLabels(v) {
		if name, ok := strings.CutPrefix(label.Name, group); ok && name != "" {
			label.Name = name
			own = append(own, label)
		} else {
			others = append(others, label)
		}
	}
	return own, others
}

// find is the first label there is of some names: among Pyrra's own, where it is
// taken out, or among the others.
func find(names []string, own *foreign.Labels, others foreign.Labels) (foreign.Label, bool) {
	for _, name := range names {
		if label, ok := own.Find(name); ok {
			own.Cut(name)
			return label, true
		}
	}
	i := slices.IndexFunc(others, func(l foreign.Label) bool { return slices.Contains(names, l.Name) })
	if i < 0 {
		return foreign.Label{}, false
	}
	return others[i], true
}
