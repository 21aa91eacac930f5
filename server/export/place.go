package export

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// placed is a room of the export in its place in the team.
type placed struct {
	*Room
	dest string // its ID in the team
	ours bool   // an import made it: this one, or one before

	belongs   map[string]bool      // who was in it when it was exported
	inside    map[string]bool      // who is in it in the team
	outsiders map[string]*outsider // who said something in it and was not in it any more

	before uint64  // number of its newest message before the import
	newest uint64  // of its newest message that is of the export
	fresh  int     // messages that were not there
	shifts []shift // how numbers of the export become the team's
}

// outsider is somebody who has to be let in for what they said, and out again.
type outsider struct {
	joined string // ID of the event that let them in, "" while none did
}

// shift says that messages of the export from a number on have by that much higher
// numbers in the team.
type shift struct {
	from uint64
	by   int64
}

func newPlaced(r *Room) *placed {
	p := &placed{Room: r, belongs: make(map[string]bool, len(r.Members)), inside: make(map[string]bool), outsiders: make(map[string]*outsider)}
	for _, m := range r.Members {
		p.belongs[m.ID] = true
	}
	return p
}

// heard notes that somebody said something in the room, or reacted to it.
func (p *placed) heard(user string) {
	if !p.belongs[user] && user != chat.System.ID && p.outsiders[user] == nil {
		p.outsiders[user] = &outsider{}
	}
}

// place finds the rooms of the export in the team, or makes them, and brings their
// members in.
func (i *importing) place() error {
	there, names, err := i.places()
	if err != nil {
		return err
	}
	for _, p := range i.order {
		if err := i.find(p, there, names); err != nil {
			return err
		}
	}
	// Who is in the team is in the general room, also who has just come.
	err = i.team.Members(i.ctx, func(room, user string, _ chat.Millis) {
		for _, p := range i.order {
			if p.dest == room {
				p.inside[user] = true
			}
		}
	})
	if err != nil {
		return err
	}
	for _, p := range i.order {
		if err := i.bringIn(p); err != nil {
			return err
		}
	}
	return i.settle()
}

// places are the rooms of the team by ID, and by the names that they have.
func (i *importing) places() (there map[string]chat.Room, names map[string]string, err error) {
	list, err := i.team.Rooms(i.ctx)
	if err != nil {
		return nil, nil, err
	}
	there, names = make(map[string]chat.Room, len(list)), make(map[string]string, len(list))
	for _, r := range list {
		there[r.ID] = r
	}
	return there, names, i.team.RoomNames(i.ctx, func(folded, room string, current bool) {
		if current {
			names[folded] = room
		}
	})
}

// find decides where a room of the export is in the team, and makes it there if it has
// to be made.
func (i *importing) find(p *placed, there map[string]chat.Room, names map[string]string) error {
	p.dest = p.ID
	if p.Kind == chat.RoomDirect {
		ids := make([]string, 0, len(p.Members))
		for _, m := range p.Members {
			ids = append(ids, m.ID)
		}
		p.dest = chat.DirectRoom(ids)
	}
	r, known := there[p.dest]
	if !known && p.Kind == chat.RoomPublic {
		if r, known = there[names[chat.FoldName(p.Name)]]; known && r.Kind == chat.RoomPublic {
			p.dest, p.before, p.newest = r.ID, r.LastSeq, r.LastSeq
			return nil
		}
		known = false
	}
	if known {
		p.before, p.newest = r.LastSeq, r.LastSeq
		if p.dest == chat.GeneralRoom {
			i.likeGeneral(p, r)
			return nil
		}
	}
	return i.create(p, known)
}

// likeGeneral makes the general room of a team that has not talked yet what it was in the
// export. An import that is interrupted has done so before its first message.
func (i *importing) likeGeneral(p *placed, r chat.Room) {
	if p.Kind != chat.RoomPublic || r.LastSeq > 0 {
		return
	}
	c := chat.Change{Name: &p.Name, Topic: &p.Topic, Purpose: &p.Purpose, Slow: &p.Slow, Keep: &p.Keep}
	i.do(chat.Event{
		Kind: chat.RoomChanged, ID: i.id("settings", p.dest), Author: chat.System, At: i.source.At, Room: p.dest, Change: c,
	}, func(err error) bool { return isCode(err, chat.CodeNameTaken) }, nil)
}

// maxTries is how many names are tried for a room whose own is taken.
const maxTries = 100

// create makes a room. Of one that is there it finds out whether an import made it.
func (i *importing) create(p *placed, known bool) error {
	author := chat.System
	if p.Creator != "" && i.people[p.Creator] != nil {
		author = i.who(p.Creator)
	}
	name := p.Name
	for try := 1; ; try++ {
		var taken, before bool
		e := chat.Event{
			Kind: chat.RoomCreated, ID: i.id("room", p.dest), Author: author, At: cmp.Or(p.Created, i.source.At), Room: p.dest,
			Change: chat.Change{Kind: p.Kind, Topic: &p.Topic, Purpose: &p.Purpose},
		}
		if p.Kind == chat.RoomDirect {
			e.Change.Topic, e.Change.Purpose = nil, nil
			for _, m := range p.Members {
				e.Change.Users = append(e.Change.Users, i.who(m.ID))
			}
		} else {
			e.Change.Name = &name
		}
		i.do(e, func(err error) bool { taken = isCode(err, chat.CodeNameTaken); return taken },
			func(_ chat.Event, b bool) { before = b })
		if err := i.settle(); err != nil {
			return err
		}
		switch {
		case !taken:
			p.ours = true
			if !before {
				i.result.Rooms++
			}
			return nil
		case known || p.Kind == chat.RoomDirect: // and somebody else made it
			return nil
		case try > maxTries:
			return fmt.Errorf("no name is free in the team for the room #%s", p.Name)
		}
		name = numbered(p.Name, try+1)
	}
}

