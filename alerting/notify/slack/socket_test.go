package slack

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/slofuse/slofuse/alerting/notify"
)

// socketServer is Slack's side of Socket Mode: each connection sends one press,
// waits until it is answered, and then asks for a new connection or breaks off, as
// the real one does every few hours.
type socketServer struct {
	t      *testing.T
	server *httptest.Server
	breaks bool // off without a word
	refuse string

	mu      sync.Mutex
	opened  int
	answers []string
	enough  chan struct{} // closed after two answers
}

func newSocketServer(t *testing.T) *socketServer {
	s := &socketServer{t: t, enough: make(chan struct{})}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/apps.connections.open", s.open)
	mux.HandleFunc("GET /link", s.link)
	s.server = httptest.NewServer(mux)
	t.Cleanup(s.server.Close)
	return s
}

func (s *socketServer) open(w http.ResponseWriter, r *http.Request) {
	if s.refuse != "" || r.Header.Get("Authorization") != "Bearer xapp-canary" {
		fmt.Fprintf(w, `{"ok":false,"error":%q}`, s.refuse)
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.opened++; s.opened == 2 {
			close(s.enough)
		}
		return
	}
	fmt.Fprintf(w, `{"ok":true,"url":%q}`, strings.Replace(s.server.URL, "http", "ws", 1)+"/link?ticket=canary")
}

func (s *socketServer) link(w http.ResponseWriter, r *http.Request) {
	conn, err := (&websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}).Upgrade(w, r, nil)
	if err != nil {
		s.t.Error(err)
		return
	}
	defer conn.Close()
	s.mu.Lock()
	s.opened++
	id := fmt.Sprint("envelope-", s.opened)
	s.mu.Unlock()
	s.send(conn, `{"type":"hello","num_connections":1,"connection_info":{"app_id":"A1"}}`)
	form, _ := url.ParseQuery(string(pressed(actionAck, id, "")))
	s.send(conn, fmt.Sprintf(`{"envelope_id":%q,"type":"interactive","accepts_response_payload":true,"payload":%s}`, id, form.Get("payload")))
	var answer struct {
		EnvelopeID string `json:"envelope_id"`
	}
	if _, text, err := conn.ReadMessage(); err != nil || json.Unmarshal(text, &answer) != nil {
		return // the client went away
	}
	s.mu.Lock()
	s.answers = append(s.answers, answer.EnvelopeID)
	if len(s.answers) == 2 {
		close(s.enough)
	}
	s.mu.Unlock()
	if !s.breaks {
		s.send(conn, `{"type":"disconnect","reason":"refresh_requested"}`)
		_, _, _ = conn.ReadMessage() // until the client hangs up
	}
}

func (s *socketServer) send(conn *websocket.Conn, text string) {
	if err := conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		s.t.Log("the client went away:", err)
	}
}

// runSocket runs a socket until the server has seen enough, and waits for its end.
func runSocket(t *testing.T, s *socketServer, d *Desk) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var running sync.WaitGroup
	running.Go(func() {
		Socket{Desk: d, Token: notify.SecretText("xapp-canary\n"), APIURL: s.server.URL + "/api", Pause: time.Millisecond}.Run(ctx)
	})
	select {
	case <-s.enough:
	case <-time.After(20 * time.Second):
		t.Error("the socket did not come back")
	}
	stop()
	running.Wait()
}

func TestASocketIsKeptOpen(t *testing.T) {
	for name, breaks := range map[string]bool{"Slack asks for a new connection": false, "the connection breaks": true} {
		t.Run(name, func(t *testing.T) {
			s, r := newSocketServer(t), &team{}
			s.breaks = breaks
			desk := newTestDesk(t, r, pressedAt, "")
			runSocket(t, s, desk)
			if open := testutil.ToFloat64(desk.metrics.sockets); open != 0 {
				t.Errorf("%v connections are counted after the end", open)
			}
			s.mu.Lock()
			defer s.mu.Unlock()
			if diff := cmp.Diff([]string{"envelope-1", "envelope-2"}, s.answers[:2]); diff != "" {
				t.Errorf("answered: %s", diff)
			}
			want := []string{"ack envelope-1 by ana (Slack U0123ABCD)", "ack envelope-2 by ana (Slack U0123ABCD)"}
			if diff := cmp.Diff(want, r.asked[:2]); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestATokenThatIsRefusedIsTriedAgain(t *testing.T) {
	s := newSocketServer(t)
	s.refuse = "invalid_auth"
	var log strings.Builder
	d := newTestDesk(t, &team{}, pressedAt, "")
	d.log = textLog(&log)
	runSocket(t, s, d)
	if !strings.Contains(log.String(), "Slack answered invalid_auth: check the token") || strings.Contains(log.String(), "canary") {
		t.Errorf("the log says:\n%s", log.String())
	}
}

// tunnel is a proxy that lets connections through and remembers where to.
func tunnel(t *testing.T) (proxy *url.URL, asked func() []string) {
	t.Helper()
	var mu sync.Mutex
	var targets []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		targets = append(targets, r.Method+" "+r.Host)
		mu.Unlock()
		there, err := net.Dial("tcp", r.Host)
		if err != nil {
			t.Error(err)
			return
		}
		w.WriteHeader(http.StatusOK)
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		go func() { _, _ = io.Copy(there, here); _ = there.Close() }()
		_, _ = io.Copy(here, there)
		_ = here.Close()
	}))
	t.Cleanup(server.Close)
	proxy, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return proxy, func() []string { mu.Lock(); defer mu.Unlock(); return targets }
}

func TestASocketGoesThroughTheProxyOfTheConfiguration(t *testing.T) {
	s := newSocketServer(t)
	proxy, asked := tunnel(t)
	socket := Socket{Desk: newTestDesk(t, &team{}, pressedAt, ""), Token: notify.SecretText("xapp-canary"), APIURL: s.server.URL + "/api", Proxy: http.ProxyURL(proxy)}
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { socket.Run(ctx) })
	<-s.enough
	stop()
	running.Wait()
	if got := asked(); len(got) < 2 || got[0] != "CONNECT "+s.server.Listener.Addr().String() {
		t.Errorf("the proxy was asked for %v", got)
	}
}
