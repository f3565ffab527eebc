package web

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// answer is a whole response, made before anything is sent.
type answer struct {
	status      int // 0 is 200
	contentType string
	body        []byte
	cache       string // Cache-Control; empty: no-store
	location    string // of a redirect
	allow       string // of a method that is not allowed
	etag        string // of the body, for who has it already
	anywhere    bool   // pages of other sites may show it
	vary        string // a request header the answer depends on
	challenge   string // of one who has to say who they are
	cookie      *http.Cookie
	actor       string // who it turned out to be, for the audit
	attachment  string // the name of a file that it is saved as; empty: it is shown
	target      string // what was changed, for the audit, where the path does not say
	zipped      []byte // the body compressed, where that is kept
	// stream writes an answer that has no end, in place of all of the above.
	stream func(http.ResponseWriter, *http.Request) error
}

// handler answers a request. It writes nothing itself.
type handler func(*http.Request) (answer, error)

const (
	typeJSON = "application/json; charset=utf-8"
	typeHTML = "text/html; charset=utf-8"
	typeText = "text/plain; charset=utf-8"

	typeEvents   = "text/event-stream"
	typeMarkdown = "text/markdown; charset=utf-8"
)

// serve is the one place where answers are written and errors become answers.
func (s *Server) serve(h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := answer{}, checkQuery(r)
		if err == nil {
			a, err = h(r)
		}
		if err != nil {
			a = s.refuse(r, err)
		}
		send := a.write
		if a.stream != nil {
			send = a.stream
		}
		if err := send(w, r); err != nil {
			s.logger.Debug("the client went away", "path", r.URL.Path, "err", err)
		}
	})
}

// checkQuery refuses a query string that net/http would read in part: of
// "min_budget=10%" nothing would be left, and the gate would be open.
func checkQuery(r *http.Request) error {
	if _, err := url.ParseQuery(r.URL.RawQuery); err != nil {
		return badRequest("the query string is badly encoded; a percent sign is written %25", err.Error())
	}
	return nil
}

func (a answer) write(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	if a.cache != "" {
		h.Set("Cache-Control", a.cache)
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
	if a.cookie != nil {
		http.SetCookie(w, a.cookie)
	}
	if a.contentType != "" {
		h.Set("Content-Type", a.contentType)
	}
	if a.anywhere {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if a.etag != "" {
		h.Set("ETag", a.etag)
	}
	if a.attachment != "" {
		h.Set("Content-Disposition", `attachment; filename="`+a.attachment+`"`)
	}
	h.Add("Vary", "Accept-Encoding")
	if a.vary != "" {
		h.Add("Vary", a.vary)
	}
	if a.etag != "" && strings.Contains(r.Header.Get("If-None-Match"), a.etag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	body := a.body
	if len(body) >= compressFrom && acceptsGzip(r) {
		var err error
		if body, err = a.compressed(); err != nil {
			return err
		}
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(max(a.status, http.StatusOK))
	_, err := w.Write(body)
	return err
}

// compressed is the body as it goes to those who take it so.
func (a answer) compressed() ([]byte, error) {
	if a.zipped != nil {
		return a.zipped, nil
	}
	return compress(a.body)
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

func jsonAnswer(status int, value any) (answer, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return answer{}, fmt.Errorf("encoding the answer: %w", err)
	}
	return answer{status: status, contentType: typeJSON, body: append(body, '\n')}, nil
}

func textAnswer(status int, text string) answer {
	return answer{status: status, contentType: typeText, body: []byte(text + "\n")}
}

func seeOther(location string) answer {
	return answer{status: http.StatusSeeOther, location: location}
}
