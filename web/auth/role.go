package auth

import (
	"fmt"
	"slices"
	"strings"
)

// Role is what somebody may do. Each holds what those before it may do.
type Role int

// The roles. The zero Role may do nothing.
const (
	Nobody   Role = iota
	Viewer        // read
	Deploy        // announce deploys
	Operator      // acknowledge, resolve, silence, reload
)

var roleNames = []string{"nobody", "viewer", "deploy", "operator"}

// String is the name of the role in the configuration.
func (r Role) String() string {
	if r < Nobody || int(r) >= len(roleNames) {
		return fmt.Sprintf("role %d", int(r))
	}
	return roleNames[r]
}

// ParseRole reads the name of a role that a token may have.
func ParseRole(name string) (Role, error) {
	if i := slices.Index(roleNames[Viewer:], name); i >= 0 {
		return Viewer + Role(i), nil
	}
	return Nobody, fmt.Errorf("%q is no role: there are %s", name, strings.Join(roleNames[Viewer:], ", "))
}
