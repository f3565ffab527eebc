package web

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/semaphore"

	"github.com/slofuse/slofuse/slo"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/live"
)

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

// Server answers HTTP requests. It is safe for concurrent use and holds no
// state of its own.
type Server struct {
	Config
	logger  *slog.Logger
	assets  *assets
	pages   *pages
	handler http.Handler
	router  *http.ServeMux
	doors   map[string]access // what the patterns of the router take

	fragments *fragments
	kept      atomic.Pointer[house] // of the last request that wanted all SLOs
	known     atomic.Pointer[directory]
	verifying sync.Mutex // one at a time asks a backend again
	refusals  *refusals
	spans     *semaphore.Weighted // a few at a time read the slots of a span
	comparing *semaphore.Weighted // and compare two versions
	asking    *semaphore.Weighted // and ask for exemplars
}

// New builds a server from its configuration. It starts nothing.
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
	s := &Server{Config: c, fragments: newFragments(), logger: cmp.Or(c.Logger, slog.Default()).With("component", "web"), spans: semaphore.NewWeighted(maxSpans), comparing: semaphore.NewWeighted(maxComparing), asking: semaphore.NewWeighted(maxAsking), refusals: newRefusals()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, fmt.Errorf("loading the embedded assets: %w", err)
	}
	if s.pages, err = parsePages(s.assets); err != nil {
		return nil, fmt.Errorf("parsing the embedded templates: %w", err)
	}
	s.handler = s.protect(s.mux())
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// HTTPServer wraps a handler in a server whose times and sizes are bounded. The
// caller sets no more than the address, or passes a listener to Serve.
func HTTPServer(h http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
}

// route is one line of the table of everything that is served.
type route struct {
	method, path string
	handle       handler
	// query names the parameters an endpoint takes, separated by spaces. Others
	// are refused, because a misspelt limit is no limit. Pages take any.
	query string
	// access says who may; without it, everybody may read and operators do the rest.
	access access
	// services tells whose state a request changes, for tokens that are for some
	// services only. Without it those are refused.
	services func(*http.Request) ([]string, error)
}

const (
	pathSLO      = "/slos/{service}/{function}/{slo}"
	pathFunction = "/functions/{service}/{function}"
	pathIncident = "/incidents/{id}"
)

// Of what other pages and forms lead to.
const (
	pathMaintenance = "/maintenance"
	pathSilences    = "/silences"
	pathDeploys     = "/deploys"
	pathGate        = "/gate"
	pathStatus      = "/status"
)

const apiPrefix = "/api/v1"

// The parameters that endpoints take.
const (
	rangeQuery = "from to range"
	listQuery  = "service function owner label state severity status q sort limit cursor at"
)

// gateQuery are the parameters of the gate, without those of a canary.
const gateQuery = "select max_burn_rate window min_budget needs_traffic open_incidents fix since at strict"

func (s *Server) routes() []route {
	return slices.Concat(s.pageRoutes(), s.apiRoutes(), []route{
		{method: "GET", path: "/-/healthy", handle: s.healthy, access: public},
		{method: "GET", path: "/-/ready", handle: s.ready, access: public},
		{method: "POST", path: "/-/reload", handle: s.reload},
	})
}

