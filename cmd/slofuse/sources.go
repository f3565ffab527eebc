package main

import "github.com/slofuse/slofuse/alerting"

// sources tells the engine how the backends are doing.
func (s *service) sources() []alerting.Source {
	var out []alerting.Source
	for _, h := range s.evaluator.Health() {
		source := alerting.Source{Name: h.Backend, Answered: h.Err != nil || !h.ReadTo.IsZero(), DownSince: h.DownSince, SLOs: h.SLOs}
		if h.Err != nil {
			source.Reason = h.Err.Error()
		}
		out = append(out, source)
	}
	return out
}
