package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"strings"
)

// masked stands for a secret wherever it is printed.
const masked = "<secret>"

// maxSecretSize bounds a secret file: anything larger is another file.
const maxSecretSize = 64 << 10

// Secret is a text that never prints itself: not with any verb of fmt, not as
// JSON or YAML, not in a log. Only [Secret.Reveal] gives it away.
type Secret string

// Reveal returns the secret.
func (s Secret) Reveal() string { return string(s) }

func (s Secret) mask() string {
	if s == "" {
		return ""
	}
	return masked
}

// String masks the secret.
func (s Secret) String() string { return s.mask() }

// Format masks the secret whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, s.mask()) }

// MarshalText masks the secret in JSON and everywhere else text is asked for.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.mask()), nil }

// MarshalYAML masks the secret.
func (s Secret) MarshalYAML() (any, error) { return s.mask(), nil }

// LogValue masks the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.mask()) }

// Credential is a secret written inline, or the file that holds it. The zero
// value is none.
type Credential struct {
	Inline Secret
	File   string
}

// IsZero reports whether there is no credential.
func (c Credential) IsZero() bool { return c == Credential{} }

// Read returns the secret. A file is read every time, so that a rotated secret
// is picked up; line ends around it are dropped. Errors name the file and
// nothing it holds.
func (c Credential) Read() (string, error) {
	if c.File == "" {
		return c.Inline.Reveal(), nil
	}
	f, err := os.Open(c.File)
	if err != nil {
		return "", fmt.Errorf("secret file %s: %w", c.File, cause(err))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSecretSize+1))
	switch text := strings.TrimSpace(string(data)); {
	case err != nil:
		return "", fmt.Errorf("secret file %s: %w", c.File, cause(err))
	case len(data) > maxSecretSize:
		return "", fmt.Errorf("secret file %s is larger than %d bytes", c.File, maxSecretSize)
	case text == "":
		return "", fmt.Errorf("secret file %s is empty", c.File)
	default:
		return text, nil
	}
}

// cause drops the path from an error of the file system: the caller names it.
func cause(err error) error {
	if pathErr, ok := errors.AsType[*fs.PathError](err); ok {
		return pathErr.Err
	}
	return err
}
