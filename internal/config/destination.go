package config

import (
	"crypto/sha256"
	"encoding/hex"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/slofuse/slofuse/internal/strictyaml"
)

// destinationName is what people may call a destination: it is part of a name
// that stands in logs, pages and the journal.
var destinationName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)

// readDestinationName reads the name of one entry of a receiver, or takes what
// the entry is: an open incident must find its way when the entries of a
// receiver change places. It is taken where the entry stands, after its other
// keys were read.
func readDestinationName(m *strictyaml.Map, derived string) string {
	v, ok := m.Take("name")
	if !ok {
		return derived
	}
	name, ok := v.Text()
	if ok && !destinationName.MatchString(name) {
		v.Errorf("name %q must be at most 64 letters, digits, dots, dashes and underscores", name)
	}
	return name
}

// credentialName tells credentials apart without giving them away: by the name
// of the file, and by a digest of what is written inline, of which a URL keeps
// neither query nor fragment. What a file holds may change; its name stays.
func credentialName(c Credential) string {
	if c.IsZero() {
		return ""
	}
	if c.File != "" {
		return filepath.Base(c.File)
	}
	text := c.Inline.Reveal()
	if u, err := checkURL(text); err == nil {
		text = strings.ToLower(u.Host) + u.EscapedPath()
	}
	sum := sha256.Sum256([]byte("destination\x00" + text))
	return hex.EncodeToString(sum[:4])
}

// destinations are the names that the entries of one receiver have.
type destinations map[string]strictyaml.Value

// add refuses a second entry of one kind and name.
func (d destinations) add(kind, name string, at strictyaml.Value) {
	if name == "" { // what it is built from is missing, and said to be
		return
	}
	full := kind + "/" + name
	if first, twice := d[full]; twice {
		at.Errorf("this receiver already has %s at %s: give one of them a name", full, first.Position())
		return
	}
	d[full] = at
}
