package config

import (
	"errors"
	"fmt"
	"strings"
	"time"

	promconfig "github.com/prometheus/common/config"

	"github.com/slofuse/slofuse/internal/certificate"
	"github.com/slofuse/slofuse/internal/strictyaml"
)

// File is a file that the configuration names and that is read when it is used: a
// secret, a certificate or a key.
type File struct {
	At    strictyaml.Position // where it is named
	Path  string
	check func(text string, now time.Time) error // nil: it only has to be there
}

// Check says why the file cannot be read here, or what is wrong with what it holds. It
// quotes none of it.
func (f File) Check(now time.Time) error {
	text, err := Credential{File: f.Path}.Read()
	if err == nil && f.check != nil {
		if err = f.check(text, now); err != nil {
			err = fmt.Errorf("secret file %s: %w", f.Path, err)
		}
	}
	return err
}

// note keeps a file that is named at a place.
func (r *reader) note(v strictyaml.Value, path string, check func(text string, now time.Time) error) {
	r.config.Files = append(r.config.Files, File{At: v.Position(), Path: path, check: check})
}

// everyLine holds each line of a file to a check: there are two while a secret is
// rotated.
func everyLine(check func(string) error) func(string, time.Time) error {
	if check == nil {
		return nil
	}
	return func(text string, _ time.Time) error {
		for line := range strings.Lines(text) {
			if err := check(strings.TrimSpace(line)); err != nil {
				return err
			}
		}
		return nil
	}
}

// noteHTTPFiles keeps the files that an http_config names, whatever is nested in it.
func (r *reader) noteHTTPFiles(v strictyaml.Value) {
	if !v.IsMap() {
		return
	}
	m, _ := v.Map()
	cert := promconfig.JoinDir(r.dir, m.Peek("cert_file"))
	m.Each(func(key, value strictyaml.Value) {
		name, _ := key.Text()
		if value.IsMap() {
			r.noteHTTPFiles(value)
			return
		}
		if !strings.HasSuffix(name, "_file") || value.IsBlank() {
			return
		}
		path, _ := value.Text()
		r.note(value, promconfig.JoinDir(r.dir, path), httpFileCheck(name, cert))
	})
}

// httpFileCheck is what a file of an http_config has to hold, by its key.
func httpFileCheck(key, cert string) func(string, time.Time) error {
	switch key {
	case "ca_file":
		return func(text string, now time.Time) error { return firstOf(certificate.Authorities([]byte(text), now)) }
	case "key_file":
		return func(text string, now time.Time) error {
			of, _ := Credential{File: cert}.Read()
			if of == "" {
				return nil // it is reported where it is named
			}
			return firstOf(certificate.Client([]byte(of), []byte(text), now))
		}
	}
	return nil
}

func firstOf(found []certificate.Problem) error {
	if len(found) == 0 {
		return nil
	}
	return errors.New(found[0].Message)
}
