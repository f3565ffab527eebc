package site

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

// Audited records every attempt at a route that changes state, whatever its
// handler does. Of a route with an entrance of its own nothing that was sent is
// kept: it may be a secret.
func (s *Server) Audited(rt Route, next Handler) Handler {
	if _, changes := rt.need(); !changes {
		return next
	}
	return func(r *http.Request) (Answer, error) {
		sent := &head{}
		if rt.Access != Public {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.TeeReader(r.Body, sent), r.Body}
		}
		a, err := next(r)
		s.Record(r, rt, a, err, sent.String())
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

// Record writes down who asked for a change and what came of it.
func (s *Server) Record(r *http.Request, rt Route, a Answer, err error, sent string) {
	actor := auth.From(r.Context())
	e := audit.Entry{
		At: s.Now(), Actor: actor.Who(), Role: actor.Role.String(), Via: actor.Via, Remote: remoteHost(r),
		Action: rt.Method + " " + rt.Path, Target: cmp.Or(a.Target, target(r, rt)), Status: max(a.Status, http.StatusOK),
		Outcome: audit.Done, Detail: Visible(strings.ToValidUTF8(sent, "\uFFFD")),
	}
	if a.Actor != "" {
		e.Actor = a.Actor
	}
	if err != nil {
		p := AsProblem(err)
		e.Status, e.Outcome = p.Status, audit.Failed
		if _, ok := refused(err); ok {
			e.Outcome, e.Detail = audit.Refused, err.Error()
		}
	} else if a.Status == http.StatusForbidden { // a sign-in
		e.Outcome = audit.Refused
	} else if a.Status >= http.StatusBadRequest { // a form that is shown again
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
func target(r *http.Request, rt Route) string {
	var parts []string
	for segment := range strings.SplitSeq(rt.Path, "/") {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			parts = append(parts, PathValue(r, strings.TrimSuffix(name, "}")))
		}
	}
	return Visible(strings.Join(parts, "/"))
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
	DefaultEntries = 100
	MaxEntries     = 1000
)

// WholeNumber reads a parameter that is a whole number from 0.
func WholeNumber(r *http.Request, name string, unless, most int64) (int64, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return unless, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > most {
		return 0, BadRequest(name + " is a number from 0 to " + strconv.FormatInt(most, 10))
	}
	return n, nil
}
