package site

import (
	"slices"

	"github.com/slofuse/slofuse/web/ui"
)

// section is an entry of the main navigation.
type section struct {
	Key       string // a page names its section by it
	Name      string
	Path      string
	Letter    string // leads there when it is pressed after g
	Main      bool   // always in sight; the others are in a menu
	Operators bool   // shown only to those who may operate
}

// sections are the entries of the main navigation, in order.
var sections = []section{
	{Key: "oncall", Name: "On call", Path: ui.PathOnCall, Letter: "o", Main: true},
	{Key: "slos", Name: "SLOs", Path: "/slos", Letter: "s", Main: true},
	{Key: "incidents", Name: "Incidents", Path: "/incidents", Letter: "i", Main: true},
	{Key: "executive", Name: "Executive", Path: "/executive", Letter: "e", Main: true},
	{Key: "silences", Name: "Silences", Path: ui.PathSilences, Letter: "l"},
	{Key: "deploys", Name: "Deploys", Path: ui.PathDeploys, Letter: "d"},
	{Key: "maintenance", Name: "Maintenance", Path: ui.PathMaintenance, Letter: "m"},
	{Key: "routes", Name: "Routes", Path: "/routes", Letter: "r"},
	{Key: "status", Name: "Status", Path: ui.PathStatus, Letter: "t"},
	{Key: "reports", Name: "Reports", Path: ui.PathReports, Letter: "p"},
	{Key: "audit", Name: "Audit", Path: "/audit", Letter: "a", Operators: true},
	{Key: "glossary", Name: "Glossary", Path: "/glossary", Letter: "g"},
}

// Navigation is what a visitor may follow.
type Navigation struct {
	Main, More []section
	Within     string // the name of the entry of the menu that is current; empty when none is
}

// Navigation has the entries for whoever looks at the page.
func (p Page) Navigation() Navigation {
	var n Navigation
	for _, s := range sections {
		switch {
		case s.Operators && !p.Visitor.Operates:
		case s.Main:
			n.Main = append(n.Main, s)
		default:
			n.More = append(n.More, s)
		}
	}
	if i := slices.IndexFunc(n.More, func(s section) bool { return s.Key == p.Section }); i >= 0 {
		n.Within = n.More[i].Name
	}
	return n
}
