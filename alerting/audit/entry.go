package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// What came of an attempt.
const (
	Done    = "done"
	Refused = "refused" // whoever asked may not
	Failed  = "failed"  // they may, and it did not happen
)

// Entry is one attempt to change something.
type Entry struct {
	ID      int64     `json:"id"` // counts from 1 without gaps
	At      time.Time `json:"at"` // in whole milliseconds, UTC
	Actor   string    `json:"actor"`
	Role    string    `json:"role"`
	Via     string    `json:"via"`    // token, session, password, proxy, open, or what did it by itself
	Remote  string    `json:"remote"` // the address it came from
	Action  string    `json:"action"`
	Target  string    `json:"target"`
	Outcome string    `json:"outcome"`
	Status  int       `json:"status"` // of HTTP; 0 when it was not asked over HTTP
	Detail  string    `json:"detail"` // what was sent, shortened, without secrets
	Prev    string    `json:"prev"`   // hash of the entry before; empty for the first
	Hash    string    `json:"hash"`   // over all of the above, in hex
}

// Seal puts an entry after another one; the zero Entry is the beginning.
func Seal(e, last Entry) Entry {
	e.ID, e.Prev = last.ID+1, last.Hash
	e.At = e.At.UTC().Truncate(time.Millisecond)
	e.Hash = e.digest()
	return e
}

func (e Entry) digest() string {
	e.Hash = ""
	text, err := json.Marshal(e)
	if err != nil { // a year beyond 9999
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// Follows says what is wrong with an entry that comes after another one; nil
// when it is as it was written.
func (e Entry) Follows(last Entry) error {
	switch {
	case e.ID != last.ID+1:
		return fmt.Errorf("entry %d follows entry %d: what was between them is gone", e.ID, last.ID)
	case e.Prev != last.Hash:
		return fmt.Errorf("entry %d does not follow entry %d as it is now: one of them was changed", e.ID, last.ID)
	case e.Hash == "" || e.Hash != e.digest():
		return fmt.Errorf("entry %d is not as it was written", e.ID)
	}
	return nil
}

// Verify says what is wrong with a whole record, oldest entry first.
func Verify(entries []Entry) error {
	var last Entry
	for _, e := range entries {
		if err := e.Follows(last); err != nil {
			return err
		}
		last = e
	}
	return nil
}
