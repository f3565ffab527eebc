package suppress

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/prometheus/alertmanager/matcher/parse"
	"github.com/prometheus/alertmanager/pkg/labels"

	"github.com/slofuse/slofuse/slo"
)

// Matchers pick SLOs by their labels, in Alertmanager's words: all of them must hold,
// and a label that is not there has the empty value. An SLO has its own labels, and
// service, function, slo and owner. In JSON they are a list of texts.
type Matchers struct {
	list labels.Matchers
}

// ParseMatchers reads matchers, each text one or several of them:
// `service="checkout"`, `{function=~"pay.*",tier!="low"}`.
func ParseMatchers(texts ...string) (Matchers, error) {
	var m Matchers
	for _, text := range texts {
		parsed, err := parse.Matchers(text)
		if err != nil {
			return Matchers{}, fmt.Errorf(`%q is not a matcher such as service="checkout": %w`, text, err)
		}
		m.list = append(m.list, parsed...)
	}
	return m, nil
}

// Texts writes the matchers one by one, each as [ParseMatchers] reads it.
func (m Matchers) Texts() []string {
	out := make([]string, len(m.list))
	for i, one := range m.list {
		out[i] = one.String()
	}
	return out
}

// MarshalJSON writes the texts.
func (m Matchers) MarshalJSON() ([]byte, error) { return json.Marshal(m.Texts()) }

// UnmarshalJSON reads them.
func (m *Matchers) UnmarshalJSON(b []byte) error {
	var texts []string
	if err := json.Unmarshal(b, &texts); err != nil {
		return err
	}
	var err error
	*m, err = ParseMatchers(texts...)
	return err
}

// check refuses matchers that would take everything by mistake, or nothing: one of
// them has to ask for something that is there, and none for a severity that is not.
func (m Matchers) check() error {
	if len(m.list) == 0 {
		return errors.New(`matchers are missing: name at least one, such as service="checkout"`)
	}
	if !slices.ContainsFunc(m.list, func(one *labels.Matcher) bool { return !one.Matches("") }) {
		return fmt.Errorf("the matchers %s take everything that lacks these labels: at least one must not match the empty text", m.list)
	}
	for _, one := range m.list {
		if one.Name == severityLabel && !one.Matches(slo.SeverityPage.String()) && !one.Matches(slo.SeverityTicket.String()) {
			return fmt.Errorf("%s matches nothing: a severity is page or ticket", one)
		}
	}
	return nil
}

// asksFor reports whether a label is among what the matchers look at.
func (m Matchers) asksFor(label string) bool {
	return slices.ContainsFunc(m.list, func(one *labels.Matcher) bool { return one.Name == label })
}

// Match reports whether all matchers hold for an SLO.
func (m Matchers) Match(s slo.SLO) bool {
	return m.all(func(name string) string { return labelOf(s, name) })
}

// MatchAlert reports whether they hold for an alert of an SLO, which has the label
// severity as well.
func (m Matchers) MatchAlert(s slo.SLO, severity slo.Severity) bool {
	return m.all(func(name string) string {
		if name == severityLabel {
			return severity.String()
		}
		return labelOf(s, name)
	})
}

// MatchAny reports whether they hold for an alert of an SLO of one severity at least.
func (m Matchers) MatchAny(s slo.SLO) bool {
	return m.MatchAlert(s, slo.SeverityPage) || m.MatchAlert(s, slo.SeverityTicket)
}

func (m Matchers) all(value func(name string) string) bool {
	for _, one := range m.list {
		if !one.Matches(value(one.Name)) {
			return false
		}
	}
	return true
}

// Exactly is the value that a label must have; false when the matchers leave it open.
func (m Matchers) Exactly(label string) (value string, ok bool) {
	for _, one := range m.list {
		if one.Name == label && one.Type == labels.MatchEqual {
			return one.Value, true
		}
	}
	return "", false
}

// severityLabel is the label that an alert has and an SLO has not.
const severityLabel = "severity"

// labelOf looks one label of an SLO up. What says which SLO it is goes before a label
// of a user that is called the same.
func labelOf(s slo.SLO, name string) string {
	switch name {
	case "service":
		return s.ID.Service
	case "function":
		return s.ID.Function
	case "slo":
		return s.ID.Name
	case "owner":
		return s.Owner
	}
	return s.Labels[name]
}
