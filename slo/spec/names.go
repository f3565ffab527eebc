package spec

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo"
)

const maxNameLength = 200

// readName reads the name of a service, a function, an SLO or a policy. It may
// hold anything that can be printed on one line, since functions are called
// things like "GET /cart/{id}".
func readName(v strictyaml.Value) (string, bool) {
	name, ok := v.Text()
	if !ok {
		return "", false
	}
	if err := checkName(name); err != nil {
		v.Errorf("%v", err)
		return "", false
	}
	return name, true
}

// checkName says what keeps a text from being a name.
func checkName(name string) error {
	switch {
	case name == "":
		return errors.New("a name must not be empty")
	case name != strings.TrimSpace(name):
		return errors.New("a name must not begin or end with a space")
	case name == "." || name == "..":
		return fmt.Errorf("%q is no name: it means a folder in every path", name)
	case len(name) > maxNameLength:
		return fmt.Errorf("a name must not be longer than %d bytes", maxNameLength)
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("a name must be printable text on one line")
	}
	return nil
}

func readSeverity(v strictyaml.Value) (slo.Severity, bool) {
	text, ok := v.Text()
	if !ok {
		return slo.SeverityNone, false
	}
	severity, known := slo.ParseSeverity(text)
	if !known || severity == slo.SeverityNone {
		v.Errorf("unknown severity %q: page or ticket", text)
		return slo.SeverityNone, false
	}
	return severity, true
}

var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)

// readLabels reads labels over those of the level above.
func readLabels(v strictyaml.Value, into map[string]string) {
	m, _ := v.Map()
	m.Each(func(key, value strictyaml.Value) {
		name, ok := key.Text()
		switch {
		case !ok:
		case !labelName.MatchString(name) || strings.HasPrefix(name, "__"):
			key.Errorf("%q is no label name: letters, digits and _, not starting with a digit or __", name)
		case slo.IsOwnLabel(name):
			key.Errorf("label %q is set by slofuse itself: choose another name", name)
		default:
			if text, ok := value.Text(); ok {
				into[name] = text
			}
		}
	})
}
