package main

import (
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

// warnOfAccess says at the start what the protection of the server lacks.
func (s *service) warnOfAccess(cfg *config.Config) {
	s.warnOfFile()
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

// warnOfFile says what one can live with of the file of TLS and passwords.
func (s *service) warnOfFile() {
	problems, err := s.webFile.Problems(s.now())
	if err != nil {
		s.log.Warn(err.Error(), "at", s.webFile)
	}
	for _, p := range problems {
		s.log.Warn(p.Message, "at", p.Position, "rule", p.Rule)
	}
}

// anybodyNamed reports whether somebody may be known without a token.
func anybodyNamed(cfg *config.Config, file front.File) bool {
	return cfg.Web.People.User != "" || file.Asks()
}
