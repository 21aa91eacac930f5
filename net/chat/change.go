package chat

import "slices"

// What became of messages, rooms and people, as the screen is told it. All but
// Typing and PresenceChanged may be told again, and change nothing then.

// MessageRevised is "message:edited": a message has another text.
type MessageRevised struct {
	MessageChanged
	Body
}

// MessageErased is "message:deleted": what the message said is gone for good, and is
// to be shown no longer.
type MessageErased struct{ MessageChanged }

// MessageReaction is "message:reaction": By has put an emoji under the message, or
// taken it back.
type MessageReaction struct{ MessageChanged }

// MessagePin is "message:pinned": the message is pinned, or no longer.
type MessagePin struct{ MessageChanged }

// HistoryTrimmed is "room:trimmed": the room's messages up to Seq are gone for good,
// and count as read.
type HistoryTrimmed struct{ RoomTrimmedTold }

// RoomsChanged are all the rooms the user is in, after something about one of them
// became different: they came into one or left one, it has another name, topic or
// number of people, or they want to be told of it otherwise. What is shown of a room
// that is not among them is to be let go of. Of a room that was entered Reloaded
// follows.
type RoomsChanged struct{ Rooms []Membership }

// MarkerSet tells how far the user has read a room, on whichever device.
type MarkerSet struct{ Marker }

// ThreadFollow tells whether the user follows a thread.
type ThreadFollow struct{ FollowTold }

// UserChanged tells that somebody came into the team, or is another one now in name,
// role or standing. Identified follows where that is the user themselves.
type UserChanged struct{ UserTold }

// Typing tells that somebody writes, or does so no longer. It holds for TypingLease.
type Typing struct{ TypingTold }

// PresenceChanged tells how somebody can be reached.
type PresenceChanged struct{ PresenceTold }

func (MessageRevised) update()  {}
func (MessageErased) update()   {}
func (MessageReaction) update() {}
func (MessagePin) update()      {}
func (HistoryTrimmed) update()  {}
func (RoomsChanged) update()    {}
func (MarkerSet) update()       {}
func (ThreadFollow) update()    {}
func (UserChanged) update()     {}
func (Typing) update()          {}
func (PresenceChanged) update() {}

// The methods below bring a message up to what became of it, and tell whether it was
// another way before. They share nothing with copies of the message that were made
// earlier. Doing one of them again changes nothing, with one exception: of a
// reaction of more than MaxReactors people nobody can tell whether somebody who is
// not named is among those that are counted.

// Revise gives the message another text, unless it has a later one or is gone.
func (m *Message) Revise(c MessageRevised) bool {
	if m.Deleted != 0 || c.Revision <= m.Revision {
		return false
	}
	m.Body, m.Mentions = c.Body, c.Mentions
	m.Revision, m.Edited = c.Revision, c.At
	return true
}

// Erase takes away what the message said, and all that hangs on it but its thread, and
// that a program said it.
func (m *Message) Erase(c MessageErased) bool {
	if m.Deleted != 0 {
		return false
	}
	m.Body, m.Extra = Body{JSON: []byte("null")}, Extra{Auto: m.Auto}
	m.State = State{Deleted: max(c.At, 1), Replies: m.Replies}
	return true
}

// React puts By's emoji under the message, or takes it away. Over MaxReactions others there is none:
// no server takes more, and each costs a look at all.
func (m *Message) React(c MessageReaction) bool {
	on := c.On == nil || *c.On
	if m.Deleted != 0 {
		return false
	}
	at := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Emoji == c.Emoji })
	if at < 0 {
		if !on || len(m.Reactions) >= MaxReactions {
			return false
		}
		m.Reactions = append(slices.Clip(m.Reactions), Reaction{Emoji: c.Emoji, Count: 1, Users: []string{c.By.ID}})
		return true
	}
	r := m.Reactions[at]
	named := slices.Contains(r.Users, c.By.ID)
	if named == on && (on || r.Count <= len(r.Users)) {
		return false
	}
	r.Users = slices.Clone(r.Users)
	switch {
	case on:
		if r.Count++; len(r.Users) < MaxReactors {
			r.Users = append(r.Users, c.By.ID)
		}
	default:
		r.Count--
		r.Users = slices.DeleteFunc(r.Users, func(id string) bool { return id == c.By.ID })
	}
	m.Reactions = slices.Clone(m.Reactions)
	if m.Reactions[at] = r; r.Count <= 0 {
		m.Reactions = slices.Delete(m.Reactions, at, at+1)
	}
	if len(m.Reactions) == 0 {
		m.Reactions = nil // as it is of a message nobody reacted to: the wire knows no other
	}
	return true
}

// Pin pins the message, or takes the pin away.
func (m *Message) Pin(c MessagePin) bool {
	on := c.On == nil || *c.On
	if m.Deleted != 0 || m.Pinned == on {
		return false
	}
	m.Pinned = on
	return true
}
