package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/slofuse/slofuse/alerting"
	"github.com/slofuse/slofuse/alerting/notify"
	"github.com/slofuse/slofuse/alerting/notify/slack"
	"github.com/slofuse/slofuse/internal/config"
	"github.com/slofuse/slofuse/web"
)

// buttons is where presses on the buttons of Slack messages arrive: signed over
// HTTP, or over sockets that it keeps open.
type buttons struct {
	desk    *slack.Desk
	api     string // base of Slack's Web API; empty is Slack's own
	wanted  chan map[config.Credential]bool
	running map[config.Credential]context.CancelFunc
}

func newButtons(s *service) (*buttons, error) {
	desk, err := slack.NewDesk(slack.DeskConfig{Responder: slackResponder{s}, Logger: s.log, Registerer: s.registry, Now: s.now, APIURL: s.slackAPI})
	if err != nil {
		return nil, err
	}
	return &buttons{
		desk: desk, api: s.slackAPI,
		wanted: make(chan map[config.Credential]bool, 1), running: map[config.Credential]context.CancelFunc{},
	}, nil
}

// configure says whose presses are taken from now on.
func (b *buttons) configure(receivers []config.Receiver) {
	var signing []notify.Secret
	tokens := map[config.Credential]bool{}
	for _, r := range receivers {
		for _, c := range r.Slack {
			if !c.SigningSecret.IsZero() {
				signing = append(signing, secretOf(c.SigningSecret))
			}
			if !c.AppToken.IsZero() {
				tokens[c.AppToken] = true
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
	var sockets sync.WaitGroup
	defer b.desk.Wait()
	defer sockets.Wait()
	for {
		select {
		case <-ctx.Done():
			return nil
		case tokens := <-b.wanted:
			b.follow(ctx, tokens, &sockets)
		}
	}
}

// follow closes the sockets that are no longer wanted and opens new ones.
func (b *buttons) follow(ctx context.Context, tokens map[config.Credential]bool, sockets *sync.WaitGroup) {
	for token, stop := range b.running {
		if !tokens[token] {
			stop()
			delete(b.running, token)
		}
	}
	for token := range tokens {
		if b.running[token] != nil {
			continue
		}
		socket := slack.Socket{Desk: b.desk, Token: secretOf(token), APIURL: b.api, Pause: socketPause}
		of, stop := context.WithCancel(ctx)
		b.running[token] = stop
		sockets.Go(func() { socket.Run(of) })
	}
}

// Receive hands a request of Slack on, in the errors the pages know.
func (b *buttons) Receive(ctx context.Context, header http.Header, body []byte) error {
	err := b.desk.Receive(ctx, header, body)
	switch {
	case errors.Is(err, slack.ErrUnsigned):
		return fmt.Errorf("%w: %w", web.ErrUnsigned, err)
	case errors.Is(err, slack.ErrMalformed):
		return fmt.Errorf("%w: %w", web.ErrMalformed, err)
	}
	return err
}

// slackResponder does what buttons ask for, in words for whoever pressed.
type slackResponder struct{ *service }

// Acknowledge says that whoever pressed is on it. The message shows it.
func (r slackResponder) Acknowledge(ctx context.Context, incident, by string) (string, error) {
	_, err := r.service.Acknowledge(ctx, incident, by, "")
	return "", err
}

// Silence keeps the function of an incident quiet.
func (r slackResponder) Silence(ctx context.Context, incident, by string, length time.Duration) (string, error) {
	i, err := r.engine.Incident(ctx, incident)
	switch {
	case err != nil:
		return "", forWeb(err)
	case i.State == alerting.IncidentResolved:
		return "", web.ErrResolved
	}
	return "", fmt.Errorf("nothing can be silenced for %s yet", length)
}
