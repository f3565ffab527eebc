package certificate_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/internal/certificate"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// issued is a certificate with its key, valid between two instants.
func issued(t *testing.T, from, to time.Time, names ...string) (cert, key []byte) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "common"}, NotBefore: from, NotAfter: to, DNSNames: names}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})
}

func TestServer(t *testing.T) {
	day := 24 * time.Hour
	cert, key := issued(t, noon.Add(-day), noon.Add(90*day), "slo.example.com")
	_, other := issued(t, noon.Add(-day), noon.Add(90*day))
	old, oldKey := issued(t, noon.Add(-2*day), noon.Add(-day), "slo.example.com")
	early, earlyKey := issued(t, noon.Add(day), noon.Add(90*day), "slo.example.com")
	soon, soonKey := issued(t, noon.Add(-day), noon.Add(13*day), "slo.example.com")
	nameless, namelessKey := issued(t, noon.Add(-day), noon.Add(90*day))
	locked := []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
	for name, c := range map[string]struct {
		cert, key []byte
		kind      certificate.Kind
		ofKey     bool
		says      string // empty: nothing is wrong
	}{
		"good":                    {cert, key, 0, false, ""},
		"with those that vouch":   {append(cert, old...), key, 0, false, ""},
		"the key of another":      {cert, other, certificate.Unusable, true, `not the key of the certificate, which is for "slo.example.com"`},
		"the key first":           {key, key, certificate.Unusable, false, "holds a key and no certificate"},
		"two certificates":        {cert, cert, certificate.Unusable, true, "a certificate and no key"},
		"an empty file":           {nil, key, certificate.Unusable, false, "BEGIN CERTIFICATE"},
		"a key that is no PEM":    {cert, []byte("secret"), certificate.Unusable, true, "BEGIN PRIVATE KEY"},
		"a key with a passphrase": {cert, locked, certificate.Unusable, true, "openssl pkey"},
		"a certificate cut off":   {[]byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), key, certificate.Unusable, false, "cut off"},
		"expired":                 {old, oldKey, certificate.Expired, false, "expired on 2026-02-28 12:00:00 UTC"},
		"not yet valid":           {early, earlyKey, certificate.Expired, false, "not valid before 2026-03-02 12:00:00 UTC"},
		"for thirteen more days":  {soon, soonKey, certificate.Expiring, false, "expires on 2026-03-14"},
		"for nobody":              {nameless, namelessKey, certificate.Expired, false, "subjectAltName"},
	} {
		found := certificate.Server(c.cert, c.key, noon)
		if (c.says == "") != (len(found) == 0) || c.says != "" && (found[0].Kind != c.kind || found[0].OfKey != c.ofKey || !strings.Contains(found[0].Message, c.says)) {
			t.Errorf("%s: %+v", name, found)
		}
		for _, p := range found {
			if strings.Contains(p.Message, "secret") {
				t.Errorf("%s: the key is quoted: %s", name, p.Message)
			}
		}
	}
	if found := certificate.Client(nameless, namelessKey, noon); len(found) > 0 {
		t.Errorf("a client needs no name of a host: %+v", found)
	}
	if found := certificate.Authorities(append(cert, old...), noon); len(found) != 1 || found[0].Kind != certificate.Expired {
		t.Errorf("one of two authorities is expired: %+v", found)
	}
}
