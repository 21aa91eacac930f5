package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// delivery is what is posted: the payload of Standard Webhooks.
type delivery struct {
	Type      string    `json:"type"` // "message"
	Timestamp time.Time `json:"timestamp"`
	Data      said      `json:"data"`
}

type said struct {
	Team    chat.Team    `json:"team"`
	Room    chat.Room    `json:"room"`
	Message chat.Message `json:"message"`
}

// ErrPrivate is returned for an address of a network that is not everybody's.
var ErrPrivate = errors.New("the address is in a private network, which this webhook may not tell")

// statusError is an answer that is no success.
type statusError int

// Error implements error.
func (e statusError) Error() string {
	return fmt.Sprintf("it answered %d %s", e, http.StatusText(int(e)))
}

// isGone tells whether an address does not want to be told any more.
func isGone(err error) bool {
	status, ok := errors.AsType[statusError](err)
	return ok && status == http.StatusGone
}

// forGood tells whether an address will never take this one message: it answered, and
// that it is at fault.
func forGood(err error) bool {
	status, ok := errors.AsType[statusError](err)
	if !ok || status < 400 || status >= 500 {
		return false
	}
	switch status {
	case http.StatusGone, http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests,
		http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound: // put right by people, or by time
		return false
	}
	return true
}

// post posts one message. One that is refused for good is passed over.
func (s *Sender) post(ctx context.Context, h Hook, room chat.Room, e *chat.Event) error {
	body, err := json.Marshal(delivery{Type: "message", Timestamp: e.At.Time().UTC(), Data: said{s.cfg.Team, room, e.Message()}})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	id, at := e.Position.String(), strconv.FormatInt(s.cfg.Now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "hobnob")
	r.Header.Set("webhook-id", id)
	r.Header.Set("webhook-timestamp", at)
	r.Header.Set("webhook-signature", Sign(h.Secret, id, at, body))
	client := s.public
	if h.Private {
		client = s.private
	}
	response, err := client.Do(r)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10)) // so that the connection can be used again
	_ = response.Body.Close()
	if response.StatusCode >= 200 && response.StatusCode < 300 {
		return nil
	}
	fault := statusError(response.StatusCode)
	if forGood(fault) {
		s.cfg.Logger.Warn("a webhook's address refused a message for good", "hook", h.ID, "position", e.Position, "status", response.StatusCode)
		return nil
	}
	return fault
}

// Sign makes the signature of a delivery (Standard Webhooks, "Signature scheme"): of
// its ID, the second since 1970 at which it is sent, and its body.
func Sign(key []byte, id, at string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + at + "."))
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Secret writes a key as its webhook's owner is told it (Standard Webhooks).
func Secret(key []byte) string { return "whsec_" + base64.StdEncoding.EncodeToString(key) }

// newClient makes a client that follows no redirect: an address that was checked must
// not lead to one that was not. Unless private is set it connects to addresses of the
// public Internet alone, whatever a name resolves to at that moment.
func newClient(private bool) *http.Client {
	dialer := &net.Dialer{Timeout: postTime}
	if !private {
		dialer.Control = func(_, address string, _ syscall.RawConn) error {
			if !everybodys(address) {
				return ErrPrivate
			}
			return nil
		}
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: postTime, ResponseHeaderTimeout: postTime,
			MaxIdleConnsPerHost: 1, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// notEverybodys are the networks beside those that netip tells apart: shared address
// space (RFC 6598), benchmarking (RFC 2544), documentation (RFC 5737, 3849), reserved
// (RFC 1112), this network (RFC 1122), and IPv4 inside of IPv6 (RFC 6052, 3056).
var notEverybodys = func() (list []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "2001:db8::/32", "fec0::/10",
	} {
		list = append(list, netip.MustParsePrefix(s))
	}
	return list
}()

// Private tells whether an address of the web is written as one of a private network.
// What a name resolves to is looked at when it is connected to.
func Private(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	_, err = netip.ParseAddr(host)
	return err == nil && !everybodys(net.JoinHostPort(host, "443"))
}

// everybodys tells whether an address, as it is dialled, is of the public Internet.
func everybodys(address string) bool {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return false
	}
	ip := at.Addr().Unmap()
	if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.IsLoopback() {
		return false
	}
	for _, p := range notEverybodys {
		if p.Contains(ip.WithZone("")) {
			return false
		}
	}
	return true
}
