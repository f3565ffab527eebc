package operate

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/web/site"
	"github.com/slofuse/slofuse/web/ui"
)

// auditFilter says which entries are wanted; empty fields want all.
type auditFilter struct {
	Who, What, Outcome string // who and what are found anywhere, in any case
	From, To           string // days, both included
	from, to           time.Time
}

// readAuditFilter reads the form of the page.
func readAuditFilter(params url.Values) (auditFilter, error) {
	f := auditFilter{Who: params.Get("who"), What: params.Get("what"), Outcome: params.Get("outcome"), From: params.Get("from"), To: params.Get("to")}
	var err error
	if f.From != "" {
		if f.from, err = time.Parse(time.DateOnly, f.From); err != nil {
			return f, site.BadRequest("a day is written as 2026-03-01")
		}
	}
	if f.To != "" {
		if f.to, err = time.Parse(time.DateOnly, f.To); err != nil {
			return f, site.BadRequest("a day is written as 2026-03-01")
		}
		f.to = f.to.AddDate(0, 0, 1)
	}
	return f, nil
}

// wants reports whether an entry is asked for.
func (f auditFilter) wants(e audit.Entry) bool {
	has := func(text, part string) bool {
		return strings.Contains(strings.ToLower(text), strings.ToLower(strings.TrimSpace(part)))
	}
	return has(e.Actor+" "+saidOf(e).By+" "+e.Remote, f.Who) && has(e.Action+" "+e.Target+" "+e.Detail, f.What) && (f.Outcome == "" || e.Outcome == f.Outcome) &&
		(f.to.IsZero() || e.At.Before(f.to)) && !e.At.Before(f.from)
}

// maxAuditReads bounds how far one page looks back, in reads of [MaxEntries].
const maxAuditReads = 10

// auditEntries are at most limit entries before one that are wanted, and where to
// go on; 0 at the end.
func (s Handlers) auditEntries(ctx context.Context, f auditFilter, before int64, limit int) (found []audit.Entry, next int64, err error) {
	for range maxAuditReads {
		entries, err := s.Audit.Entries(ctx, before, site.MaxEntries)
		if err != nil {
			return nil, 0, err
		}
		for _, e := range entries {
			if before = e.ID; f.wants(e) {
				found = append(found, e)
			}
			if len(found) == limit && e.ID > 1 {
				return found, e.ID, nil
			}
		}
		if len(entries) < site.MaxEntries || before <= 1 || entries[len(entries)-1].At.Before(f.from) {
			return found, 0, nil
		}
	}
	return found, before, nil
}

// auditBody is the page.
type auditBody struct {
	Filter     auditFilter
	Outcomes   []string
	Items      []auditItem
	Older, CSV string
	Newest     string // the page without a place; empty on the first
	Narrowed   bool
}

// auditItem is an entry of the page. An audit is read beside other logs, so its times
// are whole and in UTC.
type auditItem struct {
	audit.Entry
	When  ui.Moment
	Tone  string
	Sent  said
	Deed  string // what it was in words; empty without any
	About string // the page of what it was about; empty without one
}

func (s Handlers) pageAudit(r *http.Request) (site.Answer, error) {
	params := r.URL.Query()
	f, err := readAuditFilter(params)
	if err != nil {
		return site.Answer{}, err
	}
	before, err := site.WholeNumber(r, "before", 0, 1<<53)
	if err != nil {
		return site.Answer{}, err
	}
	entries, next, err := s.auditEntries(r.Context(), f, before, site.DefaultEntries)
	if err != nil {
		return site.Answer{}, err
	}
	filter := url.Values{}
	for _, name := range []string{"who", "what", "outcome", "from", "to"} {
		if value := params.Get(name); value != "" {
			filter.Set(name, value)
		}
	}
	body := auditBody{Filter: f, Outcomes: []string{audit.Done, audit.Refused, audit.Failed}, CSV: "/audit.csv?" + filter.Encode(), Narrowed: len(filter) > 0}
	if before > 0 {
		body.Newest = "/audit?" + filter.Encode()
	}
	if next > 0 {
		filter.Set("before", strconv.FormatInt(next, 10))
		body.Older = "/audit?" + filter.Encode()
	}
	tones := map[string]string{audit.Done: "good", audit.Refused: "ticket", audit.Failed: "page"}
	for _, e := range entries {
		body.Items = append(body.Items, auditItem{Entry: e, When: ui.MomentOf(e.At), Tone: tones[e.Outcome], Sent: saidOf(e), Deed: DeedOf(e.Action), About: deedPath(e.Action, e.Target)})
	}
	return s.PageAnswer(r, "audit", site.Page{Title: "Audit", Section: "audit", Self: "/audit" + site.Query(r), Concerns: "audit", Body: body})
}

// maxAuditLines bounds the file of the audit.
const maxAuditLines = 10_000

// auditCSV is what the page shows, as a file with the hashes.
func (s Handlers) auditCSV(r *http.Request) (site.Answer, error) {
	f, err := readAuditFilter(r.URL.Query())
	if err != nil {
		return site.Answer{}, err
	}
	entries, _, err := s.auditEntries(r.Context(), f, 0, maxAuditLines)
	if err != nil {
		return site.Answer{}, err
	}
	lines := [][]string{{"id", "at", "actor", "role", "via", "remote", "action", "target", "outcome", "status", "detail", "hash"}}
	for _, e := range entries {
		lines = append(lines, []string{
			strconv.FormatInt(e.ID, 10), e.At.UTC().Format(time.RFC3339), e.Actor, e.Role, e.Via, e.Remote, e.Action, e.Target, e.Outcome,
			strconv.Itoa(e.Status), e.Detail, e.Hash,
		})
	}
	return site.CSVAnswer(lines, "audit.csv"), nil
}