// numbered is a room's name with a number behind it.
func numbered(name string, n int) string {
	suffix := fmt.Sprintf("-%d", n)
	for utf8.RuneCountInString(name)+len(suffix) > chat.MaxRoomName {
		_, last := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-last]
	}
	return strings.TrimRight(name, "-.") + suffix
}

func isCode(err error, code chat.Code) bool { return errors.Is(err, &chat.Error{Code: code}) }

// bringIn makes who was in a room one of its members, who is told of it what they were.
func (i *importing) bringIn(p *placed) error {
	for _, m := range p.Members {
		if i.known[m.ID].Banned {
			continue
		}
		came := !p.inside[m.ID] && p.Kind != chat.RoomDirect // there they were from the beginning
		p.inside[m.ID] = true
		if came {
			i.do(i.joining(p, m.ID, cmp.Or(m.Since, p.Created, i.source.At), i.id("join", p.dest, m.ID)), nil, nil)
		}
		if m.Notify == "" || m.Notify == chat.NotifyAll {
			continue
		}
		brought, err := i.brought(i.people[m.ID])
		if err != nil {
			return err
		}
		if came || brought {
			i.do(chat.Event{
				Kind: chat.NotifyChanged, ID: i.id("notify", p.dest, m.ID), Author: i.who(m.ID), At: i.source.At, Room: p.dest,
				Change: chat.Change{Level: m.Notify},
			}, out, nil)
		}
	}
	return nil
}

func (i *importing) joining(p *placed, user string, at chat.Millis, id string) chat.Event {
	u := i.who(user)
	return chat.Event{Kind: chat.RoomJoined, ID: id, Author: u, At: at, Room: p.dest, Change: chat.Change{Users: []chat.User{u}}}
}

// letIn brings somebody into a room for what they said there, at a time; what names
// that.
func (i *importing) letIn(p *placed, user string, at chat.Millis, what string) error {
	o := p.outsiders[user]
	o.joined = i.id("join", p.dest, user)
	before, err := i.again(i.joining(p, user, at, o.joined))
	if err == nil && before { // and let out since
		o.joined = i.id("join", p.dest, user, what)
		_, err = i.again(i.joining(p, user, at, o.joined))
	}
	p.inside[user] = true
	return err
}

// leave lets those out again who were let in, by this import or by one that was
// interrupted.
func (i *importing) leave() error {
	for _, p := range i.order {
		if p.dest == chat.GeneralRoom {
			continue
		}
		for _, user := range sortedKeys(p.outsiders) {
			o := p.outsiders[user]
			if !p.inside[user] {
				continue
			}
			if o.joined == "" {
				id := i.id("join", p.dest, user)
				var before bool
				i.do(i.joining(p, user, i.source.At, id), out, func(_ chat.Event, b bool) { before = b })
				if err := i.settle(); err != nil {
					return err
				}
				if !before {
					continue // they are in the room by themselves
				}
				o.joined = id
			}
			u := i.who(user)
			i.do(chat.Event{
				Kind: chat.RoomLeft, ID: i.id("leave", o.joined), Author: u, At: i.source.At, Room: p.dest, Change: chat.Change{User: &u},
			}, out, nil)
		}
	}
	return i.settle()
}

// out tells whether an event was refused because its author is in the room no more, or in
// the team, or the room is read only.
func out(err error) bool {
	return isCode(err, chat.CodeNotMember) || isCode(err, chat.CodeBanned) || isCode(err, chat.CodeArchived)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// settleRooms gives rooms that an import made what would have been in its way.
func (i *importing) settleRooms() error {
	for _, p := range i.order {
		if !p.ours {
			continue
		}
		change := func(what string, c chat.Change) {
			i.do(chat.Event{Kind: chat.RoomChanged, ID: i.id(what, p.dest), Author: chat.System, At: i.source.At, Room: p.dest, Change: c},
				func(err error) bool { return isCode(err, chat.CodeArchived) }, nil)
		}
		// A direct room is made without a topic.
		if direct := p.Kind == chat.RoomDirect; p.Slow > 0 || p.Keep > 0 || (direct && p.Topic+p.Purpose != "") {
			change("settings", chat.Change{Topic: &p.Topic, Purpose: &p.Purpose, Slow: &p.Slow, Keep: &p.Keep})
		}
		if p.Archived && p.Kind != chat.RoomDirect {
			change("archive", chat.Change{Archived: &p.Archived})
		}
	}
	return i.settle()
}
