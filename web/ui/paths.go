package ui

import (
	"net/url"

	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/slo"
)

// FunctionTitle is a function as a title names it.
func FunctionTitle(id slo.ID) string { return id.Service + "/" + id.Function }

// FunctionPath is the page of a function.
func FunctionPath(id slo.ID) string {
	return "/functions/" + id.FunctionKey()
}

// SLOPath is the page of an SLO.
func SLOPath(id slo.ID) string { return "/slos/" + id.String() }

// DeployPath is the page of a deploy.
func DeployPath(d suppress.Deploy) string { return PathDeploys + "/" + url.PathEscape(d.ID) }

// PathOnCall is the start page.
const PathOnCall = "/"

// PathReports is the page of error-budget reports.
const PathReports = "/reports"

// IncidentPath is the page of an incident.
func IncidentPath(id string) string { return "/incidents/" + url.PathEscape(id) }

// Of what other pages and forms lead to.
const (
	PathMaintenance = "/maintenance"
	PathSilences    = "/silences"
	PathDeploys     = "/deploys"
	PathGate        = "/gate"
	PathStatus      = "/status"
)
