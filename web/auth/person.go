package auth

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// People says which role a person has who shows no token: one who signed in with
// a password, or whom a proxy names.
type People struct {
	Default Role // of those whom no grant names; the zero Role is a viewer
	Grants  []Grant
	// Proxies are the addresses whose word is taken for who asks. None: nobody's.
	Proxies []netip.Prefix
	User    string // the header in which they name a person; empty: none
	Groups  string // and the groups of that person, separated by commas; empty: none
}

// Grant gives a role to people, by name or by group.
type Grant struct {
	Role          Role
	Users, Groups []string
}

// The bounds of what a proxy says, in bytes and pieces.
const (
	maxPerson = 100
	maxGroups = 8 << 10
)

// person is who somebody is.
type person struct {
	name   string // empty: nobody in particular
	groups []string
	via    string
}

type userKey struct{}

// WithUser keeps the name of who showed a password for it.
func WithUser(ctx context.Context, name string) context.Context {
	return context.WithValue(ctx, userKey{}, name)
}

// User is the name that [WithUser] kept; empty when there is none.
func User(ctx context.Context) string {
	name, _ := ctx.Value(userKey{}).(string)
	return name
}

// named says who a request comes from. The headers of a proxy count when the
// connection is from one of its addresses; from elsewhere they are taken out.
func (p *People) named(r *http.Request) (person, error) {
	if p.User != "" && !p.trusts(r.RemoteAddr) {
		r.Header.Del(p.User)
		r.Header.Del(p.Groups)
	}
	if name, err := p.byProxy(r.Header); name != "" || err != nil {
		return p.inGroups(name, r.Header, err)
	}
	return checked(person{name: User(r.Context()), via: ViaPassword})
}

// byProxy is the name that a proxy gives; empty when it gives none.
func (p *People) byProxy(h http.Header) (string, error) {
	if p.User == "" {
		return "", nil
	}
	return single(h, p.User)
}

// inGroups is a person with the groups that a proxy says.
func (p *People) inGroups(name string, h http.Header, err error) (person, error) {
	if err != nil {
		return person{}, err
	}
	groups, err := p.groupsOf(h)
	if err != nil {
		return person{}, err
	}
	return checked(person{name: name, groups: groups, via: ViaProxy})
}

// trusts reports whether an address, as of a connection, is that of a proxy.
func (p *People) trusts(remote string) bool {
	peer, err := netip.ParseAddrPort(remote)
	if err != nil {
		return false
	}
	address := peer.Addr().Unmap().WithZone("")
	return slices.ContainsFunc(p.Proxies, func(proxy netip.Prefix) bool { return proxy.Contains(address) })
}

// groupsOf reads what a person belongs to.
func (p *People) groupsOf(h http.Header) ([]string, error) {
	if p.Groups == "" {
		return nil, nil
	}
	text, err := single(h, p.Groups)
	if err != nil {
		return nil, err
	}
	if len(text) > maxGroups {
		return nil, &Refusal{Malformed, "the header " + p.Groups + " is too long"}
	}
	var out []string
	for group := range strings.SplitSeq(text, ",") {
		if group = strings.TrimSpace(group); group != "" {
			out = append(out, group)
		}
	}
	return out, nil
}

// single is the value of a header that is there once, or not at all. Of two, one
// may be from whoever the proxy speaks for.
func single(h http.Header, name string) (string, error) {
	switch values := h.Values(name); len(values) {
	case 0:
		return "", nil
	case 1:
		return strings.TrimSpace(values[0]), nil
	}
	return "", &Refusal{Malformed, "the header " + name + " is there more than once"}
}

// checked refuses a name that could pose as another one in a timeline.
func checked(p person) (person, error) {
	odd := func(c rune) bool {
		return c == utf8.RuneError || !unicode.IsPrint(c) || strings.ContainsRune(`()<>"\`, c)
	}
	if len(p.name) > maxPerson || strings.ContainsFunc(p.name, odd) {
		return person{}, &Refusal{Malformed, "the name of the person cannot be taken: it has at most 100 bytes, and no brackets, quotes or control characters"}
	}
	return p, nil
}

// roleOf is the highest role that a person was given.
func (p *People) roleOf(who person) Role {
	role := max(p.Default, Viewer)
	for _, g := range p.Grants {
		if slices.Contains(g.Users, who.name) || slices.ContainsFunc(who.groups, func(group string) bool { return slices.Contains(g.Groups, group) }) {
			role = max(role, g.Role)
		}
	}
	return role
}
