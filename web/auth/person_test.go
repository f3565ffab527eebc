package auth_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/slofuse/slofuse/web/auth"
)

// behindProxy is a guard that takes the word of 10.0.0.0/8, beside its tokens.
func behindProxy() *auth.Guard {
	d := newDesk()
	d.rules.People = auth.People{
		Default: auth.Viewer, User: "X-Forwarded-User", Groups: "X-Forwarded-Groups",
		Proxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Grants:  []auth.Grant{{Role: auth.Operator, Users: []string{"anna"}, Groups: []string{"sre"}}, {Role: auth.Deploy, Users: []string{"anna", "dora"}}},
	}
	d.Configure(d.rules)
	return d.Guard
}

const proxy, elsewhere = "10.1.2.3:5555", "192.0.2.7:5555"

func TestWhomAProxyNames(t *testing.T) {
	const user, groups = "X-Forwarded-User", "X-Forwarded-Groups"
	for name, c := range map[string]struct {
		from    string
		headers []string
		want    string
		role    auth.Role
		refused auth.Reason
	}{
		"a person":                         {proxy, []string{user, "ben"}, "ben", auth.Viewer, ""},
		"the highest of two roles":         {proxy, []string{user, "anna"}, "anna", auth.Operator, ""},
		"a role of its own":                {proxy, []string{user, "dora"}, "dora", auth.Deploy, ""},
		"by group":                         {proxy, []string{user, "ben", groups, "dev, sre"}, "ben", auth.Operator, ""},
		"a group that only begins alike":   {proxy, []string{user, "ben", groups, "sre-interns,xsre"}, "ben", auth.Viewer, ""},
		"a proxy over IPv4 in IPv6":        {"[::ffff:10.1.2.3]:5", []string{user, "anna"}, "anna", auth.Operator, ""},
		"nobody":                           {proxy, nil, "", auth.Viewer, ""},
		"an empty name":                    {proxy, []string{user, " "}, "", auth.Viewer, ""},
		"groups without a person":          {proxy, []string{groups, "sre"}, "", auth.Viewer, ""},
		"from elsewhere":                   {elsewhere, []string{user, "anna", groups, "sre"}, "", auth.Viewer, ""},
		"from an address that is none":     {"@", []string{user, "anna"}, "", auth.Viewer, ""},
		"elsewhere, posing as the proxy":   {elsewhere, []string{user, "anna", "X-Forwarded-For", "10.1.2.3", "X-Real-IP", "10.1.2.3", "Forwarded", "for=10.1.2.3"}, "", auth.Viewer, ""},
		"another header":                   {proxy, []string{"X_Forwarded_User", "anna", "Remote-User", "anna"}, "", auth.Viewer, ""},
		"two names":                        {proxy, []string{user, "ben", user, "anna"}, "", auth.Viewer, auth.Malformed},
		"two lists of groups":              {proxy, []string{user, "ben", groups, "dev", groups, "sre"}, "", auth.Viewer, auth.Malformed},
		"a line feed":                      {proxy, []string{user, "ben\nanna"}, "", auth.Viewer, auth.Malformed},
		"an escape":                        {proxy, []string{user, "ben\x1b[2J"}, "", auth.Viewer, auth.Malformed},
		"text from right to left":          {proxy, []string{user, "ben\u202eanna"}, "", auth.Viewer, auth.Malformed},
		"no UTF-8":                         {proxy, []string{user, "ben\xff"}, "", auth.Viewer, auth.Malformed},
		"a name that poses as a token":     {proxy, []string{user, "ben (token oncall)"}, "", auth.Viewer, auth.Malformed},
		"a name without end":               {proxy, []string{user, strings.Repeat("a", 101)}, "", auth.Viewer, auth.Malformed},
		"groups without end":               {proxy, []string{user, "ben", groups, strings.Repeat("dev,", 3000)}, "", auth.Viewer, auth.Malformed},
		"a token of the proxy's own":       {proxy, []string{user, "anna", "Authorization", "Bearer eyJhbGciOi.J9.abc"}, "anna", auth.Operator, ""},
		"a token of somebody else's":       {elsewhere, []string{user, "anna", "Authorization", "Bearer eyJhbGciOi.J9.abc"}, "", auth.Viewer, auth.UnknownToken},
		"two tokens":                       {proxy, []string{user, "anna", "Authorization", "Bearer a", "Authorization", "Bearer b"}, "", auth.Viewer, auth.Malformed},
		"one of ours, which says the role": {proxy, []string{user, "anna", "Authorization", "Bearer " + deployToken}, "anna", auth.Deploy, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := request("POST", c.headers...)
			r.RemoteAddr = c.from
			actor, err := behindProxy().Identify(r)
			if actor.Person != c.want || actor.Role != c.role || reason(err) != c.refused {
				t.Errorf("%+v, %v, want %q as %s and refusal %q", actor, err, c.want, c.role, c.refused)
			}
			if c.from == elsewhere && (r.Header.Get(user) != "" || r.Header.Get(groups) != "") {
				t.Errorf("the headers are still there: %v", r.Header)
			}
		})
	}
}

