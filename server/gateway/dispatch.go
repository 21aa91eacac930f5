package gateway

import (
	"context"
	"encoding/json"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
	"github.com/hobnob-chat/hobnob/server"
	"github.com/hobnob-chat/hobnob/server/auth"
	"github.com/hobnob-chat/hobnob/server/transport"
)

// team answers those requests of the chat lane whose arguments are not what a method
// of the Service takes.
type team struct{ *server.Service }

// dispatch has an event of somebody who is in answered. Three are of both lanes;
// all others are requests of the chat lane, see requests.
func (s *session) dispatch(e *transport.Event, who auth.Identity) {
	switch e.Name {
	case "authenticate":
		s.authenticate(e)
		return
	case "message":
		s.message(e, who.User)
		return
	case "hello":
		s.hello(e, who)
		return
	}
	ask, ofSession := s.g.requests[e.Name], sessionRequests[e.Name]
	switch {
	case ask == nil && ofSession == nil:
		s.answer(e, failure(unknownRequest()))
		return
	case !s.chat:
		s.answer(e, failure(&chat.Error{Code: chat.CodeBadRequest, Message: "say hello first"}))
		return
	}
	if s.socket.Drain(s.ctx) != nil {
		return // the session ended while it did not read
	}
	s.ask(true)
	defer s.ask(false)
	var reply any
	var err error
	if ask != nil {
		reply, err = ask(s.ctx, who.User, e.Args)
	} else {
		reply, err = ofSession(s, who, e.Args)
	}
	if err != nil {
		s.answer(e, failure(err))
		return
	}
	s.answer(e, success{reply})
	s.ask(false)
	_ = s.g.cfg.Service.ChargePage(s.ctx, who.User.ID, pageOf(reply)) // it fails when the session has ended
}

// pageOf is the messages that an answer holds.
func pageOf(reply any) []chat.Message {
	switch page := reply.(type) {
	case chat.History:
		return page.Messages
	case chat.Found:
		return page.Messages
	case chat.Threads:
		list := make([]chat.Message, len(page.Threads))
		for i := range page.Threads {
			list[i] = page.Threads[i].Message
		}
		return list
	}
	return nil
}

func unknownRequest() error {
	return &chat.Error{Code: chat.CodeUnknownEvent, Message: "this server has no request of that name"}
}

// Ask answers a request of the chat lane for somebody who has no session, by its
// name: what its ack would be, as JSON. args are its arguments. The error is a
// *chat.Error. It blocks until the answer is durable.
func (g *Gateway) Ask(ctx context.Context, who chat.User, name string, args []json.RawMessage) (json.RawMessage, error) {
	ask := g.requests[name]
	if name == "message" {
		ask = team{g.cfg.Service}.post
	}
	switch {
	case sessionRequests[name] != nil || name == "hello" || name == "authenticate":
		return nil, &chat.Error{Code: chat.CodeBadRequest, Message: "that is about a connection: ask it over a socket"}
	case ask == nil:
		return nil, unknownRequest()
	}
	if err := g.cfg.Service.Enter(ctx, who); err != nil { // as hello does
		return nil, err
	}
	values := make([]socketio.Value, len(args))
	for i, a := range args {
		values[i].JSON = a
	}
	reply, err := ask(ctx, who, values)
	if err != nil {
		return nil, err
	}
	_ = g.cfg.Service.ChargePage(ctx, who.ID, pageOf(reply)) // who does not wait owes it
	return json.Marshal(success{reply})
}

// post posts a message and waits for where it stands.
func (v team) post(ctx context.Context, who chat.User, args []socketio.Value) (any, error) {
	draft, err := draftOf(args, true)
	if err != nil {
		return nil, err
	}
	draft.Extra.Auto = true // nobody looks on
	return v.PostWait(ctx, who, draft)
}

// success is the ack of a request that was done: the fields of its answer with
// ok beside them.
type success struct{ reply any }

// MarshalJSON implements json.Marshaler.
func (a success) MarshalJSON() ([]byte, error) {
	fields, err := json.Marshal(a.reply)
	if err != nil {
		return nil, err
	}
	const head = `{"ok":true`
	if len(fields) <= len("{}") {
		return []byte(head + "}"), nil
	}
	return append([]byte(head+","), fields[1:]...), nil
}

// request answers one kind of request, with these arguments.
type request func(ctx context.Context, who chat.User, args []socketio.Value) (any, error)

// asked makes a request of a method of the service that takes one argument.
func asked[R, A any](do func(ctx context.Context, who chat.User, r R) (A, error)) request {
	return func(ctx context.Context, who chat.User, args []socketio.Value) (any, error) {
		var r R
		if err := asObject(args, 0, &r); err != nil {
			return nil, err
		}
		return do(ctx, who, r)
	}
}

