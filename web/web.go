package web

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/slofuse/slofuse/web/functions"
	"github.com/slofuse/slofuse/web/gate"
	"github.com/slofuse/slofuse/web/incidents"
	"github.com/slofuse/slofuse/web/operate"
	"github.com/slofuse/slofuse/web/review"
	"github.com/slofuse/slofuse/web/slos"
	"github.com/slofuse/slofuse/web/suppression"

	"github.com/slofuse/slofuse/web/site"
)

// Server answers HTTP requests. It is safe for concurrent use.
type Server struct {
	*site.Server
	handler http.Handler
	router  *http.ServeMux
	doors   map[string]site.Access // what the patterns of the router take

	functions   functions.Handlers
	gate        gate.Handlers
	incidents   incidents.Handlers
	operate     operate.Handlers
	review      review.Handlers
	slos        slos.Handlers
	suppression suppression.Handlers
}

// New builds a server from its configuration. It starts nothing.
func New(c site.Config) (*Server, error) {
	common, err := site.New(c)
	if err != nil {
		return nil, err
	}
	s := &Server{
		Server: common, functions: functions.Handlers{Server: common}, gate: gate.Handlers{Server: common}, incidents: incidents.Handlers{Server: common},
		operate: operate.Handlers{Server: common}, review: review.Handlers{Server: common}, slos: slos.Handlers{Server: common},
		suppression: suppression.Handlers{Server: common},
	}
	s.handler = s.Protect(s.mux())
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

func (s *Server) routes() []site.Route {
	return slices.Concat(s.pageRoutes(), s.apiRoutes(), s.operate.Checks())
}

func (s *Server) pageRoutes() []site.Route {
	table := slices.Concat(s.functions.Pages(), s.incidents.Pages(), s.operate.Pages(), s.review.Pages(), s.Files(), s.slos.Pages(), s.suppression.Pages())
	for i, r := range table {
		if r.Method == http.MethodGet {
			table[i].Handle = s.KeptFragment(r.Handle)
		}
	}
	return table
}

func (s *Server) apiRoutes() []site.Route {
	table := slices.Concat(s.functions.Endpoints(), s.gate.Endpoints(), s.incidents.Endpoints(), s.operate.Endpoints(), s.review.Endpoints(), s.slos.Endpoints(), s.suppression.Endpoints())
	for i, r := range table {
		table[i].Path = site.APIPrefix + r.Path
		table[i].Handle = onlyKnown(strings.Fields(r.Query), r.Handle)
	}
	return table
}

// onlyKnown refuses parameters that a handler would not look at.
func onlyKnown(names []string, next site.Handler) site.Handler {
	return func(r *http.Request) (site.Answer, error) {
		var unknown []string
		for name := range r.URL.Query() {
			if !slices.Contains(names, name) {
				unknown = append(unknown, fmt.Sprintf("%q is not known here", name))
			}
		}
		if len(unknown) > 0 {
			slices.Sort(unknown)
			return site.Answer{}, site.BadRequest("some parameters are not known; possible are: "+strings.Join(names, ", "), unknown...)
		}
		return next(r)
	}
}

// Mux routes every request by the table.
func (s *Server) mux() http.Handler {
	mux := http.NewServeMux()
	s.router, s.doors = mux, make(map[string]site.Access)
	allowed := make(map[string][]string)
	for _, r := range s.routes() {
		s.doors[r.Method+" "+r.Path] = r.Access
		mux.Handle(r.Method+" "+r.Path, s.Through(r.Access, s.Serve(s.Audited(r, s.Guarded(r)))))
		allowed[r.Path] = append(allowed[r.Path], r.Method)
	}
	for path, methods := range allowed {
		mux.Handle(path, s.Serve(site.MethodNotAllowed(methods)))
	}
	s.operate.Metrics(mux, site.PathMetrics, s.Gatherer)
	s.operate.Metrics(mux, site.PathSLOMetrics, s.operate.SLOGatherer())
	mux.Handle("/", s.Serve(func(*http.Request) (site.Answer, error) {
		return site.Answer{}, site.NotFound("nothing is served here")
	}))
	return escapedPaths(mux)
}

// escapedPaths routes on the path as it was sent, so that a function may be named
// "GET /cart/{id}". The mux would take an escaped slash within a segment, but
// not a segment that is nothing else, and "/" is the name of many a handler.
// Handlers read segments with [PathValue].
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
	return s.IsPublic(s.doors[pattern]) || s.Guard.Knows(r)
}
