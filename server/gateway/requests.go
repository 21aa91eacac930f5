package gateway

import (
	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

// authenticate is the late way in, and the way to a newer token for who is in.
func (s *session) authenticate(e *transport.Event) {
	who, err := s.verify(argument(e.Args, 0))
	if err != nil {
		s.tries++
		s.g.refused("unauthorized", s.socket.ID(), s.remote, err)
		reply := newUnauthorized(err)
		_ = s.socket.EmitAck(func([]socketio.Value) { s.socket.Disconnect() }, "unauthorized", reply)
		s.answer(e, failure(&chat.Error{Code: chat.CodeUnauthenticated, Message: reply.Message}))
		if s.tries >= maxTries {
			s.socket.Disconnect()
		}
		return
	}
	s.socket.Admit(who.User.ID)
	s.known(who) // which takes its time: what follows "authenticated" is heard
	_ = s.socket.Emit("authenticated")
	if err := s.enter(who); err != nil {
		s.away(authError(err))
		return
	}
	if s.chat { // they may have another name now
		if err := s.g.cfg.Service.Enter(s.ctx, who.User); err != nil {
			s.answer(e, failure(err))
			return
		}
	}
	s.answer(e, ok{OK: true})
}

// verify tells whose token an authenticate request shows. Whoever is in stays
// the same person: a socket's messages are never of two authors.
func (s *session) verify(arg socketio.Value) (auth.Identity, error) {
	token, err := requestToken(arg)
	if err != nil {
		return auth.Identity{}, err
	}
	who, err := s.g.cfg.Verifier.Verify(token)
	if err == nil {
		err = s.g.admit(who)
	}
	if err != nil {
		return auth.Identity{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch is := s.identity.User; {
	case !s.in:
	case is.ID != who.User.ID:
		return auth.Identity{}, &auth.Error{Reason: tokenConflict, Message: "that token is another person's"}
	case is.Scope != who.User.Scope || is.Role != who.User.Role: // what is heard was settled when it came in
		return auth.Identity{}, &auth.Error{Reason: tokenConflict, Message: "that token is for something else: connect with it anew"}
	}
	return who, nil
}

// requestToken reads the argument of authenticate, {token}.
func requestToken(arg socketio.Value) (string, error) {
	raw, err := auth.Member(arg.JSON, "token")
	if err != nil {
		return "", errNone
	}
	token, err := tokenString(raw)
	if err != nil {
		return "", err
	}
	if bare, ok := bearer(token); ok {
		token = bare
	}
	if token == "" {
		return "", errNone
	}
	return token, nil
}

// ok is the ack of a request that was done, where there is nothing more to say.
type ok struct {
	OK bool `json:"ok"`
}

// message posts what the sender says: on the plain lane one argument to the
// default room, on the chat lane the draft's options beside it.
func (s *session) message(e *transport.Event, author chat.User) {
	draft, err := draftOf(e.Args, s.chat)
	if err != nil {
		s.answer(e, failure(err))
		return
	}
	draft.Extra.Auto = s.quiet
	s.g.cfg.Service.PostInLine(s.ctx, &s.line, author, draft, func(posted chat.Posted, err error) {
		if err != nil {
			s.answer(e, failure(err))
			return
		}
		s.answer(e, struct {
			ok
			chat.Posted
		}{ok{true}, posted})
	})
}

// draftOf reads the arguments of message: the body, and with options what is beside
// it.
func draftOf(args []socketio.Value, options bool) (chat.Draft, error) {
	body := argument(args, 0)
	draft := chat.Draft{Body: chat.Body{JSON: body.JSON, Attachments: body.Attachments}}
	if !options {
		draft.Plain = true
		return draft, nil
	}
	var o chat.PostOptions
	if err := asObject(args, 1, &o); err != nil {
		return draft, err
	}
	draft.Room, draft.ID, draft.ReplyTo, draft.Thread = o.Room, o.ID, o.ReplyTo, o.Thread
	draft.Extra.Style, draft.Extra.Block = o.Style, o.Block
	for _, id := range o.Files {
		draft.Extra.Files = append(draft.Extra.Files, chat.File{ID: id})
	}
	return draft, nil
}

// hello moves the session to the chat lane. It joins live first, holding what
// comes; then it is told what it missed, and then what was held: each event
// once, in order, and none in between lost.
func (s *session) hello(e *transport.Event, who auth.Identity) {
	h, err := readHello(e)
	switch {
	case err != nil:
		s.answer(e, failure(err))
		return
	case s.chat:
		s.answer(e, failure(&chat.Error{Code: chat.CodeBadRequest, Message: "hello was said already"}))
		return
	case h.Protocol != chat.ProtocolVersion:
		s.answer(e, failure(&chat.Error{Code: chat.CodeUnsupported, Message: "this server speaks protocol 1; update the older end"}))
		return
	}
	service := s.g.cfg.Service
	if err := service.Enter(s.ctx, who.User); err != nil {
		s.answer(e, failure(err))
		return
	}
	s.chat, s.quiet = true, h.Quiet
	// Not a word of the plain lane after the answer: once Leave returns, none is
	// under way any more.
	s.g.hub.Leave(s)
	s.mu.Lock()
	s.holding, s.present, s.program, s.names, s.noted = true, !h.Quiet, h.Quiet, namesOf(h), false
	s.mu.Unlock()
	if !h.Quiet {
		service.Arrive(who.User, s)
	}
	cut, err := service.Listen(who.User, func(l server.Listener) chat.Position { return s.g.hub.Join(s, l) })
	if ended := s.g.admit(who); ended != nil {
		s.away(authError(ended)) // it was not listening when that was told
		return
	}
	var rooms []chat.Membership
	var roomsAt chat.Position
	if err == nil {
		rooms, roomsAt, err = service.Rooms(s.ctx, who.User)
	}
	if err != nil {
		s.g.cfg.Logger.Warn("hello", "socket", s.socket.ID(), "err", err)
		s.socket.Close(reasonReplay) // it hears already, and must be told from where
		return
	}
	resumed := service.CanReplay(h.Position, cut)
	s.answer(e, struct {
		ok
		chat.Welcome
	}{ok{true}, chat.Welcome{
		You: service.Standing(who.User).User, Team: service.Team(), Rooms: some(rooms), RoomsAt: roomsAt, Limits: service.Limits(),
		Position: cut, Resumed: resumed, Expires: chat.ToMillis(who.Expires),
	}})
	if resumed {
		err := service.Replay(s.ctx, who.User, h.Position, cut, func(batch []chat.Event) error {
			if err := s.socket.Drain(s.ctx); err != nil {
				return err
			}
			if err := s.socket.Send(s.g.encode(server.ChatLane, batch)); err != nil {
				return err
			}
			return service.ChargeReplay(s.ctx, who.User.ID, batch)
		})
		if err != nil {
			// The client was promised all of it; it resumes on its next connection.
			s.g.cfg.Logger.Warn("replay", "socket", s.socket.ID(), "err", err)
			s.socket.Close(reasonReplay)
			return
		}
	}
	s.release()
}

// readHello reads a hello. A position that is none of ours is as good as one of
// another log: the client is not resumed, and loads anew.
func readHello(e *transport.Event) (chat.Hello, error) {
	var h struct {
		chat.Hello
		Position string `json:"position"`
	}
	if err := asObject(e.Args, 0, &h); err != nil {
		return chat.Hello{}, err
	}
	h.Hello.Position, _ = chat.ParsePosition(h.Position)
	return h.Hello, nil
}

// reasonReplay ends a session that could not be told what it was promised.
const reasonReplay transport.Reason = "replay failed"

// renew answers a successor to a token of this server's own making.
func (s *session) renew(who auth.Identity, _ []socketio.Value) (any, error) {
	if !who.Own {
		return nil, &chat.Error{Code: chat.CodeNotAllowed, Message: "this token is renewed by whoever issued it"}
	}
	token, expires, err := s.g.cfg.Issuer.Renew(who, s.g.cfg.TokenLife)
	if err != nil {
		s.g.cfg.Logger.Error("renew", "err", err)
		return nil, err
	}
	later := s.seen()
	later.Until = chat.ToMillis(expires.Add(who.Ends.Sub(who.Expires)))
	s.g.cfg.Service.Used(later) // also where it is lost on its way, or used by nobody
	return struct {
		Token   string      `json:"token"`
		Expires chat.Millis `json:"expires"`
	}{token, chat.ToMillis(expires)}, nil
}
