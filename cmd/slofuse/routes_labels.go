package main

import (
	"fmt"
	"maps"
	"strings"

	"github.com/prometheus/common/model"

	"github.com/slofuse/slofuse/alerting/route"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/slo/spec"
)

// someIncident stands for the id of the incident, which nobody knows beforehand.
const someIncident = "<id>"

// labelSet are the labels of an alert, with what was assumed of them.
type labelSet struct {
	labels map[string]string
	notes  []string
}

// alertLabels are the labels of an SLO, if one is asked about, under those that are
// given.
func (c *cli) alertLabels(cfg *config.Config, asked string, args []string) (labelSet, error) {
	set := labelSet{labels: map[string]string{}, notes: []string{}}
	given, err := parseLabels(args)
	if err != nil {
		return set, err
	}
	if asked == "" && len(given) == 0 {
		return set, usagef("say which alert: severity=page owner=team-checkout, or --slo service/function/name")
	}
	severity := slo.SeverityPage
	if asked != "" {
		s, err := c.sloOf(cfg, asked)
		if err != nil {
			return set, err
		}
		maps.Copy(set.labels, s.Labels)
		set.labels["service"], set.labels["function"], set.labels["owner"] = s.ID.Service, s.ID.Function, s.Owner
		set.notes = append(set.notes, "labels of "+s.ID.String()+"; an incident has those on which all its burning SLOs agree")
		severity = min(severity, s.MaxSeverity)
	}
	maps.Copy(set.labels, given)
	if _, ok := set.labels["severity"]; !ok {
		set.labels["severity"] = severity.String()
		set.notes = append(set.notes, fmt.Sprintf("severity is not given: %s is assumed", severity))
	}
	if _, ok := set.labels[route.LabelIncident]; !ok {
		set.labels[route.LabelIncident] = someIncident
	}
	return set, nil
}

func parseLabels(args []string) (map[string]string, error) {
	labels := map[string]string{}
	for _, arg := range args {
		name, value, ok := strings.Cut(arg, "=")
		_, twice := labels[name]
		switch {
		case !ok || !model.LegacyValidation.IsValidLabelName(name):
			return nil, usagef("%q is no label: write key=value, such as severity=page", arg)
		case twice:
			return nil, usagef("label %s is given twice", name)
		case name == "severity" && value != "page" && value != "ticket":
			return nil, usagef("severity %q is not page or ticket", value)
		}
		labels[name] = value
	}
	return labels, nil
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
