package notify

import (
	"fmt"
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Named is how many incidents a digest names for people. It counts the others.
const Named = 20

// CrowdTitle says how many incidents a digest tells of and how they stand: "PAGE ·
// 35 incidents burn", "RESOLVED · 120 incidents are over, 2 were acknowledged".
func CrowdTitle(many []alerting.Notification) string {
	var over, taken, burning int
	var worst slo.Severity
	for _, n := range many {
		switch {
		case n.Status == alerting.StatusResolved:
			over++
		case n.Incident.State == alerting.IncidentAcked:
			taken++
		default:
			burning++
			worst = max(worst, n.Incident.Severity)
		}
	}
	word := strings.ToUpper(worst.String())
	switch {
	case burning == 0:
		word = "RESOLVED"
		if over == 0 {
			word = "ACKNOWLEDGED"
		}
	case worst == slo.SeverityNone:
		word = "NOTICE"
	}
	var parts []string
	for _, p := range []struct {
		n         int
		one, more string
	}{{burning, "burns", "burn"}, {over, "is over", "are over"}, {taken, "was acknowledged", "were acknowledged"}} {
		if p.n > 0 {
			parts = append(parts, counted(p.n, len(parts) == 0, p.one, p.more))
		}
	}
	return word + " · " + strings.Join(parts, ", ")
}

// counted is "35 incidents burn", and "2 are over" after the first of a list.
func counted(n int, first bool, one, more string) string {
	noun, verb := "incidents ", more
	if n == 1 {
		noun, verb = "incident ", one
	}
	if !first {
		noun = ""
	}
	return slo.FormatCount(int64(n)) + " " + noun + verb
}

// AndMore counts what a digest does not name: "+9,921 more"; empty when it names
// all.
func AndMore(many []alerting.Notification) string {
	if len(many) <= Named {
		return ""
	}
	return fmt.Sprintf("+%s more", slo.FormatCount(int64(len(many)-Named)))
}

// IncidentsURL is the page of all incidents; empty like [IncidentURL].
func IncidentsURL(n alerting.Notification) string { return page(n, "/incidents") }
