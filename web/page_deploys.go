package web

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/format"
)

// lastDeploy is the first thing to suspect.
type lastDeploy struct {
	Name, URL, By, Status, Before string
	At                            moment
}

// lastDeployOf shows a deploy; before is what it was before, and zero for nothing.
func lastDeployOf(d *alerting.Deploy, before time.Time) *lastDeploy {
	if d == nil {
		return nil
	}
	out := &lastDeploy{
		Name: cmp.Or(d.Version, d.ID), URL: linksOf(map[string]string{"deploy": d.URL})[0].URL, By: d.By,
		Status: strings.ReplaceAll(d.Status, "_", " "), At: momentOf(d.StartsAt),
	}
	if length := before.Sub(d.StartsAt); length > 0 {
		out.Before = format.Span(length.Truncate(time.Second))
	}
	return out
}

// recentDeploy is the last deploy of a function within a day; nil when none is known.
func (s *Server) recentDeploy(ctx context.Context, service, function string) (*lastDeploy, error) {
	all, err := s.Deploys.Deploys(ctx)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	return lastDeployOf(suppress.NewSet(now, nil, all, nil).LastDeploy(service, function, now), time.Time{}), nil
}
