package server

import (
	"fmt"

	"github.com/hobnob-chat/hobnob/net/chat"
)

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
			return fmt.Errorf("%w, but %w and %w", err, other, third)
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
			return fmt.Errorf("%w, but %w", err, other)
		}
		return err
	},
	InvitePeople: func(c *cell) error { return c.s.MayInvite(c.who) },
}
