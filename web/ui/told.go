package ui

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/web/format"
)

// CallTold is what became of the message to one destination.
type CallTold struct {
	Status            Badge
	Destination, Note string
	At                Moment
	Ago               string
}

// ToldOf lists what became of the messages, what did not arrive first.
func ToldOf(deliveries []alerting.Delivery, now time.Time) (out []CallTold) {
	rank := map[string]int{alerting.DeliveryUndeliverable: -2, alerting.DeliveryOwed: -1}
	sorted := slices.SortedStableFunc(slices.Values(deliveries), func(a, b alerting.Delivery) int { return cmp.Compare(rank[a.State], rank[b.State]) })
	last := ""
	for _, d := range sorted {
		since := d.DecidedAt
		if d.State == alerting.DeliverySent && !d.SentAt.IsZero() {
			since = d.SentAt
		}
		told := CallTold{Status: DeliveryOf(d).Status, Destination: d.Destination, Note: Clip(d.LastError), At: MomentOf(since), Ago: Ago(now, since)}
		if told.Note != "" && d.LastError == last { // one outage keeps several from being told
			told.Note = "the same"
		}
		last = d.LastError
		out = append(out, told)
	}
	return out
}

// ToldText counts what became of the messages.
func ToldText(deliveries []alerting.Delivery) (text string, untold bool) {
	counts := map[string]int{}
	for _, d := range deliveries {
		counts[DeliveryOf(d).Status.Word]++
	}
	var parts []string
	for _, word := range []string{"Undeliverable", "Owed", "Sent"} {
		if counts[word] > 0 {
			parts = append(parts, format.Count(int64(counts[word]))+" "+strings.ToLower(word))
		}
	}
	return strings.Join(parts, ", "), counts["Sent"] < len(deliveries)
}
