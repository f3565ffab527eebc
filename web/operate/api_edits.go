package operate

import (
	"net/http"
	"time"

	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/changelog"
	"github.com/slofuse/slofuse/web/site"
)

const pathEdits = "/edits"

// How long back edits are listed unless it is said, and how many.
const (
	editsLength  = 30 * 24 * time.Hour
	defaultEdits = 100
	maxEdits     = 1000
)

// listEdits answers what people changed in the files: what pages list of it.
func (s Handlers) listEdits(r *http.Request) (site.Answer, error) {
	to, err := site.Instant(r, "to", s.ThisSecond())
	if err != nil {
		return site.Answer{}, err
	}
	from, err := site.Instant(r, "from", to.Add(-editsLength))
	if err != nil {
		return site.Answer{}, err
	}
	if !from.Before(to) {
		return site.Answer{}, site.BadRequest("from must be before to")
	}
	limit, err := site.WholeNumber(r, "limit", defaultEdits, maxEdits)
	if err != nil {
		return site.Answer{}, err
	}
	q := changelog.Query{From: from, To: to, Service: r.URL.Query().Get("service"), Function: r.URL.Query().Get("function")}
	record := changelog.Record{SLOs: s.Objectives.SLOs()}
	if record.Audit, err = s.Audit.Entries(r.Context(), 0, site.MaxReloads); err != nil {
		return site.Answer{}, err
	}
	out := api.EditList{From: from.UTC(), To: to.UTC(), Edits: []api.Edit{}}
	if s.Edits != nil {
		if record.Edits, record.Since, err = s.Edits.Edits(r.Context(), from, to); err != nil {
			return site.Answer{}, err
		}
	}
	if !record.Since.IsZero() {
		out.Since = &record.Since
	}
	found := q.Edits(record)
	shown := min(len(found), int(limit))
	for _, e := range found[:shown] {
		out.Edits = append(out.Edits, api.FromEdit(e.Edit, e.By))
	}
	out.More = len(found) - shown
	return site.JSONAnswer(http.StatusOK, out)
}