func TestBehindAProxyNobodyIsAlone(t *testing.T) {
	people := auth.People{User: "X-User", Proxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}
	for reading, want := range map[bool]auth.Role{false: auth.Viewer, true: auth.Nobody} {
		guard := auth.New(time.Now, auth.Rules{Alone: true, Reading: reading, People: people})
		r := request("POST")
		r.RemoteAddr = "127.0.0.1:5555"
		actor, err := guard.Identify(r)
		if actor.Role != want || err != nil {
			t.Errorf("reading %v: %+v, %v", reading, actor, err)
		}
		if err := guard.Allow(r, actor, auth.Operator); reason(err) != auth.NoToken || !strings.Contains(err.Error(), "proxy") {
			t.Errorf("%v", err)
		}
	}
}

func TestAPersonWithAPassword(t *testing.T) {
	guard := behindProxy()
	r := request("POST", "Authorization", "Basic b25jYWxsOjAxMjM=")
	r = r.WithContext(auth.WithUser(r.Context(), "anna"))
	actor, err := guard.Identify(r)
	if actor.Person != "anna" || actor.Role != auth.Operator || actor.Via != auth.ViaPassword || err != nil {
		t.Errorf("%+v, %v", actor, err)
	}
	r.Header.Set("X-Forwarded-User", "ben")
	r.RemoteAddr = proxy
	if actor, _ := guard.Identify(r); actor.Person != "ben" || actor.Role != auth.Viewer || actor.Via != auth.ViaProxy {
		t.Errorf("a proxy with a password names somebody else: %+v", actor)
	}
	viewer := auth.Actor{Person: "ben", Role: auth.Viewer, Via: auth.ViaPassword}
	if err := guard.Allow(r, viewer, auth.Operator); reason(err) != auth.WrongRole || !strings.Contains(err.Error(), "ben has viewer") {
		t.Errorf("%v", err)
	}
}

func TestWhatLetsOneInBesideAPassword(t *testing.T) {
	d := newDesk()
	for name, c := range map[string]struct {
		headers []string
		want    bool
	}{
		"nothing":          {nil, false},
		"a token":          {[]string{"Authorization", "Bearer " + deployToken}, true},
		"an unknown token": {[]string{"Authorization", "Bearer " + strings.Repeat("ab01", 8)}, false},
		"a session":        {[]string{"Cookie", d.signIn(t, operatorToken)}, true},
		"an unknown one":   {[]string{"Cookie", "slofuse=abc"}, false},
		"two tokens":       {[]string{"Authorization", "Bearer " + deployToken, "Authorization", "Bearer " + deployToken}, false},
	} {
		if got := d.Knows(request("GET", c.headers...)); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if open := auth.New(time.Now, auth.Rules{Alone: true}); open.Knows(request(http.MethodGet, "Authorization", "Bearer x")) {
		t.Error("without tokens any is known")
	}
}

func TestAPersonIsNamedWhateverIsTyped(t *testing.T) {
	for _, c := range []struct{ person, token, typed, by, who string }{
		{"anna", "", "", "anna", "anna"},
		{"anna", "", "ben", "anna", "anna"},
		{"anna", "oncall", "ben", "anna (token oncall)", "anna"},
		{"oncall", "oncall", "", "oncall (token oncall)", "oncall"},
		{"", "oncall", "ben", "ben (token oncall)", "oncall"},
	} {
		a := auth.Actor{Person: c.person, Name: c.token}
		if a.By(c.typed) != c.by || a.Who() != c.who {
			t.Errorf("%+v: %q and %q", c, a.By(c.typed), a.Who())
		}
	}
}
