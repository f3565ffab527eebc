package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// fragmentHeader asks for the parts of a page that change, to be put into one that
// is already there.
const fragmentHeader = "Fragment"

func wantsFragment(r *http.Request) bool { return r.Header.Get(fragmentHeader) == "true" }

const (
	// fragmentKept is how long a fragment is handed out again while nothing is said
	// to have changed: its ages go on.
	fragmentKept = 10 * time.Second
	// mostFragments bounds what is kept, in bytes.
	mostFragments = 8 << 20
)

// fragments are the parts of pages that were asked for last. A crowd that looks
// at the same page hears of a change at the same time, and costs one rendering.
type fragments struct {
	making singleflight.Group

	mu   sync.Mutex // guards what follows
	seq  uint64     // of the latest event when they were made
	kept map[string]fragment
	size int
}

type fragment struct {
	answer answer
	made   time.Time
}

func newFragments() *fragments { return &fragments{kept: make(map[string]fragment)} }

// find returns what was made for a key since the event of a number.
func (f *fragments) find(key string, seq uint64, now time.Time) (answer, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	found, ok := f.kept[key]
	return found.answer, ok && f.seq == seq && now.Sub(found.made) < fragmentKept
}

// keep remembers an answer, and forgets all that is older than the event.
func (f *fragments) keep(key string, seq uint64, a answer, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if seq < f.seq {
		return
	}
	size := len(a.body) + len(a.zipped)
	if seq > f.seq || f.size+size > mostFragments {
		clear(f.kept)
		f.seq, f.size = seq, 0
	}
	if size <= mostFragments {
		old := f.kept[key].answer
		f.kept[key] = fragment{answer: a, made: now}
		f.size += size - len(old.body) - len(old.zipped)
	}
}

type seqKey struct{}

// seqOf is the number of the latest event when a page began to be made: what
// happens after it may not be on the page.
func seqOf(r *http.Request) uint64 {
	seq, _ := r.Context().Value(seqKey{}).(uint64)
	return seq
}

// keptFragment makes the fragment of a page once for everybody who sees the same.
func (s *Server) keptFragment(next handler) handler {
	return func(r *http.Request) (answer, error) {
		seq := s.Live.Seq()
		r = r.WithContext(context.WithValue(r.Context(), seqKey{}, seq))
		if !wantsFragment(r) {
			return next(r)
		}
		key := fmt.Sprintf("%+v %q", s.visitor(r), r.URL.RequestURI())
		if a, ok := s.fragments.find(key, seq, s.Now()); ok {
			return a, nil
		}
		made, err, _ := s.fragments.making.Do(fmt.Sprint(seq, " ", key), func() (any, error) {
			return s.makeFragment(r.WithContext(context.WithoutCancel(r.Context())), next, key, seq)
		})
		if err != nil {
			return answer{}, err
		}
		return made.(answer), nil
	}
}

func (s *Server) makeFragment(r *http.Request, next handler, key string, seq uint64) (answer, error) {
	a, err := next(r)
	if err != nil || a.status != 0 || a.contentType != typeHTML {
		return a, err
	}
	sum := sha256.Sum256(a.body)
	a.etag = `W/"` + hex.EncodeToString(sum[:9]) + `"`
	if len(a.body) >= compressFrom {
		if a.zipped, err = compress(a.body); err != nil {
			return answer{}, err
		}
	}
	s.fragments.keep(key, seq, a, s.Now())
	return a, nil
}