func (s *Server) pageRoutes() []route {
	table := []route{
		{method: "GET", path: "/{$}", handle: s.pageOnCall},
		{method: "GET", path: "/executive", handle: s.pageExecutive},
		{method: "GET", path: pathReports, handle: s.pageReports},
		{method: "GET", path: "/slos", handle: s.pageSLOs},
		{method: "GET", path: "/slos.csv", handle: s.listCSV},
		{method: "GET", path: pathSLO, handle: s.pageSLO},
		{method: "GET", path: "/slos/{service}", handle: upToList},
		{method: "GET", path: "/slos/{service}/{function}", handle: upToFunction},
		{method: "GET", path: "/functions", handle: upToList},
		{method: "GET", path: "/functions/{service}", handle: upToList},
		{method: "GET", path: pathSLO + "/explain", handle: s.pageExplain},
		{method: "GET", path: pathFunction, handle: s.pageFunction},
		{method: "GET", path: pathFunction + "/exemplars", handle: s.pageExemplars},
		{method: "GET", path: pathSLO + "/history.csv", handle: s.pageHistory},
		{method: "GET", path: "/incidents", handle: s.pageIncidents},
		{method: "GET", path: "/incidents.csv", handle: s.incidentsCSV},
		{method: "GET", path: pathIncident, handle: s.pageIncident},
		{method: "GET", path: pathIncident + "/postmortem.md", handle: s.getPostmortem},
		{method: "POST", path: pathIncident + "/ack", handle: s.submitAck, services: s.servicesOfIncident},
		{method: "POST", path: pathIncident + "/resolve", handle: s.submitResolve, services: s.servicesOfIncident},
		{method: "GET", path: pathSilences, handle: s.pageSilences},
		{method: "POST", path: pathSilences, handle: s.submitSilence, services: servicesOfSilenceForm},
		{method: "POST", path: pathSilences + "/{id}/expire", handle: s.submitExpiry, services: s.servicesOfSilence},
		{method: "POST", path: pathSilences + "/{id}/extend", handle: s.submitExtension, services: s.servicesOfSilence},
		{method: "GET", path: pathDeploys, handle: s.pageDeploys},
		{method: "POST", path: pathDeploys, handle: s.submitDeploy, services: servicesOfDeployForm},
		{method: "POST", path: pathDeploys + "/{id}/withdraw", handle: s.submitDeployWithdrawal, services: s.servicesOfDeploy},
		{method: "GET", path: pathDeploys + "/{id}", handle: s.pageDeploy},
		{method: "POST", path: pathDeploys + "/{id}/end", handle: s.submitDeployEnd, services: s.servicesOfDeploy},
		{method: "GET", path: pathMaintenance, handle: s.pageMaintenance},
		{method: "POST", path: pathMaintenance, handle: s.submitMaintenance},
		{method: "POST", path: pathMaintenance + "/{id}/withdraw", handle: s.submitWithdrawal},
		{method: "GET", path: "/glossary", handle: s.pageGlossary},
		{method: "POST", path: pathMaintenance + "/{id}/extend", handle: s.submitLaterEnd},
		{method: "POST", path: pathMaintenance + "/{id}/end", handle: s.submitWindowEnd},
		{method: "GET", path: "/routes", handle: s.pageRouting},
		{method: "GET", path: pathStatus, handle: s.pageStatus},
		{method: "GET", path: "/static/{file}", handle: s.static, access: public},
		{method: "GET", path: "/favicon.ico", handle: s.favicon, access: public},
		{method: "GET", path: "/schema/{file}", handle: s.schema, access: public},
		{method: "GET", path: pathBadge, handle: s.badge, access: showing},
		{method: "GET", path: pathBadge + "/{function}", handle: s.badge, access: showing},
		{method: "GET", path: pathBadge + "/{function}/{slo}", handle: s.badge, access: showing},
		{method: "GET", path: "/audit", handle: s.pageAudit, access: operating},
		{method: "GET", path: "/audit.csv", handle: s.auditCSV, access: operating},
		{method: "GET", path: pathLogin, handle: s.pageLogin, access: public},
		{method: "POST", path: pathLogin, handle: s.submitLogin, access: public},
		{method: "POST", path: "/logout", handle: s.submitLogout, access: public},
	}
	for i, r := range table {
		if r.method == http.MethodGet {
			table[i].handle = s.keptFragment(r.handle)
		}
	}
	return table
}

