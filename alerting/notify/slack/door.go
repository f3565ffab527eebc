package slack

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/slofuse/slofuse/alerting/notify"
)

// MaxInteraction is how large a request of Slack may be, in bytes.
const MaxInteraction = 256 << 10

// ErrUnsigned says that a request was not signed by an app that is configured,
// not now, or was used before. Which of them stays untold.
var ErrUnsigned = errors.New("the request is not signed by a Slack app that is configured here, or too old, or was used before")

// tolerance is how far the clock of a signature may be off.
const tolerance = 5 * time.Minute

// Headers of a signed request.
const (
	headerTimestamp = "X-Slack-Request-Timestamp"
	headerSignature = "X-Slack-Signature"
)

// Trust says whose requests are taken from now on: those signed with one of these
// secrets. They are read at each request.
func (d *Desk) Trust(secrets []notify.Secret) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.secrets = secrets
}

// Receive takes one request of Slack as it came, headers and raw body, and has
// done what was pressed when it returns. It returns [ErrUnsigned] or
// [ErrMalformed] for what is not Slack's. A press that could not be carried out
// is no error: whoever pressed is told.
func (d *Desk) Receive(ctx context.Context, header http.Header, body []byte) error {
	if err := d.verify(header, body); err != nil {
		d.metrics.presses.WithLabelValues(pressUnsigned).Inc()
		return err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return ErrMalformed
	}
	presses, err := readPresses([]byte(form.Get("payload")))
	if err != nil {
		return err
	}
	d.act(ctx, presses)
	return nil
}

// verify checks a signature and takes it out of use.
func (d *Desk) verify(header http.Header, body []byte) error {
	now := d.now()
	timestamp, signature := header.Get(headerTimestamp), header.Get(headerSignature)
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || len(body) > MaxInteraction {
		return ErrUnsigned
	}
	if at := time.Unix(seconds, 0); now.Sub(at).Abs() > tolerance {
		return ErrUnsigned
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.signed(timestamp, signature, body) {
		return ErrUnsigned
	}
	return d.spend(signature, now)
}

// signed compares with every secret, in a time that tells nothing about them.
func (d *Desk) signed(timestamp, signature string, body []byte) (ok bool) {
	for _, secret := range d.secrets {
		key, err := secret()
		if err != nil {
			d.log.Error("what is pressed in Slack cannot be verified", "err", err)
			continue
		}
		if key != "" && hmac.Equal([]byte(sign(key, timestamp, body)), []byte(signature)) {
			ok = true
		}
	}
	return ok
}

// sign is Slack's signature of a body, version 0.
func sign(key, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("v0:" + timestamp + ":"))
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// spend refuses a signature that was used before. Only what Slack signed is
// remembered, and no longer than its clock would let it pass.
func (d *Desk) spend(signature string, now time.Time) error {
	for old, until := range d.seen {
		if now.After(until) {
			delete(d.seen, old)
		}
	}
	if _, used := d.seen[signature]; used {
		return ErrUnsigned
	}
	d.seen[signature] = now.Add(2*tolerance + time.Second)
	return nil
}
