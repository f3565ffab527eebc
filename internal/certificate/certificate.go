// Package certificate says what is wrong with certificates and keys in PEM, before
// somebody's browser or client does. It reads no file and knows no clock.
package certificate

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Soon is how long before its end a certificate is spoken of.
const Soon = 14 * 24 * time.Hour

// Kind is what sort of thing is wrong.
type Kind int

// The kinds. What is Unusable cannot be served or asked with at all.
const (
	Unusable Kind = iota
	Expired       // or not yet valid, or for no host: whoever looks at it refuses it
	Expiring      // within [Soon]
)

// Problem is one thing that is wrong, with the way out. It quotes nothing of a key.
type Problem struct {
	Kind    Kind
	OfKey   bool // and not of the certificate
	Message string
}

// Server looks at the certificate of a server with those that vouch for it, and at its
// key.
func Server(cert, key []byte, now time.Time) []Problem {
	found := pair(cert, key, now)
	if first, err := parse(cert); err == nil && len(first[0].DNSNames)+len(first[0].IPAddresses) == 0 {
		found = append(found, Problem{Kind: Expired, Message: "the certificate names no host under its subject alternative names, the only place where browsers look: make one with -addext subjectAltName=DNS:slofuse.example.com"})
	}
	return found
}

// Client looks at the certificate that one shows to a server, and at its key.
func Client(cert, key []byte, now time.Time) []Problem { return pair(cert, key, now) }

func pair(cert, key []byte, now time.Time) []Problem {
	chain, err := parse(cert)
	if err != nil {
		return []Problem{{Message: err.Error()}}
	}
	if message := unfit(cert, key, chain[0]); message != "" {
		return []Problem{{OfKey: true, Message: message}}
	}
	return dates(chain[:1], now)
}

// unfit says why a key is not that of a certificate; empty when it is.
func unfit(cert, key []byte, first *x509.Certificate) string {
	block, _ := pem.Decode(key)
	switch {
	case block == nil:
		return "this holds no key: one in PEM begins with -----BEGIN PRIVATE KEY-----"
	case strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "":
		return "the key is encrypted: write it without a passphrase, with openssl pkey, and let nobody else read it"
	case block.Type == "CERTIFICATE" && !bytes.Contains(key, []byte("PRIVATE KEY-----")):
		return "this holds a certificate and no key"
	}
	if _, err := tls.X509KeyPair(cert, key); err != nil {
		return fmt.Sprintf("this is not the key of the certificate, which is for %s: put the two that belong together here, the certificate of the server first in its file", subject(first))
	}
	return ""
}

// Authorities looks at the certificates of those whom one believes.
func Authorities(text []byte, now time.Time) []Problem {
	all, err := parse(text)
	if err != nil {
		return []Problem{{Message: err.Error()}}
	}
	return dates(all, now)
}

// parse reads the certificates of a text, of which there is at least one.
func parse(text []byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	keys := false
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			keys = keys || strings.HasSuffix(block.Type, "PRIVATE KEY")
			continue
		}
		one, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d cannot be read: it is cut off or damaged", len(out)+1)
		}
		out = append(out, one)
	}
	switch {
	case len(out) > 0:
		return out, nil
	case keys:
		return nil, errors.New("this holds a key and no certificate")
	}
	return nil, errors.New("this holds no certificate: one in PEM begins with -----BEGIN CERTIFICATE-----")
}

// dates says which certificates are not valid now, or not for long.
func dates(list []*x509.Certificate, now time.Time) (found []Problem) {
	for _, c := range list {
		name, from, to := subject(c), c.NotBefore.UTC().Format(time.DateTime), c.NotAfter.UTC().Format(time.DateTime)
		switch {
		case now.After(c.NotAfter):
			found = append(found, Problem{Kind: Expired, Message: fmt.Sprintf("the certificate for %s expired on %s UTC: renew it", name, to)})
		case now.Before(c.NotBefore):
			found = append(found, Problem{Kind: Expired, Message: fmt.Sprintf("the certificate for %s is not valid before %s UTC: set the clock of this machine, or take an earlier one", name, from)})
		case c.NotAfter.Sub(now) < Soon:
			found = append(found, Problem{Kind: Expiring, Message: fmt.Sprintf("the certificate for %s expires on %s UTC: renew it", name, to)})
		}
	}
	return found
}

// subject is a name by which people know a certificate.
func subject(c *x509.Certificate) string {
	names := c.DNSNames
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	switch {
	case len(names) > 0:
		return fmt.Sprintf("%q", names[0])
	case c.Subject.CommonName != "":
		return fmt.Sprintf("%q", c.Subject.CommonName)
	}
	return "nobody"
}
