package export

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// maxBody bounds what one message says, in bytes: the largest packet that any server
// takes.
const maxBody = 100 << 20

// maxUser bounds an ID of somebody, in bytes: an issuer's address and what it calls
// them.
const maxUser = 1024

// Checker follows lines and tells whether each is right and fits the ones before. It is
// for one goroutine.
type Checker struct {
	start  *Start
	people map[string]bool
	rooms  map[string]*checked
	counts End
	ended  bool
}

// checked is what is remembered of a room.
type checked struct {
	kind    chat.RoomKind
	members map[string]bool
	last    uint64
}

// Add takes the next line. Its error is a sentence for people, about "it".
func (c *Checker) Add(l Line) error {
	start, first := l.(*Start)
	switch {
	case c.ended:
		return errors.New("there is something after the end")
	case c.start == nil && !first:
		return errors.New(`it is not the beginning of an export, a line of type "export"`)
	case c.start != nil && first:
		return errors.New("a second export begins in it")
	}
	switch l := l.(type) {
	case *Person:
		return c.person(l)
	case *Room:
		return c.room(l)
	case *Message:
		return c.message(l)
	case *End:
		l.Type = c.counts.Type
		if *l != c.counts {
			return fmt.Errorf("it tells of %d people, %d rooms and %d messages, and there were %d, %d and %d: something is missing",
				l.Users, l.Rooms, l.Messages, c.counts.Users, c.counts.Rooms, c.counts.Messages)
		}
		c.ended = true
		return nil
	}
	if start.Version > Version {
		return fmt.Errorf("it was written by a newer hobnob, in version %d of the lines; this program reads %d", start.Version, Version)
	}
	if start.Version < 1 {
		return errors.New("it has no version")
	}
	c.start, c.people, c.rooms = start, map[string]bool{chat.System.ID: true}, make(map[string]*checked)
	return nil
}

// Whole tells whether the end came.
func (c *Checker) Whole() error {
	switch {
	case c.start == nil:
		return errors.New("there is nothing in it")
	case !c.ended:
		return errors.New(`it is cut off: there is no line of type "end"`)
	}
	return nil
}

func (c *Checker) person(p *Person) error {
	_, role := chat.ParseRole(string(p.Role))
	switch {
	case c.counts.Rooms > 0:
		return errors.New("people come before rooms")
	case p.ID == "" || len(p.ID) > maxUser || strings.ContainsFunc(p.ID, unicode.IsControl):
		return errors.New("the user has no ID, or one that cannot be")
	case c.people[p.ID]:
		return fmt.Errorf("there was a user %q before", p.ID)
	case p.Name == "" || utf8.RuneCountInString(p.Name) > chat.MaxName || chat.SanitizeLine(p.Name) != p.Name:
		return fmt.Errorf("the name of the user %q must be 1 to %d characters that can be seen", p.ID, chat.MaxName)
	case !role:
		return fmt.Errorf("the role of the user %q must be owner, admin, member, guest or bot", p.ID)
	}
	c.people[p.ID] = true
	c.counts.Users++
	return nil
}

func (c *Checker) room(r *Room) error {
	switch {
	case c.counts.Messages > 0:
		return errors.New("rooms come before messages")
	case r.ID == "" || len(r.ID) > chat.MaxID || !visible(r.ID):
		return fmt.Errorf("the room's ID must be 1 to %d visible ASCII characters", chat.MaxID)
	case c.rooms[r.ID] != nil:
		return fmt.Errorf("there was a room %q before", r.ID)
	case r.Slow < 0 || r.Keep < 0:
		return errors.New("slow and keep must not be negative")
	case !oneLine(r.Topic) || !oneLine(r.Purpose):
		return fmt.Errorf("topic and purpose are one line each, of at most %d characters", chat.MaxTopic)
	}
	in := &checked{kind: r.Kind, members: make(map[string]bool, len(r.Members))}
	for _, m := range r.Members {
		if !c.people[m.ID] || m.ID == chat.System.ID {
			return fmt.Errorf("the member %q is no user of a line before", m.ID)
		}
		in.members[m.ID] = true
	}
	if err := kindOf(r, in); err != nil {
		return err
	}
	c.rooms[r.ID] = in
	c.counts.Rooms++
	return nil
}

