package ui

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/web/format"
)

// DeployBadge is the badge of a deploy at an instant.
func DeployBadge(d suppress.Deploy, now time.Time) Badge {
	switch d.State(now) {
	case suppress.StateActive:
		return Badge{Icon: "muted", Word: "Deploying", Tone: "note"}
	case suppress.StatePending:
		return Badge{Icon: "pending", Word: "Planned", Tone: "quiet"}
	case suppress.StateWithdrawn:
		return Badge{Icon: "idle", Word: "Taken back", Tone: "quiet"}
	}
	switch d.StatusAt(now) {
	case suppress.DeploySucceeded:
		return Badge{Icon: "ok", Word: "Succeeded", Tone: "good"}
	case suppress.DeployFailed:
		return Badge{Icon: "invalid", Word: "Failed", Tone: "ticket"}
	case suppress.DeployRolledBack:
		return Badge{Icon: "recovering", Word: "Rolled back", Tone: "ticket"}
	}
	return Badge{Icon: "stale", Word: "Expired", Tone: "quiet", Hint: "nobody said what became of it"}
}

// LastDeploy is the first thing to suspect.
type LastDeploy struct {
	Name, URL, Run, By, Status, Before string
	At                                 Moment
}

// LastDeployOf shows a deploy; before is what it was before, and zero for nothing.
func LastDeployOf(d *alerting.Deploy, before time.Time) *LastDeploy {
	if d == nil {
		return nil
	}
	out := &LastDeploy{
		Name: cmp.Or(d.Version, d.ID), URL: PathDeploys + "/" + url.PathEscape(d.ID), Run: LinksOf(map[string]string{"deploy": d.URL})[0].URL, By: d.By,
		Status: strings.ReplaceAll(d.Status, "_", " "), At: MomentOf(d.StartsAt),
	}
	if length := before.Sub(d.StartsAt); length > 0 {
		out.Before = format.Span(length.Truncate(time.Second))
	}
	return out
}
