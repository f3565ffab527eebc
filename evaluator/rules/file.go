package rules

import (
	"io"

	"gopkg.in/yaml.v3"
)

// File is a file of rules, in the form that Prometheus loads.
type File struct {
	Groups []Group `yaml:"groups"`
}

// Group is a list of rules that are evaluated one after the other.
type Group struct {
	Name     string `yaml:"name"`
	Interval string `yaml:"interval"` // as Prometheus writes durations
	Rules    []Rule `yaml:"rules"`
}

// Rule records a series or raises an alert: exactly one of Record and Alert is
// set.
type Rule struct {
	Record        string            `yaml:"record,omitempty"`
	Alert         string            `yaml:"alert,omitempty"`
	Expr          string            `yaml:"expr"`
	For           string            `yaml:"for,omitempty"`
	KeepFiringFor string            `yaml:"keep_firing_for,omitempty"`
	Labels        map[string]string `yaml:"labels,omitempty"`
	Annotations   map[string]string `yaml:"annotations,omitempty"`
}

// Form is who is to load the rules.
type Form string

// The forms there are.
const (
	Prometheus Form = "prometheus" // a file of rule_files; Thanos reads the same
	Operator   Form = "operator"   // a PrometheusRule of the Prometheus Operator
	Mimir      Form = "mimir"      // a namespace for mimirtool rules load
)

// namespace is under which name the rules stand where they need one.
const namespace = "slofuse"

// Write writes the file in a form.
func (f File) Write(w io.Writer, form Form) error {
	encoder := yaml.NewEncoder(w)
	encoder.SetIndent(2)
	if err := encoder.Encode(f.in(form)); err != nil {
		return err
	}
	return encoder.Close()
}

func (f File) in(form Form) any {
	switch form {
	case Operator:
		return resource{
			APIVersion: "monitoring.coreos.com/v1", Kind: "PrometheusRule",
			Metadata: metadata{Name: namespace, Labels: map[string]string{"app.kubernetes.io/name": namespace}}, Spec: f,
		}
	case Mimir:
		return struct {
			Namespace string `yaml:"namespace"`
			File      `yaml:",inline"`
		}{namespace, f}
	}
	return f
}

// resource is an object of Kubernetes.
type resource struct {
	APIVersion string   `yaml:"apiVersion"`
	Kind       string   `yaml:"kind"`
	Metadata   metadata `yaml:"metadata"`
	Spec       File     `yaml:"spec"`
}

type metadata struct {
	Name   string            `yaml:"name"`
	Labels map[string]string `yaml:"labels"`
}
