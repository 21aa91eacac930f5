package gateway

import (
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

// Hub is who hears what, for sockets of this gateway.
type Hub = server.Hub[*transport.Prepared, *session]

// Verifier tells whose token it is. An error is an *auth.Error.
type Verifier interface {
	Verify(token string) (auth.Identity, error)
}

// Config is what a Gateway is made of.
type Config struct {
	Service  *server.Service
	Verifier Verifier
	Issuer   *auth.Issuer // renews the tokens of this server's own
	// TokenLife is how long a renewed token lasts at the most: none lasts longer
	// than the one that it follows was made to.
	TokenLife time.Duration
	// LateAuth lets a socket connect first and show its token within AuthTimeout.
	LateAuth    bool
	AuthTimeout time.Duration
	Logger      *slog.Logger
	Now         func() time.Time // time.Now when nil
}

// Gateway is the transport.Handler of a team. It is safe from any goroutine.
type Gateway struct {
	cfg      Config
	hub      *Hub
	requests map[string]request

	refusals refusals
}

// New makes a Gateway whose sessions hear what follows position.
func New(cfg Config, position chat.Position) *Gateway {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	g := &Gateway{cfg: cfg, requests: requests(cfg.Service)}
	g.hub = server.NewHub[*transport.Prepared, *session](position, g.encode)
	cfg.Service.OnPresence(func(told chat.PresenceTold) {
		g.tell(server.Reach{Room: chat.GeneralRoom}, nil, "presence", told)
	})
	return g
}

// Broadcast implements server.Broadcaster. Who was banned, or whose sign-in was ended,
// is told so and sent away, and whose role is another one now comes again to hear what
// is theirs: who did that to themselves, once they were answered.
func (g *Gateway) Broadcast(batch []chat.Event, reach func(*chat.Event) server.Reach) {
	g.hub.Broadcast(batch, reach)
	for i := range batch {
		switch c := &batch[i].Change; batch[i].Kind {
		case chat.RoleChanged:
			own := batch[i].Author.ID == c.User.ID
			g.each(c.User.ID, func(s *session) { s.leave(own, func() { s.socket.Close(reasonRole) }) })
		case chat.UserBanned, chat.SessionEnded:
			own := batch[i].Author.ID == c.User.ID
			g.each(c.User.ID, func(s *session) { s.leave(own, s.again) })
		}
	}
}

// each does something with every session of a person.
func (g *Gateway) each(user string, do func(s *session)) {
	var sessions []*session
	g.hub.Each(user, func(s *session) { sessions = append(sessions, s) })
	for _, s := range sessions {
		do(s)
	}
}

// Here are the IDs of who is connected, on either lane, but for programs that said that
// nobody is there.
func (g *Gateway) Here() []string {
	return g.hub.People(func(s *session) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return !s.program
	})
}

// tell tells what is not in the log, except to the session it came from.
func (g *Gateway) tell(to server.Reach, except *session, name string, payload any) {
	p, err := socketio.EncodeEvent("/", name, nil, payload)
	if err != nil {
		g.cfg.Logger.Error("encode", "event", name, "err", err)
		return
	}
	g.hub.Tell(to, transport.Prepare(p), except)
}

// reasonRole ends the sessions of who has another role.
const reasonRole transport.Reason = "role changed"

// errBanned: the team will not have this person.
var errBanned = &auth.Error{Reason: "banned", Message: "banned from this team"}

// admit tells whether the team has somebody whose token is good.
func (g *Gateway) admit(who auth.Identity) error {
	switch p := g.cfg.Service.Standing(who.User); {
	case p.Banned:
		return errBanned
	case p.Ended.Has(who.SignIn, chat.ToMillis(who.Began)):
		return auth.ErrRevoked
	}
	return nil
}

// encode makes the packets of a batch, once for all sockets of a lane.
func (g *Gateway) encode(lane server.Lane, batch []chat.Event) *transport.Prepared {
	packets := make([]socketio.Packet, 0, len(batch))
	for i := range batch {
		p, err := g.encodeEvent(lane, &batch[i])
		if err != nil {
			// The codec checked the body when it came in, so the disk has changed
			// it. The message keeps its place, without what it said.
			g.cfg.Logger.Error("a stored message is damaged", "position", batch[i].Position, "err", err)
			batch[i].Body = chat.Body{JSON: []byte("null")}
			if p, err = g.encodeEvent(lane, &batch[i]); err != nil {
				g.cfg.Logger.Error("encode", "position", batch[i].Position, "err", err)
				continue
			}
		}
		packets = append(packets, p)
	}
	return transport.Prepare(packets...)
}

// refusal is how a socket is told that it may not enter: the message official
// clients know, and why.
func refusal(err error) *transport.ConnectError {
	e := authError(err)
	return &transport.ConnectError{Message: "Authentication error", Data: map[string]string{
		"code": e.Code(), "reason": string(e.Reason),
	}}
}

// unauthorized is the argument of the event of that name, as socketio-jwt has it.
type unauthorized struct {
	Message string           `json:"message"`
	Data    unauthorizedData `json:"data"`
}

type unauthorizedData struct {
	Message string `json:"message"`
	Code    string `json:"code"`
	Type    string `json:"type"`
	Reason  string `json:"reason"`
}

func newUnauthorized(err error) unauthorized {
	e := authError(err)
	return unauthorized{Message: e.Message, Data: unauthorizedData{
		Message: e.Message, Code: "invalid_token", Type: "UnauthorizedError", Reason: string(e.Reason),
	}}
}

func authError(err error) *auth.Error {
	if e, ok := errors.AsType[*auth.Error](err); ok {
		return e
	}
	return &auth.Error{Reason: auth.TokenMalformed, Message: "invalid token"}
}

// failed is the ack of a request that was not done.
type failed struct {
	OK    bool        `json:"ok"`
	Error *chat.Error `json:"error"`
}

func failure(err error) failed {
	var e *chat.Error
	if !errors.As(err, &e) {
		e = &chat.Error{Code: chat.CodeInternal, Message: "something went wrong on the server"}
	}
	return failed{Error: e}
}

// asObject reads an optional request argument into v; absent and null leave v
// as it is.
func asObject(args []socketio.Value, i int, v any) error {
	if i >= len(args) || string(args[i].JSON) == "null" {
		return nil
	}
	if err := json.Unmarshal(args[i].JSON, v); err != nil {
		return &chat.Error{Code: chat.CodeBadRequest, Message: "the request's options are not of the documented shape: " + shape(err)}
	}
	return nil
}

// shape says which field of a request is wrong, without Go's type names.
func shape(err error) string {
	var t *json.UnmarshalTypeError
	if errors.As(err, &t) && t.Field != "" {
		return t.Field + " cannot be a " + t.Value
	}
	return "see docs/protocol.md"
}
