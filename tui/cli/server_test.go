package cli

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestOtherScheme: who wrote http for https, or the reverse, is told which one
// the server has.
func TestOtherScheme(t *testing.T) {
	fresh(t)
	plain := httptest.NewServer(http.NotFoundHandler())
	defer plain.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	var asked string
	moved := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+r.Host+r.URL.Path, http.StatusMovedPermanently)
		asked = r.Header.Get("Authorization")
	}))
	defer moved.Close()
	for given, want := range map[string]string{
		strings.Replace(plain.URL, "http:", "https:", 1):  plain.URL,
		strings.Replace(secure.URL, "https:", "http:", 1): secure.URL,
		moved.URL: strings.Replace(moved.URL, "http:", "https:", 1),
	} {
		scheme, _, _ := strings.Cut(want, ":")
		_, stderr, code := hobnob(t, "eyJ", "login", given, "--token", "-")
		if code != exit.Unreachable || !strings.Contains(stderr, "and is reached with "+scheme+"\n") || !strings.HasSuffix(stderr, scheme+"://: "+want+"\n") {
			t.Errorf("%s ended with %d: %s", given, code, stderr)
		}
	}
	if asked != "" {
		t.Error("the token was told to a server that has not said what it is")
	}
}

// TestNoHTTP: something that listens there and is no HTTP server is told from
// nothing, and from a server that went away. Some speak before they are asked.
func TestNoHTTP(t *testing.T) {
	fresh(t)
	for name, tc := range map[string]struct {
		first, after string // what is said before and after it is asked
		ours         bool   // it may be hobnob
	}{
		"greets":    {"SSH-2.0-OpenSSH_9.6\r\n", "", false},
		"complains": {"", "-ERR unknown command\r\n", false},
		"hangs up":  {"", "", true},
		"breaks":    {"", "HTTP/1.1 200 OK\r\n", true},
	} {
		l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		var work sync.WaitGroup
		work.Go(func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = io.WriteString(conn, tc.first)
				_, _ = conn.Read(make([]byte, 4<<10))
				_, _ = io.WriteString(conn, tc.after)
				_ = conn.Close()
			}
		})
		schemes := []string{"http://"}
		if tc.first+tc.after != "" && !tc.ours {
			schemes = append(schemes, "https://")
		}
		for _, scheme := range schemes {
			server := scheme + l.Addr().String()
			_, stderr, code := hobnob(t, "eyJ", "login", server, "--token", "-")
			said := strings.Contains(stderr, "hobnob: something answers at "+server+", but it is not hobnob\nhint: ")
			if code != exit.Unreachable || said == tc.ours {
				t.Errorf("%s, %s: ended with %d: %s", name, scheme, code, stderr)
			}
		}
		_ = l.Close()
		work.Wait()
	}
}

// TestCertificates: what is the matter with a certificate is said, and not that there
// is no server.
func TestCertificates(t *testing.T) {
	for want, cause := range map[string]error{
		"is not one that this machine trusts":                x509.UnknownAuthorityError{},
		"is for another name":                                x509.HostnameError{Certificate: new(x509.Certificate), Host: "b.example"},
		"has expired, or the clock of this machine is wrong": x509.CertificateInvalidError{Reason: x509.Expired},
		"is not valid":                                       x509.CertificateInvalidError{Reason: x509.TooManyIntermediates},
	} {
		err := unreachable("https://a.example", &tls.CertificateVerificationError{Err: cause}, false)
		e, ok := errors.AsType[*exit.Error](err)
		if !ok || e.Code != exit.Unreachable || e.Text != "the certificate of the server at https://a.example "+want || e.Hint == "" {
			t.Errorf("%v: %v", cause, err)
		}
	}
}

// TestAskerHearsNothingFirst: what a server says unasked is read after the question,
// and who gives up does not wait for one.
func TestAskerHearsNothingFirst(t *testing.T) {
	for _, end := range []func(a *asker) error{
		func(a *asker) error { _, err := a.Write([]byte("?")); return err },
		(*asker).Close,
	} {
		synctest.Test(t, func(t *testing.T) {
			ours, theirs := net.Pipe()
			defer theirs.Close()
			a := &asker{Conn: ours, asked: make(chan struct{})}
			defer a.Close()
			go func() { _, _ = io.WriteString(theirs, "220 hello") }()
			go func() { _, _ = theirs.Read(make([]byte, 1)) }()
			done := false
			go func() {
				_, _ = a.Read(make([]byte, 9))
				done = true
			}()
			if synctest.Wait(); done {
				t.Error("it was read before the question")
			}
			if err := end(a); err != nil {
				t.Error(err)
			}
			if synctest.Wait(); !done {
				t.Error("it waits on")
			}
			_ = theirs.Close()
		})
	}
}
