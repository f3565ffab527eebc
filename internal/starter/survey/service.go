package survey

import (
	"cmp"
	"context"
	"slices"

	"github.com/slofuse/slofuse/internal/starter"
	"github.com/slofuse/slofuse/slo"
)

// unnamed is what a service is called that has no name in the data.
const unnamed = "my-service"

// named finds out which services an instrument counts calls of.
func (s *survey) named(ctx context.Context, i starter.Instrument, labels []string) (candidate, error) {
	c := candidate{Instrument: i}
	for _, label := range starter.ServiceLabels(labels) {
		if label == i.Function {
			continue
		}
		values, err := s.values(ctx, slices.Concat(i.Calls.Total, i.Calls.Good)[0], label)
		if err != nil {
			return c, err
		}
		c.services = append(c.services, naming{label: label, values: values})
	}
	return c, nil
}

// choose is the service that is asked about: the one that was named, or the only
// one there is.
func choose(all []candidate, o Options) (string, error) {
	var there []string
	for _, c := range all {
		if len(c.services) > 0 {
			there = append(there, c.services[0].values...)
		}
	}
	slices.Sort(there)
	there = slices.Compact(there)
	switch {
	case o.Service != "" && (knows(all, o.Service) || len(o.Select) > 0 || len(there) <= 1):
		return o.Service, nil
	case o.Service != "" || len(there) > 1:
		return "", &Choice{Services: there}
	case len(there) == 1:
		return there[0], nil
	}
	return cmp.Or(valueOf(o.Select), unnamed), nil
}

// valueOf is a value that something was selected by.
func valueOf(matchers []slo.Matcher) string {
	if len(matchers) == 0 {
		return ""
	}
	return matchers[0].Value
}

// matchers pick the calls of a service; false: the instrument counts others. A
// service that is known by no label is all there is.
func (c candidate) matchers(service string, known bool) ([]slo.Matcher, bool) {
	for _, n := range c.services {
		if slices.Contains(n.values, service) {
			return []slo.Matcher{{Label: n.label, Op: slo.MatchEqual, Value: service}}, true
		}
	}
	return nil, !known
}

// knows reports whether a label of any of them names the service.
func knows(all []candidate, service string) bool {
	return slices.ContainsFunc(all, func(c candidate) bool {
		return slices.ContainsFunc(c.services, func(n naming) bool { return slices.Contains(n.values, service) })
	})
}
