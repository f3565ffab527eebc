package site

import (
	"net/netip"
	"net/url"
	"strings"
)

// Command is a command of slofuse for people to copy. It asks this server, from wherever
// it is run, if it is known where that is.
func (s *Server) Command(text string) string {
	if u, err := url.Parse(s.ExternalURL); err == nil && reachable(u) {
		return "slofuse " + text + " --server " + ShellWord(strings.TrimSuffix(s.ExternalURL, "/"))
	}
	return "slofuse " + text
}

// reachable reports whether an address names a machine: that of a server which listens
// on all of them does not.
func reachable(u *url.URL) bool {
	if u.Scheme != "http" && u.Scheme != "https" || u.User != nil {
		return false
	}
	addr, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "" && (err != nil || !addr.IsUnspecified())
}

// ShellWord writes a name so that a shell takes it for one word.
func ShellWord(name string) string {
	plain := strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:") == ""
	if plain && name != "" && name[0] != '-' {
		return name
	}
	return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
}
