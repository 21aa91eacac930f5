package server

import (
	"slices"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Action is one thing that somebody may be allowed to do. This file is the only
// place that says who may do what; docs/permissions.md is made from it.
type Action string

// The actions.
const (
	Post          Action = "post a message"
	Read          Action = "read a room, search in it, and list the threads one follows there"
	EditOwn       Action = "edit an own message"
	DeleteOwn     Action = "delete an own message"
	DeleteOthers  Action = "delete somebody else's message"
	React         Action = "react to a message"
	Pin           Action = "pin a message, and take a pin away"
	MentionAll    Action = "mention @room and @here"
	Upload        Action = "upload a file"
	CreatePublic  Action = "make a public room"
	CreatePrivate Action = "make a private room"
	Direct        Action = "write a direct message to somebody"
	Join          Action = "join a public room"
	Leave         Action = "leave a room"
	Invite        Action = "let somebody into a room"
	Remove        Action = "take somebody out of a room"
	Topic         Action = "change a room's topic and purpose"
	Rename        Action = "rename a room"
	Archive       Action = "archive a room, and open it again"
	Slow          Action = "set a room's slow mode"
	Keep          Action = "set how long a room's messages are kept"
	ListMembers   Action = "see who is in a room, or in the team"
	SetPresence   Action = "set one's presence"
	KeepPlace     Action = "set one's marker in a room, what one is told of it, and which threads one follows"
	ChangeRole    Action = "change somebody's role"
	Ban           Action = "ban somebody, and let them in again"
	Mute          Action = "mute somebody"
	Audit         Action = "read the audit trail"
	Hooks         Action = "make webhooks and bots"
	InvitePeople  Action = "invite people into the team"
	EndOwn        Action = "see where one is signed in, and end that"
	EndOthers     Action = "end somebody else's sign-ins"
	Measure       Action = "read the server's metrics"
)

// rule says who may do an action: these roles, and beside them the one who made
// the room, where creator is set. In a room its members alone may, where member
// is set; that is so for every role, for what is private stays private. Who is muted
// may do nothing that others would read as their words.
type rule struct {
	action  Action
	roles   []chat.Role
	creator bool
	member  bool
	open    bool   // also in a room that is archived, where it concerns one
	quiet   bool   // not while one is muted
	scope   string // the word of a token's scope that it takes
	named   string // the word that is enough in a room that the scope names, "" for none
}

var (
	everybody = chat.Roles()
	notGuests = []chat.Role{chat.RoleOwner, chat.RoleAdmin, chat.RoleMember, chat.RoleBot}
	admins    = []chat.Role{chat.RoleOwner, chat.RoleAdmin}
	owners    = []chat.Role{chat.RoleOwner}
)

// rules is the table of who may do what, in the order in which it is documented.
var rules = []rule{
	{action: Read, roles: everybody, open: true, scope: ScopeRead}, // and sees: visible says what
	{action: Post, roles: everybody, member: true, quiet: true, scope: ScopePost},
	{action: EditOwn, roles: everybody, member: true, quiet: true, scope: ScopePost},
	{action: DeleteOwn, roles: everybody, member: true, scope: ScopePost},
	{action: DeleteOthers, roles: admins, member: true, open: true, scope: ScopeModerate},
	{action: React, roles: everybody, member: true, quiet: true, scope: ScopePost},
	{action: Pin, roles: notGuests, member: true, scope: ScopePost},
	{action: MentionAll, roles: notGuests, member: true, quiet: true, scope: ScopePost},
	{action: Upload, roles: everybody, member: true, quiet: true, scope: ScopePost},
	{action: CreatePublic, roles: notGuests, quiet: true, scope: ScopeRooms},
	{action: CreatePrivate, roles: notGuests, quiet: true, scope: ScopeRooms},
	{action: Direct, roles: everybody, scope: ScopePost},
	{action: Join, roles: notGuests, scope: ScopeRooms, named: ScopePost},
	{action: Leave, roles: everybody, member: true, open: true, scope: ScopeRooms},
	{action: Invite, roles: notGuests, member: true, scope: ScopeRooms},
	{action: Remove, roles: admins, creator: true, member: true, open: true, quiet: true, scope: ScopeRooms},
	{action: Topic, roles: notGuests, member: true, quiet: true, scope: ScopeRooms},
	{action: Rename, roles: admins, creator: true, member: true, quiet: true, scope: ScopeRooms},
	{action: Archive, roles: admins, creator: true, member: true, open: true, scope: ScopeRooms},
	{action: Slow, roles: admins, creator: true, member: true, scope: ScopeModerate},
	{action: Keep, roles: admins, member: true, scope: ScopeModerate},
	{action: ListMembers, roles: everybody, open: true, scope: ScopeRead},
	{action: SetPresence, roles: everybody, open: true, scope: ScopeRead},
	{action: KeepPlace, roles: everybody, member: true, open: true, scope: ScopeRead},
	{action: ChangeRole, roles: owners, scope: ScopeModerate},
	{action: Ban, roles: admins, open: true, scope: ScopeModerate},
	{action: Mute, roles: admins, open: true, scope: ScopeModerate},
	{action: Audit, roles: admins, scope: ScopeModerate},
	{action: Hooks, roles: admins, open: true, scope: ScopeModerate},
	{action: InvitePeople, roles: admins, scope: ScopeModerate},
	{action: EndOwn, roles: everybody, open: true, scope: ScopeModerate},
	{action: EndOthers, roles: admins, open: true, scope: ScopeModerate},
	{action: Measure, roles: admins, scope: ScopeRead},
}

// byAction are the rules.
var byAction = func() map[Action]*rule {
	m := make(map[Action]*rule, len(rules))
	for i := range rules {
		m[rules[i].action] = &rules[i]
	}
	return m
}()

// permit tells whether who may do a, in a room where there is one. Of a room that
// they may not know of they are told nothing else.
func permit(a Action, who chat.Standing, in *room) error {
	r := byAction[a]
	switch {
	case who.Banned:
		return &chat.Error{Code: chat.CodeBanned, Message: "you are banned from this team"}
	case in != nil && !in.visible(who):
		return unknownRoom()
	case r == nil || !r.allows(who, in):
		return &chat.Error{Code: chat.CodeNotAllowed, Message: "you may not " + string(a) + " here; an admin of the team can help"}
	}
	if err := within(who.Scope, r, in); err != nil {
		return err
	}
	switch {
	case in != nil && r.member && !in.has(who.ID):
		return notIn(in.Room)
	case in != nil && in.Archived && !r.open && !in.has(who.ID):
		return &chat.Error{Code: chat.CodeArchived, Message: title(in.Room) + " is archived: those who are in it can read it, and nobody joins it any more"}
	case in != nil && in.Archived && !r.open:
		return &chat.Error{Code: chat.CodeArchived, Message: title(in.Room) + " is archived: it can be read, and no more"}
	case r.quiet:
		return muted(who, in)
	}
	return nil
}

// muted is why somebody may say nothing, in a room where there is one.
func muted(who chat.Standing, in *room) error {
	where, id := "", ""
	if in != nil {
		where, id = " in "+title(in.Room), in.ID
	}
	until := who.MutedIn(id)
	if until == 0 {
		return nil
	}
	if who.MutedIn("") == until {
		where = ""
	}
	return &chat.Error{Code: chat.CodeMuted, Message: "a moderator has muted you" + where + " until " + until.Time().UTC().Format("2006-01-02 15:04 UTC")}
}

// allows tells whether somebody's role is one of the rule's, or the room is theirs
// and that is enough.
func (r *rule) allows(who chat.Standing, in *room) bool {
	return slices.Contains(r.roles, who.Role) || (r.creator && in != nil && in.creator == who.ID && who.Role != chat.RoleGuest)
}

// above tells whether who may act on other: owners on everybody else, others on
// those who neither own the team nor run it with them.
func above(who, other chat.Standing) bool {
	if who.Role == chat.RoleOwner {
		return other.ID != who.ID
	}
	return other.Role != chat.RoleOwner && other.Role != chat.RoleAdmin
}

func unknownRoom() error {
	return &chat.Error{Code: chat.CodeUnknownRoom, Message: "there is no such room, or it is not yours to see"}
}

func notIn(in chat.Room) error {
	return &chat.Error{Code: chat.CodeNotMember, Message: "you are not in " + title(in) + "; join it first"}
}

// title is how a room is called in a sentence.
func title(in chat.Room) string {
	if in.Name == "" {
		return "this conversation"
	}
	return "#" + in.Name
}
