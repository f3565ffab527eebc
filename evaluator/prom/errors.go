package prom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"

	v1 "github.com/prometheus/client_golang/api/prometheus/v1"
)

// Kind sorts failures by what can be done about them.
type Kind string

// The kinds of failure.
const (
	// Unavailable is the server not answering, or answering that it cannot now:
	// wait.
	Unavailable Kind = "unavailable"
	// BadQuery is the server refusing this query: mend the query.
	BadQuery Kind = "bad_query"
	// TooSlow is no answer before the deadline, the server's or ours: ask for less,
	// unless the server answers nothing else either.
	TooSlow Kind = "too_slow"
	// TooMuch is an answer over the size limit: ask for less.
	TooMuch Kind = "too_much"
	// BadAnswer is something that is not an answer of the query API: mend the URL
	// or what stands between.
	BadAnswer Kind = "bad_answer"
	// Partial is an answer that says it is incomplete: believe nothing of it.
	Partial Kind = "partial"
	// Denied is missing or wrong credentials.
	Denied Kind = "denied"
)

// Error is a failed query.
type Error struct {
	Kind    Kind
	Backend string
	Status  int // HTTP status; 0 when there was no answer
	Err     error
}

// Error says which backend failed and how.
func (e *Error) Error() string {
	if e.Status != 0 && e.Status != http.StatusOK {
		return fmt.Sprintf("backend %s: HTTP %d: %v", e.Backend, e.Status, e.Err)
	}
	return fmt.Sprintf("backend %s: %v", e.Backend, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of a failed query, or Unavailable for any other
// error.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Unavailable
}

var (
	errTooLarge = errors.New("the answer is larger than the limit")
	errPartial  = errors.New("the answer is incomplete")
	errMixed    = errors.New("the query meets samples of different types, of which some are left out")

	errTooManySamples = errors.New("the answer has more samples than the limit")

	errWrongType = errors.New("the answer is of another type")
)

// classify goes by the HTTP status, because the errorType of compatible servers
// differs.
func classify(backend string, status int, err error, hide secrets) error {
	e := &Error{Backend: backend, Status: status, Err: hide.in(shorten(err, hide)), Kind: Unavailable}
	var apiErr *v1.Error
	switch {
	case errors.Is(err, errTooLarge), errors.Is(err, errTooManySamples):
		e.Kind = TooMuch
	case errors.Is(err, errPartial):
		e.Kind = Partial
	case errors.Is(err, errMixed):
		e.Kind = BadQuery // only of this query: others get their answers
	case errors.Is(err, errWrongType), errors.Is(err, errNotAsked), errors.Is(err, errTwice):
		e.Kind = BadAnswer
	case errors.Is(err, context.Canceled):
	case errors.Is(err, context.DeadlineExceeded), timedOut(status, err):
		e.Kind = TooSlow
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusProxyAuthRequired:
		e.Kind = Denied
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		e.Kind = BadQuery
	case status == http.StatusOK && errors.As(err, &apiErr), status/100 == 3:
		e.Kind = BadAnswer
	case status == http.StatusNotFound:
		e.Kind, e.Err = BadAnswer, fmt.Errorf("nothing answers queries at this address, is it that of a Prometheus? %w", e.Err)
	}
	return e
}

// timedOut reports whether the server, or a proxy before it, gave the query up.
func timedOut(status int, err error) bool {
	text := "" // the client does not look into a body that comes with a 503
	if apiErr, ok := errors.AsType[*v1.Error](err); ok {
		text = apiErr.Msg + apiErr.Detail
	}
	return status == http.StatusGatewayTimeout ||
		status == http.StatusServiceUnavailable && (strings.Contains(text, "timed out") || strings.Contains(text, "timeout"))
}

// maxDetail bounds what of a foreign answer reaches our logs and pages.
const maxDetail = 200

// shorten keeps the first words of what a server said, on one line, and drops
// the URL of a failed exchange, which may hold credentials.
func shorten(err error, hide secrets) error {
	if urlErr, ok := errors.AsType[*url.Error](err); ok {
		return urlErr.Err
	}
	var apiErr *v1.Error
	if !errors.As(err, &apiErr) {
		return err
	}
	text := strings.Join(strings.Fields(apiErr.Msg), " ")
	if detail := strings.Join(strings.Fields(apiErr.Detail), " "); detail != "" {
		text += ": " + detail
	}
	text = hide.mask(text) // before a cut leaves a part of one
	if runes := []rune(text); len(runes) > maxDetail {
		text = string(runes[:maxDetail]) + "…"
	}
	return errors.New(strings.ToValidUTF8(strings.Map(printable, text), "�"))
}

// printable drops what could steer the terminal that shows it.
func printable(r rune) rune {
	if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
		return -1
	}
	return r
}

// mixed are the words by which the engine says that it left out samples because
// they did not go together.
var mixed = []string{
	"incompatible sample types", "mix of histograms and floats", "mix of histograms with exponential and custom buckets",
	"incompatible bucket layout", "ignored histogram",
}

// judgeNotes tells a lint hint from a warning that data is missing. A hint about
// samples that do not go together is refused as well: the engine drops them.
func judgeNotes(warnings v1.Warnings, infos v1.Infos) error {
	for _, w := range append(append([]string{}, warnings...), infos...) {
		lint := strings.HasPrefix(w, "PromQL info:") || strings.HasPrefix(w, "PromQL warning:")
		if !lint {
			return fmt.Errorf("%w: %s", errPartial, w)
		}
		if slices.ContainsFunc(mixed, func(words string) bool { return strings.Contains(w, words) }) {
			return fmt.Errorf("%w: %s", errMixed, w)
		}
	}
	return nil
}
