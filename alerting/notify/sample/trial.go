package sample

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/slo"
)

// Trial returns a notification, and the end of it, that try a destination: marked
// as a test in every title, under a key that no incident has, about nothing that
// exists. Each instant makes trials of its own, so that a provider does not take
// them for repeats.
func Trial(to alerting.Destination, severity slo.Severity, now time.Time) (firing, resolved alerting.Notification) {
	digest := sha256.Sum256([]byte("trial\x00" + to.Name + "\x00" + strconv.FormatInt(now.UnixNano(), 10)))
	key := hex.EncodeToString(digest[:])
	firing = alerting.Notification{
		EventID: "test-" + key[:24] + "-1", Destination: to, Status: alerting.StatusFiring, Kind: alerting.EventOpened,
		Reason: "a test of receiver " + to.Receiver + ": nothing is wrong, nothing has to be done",
		Loud:   severity == slo.SeverityPage, Test: true, DecidedAt: now,
		Incident: alerting.Incident{
			ID: "test-" + key[:12], Key: key, State: alerting.IncidentOpen, Severity: severity,
			Service: "slofuse", Function: "test", Owner: to.Receiver, OpenedAt: now,
		},
	}
	firing.Facts = []alerting.Fact{{
		ID: slo.ID{Service: "slofuse", Function: "test", Name: "delivery"}, Description: "TEST: " + firing.Reason,
		Phase: alerting.PhaseFiring, Severity: severity, Reason: firing.Reason, Since: now,
	}}
	resolved = firing
	resolved.EventID, resolved.Status, resolved.Kind, resolved.Loud = "test-"+key[:24]+"-2", alerting.StatusResolved, alerting.EventResolved, false
	resolved.Reason = "the test is over"
	resolved.Facts = slices.Clone(firing.Facts)
	resolved.Facts[0].Phase, resolved.Facts[0].Severity, resolved.Facts[0].Reason = alerting.PhaseOK, slo.SeverityNone, resolved.Reason
	resolved.Incident.State, resolved.Incident.ResolvedAt = alerting.IncidentResolved, now
	return firing, resolved
}
