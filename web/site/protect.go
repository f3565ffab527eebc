package site

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// maxBody bounds what is read of a request.
const maxBody = 64 << 10

// contentPolicy lets a page load what this server embeds, and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-ancestors 'none'; form-action 'self'; base-uri 'none'"

// Protect wraps everything that is served.
func (s *Server) Protect(next http.Handler) http.Handler {
	hosts := hostNames(s.Hosts)
	crossOrigin := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		setSecurityHeaders(w.Header())
		if !hosts.answers(r.Host) {
			s.Serve(func(*http.Request) (Answer, error) {
				return Answer{}, forbidden("this server is not known by that name; if it should be, set external_url or web.hosts")
			}).ServeHTTP(w, r)
			return
		}
		if err := crossOrigin.Check(r); err != nil {
			s.Serve(func(*http.Request) (Answer, error) {
				return Answer{}, forbidden("a page of another site may not do this")
			}).ServeHTTP(w, r)
			return
		}
		limit := int64(maxBody)
		if r.URL.Path == APIPrefix+PathInteractions {
			limit = maxInteraction
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, s.identify(r))
	})
}

// securityHeaders are sent with every answer.
var securityHeaders = map[string]string{
	"Content-Security-Policy":      contentPolicy,
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Permissions-Policy":           "camera=(), geolocation=(), microphone=()",
	"Referrer-Policy":              "same-origin",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
}

// setSecurityHeaders leaves those alone that the file of passwords and TLS has set.
func setSecurityHeaders(h http.Header) {
	for name, value := range securityHeaders {
		if h.Get(name) == "" {
			h.Set(name, value)
		}
	}
}

// names is a set of lower-case host names.
type names map[string]bool

func hostNames(hosts []string) names {
	out := make(names)
	for _, host := range hosts {
		if name := hostOnly(host); name != "" {
			out[name] = true
		}
	}
	return out
}

// answers decides whether a request with this Host header was meant for us. A
// page elsewhere can make its own name resolve to our address and then read what
// we serve; it cannot do that with an address, or with a name that is ours.
func (n names) answers(host string) bool {
	name := hostOnly(host)
	if name == "localhost" || strings.HasSuffix(name, ".localhost") || n[name] {
		return true
	}
	_, err := netip.ParseAddr(name)
	return err == nil
}

// hostOnly drops the port, the brackets of an IPv6 address and a final dot.
func hostOnly(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
