package notify

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Secret returns a URL or a token at the time it is needed, because files with
// secrets rotate. It is safe for concurrent use.
type Secret func() (string, error)

// SecretText is a secret that is written in the configuration.
func SecretText(text string) Secret {
	return func() (string, error) { return text, nil }
}

// SecretFile is a secret in a file, read again each time, without the white
// space around it. A file that is missing, empty or larger than 64 KB is an
// error of [KindBlocked] that shows the path and never the content.
func SecretFile(path string) Secret {
	return func() (string, error) {
		text, err := readSecret(path)
		if err != nil {
			return "", Errorf(KindBlocked, "cannot read the secret file %s: %v", path, err)
		}
		return text, nil
	}
}

func readSecret(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		if inner, ok := errors.AsType[*fs.PathError](err); ok {
			return "", inner.Err
		}
		return "", err
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, MaxBody+1))
	switch text := strings.TrimSpace(string(content)); {
	case err != nil:
		return "", errors.New("reading it failed")
	case len(content) > MaxBody:
		return "", errors.New("it is too large for a secret")
	case text == "":
		return "", errors.New("it is empty")
	default:
		return text, nil
	}
}
