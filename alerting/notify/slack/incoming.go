package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	slackapi "github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// incoming sends to the URL of an incoming webhook.
type incoming struct {
	layout layout
	posts  *notify.Limiter
	url    notify.Secret
	client *http.Client
}

func (w incoming) send(ctx context.Context, n alerting.Notification) (ref string, err error) {
	return w.postAnyway(ctx, w.layout.first(n))
}

// postAnyway posts as plain text what is refused for its looks.
func (w incoming) postAnyway(ctx context.Context, msg message) (ref string, err error) {
	err = w.post(ctx, msg)
	if failure, ok := errors.AsType[*notify.Error](err); ok && failure.Status == http.StatusBadRequest || badLayout(err) {
		err = w.post(ctx, message{text: msg.text})
	}
	return "", err
}

func (w incoming) post(ctx context.Context, msg message) error {
	if err := w.posts.Wait(ctx); err != nil {
		return err
	}
	no := false
	wire := &slackapi.WebhookMessage{Text: msg.text, UnfurlLinks: &no, UnfurlMedia: &no}
	if len(msg.blocks) > 0 {
		wire.Blocks = &slackapi.Blocks{BlockSet: msg.blocks}
	}
	return w.say(ctx, wire)
}

// say posts a body as JSON and reads the answer.
func (w incoming) say(ctx context.Context, wire any) error {
	url, err := w.url()
	if err != nil {
		return err
	}
	if _, ok := notify.WebLink(url); !ok {
		return notify.Errorf(notify.KindBlocked, "the Slack webhook URL is not an absolute http or https URL")
	}
	body, err := json.Marshal(wire)
	if err != nil {
		return notify.Errorf(notify.KindPermanent, "the message cannot be encoded: %v", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSpace(url), bytes.NewReader(body))
	if err != nil {
		return notify.Errorf(notify.KindBlocked, "the Slack webhook URL cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.client.Do(req)
	if err != nil {
		return notify.Classify(err)
	}
	defer resp.Body.Close()
	return readAnswer(resp)
}

// readAnswer tells acceptance from an error that comes as HTTP 200: Slack
// answers "ok", or a word that names the problem; look-alikes answer JSON.
func readAnswer(resp *http.Response) error {
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return notify.Classify(err)
	}
	text := strings.TrimSpace(string(answer))
	var document struct {
		OK, Success *bool
		Error       string
	}
	switch {
	case text == "" || text == "ok":
		return nil
	case json.Unmarshal(answer, &document) == nil:
		if document.OK != nil && !*document.OK || document.Success != nil && !*document.Success {
			return classifyCode(document.Error, resp.Header)
		}
		return nil
	case isCode(text):
		return classifyCode(text, resp.Header)
	}
	return notify.Errorf(notify.KindTemporary, "the answer is not one of Slack's")
}
