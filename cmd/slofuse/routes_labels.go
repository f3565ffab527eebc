package main

import (
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
	"github.com/slofuse/slofuse/web/api"
)

// alertLabels are the labels of an SLO, if one is asked about, under those that are
// given.
func (c *cli) alertLabels(r routed, asked string, args []string) (api.RoutingLabels, error) {
	given, err := api.ReadLabels(args)
	if err != nil {
		return api.RoutingLabels{}, usagef("%w", err)
	}
	if asked == "" && len(given) == 0 {
		return api.RoutingLabels{}, usagef("say which alert: severity=page owner=team-checkout, or --slo service/function/name")
	}
	slos, err := slosOf(r.config)
	if asked == "" { // files that cannot be read say nothing of a slip, and no more
		return api.LabelsOf(nil, given).Checked(given, r.tree.Root(), slos), nil
	}
	if err != nil {
		return api.RoutingLabels{}, err
	}
	s, err := pickSLO(slos, asked)
	if err != nil {
		return api.RoutingLabels{}, err
	}
	return api.LabelsOf(&s, given).Checked(given, r.tree.Root(), slos), nil
}

// slosOf are the SLOs of the files that a configuration names.
func slosOf(cfg *config.Config) ([]slo.SLO, error) {
	set, problems, err := spec.Load(cfg.SLOFiles, spec.Options{
		Policies: cfg.Policies, Backends: cfg.BackendNames(), Retention: cfg.Storage.Retention,
	})
	if err != nil {
		return nil, usagef("%w", err)
	}
	if err := problems.Err(); err != nil {
		return nil, usagef("%w", err)
	}
	return set.SLOs, nil
}

func pickSLO(slos []slo.SLO, asked string) (slo.SLO, error) {
	ids, byID := make([]slo.ID, len(slos)), make(map[slo.ID]slo.SLO, len(slos))
	for i, s := range slos {
		ids[i], byID[s.ID] = s.ID, s
	}
	id, err := pick(ids, asked)
	return byID[id], err
}
