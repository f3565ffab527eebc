package front

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	promconfig "github.com/prometheus/common/config"
	"golang.org/x/crypto/bcrypt"

	"github.com/slofuse/slofuse/internal/certificate"
	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/slo/rule"
)

// leastCost is the cost of bcrypt from which on a stolen hash says little.
const leastCost = 10

// Problems says what is wrong with the file and the certificates it names, each at its
// place. The error says that the file cannot be read at all. It quotes no secret.
func (f File) Problems(now time.Time) (strictyaml.Problems, error) {
	if f == "" {
		return nil, nil
	}
	data, err := os.ReadFile(string(f))
	if err != nil || len(bytes.TrimSpace(data)) == 0 { // an empty file asks for nothing
		return nil, err
	}
	docs, report := strictyaml.Parse(string(f), data)
	if len(docs) > 0 {
		c := checker{dir: filepath.Dir(string(f)), now: now}
		c.document(docs[0])
	}
	if len(docs) > 1 {
		docs[1].Errorf("this is one document: a second one begins here")
	}
	return report.Problems(), nil
}

// checker looks at the parts of a file.
type checker struct {
	dir string
	now time.Time
}

func (c checker) document(v strictyaml.Value) {
	m, ok := v.Map()
	if !ok {
		return
	}
	for key, look := range map[string]func(strictyaml.Value){
		"tls_server_config": c.tls, "http_server_config": checkHTTP, "rate_limit": checkRate, "basic_auth_users": checkUsers,
	} {
		if part, ok := m.Take(key); ok && !part.IsEmpty() {
			look(part)
		}
	}
	m.Done()
}

// tls looks at the part about TLS.
func (c checker) tls(v strictyaml.Value) {
	m, ok := v.Map()
	if !ok {
		return
	}
	cert, hasCert := c.material(m, "cert")
	key, hasKey := c.material(m, "key")
	authorities, hasAuthorities := c.material(m, "client_ca")
	asks := false
	if auth, ok := m.Take("client_auth_type"); ok {
		asks = oneOf(auth, "NoClientCert", "RequestClientCert", "RequireAnyClientCert", "RequireClientCert", "VerifyClientCertIfGiven", "RequireAndVerifyClientCert") &&
			m.Peek("client_auth_type") != "NoClientCert"
	}
	c.parameters(m)
	m.Done()
	switch {
	case !hasCert && (hasKey || hasAuthorities || asks):
		v.Errorf("missing key %q: TLS needs a certificate", "cert_file")
	case hasCert && !hasKey:
		v.Errorf("missing key %q: TLS needs the key of the certificate", "key_file")
	case cert.text != nil && key.text != nil:
		report(certificate.Server(cert.text, key.text, c.now), cert.at, key.at)
	}
	if hasAuthorities && !asks {
		authorities.at.Errorf("certificates of clients are not asked for: set client_auth_type to RequireAndVerifyClientCert, or leave this out")
	}
	if authorities.text != nil {
		report(certificate.Authorities(authorities.text, c.now), authorities.at, authorities.at)
	}
}

// parameters looks at what TLS is spoken with.
func (c checker) parameters(m *strictyaml.Map) {
	versions := []string{"TLS10", "TLS11", "TLS12", "TLS13"}
	for _, key := range []string{"min_version", "max_version"} {
		if v, ok := m.Take(key); ok {
			oneOf(v, versions...)
		}
	}
	if low, high := m.Peek("min_version"), m.Peek("max_version"); low > high && high != "" {
		m.Key("min_version").Errorf("min_version is above max_version: nobody could connect")
	}
	var suites []string
	for _, s := range tls.CipherSuites() {
		suites = append(suites, s.Name)
	}
	eachText(m, "cipher_suites", func(v strictyaml.Value) { oneOf(v, suites...) })
	eachText(m, "curve_preferences", func(v strictyaml.Value) { oneOf(v, "X25519", "CurveP256", "CurveP384", "CurveP521") })
	eachText(m, "client_allowed_sans", func(v strictyaml.Value) { v.Text() })
	if v, ok := m.Take("prefer_server_cipher_suites"); ok {
		v.Bool()
	}
}

// material is a certificate or a key, and where it is named.
type material struct {
	at   strictyaml.Value
	text []byte // nil: there is none, or it cannot be read
}

// material reads what stands under a key, or in the file of its _file variant.
func (c checker) material(m *strictyaml.Map, key string) (out material, named bool) {
	if v, ok := m.Take(key); ok && !v.IsBlank() {
		text, _ := v.Text()
		out, named = material{v, []byte(text)}, true
	}
	v, ok := m.Take(key + "_file")
	if !ok || v.IsBlank() {
		return out, named
	}
	if named {
		v.Errorf("set either %s or %s_file", key, key)
	}
	path, ok := v.Text()
	if !ok {
		return material{at: v}, true
	}
	text, err := os.ReadFile(promconfig.JoinDir(c.dir, path))
	if err != nil {
		v.Warnf(rule.SecretUnreadable, "%s_file: %v; without it nobody can connect", key, err)
		text = nil
	}
	return material{v, text}, true
}