// kindOf tells whether a room can be of its kind.
func kindOf(r *Room, in *checked) error {
	switch r.Kind {
	case chat.RoomPublic, chat.RoomPrivate:
		if name, err := chat.ChooseRoomName(r.Name); err != nil || name != r.Name {
			return fmt.Errorf("a room cannot be called %q", r.Name)
		}
	case chat.RoomDirect:
		if n := len(in.members); n < 2 || n > chat.MaxPeople || r.Name != "" {
			return fmt.Errorf("a direct room has 2 to %d members and no name", chat.MaxPeople)
		}
	default:
		return errors.New("the kind of a room is public, private or direct")
	}
	return nil
}

func (c *Checker) message(m *Message) error {
	in := c.rooms[m.Room]
	switch {
	case in == nil:
		return fmt.Errorf("its room %q is none of a line before", m.Room)
	case m.ID == "" || len(m.ID) > chat.MaxID || !visible(m.ID):
		return fmt.Errorf("the message's id must be 1 to %d visible ASCII characters", chat.MaxID)
	case !c.people[m.From.ID]:
		return fmt.Errorf("it is from %q, who is no user of a line before", m.From.ID)
	case in.kind == chat.RoomDirect && !in.members[m.From.ID] && m.From.ID != chat.System.ID:
		return fmt.Errorf("it is from %q, who is not in its direct room", m.From.ID)
	case m.Seq <= in.last:
		return fmt.Errorf("its seq %d does not follow %d of the message before in its room", m.Seq, in.last)
	case m.At <= 0:
		return errors.New("it has no time, at, in milliseconds since 1970")
	case len(m.ReplyTo) > chat.MaxID || len(m.Thread) > chat.MaxID:
		return errors.New("reply_to and thread are IDs of messages")
	}
	if err := c.said(m); err != nil {
		return err
	}
	for _, r := range m.Reactions {
		if !emoji(r.Emoji) {
			return fmt.Errorf("%q is no reaction", r.Emoji)
		}
		for _, u := range r.Users {
			if !c.people[u] {
				return fmt.Errorf("the reaction of %q is of no user of a line before", u)
			}
		}
	}
	in.last = m.Seq
	c.counts.Messages++
	return nil
}

// said checks what a message says, now and before.
func (c *Checker) said(m *Message) error {
	texts := append([]chat.Edit{{At: m.At, Body: m.Body}}, m.Edits...)
	for _, t := range texts {
		n := len(t.JSON)
		for _, a := range t.Attachments {
			n += len(a)
		}
		switch {
		case n > maxBody:
			return fmt.Errorf("a body has more than %d bytes", maxBody)
		case len(t.JSON) == 0:
			return errors.New("it has no body; null is one")
		case t.At <= 0:
			return errors.New("an edit has no time, at, in milliseconds since 1970")
		}
	}
	switch {
	case m.Revision != len(m.Edits):
		return fmt.Errorf("it was edited %d times and has %d texts from before", m.Revision, len(m.Edits))
	case m.Revision > 0 && m.Edited <= 0:
		return errors.New("it was edited and does not say when")
	case m.Style != "" && m.Style != chat.StyleMe && m.Style != chat.StyleCode && m.Style != chat.StyleOutput:
		return errors.New("style is me, code or output")
	case len(m.Files) > chat.MaxFiles:
		return fmt.Errorf("a message has at most %d files", chat.MaxFiles)
	}
	return nil
}

// visible tells whether s is made of visible ASCII characters.
func visible(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// oneLine tells whether s can be a topic or a purpose.
func oneLine(s string) bool {
	return chat.SanitizeLine(s) == s && utf8.RuneCountInString(s) <= chat.MaxTopic
}

// emoji tells whether s can be a reaction: an emoji, or a name between colons.
func emoji(s string) bool {
	if len(s) > chat.MaxEmoji {
		return false
	}
	if name, ok := strings.CutPrefix(s, ":"); ok {
		name, ok = strings.CutSuffix(name, ":")
		return ok && name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789_+-") == ""
	}
	return chat.IsEmoji(s)
}