// requests are the chat lane's, by the name of their event.
func requests(s *server.Service) map[string]request {
	v := team{s}
	return map[string]request{
		"history":          asked(v.History),
		"message:edit":     v.editMessage,
		"message:edits":    asked(v.Edits),
		"message:delete":   asked(v.deleteMessage),
		"message:react":    asked(v.React),
		"message:pin":      asked(v.Pin),
		"pins":             asked(v.pins),
		"room:list":        asked(v.roomList),
		"room:create":      asked(v.CreateRoom),
		"room:join":        asked(v.joinRoom),
		"room:leave":       asked(v.LeaveRoom),
		"room:invite":      asked(v.InviteTo),
		"room:remove":      asked(v.RemoveFrom),
		"room:topic":       asked(v.roomChange("topic", "purpose")),
		"room:rename":      asked(v.roomChange("name")),
		"room:archive":     asked(v.archiveRoom),
		"room:set":         asked(v.ChangeRoom),
		"dm":               asked(v.direct),
		"members":          asked(v.members),
		"read":             asked(v.MarkRead),
		"notify":           asked(v.SetNotify),
		"thread:follow":    asked(v.Follow),
		"thread:followers": asked(v.followers),
		"thread:list":      asked(v.Threads),
		"inbox":            asked(v.Inbox),
		"search":           asked(v.Search),
		"user:role":        asked(v.SetRole),
		"user:ban":         asked(v.Ban),
		"user:mute":        asked(v.Mute),
		"audit":            asked(v.audit),
	}
}

// editMessage takes the new text as the first argument, as message does, and which
// message it is for as the second.
func (v team) editMessage(ctx context.Context, who chat.User, args []socketio.Value) (any, error) {
	var r chat.EditRequest
	if err := asObject(args, 1, &r); err != nil {
		return nil, err
	}
	body := argument(args, 0)
	return v.Edit(ctx, who, r, chat.Body{JSON: body.JSON, Attachments: body.Attachments})
}

func (v team) deleteMessage(ctx context.Context, who chat.User, r struct {
	chat.MessageRef
	Reason string `json:"reason"`
},
) (chat.Done, error) {
	return v.Delete(ctx, who, r.MessageRef, r.Reason)
}

func (v team) pins(ctx context.Context, who chat.User, r chat.RoomRequest) (chat.Found, error) {
	found, err := v.Pins(ctx, who, r.Room)
	found.Messages = some(found.Messages)
	return found, err
}

func (v team) roomList(ctx context.Context, who chat.User, r chat.RoomListRequest) (chat.RoomList, error) {
	list, err := v.RoomList(ctx, who, r)
	list.Rooms = some(list.Rooms)
	return list, err
}

func (v team) joinRoom(ctx context.Context, who chat.User, r chat.RoomRequest) (chat.RoomAnswer, error) {
	return v.JoinRoom(ctx, who, r.Room)
}

// roomChange is a request that changes these fields of a room and no others.
func (v team) roomChange(fields ...string) func(context.Context, chat.User, chat.RoomChangeRequest) (chat.RoomAnswer, error) {
	return func(ctx context.Context, who chat.User, r chat.RoomChangeRequest) (chat.RoomAnswer, error) {
		only := chat.RoomChangeRequest{Room: r.Room}
		for _, f := range fields {
			switch f {
			case "name":
				only.Name = r.Name
			case "topic":
				only.Topic = r.Topic
			case "purpose":
				only.Purpose = r.Purpose
			}
		}
		return v.ChangeRoom(ctx, who, only)
	}
}

func (v team) archiveRoom(ctx context.Context, who chat.User, r struct {
	Room string `json:"room"`
	On   *bool  `json:"on"`
},
) (chat.RoomAnswer, error) {
	on := r.On == nil || *r.On
	return v.ChangeRoom(ctx, who, chat.RoomChangeRequest{Room: r.Room, Archived: &on})
}

func (v team) direct(ctx context.Context, who chat.User, r chat.RoomRequest) (chat.RoomAnswer, error) {
	if r.User != "" {
		r.Users = append(r.Users, r.User)
	}
	return v.Direct(ctx, who, r.Users)
}

func (v team) members(ctx context.Context, who chat.User, r chat.MembersRequest) (chat.Members, error) {
	list, err := v.Members(ctx, who, r)
	list.Members = some(list.Members)
	return list, err
}

func (v team) followers(ctx context.Context, who chat.User, r chat.FollowRequest) (any, error) {
	list, err := v.Followers(ctx, who, r)
	return struct {
		Users []string `json:"users"`
	}{some(list)}, err
}

func (v team) audit(ctx context.Context, who chat.User, r chat.AuditRequest) (any, error) {
	list, more, err := v.AuditTrail(ctx, who, r)
	return struct {
		Entries []chat.AuditEntry `json:"entries"`
		More    bool              `json:"more"`
	}{some(list), more}, err
}

// sessionRequests are those that are about the session they come by.
var sessionRequests = map[string]func(s *session, who auth.Identity, args []socketio.Value) (any, error){
	"presence":    (*session).setPresence,
	"typing":      (*session).typing,
	"token:renew": (*session).renew,
	"sessions":    (*session).sessions,
	"session:end": (*session).endSession,
}

func (s *session) setPresence(who auth.Identity, args []socketio.Value) (any, error) {
	var r chat.PresenceRequest
	if err := asObject(args, 0, &r); err != nil {
		return nil, err
	}
	return chat.PresenceAnswer{Until: r.Until}, s.g.cfg.Service.SetPresence(s.ctx, who.User, s, r)
}

func (s *session) typing(who auth.Identity, args []socketio.Value) (any, error) {
	var r chat.TypingRequest
	if err := asObject(args, 0, &r); err != nil {
		return nil, err
	}
	told, again, err := s.g.cfg.Service.Typing(s.ctx, who.User, r)
	if err == nil && again {
		s.g.tell(server.Reach{Room: told.Room}, s, "typing", told)
	}
	return struct{}{}, err
}

// some is a list that is [] and not null on the wire when it has nothing.
func some[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
