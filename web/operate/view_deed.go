package operate

import (
	"strings"

	"github.com/slofuse/slofuse/web/ui"
)

// deeds are what is done by a request, in words. What has none is told by its request
// alone.
var deeds = map[string]string{
	"POST /-/reload":                  "Reload the configuration",
	"POST /incidents/{id}/ack":        "Acknowledge an incident",
	"POST /incidents/{id}/resolve":    "Resolve an incident by hand",
	"POST /silences":                  "Add a silence",
	"POST /silences/{id}/expire":      "End a silence",
	"DELETE /silences/{id}":           "End a silence",
	"POST /silences/{id}/extend":      "Extend a silence",
	"POST /deploys":                   "Start a deploy",
	"POST /deploys/{id}/end":          "End a deploy",
	"POST /deploys/{id}/withdraw":     "Take a deploy back",
	"DELETE /deploys/{id}":            "Take a deploy back",
	"POST /maintenance":               "Announce maintenance",
	"POST /maintenance/{id}/extend":   "Extend maintenance",
	"POST /maintenance/{id}/end":      "End maintenance",
	"POST /maintenance/{id}/withdraw": "Take maintenance back",
	"DELETE /maintenance/{id}":        "Take maintenance back",
	"POST /login":                     "Sign in",
	"POST /logout":                    "Sign out",
	"POST /slack/interactions":        "Press a button in Slack",
}

// DeedOf is what was attempted by an action of the audit, in words; empty when it has
// none.
func DeedOf(action string) string { return deeds[strings.Replace(action, " /api/v1/", " /", 1)] }

// deedPath is the page of what an action was about; empty where there is none.
func deedPath(action, target string) string {
	if target != "" && strings.Contains(action, "/incidents/{id}/") {
		return ui.IncidentPath(target)
	}
	return ""
}
