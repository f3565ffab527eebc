package sink_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/slofuse/slofuse/examples/fleet/sink"
)

// Where it is written what a receiver checks.
const (
	docSignature = "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#verifying-webhook-authenticity"
	docRotation  = "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#signature-scheme"
	docReplay    = "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#verifying-webhook-authenticity"
)

// signedAt is a webhook signed by the library of the specification.
func signedAt(t *testing.T, secret string, at time.Time, body string) http.Header {
	t.Helper()
	signer, err := standardwebhooks.NewWebhookRaw([]byte(secret))
	if strings.HasPrefix(secret, "whsec_") {
		signer, err = standardwebhooks.NewWebhook(secret)
	}
	if err != nil {
		t.Fatal(err)
	}
	signature, err := signer.Sign("evt_1", at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return http.Header{"Webhook-Id": {"evt_1"}, "Webhook-Timestamp": {strconv.FormatInt(at.Unix(), 10)}, "Webhook-Signature": {signature}}
}

func TestWhatAReceiverChecks(t *testing.T) {
	const raw, encoded, body = "a secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", `{"version":"4"}`
	for name, tc := range map[string]struct {
		secret string
		change func(http.Header)
		body   string
		want   string
		source string
	}{
		"as it is sent":          {raw, nil, body, "", docSignature},
		"a secret in base64":     {encoded, nil, body, "", docRotation},
		"another body":           {raw, nil, body + " ", "does not hold", docSignature},
		"another id":             {raw, func(h http.Header) { h.Set("Webhook-Id", "evt_2") }, body, "does not hold", docSignature},
		"another time":           {raw, func(h http.Header) { h.Set("Webhook-Timestamp", strconv.FormatInt(noon.Unix()+1, 10)) }, body, "does not hold", docSignature},
		"no signature":           {raw, func(h http.Header) { h.Del("Webhook-Signature") }, body, "not signed", docSignature},
		"no id":                  {raw, func(h http.Header) { h.Del("Webhook-Id") }, body, "not signed", docSignature},
		"a time that is none":    {raw, func(h http.Header) { h.Set("Webhook-Timestamp", "noon") }, body, "not signed", docSignature},
		"another version":        {raw, func(h http.Header) { h.Set("Webhook-Signature", "v1a"+h.Get("Webhook-Signature")[2:]) }, body, "does not hold", docRotation},
		"two secrets, ours last": {raw, func(h http.Header) { h.Set("Webhook-Signature", "v1,AAAA "+h.Get("Webhook-Signature")) }, body, "", docRotation},
		"six minutes old":        {raw, func(h http.Header) { h.Set("Webhook-Timestamp", strconv.FormatInt(noon.Unix()-360, 10)) }, body, "too old", docReplay},
		"from the future":        {raw, func(h http.Header) { h.Set("Webhook-Timestamp", strconv.FormatInt(noon.Unix()+360, 10)) }, body, "from the future", docReplay},
	} {
		t.Run(name, func(t *testing.T) {
			header := signedAt(t, tc.secret, noon, body)
			if tc.change != nil {
				tc.change(header)
			}
			err := sink.Verify(header, []byte(tc.body), tc.secret, noon)
			if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
				t.Errorf("Verify() = %v, want %q; see %s", err, tc.want, tc.source)
			}
		})
	}
	if err := sink.Verify(signedAt(t, raw, noon, body), []byte(body), "whsec_%%", noon); err == nil {
		t.Error("a secret that is no base64 is taken")
	}
}

// "The unique webhook identifier … can be used as an idempotency key": see docID.
func TestTheSinkKnowsAWebhookThatCameBefore(t *testing.T) {
	const docID = "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#webhook-headers-sending-metadata-to-consumers"
	s := sink.New(sink.Config{Now: func() time.Time { return noon }, WebhookSecret: "a secret"})
	srv := serve(t, s)
	for i, tc := range []struct {
		what, path, secret string
		repeats            int
	}{
		{"not accepted", "x", "another", 0},
		{"the first that is accepted", "x", "a secret", 0},
		{"the same once more", "x", "a secret", 2},
		{"the same to another receiver", "y", "a secret", 0},
		{"the same, refused", "x", "another", 0},
		{"the same a third time", "x", "a secret", 2},
	} {
		post(t, srv.URL+sink.WebhookPath+tc.path, "application/json", "{}", signedAt(t, tc.secret, noon, "{}"))
		if got := s.Requests()[i].Repeats; got != tc.repeats {
			t.Errorf("%s: it repeats %d, want %d; see %s", tc.what, got, tc.repeats, docID)
		}
	}
	if html := page(t, srv); strings.Count(html, "came before: the same webhook-id") != 2 {
		t.Errorf("the page does not say so:\n%s", html)
	}
}

func TestTheSinkRefusesWhatIsNotSigned(t *testing.T) {
	s := sink.New(sink.Config{Now: func() time.Time { return noon }, WebhookSecret: "a secret"})
	srv := serve(t, s)
	for secret, want := range map[string]int{"a secret": http.StatusOK, "another": http.StatusUnauthorized} {
		res, _ := post(t, srv.URL+sink.WebhookPath+"x", "application/json", "{}", signedAt(t, secret, noon, "{}"))
		if res.StatusCode != want {
			t.Errorf("signed with %s: %d", secret, res.StatusCode)
		}
	}
	if html := page(t, srv); !strings.Contains(html, "the signature holds") || !strings.Contains(html, "answered 401") {
		t.Errorf("the page does not say so:\n%s", html)
	}
}
