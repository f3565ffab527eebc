package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/slofuse/slofuse/web"
)

func TestStopServing_cuts_off_who_does_not_finish(t *testing.T) {
	begun := make(chan struct{})
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done() // a client that holds its request
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := web.HTTPServer(handler, slog.New(slog.DiscardHandler))
	served := make(chan error, 1)
	go func() { served <- ignoreClosed(server.Serve(listener)) }()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	fmt.Fprintf(client, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", listener.Addr())
	<-begun
	if err := stopServing(server, 10*time.Millisecond); err != nil {
		t.Errorf("an orderly stop failed: %v", err)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
}
