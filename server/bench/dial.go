package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what RFC 6455 has; it protects nothing here
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// dialTime is how long one client may take to connect and to get in. A server
// that takes longer under a burst of connects is one that nobody waits for.
const dialTime = 30 * time.Second

// UnreachableError says that there is no server there, or none that shakes hands.
type UnreachableError struct {
	URL   string
	Cause error
}

// Error implements error.
func (e *UnreachableError) Error() string { return "cannot reach " + e.URL + ": " + e.Cause.Error() }

// Unwrap makes the cause matchable.
func (e *UnreachableError) Unwrap() error { return e.Cause }

// RefusedError says that the server does not let a client in.
type RefusedError struct{ Reason string }

// Error implements error.
func (e *RefusedError) Error() string { return "the server refuses the token: " + e.Reason }

// ErrFiles is that this process may not open as many connections.
var ErrFiles = errors.New("this process may not open that many connections")

// line is a WebSocket connection on which nothing was said yet.
type line struct {
	net.Conn
	rest io.Reader // what the handshake's reader has read beyond it, and then Conn
}

// dial connects and shakes hands (RFC 6455, section 4.1). The i-th of many
// connections within one machine comes from an address of its own for each few
// thousand, since each has no more ports than 28,000.
func dial(ctx context.Context, server *url.URL, path, token string, i int) (*line, error) {
	failed := func(err error) error {
		if errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) {
			return ErrFiles
		}
		return &UnreachableError{server.Redacted(), err}
	}
	dialer := net.Dialer{LocalAddr: source(server.Hostname(), i)}
	conn, err := dialer.DialContext(ctx, "tcp", hostPort(server))
	if err != nil {
		if op, ok := errors.AsType[*net.OpError](err); ok && op.Err != nil {
			err = op.Err
		}
		return nil, failed(err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	if server.Scheme == "https" {
		secure := tls.Client(conn, &tls.Config{ServerName: server.Hostname(), MinVersion: tls.VersionTLS12})
		if err := secure.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, failed(err)
		}
		conn = secure
	}
	l, err := shake(conn, server, path, token)
	if err != nil {
		_ = conn.Close()
		if refused, ok := errors.AsType[*RefusedError](err); ok {
			return nil, refused
		}
		return nil, failed(err)
	}
	return l, nil
}

// shake asks for a WebSocket.
func shake(conn net.Conn, server *url.URL, path, token string) (*line, error) {
	nonce := make([]byte, 16)
	_, _ = rand.Read(nonce)
	key := base64.StdEncoding.EncodeToString(nonce)
	request := "GET " + path + " HTTP/1.1\r\nHost: " + server.Host + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n"
	if token != "" {
		request += "Authorization: Bearer " + token + "\r\n"
	}
	if _, err := io.WriteString(conn, request+"\r\n"); err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(conn, 1<<10)
	answer, err := http.ReadResponse(r, nil) //nolint:bodyclose // an upgrade has no body, and what follows it is ours to read
	if err != nil {
		return nil, fmt.Errorf("it does not answer as a web server: %w", err)
	}
	switch {
	case answer.StatusCode == http.StatusUnauthorized:
		return nil, &RefusedError{answer.Status}
	case answer.StatusCode != http.StatusSwitchingProtocols:
		return nil, fmt.Errorf("it answers %q where a WebSocket was asked for", answer.Status)
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) //nolint:gosec // as above
	if answer.Header.Get("Sec-WebSocket-Accept") != base64.StdEncoding.EncodeToString(sum[:]) {
		return nil, errors.New("its WebSocket handshake is wrong")
	}
	early, err := r.Peek(r.Buffered())
	if err != nil {
		return nil, err
	}
	return &line{Conn: conn, rest: io.MultiReader(bytes.NewReader(bytes.Clone(early)), conn)}, nil
}

// perSource is how many connections come from one address: well below the 28,000
// ports that Linux gives out, some of which wait after an earlier run.
const perSource = 5000

// source is the address a connection within this machine comes from. Linux has
// all of 127.0.0.0/8; elsewhere the system chooses.
func source(host string, i int) net.Addr {
	ip := net.ParseIP(host)
	if runtime.GOOS != "linux" || ip == nil || ip.To4() == nil || !ip.IsLoopback() {
		return nil
	}
	return &net.TCPAddr{IP: net.IPv4(127, 0, byte(i/perSource/250), byte(1+i/perSource%250))}
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = "80"
		if u.Scheme == "https" {
			port = "443"
		}
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// local tells whether a server is on this machine as far as its address says.
func local(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return strings.EqualFold(u.Hostname(), "localhost") || ip != nil && ip.IsLoopback()
}
