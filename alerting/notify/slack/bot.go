package slack

import (
	"context"
	"net/http"
	"strings"

	slackapi "github.com/slack-go/slack"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
)

// bot sends with the Web API.
type bot struct {
	layout  layout
	posts   *notify.Limiter
	edits   *notify.Limiter
	token   notify.Secret
	channel string
	apiURL  string
	client  *http.Client
}

// session is the Web API under the token of one moment.
type session struct {
	posts   *notify.Limiter
	edits   *notify.Limiter
	api     *slackapi.Client
	headers *headerKeeper
}

func (b bot) send(ctx context.Context, n alerting.Notification) (ref string, err error) {
	s, err := b.session()
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(n.Ref, inDigest) {
		return b.ofDigest(ctx, s, n)
	}
	channel, ts, told := strings.Cut(n.Ref, ":")
	if !told {
		return s.post(ctx, b.channel, b.layout.first(n))
	}
	_, err = s.deliver(ctx, s.edits, channel, b.layout.edited(n), slackapi.MsgOptionUpdate(ts))
	if uneditable(err) {
		return s.post(ctx, b.channel, b.layout.first(n))
	}
	if err != nil {
		return "", err
	}
	return n.Ref, s.reply(ctx, n, b.layout.answer(n), channel, ts)
}

// session reads the token of this moment.
func (b bot) session() (session, error) {
	token, err := b.token()
	if err != nil {
		return session{}, err
	}
	keeper := &headerKeeper{client: b.client}
	return session{
		posts:   b.posts,
		edits:   b.edits,
		api:     slackapi.New(strings.TrimSpace(token), slackapi.OptionAPIURL(b.apiURL), slackapi.OptionHTTPClient(keeper)),
		headers: keeper,
	}, nil
}

// post posts to the channel.
func (b bot) post(ctx context.Context, msg message) (ref string, err error) {
	s, err := b.session()
	if err != nil {
		return "", err
	}
	return s.post(ctx, b.channel, msg)
}

func (s session) post(ctx context.Context, channel string, msg message, options ...slackapi.MsgOption) (ref string, err error) {
	return s.deliver(ctx, s.posts, channel, msg, options...)
}

// reply says in the thread what changed, because an edit rings no phone. What is
// loud is shown in the channel too.
func (s session) reply(ctx context.Context, n alerting.Notification, msg message, channel, ts string) error {
	options := []slackapi.MsgOption{slackapi.MsgOptionTS(ts)}
	if n.Loud {
		options = append(options, slackapi.MsgOptionBroadcast())
	}
	_, err := s.post(ctx, channel, msg, options...)
	if threadless(err) { // better beside the message than not at all
		_, err = s.post(ctx, channel, msg)
	}
	return err
}

// deliver makes one call. A layout that Slack refuses is sent again as plain
// text: a page must not fail on its looks.
func (s session) deliver(ctx context.Context, limit *notify.Limiter, channel string, msg message, options ...slackapi.MsgOption) (ref string, err error) {
	ref, err = s.call(ctx, limit, channel, msg, options...)
	if badLayout(err) && len(msg.blocks) > 0 {
		return s.call(ctx, limit, channel, message{text: msg.text}, options...)
	}
	return ref, err
}

func (s session) call(ctx context.Context, limit *notify.Limiter, channel string, msg message, options ...slackapi.MsgOption) (ref string, err error) {
	if err := limit.Wait(ctx); err != nil {
		return "", err
	}
	options = append(options,
		slackapi.MsgOptionText(msg.text, false), // escaped where it was made
		slackapi.MsgOptionDisableLinkUnfurl(), slackapi.MsgOptionDisableMediaUnfurl(),
	)
	if len(msg.blocks) > 0 {
		options = append(options, slackapi.MsgOptionBlocks(msg.blocks...))
	}
	channelID, ts, _, err := s.api.SendMessageContext(ctx, channel, options...)
	if err != nil {
		return "", classify(err, s.headers.last)
	}
	if ts == "" {
		// The library takes an answer that says neither ok nor error for success.
		return "", notify.Errorf(notify.KindAmbiguous, "the answer is not one of Slack's")
	}
	return channelID + ":" + ts, nil
}

// headerKeeper remembers the headers of the last answer, which the library
// drops and which hold the Retry-After.
type headerKeeper struct {
	client *http.Client
	last   http.Header
}

// Do implements the library's client.
func (k *headerKeeper) Do(req *http.Request) (*http.Response, error) {
	resp, err := k.client.Do(req)
	if resp != nil {
		k.last = resp.Header
	}
	return resp, err
}