// report tells of certificates at the places where they and their keys are named.
func report(found []certificate.Problem, cert, key strictyaml.Value) {
	for _, p := range found {
		at := cert
		if p.OfKey {
			at = key
		}
		switch p.Kind {
		case certificate.Unusable:
			at.Errorf("%s", p.Message)
		case certificate.Expired:
			at.Warnf(rule.CertificateUnfit, "%s", p.Message)
		case certificate.Expiring:
			at.Warnf(rule.CertificateEnds, "%s", p.Message)
		}
	}
}

// headers are those that the file may set, with their values; none: any.
var headers = map[string][]string{
	"Strict-Transport-Security": nil, "X-Content-Type-Options": {"nosniff"}, "X-Frame-Options": {"deny", "sameorigin"},
	"X-XSS-Protection": nil, "Content-Security-Policy": nil,
}

func checkHTTP(v strictyaml.Value) {
	m, _ := v.Map()
	if v, ok := m.Take("http2"); ok {
		v.Bool()
	}
	if v, ok := m.Take("headers"); ok && !v.IsEmpty() {
		values, _ := v.Map()
		values.Each(checkHeader)
	}
	m.Done()
}

func checkHeader(key, value strictyaml.Value) {
	name, ok := key.Text()
	if !ok {
		return
	}
	var known []string
	for header := range headers {
		known = append(known, header)
	}
	slices.Sort(known)
	switch allowed, ok := headers[name]; {
	case !ok && slices.Contains(known, textproto.CanonicalMIMEHeaderKey(name)):
		key.Errorf("header %q is written %q here", name, textproto.CanonicalMIMEHeaderKey(name))
	case !ok:
		key.Errorf("header %q cannot be set here: %s", name, strictyaml.Suggest(name, known))
	case len(allowed) > 0:
		oneOf(value, allowed...)
	default:
		value.Text()
	}
}

func checkRate(v strictyaml.Value) {
	m, _ := v.Map()
	burst, hasBurst := m.Take("burst")
	if hasBurst {
		burst.Int(1, 1<<31-1)
	}
	if interval, ok := m.Take("interval"); ok {
		text, ok := interval.Text()
		d, err := time.ParseDuration(text)
		switch {
		case ok && (err != nil || d < 0):
			interval.Errorf("interval is a duration such as 100ms or 1s")
		case ok && d > 0 && !hasBurst:
			interval.Errorf("missing key %q beside it: without one every request is refused", "burst")
		}
	}
	m.Done()
}

func checkUsers(v strictyaml.Value) {
	m, _ := v.Map()
	m.Each(func(key, value strictyaml.Value) {
		name, _ := key.Text()
		hash, ok := value.Text()
		if !ok {
			return
		}
		if strings.Contains(name, ":") {
			key.Errorf("the name of a user holds no colon: a browser could not send it")
		}
		switch cost, err := bcrypt.Cost([]byte(hash)); {
		case err != nil:
			value.Errorf("the password of %q is no hash of bcrypt: make one with htpasswd -nBC 12 %s", name, shellWord(name))
		case cost < leastCost:
			value.Warnf(rule.PasswordWeak, "the password of %q is hashed with a cost of %d, below %d: make it anew with htpasswd -nBC 12 %s", name, cost, leastCost, shellWord(name))
		}
	})
}

// shellWord is a name as one word of a command.
func shellWord(name string) string { return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'" }

func oneOf(v strictyaml.Value, known ...string) bool {
	text, ok := v.Text()
	if ok && !slices.Contains(known, text) {
		v.Errorf("%q is not possible here: %s", text, strictyaml.Suggest(text, known))
		return false
	}
	return ok
}

func eachText(m *strictyaml.Map, key string, look func(strictyaml.Value)) {
	if v, ok := m.Take(key); ok && !v.IsEmpty() {
		items, _ := v.List()
		for _, item := range items {
			look(item)
		}
	}
}

// Files are the files that are read again for every connection: this one, and those it
// names.
func (f File) Files() []string {
	if f == "" {
		return nil
	}
	out := []string{string(f)}
	c, err := f.read()
	if err != nil {
		return out
	}
	c.TLSConfig.SetDirectory(filepath.Dir(string(f)))
	for _, path := range []string{c.TLSConfig.TLSCertPath, c.TLSConfig.TLSKeyPath, c.TLSConfig.ClientCAs} {
		if path != "" {
			out = append(out, path)
		}
	}
	return out
}

// judge is the error of a file that cannot be used: what its reader refuses, in words
// with a place where there are some.
func (f File) judge(refused error, now time.Time) error {
	problems, err := f.Problems(now)
	if err == nil && problems.Err() != nil {
		return problems.Err()
	}
	return fmt.Errorf("%s: %w", f, refused)
}
