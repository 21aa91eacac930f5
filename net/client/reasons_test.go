package client

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

func TestReasonFor(t *testing.T) {
	for _, tc := range []struct {
		err  error
		want string
	}{
		{nil, ""},
		{&websocket.CloseError{Code: 1001}, "the server is restarting"},
		{&websocket.CloseError{Code: 1006}, "the connection was lost"},
		{&websocket.CloseError{Code: 1008}, "the server ended the connection"},
		{&websocket.CloseError{Code: 1009}, "the server found a message too large"},
		{&websocket.CloseError{Code: 1013}, "the server is too busy now"},
		{socketio.ErrUTF8, "the server said something that cannot be understood"},
		{protocolError("x", io.EOF), "the server said something that cannot be understood"},
		{websocket.ErrReadLimit, "the server sent more at once than is allowed"},
		{x509.HostnameError{Certificate: &x509.Certificate{}}, "the server's certificate is for another name"},
		{x509.CertificateInvalidError{Reason: x509.Expired}, "the server's certificate has expired, or the clock of this computer is wrong"},
		{x509.CertificateInvalidError{Reason: x509.NotAuthorizedToSign}, "the server's certificate is not valid"},
		{os.ErrDeadlineExceeded, "the server did not answer in time"},
		{context.DeadlineExceeded, "the server did not answer in time"},
		{io.ErrUnexpectedEOF, "the connection was lost"},
		{&net.OpError{Op: "read", Err: errors.New("reset")}, "the connection was lost"},
		{errors.New("x"), "the connection failed"},
		{helloProblem(&chat.Error{Code: chat.CodeUnsupported}), "this hobnob and the server are of versions that do not understand each other"},
		{helloProblem(&chat.Error{Code: chat.CodeUnavailable}), "the server is not ready now"},
		{helloProblem(&chat.Error{Code: "x", Message: "no\x1b"}), "the server would not go on: no␛"},
		{connectError([]byte(`{"message":"full\u001b"}`)), "the server refused the connection: full␛"},
		{connectError([]byte(`"x"`)), notHobnob},
	} {
		err := tc.err
		if err != nil {
			err = fmt.Errorf("connection: %w", err)
		}
		if got := reasonFor(err); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.err, got, tc.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	for reason, want := range map[string]string{
		"jwt expired": "your sign-in has expired", "credentials_required": "this server asks for a sign-in",
		"token_not_active": "your sign-in is not valid yet; is the clock of this computer right?",
		"token_malformed":  "the server cannot read this token", "": notHere,
	} {
		if got := refused(reason).Error(); got != want {
			t.Errorf("%s: %q", reason, got)
		}
	}
	var r *refusal
	if err := connectError([]byte(`{"message":"x","data":{"code":"credentials_required"}}`)); !errors.As(err, &r) || r.reason != "this server asks for a sign-in" {
		t.Errorf("without a reason: %v", err)
	}
}

// Whatever the server is, its reason is one a person understands.
func TestReasons(t *testing.T) {
	page := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			if len(header) > 0 {
				w.Header().Set("Location", header[0])
			}
			w.WriteHeader(code)
			fmt.Fprint(w, "<html>welcome</html>")
		}
	}
	plainServer := httptest.NewServer(page(200))
	defer plainServer.Close()
	tlsServer := httptest.NewTLSServer(page(200))
	defer tlsServer.Close()
	tlsServer.Config.ErrorLog = nil
	greeter, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var greeted sync.WaitGroup
	greeted.Go(func() {
		for {
			c, err := greeter.Accept()
			if err != nil {
				return
			}
			fmt.Fprint(c, "SSH-2.0-OpenSSH\r\n\r\n")
			c.Close()
		}
	})
	defer greeted.Wait()
	defer greeter.Close()
	for name, tc := range map[string]struct {
		url     string
		handler http.Handler
		dial    error
		want    string
	}{
		"html":         {handler: page(200), want: notHobnob},
		"404":          {handler: page(404), want: notHobnob},
		"503":          {handler: page(503), want: "too busy"},
		"502":          {handler: page(502), want: "not working now (HTTP 502)"},
		"403":          {handler: page(403), want: "barred (HTTP 403)"},
		"moved":        {handler: page(308, "https://chat.example/x"), want: "moved to https://chat.example"},
		"ssh":          {url: "http://" + greeter.Addr().String(), want: notHobnob},
		"tls on plain": {url: strings.Replace(plainServer.URL, "http", "https", 1), want: "does not speak TLS"},
		"untrusted":    {url: tlsServer.URL, want: "not one this computer trusts"},
		"refused":      {dial: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, want: "nothing answers"},
		"no name":      {dial: &net.DNSError{IsNotFound: true}, want: "no server of that name"},
		"dns":          {dial: &net.DNSError{IsTimeout: true}, want: "could not be looked up"},
		"timeout":      {dial: context.DeadlineExceeded, want: "did not answer in time"},
		"unreachable":  {dial: &net.OpError{Op: "dial", Err: syscall.ENETUNREACH}, want: "cannot be reached"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(t, tc.url)
			if tc.handler != nil {
				srv := httptest.NewServer(tc.handler)
				defer srv.Close()
				cfg.Server = srv.URL
			}
			if tc.dial != nil {
				cfg.Server = "http://127.0.0.1:1"
				cfg.dial = func(context.Context, string, string) (net.Conn, error) { return nil, tc.dial }
			}
			cfg.random = func() float64 { return 1 }
			c, s := run(t, cfg)
			if got := s.waitState(t, chat.Waiting); !strings.Contains(got.Reason, tc.want) {
				t.Errorf("reason %q, want %q", got.Reason, tc.want)
			}
			c.Close()
		})
	}
}

