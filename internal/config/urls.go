package config

import (
	"errors"
	"net/url"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// errNoURL is what every URL that cannot be used is told: the URL itself may be
// a secret and is not repeated.
var errNoURL = errors.New("must be an http or https URL such as https://example.com/path")

// checkURL accepts an absolute http or https URL. Its errors never repeat the
// URL, which may be a secret.
func checkURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, errNoURL
	}
	return u, nil
}

// readURL reads a URL that is shown to people, and so must hold no password.
func readURL(v strictyaml.Value) (*url.URL, bool) {
	text, ok := v.Text()
	if !ok {
		return new(url.URL), false
	}
	u, err := checkURL(text)
	switch {
	case err != nil:
		v.Errorf("a URL %v", err)
	case u.User != nil:
		v.Errorf("a URL must not hold a user or a password: use http_config with basic_auth")
	default:
		return u, true
	}
	return new(url.URL), false
}
