package alerting

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"time"
)

// incidentKey is the stable key of the incidents of one function. Its parts are
// length-prefixed, so that no two functions share a key whatever their names
// hold.
func incidentKey(service, function string) string { return digest("incident", service, function) }

// incidentID is unique per opening and says so by itself: a database that lost
// its last moments gives the same incident the same id again.
func incidentID(key string, opened time.Time) string {
	return key[:12] + "-" + strconv.FormatInt(opened.Unix(), 36)
}

// eventID names one change of one incident told to one destination. It stands
// on the slot of the opening and the number of the change and not on clocks, so
// a decision made again after a crash has the same id.
func eventID(i Incident, d Destination) string {
	return digest("event", i.Key, strconv.FormatInt(i.OpenedAt.Unix(), 10), strconv.Itoa(i.Sequence), d.Name)
}

func digest(parts ...string) string {
	h := sha256.New()
	var size [8]byte
	for _, part := range parts {
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}
