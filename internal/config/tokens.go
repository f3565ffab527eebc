package config

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/web/auth"
)

// Token lets whoever has it change state, as far as its role goes.
type Token struct {
	Name     string
	Role     auth.Role
	Secret   Credential // one a line: two while it is rotated
	Services []string   // whose state it may change; none: of all
}

// Web is how the pages and the API are protected.
type Web struct {
	RequireToken bool     // for reading as well
	Hosts        []string // further names that the server is reached by, beside that of external_url
	People       auth.People
	PublicBadges bool // badges need no token where reading does
}

// maxTokenName bounds what stands beside every name in a timeline.
const maxTokenName = 64

// readTokens reads tokens and what they are asked for.
func (r *reader) readTokens(m *strictyaml.Map) {
	places := map[string]strictyaml.Value{}
	each(m, "tokens", func(m *strictyaml.Map) {
		r.config.Tokens = append(r.config.Tokens, r.readToken(m, places))
	})
	v, ok := m.Take("web")
	if !ok {
		return
	}
	web, _ := v.Map()
	r.config.Web.People = r.readPeople(web)
	if require, ok := web.Take("require_token"); ok {
		r.config.Web.RequireToken, _ = require.Bool()
		if r.config.Web.RequireToken && len(r.config.Tokens) == 0 && r.config.Web.People.User == "" {
			require.Errorf("there are no tokens, so nobody could read anything: add one under tokens")
		}
	}
	if hosts, ok := web.Take("hosts"); ok {
		r.config.Web.Hosts = readHosts(hosts)
	}
	if public, ok := web.Take("public_badges"); ok {
		r.config.Web.PublicBadges, _ = public.Bool()
	}
	web.Done()
}

// readHosts reads names of hosts, without port: the server answers to them on any.
func readHosts(v strictyaml.Value) []string {
	items, _ := v.List()
	var out []string
	for _, item := range items {
		text, ok := item.Text()
		if ok && (text == "" || strings.ContainsAny(text, ":/* ")) {
			item.Errorf("%q is not the name of a host: write it alone, such as slofuse.monitoring.svc", text)
		}
		out = append(out, text)
	}
	return out
}

func (r *reader) readToken(m *strictyaml.Map, places map[string]strictyaml.Value) Token {
	var t Token
	if name, ok := m.Require("name"); ok {
		t.Name = readTokenName(name, places)
	}
	if role, ok := m.Require("role"); ok {
		t.Role = readRole(role)
	}
	t.Secret = r.readCredential(m, "token", auth.CheckToken)
	if !m.Has("token") && !m.Has("token_file") {
		m.Value().Errorf("missing key %q", "token_file")
	}
	if services, ok := m.Take("services"); ok {
		t.Services = readServices(services)
	}
	m.Done()
	return t
}

func readTokenName(v strictyaml.Value, places map[string]strictyaml.Value) string {
	name, ok := v.Text()
	if !ok {
		return ""
	}
	visible := func(c rune) bool {
		return c > ' ' && c != utf8.RuneError && c < 0x7f && !strings.ContainsRune(`()"<>\`, c)
	}
	switch first, twice := places[name]; {
	case name == "" || len(name) > maxTokenName || strings.ContainsFunc(name, func(c rune) bool { return !visible(c) }):
		v.Errorf("the name of a token is one word without brackets and quotes, of at most %d characters: it stands in timelines and the audit", maxTokenName)
	case twice:
		v.Errorf("token %q is already defined at %s", name, first.Position())
	}
	places[name] = v
	return name
}

func readServices(v strictyaml.Value) []string {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("services is empty: name the services that the token may change, or leave the key out")
	}
	var out []string
	for _, item := range items {
		text, ok := item.Text()
		if ok && slices.Contains(out, text) {
			item.Errorf("service %q is already named", text)
		}
		out = append(out, text)
	}
	return out
}
