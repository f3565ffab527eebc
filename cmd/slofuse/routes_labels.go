package main

import (
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
	"github.com/slofuse/slofuse/web/api"
)

// alertLabels are the labels of an SLO, if one is asked about, under those that are
// given.
func (c *cli) alertLabels(cfg *config.Config, asked string, args []string) (api.RoutingLabels, error) {
	given, err := api.ReadLabels(args)
	if err != nil {
		return api.RoutingLabels{}, usagef("%w", err)
	}
	if asked == "" && len(given) == 0 {
		return api.RoutingLabels{}, usagef("say which alert: severity=page owner=team-checkout, or --slo service/function/name")
	}
	if asked == "" {
		return api.LabelsOf(nil, given), nil
	}
	s, err := c.sloOf(cfg, asked)
	if err != nil {
		return api.RoutingLabels{}, err
	}
	return api.LabelsOf(&s, given), nil
}

// sloOf is an SLO of the files that a configuration names.
func (c *cli) sloOf(cfg *config.Config, asked string) (slo.SLO, error) {
	set, problems, err := spec.Load(cfg.SLOFiles, spec.Options{
		Policies: cfg.Policies, Backends: cfg.BackendNames(), Retention: cfg.Storage.Retention,
	})
	if err != nil {
		return slo.SLO{}, usagef("%w", err)
	}
	if err := problems.Err(); err != nil {
		return slo.SLO{}, usagef("%w", err)
	}
	ids, byID := make([]slo.ID, len(set.SLOs)), make(map[slo.ID]slo.SLO, len(set.SLOs))
	for i, s := range set.SLOs {
		ids[i], byID[s.ID] = s.ID, s
	}
	id, err := pick(ids, asked)
	return byID[id], err
}