func (s *Server) apiRoutes() []route {
	table := []route{
		{method: "GET", path: "/slos", handle: s.listSLOs, query: listQuery},
		{method: "GET", path: pathSLO, handle: s.getSLO, query: "at"},
		{method: "GET", path: pathSLO + "/explain", handle: s.getExplanation, query: "at"},
		{method: "GET", path: pathSLO + "/series", handle: s.getSeries, query: "from to step"},
		{method: "GET", path: pathSLO + "/charts", handle: s.getCharts, query: rangeQuery},
		{method: "GET", path: pathSLO + "/ledger", handle: s.getLedger, query: "from to"},
		{method: "GET", path: pathSLO + "/ledger/verification", handle: s.getVerification, query: "from to"},
		{method: "GET", path: pathFunction + "/detail", handle: s.getDetail, query: "from to slo"},
		{method: "GET", path: pathFunction + "/signals", handle: s.getSignals, query: "from to step"},
		{method: "GET", path: pathFunction + "/exemplars", handle: s.getExemplars, query: exemplarQuery},
		{method: "GET", path: "/incidents", handle: s.listIncidents, query: "limit"},
		{method: "GET", path: pathIncident, handle: s.getIncident},
		{method: "GET", path: pathIncident + "/postmortem", handle: s.getPostmortem, query: "timezone"},
		{method: "POST", path: pathIncident + "/ack", handle: s.ackIncident, services: s.servicesOfIncident},
		{method: "POST", path: pathIncident + "/resolve", handle: s.resolveIncident, services: s.servicesOfIncident},
		{method: "GET", path: pathMaintenance, handle: s.listMaintenance},
		{method: "POST", path: pathMaintenance, handle: s.announceMaintenance},
		{method: "DELETE", path: pathMaintenance + "/{id}", handle: s.withdrawMaintenance, query: "by"},
		{method: "POST", path: pathMaintenance + "/{id}/extend", handle: s.extendMaintenance},
		{method: "POST", path: pathMaintenance + "/{id}/end", handle: s.endMaintenance},
		{method: "GET", path: pathSilences, handle: s.listSilences, query: "limit"},
		{method: "POST", path: pathSilences, handle: s.addSilence, services: servicesOfNewSilence},
		{method: "DELETE", path: pathSilences + "/{id}", handle: s.expireSilence, query: "by", services: s.servicesOfSilence},
		{method: "POST", path: pathSilences + "/{id}/extend", handle: s.extendSilence, services: s.servicesOfSilence},
		{method: "GET", path: pathDeploys, handle: s.listDeploys, query: "limit"},
		{method: "POST", path: pathDeploys, handle: s.startDeploy, access: deploying, services: servicesOfNewDeploy},
		{method: "GET", path: pathDeploys + "/{id}/costs", handle: s.getCosts},
		{method: "POST", path: pathDeploys + "/{id}/end", handle: s.endDeploy, access: deploying, services: s.servicesOfDeploy},
		{method: "DELETE", path: pathDeploys + "/{id}", handle: s.withdrawDeploy, query: "by", access: deploying, services: s.servicesOfDeploy},
		{method: "GET", path: pathEdits, handle: s.listEdits, query: "from to service function limit"},
		{method: "GET", path: "/routes", handle: s.getRoutes},
		{method: "GET", path: pathStatus, handle: s.getStatus},
		{method: "GET", path: "/routes/test", handle: s.testRoutes, query: "slo label at"},
		{method: "POST", path: pathInteractions, handle: s.slackInteraction, access: public},
		{method: "GET", path: pathGate, handle: s.gate, query: gateQuery + canaryQuery},
		{method: "POST", path: pathGate, handle: s.gate, query: gateQuery + canaryQuery, access: reading},
		{method: "GET", path: "/report", handle: s.getReport, query: reportQuery},
		{method: "GET", path: "/audit", handle: s.listAudit, query: "before limit", access: operating},
		{method: "GET", path: "/events", handle: s.streamEvents, query: "after"},
		{method: "GET", path: "/openapi.json", handle: s.openAPI},
		{method: "GET", path: "/openapi.yaml", handle: s.openAPIYAML},
	}
	for i, r := range table {
		table[i].path = apiPrefix + r.path
		table[i].handle = onlyKnown(strings.Fields(r.query), r.handle)
	}
	return table
}

// onlyKnown refuses parameters that a handler would not look at.
func onlyKnown(names []string, next handler) handler {
	return func(r *http.Request) (answer, error) {
		var unknown []string
		for name := range r.URL.Query() {
			if !slices.Contains(names, name) {
				unknown = append(unknown, fmt.Sprintf("%q is not known here", name))
			}
		}
		if len(unknown) > 0 {
			slices.Sort(unknown)
			return answer{}, badRequest("some parameters are not known; possible are: "+strings.Join(names, ", "), unknown...)
		}
		return next(r)
	}
}

// mux routes every request by the table.
func (s *Server) mux() http.Handler {
	mux := http.NewServeMux()
	s.router, s.doors = mux, make(map[string]access)
	allowed := make(map[string][]string)
	for _, r := range s.routes() {
		s.doors[r.method+" "+r.path] = r.access
		mux.Handle(r.method+" "+r.path, s.through(r.access, s.serve(s.audited(r, s.guarded(r)))))
		allowed[r.path] = append(allowed[r.path], r.method)
	}
	for path, methods := range allowed {
		mux.Handle(path, s.serve(methodNotAllowed(methods)))
	}
	s.metrics(mux, pathMetrics, s.Gatherer)
	s.metrics(mux, pathSLOMetrics, s.sloGatherer())
	mux.Handle("/", s.serve(func(*http.Request) (answer, error) { return answer{}, notFound("nothing is served here") }))
	return escapedPaths(mux)
}

// escapedPaths routes on the path as it was sent, so that a function may be named
// "GET /cart/{id}". The mux would take an escaped slash within a segment, but
// not a segment that is nothing else, and "/" is the name of many a handler.
// Handlers read segments with [pathValue].
func escapedPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, escaped(r)) })
}

// escaped is a request whose path is as it was sent.
func escaped(r *http.Request) *http.Request {
	out := r.WithContext(r.Context()) // a shallow copy
	location := *r.URL
	location.Path, location.RawPath = r.URL.EscapedPath(), ""
	out.URL = &location
	return out
}

// Open reports whether a request needs nothing else to be let in: it is for what
// everybody may see, or it shows a token or a session that is in force.
func (s *Server) Open(r *http.Request) bool {
	_, pattern := s.router.Handler(escaped(r))
	return s.isPublic(s.doors[pattern]) || s.Guard.Knows(r)
}

// pathValue reads one segment of the path, which [escapedPaths] left escaped.
func pathValue(r *http.Request, name string) string {
	value, err := url.PathUnescape(r.PathValue(name))
	if err != nil {
		return r.PathValue(name)
	}
	return value
}
