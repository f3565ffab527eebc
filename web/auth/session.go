package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"sync"
	"time"
)

// How long a session lasts: without being used, and at most. There are so many
// at a time; one more ends the one that was used least recently, of the token that has
// most.
const (
	idle        = 8 * time.Hour
	longest     = 24 * time.Hour
	maxSessions = 1000
)

// session is somebody who signed in. It ends with the secret that opened it.
type session struct {
	token         string // its name
	secret        digest
	opened, asked time.Time
}

// sessions are kept in memory: a restart ends them all.
type sessions struct {
	mu   sync.Mutex
	byID map[digest]session // by the digest of what the cookie holds
}

// open starts a session and returns what the cookie has to hold.
func (s *sessions) open(token string, secret digest, now time.Time) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) >= maxSessions {
		s.dropOldest(s.mostOf())
	}
	id := rand.Text()
	s.byID[sha256.Sum256([]byte(id))] = session{token: token, secret: secret, opened: now, asked: now}
	return id
}

// mostOf is the token of which there are most sessions: who opens them without end
// ends their own.
func (s *sessions) mostOf() string {
	open, most := map[string]int{}, ""
	for _, one := range s.byID {
		if open[one.token]++; most == "" || open[one.token] > open[most] {
			most = one.token
		}
	}
	return most
}

// dropOldest ends the session of a token that was used least recently.
func (s *sessions) dropOldest(token string) {
	var oldest digest
	var at time.Time
	for id, one := range s.byID {
		if one.token == token && (at.IsZero() || one.asked.Before(at)) {
			oldest, at = id, one.asked
		}
	}
	delete(s.byID, oldest)
}

// use finds a session that goes on, and keeps it awake.
func (s *sessions) use(id string, now time.Time) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := sha256.Sum256([]byte(id))
	one, ok := s.goesOn(key, now)
	if ok {
		one.asked = now
		s.byID[key] = one
	}
	return one, ok
}

// look finds a session that goes on, and leaves it as it is.
func (s *sessions) look(id string, now time.Time) (session, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.goesOn(sha256.Sum256([]byte(id)), now)
}

// goesOn finds a session, and forgets it when it is over. The caller holds the lock.
func (s *sessions) goesOn(key digest, now time.Time) (session, bool) {
	one, ok := s.byID[key]
	if ok && (now.Sub(one.asked) >= idle || now.Sub(one.opened) >= longest) {
		delete(s.byID, key)
		return session{}, false
	}
	return one, ok
}

func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, sha256.Sum256([]byte(id)))
}
