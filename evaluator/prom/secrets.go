package prom

import (
	"encoding/base64"
	"net/url"
	"os"
	"slices"
	"strings"
)

// shortestSecret is the length from which a text is hidden: hiding every "a" of
// an error would leave nothing to read.
const shortestSecret = 4

// secrets are what is sent to a server as credentials or headers. A server that
// echoes a request in an error must not bring them onto our pages.
type secrets struct {
	texts []string
	files []string // read when something is to be hidden: what they hold rotates
	user  string   // of basic_auth
}

func secretsOf(cfg Config) secrets {
	var s secrets
	for _, value := range cfg.Headers {
		s.texts = append(s.texts, strings.Fields(value)...)
	}
	if u, err := url.Parse(cfg.URL); err == nil {
		password, _ := u.User.Password()
		s.texts = append(s.texts, password)
		for _, values := range u.Query() {
			s.texts = append(s.texts, values...)
		}
	}
	h := cfg.HTTP
	if h == nil {
		return s
	}
	s.texts = append(s.texts, string(h.BearerToken))
	s.files = append(s.files, h.BearerTokenFile)
	if a := h.BasicAuth; a != nil {
		s.user = a.Username
		s.texts, s.files = append(s.texts, string(a.Password)), append(s.files, a.PasswordFile)
	}
	if a := h.Authorization; a != nil {
		s.texts, s.files = append(s.texts, string(a.Credentials)), append(s.files, a.CredentialsFile)
	}
	if a := h.OAuth2; a != nil {
		s.texts, s.files = append(s.texts, string(a.ClientSecret)), append(s.files, a.ClientSecretFile)
	}
	if u := h.ProxyURL.URL; u != nil {
		password, _ := u.User.Password()
		s.texts = append(s.texts, password)
	}
	if h.HTTPHeaders != nil {
		for _, header := range h.HTTPHeaders.Headers {
			s.texts, s.files = append(s.texts, header.Values...), append(s.files, header.Files...)
			for _, secret := range header.Secrets {
				s.texts = append(s.texts, string(secret))
			}
		}
	}
	return s
}

// mask hides every secret of a text.
func (s secrets) mask(text string) string {
	texts := s.texts
	for _, file := range s.files {
		if file == "" {
			continue
		}
		if data, err := os.ReadFile(file); err == nil {
			texts = append(slices.Clip(texts), strings.TrimSpace(string(data)))
		}
	}
	for _, secret := range texts {
		if len(secret) < shortestSecret {
			continue
		}
		text = strings.ReplaceAll(text, secret, "<secret>")
		text = strings.ReplaceAll(text, base64.StdEncoding.EncodeToString([]byte(s.user+":"+secret)), "<secret>")
	}
	return text
}

// in hides every secret of an error, which stays what it is.
func (s secrets) in(err error) error {
	if masked := s.mask(err.Error()); masked != err.Error() {
		return maskedError{err, masked}
	}
	return err
}

type maskedError struct {
	cause error
	text  string
}

// Error is the text without secrets.
func (e maskedError) Error() string { return e.text }

// Unwrap tells what kind of error it is.
func (e maskedError) Unwrap() error { return e.cause }
