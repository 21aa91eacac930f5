package client

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

const (
	// handshakeWait bounds each step until the server has said who we are: more
	// than a slow satellite needs, less than a person's patience.
	handshakeWait = 10 * time.Second

	// readLimit is the longest frame taken from a server that takes messages of a
	// megabyte, as they do; a page of history with long bodies is the longest there is.
	// One that says that it takes larger ones may send up to maxReadLimit.
	readLimit    = 4 << 20
	maxReadLimit = 64 << 20

	// earlyLimit and earlyBytes bound the messages that are kept until hello is
	// answered: no server of ours tells any, and a later one no more than was
	// said in the instant between.
	earlyLimit = 1024
	earlyBytes = 4 << 20

	// roomsLimit is how many rooms a team may have. Each is a line on the screen
	// and perhaps a request for history.
	roomsLimit = 10_000
)

// peer is a server as it is dialed. It is set once.
type peer struct {
	endpoint string
	name     string // of this program, for its user to know it by
	tls      *tls.Config
	dialer   func(ctx context.Context, network, addr string) (net.Conn, error) // nil for the system's
}

// endpoint is the WebSocket address of a server's http or https address.
func endpoint(server string) (string, error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", fmt.Errorf("server address: %w", err)
	}
	switch u.Scheme {
	case "http", "ws":
		u.Scheme = "ws"
	case "https", "wss":
		u.Scheme = "wss"
	default:
		return "", fmt.Errorf("server address %q: it must begin with http:// or https://", u.Redacted())
	}
	if u.Host == "" || u.User != nil {
		return "", fmt.Errorf("server address %q: it must be a scheme and a host", u.Redacted())
	}
	u.Path = strings.TrimRight(u.Path, "/") + "/socket.io/"
	u.RawPath, u.Fragment = "", ""
	u.RawQuery = "EIO=4&transport=websocket"
	return u.String(), nil
}

// dial opens the WebSocket, and returns what it is spoken over beside it. It waits for no answer any
// longer once ctx is done, which gorilla minds only until there is a connection.
func (p *peer) dial(ctx context.Context) (*websocket.Conn, *hurried, error) {
	var wire *hurried
	open, stop := p.hurried(&wire), func() bool { return true }
	d := websocket.Dialer{
		HandshakeTimeout: handshakeWait,
		NetDialContext: func(dialing context.Context, network, addr string) (net.Conn, error) {
			conn, err := open(dialing, network, addr)
			if err == nil {
				stop = context.AfterFunc(ctx, func() { conn.Close() })
			}
			return conn, err
		},
		Proxy:           http.ProxyFromEnvironment,
		TLSClientConfig: p.tls,
	}
	header := http.Header{}
	if p.name != "" {
		header.Set("User-Agent", p.name)
	}
	conn, resp, err := d.DialContext(ctx, p.endpoint, header)
	if !stop() { // it is closed, whatever came first
		return nil, nil, fmt.Errorf("dial: %w", ctx.Err())
	}
	if err != nil {
		if errors.Is(err, websocket.ErrBadHandshake) {
			return nil, nil, handshakeProblem(resp, err)
		}
		if strings.Contains(err.Error(), "malformed HTTP") { // net/http has no type for it
			return nil, nil, &problem{notHobnob, err}
		}
		return nil, nil, fmt.Errorf("dial: %w", err)
	}
	conn.SetReadLimit(readLimit)
	return conn, wire, nil
}

// handshake does what comes before the first message: the Engine.IO open packet,
// the Socket.IO CONNECT with the token, and hello.
func (l *link) handshake(h chat.Hello) (chat.Welcome, error) {
	if err := l.readOpen(); err != nil {
		return chat.Welcome{}, err
	}
	if err := l.authenticate(); err != nil {
		return chat.Welcome{}, err
	}
	return l.hello(h)
}

