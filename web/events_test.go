package web_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/slofuse/slofuse/web"
	"github.com/slofuse/slofuse/web/auth"
	"github.com/slofuse/slofuse/web/live"
)

// liveServer is a server with a hub that has told of events 101 to 103, over
// connections without a network. The caller is in a bubble, so time is free.
func liveServer(t *testing.T, readers int) (*live.Hub, *http.Server, *http.Client) {
	t.Helper()
	f := newFleet()
	f.live = live.New(live.Options{First: 100, Keep: 3, Readers: readers})
	f.live.Publish(live.SLO, "checkout/charge-card/latency", live.All)
	f.live.Publish(live.Incident, "inc-1")
	dial := make(chan net.Conn)
	server := web.HTTPServer(f.server(t), slog.New(slog.DiscardHandler))
	closed, closeAll := context.WithCancel(t.Context())
	go func() { _ = server.Serve(pipes{dial: dial, closed: closed, close: closeAll}) }()
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		here, there := net.Pipe()
		dial <- there
		return here, nil
	}}}
	return f.live, server, client
}

// pipes is a listener.
type pipes struct {
	dial   chan net.Conn
	closed context.Context
	close  func()
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.dial:
		return conn, nil
	case <-p.closed.Done():
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error { p.close(); return nil }
func (pipes) Addr() net.Addr { return &net.TCPAddr{} }

// stream opens the stream and hands on its events as they come, each in one line.
func stream(t *testing.T, client *http.Client, query, last string) (*http.Response, <-chan string) {
	t.Helper()
	return streamAs(t, client, query, last, &http.Cookie{})
}

func streamAs(t *testing.T, client *http.Client, query, last string, cookie *http.Cookie) (*http.Response, <-chan string) {
	t.Helper()
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/api/v1/events"+query, nil)
	r.AddCookie(cookie)
	if last != "" {
		r.Header.Set("Last-Event-ID", last)
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		var event []string
		for scanner := bufio.NewScanner(response.Body); scanner.Scan(); {
			if line := scanner.Text(); line != "" {
				event = append(event, line)
				continue
			}
			lines <- strings.Join(event, " ")
			event = nil
		}
	}()
	return response, lines
}

func TestTheStreamTellsOfWhatHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, server, client := liveServer(t, 1)
		defer server.Close()
		response, lines := stream(t, client, "", "")
		defer response.Body.Close()
		for name, want := range map[string]string{"Content-Type": "text/event-stream", "X-Accel-Buffering": "no", "Cache-Control": "no-store"} {
			if got := response.Header.Get(name); got != want {
				t.Errorf("%s is %q", name, got)
			}
		}
		var retry int
		if n, _ := fmt.Sscanf(<-lines, "retry: %d", &retry); n != 1 || retry < 3000 || retry >= 6000 {
			t.Errorf("it asks back after %d ms", retry)
		}
		if got := <-lines; got != "event: beat data: {}" {
			t.Errorf("it begins with %q", got)
		}
		hub.Publish(live.Status, "a\nb")
		if got := <-lines; got != `event: status id: 104 data: {"id":"a\nb"}` {
			t.Errorf("then comes %q", got)
		}
	})
}

func TestTheStreamContinues(t *testing.T) {
	for what, c := range map[string]struct{ query, last, want string }{
		"after an event":          {"?after=102", "", `event: incident id: 103 data: {"id":"inc-1"}`},
		"the header goes first":   {"?after=103", "101", `event: slo id: 102 data: {"id":"*"}`},
		"after what is forgotten": {"?after=7", "", `event: reset id: 103 data: {"id":"*"}`},
		"in another life":         {"", "5000", `event: reset id: 103 data: {"id":"*"}`},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, server, client := liveServer(t, 1)
			defer server.Close()
			response, lines := stream(t, client, c.query, c.last)
			defer response.Body.Close()
			<-lines // retry
			<-lines // a beat
			if got := <-lines; got != c.want {
				t.Errorf("%s: got %s, want %s", what, got, c.want)
			}
		})
	}
}

// TestTheStreamOutlivesTheDeadlinesOfTheServer listens for as long as it may: there
// is a beat every 20 seconds, and an end, and the reader comes back.
func TestTheStreamOutlivesTheDeadlinesOfTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, server, client := liveServer(t, 1)
		defer server.Close()
		response, lines := stream(t, client, "", "")
		defer response.Body.Close()
		begin, beats := time.Now(), 0
		for line := range lines {
			if line == "event: beat data: {}" {
				beats++
			}
		}
		if took := time.Since(begin); took != 15*time.Minute || beats < 45 || beats > 46 {
			t.Errorf("%d beats in %s", beats, took)
		}
		synctest.Wait()
		if hub.Readers() != 0 {
			t.Error("its place was not given back")
		}
	})
}

func TestAReaderThatTakesNothingIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, server, client := liveServer(t, 1)
		defer server.Close()
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost/api/v1/events", nil)
		response, err := client.Do(r) // and never reads its body
		if err != nil {
			t.Fatal(err)
		}
		defer response.Body.Close()
		for range 100 {
			hub.Publish(live.SLO, strings.Repeat("x", 10000))
			time.Sleep(time.Second)
			if hub.Readers() == 0 {
				return
			}
		}
		t.Error("it still has a place")
	})
}

func TestTheStreamEndsWithTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, server, client := liveServer(t, 1)
		response, lines := stream(t, client, "", "")
		defer response.Body.Close()
		<-lines
		begin := time.Now()
		hub.Close()
		if err := server.Shutdown(t.Context()); err != nil || time.Since(begin) > 2*time.Second {
			t.Errorf("it took %s: %v", time.Since(begin), err)
		}
		for range lines { //revive:disable-line:empty-block // it ends
		}
	})
}

// TestTheStreamEndsForWhoMayNoLongerRead signs somebody in who listens, and out: of what
// happens then they hear nothing.
func TestTheStreamEndsForWhoMayNoLongerRead(t *testing.T) {
	for name, end := range map[string]func(g *auth.Guard, signedIn *http.Request){
		"signed out":        func(g *auth.Guard, signedIn *http.Request) { g.SignOut(signedIn) },
		"the token is gone": func(g *auth.Guard, _ *http.Request) { g.Configure(auth.Rules{Tokens: tokens()[:1], Reading: true}) },
	} {
		synctest.Test(t, func(t *testing.T) {
			guard := auth.New(time.Now, auth.Rules{Tokens: tokens(), Reading: true})
			_, cookie, err := guard.SignIn(httptest.NewRequest(http.MethodPost, "/login", nil), secrets[auth.Viewer])
			if err != nil {
				t.Fatal(err)
			}
			signedIn := httptest.NewRequest(http.MethodGet, "/", nil)
			signedIn.AddCookie(cookie)
			hub, lines := listening(t, guard, cookie)
			<-lines // retry
			<-lines // a beat
			hub.Publish(live.Incident, "inc-1")
			if got := <-lines; !strings.Contains(got, "inc-1") {
				t.Errorf("%s: while they may they hear %q", name, got)
			}
			end(guard, signedIn)
			hub.Publish(live.Incident, "inc-2")
			if got, more := <-lines; more {
				t.Errorf("%s: they hear %q", name, got)
			}
			synctest.Wait()
			if hub.Readers() != 0 {
				t.Errorf("%s: their place was not given back", name)
			}
		})
	}
}

// listening opens the stream of a server that a guard protects.
func listening(t *testing.T, guard *auth.Guard, cookie *http.Cookie) (*live.Hub, <-chan string) {
	t.Helper()
	f := newFleet()
	f.live = live.New(live.Options{First: 100, Keep: 3, Readers: 1})
	config := f.config()
	config.Guard = guard
	own, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	here, there := net.Pipe()
	server := web.HTTPServer(own, slog.New(slog.DiscardHandler))
	closed, closeAll := context.WithCancel(t.Context())
	dial := make(chan net.Conn, 1)
	dial <- there
	go func() { _ = server.Serve(pipes{dial: dial, closed: closed, close: closeAll}) }()
	t.Cleanup(func() { _ = server.Close() })
	client := &http.Client{Transport: &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return here, nil }}}
	_, lines := streamAs(t, client, "", "", cookie)
	return f.live, lines
}

func TestMoreReadersThanMayAreSentAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub, server, client := liveServer(t, 1)
		defer server.Close()
		first, lines := stream(t, client, "", "")
		<-lines
		second, _ := stream(t, client, "", "")
		if second.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("a second: status %d", second.StatusCode)
		}
		first.Body.Close()
		synctest.Wait()
		if hub.Readers() != 0 {
			t.Error("the first one still has its place")
		}
	})
}

func TestTheStreamRefuses(t *testing.T) {
	f := newFleet()
	f.live = live.New(live.Options{Readers: 1})
	closed := guardedServer(t, f, auth.Rules{Tokens: tokens(), Reading: true})
	for what, c := range map[string]struct {
		server *web.Server
		target string
		want   int
	}{
		"who may not read":      {closed, "/api/v1/events", http.StatusUnauthorized},
		"an id that is none":    {f.server(t), "/api/v1/events?after=-1", http.StatusBadRequest},
		"another parameter":     {f.server(t), "/api/v1/events?since=1", http.StatusBadRequest},
		"where nothing is told": {newFleet().server(t), "/api/v1/events", http.StatusNotFound},
	} {
		if w := as(c.server, "", "GET", c.target, ""); w.Code != c.want {
			t.Errorf("%s: status %d, want %d", what, w.Code, c.want)
		}
	}
	r := httptest.NewRequest(http.MethodHead, "/api/v1/events", nil)
	r.Host = "localhost"
	if w := do(f.server(t), r); w.Code != 200 || w.Header().Get("Content-Type") != "text/event-stream" {
		t.Errorf("HEAD: status %d", w.Code)
	}
}
