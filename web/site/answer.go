package site

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// Answer is a whole response, made before anything is sent.
type Answer struct {
	Status      int // 0 is 200
	ContentType string
	Body        []byte
	Cache       string // Cache-Control; empty: no-store
	location    string // of a redirect
	allow       string // of a method that is not allowed
	Etag        string // of the body, for who has it already
	Anywhere    bool   // pages of other sites may show it
	vary        string // a request header the answer depends on
	challenge   string // of one who has to say who they are
	Cookie      *http.Cookie
	Actor       string // who it turned out to be, for the audit
	Attachment  string // the name of a file that it is saved as; empty: it is shown
	Target      string // what was changed, for the audit, where the path does not say
	zipped      []byte // the body compressed, where that is kept
	// Stream writes an answer that has no end, in place of all of the above.
	Stream func(http.ResponseWriter, *http.Request) error
}

// What answers hold.
const (
	TypeJSON = "application/json; charset=utf-8"
	typeHTML = "text/html; charset=utf-8"
	typeText = "text/plain; charset=utf-8"

	TypeEvents   = "text/event-stream"
	TypeMarkdown = "text/markdown; charset=utf-8"
)

// Serve is the one place where answers are written and errors become answers.
func (s *Server) Serve(h Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := Answer{}, checkQuery(r)
		if err == nil {
			a, err = h(r)
		}
		if err != nil {
			a = s.refuse(r, err)
		}
		send := a.write
		if a.Stream != nil {
			send = a.Stream
		}
		if err := send(w, r); err != nil {
			s.Log.Debug("the client went away", "path", r.URL.Path, "err", err)
		}
	})
}

// checkQuery refuses a query string that net/http would read in part: of
// "min_budget=10%" nothing would be left, and the gate would be open.
func checkQuery(r *http.Request) error {
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return BadRequest("the query string is badly encoded; a percent sign is written %25", err.Error())
	}
	return nil
}

func (a Answer) write(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if a.Cache != "" {
		h.Set("Cache-Control", a.Cache)
	}
	if a.location != "" {
		h.Set("Location", a.location)
	}
	if a.allow != "" {
		h.Set("Allow", a.allow)
	}
	if a.challenge != "" {
		h.Set("WWW-Authenticate", a.challenge)
	}
	if a.Cookie != nil {
		http.SetCookie(w, a.Cookie)
	}
	if a.ContentType != "" {
		h.Set("Content-Type", a.ContentType)
	}
	if a.Anywhere {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if a.Etag != "" {
		h.Set("ETag", a.Etag)
	}
	if a.Attachment != "" {
		h.Set("Content-Disposition", `attachment; filename="`+a.Attachment+`"`)
	}
	h.Add("Vary", "Accept-Encoding")
	if a.vary != "" {
		h.Add("Vary", a.vary)
	}
	if a.Etag != "" && strings.Contains(r.Header.Get("If-None-Match"), a.Etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := a.Body
	if len(body) >= compressFrom && acceptsGzip(r) {
		var err error
		if body, err = a.compressed(); err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(max(a.Status, http.StatusOK))
	_, err := w.Write(body)
	return err
}

// compressed is the body as it goes to those who take it so.
func (a Answer) compressed() ([]byte, error) {
	if a.zipped != nil {
		return a.zipped, nil
	}
	return compress(a.Body)
}

// compressFrom is the size below which compression saves nothing.
const compressFrom = 1400

func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(coding, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			return strings.TrimSpace(params) != "q=0"
		}
	}
	return false
}

func compress(body []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// JSONAnswer is a value as JSON.
func JSONAnswer(status int, value any) (Answer, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return Answer{}, fmt.Errorf("encoding the answer: %w", err)
	}
	return Answer{Status: status, ContentType: TypeJSON, Body: append(body, '\n')}, nil
}

// TextAnswer is a line of plain text.
func TextAnswer(status int, text string) Answer {
	return Answer{Status: status, ContentType: typeText, Body: []byte(text + "\n")}
}

// SeeOther leads whoever sent a form on to a page.
func SeeOther(location string) Answer {
	return Answer{Status: http.StatusSeeOther, location: location}
}
