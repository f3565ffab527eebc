package promserver

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// Server is a running program that answers over HTTP.
type Server struct {
	URL     string // without a path
	process *exec.Cmd
	exited  chan struct{}
	err     error // how it ended; read after exited
}

// Start runs a program, whose arguments may depend on the free address that it is
// to listen on, and waits until a path of it answers with success. The context
// bounds the waiting; the server lives until [Server.Stop].
func Start(ctx context.Context, binary, ready string, args func(address string) []string) (*Server, error) {
	address, err := freeAddress(ctx)
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(context.WithoutCancel(ctx), binary, args(address)...)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &Server{URL: "http://" + address, process: cmd, exited: make(chan struct{})}
	go func() { s.err = cmd.Wait(); close(s.exited) }()
	return s, s.await(ctx, ready)
}

// freeAddress is an address that nobody listened on a moment ago.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

func (s *Server) await(ctx context.Context, ready string) error {
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		if resp, err := s.Get(ctx, ready); err == nil {
			return resp.Body.Close()
		}
		select {
		case <-s.exited:
			return fmt.Errorf("%s ended before it was ready: %w", s.process.Path, s.err)
		case <-ctx.Done():
			return errors.Join(fmt.Errorf("%s is not ready: %w", s.process.Path, ctx.Err()), s.Stop())
		case <-again.C:
		}
	}
}

// Get asks for a path. An answer without success is an error. The caller closes the
// body.
func (s *Server) Get(ctx context.Context, path string) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+path, nil)
	if err != nil {
		return nil, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err == nil && resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%s: %s", req.URL, resp.Status)
	}
	return resp, err
}

// Stop ends the server, which keeps what it holds in its folder, and waits for it.
func (s *Server) Stop() error {
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	<-s.exited
	return nil
}
