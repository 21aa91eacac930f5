package cli

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

const (
	// askTime is how long a server may take to answer one request.
	askTime = 10 * time.Second

	// maxAnswer bounds what is read of an answer, in bytes.
	maxAnswer = 64 << 10
)

// CreateInvite asks a server for an invite, as who the token is for.
func CreateInvite(ctx context.Context, server, token string, role chat.Role) (chat.Invite, error) {
	var invite chat.Invite
	err := ask(ctx, http.MethodPost, server+"/api/invites", token, chat.InviteRequest{Role: role}, &invite)
	return invite, err
}

// meet asks a server what it is. Nothing secret is said to one that has not said
// that it is hobnob.
func meet(ctx context.Context, server string) (chat.About, error) {
	var there chat.About
	err := ask(ctx, http.MethodGet, server+"/api/server", "", nil, &there)
	return there, err
}

// ask makes one request of a server's HTTP API and reads its JSON into answer,
// which is plausible if there is no error.
func ask(ctx context.Context, method, address, token string, question, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var body io.Reader
	if question != nil {
		b, err := json.Marshal(question)
		if err != nil {
			return err
		}
		body = bytes.NewReader(b)
	}
	heard := new(atomic.Bool)
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotFirstResponseByte: func() { heard.Store(true) }})
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return exit.New(exit.Usage, "", "%q is not a server's address", chat.SanitizeLine(address))
	}
	request.Header.Set("User-Agent", "hobnob")
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	// A token or a code is for the server that was named, not for whoever it
	// points on to.
	web := &http.Client{Transport: asking, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := web.Do(request)
	server := request.URL.Scheme + "://" + request.URL.Host
	if err != nil {
		return unreachable(server, err, heard.Load())
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return unreachable(server, err, false)
	}
	if other := otherScheme(request.URL, response, text); other != "" {
		return wrongScheme(server, other)
	}
	if response.StatusCode >= http.StatusMultipleChoices {
		return refused(server, response.StatusCode, text)
	}
	if json.Unmarshal(text, answer) != nil || !plausible(answer) {
		return notHobnob(server)
	}
	return nil
}

// refused makes an error of what a server answered.
func refused(server string, status int, text []byte) error {
	var answer struct {
		Error *chat.Error `json:"error"`
	}
	if json.Unmarshal(text, &answer) != nil || answer.Error == nil {
		return notHobnob(server)
	}
	e := &chat.Error{Code: answer.Error.Code, Message: shown(answer.Error.Message, maxSentence)}
	code, hint := exit.Failed, ""
	switch {
	case e.Code == chat.CodeInvite:
		code, hint = exit.Auth, "ask whoever gave you the link for another, made with: hobnob invite create"
	case e.Code == chat.CodeNameTaken:
		hint = "choose another: --name NAME\nthe link is still good"
	case e.Code == chat.CodeBadRequest:
		code = exit.Usage
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		code = exit.Auth
	}
	return exit.New(code, hint, "%w", e)
}

// otherScheme is how a server says that it is to be reached with the other one
// of http and https: it sends whoever asks there, or in clear text that it
// expects TLS. It is "" for all others.
func otherScheme(asked *url.URL, response *http.Response, text []byte) string {
	if there, err := response.Location(); err == nil && there.Hostname() == asked.Hostname() && there.Scheme != asked.Scheme {
		return there.Scheme + "://" + there.Host
	}
	if asked.Scheme == "http" && response.StatusCode == http.StatusBadRequest && bytes.Contains(text, []byte("HTTPS")) {
		return "https://" + asked.Host
	}
	return ""
}

func wrongScheme(server, other string) error {
	has, scheme := "has TLS", "https"
	if strings.HasPrefix(other, "http:") {
		has, scheme = "has no TLS", "http"
	}
	return exit.New(exit.Unreachable, "write its address, and a link to it, with "+scheme+"://: "+chat.SanitizeLine(other),
		"the server at %s %s and is reached with %s", server, has, scheme)
}

func notHobnob(server string) error {
	return exit.New(exit.Unreachable, "check the address with whoever hosts the team", "there is no hobnob server at %s", server)
}

// errWSARefused is what Windows says (Winsock's WSAECONNREFUSED), where the
// syscall package's own ECONNREFUSED is a number nobody returns.
const errWSARefused = syscall.Errno(10061)

// unreachable says why a server was not reached, in words. heard is whether
// something was answered: it was no HTTP then, if it did not just break off.
func unreachable(server string, err error, heard bool) error {
	var record tls.RecordHeaderError
	var dns *net.DNSError
	var unknown *tls.CertificateVerificationError
	why := "it cannot be reached"
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return wrongScheme(server, "http"+strings.TrimPrefix(server, "https"))
	case errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, errWSARefused):
		why = "nothing listens there"
	case errors.As(err, &dns):
		why = fmt.Sprintf("the name %s is not known", dns.Name)
	case errors.Is(err, context.DeadlineExceeded):
		why = "it does not answer"
	case errors.As(err, &unknown):
		return distrusted(server, unknown)
	case errors.Is(err, context.Canceled):
		return err
	case errors.As(err, &record), heard && !brokeOff(err):
		return exit.New(exit.Unreachable, "check the address and its port with whoever hosts the team",
			"something answers at %s, but it is not hobnob", server)
	}
	return &exit.Error{
		Code: exit.Unreachable, Text: fmt.Sprintf("no server at %s: %s", server, why),
		Hint: "check the address, and that the server runs", Cause: err,
	}
}

// trustIt is how a certificate that its host made is trusted. On macOS and Windows
// Go asks the system alone.
func trustIt() string {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		return "if the host made it, get the certificate from them and add it to those that this system trusts"
	}
	return "if the host made it, get the certificate from them, and say each time where it is: SSL_CERT_FILE=cert.pem hobnob …"
}

// distrusted says what is the matter with the certificate of a server that is there.
func distrusted(server string, err *tls.CertificateVerificationError) error {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	why, hint := "is not valid", "whoever hosts the team has to renew it"
	switch {
	case errors.As(err, &authority):
		why, hint = "is not one that this machine trusts", trustIt()
	case errors.As(err, &name):
		why, hint = "is for another name", "write the address with the name that the certificate is for"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		why, hint = "has expired, or the clock of this machine is wrong", "whoever hosts the team has to renew it"
	}
	return &exit.Error{
		Code: exit.Unreachable, Text: fmt.Sprintf("the certificate of the server at %s %s", server, why), Hint: hint, Cause: err,
	}
}

// brokeOff tells a connection that ended in the middle of an answer.
func brokeOff(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, net.ErrClosed)
}

// asking makes the requests of ask. Its connections hear nothing before they have
// asked: a server that speaks first is no HTTP server, and net/http would print
// what it says.
var asking = func() *http.Transport {
	t := &http.Transport{}
	if usual, ok := http.DefaultTransport.(*http.Transport); ok {
		t = usual.Clone()
	}
	dial := new(net.Dialer)
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &asker{Conn: conn, asked: make(chan struct{})}, nil
	}
	return t
}()

// asker is a connection that reads once it was written to.
type asker struct {
	net.Conn
	once  sync.Once
	asked chan struct{}
}

// Read implements net.Conn.
func (a *asker) Read(b []byte) (int, error) {
	<-a.asked
	return a.Conn.Read(b)
}

// Write implements net.Conn.
func (a *asker) Write(b []byte) (int, error) {
	a.once.Do(func() { close(a.asked) })
	return a.Conn.Write(b)
}

// Close implements net.Conn.
func (a *asker) Close() error {
	err := a.Conn.Close()
	a.once.Do(func() { close(a.asked) })
	return err
}
