package promapi

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/util/annotations"
)

// Types of error as Prometheus names them.
const (
	typeBadData  = "bad_data"
	typeExec     = "execution"
	typeCanceled = "canceled"
	typeTimeout  = "timeout"
	typeInternal = "internal"
)

// statusClientClosed is what Prometheus, as nginx, answers to a client that
// has gone.
const statusClientClosed = 499

var statusOf = map[string]int{
	typeBadData:  http.StatusBadRequest,
	typeExec:     http.StatusUnprocessableEntity,
	typeCanceled: statusClientClosed,
	typeTimeout:  http.StatusServiceUnavailable,
	typeInternal: http.StatusInternalServerError,
}

// apiError is an error with the type that the answer names.
type apiError struct {
	kind string
	err  error
}

func (e *apiError) Error() string { return e.err.Error() }
func (e *apiError) Unwrap() error { return e.err }

func badData(err error) error { return &apiError{typeBadData, err} }

func invalid(parameter string, err error) error {
	return badData(fmt.Errorf("invalid parameter %q: %w", parameter, err))
}

// classify gives an error of the engine or the storage its type.
func classify(err error) *apiError {
	var known *apiError
	var canceled promql.ErrQueryCanceled
	var timeout promql.ErrQueryTimeout
	var broken promql.ErrStorage
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &canceled), errors.Is(err, context.Canceled):
		return &apiError{typeCanceled, err}
	case errors.As(err, &timeout):
		return &apiError{typeTimeout, err}
	case errors.As(err, &broken):
		return &apiError{typeInternal, err}
	}
	return &apiError{typeExec, err}
}

// result is what an endpoint found. Close, when set, releases data and is
// called after data was encoded.
type result struct {
	data  any
	notes annotations.Annotations
	close func()
}

type answer func(*http.Request) (result, error)

// envelope is the body of every answer.
type envelope struct {
	Status    string   `json:"status"`
	Data      any      `json:"data,omitempty"`
	ErrorType string   `json:"errorType,omitempty"`
	Error     string   `json:"error,omitempty"`
	Warnings  []string `json:"warnings,omitempty"`
	Infos     []string `json:"infos,omitempty"`
}

// maxNotes bounds the warnings, and the infos, of one answer.
const maxNotes = 10

// serve wraps an endpoint: bounded form in, encoded envelope out.
func (a *api) serve(endpoint answer) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, a.MaxBodyBytes)
		if err := r.ParseForm(); err != nil {
			a.fail(w, r, formError(err))
			return
		}
		found, err := endpoint(r)
		if found.close != nil {
			defer found.close()
		}
		if err != nil {
			a.fail(w, r, classify(err))
			return
		}
		warnings, infos := found.notes.AsStrings(r.FormValue("query"), maxNotes, maxNotes)
		a.write(w, r, http.StatusOK, envelope{Status: "success", Data: found.data, Warnings: warnings, Infos: infos})
	})
}

func formError(err error) *apiError {
	return &apiError{typeBadData, fmt.Errorf("error parsing form values: %w", err)}
}

func (a *api) fail(w http.ResponseWriter, r *http.Request, err *apiError) {
	status := statusOf[err.kind]
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		status = http.StatusRequestEntityTooLarge
	}
	a.write(w, r, status, envelope{Status: "error", ErrorType: err.kind, Error: err.Error()})
}

// write encodes before the status is sent, so that data which cannot be
// encoded is an error and not half an answer.
func (a *api) write(w http.ResponseWriter, r *http.Request, status int, body envelope) {
	text, err := json.Marshal(body)
	if err != nil {
		a.Logger.Error("encode answer", "path", r.URL.Path, "err", err)
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Vary", "Accept-Encoding")
	if acceptsGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		text = a.compress(text)
	}
	w.WriteHeader(status)
	if _, err := w.Write(text); err != nil {
		a.Logger.Debug("write answer", "path", r.URL.Path, "err", err)
	}
}

func acceptsGzip(r *http.Request) bool {
	for _, header := range r.Header.Values("Accept-Encoding") {
		for part := range strings.SplitSeq(header, ",") {
			name, parameters, _ := strings.Cut(part, ";")
			if strings.EqualFold(strings.TrimSpace(name), "gzip") && !refused(parameters) {
				return true
			}
		}
	}
	return false
}

// refused reports a quality of zero, which forbids an encoding.
func refused(parameters string) bool {
	quality, found := strings.CutPrefix(strings.TrimSpace(parameters), "q=")
	return found && strings.Trim(quality, "0.") == ""
}

// compress keeps its writers: a new one costs more than most answers.
func (a *api) compress(text []byte) []byte {
	var out bytes.Buffer
	zip, kept := a.zips.Get().(*gzip.Writer)
	if !kept {
		zip, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is a valid constant
	}
	defer a.zips.Put(zip)
	zip.Reset(&out)
	_, _ = zip.Write(text) // a buffer takes everything
	_ = zip.Close()
	return out.Bytes()
}
