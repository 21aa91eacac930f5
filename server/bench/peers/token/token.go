// Package token is what the peers written in Go have in common: they listen on a
// port of the system's choice, say where, and check tokens as any server does that
// takes HS256 from a token server.
package token

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Secret is the file with the shared secret.
var Secret = flag.String("secret-file", "", "the shared secret of the tokens")

// Verifier returns a function that tells whose a token is.
func Verifier() (func(token string) (subject string, err error), error) {
	b, err := os.ReadFile(*Secret)
	if err != nil {
		return nil, err
	}
	secret := []byte(strings.TrimSpace(string(b)))
	parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	return func(token string) (string, error) {
		t, err := parser.Parse(token, func(*jwt.Token) (any, error) { return secret, nil })
		if err != nil {
			return "", err
		}
		return t.Claims.GetSubject()
	}, nil
}

// Serve serves until the process is told to end.
func Serve(handler http.Handler) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintf(os.Stdout, "ready: http://%s\n", listener.Addr())
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