func TestPlain(t *testing.T) {
	for in, want := range map[string]string{
		"a\nb\tc":                            "a b c",
		"\u202ex":                            "⟨RLO⟩x",
		"\xff":                               "\ufffd",
		strings.Repeat("é", plainLimit):      strings.Repeat("é", plainLimit),
		strings.Repeat("é", plainLimit+1):    strings.Repeat("é", plainLimit) + "…",
		strings.Repeat("\u202e", plainLimit): strings.Repeat("⟨RLO⟩", plainLimit/5) + "…",
	} {
		if got := plain(in); got != want {
			t.Errorf("plain(%.40q) = %q, want %q", in, got, want)
		}
	}
}

// What a server says before it has said who we are is kept within bounds.
func TestTooMuchAtTheWelcome(t *testing.T) {
	c, err := Open(t.Context(), config(t, "http://127.0.0.1:1"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s := &session{link: &link{}, c: c}
	body := socketio.Value{JSON: []byte(`"` + strings.Repeat("x", 1<<20) + `"`)}
	for range 100 { // of the plain lane
		if err := s.event("message", []socketio.Value{body}); err != nil || len(s.early) > 0 {
			t.Fatalf("kept %d, %v", len(s.early), err)
		}
	}
	envelope := socketio.Value{JSON: []byte(`{"id":"i","room":"r","seq":1}`)}
	n := 0
	for ; n < 100 && err == nil; n++ {
		err = s.event("message", []socketio.Value{body, envelope})
	}
	if n != 4 {
		t.Errorf("%d megabytes were taken, %v", n-1, err)
	}
	s = &session{link: &link{}, c: c}
	n, err = 0, nil
	for ; n < 2*earlyLimit && err == nil; n++ {
		err = s.event("message", []socketio.Value{{JSON: []byte("1")}, envelope})
	}
	if n != earlyLimit+1 {
		t.Errorf("%d messages were taken, %v", n-1, err)
	}
	if err := isWelcome(chat.Welcome{You: you, Rooms: make([]chat.Membership, roomsLimit+1)}); err == nil {
		t.Error("too many rooms were taken")
	}
}
