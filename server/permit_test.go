package server

import (
	"crypto/rand"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// place is where somebody stands to a room, or the zero place: to none.
type standpoint struct {
	name     string
	kind     chat.RoomKind
	in, made bool // they are in it; they made it
	archived bool
}

var standpoints = []standpoint{
	{name: "public, in it", kind: chat.RoomPublic, in: true},
	{name: "public, not in it", kind: chat.RoomPublic},
	{name: "public, made it", kind: chat.RoomPublic, in: true, made: true},
	{name: "public, made it and left", kind: chat.RoomPublic, made: true},
	{name: "private, in it", kind: chat.RoomPrivate, in: true},
	{name: "private, not in it", kind: chat.RoomPrivate},
	{name: "archived, in it", kind: chat.RoomPublic, in: true, archived: true},
	{name: "archived, not in it", kind: chat.RoomPublic, archived: true},
	{name: "archived, made it", kind: chat.RoomPublic, in: true, made: true, archived: true},
	{name: "direct", kind: chat.RoomDirect, in: true},
}

// cell is a room in which somebody tries an action: it has a message of theirs (1) and
// one of another person (2), who is in it.
type cell struct {
	*world
	room string
	who  chat.User
	at   standpoint
}

// expect is what the table says of an action there.
func expect(r rule, who chat.User, at standpoint) chat.Code {
	visible := at.in || (at.kind == chat.RoomPublic && who.Role != chat.RoleGuest)
	allowed := slices.Contains(r.roles, who.Role) || (r.creator && at.made && who.Role != chat.RoleGuest)
	switch {
	case !visible:
		return chat.CodeUnknownRoom
	case !allowed:
		return chat.CodeNotAllowed
	case r.member && !at.in:
		return chat.CodeNotMember
	case at.archived && !r.open:
		return chat.CodeArchived
	}
	return ""
}

// exceptions are what no room has in common: direct rooms stay as they are.
func exception(a Action, who chat.User, at standpoint) (chat.Code, bool) {
	if at.kind == chat.RoomDirect && slices.Contains([]Action{Leave, Invite, Remove, Rename, Archive}, a) {
		return chat.CodeNotAllowed, true
	}
	if a == Join && at.in {
		return "", true // they are, whoever they are
	}
	if a == MentionAll { // one has to post for it
		code := expect(*byAction[Post], who, at)
		return code, code != ""
	}
	return "", false
}

// inRoom is how each action that concerns a room is asked for.
var inRoom = map[Action]func(c *cell) error{
	Read: func(c *cell) error {
		_, err := c.s.History(c.ctx, c.who, chat.HistoryRequest{Room: c.room})
		return err
	},
	Post: func(c *cell) error {
		_, err := c.s.PostWait(c.ctx, c.who, chat.Draft{Room: c.room, Body: chat.TextBody("hi")})
		return err
	},
	EditOwn: func(c *cell) error {
		_, err := c.s.Edit(c.ctx, c.who, chat.EditRequest{MessageRef: chat.MessageRef{Room: c.room, Seq: 1}}, chat.TextBody("ho"))
		return err
	},
	DeleteOwn: func(c *cell) error {
		_, err := c.s.Delete(c.ctx, c.who, chat.MessageRef{Room: c.room, Seq: 1}, "")
		return err
	},
	DeleteOthers: func(c *cell) error {
		_, err := c.s.Delete(c.ctx, c.who, chat.MessageRef{Room: c.room, Seq: 2}, "so")
		return err
	},
	React: func(c *cell) error {
		_, err := c.s.React(c.ctx, c.who, chat.ReactRequest{MessageRef: chat.MessageRef{Room: c.room, Seq: 2}, Emoji: "👍"})
		return err
	},
	Pin: func(c *cell) error {
		_, err := c.s.Pin(c.ctx, c.who, chat.PinRequest{MessageRef: chat.MessageRef{Room: c.room, Seq: 2}})
		return err
	},
	MentionAll: func(c *cell) error {
		p, err := c.s.PostWait(c.ctx, c.who, chat.Draft{Room: c.room, Body: chat.TextBody("@room hi")})
		if err != nil {
			return err
		}
		m, err := c.db.Message(c.ctx, c.room, p.Seq)
		if err == nil && len(m.Mentions) == 0 {
			return &chat.Error{Code: chat.CodeNotAllowed} // it stays text
		}
		return err
	},
	Upload: func(c *cell) error { _, err := c.s.MayPost(c.ctx, c.who, c.room); return err },
	Join:   func(c *cell) error { _, err := c.s.JoinRoom(c.ctx, c.who, c.room); return err },
	Leave: func(c *cell) error {
		_, err := c.s.LeaveRoom(c.ctx, c.who, chat.RoomRequest{Room: c.room})
		return err
	},
	Invite: func(c *cell) error {
		_, err := c.s.InviteTo(c.ctx, c.who, chat.RoomRequest{Room: c.room, Users: []string{robot.ID}})
		return err
	},
	Remove: func(c *cell) error {
		_, err := c.s.RemoveFrom(c.ctx, c.who, chat.RoomRequest{Room: c.room, User: carol.ID})
		return err
	},
	Topic:   func(c *cell) error { return c.change(chat.RoomChangeRequest{Topic: new("new")}) },
	Rename:  func(c *cell) error { return c.change(chat.RoomChangeRequest{Name: new("new-" + c.room[24:])}) },
	Slow:    func(c *cell) error { return c.change(chat.RoomChangeRequest{Slow: new(5)}) },
	Keep:    func(c *cell) error { return c.change(chat.RoomChangeRequest{Keep: new(5)}) },
	Archive: func(c *cell) error { on := !c.at.archived; return c.change(chat.RoomChangeRequest{Archived: &on}) },
	ListMembers: func(c *cell) error {
		_, err := c.s.Members(c.ctx, c.who, chat.MembersRequest{Room: c.room})
		return err
	},
	KeepPlace: func(c *cell) error {
		_, err := c.s.MarkRead(c.ctx, c.who, chat.ReadRequest{Room: c.room, Seq: 2})
		_, other := c.s.SetNotify(c.ctx, c.who, chat.NotifyRequest{Room: c.room, Level: chat.NotifyNone})
		_, third := c.s.Follow(c.ctx, c.who, chat.FollowRequest{Room: c.room, Thread: "m2" + c.room})
		if codeOf(err) != codeOf(other) || codeOf(err) != codeOf(third) {
			return fmt.Errorf("%v, but %v and %v", err, other, third) //nolint:errorlint // it is none of their codes
		}
		return err
	},
}

func (c *cell) change(r chat.RoomChangeRequest) error {
	r.Room = c.room
	_, err := c.s.ChangeRoom(c.ctx, c.who, r)
	return err
}

// inNone is how each other action is asked for.
var inNone = map[Action]func(c *cell) error{
	CreatePublic: func(c *cell) error {
		_, err := c.s.CreateRoom(c.ctx, c.who, chat.RoomCreateRequest{Name: "p-" + string(c.who.Role)})
		return err
	},
	CreatePrivate: func(c *cell) error {
		_, err := c.s.CreateRoom(c.ctx, c.who, chat.RoomCreateRequest{Name: "q-" + string(c.who.Role), Kind: chat.RoomPrivate})
		return err
	},
	Direct:      func(c *cell) error { _, err := c.s.Direct(c.ctx, c.who, []string{robot.ID}); return err },
	ListMembers: func(c *cell) error { _, err := c.s.Members(c.ctx, c.who, chat.MembersRequest{}); return err },
	SetPresence: func(c *cell) error {
		return c.s.SetPresence(c.ctx, c.who, c, chat.PresenceRequest{State: chat.Away})
	},
	ChangeRole: func(c *cell) error {
		_, err := c.s.SetRole(c.ctx, c.who, chat.UserRequest{User: robot.ID, Role: chat.RoleMember})
		return err
	},
	Ban: func(c *cell) error {
		_, err := c.s.Ban(c.ctx, c.who, chat.UserRequest{User: robot.ID})
		if err == nil {
			off := false
			_, err = c.s.Ban(c.ctx, c.who, chat.UserRequest{User: robot.ID, On: &off})
		}
		return err
	},
	Mute: func(c *cell) error {
		_, err := c.s.Mute(c.ctx, c.who, chat.UserRequest{User: robot.ID, Until: chat.ToMillis(c.Now()) + 1000})
		return err
	},
	Audit: func(c *cell) error { _, _, err := c.s.AuditTrail(c.ctx, c.who, chat.AuditRequest{}); return err },
	Hooks: func(c *cell) error {
		_, err := c.s.CheckHook(c.ctx, c.who, chat.HookRequest{Name: "hook", Room: chat.GeneralRoom})
		if other := c.s.MayHooks(c.who); codeOf(err) != codeOf(other) {
			return fmt.Errorf("%v, but %v", err, other) //nolint:errorlint // it is none of their codes
		}
		return err
	},
	EndOwn: func(c *cell) error {
		_, err := c.s.EndSession(c.ctx, c.who, "", chat.SessionEndRequest{ID: rand.Text()})
		if _, other := c.s.Sessions(c.ctx, c.who, nil); codeOf(err) != codeOf(other) {
			return fmt.Errorf("%v, but %v", err, other) //nolint:errorlint // it is none of their codes
		}
		return err
	},
	EndOthers: func(c *cell) error {
		_, err := c.s.EndSession(c.ctx, c.who, "", chat.SessionEndRequest{User: robot.ID, ID: rand.Text()})
		return err
	},
	InvitePeople: func(c *cell) error { return c.s.MayInvite(c.who) },
	Measure:      func(c *cell) error { return c.s.MayMeasure(c.who) },
}

// build makes the room of a cell, whatever who may do.
func (c *cell) build(n int) {
	happen := func(e chat.Event) {
		c.t.Helper()
		_, err := c.s.change(c.ctx, e)
		c.must(err)
	}
	c.room = fmt.Sprintf("0193c7a1-0000-7000-8000-%012d", n)
	by, users := grace, []chat.User{grace, carol, c.who}
	if c.at.made {
		by = c.who
	}
	created := chat.Change{Kind: c.at.kind, Name: new(fmt.Sprint("room-", n)), Users: users}
	if c.at.kind == chat.RoomDirect {
		created.Name = nil
	}
	happen(chat.Event{Kind: chat.RoomCreated, Author: by, Room: c.room, Change: created})
	happen(chat.Event{Kind: chat.MessageCreated, ID: "m1" + c.room, Author: c.who, Room: c.room, Body: chat.TextBody("mine")})
	happen(chat.Event{Kind: chat.MessageCreated, ID: "m2" + c.room, Author: carol, Room: c.room, Body: chat.TextBody("other's")})
	if c.at.archived {
		yes := true
		happen(chat.Event{Kind: chat.RoomChanged, Author: grace, Room: c.room, Change: chat.Change{Archived: &yes}})
	}
	if !c.at.in {
		happen(chat.Event{Kind: chat.RoomLeft, Author: c.who, Room: c.room, Change: chat.Change{User: &c.who}})
	}
}

// TestMatrix asks for each action as each role from each standpoint, of the methods that
// requests call, and holds the answer against the table.
func TestMatrix(t *testing.T) {
	w := ofTest(t)
	w.enter(grace, carol, robot)
	n := 0
	tried := make(map[Action]bool)
	for i, role := range chat.Roles() {
		who := chat.User{ID: fmt.Sprint("who", i), Name: "who " + string(role), Role: role}
		w.enter(who)
		for _, r := range rules {
			if ask := inNone[r.action]; ask != nil {
				tried[r.action] = true
				c := &cell{world: w, who: who}
				want := chat.Code("")
				if !slices.Contains(r.roles, role) {
					want = chat.CodeNotAllowed
				}
				if got := ask(c); codeOf(got) != want {
					t.Errorf("%s: %s: answered %q (%v), want %q", role, r.action, codeOf(got), got, want)
				}
			}
			ask := inRoom[r.action]
			if ask == nil {
				continue
			}
			tried[r.action] = true
			for _, at := range standpoints {
				n++
				c := &cell{world: w, who: who, at: at}
				c.build(n)
				want := expect(r, who, at)
				if code, special := exception(r.action, who, at); special {
					want = code
				}
				before := w.log.Last()
				got := ask(c)
				if codeOf(got) != want {
					t.Errorf("%s: %s: %s: answered %q (%v), want %q", role, at.name, r.action, codeOf(got), got, want)
				}
				if want != "" && r.action != MentionAll && w.log.Last() != before {
					t.Errorf("%s: %s: %s: refused, and stored something", role, at.name, r.action)
				}
			}
		}
	}
	for _, r := range rules {
		if !tried[r.action] {
			t.Errorf("nothing asks for: %s", r.action)
		}
	}
}

// TestMutedMatrix: who is muted may do what the table says, and no more.
func TestMutedMatrix(t *testing.T) {
	w := ofTest(t)
	who := chat.User{ID: "who", Name: "who", Role: chat.RoleMember}
	w.enter(owner, grace, carol, robot, who)
	for i, everywhere := range []bool{false, true} {
		for j, r := range rules {
			ask := inRoom[r.action]
			if ask == nil && everywhere && r.quiet {
				ask = inNone[r.action]
			}
			if ask == nil {
				continue
			}
			c := &cell{world: w, who: who, at: standpoint{kind: chat.RoomPublic, in: true, made: true}}
			c.build(1000*(i+1) + j)
			req := chat.UserRequest{User: who.ID, Until: chat.ToMillis(w.Now()) + 60_000}
			if !everywhere {
				req.Room = c.room
			}
			_, err := w.s.Mute(w.ctx, owner, req)
			w.must(err)
			want := expect(r, who, c.at)
			if r.quiet {
				want = chat.CodeMuted
			}
			if got := ask(c); codeOf(got) != want {
				t.Errorf("everywhere %v: %s: answered %q (%v), want %q", everywhere, r.action, codeOf(got), got, want)
			}
			req.Until = 0
			_, err = w.s.Mute(w.ctx, owner, req)
			w.must(err)
		}
	}
}

// TestScopeMatrix: a token with a scope is for what the table says, and for the rooms
// that it names; of a room that one may not see it tells nothing.
func TestScopeMatrix(t *testing.T) {
	w := ofTest(t)
	who := chat.User{ID: "who", Name: "who", Role: chat.RoleOwner}
	w.enter(owner, grace, carol, robot, who)
	n := 0
	for _, r := range rules {
		for _, scope := range []string{ScopeRead, ScopePost, ScopeRooms, ScopeModerate, "here", "elsewhere"} {
			n++
			c := &cell{world: w, who: who, at: standpoint{kind: chat.RoomPublic, in: true}}
			c.build(n)
			c.who.Scope = scope
			allowed := scope == r.scope
			switch scope {
			case "here":
				c.who.Scope, allowed = "read post rooms moderate room:"+c.room, true
			case "elsewhere":
				c.who.Scope, allowed = "read post rooms moderate room:general", false
			}
			if ask := inRoom[r.action]; ask != nil {
				want := chat.Code("")
				if !allowed {
					want = chat.CodeNotAllowed
				}
				if r.named != "" && scope == "here" { // the word for it alone
					c.who.Scope = r.named + " room:" + c.room
				}
				if r.action == Join { // not as one who is in it
					_, err := w.s.change(w.ctx, chat.Event{Kind: chat.RoomLeft, Author: who, Room: c.room, Change: chat.Change{User: &who}})
					w.must(err)
				}
				if got := ask(c); codeOf(got) != want {
					t.Errorf("scope %q: %s: answered %q (%v), want %q", c.who.Scope, r.action, codeOf(got), got, want)
				}
			}
			if ask := inNone[r.action]; ask != nil {
				want := chat.CodeNotAllowed
				if scope == r.scope {
					want = ""
				}
				if got := ask(c); codeOf(got) != want {
					t.Errorf("scope %q: %s: answered %q (%v), want %q", c.who.Scope, r.action, codeOf(got), got, want)
				}
			}
		}
	}
	secret := w.makeRoom(owner, chat.RoomPrivate, "secret")
	stranger := carol
	stranger.Scope = "read room:general"
	if _, err := w.s.History(w.ctx, stranger, chat.HistoryRequest{Room: secret}); codeOf(err) != chat.CodeUnknownRoom {
		t.Errorf("a room that one may not see, with a scope: %v", err)
	}
}

// wiring are the methods of Service that nobody asks a request of, and why.
var wiring = map[string]string{
	"Arrive": "of a session that was let in", "Depart": "of a session that was let in", "Went": "of a session that was let in",
	"Attach": "wiring", "Close": "wiring", "Deliver": "the log's", "OnPresence": "wiring",
	"CanReplay": "about the log", "Limits": "told to everybody", "Team": "told to everybody",
	"PostHook": "a webhook's, of which HookStands is asked", "HookStands": "for parts of the server", "Room": "for parts of the server", "Standing": "for parts of the server",
	"Throttle": "before any request", "ChargePage": "after a request", "ChargeReplay": "of who listens", "Trim": "the server's own housekeeping", "KeepHouse": "the server's own housekeeping",
	"KeepSeen": "the server's own housekeeping", "Used": "of a token that was found good",
	"Replay": "of who listens, to whom reach says what is theirs",
}

// TestEveryRequestIsPermitted: each method of Service is one that a banned person cannot
// use, or is known not to be a request. Whoever adds one has to say which.
func TestEveryRequestIsPermitted(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, admin, carol)
	w.post(carol, "", "hi", func(d *chat.Draft) { d.ID = "m1" })
	_, err := w.s.Ban(w.ctx, owner, chat.UserRequest{User: carol.ID})
	w.must(err)
	ref := chat.MessageRef{Seq: 1}
	join := func(Listener) chat.Position { t.Error("a banned person listens"); return chat.Position{} }
	s, ctx := w.s, w.ctx
	asks := map[string]func(who chat.User) error{
		"AuditTrail": func(who chat.User) error { _, _, err := s.AuditTrail(ctx, who, chat.AuditRequest{}); return err },
		"Ban":        func(who chat.User) error { return second(s.Ban(ctx, who, chat.UserRequest{User: admin.ID})) },
		"ChangeRoom": func(who chat.User) error {
			return second(s.ChangeRoom(ctx, who, chat.RoomChangeRequest{Topic: new("x")}))
		},
		"CheckHook":  func(who chat.User) error { return second(s.CheckHook(ctx, who, chat.HookRequest{Name: "x"})) },
		"CreateRoom": func(who chat.User) error { return second(s.CreateRoom(ctx, who, chat.RoomCreateRequest{Name: "x"})) },
		"Delete":     func(who chat.User) error { return second(s.Delete(ctx, who, ref, "")) },
		"Direct":     func(who chat.User) error { return second(s.Direct(ctx, who, []string{admin.ID})) },
		"Edit": func(who chat.User) error {
			return second(s.Edit(ctx, who, chat.EditRequest{MessageRef: ref}, chat.TextBody("x")))
		},
		"Edits": func(who chat.User) error { return second(s.Edits(ctx, who, ref)) },
		"EndSession": func(who chat.User) error {
			return second(s.EndSession(ctx, who, "", chat.SessionEndRequest{Others: true}))
		},
		"Enter":      func(who chat.User) error { return s.Enter(ctx, who) },
		"Follow":     func(who chat.User) error { return second(s.Follow(ctx, who, chat.FollowRequest{Thread: "m1"})) },
		"Followers":  func(who chat.User) error { return second(s.Followers(ctx, who, chat.FollowRequest{Thread: "m1"})) },
		"History":    func(who chat.User) error { return second(s.History(ctx, who, chat.HistoryRequest{})) },
		"Threads":    func(who chat.User) error { return second(s.Threads(ctx, who, chat.ThreadsRequest{})) },
		"Inbox":      func(who chat.User) error { return second(s.Inbox(ctx, who, chat.InboxRequest{})) },
		"HookEnded":  func(who chat.User) error { return s.HookEnded(ctx, who, chat.Hook{ID: "h"}) },
		"HookMade":   func(who chat.User) error { return s.HookMade(ctx, who, chat.Hook{ID: "h"}) },
		"InviteTo":   func(who chat.User) error { return second(s.InviteTo(ctx, who, chat.RoomRequest{User: admin.ID})) },
		"JoinRoom":   func(who chat.User) error { return second(s.JoinRoom(ctx, who, "")) },
		"LeaveRoom":  func(who chat.User) error { return second(s.LeaveRoom(ctx, who, chat.RoomRequest{})) },
		"Listen":     func(who chat.User) error { return second(s.Listen(who, join)) },
		"MarkRead":   func(who chat.User) error { return second(s.MarkRead(ctx, who, chat.ReadRequest{Seq: 1})) },
		"MayHooks":   func(who chat.User) error { return s.MayHooks(who) },
		"MayInvite":  func(who chat.User) error { return s.MayInvite(who) },
		"Sessions":   func(who chat.User) error { return second(s.Sessions(ctx, who, nil)) },
		"MayMeasure": func(who chat.User) error { return s.MayMeasure(who) },
		"MayPost":    func(who chat.User) error { return second(s.MayPost(ctx, who, "")) },
		"MayRead":    func(who chat.User) error { return s.MayRead(ctx, who, chat.GeneralRoom) },
		"Members":    func(who chat.User) error { return second(s.Members(ctx, who, chat.MembersRequest{})) },
		"Mute":       func(who chat.User) error { return second(s.Mute(ctx, who, chat.UserRequest{User: admin.ID})) },
		"Overhear":   func(who chat.User) error { return s.Overhear(who, join) },
		"Pin":        func(who chat.User) error { return second(s.Pin(ctx, who, chat.PinRequest{MessageRef: ref})) },
		"Pins":       func(who chat.User) error { return second(s.Pins(ctx, who, "")) },
		"PostWait": func(who chat.User) error {
			return second(s.PostWait(ctx, who, chat.Draft{Body: chat.TextBody("x"), ID: "m1"}))
		},
		"React": func(who chat.User) error {
			return second(s.React(ctx, who, chat.ReactRequest{MessageRef: ref, Emoji: "👍"}))
		},
		"RemoveFrom": func(who chat.User) error { return second(s.RemoveFrom(ctx, who, chat.RoomRequest{User: admin.ID})) },
		"RoomList":   func(who chat.User) error { return second(s.RoomList(ctx, who, chat.RoomListRequest{})) },
		"Rooms":      func(who chat.User) error { _, _, err := s.Rooms(ctx, who); return err },
		"Search":     func(who chat.User) error { return second(s.Search(ctx, who, chat.SearchRequest{Query: "hi"})) },
		"SetNotify": func(who chat.User) error {
			return second(s.SetNotify(ctx, who, chat.NotifyRequest{Level: chat.NotifyAll}))
		},
		"SetPresence": func(who chat.User) error { return s.SetPresence(ctx, who, 1, chat.PresenceRequest{State: chat.Idle}) },
		"SetRole": func(who chat.User) error {
			return second(s.SetRole(ctx, who, chat.UserRequest{User: admin.ID, Role: chat.RoleBot}))
		},
		"Typing": func(who chat.User) error { _, _, err := s.Typing(ctx, who, chat.TypingRequest{On: true}); return err },
		"Post": func(who chat.User) (err error) {
			s.Post(ctx, who, chat.Draft{Body: chat.TextBody("x")}, func(_ chat.Posted, e error) { err = e })
			return err
		},
		"PostInLine": func(who chat.User) (err error) {
			s.PostInLine(ctx, new(Line), who, chat.Draft{ID: "x", Body: chat.TextBody("x")}, func(_ chat.Posted, e error) { err = e })
			return err
		},
		"Visible": func(who chat.User) error {
			if rooms := s.Visible(who, true); len(rooms) > 0 {
				return fmt.Errorf("sees %v", rooms)
			}
			return &chat.Error{Code: chat.CodeBanned}
		},
	}
	before := w.log.Last()
	for i, typ := 0, reflect.TypeOf(w.s); i < typ.NumMethod(); i++ {
		name := typ.Method(i).Name
		ask, request := asks[name], asks[name] != nil
		if request == (wiring[name] != "") {
			t.Errorf("%s is neither in asks nor in wiring, or in both: does it go through permit?", name)
		}
		if !request {
			continue
		}
		if err := ask(carol); codeOf(err) != chat.CodeBanned {
			t.Errorf("%s of a banned person: %v", name, err)
		}
	}
	if w.log.Last() != before {
		t.Error("a banned person changed something")
	}
}
