package front

import (
	"log/slog"
	"net"
	"net/http"
	"sync"

	toolkit "github.com/prometheus/exporter-toolkit/web"

	"github.com/slofuse/slofuse/web/auth"
)

// Serve runs a server on a listener until it is closed, and returns the error of
// [http.Server.Serve]. Requests for which open is true need no password: what is
// for everybody, and what shows a token. To the others it is named who showed one,
// see [auth.WithUser].
func (f File) Serve(l net.Listener, server *http.Server, open func(*http.Request) bool, log *slog.Logger) error {
	if f == "" {
		return server.Serve(l)
	}
	gate := &gate{file: f, open: open, within: server.Handler}
	server.Handler = http.HandlerFunc(gate.named)
	ready := &opening{Listener: l, first: func() { // the password check is around named now
		gate.asking, server.Handler = server.Handler, gate
	}}
	name := string(f)
	return toolkit.Serve(ready, server, &toolkit.FlagConfig{WebConfigFile: &name}, log)
}

// opening is a listener that does something before it takes the first connection.
type opening struct {
	net.Listener
	once  sync.Once
	first func()
}

// Accept waits for the next connection.
func (o *opening) Accept() (net.Conn, error) {
	o.once.Do(o.first)
	return o.Listener.Accept()
}

// gate leads a request by the password check, or past it.
type gate struct {
	file   File
	open   func(*http.Request) bool
	asking http.Handler // asks for a password where the file has some, then calls named
	within http.Handler
}

// ServeHTTP answers one request.
func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := g.file.read()
	if err != nil || len(c.Users) == 0 || !g.open(r) {
		g.asking.ServeHTTP(w, r.WithContext(auth.WithUser(r.Context(), g.file.user(r))))
		return
	}
	for name, value := range c.HTTPConfig.Header {
		w.Header().Set(name, value)
	}
	g.within.ServeHTTP(w, r)
}

// named takes over who was let in. The file had the user before the password was
// asked for and has it after, so it was asked for, also while the file changes.
func (g *gate) named(w http.ResponseWriter, r *http.Request) {
	before, after := auth.User(r.Context()), g.file.user(r)
	if before != after {
		after = ""
	}
	g.within.ServeHTTP(w, r.WithContext(auth.WithUser(r.Context(), after)))
}

// user is the user of a request, if the file has one of that name.
func (f File) user(r *http.Request) string {
	name, _, ok := r.BasicAuth()
	c, err := f.read()
	if _, known := c.Users[name]; !ok || !known || err != nil {
		return ""
	}
	return name
}
