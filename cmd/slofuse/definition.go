package main

import (
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
	"github.com/slofuse/slofuse/web/site"
)

// textsOf keeps SLO files as they were read, by their names.
func textsOf(files []spec.File) map[string]string {
	out := make(map[string]string, len(files))
	for _, f := range files {
		out[f.Name] = string(f.Data)
	}
	return out
}

// Definition is what the file of an SLO said of it when it was read.
func (s *service) Definition(at slo.Source) []string {
	s.mu.Lock()
	text, ok := s.applied.files[at.File]
	s.mu.Unlock()
	if !ok {
		return nil
	}
	return spec.Excerpt(text, at.Line)
}

// Consoles are where people look at what a backend holds; the first one's for no name.
func (s *service) Consoles(backend string) site.Consoles {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, b := range s.applied.config.Backends {
		if b.Name == backend || backend == "" && i == 0 {
			return site.Consoles{Prometheus: b.PrometheusURL, Grafana: b.GrafanaURL, Datasource: b.GrafanaDatasource}
		}
	}
	return site.Consoles{}
}
