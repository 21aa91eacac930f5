package client

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"syscall"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// refusal ends a connection for good: the server will not have this token. One
// that may pass by itself is tried again, seldom.
type refusal struct {
	reason string
	passes bool
}

func (r *refusal) Error() string { return r.reason }

// problem is an error that already says what is the matter in words for people.
type problem struct {
	reason string
	err    error
}

func (p *problem) Error() string {
	if p.err == nil {
		return p.reason
	}
	return p.reason + ": " + p.err.Error()
}
func (p *problem) Unwrap() error { return p.err }

const (
	notHobnob = "that server does not speak hobnob"
	notHere   = "this token is not for this server"

	bannedReason = "you are banned from this team"
)

// protocolError is what a connection ends with when the server says what no
// server may say.
func protocolError(what string, err error) error {
	if err != nil {
		what += ": " + err.Error()
	}
	return &problem{reason: "the server said something that cannot be understood", err: errors.New(what)}
}

// refused makes the refusal of a reason as the server names it: docs/protocol.md
// lists them.
func refused(reason string) *refusal {
	switch reason {
	case "token_expired", "jwt expired":
		return &refusal{reason: "your sign-in has expired"}
	case "credentials_required", "jwt must be provided":
		return &refusal{reason: "this server asks for a sign-in"}
	case "token_not_active", "jwt not active":
		return &refusal{reason: "your sign-in is not valid yet; is the clock of this computer right?", passes: true}
	case "banned":
		return &refusal{reason: bannedReason, passes: true} // when an admin lets them in again
	case "token_revoked", "jwt revoked":
		return &refusal{reason: "your sign-in was ended"}
	case "token_malformed", "token_too_large", "exp_required", "invalid_claims", "jwt malformed":
		return &refusal{reason: "the server cannot read this token"}
	}
	// Perhaps another server has taken the address, and gives it back.
	return &refusal{reason: notHere, passes: true}
}

// reasonFor puts why there is no connection in words for people.
func reasonFor(err error) string {
	var (
		p      *problem
		closed *websocket.CloseError
		sio    socketio.Error
	)
	switch {
	case err == nil:
		return ""
	case errors.As(err, &p):
		return p.reason
	case errors.As(err, &closed):
		return closeReason(closed.Code)
	case errors.As(err, &sio):
		return "the server said something that cannot be understood"
	case errors.Is(err, websocket.ErrReadLimit):
		return "the server sent more at once than is allowed"
	}
	if reason := tlsReason(err); reason != "" {
		return reason
	}
	return networkReason(err)
}

func closeReason(code int) string {
	switch code {
	case websocket.CloseGoingAway, websocket.CloseServiceRestart:
		return "the server is restarting"
	case websocket.CloseTryAgainLater:
		return "the server is too busy now"
	case websocket.CloseMessageTooBig:
		return "the server found a message too large"
	case websocket.ClosePolicyViolation:
		return "the server ended the connection"
	}
	return "the connection was lost"
}

func tlsReason(err error) string {
	var (
		authority x509.UnknownAuthorityError
		host      x509.HostnameError
		invalid   x509.CertificateInvalidError
		verify    *tls.CertificateVerificationError
		record    tls.RecordHeaderError
		alert     tls.AlertError
	)
	switch {
	case errors.As(err, &authority):
		return "the server's certificate is not one this computer trusts"
	case errors.As(err, &host):
		return "the server's certificate is for another name"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired, or the clock of this computer is wrong"
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "the server's certificate is not valid"
	case errors.As(err, &record):
		return "that server does not speak TLS; is its address http:// and not https://?"
	case errors.As(err, &alert):
		return "the server and this computer could not agree on TLS"
	}
	return ""
}

func networkReason(err error) string {
	var (
		dns     *net.DNSError
		timeout net.Error
		op      *net.OpError
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return "there is no server of that name"
	case errors.As(err, &dns):
		return "the server's name could not be looked up"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nothing answers at the server's address"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded),
		errors.As(err, &timeout) && timeout.Timeout():
		return "the server did not answer in time"
	case errors.As(err, &op) && op.Op == "dial":
		return "the server cannot be reached"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.As(err, &op):
		return "the connection was lost"
	}
	return "the connection failed"
}

// handshakeProblem explains an HTTP answer that was no WebSocket.
func handshakeProblem(resp *http.Response, err error) error {
	if resp == nil {
		return err
	}
	switch code := resp.StatusCode; {
	case code == http.StatusMovedPermanently, code == http.StatusFound, code == http.StatusSeeOther,
		code == http.StatusTemporaryRedirect, code == http.StatusPermanentRedirect:
		if to, perr := url.Parse(resp.Header.Get("Location")); perr == nil && to.Host != "" {
			return &problem{"the server has moved to " + plain(to.Scheme+"://"+to.Host), err}
		}
		return &problem{notHobnob, err}
	case code == http.StatusTooManyRequests, code == http.StatusServiceUnavailable:
		return &problem{"the server is too busy now", err}
	case code == http.StatusForbidden, code == http.StatusUnauthorized, code == http.StatusProxyAuthRequired:
		return &problem{fmt.Sprintf("the way to the server is barred (HTTP %d)", code), err}
	case code >= 500:
		return &problem{fmt.Sprintf("the server is not working now (HTTP %d)", code), err}
	}
	return &problem{notHobnob, fmt.Errorf("HTTP %d: %w", resp.StatusCode, err)}
}

// plainLimit is how many characters of the server's words are shown: two lines of
// a usual terminal, more than a sentence needs.
const plainLimit = 200

// plain makes the server's words fit for a line, and not longer than a person
// reads.
func plain(s string) string {
	s = chat.SanitizeLine(s)
	if runes := []rune(s); len(runes) > plainLimit {
		s = chat.SanitizeLine(string(runes[:plainLimit])) + "…" // a cut may leave half a sequence
	}
	return s
}
