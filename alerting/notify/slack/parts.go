package slack

import (
	"fmt"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// heldBack says which alerts of the incident are muted, by what, and until when:
// nothing that is muted is hidden.
func heldBack(n alerting.Notification) []string {
	var lines []string
	for _, a := range n.Incident.Alerts {
		for _, m := range a.MutedBy {
			line := "Held back: *" + escape(a.ID.Name) + "* by " + escape(m.Kind)
			if m.By != "" {
				line += " of " + escape(m.By)
			}
			if m.Reason != "" {
				line += " (" + escape(m.Reason) + ")"
			}
			if !m.Until.IsZero() {
				line += " until " + date(m.Until)
			}
			lines = append(lines, line)
		}
	}
	return atMost(lines, maxFacts, "more")
}

// cause names the incident that this one follows.
func cause(n alerting.Notification) []string {
	if n.Incident.Cause == "" {
		return nil
	}
	of := n
	of.Incident.ID = n.Incident.Cause
	if link := anchor(notify.IncidentURL(of), "incident "+n.Incident.Cause); link != "" {
		return []string{"Follows " + link + ", which is told by itself"}
	}
	return []string{"Follows incident " + code(n.Incident.Cause) + ", which is told by itself"}
}

// affected are the functions that burn because this one does.
func affected(n alerting.Notification) []string {
	if len(n.Incident.Affected) == 0 {
		return nil
	}
	var names []string
	for _, a := range n.Incident.Affected {
		text := escape(a.Service + "/" + a.Function)
		of := n
		of.Incident.ID = a.Incident
		if link := anchor(notify.IncidentURL(of), a.Service+"/"+a.Function); link != "" {
			text = link
		}
		names = append(names, text+" ("+escape(a.Severity.String()+ownerOf(n, a))+")")
	}
	head := "Affected with it: "
	if n.Status == alerting.StatusResolved {
		head = "Was affected with it: "
	}
	listed := names[:min(len(names), maxFacts)]
	if more := len(names) - len(listed) + n.Incident.Unlisted; more > 0 {
		listed = append(listed, fmt.Sprintf("+%d more", more))
	}
	return []string{head + strings.Join(listed, ", ")}
}

// ownerOf says whose function it is where that is somebody else.
func ownerOf(n alerting.Notification, a alerting.Affected) string {
	if a.Owner == "" || a.Owner == n.Incident.Owner {
		return ""
	}
	return ", " + a.Owner
}

// deploy is the last change of the function before it began to burn: the first
// thing to suspect.
func deploy(n alerting.Notification) []string {
	d := n.Incident.Deploy
	if d == nil || n.Status == alerting.StatusResolved {
		return nil
	}
	text := escape(d.Version)
	if text == "" {
		text = escape(d.ID)
	}
	if link := anchor(d.URL, notify.Clean(d.Version)); link != "" {
		text = link
	}
	line := "Last deploy: *" + text + "* " + date(d.StartsAt)
	if began := n.Incident.OpenedAt; began.After(d.StartsAt) {
		line += ", " + notify.FormatAge(began.Sub(d.StartsAt)) + " before it opened"
	}
	if d.By != "" {
		line += ", by " + escape(d.By)
	}
	if d.Status != "" {
		line += ", " + escape(strings.ReplaceAll(d.Status, "_", " "))
	}
	return []string{line}
}

// atMost keeps the first of a list and counts the rest.
func atMost(list []string, keep int, rest string) []string {
	if len(list) <= keep {
		return list
	}
	return append(slices.Clone(list[:keep]), fmt.Sprintf("+%d %s", len(list)-keep, rest))
}
