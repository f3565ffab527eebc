package spec

import (
	"maps"
	"slices"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

// template is an SLO as written: that of a function follows from it and the
// function's name.
type template struct {
	slo        slo.SLO // but for the function and the SLI
	indicator  *indicator
	splitBy    []string
	splitPages bool
	at, use    strictyaml.Value // where the SLO stands, and where its SLI does
	renamed    strictyaml.Value // where its former name stands, if it has one
}

// forFunction makes the SLO of one function and the families of its parts.
func (t template) forFunction(function string) (slo.Set, error) {
	sli, err := t.indicator.forFunction(function)
	if err != nil {
		return slo.Set{}, err
	}
	s := t.slo
	s.ID.Function, s.SLI = function, sli
	if s.RenamedFrom.Name != "" && s.RenamedFrom.Function == "" {
		s.RenamedFrom.Function = function
	}
	s.DependsOn = slices.DeleteFunc(slices.Clone(s.DependsOn), func(on slo.ID) bool { return on == slo.ID{Service: s.ID.Service, Function: function} })
	s.Labels, s.Links = maps.Clone(s.Labels), maps.Clone(s.Links)
	set := slo.Set{SLOs: []slo.SLO{s}}
	for _, label := range t.splitBy {
		set.Families = append(set.Families, split(s, label, t.splitPages))
	}
	return set, nil
}
