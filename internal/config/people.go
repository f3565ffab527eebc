package config

import (
	"net/netip"
	"net/textproto"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"

	"github.com/slofuse/slofuse/internal/strictyaml"
	"github.com/slofuse/slofuse/web/auth"
)

// ownHeaders have a meaning that no proxy may give another one.
var ownHeaders = []string{"Authorization", "Cookie", "Forwarded", "Host", "Origin", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"}

// readPeople reads what persons may do, and which proxies name them.
func (r *reader) readPeople(web *strictyaml.Map) auth.People {
	var p auth.People
	proxies, trusts := web.Take("trusted_proxies")
	if trusts {
		p.Proxies = readProxies(proxies)
	}
	user, named := web.Take("identity_header")
	if named {
		p.User = readHeaderName(user)
	}
	groups, grouped := web.Take("groups_header")
	if grouped {
		p.Groups = readHeaderName(groups)
	}
	switch {
	case named && !trusts:
		user.Errorf("everybody could send this header: name the addresses of the proxy under trusted_proxies")
	case trusts && !named:
		proxies.Errorf("nothing is taken from a proxy without identity_header: name the header in which it says who asks")
	case grouped && !named:
		groups.Errorf("groups are those of a person: name the header of the person under identity_header")
	case grouped && p.Groups == p.User:
		groups.Errorf("identity_header is the same header")
	}
	p.Default = auth.Viewer
	if role, ok := web.Take("default_role"); ok {
		p.Default = readRole(role)
	}
	each(web, "roles", func(m *strictyaml.Map) { p.Grants = append(p.Grants, readGrant(m, grouped)) })
	return p
}

func readGrant(m *strictyaml.Map, grouped bool) auth.Grant {
	var g auth.Grant
	if role, ok := m.Require("role"); ok {
		g.Role = readRole(role)
	}
	if users, ok := m.Take("users"); ok {
		g.Users = readWords(users)
	}
	if groups, ok := m.Take("groups"); ok {
		g.Groups = readWords(groups)
		if !grouped {
			groups.Errorf("nobody says who is in a group: name the header under groups_header")
		}
	}
	if len(g.Users) == 0 && len(g.Groups) == 0 {
		m.Value().Errorf("say who has the role: users, or groups")
	}
	m.Done()
	return g
}

func readRole(v strictyaml.Value) auth.Role {
	text, ok := v.Text()
	if !ok {
		return auth.Nobody
	}
	role, err := auth.ParseRole(text)
	if err != nil {
		v.Errorf("role: %v", err)
	}
	return role
}

func readWords(v strictyaml.Value) []string {
	items, _ := v.List()
	var out []string
	for _, item := range items {
		text, ok := item.Text()
		switch {
		case ok && (text == "" || text != strings.TrimSpace(text) || strings.Contains(text, ",")):
			item.Errorf("%q is no name: it is one of the list, without a comma", text)
		case ok && slices.Contains(out, text):
			item.Errorf("%q is already named", text)
		}
		out = append(out, text)
	}
	return out
}

// readProxies reads addresses and networks.
func readProxies(v strictyaml.Value) []netip.Prefix {
	items, ok := v.List()
	if ok && len(items) == 0 {
		v.Errorf("trusted_proxies is empty: name the addresses of the proxy, or leave the key out")
	}
	var out []netip.Prefix
	for _, item := range items {
		text, ok := item.Text()
		if !ok {
			continue
		}
		prefix, err := parsePrefix(text)
		switch {
		case err != nil:
			item.Errorf("%q is no address or network: write 10.1.2.3, 10.0.0.0/8 or fd00::/8", text)
		case prefix.Bits() == 0:
			item.Errorf("%s is everybody: whoever reaches the port could be anybody then", text)
		}
		out = append(out, prefix)
	}
	return out
}

// parsePrefix reads a network, or an address as the network of itself.
func parsePrefix(text string) (netip.Prefix, error) {
	if address, err := netip.ParseAddr(text); err == nil {
		address = address.Unmap()
		return address.WithZone("").Prefix(address.BitLen())
	}
	prefix, err := netip.ParsePrefix(text)
	return prefix.Masked(), err
}

func readHeaderName(v strictyaml.Value) string {
	text, ok := v.Text()
	name := textproto.CanonicalMIMEHeaderKey(text)
	switch {
	case ok && !httpguts.ValidHeaderFieldName(text):
		v.Errorf("%q is not the name of a header, such as X-Forwarded-User", text)
	case slices.Contains(ownHeaders, name):
		v.Errorf("%s means something else already: let the proxy use a header of its own, such as X-Forwarded-User", name)
	}
	return name
}
