package site

import (
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/ui"
)

// Directory is what pages offer of the definitions of all SLOs. It is made anew when
// these have changed.
type Directory struct {
	SLOs                     []slo.SLO
	services, owners, Labels []string // each once, by name
	zone                     *time.Location
}

// Directory is what there is to choose from, made anew when the SLOs have changed.
func (s *Server) Directory() *Directory {
	slos := s.Objectives.SLOs()
	if known := s.known.Load(); known != nil && same(known.SLOs, slos) {
		return known
	}
	made := directoryOf(slos)
	s.known.Store(made)
	return made
}

func directoryOf(slos []slo.SLO) *Directory {
	services, owners, labels := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range slos {
		services[slos[i].ID.Service], owners[slos[i].Owner] = true, true
		for name := range slos[i].Labels {
			labels[name] = true
		}
	}
	delete(owners, "")
	return &Directory{
		SLOs: slos, services: slices.Sorted(maps.Keys(services)), owners: slices.Sorted(maps.Keys(owners)), Labels: slices.Sorted(maps.Keys(labels)),
		zone: ZoneOf(slos),
	}
}

// Choices are the drop-downs of a filter form.
func (d *Directory) Choices(params url.Values) []ui.Choice {
	return []ui.Choice{
		{Name: "service", Label: "Service", Current: params.Get("service"), Options: d.services},
		{Name: "owner", Label: "Owner", Current: params.Get("owner"), Options: d.owners},
	}
}
