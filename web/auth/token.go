package auth

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"strings"
)

// A token is between 22 characters, which hold 128 bits in base64, and 512.
const (
	minToken = 22
	maxToken = 512
)

// fewestCharacters is how many different ones a random token of 22 has at least,
// but for one in many millions.
const fewestCharacters = 8

// CheckToken says what is wrong with a token that somebody chose. It never
// quotes it.
func CheckToken(token string) error {
	different := map[rune]bool{}
	for _, c := range token {
		if !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~+/=", c) {
			return errors.New("a token has letters, digits and -._~+/= only")
		}
		different[c] = true
	}
	switch {
	case len(token) < minToken || len(different) < fewestCharacters:
		return errors.New("a token needs 128 bits of chance, 22 characters at least: make one with `openssl rand -hex 32`")
	case len(token) > maxToken:
		return fmt.Errorf("a token is longer than %d characters", maxToken)
	}
	return nil
}

// Token is one of the configuration.
type Token struct {
	Name     string
	Role     Role
	Services []string // whose state it may change; none: of all
	// Read returns the secrets, one a line: two while it is rotated. It is
	// called at every use, so that a rotated file needs no reload.
	Read func() (string, error)
}

// Check says what is wrong with the secrets of a token, or why they cannot be
// read. It quotes none.
func (t Token) Check() error {
	text, err := t.Read()
	if err != nil {
		return fmt.Errorf("token %s: %w", t.Name, err)
	}
	for line := range strings.Lines(text) {
		if err := CheckToken(strings.TrimSpace(line)); err != nil {
			return fmt.Errorf("token %s: %w", t.Name, err)
		}
	}
	return nil
}

// digest stands for a secret wherever it is kept or compared.
type digest = [sha256.Size]byte

// digests are those of the secrets that may be used now.
func (t Token) digests() []digest {
	text, err := t.Read()
	if err != nil {
		return nil // whoever configured it was told
	}
	var out []digest
	for line := range strings.Lines(text) {
		if secret := strings.TrimSpace(line); CheckToken(secret) == nil {
			out = append(out, sha256.Sum256([]byte(secret)))
		}
	}
	return out
}

// has reports whether a secret of the token has this digest, in a time that
// does not depend on how much of it agrees.
func (t Token) has(d digest) bool {
	found := 0
	for _, own := range t.digests() {
		found |= subtle.ConstantTimeCompare(own[:], d[:])
	}
	return found == 1
}

// find looks through all tokens whichever it is; of two with one secret the
// weaker counts.
func find(tokens []Token, d digest) (Token, bool) {
	var best Token
	for _, t := range tokens {
		if t.has(d) && (best.Role == Nobody || t.Role < best.Role) {
			best = t
		}
	}
	return best, best.Role != Nobody
}
