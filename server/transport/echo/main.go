// Command echo serves what the public conformance suites want to talk to, on
// the transport and the codec that hobnob itself uses:
//
//	go run ./server/transport/echo --protocol engine.io|socket.io|websocket --addr :3000
//
// Engine.IO is at /engine.io/ and says every message back. Socket.IO is at
// /socket.io/ in the namespaces / and /custom: it emits auth with what the
// client presented, answers message by message-back, and message-with-ack by
// its ack. WebSocket is at every path, and says every message back.
//
// It asks nobody for a token and listens on loopback alone. It is no part of
// hobnob.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server/transport"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "echo:", err)
		os.Exit(1)
	}
}

// errUsage is for flags that are wrong, which has been said.
var errUsage = errors.New("wrong usage")

// endTime is how long sessions have to end.
const endTime = 3 * time.Second

// run serves until ctx ends.
func run(ctx context.Context, args []string, stderr io.Writer) error {
	var cfg transport.Config
	flags := flag.NewFlagSet("echo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	protocol := flags.String("protocol", "socket.io", "`name` of what to speak: engine.io, socket.io or websocket")
	addr := flags.String("addr", ":3000", "`address` to listen on; without a host all of loopback")
	flags.DurationVar(&cfg.PingInterval, "ping-interval", 25*time.Second, "from one heartbeat to the next")
	flags.DurationVar(&cfg.PingTimeout, "ping-timeout", 20*time.Second, "for the answer to a heartbeat")
	flags.DurationVar(&cfg.ConnectTimeout, "connect-timeout", 45*time.Second, "for a Socket.IO client to connect to a namespace")
	flags.IntVar(&cfg.MaxPayload, "max-payload", 1_000_000, "`bytes` of the largest message")
	flags.BoolVar(&cfg.AllowEIO3, "allow-eio3", false, "speak Engine.IO 3 too")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return err
		}
		return errUsage
	}
	if flags.NArg() > 0 || cfg.PingInterval <= 0 || cfg.PingTimeout <= 0 || cfg.ConnectTimeout <= 0 || cfg.MaxPayload <= 0 {
		fmt.Fprintln(stderr, "echo: times and sizes must be above 0, and there are no arguments but flags")
		return errUsage
	}
	cfg.Logger = slog.New(slog.NewTextHandler(stderr, nil))
	path, sockets := newServer(*protocol, cfg)
	if sockets == nil {
		fmt.Fprintf(stderr, "echo: --protocol is engine.io, socket.io or websocket, not %q\n", *protocol)
		return errUsage
	}
	listeners, err := listen(ctx, *addr)
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle(path, sockets)
	fmt.Fprintf(stderr, "echo: %s on http://%s%s\n", *protocol, listeners[0].Addr(), path)
	return serve(ctx, listeners, mux, sockets)
}

// newServer makes the server of a protocol, nil for one it does not know.
func newServer(protocol string, cfg transport.Config) (path string, s *transport.Server) {
	say := func(e *transport.Engine, binary bool, data []byte) {
		// It fails for a peer that is gone or does not read, and is then over.
		_ = e.Send(binary, data)
	}
	switch protocol {
	case "engine.io":
		return "/engine.io/", transport.NewEngine(cfg, say)
	case "socket.io":
		cfg.Namespaces = []string{"/", "/custom"}
		return "/socket.io/", transport.New(cfg, echo{})
	case "websocket":
		return "/", transport.NewWebSocket(cfg, say)
	}
	return "", nil
}

// listen listens on loopback alone, of both families where no host is given:
// "localhost" may be either.
func listen(ctx context.Context, addr string) ([]net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	hosts := []string{host}
	if host == "" {
		hosts = []string{"127.0.0.1", "::1"}
	}
	var listeners []net.Listener
	for _, host := range hosts {
		ip := net.ParseIP(host)
		if ip == nil || !ip.IsLoopback() {
			return nil, fmt.Errorf("--addr is on loopback (127.0.0.1:3000), not %q: everybody may enter here", addr)
		}
		l, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(host, port))
		if err != nil {
			if len(listeners) > 0 && !errors.Is(err, syscall.EADDRINUSE) {
				break // a machine without IPv6
			}
			for _, l := range listeners {
				_ = l.Close() // the first error tells what is wrong
			}
			return nil, err
		}
		listeners = append(listeners, l)
		_, port, _ = net.SplitHostPort(l.Addr().String()) // the same for both, should it be 0
	}
	return listeners, nil
}

// serve serves until ctx ends or a listener fails, and ends every session.
func serve(ctx context.Context, listeners []net.Listener, handler http.Handler, sockets *transport.Server) error {
	server := &http.Server{Handler: handler, ReadTimeout: 10 * time.Second}
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- server.Serve(l) }()
	}
	var errs []error
	running := len(listeners)
	select {
	case <-ctx.Done():
	case err := <-failed:
		errs, running = append(errs, err), running-1
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer cancel()
	errs = append(errs, sockets.Shutdown(ending), server.Close())
	for range running {
		if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// echo is the Socket.IO side.
type echo struct{}

// Connect implements transport.Handler.
func (echo) Connect(s *transport.Socket, h *transport.Handshake) (transport.Receiver, error) {
	auth := h.Auth
	if auth == nil {
		auth = json.RawMessage("{}")
	}
	return echoing{s}, s.Emit("auth", auth)
}

// echoing is one socket.
type echoing struct{ socket *transport.Socket }

// Receive implements transport.Receiver.
func (e echoing) Receive(event *transport.Event) {
	args := make([]any, len(event.Args))
	for i, a := range event.Args {
		args[i] = a
	}
	var err error
	switch event.Name {
	case "message":
		err = e.socket.Emit("message-back", args...)
	case "message-with-ack":
		err = event.Ack(args...)
	}
	if errors.Is(err, socketio.ErrMalformed) {
		e.socket.Close(transport.ReasonParseError) // what cannot be said back
	}
}

// Pace implements transport.Receiver.
func (echoing) Pace() {}

// Closed implements transport.Receiver.
func (echoing) Closed(transport.Reason) {}
