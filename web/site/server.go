package site

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/live"
)

// Handler answers a request. It writes nothing itself.
type Handler func(*http.Request) (Answer, error)

// Config is what a server needs. Objectives, Alerts, Responder, Operations,
// Ledger, Periods, Maintenance, Silences, Deploys, Limits and Gatherer are required.
type Config struct {
	Objectives Objectives
	Alerts     Alerts
	Responder  Responder
	Operations Operations
	Ledger     Ledger
	Journal    Journal // required as well
	Periods    Periods
	// Counts is required, too.
	Counts  Counts
	Past    Past    // nil: nothing of it is shown
	Sources Sources // nil: nothing of them is shown
	Edits   Edits   // nil: nothing but what SLOs promise is known to change
	Signals Signals // nil: there are none
	// Maintenance keeps the maintenance windows.
	Maintenance Maintenances
	Silences    Silences
	Deploys     Deploys
	Limits      Limits
	// Interactions takes what is pressed in Slack. Nil: nothing is.
	Interactions Interactions
	// Routing says who is told of what. Nil: nobody is told of anything.
	Routing Routes
	// System says how all of slofuse does. Nil: no more is known than its state.
	System   System
	Gatherer prometheus.Gatherer
	Guard    *auth.Guard // says who may do what; nil: everybody everything
	Audit    Audit       // keeps who changed what; nil: nothing is kept
	// Versions reads canaries for the gate. Nil: it compares none.
	Versions Versions
	// Exemplars asks backends for calls they kept as examples. Nil: nobody is asked.
	Exemplars Exemplars
	// TraceLink is where an SLO has the trace of a call shown, by the instant of the call
	// and the id of its trace, which may be empty. Nil shows none.
	TraceLink func(s slo.SLO, at time.Time, trace string) string
	// Hosts are the names, with or without a port, that the server is reached
	// by: the host of its external URL and of its listen address. Loopback
	// names and IP addresses are always answered.
	Hosts []string
	// Links renders the links of an SLO for the time between two instants. Nil
	// shows none.
	Links func(s slo.SLO, from, to time.Time) map[string]string
	// Runbooks reads runbooks that are files. Nil: none is shown.
	Runbooks Runbooks
	// Basis says what an assessment stands on. Nil shows nothing of it.
	Basis func(s slo.SLO, a slo.Assessment) slo.Basis
	// Live tells pages what has changed. Nil: they ask every now and then.
	Live *live.Hub
	// ExternalURL is where people find the server; empty when that is not known.
	ExternalURL string
	Version     string           // shown at the foot of each page
	Now         func() time.Time // nil: the wall clock
	Logger      *slog.Logger     // nil: the default one
}

// Server is what handlers have in common. It is safe for concurrent use and holds no
// state of its own but what it keeps of the last answers.
type Server struct {
	Config
	Log    *slog.Logger
	Assets *assets
	pages  *pages

	fragments *fragments
	kept      atomic.Pointer[house] // of the last request that wanted all SLOs
	known     atomic.Pointer[Directory]
	Verifying sync.Mutex // one at a time asks a backend again
	refusals  *refusals
	Spans     *semaphore.Weighted // a few at a time read the slots of a span
	Comparing *semaphore.Weighted // and compare two versions
	Asking    *semaphore.Weighted // and ask for exemplars
}

// New builds a server from its configuration, without routes. It starts nothing.
func New(c Config) (*Server, error) {
	if c.Objectives == nil || c.Alerts == nil || c.Responder == nil || c.Operations == nil || c.Ledger == nil || c.Periods == nil || c.Maintenance == nil || c.Silences == nil || c.Deploys == nil || c.Limits == nil || c.Gatherer == nil {
		return nil, errors.New("web: Objectives, Alerts, Responder, Operations, Ledger, Periods, Maintenance, Silences, Deploys, Limits and Gatherer are required")
	}
	if c.Counts == nil {
		return nil, errors.New("web: Counts is required")
	}
	if c.Journal == nil {
		return nil, errors.New("web: Journal is required")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Audit == nil {
		c.Audit = noAudit{}
	}
	if c.Guard == nil {
		c.Guard = auth.New(c.Now, auth.Rules{Alone: true})
	}
	if c.Live == nil {
		c.Live = live.New(live.Options{})
	}
	s := &Server{Config: c, fragments: newFragments(), Log: cmp.Or(c.Logger, slog.Default()).With("component", "web"), Spans: semaphore.NewWeighted(maxSpans), Comparing: semaphore.NewWeighted(maxComparing), Asking: semaphore.NewWeighted(maxAsking), refusals: newRefusals()}
	var err error
	if s.Assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("loading the embedded assets: %w", err)
	}
	if s.pages, err = parsePages(s.Assets); err != nil {
		return nil, fmt.Errorf("parsing the embedded templates: %w", err)
	}
	return s, nil
}

// Route is one line of the table of everything that is served.
type Route struct {
	Method, Path string
	Handle       Handler
	// Query names the parameters an endpoint takes, separated by spaces. Others
	// are refused, because a misspelt limit is no limit. Pages take any.
	Query string
	// Access says who may; without it, everybody may read and operators do the rest.
	Access Access
	// Services tells whose state a request changes, for tokens that are for some
	// services only. Without it those are refused.
	Services func(*http.Request) ([]string, error)
}
