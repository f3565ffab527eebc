package slack

import (
	"cmp"
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	slackapi "github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"github.com/slofuse/slofuse/alerting/notify"
)

// Socket takes presses over a connection that it opens itself, in Slack's Socket
// Mode: nothing has to be reachable from outside.
type Socket struct {
	Desk   *Desk
	Token  notify.Secret // app-level, with the scope connections:write; read at each connection
	APIURL string        // of the Web API; empty is Slack's own
	Client *http.Client  // nil is [http.DefaultClient]
	// Proxy and TLS are those of the connection itself; nil takes the proxy of the
	// environment and the usual certificates.
	Proxy func(*http.Request) (*url.URL, error)
	TLS   *tls.Config
	// Pause is waited after Slack refused the token, and before the next try.
	Pause time.Duration
}

// Run keeps a connection open until ctx ends: Slack renews it every few hours, and
// what breaks is connected again, ever more slowly. What was pressed in between
// is delivered by Slack to nobody, and whoever pressed sees it.
func (s Socket) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if err := s.connect(ctx); ctx.Err() == nil {
			s.Desk.log.Error("Slack lets us open no socket: what is pressed there does nothing", "err", classify(err, nil))
			pause(ctx, s.Pause)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// handshake is how long a connection may take to open.
const handshake = 15 * time.Second

// quiet is the log of the library, which may hold addresses that are secret.
type quiet struct{}

// Output drops a line.
func (quiet) Output(int, string) error { return nil }

// connect serves connections, one after the other, until Slack refuses the token
// or ctx ends.
func (s Socket) connect(ctx context.Context) error {
	token, err := s.Token()
	if err != nil {
		return err
	}
	api := strings.TrimRight(cmp.Or(s.APIURL, defaultAPIURL), "/") + "/"
	dialer := &websocket.Dialer{Proxy: http.ProxyFromEnvironment, TLSClientConfig: s.TLS, HandshakeTimeout: handshake}
	if s.Proxy != nil {
		dialer.Proxy = s.Proxy
	}
	client := socketmode.New(slackapi.New("", slackapi.OptionAppLevelToken(strings.TrimSpace(token)), slackapi.OptionAPIURL(api),
		slackapi.OptionHTTPClient(notify.Harden(s.Client)), slackapi.OptionLog(quiet{})), socketmode.OptionLog(quiet{}), socketmode.OptionDialer(dialer))
	ctx, cancel := context.WithCancel(ctx)
	var reading sync.WaitGroup
	reading.Go(func() { s.read(ctx, client) })
	err = client.RunContext(ctx)
	cancel()
	reading.Wait()
	return err
}

// read acts on each press and then says so to Slack: one that is not answered is
// shown as failed to whoever pressed.
func (s Socket) read(ctx context.Context, client *socketmode.Client) {
	var acting sync.WaitGroup
	defer acting.Wait()
	connected := false
	follow := func(now bool) {
		switch {
		case now && !connected:
			s.Desk.metrics.sockets.Inc()
		case !now && connected:
			s.Desk.metrics.sockets.Dec()
		}
		connected = now
	}
	defer func() { follow(false) }()
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-client.Events:
			switch event.Type {
			case socketmode.EventTypeConnected:
				follow(true)
				s.Desk.log.Info("connected to Slack: buttons work")
			case socketmode.EventTypeConnecting, socketmode.EventTypeConnectionError:
				follow(false)
			case socketmode.EventTypeInteractive:
				if event.Request != nil {
					acting.Go(func() { s.take(ctx, client, *event.Request) })
				}
			}
		}
	}
}

func (s Socket) take(ctx context.Context, client *socketmode.Client, request socketmode.Request) {
	presses, err := readPresses(request.Payload)
	if err != nil {
		s.Desk.log.Warn("Slack sent what cannot be read", "err", err)
	}
	s.Desk.act(context.WithoutCancel(ctx), presses)
	if err := client.AckCtx(ctx, request.EnvelopeID, nil); err != nil && ctx.Err() == nil {
		s.Desk.log.Warn("Slack was not told that a press arrived", "err", err)
	}
}
