package webhook

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// maxDigest is how many incidents one body tells of: some 100 kB.
const maxDigest = 100

// Digest is what is posted about several incidents at once. Its first ten fields
// are Alertmanager's; slo and incident are null, and incidents has all of them.
type Digest struct {
	Body
	SLO       *SLO      `json:"slo"`
	Incident  *Incident `json:"incident"`
	Incidents []Told    `json:"incidents"`
}

// Told is one incident of a digest.
type Told struct {
	EventID string `json:"event_id"` // unique per change and destination, the same on every retry
	Status  string `json:"status"`   // firing or resolved
	Incident
}

// Digests says how many incidents a body takes.
func (w *Notifier) Digests() notify.Digests { return notify.Digests{Most: maxDigest} }

// NotifyMany posts one body that tells of all incidents. Its webhook-id is that of
// the same event ids whenever they are sent together.
func (w *Notifier) NotifyMany(ctx context.Context, many []alerting.Notification) ([]string, error) {
	body, err := json.Marshal(NewDigest(many))
	if err != nil {
		return nil, notify.Errorf(notify.KindPermanent, "the digest cannot be encoded: %v", err)
	}
	if err := w.post(ctx, digestID(many), body); err != nil {
		return nil, err
	}
	return make([]string, len(many)), nil
}

// NewDigest returns the body of a digest: an alert for the worst SLO of each
// incident, and the incidents without their timelines.
func NewDigest(many []alerting.Notification) Digest {
	d := Digest{Body: digestBody(many), Incidents: []Told{}}
	for _, n := range many {
		for _, f := range n.Facts[:min(len(n.Facts), 1)] {
			d.Alerts = append(d.Alerts, newAlert(n, f))
		}
		d.TruncatedAlerts += max(len(n.Facts)-1, 0)
		if n.Status == alerting.StatusFiring {
			d.Status = string(alerting.StatusFiring)
		}
		n.Incident.Timeline = nil
		d.Incidents = append(d.Incidents, Told{EventID: n.EventID, Status: string(n.Status), Incident: newIncident(n)})
	}
	d.CommonLabels = common(d.Alerts, func(a Alert) map[string]string { return a.Labels })
	d.CommonAnnotations = common(d.Alerts, func(a Alert) map[string]string { return a.Annotations })
	return d
}

// digestBody is what is the same for all.
func digestBody(many []alerting.Notification) Body {
	head := many[0]
	var names []string
	for _, n := range many[:min(len(many), notify.Named)] {
		names = append(names, n.Incident.Service+"/"+n.Incident.Function)
	}
	names = slices.DeleteFunc(append(names, notify.AndMore(many)), func(s string) bool { return s == "" })
	return Body{
		Version: "4", GroupKey: text(head.Group), Status: string(alerting.StatusResolved), Receiver: head.Destination.Receiver,
		GroupLabels: map[string]string{}, ExternalURL: head.ExternalURL, Alerts: []Alert{},
		Title: text(notify.CrowdTitle(many)), Text: text(strings.Join(names, ", ")),
	}
}

func digestID(many []alerting.Notification) string {
	ids := make([]string, len(many))
	for i, n := range many {
		ids[i] = n.EventID
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\x00")))
	return "digest_" + hex.EncodeToString(sum[:16])
}
