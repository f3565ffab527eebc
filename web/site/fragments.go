package site

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

// WantsFragment reports whether only the live part of a page is asked for.
func WantsFragment(r *http.Request) bool { return r.Header.Get(fragmentHeader) == "true" }

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
	answer Answer
	made   time.Time
}

func newFragments() *fragments { return &fragments{kept: make(map[string]fragment)} }

// find returns what was made for a key since the event of a number.
func (f *fragments) find(key string, seq uint64, now time.Time) (Answer, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	found, ok := f.kept[key]
	return found.answer, ok && f.seq == seq && now.Sub(found.made) < fragmentKept
}

// keep remembers an answer, and forgets all that is older than the event.
func (f *fragments) keep(key string, seq uint64, a Answer, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if seq < f.seq {
		return
	}
	size := len(a.Body) + len(a.zipped)
	if seq > f.seq || f.size+size > mostFragments {
		clear(f.kept)
		f.seq, f.size = seq, 0
	}
	if size <= mostFragments {
		old := f.kept[key].answer
		f.kept[key] = fragment{answer: a, made: now}
		f.size += size - len(old.Body) - len(old.zipped)
	}
}

type seqKey struct{}

// seqOf is the number of the latest event when a page began to be made: what
// happens after it may not be on the page.
func seqOf(r *http.Request) uint64 {
	seq, _ := r.Context().Value(seqKey{}).(uint64)
	return seq
}

// KeptFragment makes the fragment of a page once for everybody who sees the same.
func (s *Server) KeptFragment(next Handler) Handler {
	return func(r *http.Request) (Answer, error) {
		seq := s.Live.Seq()
		r = r.WithContext(context.WithValue(r.Context(), seqKey{}, seq))
		if !WantsFragment(r) {
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
			return Answer{}, err
		}
		return made.(Answer), nil
	}
}

func (s *Server) makeFragment(r *http.Request, next Handler, key string, seq uint64) (Answer, error) {
	a, err := next(r)
	if err != nil || a.Status != 0 || a.ContentType != typeHTML {
		return a, err
	}
	sum := sha256.Sum256(a.Body)
	a.Etag = `W/"` + hex.EncodeToString(sum[:9]) + `"`
	if len(a.Body) >= compressFrom {
		if a.zipped, err = compress(a.Body); err != nil {
			return Answer{}, err
		}
	}
	s.fragments.keep(key, seq, a, s.Now())
	return a, nil
}
