package web_test

import (
	"context"
	"slices"
	"time"

	"github.com/slofuse/slofuse/alerting"
)

// Records makes a record of each incident, as the journal does.
func (f *fleet) Records(_ context.Context, since time.Time, limit int) (out []alerting.Record, err error) {
	for _, i := range f.incidents {
		if i.OpenedAt.Before(since) && i.ResolvedAt.Before(since) || len(out) == limit {
			continue
		}
		out = append(out, alerting.Record{
			ID: i.ID, Service: i.Service, Function: i.Function, Owner: i.Owner, State: i.State, Severity: max(i.Severity, i.Worst), Folded: i.Cause != "",
			OpenedAt: i.OpenedAt, AckedAt: i.AckedAt, ResolvedAt: i.ResolvedAt, ResolvedBy: i.ResolvedBy,
		})
	}
	return out, f.err
}

func (f *fleet) Deliveries(_ context.Context, incidents []string) (map[string][]alerting.Delivery, error) {
	out := make(map[string][]alerting.Delivery)
	for _, i := range f.incidents {
		if slices.Contains(incidents, i.ID) {
			out[i.ID] = i.Deliveries
		}
	}
	return out, f.err
}
