package auth

import "net/http"

// Reason is why somebody was refused; a label of metrics.
type Reason string

// The reasons.
const (
	NoToken      Reason = "no_token"
	UnknownToken Reason = "unknown_token"
	Malformed    Reason = "malformed"
	WrongRole    Reason = "role"
	WrongService Reason = "service"
	Unprotected  Reason = "unprotected" // no token is configured, and others can reach the port
	NoOrigin     Reason = "no_origin"
)

// Reasons lists all of them.
func Reasons() []Reason {
	return []Reason{NoToken, UnknownToken, Malformed, WrongRole, WrongService, Unprotected, NoOrigin}
}

// Refusal says no, and why. Its text is for whoever asked and quotes nothing of
// what they sent.
type Refusal struct {
	Reason  Reason
	Message string
}

func (r *Refusal) Error() string { return r.Message }

// Status is the HTTP status of the refusal.
func (r *Refusal) Status() int {
	switch r.Reason {
	case NoToken, UnknownToken:
		return http.StatusUnauthorized
	case Malformed:
		return http.StatusBadRequest
	}
	return http.StatusForbidden
}

// Challenge is the WWW-Authenticate header of a 401; empty for any other.
func (r *Refusal) Challenge() string {
	switch r.Reason {
	case NoToken:
		return `Bearer realm="slofuse"`
	case UnknownToken:
		return `Bearer realm="slofuse", error="invalid_token"`
	}
	return ""
}