func (l *link) readOpen() error {
	if err := l.patience(handshakeWait); err != nil {
		return err
	}
	kind, b, err := l.conn.ReadMessage()
	if err != nil {
		return fmt.Errorf("open packet: %w", err)
	}
	if kind != websocket.TextMessage || len(b) == 0 || socketio.EngineType(b[0]) != socketio.EngineOpen {
		return &problem{notHobnob, errors.New("the first packet is not open")}
	}
	if l.open, err = socketio.DecodeOpen(b[1:]); err != nil {
		return &problem{notHobnob, err}
	}
	return nil
}

// authenticate sends CONNECT (Socket.IO protocol 5, "Connection to a namespace")
// and waits for its answer.
func (l *link) authenticate() error {
	data, err := json.Marshal(struct {
		Token string `json:"token"`
	}{l.token})
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	if err := l.send(nil, encodeFrame(&socketio.Packet{Type: socketio.Connect, Data: data})); err != nil {
		return err
	}
	if err := l.patience(handshakeWait); err != nil {
		return err
	}
	for {
		p, err := l.next()
		if err != nil {
			return err
		}
		switch {
		case p == noPacket:
		case p.Namespace != "/":
			return protocolError("a packet of a namespace nobody asked for", nil)
		case p.Type == socketio.Connect:
			return nil
		case p.Type == socketio.ConnectError:
			return connectError(p.Data)
		default:
			return protocolError("a packet before the answer to CONNECT", nil)
		}
	}
}

// connectError reads a CONNECT_ERROR packet.
func connectError(b []byte) error {
	var e struct {
		Message string `json:"message"`
		Data    struct {
			Code   string `json:"code"`
			Reason string `json:"reason"`
		} `json:"data"`
	}
	if err := json.Unmarshal(b, &e); err != nil && e.Message == "" {
		return &problem{notHobnob, err}
	}
	if e.Message == "Authentication error" || e.Data.Code == "invalid_token" || e.Data.Code == "credentials_required" {
		if e.Data.Reason == "" {
			e.Data.Reason = e.Data.Code
		}
		return refused(e.Data.Reason)
	}
	return &problem{"the server refused the connection: " + plain(e.Message), nil}
}

// hello begins the chat lane. What the server tells before it answers is given to
// event, as always.
func (l *link) hello(h chat.Hello) (chat.Welcome, error) {
	var (
		answered bool
		welcome  chat.Welcome
		failed   error
	)
	_, err := l.request(nil, "hello", func(args []socketio.Value, err error) {
		answered = true
		if err == nil {
			welcome, err = answer[chat.Welcome](args)
		}
		if failed = err; err == nil {
			l.take(frameLimit(welcome.Limits.Body))
		}
	}, h)
	if err != nil {
		return welcome, err
	}
	if err := l.patience(handshakeWait); err != nil {
		return welcome, err
	}
	for !answered {
		p, err := l.next()
		if err != nil {
			return welcome, err
		}
		if err := l.handle(p); err != nil {
			return welcome, err
		}
	}
	if failed != nil {
		return welcome, helloProblem(failed)
	}
	return welcome, isWelcome(welcome)
}

// isWelcome checks what everything else relies on.
func isWelcome(w chat.Welcome) error {
	switch {
	case w.You.ID == "":
		return protocolError("a welcome without a user", nil)
	case len(w.Rooms) > roomsLimit:
		return protocolError("a welcome with too many rooms", nil)
	}
	return nil
}

// frameLimit is the longest frame of a server that takes bodies of so many bytes: a
// page of history ends with the message that makes it long, whose attachments are in
// base64.
func frameLimit(body int) int {
	return min(max(readLimit, 2*min(body, maxReadLimit)+readLimit/2), maxReadLimit)
}

// take sets the longest frame that is taken.
func (l *link) take(limit int) {
	l.conn.SetReadLimit(int64(limit))
	if l.show == 0 { // else it is shrunk before
		l.decoder.MaxBytes = limit
	}
}

func helloProblem(err error) error {
	var e *chat.Error
	switch {
	case !errors.As(err, &e):
		return err
	case e.Code == chat.CodeUnsupported:
		return &problem{"this hobnob and the server are of versions that do not understand each other", err}
	case e.Code == chat.CodeUnavailable:
		return &problem{"the server is not ready now", err}
	}
	return &problem{"the server would not go on: " + plain(e.Message), err}
}
