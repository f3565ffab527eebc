package operate

import (
	"net/http"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/site"
)

func (s Handlers) listAudit(r *http.Request) (site.Answer, error) {
	limit, err := site.WholeNumber(r, "limit", site.DefaultEntries, site.MaxEntries)
	if err != nil {
		return site.Answer{}, err
	}
	before, err := site.WholeNumber(r, "before", 0, 1<<53)
	if err != nil {
		return site.Answer{}, err
	}
	entries, err := s.Audit.Entries(r.Context(), before, int(limit))
	if err != nil {
		return site.Answer{}, err
	}
	out := api.Audit{Entries: append([]audit.Entry{}, entries...)}
	if n := len(entries); n > 0 && entries[n-1].ID > 1 {
		out.Next = &entries[n-1].ID
	}
	return site.JSONAnswer(http.StatusOK, out)
}
