package foreign

import (
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// Labels are labels of a foreign document, in its order. Adapters take out with
// [Labels.Cut] what means something, and write the rest with [Builder.Labels].
type Labels []Label

// Label is one label and where it stands.
type Label struct {
	Name, Text string
	Key, Value strictyaml.Value
}

// ReadLabels reads a mapping of texts.
func ReadLabels(v strictyaml.Value) Labels {
	m, _ := v.Map()
	var labels Labels
	m.Each(func(key, value strictyaml.Value) {
		name, ok := key.Text()
		if !ok || value.IsEmpty() {
			return
		}
		if text, ok := value.Text(); ok {
			labels = append(labels, Label{Name: name, Text: text, Key: key, Value: value})
		}
	})
	return labels
}

// Find is the label of a name.
func (l Labels) Find(name string) (Label, bool) {
	i := slices.IndexFunc(l, func(label Label) bool { return label.Name == name })
	if i < 0 {
		return Label{}, false
	}
	return l[i], true
}

// Cut takes a label out.
func (l *Labels) Cut(name string) (Label, bool) {
	label, ok := l.Find(name)
	*l = slices.DeleteFunc(slices.Clone(*l), func(other Label) bool { return other.Name == name })
	return label, ok
}

// ownerLabels are those in which teams write who looks after a service, the first
// that is there first.
var ownerLabels = []string{"owner", "team", "squad"}

// Owner is who the labels say looks after it. The label owner is taken out, since
// it becomes the owner itself; the others stay labels as well.
func (b Builder) Owner(l *Labels) (*yaml.Node, bool) {
	for _, name := range ownerLabels {
		if label, ok := l.Find(name); ok {
			l.Cut("owner")
			return b.Text(label.Value, label.Text), true
		}
	}
	return nil, false
}

// ServiceOwner is the service's name in place of an owner that nobody named; the
// warning says how to name one.
func (b Builder) ServiceOwner(service strictyaml.Value, name string) *yaml.Node {
	Changed(service, "nobody owns the SLOs of %q, so incidents go to owner %q: add a label owner, team or squad", name, name)
	return b.Text(service, name)
}

// Owners are the services for which it has been said that nobody owns them.
type Owners map[string]bool

// Service is [Builder.ServiceOwner], which warns only the first time.
func (o Owners) Service(b Builder, at strictyaml.Value, name string) *yaml.Node {
	if o[name] {
		return b.Text(at, name)
	}
	o[name] = true
	return b.ServiceOwner(at, name)
}

// notInLabels is what a label name must not hold.
var notInLabels = regexp.MustCompile(`[^a-zA-Z0-9_]`)

// Labels writes labels as the native format has them; nil without any. Those that
// slofuse sets itself are reported, and names that Prometheus does not take are
// written with underscores.
func (b Builder) Labels(l Labels) *yaml.Node {
	if len(l) == 0 {
		return nil
	}
	out := Flow(b.Map(l[0].Key))
	written := map[string]bool{}
	for _, label := range l {
		name := notInLabels.ReplaceAllString(label.Name, "_")
		switch {
		case slo.IsOwnLabel(name):
			Lost(label.Key, "label %q: slofuse sets it itself", label.Name)
			continue
		case strings.HasPrefix(name, "__") || name[0] >= '0' && name[0] <= '9' || written[name]:
			Lost(label.Key, "label %q: there can be no label %s", label.Name, name)
			continue
		case name != label.Name:
			Changed(label.Key, "label %q is written %s, as Prometheus takes it", label.Name, name)
		}
		written[name] = true
		Put(out, name, b.Text(label.Value, label.Text))
	}
	if len(out.Content) == 0 {
		return nil
	}
	return out
}
