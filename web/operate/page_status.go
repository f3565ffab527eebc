package operate

import (
	"context"
	"net/http"
	"time"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/changelog"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// system is how slofuse does, as far as is known.
func (s Handlers) system(ctx context.Context) (api.Status, error) {
	if s.System != nil {
		return s.System.System(ctx)
	}
	st := s.Operations.Status()
	out := api.Status{
		AsOf: s.Now().UTC(), Version: s.Version, Ready: st.NotReady == "" && st.Storage == "", Reason: st.NotReady,
		Backends: []api.BackendStatus{}, Destinations: []api.DestinationStatus{}, Heartbeats: []api.HeartbeatStatus{}, Families: append([]string{}, st.Families...),
		Evaluation:    api.EvaluationStatus{SLOs: len(s.Objectives.SLOs()), Behind: new(st.Behind.Seconds())},
		Ledger:        api.LedgerStatus{Trouble: st.Storage},
		Configuration: api.ConfigurationStatus{SLOFiles: []string{}, Error: st.Reload.Err},
	}
	if !st.Reload.At.IsZero() {
		out.Configuration.TriedAt = new(st.Reload.At.UTC())
	}
	if st.CatchUp != nil {
		out.Ledger.Done, out.Ledger.Total = st.CatchUp.Done, st.CatchUp.Total
	}
	for _, b := range st.Backends {
		shown := api.BackendStatus{Name: b.Name, Up: b.Up, Reason: b.Reason, FailedBy: map[string]int64{}}
		if !b.Since.IsZero() {
			shown.Since = new(b.Since.UTC())
		}
		out.Backends = append(out.Backends, shown)
	}
	return out, nil
}

func (s Handlers) getStatus(r *http.Request) (site.Answer, error) {
	st, err := s.system(r.Context())
	if err != nil {
		return site.Answer{}, err
	}
	return site.JSONAnswer(http.StatusOK, st)
}

// statusPace is how often the page follows the rounds and whatever else happens.
const statusPace = 10 * time.Second

func (s Handlers) pageStatus(r *http.Request) (site.Answer, error) {
	st, err := s.system(r.Context())
	if err != nil {
		return site.Answer{}, err
	}
	body := statusOf(st)
	if at := st.Configuration.LoadedAt; at != nil {
		reload := changelog.Query{From: at.Add(-changelog.ReloadSpan), To: at.Add(time.Second), Limit: site.ChangesShown, Written: true}
		if body.Loaded, body.Older, err = s.Changes(r.Context(), reload, time.Time{}); err != nil {
			return site.Answer{}, err
		}
	}
	return s.PageAnswer(r, "status", site.Page{Title: "Status", Section: "status", Self: ui.PathStatus, Pace: statusPace, AsOf: ui.MomentOf(st.AsOf), Body: body})
}
