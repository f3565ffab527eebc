package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/time/rate"

	"github.com/slofuse/slofuse/alerting/audit"
	"github.com/slofuse/slofuse/web/api"
	"github.com/slofuse/slofuse/web/auth"
)

// Audit keeps who changed what.
type Audit interface {
	// Record adds an entry. What cannot be written down is the matter of the
	// implementation: what was done is done.
	Record(ctx context.Context, e audit.Entry)
	// Entries lists at most limit entries before one, newest first; before 0
	// the newest.
	Entries(ctx context.Context, before int64, limit int) ([]audit.Entry, error)
}

// noAudit is what a server has that keeps none.
type noAudit struct{}

func (noAudit) Record(context.Context, audit.Entry) {}

func (noAudit) Entries(context.Context, int64, int) ([]audit.Entry, error) { return nil, nil }

// maxDetail is how much of what was sent is kept, in bytes.
const maxDetail = 2000

// audited records every attempt at a route that changes state, whatever its
// handler does. Of a route with an entrance of its own nothing that was sent is
// kept: it may be a secret.
func (s *Server) audited(rt route, next handler) handler {
	if _, changes := rt.need(); !changes {
		return next
	}
	return func(r *http.Request) (answer, error) {
		sent := &head{}
		if rt.access != public {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.TeeReader(r.Body, sent), r.Body}
		}
		a, err := next(r)
		s.record(r, rt, a, err, sent.String())
		return a, err
	}
}

// head keeps the beginning of what is written to it.
type head struct{ bytes.Buffer }

func (h *head) Write(p []byte) (int, error) {
	if room := maxDetail - h.Len(); room > 0 {
		h.Buffer.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (s *Server) record(r *http.Request, rt route, a answer, err error, sent string) {
	actor := auth.From(r.Context())
	e := audit.Entry{
		At: s.Now(), Actor: actor.Who(), Role: actor.Role.String(), Via: actor.Via, Remote: remoteHost(r),
		Action: rt.method + " " + rt.path, Target: cmp.Or(a.target, target(r, rt)), Status: max(a.status, http.StatusOK),
		Outcome: audit.Done, Detail: visible(strings.ToValidUTF8(sent, "\uFFFD")),
	}
	if a.actor != "" {
		e.Actor = a.actor
	}
	if err != nil {
		p := asProblem(err)
		e.Status, e.Outcome = p.status, audit.Failed
		if _, ok := refused(err); ok {
			e.Outcome, e.Detail = audit.Refused, err.Error()
		}
	} else if a.status == http.StatusForbidden { // a sign-in
		e.Outcome = audit.Refused
	} else if a.status >= http.StatusBadRequest { // a form that is shown again
		e.Outcome = audit.Failed
	}
	if e.Outcome == audit.Refused {
		more, keep := s.refusals.take()
		if !keep {
			return
		}
		if more > 0 {
			e.Detail += fmt.Sprintf(" (%d more refusals were not recorded)", more)
		}
	}
	s.Audit.Record(context.WithoutCancel(r.Context()), e)
}

// target names what was to be changed: the segments of the path that are not
// the same for all.
func target(r *http.Request, rt route) string {
	var parts []string
	for segment := range strings.SplitSeq(rt.path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			parts = append(parts, pathValue(r, strings.TrimSuffix(name, "}")))
		}
	}
	return visible(strings.Join(parts, "/"))
}

func remoteHost(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// refusals keeps whoever tries doors from filling the disk: twenty are recorded
// at once and two a minute after, and how many were not is said with the next.
type refusals struct {
	limit *rate.Limiter
	mu    sync.Mutex
	left  int // since the last one that was recorded
}

func newRefusals() *refusals { return &refusals{limit: rate.NewLimiter(rate.Limit(1.0/30), 20)} }

func (f *refusals) take() (left int, keep bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.limit.Allow() {
		f.left++
		return 0, false
	}
	left, f.left = f.left, 0
	return left, true
}

// How many entries are listed, and how many may be asked for.
const (
	defaultEntries = 100
	maxEntries     = 1000
)

func (s *Server) listAudit(r *http.Request) (answer, error) {
	limit, err := wholeNumber(r, "limit", defaultEntries, maxEntries)
	if err != nil {
		return answer{}, err
	}
	before, err := wholeNumber(r, "before", 0, 1<<53)
	if err != nil {
		return answer{}, err
	}
	entries, err := s.Audit.Entries(r.Context(), before, int(limit))
	if err != nil {
		return answer{}, err
	}
	out := api.Audit{Entries: append([]audit.Entry{}, entries...)}
	if n := len(entries); n > 0 && entries[n-1].ID > 1 {
		out.Next = &entries[n-1].ID
	}
	return jsonAnswer(http.StatusOK, out)
}

// wholeNumber reads a parameter that is a whole number from 0.
func wholeNumber(r *http.Request, name string, unless, most int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return unless, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, badRequest(name + " is a number from 0 to " + strconv.FormatInt(most, 10))
	}
	return n, nil
}
