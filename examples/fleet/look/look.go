// Package look is what the small pages around the fleet have in common: one
// stylesheet, for light and dark, and headers that let a page load nothing but
// that. The pages need no JavaScript and may not run any.
package look

import (
	_ "embed"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

//go:embed look.css
var sheet []byte

// Path is where [Mount] serves the stylesheet, for the pages to link.
const Path = "/look.css"

// Link leads from the head of a page to another page.
type Link struct{ Text, URL string }

// Mount adds the stylesheet to the routes of a page.
func Mount(mux *http.ServeMux) {
	mux.HandleFunc("GET "+Path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		w.Header().Set("Cache-Control", "max-age=60")
		_, _ = w.Write(sheet) // a client that hung up needs no style
	})
}

// Secure adds the security headers to every answer, refuses posts that a page
// of another origin made a browser send, and bounds bodies. It answers only to
// addresses and to names without a dot, such as localhost: another site can let
// its own name lead here, and would then be of the same origin.
func Secure(next http.Handler, maxBody int64) http.Handler {
	bounded := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		next.ServeHTTP(w, r)
	})
	protected := http.NewCrossOriginProtection().Handler(bounded)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		if !ours(r.Host) {
			http.Error(w, "this page is known as localhost, or by its address", http.StatusForbidden)
			return
		}
		protected.ServeHTTP(w, r)
	})
}

// ours reports whether a Host header can only be that of a page nearby.
func ours(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	_, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil || host != "" && !strings.Contains(host, ".")
}
