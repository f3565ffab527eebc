// Package front puts TLS and passwords before the server, as a file says that
// Prometheus and its exporters take under --web.config.file as well.
//
// The file is read again for every connection and every request, so renewed
// certificates and changed passwords count at once. Whether there is TLS at all
// is decided at the start.
package front

import (
	"fmt"
	"os"
	"time"

	toolkit "github.com/prometheus/exporter-toolkit/web"
	"go.yaml.in/yaml/v2"
)

// File is the name of such a file; empty is one that asks for nothing.
type File string

// Check says why the file and the certificates it names cannot be used; see
// [File.Problems] for what one can live with.
func (f File) Check(now time.Time) error {
	if f == "" {
		return nil
	}
	if err := toolkit.Validate(string(f)); err != nil {
		return f.judge(err, now)
	}
	return nil
}

// TLS reports whether the file asks for TLS.
func (f File) TLS() (bool, error) {
	c, err := f.read()
	return c.TLSConfig.IsEnabled(), err
}

// Asks reports whether the file asks for passwords.
func (f File) Asks() bool {
	c, err := f.read()
	return err == nil && len(c.Users) > 0
}

// read reads what the file says. Its form is for [File.Check] to judge.
func (f File) read() (toolkit.Config, error) {
	var c toolkit.Config
	if f == "" {
		return c, nil
	}
	text, err := os.ReadFile(string(f))
	if err != nil {
		return c, err
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		return c, fmt.Errorf("%s: %w", f, err)
	}
	return c, nil
}
