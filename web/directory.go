package web

import (
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/slofuse/slofuse/slo"
)

// directory is what pages offer of the definitions of all SLOs. It is made anew when
// these have changed.
type directory struct {
	slos                     []slo.SLO
	services, owners, labels []string // each once, by name
	zone                     *time.Location
}

func (s *Server) directory() *directory {
	slos := s.Objectives.SLOs()
	if known := s.known.Load(); known != nil && same(known.slos, slos) {
		return known
	}
	made := directoryOf(slos)
	s.known.Store(made)
	return made
}

func directoryOf(slos []slo.SLO) *directory {
	services, owners, labels := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range slos {
		services[slos[i].ID.Service], owners[slos[i].Owner] = true, true
		for name := range slos[i].Labels {
			labels[name] = true
		}
	}
	delete(owners, "")
	return &directory{
		slos: slos, services: slices.Sorted(maps.Keys(services)), owners: slices.Sorted(maps.Keys(owners)), labels: slices.Sorted(maps.Keys(labels)),
		zone: zoneOf(slos),
	}
}

// choices are the drop-downs of a filter form.
func (d *directory) choices(params url.Values) []choice {
	return []choice{
		{Name: "service", Label: "Service", Current: params.Get("service"), Options: d.services},
		{Name: "owner", Label: "Owner", Current: params.Get("owner"), Options: d.owners},
	}
}
