package main

import (
	"fmt"
	"net"
	"strings"

	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/front"
)

// accessRules are what a configuration allows on a server that listens on an
// address, with the file that asks for TLS and passwords.
func accessRules(cfg *config.Config, listens net.Addr, file front.File) auth.Rules {
	out := auth.Rules{
		Reading: cfg.Web.RequireToken, Alone: onLoopback(listens), People: cfg.Web.People, Badges: cfg.Web.PublicBadges,
		Secure: strings.HasPrefix(cfg.ExternalURL, "https://") || scheme(file) == "https://",
	}
	for _, t := range cfg.Tokens {
		out.Tokens = append(out.Tokens, auth.Token{Name: t.Name, Role: t.Role, Services: t.Services, Read: t.Secret.Read})
	}
	return out
}

// onLoopback reports whether only this machine can reach an address.
func onLoopback(address net.Addr) bool {
	tcp, ok := address.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}

// unfitTokens says what is wrong with the secrets of tokens here. Nobody comes
// in with one that cannot be read, or that can be guessed.
func unfitTokens(cfg *config.Config) []string {
	var out []string
	for _, t := range accessRules(cfg, nil, "").Tokens {
		if err := t.Check(); err != nil {
			out = append(out, fmt.Sprintf("%v; nobody is let in with it", err))
		}
	}
	return out
}

// warnOfAccess says at the start what the protection of the server lacks.
func (s *service) warnOfAccess(cfg *config.Config) {
	listens := s.listener.Addr()
	switch {
	case onLoopback(listens):
	case len(cfg.Tokens) == 0 && !anybodyNamed(cfg, s.webFile):
		s.log.Warn("nothing can be changed over the network: there are no tokens, and others can reach the port; "+
			"name some under tokens in the configuration", "address", listens.String())
	case !accessRules(cfg, listens, s.webFile).Secure:
		s.log.Warn("tokens and passwords travel in the clear: give --web.config.file a certificate, or put a proxy with TLS in front and its https address into external_url", "external_url", cfg.ExternalURL)
	}
}

// anybodyNamed reports whether somebody may be known without a token.
func anybodyNamed(cfg *config.Config, file front.File) bool {
	return cfg.Web.People.User != "" || file.Asks()
}
