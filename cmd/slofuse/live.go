package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/live"
	"github.com/slofuse/slofuse/web/site"
)

const (
	// liveKeep is how many events a page can have missed and still be told which.
	liveKeep = 1000
	// liveReaders is how many browsers may follow at once: each is a connection.
	liveReaders = 1000
	// statusPoll is how often it is looked at whether the process does otherwise.
	statusPoll = 5 * time.Second
	// statusID is what pages know the process by.
	statusID = "slofuse"
)

func newLive(now time.Time, reg prometheus.Registerer) *live.Hub {
	hub := live.New(live.Options{First: uint64(now.UnixMilli()), Keep: liveKeep, Readers: liveReaders})
	reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "slofuse_live_readers", Help: "Browsers that are told of what changes.",
	}, func() float64 { return float64(hub.Readers()) }))
	return hub
}

// tellSLOs tells pages which assessments a round changed.
func (s *service) tellSLOs(before *round, assessments []slo.Assessment) {
	if before == nil {
		s.live.Publish(live.SLO, live.All)
		return
	}
	s.live.Publish(live.SLO, changedSLOs(before.assessments, assessments)...)
}

// changedSLOs are the ids of the assessments that show something else than before.
// Of many it lists only so many that they are told as all.
func changedSLOs(before map[slo.ID]slo.Assessment, assessments []slo.Assessment) []string {
	var ids []string
	for i := range assessments {
		a := &assessments[i]
		if old, known := before[a.ID]; known && sameShown(&old, a) {
			continue
		}
		if ids = append(ids, a.ID.String()); len(ids) > live.MostIDs {
			break
		}
	}
	return ids
}

// sameShown reports whether two assessments of an SLO say the same at different
// times: all else that is shown follows from what is compared.
func sameShown(a, b *slo.Assessment) bool {
	return a.State == b.State && a.Reason == b.Reason && a.Objective == b.Objective && sameSum(a.Window, b.Window) &&
		slices.EqualFunc(a.Reports, b.Reports, sameSum) && slices.EqualFunc(a.Burns, b.Burns, sameSum)
}

func sameSum(a, b slo.WindowSum) bool {
	return a.Counts == b.Counts && a.Coverage == b.Coverage && a.Unread == b.Unread && a.Excluded == b.Excluded
}

// watchStatus tells pages when the process does better or worse, until the context
// ends.
func (s *service) watchStatus(ctx context.Context) error {
	ticker := time.NewTicker(statusPoll)
	defer ticker.Stop()
	last := outline(s.Status())
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if now := outline(s.Status()); now != last {
			last = now
			s.live.Publish(live.Status, statusID)
		}
	}
}

// outline is what of a status is news: that the process is behind, and by how many
// minutes, but not each second of it.
func outline(st site.Status) string {
	st.Behind = st.Behind.Truncate(time.Minute)
	catchUp := st.CatchUp
	st.CatchUp = nil
	if catchUp != nil {
		return fmt.Sprintf("%+v %d of %d", st, catchUp.Done, catchUp.Total)
	}
	return fmt.Sprintf("%+v", st)
}
