package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	promconfig "github.com/prometheus/common/config"

	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/slack"
	"github.com/slofuse/slofuse/alerting/suppress"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/web/site"
)

// buttons is where presses on the buttons of Slack messages arrive: signed over
// HTTP, or over sockets that it keeps open.
type buttons struct {
	desk    *slack.Desk
	api     string // base of Slack's Web API; empty is Slack's own
	log     *slog.Logger
	wanted  chan sockets
	running map[config.Credential]openSocket
}

// sockets are the app-level tokens to keep a socket open for, and how Slack is
// reached with each.
type sockets map[config.Credential]config.HTTPClient

type openSocket struct {
	http config.HTTPClient
	stop context.CancelFunc
}

func newButtons(s *service) (*buttons, error) {
	desk, err := slack.NewDesk(slack.DeskConfig{Responder: slackResponder{s}, Logger: s.log, Registerer: s.registry, Now: s.now, APIURL: s.slackAPI})
	if err != nil {
		return nil, err
	}
	return &buttons{
		desk: desk, api: s.slackAPI, log: s.log, wanted: make(chan sockets, 1), running: map[config.Credential]openSocket{},
	}, nil
}

// configure says whose presses are taken from now on.
func (b *buttons) configure(receivers []config.Receiver) {
	var signing []notify.Secret
	tokens := sockets{}
	for _, r := range receivers {
		for _, c := range r.Slack {
			if !c.SigningSecret.IsZero() {
				signing = append(signing, secretOf(c.SigningSecret))
			}
			if !c.AppToken.IsZero() {
				tokens[c.AppToken] = c.HTTP
			}
		}
	}
	b.desk.Trust(signing)
	select {
	case <-b.wanted: // nobody has looked at the last wish yet
	default:
	}
	b.wanted <- tokens
}

// socketPause is how long a token that Slack refuses is left alone.
const socketPause = 5 * time.Minute

// run keeps a socket open for each token that is wanted, until ctx ends.
func (b *buttons) run(ctx context.Context) error {
	var open sync.WaitGroup
	defer b.desk.Wait()
	defer open.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case tokens := <-b.wanted:
			b.follow(ctx, tokens, &open)
		}
	}
}

// follow closes the sockets that are no longer wanted, or wanted otherwise, and
// opens new ones.
func (b *buttons) follow(ctx context.Context, wanted sockets, open *sync.WaitGroup) {
	for token, running := range b.running {
		if client, ok := wanted[token]; !ok || !client.Equal(running.http) {
			running.stop()
			delete(b.running, token)
		}
	}
	for token, client := range wanted {
		if _, ok := b.running[token]; ok {
			continue
		}
		socket, err := b.socket(token, client)
		if err != nil {
			b.log.Error("no socket to Slack can be opened: what is pressed there does nothing", "err", err)
			continue
		}
		of, stop := context.WithCancel(ctx)
		b.running[token] = openSocket{http: client, stop: stop}
		open.Go(func() { socket.Run(of) })
	}
}

// socket reaches Slack as the configuration says, proxies included.
func (b *buttons) socket(token config.Credential, c config.HTTPClient) (slack.Socket, error) {
	s := slack.Socket{Desk: b.desk, Token: secretOf(token), APIURL: b.api, Pause: socketPause}
	var err error
	if s.Client, err = httpClient(c, "slack"); err != nil {
		return s, err
	}
	if s.TLS, err = promconfig.NewTLSConfig(&c.Config.TLSConfig); err != nil {
		return s, err
	}
	if c.Config.ProxyURL.URL != nil || c.Config.ProxyFromEnvironment {
		s.Proxy = c.Config.Proxy()
	}
	return s, nil
}

// Receive hands a request of Slack on, in the errors the pages know.
func (b *buttons) Receive(ctx context.Context, header http.Header, body []byte) error {
	err := b.desk.Receive(ctx, header, body)
	switch {
	case errors.Is(err, slack.ErrUnsigned):
		return fmt.Errorf("%w: %w", site.ErrUnsigned, err)
	case errors.Is(err, slack.ErrMalformed):
		return fmt.Errorf("%w: %w", site.ErrMalformed, err)
	}
	return err
}

// slackResponder does what buttons ask for, in words for whoever pressed.
type slackResponder struct{ *service }

var _ slack.Silencer = slackResponder{}

// Acknowledge says that whoever pressed is on it. The message shows it.
func (r slackResponder) Acknowledge(ctx context.Context, incident, by string) (string, error) {
	_, err := r.service.Acknowledge(ctx, incident, by, "")
	r.recordPressed(ctx, by, "acknowledge", incident, err)
	return "", err
}

// Silence keeps everybody from hearing of the function of an incident.
func (r slackResponder) Silence(ctx context.Context, incident, by string, length time.Duration) (string, error) {
	told, err := r.silence(ctx, incident, by, length)
	r.recordPressed(ctx, by, "silence", incident, err)
	return told, err
}

func (r slackResponder) silence(ctx context.Context, incident, by string, length time.Duration) (string, error) {
	i, err := r.engine.Incident(ctx, incident)
	if err != nil {
		return "", forWeb(err)
	}
	if !i.Open() {
		return "", site.ErrResolved
	}
	matchers, err := suppress.ParseMatchers(fmt.Sprintf("{service=%q,function=%q}", i.Service, i.Function))
	if err != nil {
		return "", err
	}
	now := r.now().UTC().Truncate(time.Second)
	s := suppress.Silence{
		Matchers: matchers, StartsAt: now, EndsAt: now.Add(min(length, r.announced.LongestSilence())), Author: by,
		Reason: "pressed in Slack, on incident " + i.ID,
	}
	if err := s.Check(r.announced.LongestSilence()); err != nil {
		return "", err
	}
	if s, err = r.announced.Silence(ctx, s); err != nil {
		return "", err
	}
	return fmt.Sprintf("Nobody hears of %s/%s until %s. The page /silences of slofuse ends it early: it is %s.", i.Service, i.Function, s.EndsAt.Format("15:04 UTC"), s.ID), nil
}
