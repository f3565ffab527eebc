package sink

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// tolerance is how old a signed webhook may be.
const tolerance = 5 * time.Minute

// Verify checks a webhook as a receiver should before it believes it: the
// signature over id, time and the body as it came, by Standard Webhooks. A secret
// is "whsec_" and base64, or as it is. It does not look whether the id came before.
func Verify(header http.Header, body []byte, secret string, now time.Time) error {
	id, sent, signatures := header.Get("Webhook-Id"), header.Get("Webhook-Timestamp"), header.Get("Webhook-Signature")
	seconds, err := strconv.ParseInt(sent, 10, 64)
	if id == "" || signatures == "" || err != nil {
		return errors.New("it is not signed")
	}
	if now.Sub(time.Unix(seconds, 0)).Abs() > tolerance {
		return errors.New("it is too old, or from the future")
	}
	key := []byte(secret)
	if encoded, ok := strings.CutPrefix(secret, "whsec_"); ok {
		if key, err = base64.StdEncoding.DecodeString(encoded); err != nil {
			return errors.New("the secret is no base64")
		}
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + sent + "."))
	mac.Write(body)
	want := []byte("v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	for signature := range strings.FieldsSeq(signatures) { // two while a secret is replaced
		if hmac.Equal([]byte(signature), want) {
			return nil
		}
	}
	return errors.New("the signature does not hold")
}
