package webhook

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/slo"
)

// Bounds that keep a body within maxBytes, which is what receivers of Standard
// Webhooks may expect. Only texts that are long everywhere at once exceed it:
// the worst one is still sent rather than dropped.
const (
	maxBytes    = 20_000
	maxAlerts   = 20
	maxTimeline = 10
	maxClasses  = 5
	maxLabels   = 32
	maxAffected = 20
	maxMutings  = 10
	maxKinds    = 10
	maxText     = 500 // runes of a text
	maxValue    = 200 // runes of a label
)

// Encode returns the body for n. The same notification gives the same bytes.
func Encode(n alerting.Notification) ([]byte, error) { return encode(NewBody(n)) }

func encode(body Body) ([]byte, error) {
	for {
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, notify.Errorf(notify.KindPermanent, "the notification cannot be encoded: %v", err)
		}
		if len(encoded) <= maxBytes || !shrink(&body) {
			return encoded, nil
		}
	}
}

// shrink leaves out what is missed least and reports whether there was
// anything.
func shrink(b *Body) bool {
	switch {
	case len(b.Text) > maxBytes/2: // somebody's words
		b.Text = notify.Truncate(b.Text, maxBytes/8)
	case len(b.Alerts) > 1:
		drop := (len(b.Alerts) + 1) / 2
		b.Alerts = b.Alerts[:len(b.Alerts)-drop]
		b.TruncatedAlerts += drop
	case len(b.Incident.Affected) > 0:
		b.Incident.Omitted += len(b.Incident.Affected)
		b.Incident.Affected = []Affected{}
	case len(b.Incident.Timeline) > 0:
		b.Incident.Earlier += len(b.Incident.Timeline)
		b.Incident.Timeline = []Event{}
	case b.SLO != nil && len(b.SLO.Errors.Top) > 0:
		for _, class := range b.SLO.Errors.Top {
			b.SLO.Errors.Other += class.Bad
		}
		b.SLO.Errors.Top = []ErrorClass{}
	case b.SLO != nil && len(b.SLO.Labels) > 0:
		b.SLO.Labels = map[string]string{}
	default:
		return false
	}
	return true
}

// NewBody returns the body for n before it is cut to size.
func NewBody(n alerting.Notification) Body {
	b := Body{
		Version: "4", GroupKey: n.Incident.Key, Status: string(n.Status), Receiver: n.Destination.Receiver,
		GroupLabels: map[string]string{"service": text(n.Incident.Service), "function": text(n.Incident.Function)},
		ExternalURL: n.ExternalURL, Alerts: []Alert{}, Incident: newIncident(n),
		Title: text(notify.Title(n)), Text: text(n.Reason),
	}
	for i, f := range n.Facts {
		if i == maxAlerts {
			b.TruncatedAlerts = len(n.Facts) - maxAlerts
			break
		}
		b.Alerts = append(b.Alerts, newAlert(n, f))
	}
	if len(n.Facts) > 0 {
		b.SLO = newSLO(n, n.Facts[0])
		if n.Status == alerting.StatusFiring {
			b.Text = text(notify.Subject(n.Facts[0]) + ": " + notify.Burning(n.Facts[0]))
		}
	}
	b.CommonLabels = common(b.Alerts, func(a Alert) map[string]string { return a.Labels })
	b.CommonAnnotations = common(b.Alerts, func(a Alert) map[string]string { return a.Annotations })
	return b
}

func newAlert(n alerting.Notification, f alerting.Fact) Alert {
	labels := boundLabels(f.Labels)
	maps.Copy(labels, map[string]string{
		"alertname": alertName(n), "service": text(f.ID.Service), "function": text(f.ID.Function),
		"slo": text(f.ID.Name), "owner": text(n.Incident.Owner), "severity": f.Severity.String(),
	})
	a := Alert{
		Status: string(alerting.StatusFiring), Labels: labels, Annotations: annotations(n, f),
		StartsAt: f.Since, GeneratorURL: notify.SLOURL(n, f.ID), Fingerprint: fingerprint(labels),
	}
	if n.Status == alerting.StatusResolved || f.Phase == alerting.PhaseOK {
		a.Status = string(alerting.StatusResolved)
		a.EndsAt = n.DecidedAt
		if !n.Incident.ResolvedAt.IsZero() {
			a.EndsAt = n.Incident.ResolvedAt
		}
	}
	return a
}

// alertName is one for all objectives: receivers group by it.
func alertName(n alerting.Notification) string {
	if n.Test {
		return "ReceiverTest"
	}
	return "ErrorBudgetBurn"
}

