package config_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/web/auth"
)

func TestPeopleAreRead(t *testing.T) {
	c, problems := config.Parse("c.yaml", []byte(oneBackend+`
web:
  trusted_proxies: [10.1.2.3, 10.0.0.9/8, "fd00::/8"]
  identity_header: x-forwarded-user
  groups_header: X-Forwarded-Groups
  default_role: deploy
  roles:
    - {role: operator, users: [anna, "007"], groups: [sre]}
  require_token: true
`))
	if c == nil {
		t.Fatal(problems)
	}
	want := auth.People{
		Default: auth.Deploy, User: "X-Forwarded-User", Groups: "X-Forwarded-Groups",
		Proxies: []netip.Prefix{netip.MustParsePrefix("10.1.2.3/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")},
		Grants:  []auth.Grant{{Role: auth.Operator, Users: []string{"anna", "007"}, Groups: []string{"sre"}}},
	}
	if diff := cmp.Diff(want, c.Web.People, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b })); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWithoutARolePeopleMayRead(t *testing.T) {
	c, problems := config.Parse("c.yaml", []byte(oneBackend+"web: {}\n"))
	if c == nil || c.Web.People.Default != auth.Viewer || c.Web.People.User != "" {
		t.Errorf("%+v, %v", c, problems)
	}
}

func TestPeopleThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"a header from everybody":      {"identity_header: X-User", "trusted_proxies"},
		"proxies that say nothing":     {"trusted_proxies: [10.0.0.1]", "identity_header"},
		"everybody as a proxy":         {"trusted_proxies: [0.0.0.0/0], identity_header: X-User", "is everybody"},
		"everybody as a proxy, over 6": {"trusted_proxies: ['::/0'], identity_header: X-User", "is everybody"},
		"a name as a proxy":            {"trusted_proxies: [proxy.example.com], identity_header: X-User", "no address"},
		"no proxy at all":              {"trusted_proxies: [], identity_header: X-User", "is empty"},
		"a header that is none":        {"trusted_proxies: [10.0.0.1], identity_header: 'X User'", "not the name of a header"},
		"a header of ours":             {"trusted_proxies: [10.0.0.1], identity_header: authorization", "something else already"},
		"an address as a person":       {"trusted_proxies: [10.0.0.1], identity_header: X-Forwarded-For", "something else already"},
		"groups of nobody":             {"groups_header: X-Groups", "identity_header"},
		"one header for both":          {"trusted_proxies: [10.0.0.1], identity_header: X-User, groups_header: x-user", "same header"},
		"a role that is none":          {"default_role: admin", "viewer, deploy, operator"},
		"a role for nobody":            {"roles: [{role: operator}]", "say who"},
		"groups that nobody tells":     {"roles: [{role: operator, groups: [sre]}]", "groups_header"},
		"two people in one name":       {"roles: [{role: operator, users: ['anna,ben']}]", "without a comma"},
		"reading that nobody could do": {"roles: [{role: operator, users: [anna]}], require_token: true", "add one under tokens"},
		"a misspelt key":               {"identity_heder: X-User", "identity_header"},
	} {
		t.Run(name, func(t *testing.T) {
			got, problems := config.Parse("c.yaml", []byte(oneBackend+"web: {"+c.text+"}\n"))
			if got != nil || !strings.Contains(problems.Error(), c.want) {
				t.Errorf("%v, want %q", problems, c.want)
			}
		})
	}
}