func annotations(n alerting.Notification, f alerting.Fact) map[string]string {
	all := map[string]string{
		"summary":     text(notify.Subject(f) + ": " + notify.Burning(f)),
		"description": text(f.Description),
		"budget":      text(notify.Budget(f, n.DecidedAt)),
		"reason":      text(f.Reason),
		"runbook_url": notify.LinkURL(n, f, notify.Runbook),
	}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

func newSLO(n alerting.Notification, f alerting.Fact) *SLO {
	return &SLO{
		ID: text(f.ID.String()), Service: text(f.ID.Service), Function: text(f.ID.Function), Name: text(f.ID.Name),
		Owner: text(n.Incident.Owner), Labels: boundLabels(f.Labels), Objective: objective(f.Objective),
		Window: Window{Name: text(f.Window)}, SLI: windowSLI(f),
		ErrorBudget: errorBudget(f),
		BurnRates:   burnRates(f), Latency: latency(f), Errors: newErrors(f),
		Alert: AlertState{
			State: string(f.Phase), Severity: f.Severity.String(), Tier: text(f.Tier),
			Since: instant(f.Since), Reason: text(f.Reason), MutedBy: mutings(n.Incident, f.ID),
		},
		URL: notify.SLOURL(n, f.ID), ExplainURL: notify.ExplainURL(n, f.ID),
	}
}

func errorBudget(f alerting.Fact) ErrorBudget {
	b := ErrorBudget{RemainingRatio: number(f.BudgetRemaining), ExhaustsAt: f.ExhaustsAt}
	if f.ExhaustsAt != nil {
		b.Pace = text(f.ShortWindow)
	}
	return b
}

func objective(percent string) *float64 {
	parsed, err := slo.ParseObjective(percent)
	if err != nil {
		return nil
	}
	return new(parsed.Ratio())
}

// windowSLI is the success ratio over the window of the objective. A fact holds
// what is left of the budget there, which determines it.
func windowSLI(f alerting.Fact) *float64 {
	parsed, err := slo.ParseObjective(f.Objective)
	remaining := number(f.BudgetRemaining)
	if err != nil || remaining == nil {
		return nil
	}
	const digits = 1e12 // beyond them there is only the error of the division
	return new(math.Round((1-(1-*remaining)*parsed.ErrorRatio())*digits) / digits)
}

func burnRates(f alerting.Fact) []BurnRate {
	rates := []BurnRate{}
	if f.LongWindow != "" {
		rates = append(rates, BurnRate{Window: text(f.LongWindow), Rate: number(f.BurnRateLong), Bad: &f.Bad, Total: &f.Total})
	}
	if f.ShortWindow != "" {
		rates = append(rates, BurnRate{Window: text(f.ShortWindow), Rate: number(f.BurnRateShort)})
	}
	return rates
}

func latency(f alerting.Fact) *Latency {
	if f.P99 == nil {
		return nil
	}
	return &Latency{Window: "1h", P99: number(f.P99)}
}

func newErrors(f alerting.Fact) Errors {
	all := Errors{Window: text(cmp.Or(f.ErrorsWindow, f.Window)), Top: []ErrorClass{}}
	for i, class := range f.Errors {
		if i >= maxClasses {
			all.Other += class.Bad
			continue
		}
		all.Top = append(all.Top, ErrorClass{Fingerprint: boundLabels(class.Labels), Bad: class.Bad})
	}
	return all
}

// common returns the pairs that all alerts share.
func common(alerts []Alert, of func(Alert) map[string]string) map[string]string {
	shared := map[string]string{}
	if len(alerts) == 0 {
		return shared
	}
	maps.Copy(shared, of(alerts[0]))
	for _, a := range alerts[1:] {
		pairs := of(a)
		maps.DeleteFunc(shared, func(name, value string) bool {
			other, ok := pairs[name]
			return !ok || other != value
		})
	}
	return shared
}

// fingerprint identifies a set of labels. JSON sorts the names and quotes the
// values, so that no value can imitate another set. The severity stays out: an
// alert that rises is the same alert.
func fingerprint(labels map[string]string) string {
	identity := maps.Clone(labels)
	delete(identity, "severity")
	canonical, err := json.Marshal(identity)
	if err != nil {
		panic(err) // strings always encode
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:8])
}

func boundLabels(labels map[string]string) map[string]string {
	bound := make(map[string]string, min(len(labels), maxLabels)+6)
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		if len(bound) == maxLabels {
			break
		}
		bound[notify.Truncate(name, maxValue)] = notify.Truncate(labels[name], maxValue)
	}
	return bound
}

func text(s string) string { return notify.Truncate(s, maxText) }

// number keeps what JSON cannot hold out of the body.
func number(v *float64) *float64 {
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return v
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
