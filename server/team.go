package server

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// team is what every request is measured against: the rooms, who is in them, and
// everybody's standing, as of the newest event that was delivered. It is safe
// from any goroutine.
type team struct {
	mu       sync.RWMutex
	position chat.Position             // of that event
	rooms    map[string]*room          // by ID
	names    map[string]string         // folded name → room's ID
	people   map[string]*chat.Standing // by ID
	called   callNames
	looks    map[string][]string // skeleton of a name → IDs
}

// room is a room with its members.
type room struct {
	chat.Room
	folded  string // its name, as names are compared
	creator string
	members map[string]chat.Millis // ID → since when
}

// has tells whether somebody is in the room. All are in general, also who has not
// said a word yet.
func (r *room) has(user string) bool {
	_, in := r.members[user]
	return in || r.ID == chat.GeneralRoom
}

// visible tells whether somebody may know of the room and read it: who is in it,
// and where it is public everybody but guests.
func (r *room) visible(who chat.Standing) bool {
	return r.has(who.ID) || (r.Kind == chat.RoomPublic && who.Role != chat.RoleGuest)
}

// copy is the room as others may keep it.
func (t *team) copy(r *room) chat.Room {
	out := r.Room
	out.Members = len(r.members)
	if r.Kind == chat.RoomDirect {
		for id := range r.members {
			out.People = append(out.People, t.user(id))
		}
		slices.SortFunc(out.People, func(a, b chat.User) int { return cmp.Compare(a.ID, b.ID) })
	}
	return out
}

// foldedName is a room's name, as names are compared.
func (t *team) foldedName(id string) string {
	if r := t.rooms[id]; r != nil {
		return r.folded
	}
	return ""
}

// user is somebody as others see them.
func (t *team) user(id string) chat.User {
	if p := t.people[id]; p != nil {
		return p.User
	}
	return chat.User{ID: id, Name: id}
}

// load fills the team from the read model.
func (t *team) load(ctx context.Context, model ReadModel) error {
	t.rooms, t.names, t.people = make(map[string]*room), make(map[string]string), make(map[string]*chat.Standing)
	t.called, t.looks = make(callNames), make(map[string][]string)
	rooms, err := model.Rooms(ctx)
	if err != nil {
		return fmt.Errorf("load rooms: %w", err)
	}
	for _, r := range rooms {
		t.rooms[r.ID] = &room{Room: r, folded: chat.FoldName(r.Name), members: make(map[string]chat.Millis)}
	}
	err = model.Creators(ctx, func(id, user string) {
		if r := t.rooms[id]; r != nil {
			r.creator = user
		}
	})
	if err != nil {
		return err
	}
	if err := model.RoomNames(ctx, func(folded, id string, _ bool) { t.names[folded] = id }); err != nil {
		return err
	}
	err = model.Members(ctx, func(id, user string, since chat.Millis) {
		if r := t.rooms[id]; r != nil {
			r.members[user] = since
		}
	})
	if err != nil {
		return err
	}
	people, err := model.People(ctx)
	if err != nil {
		return fmt.Errorf("load people: %w", err)
	}
	for i := range people {
		t.people[people[i].ID] = &people[i]
		t.call(people[i].Name, people[i].ID)
	}
	return nil
}

// apply follows a stored event, as the read model does, and notes in it the room as
// it is told with it: later events of the same batch are nobody's before they are
// told, and may be none of theirs.
func (t *team) apply(e *chat.Event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.enter(e)
	t.position = e.Position
	r, c := t.rooms[e.Room], &e.Change
	switch e.Kind {
	case chat.MessageCreated:
		if r != nil {
			r.LastSeq, r.LastAt = e.Seq, e.At
		}
	case chat.RoomCreated:
		r = t.created(e)
	case chat.RoomChanged:
		t.changed(r, c)
	case chat.RoomJoined:
		for _, u := range c.Users {
			if !r.has(u.ID) {
				r.members[u.ID] = e.At
			}
		}
	case chat.RoomLeft:
		delete(r.members, c.User.ID)
	case chat.RoleChanged:
		if p := t.people[c.User.ID]; p != nil {
			p.Role, p.SetRole = c.User.Role, true
		}
	case chat.UserBanned:
		if p := t.people[c.User.ID]; p != nil {
			p.Banned = c.On
		}
	case chat.UserMuted:
		t.muted(c.User.ID, e.Room, c.Until)
	case chat.SessionEnded:
		t.ended(c, e.At)
	}
	if ofRoom(e.Kind) {
		now := t.copy(r)
		e.Now = &now
	}
}

// ofRoom tells whether an event is told with its room.
func ofRoom(kind chat.EventKind) bool {
	switch kind {
	case chat.RoomCreated, chat.RoomChanged, chat.RoomJoined, chat.RoomLeft:
		return true
	}
	return false
}

// enter makes the author of an event one of the team.
func (t *team) enter(e *chat.Event) {
	u := e.Author
	if u.ID == chat.System.ID {
		return
	}
	p := t.people[u.ID]
	if p == nil {
		t.people[u.ID] = &chat.Standing{User: u, Entered: e.At}
		t.call(u.Name, u.ID)
		t.rooms[chat.GeneralRoom].members[u.ID] = e.At
		return
	}
	if p.Name != u.Name {
		t.uncall(p.Name, u.ID)
		t.call(u.Name, u.ID)
		p.Name = u.Name
	}
	if !p.SetRole {
		p.Role = u.Role
	}
}

func (t *team) created(e *chat.Event) *room {
	c := &e.Change
	r := &room{creator: e.Author.ID, members: make(map[string]chat.Millis, len(c.Users)), Room: chat.Room{
		ID: e.Room, Kind: c.Kind, Name: deref(c.Name), Topic: deref(c.Topic), Purpose: deref(c.Purpose),
	}}
	for _, u := range c.Users {
		r.members[u.ID] = e.At
	}
	t.rooms[e.Room] = r
	t.name(r)
	return r
}

// name makes a room's name lead to it.
func (t *team) name(r *room) {
	if r.folded = chat.FoldName(r.Name); r.folded != "" {
		t.names[r.folded] = r.ID
	}
}

func (t *team) changed(r *room, c *chat.Change) {
	if c.Name != nil {
		r.Name = *c.Name
		t.name(r)
	}
	set(&r.Topic, c.Topic)
	set(&r.Purpose, c.Purpose)
	set(&r.Archived, c.Archived)
	set(&r.Slow, c.Slow)
	set(&r.Keep, c.Keep)
}

func (t *team) muted(user, in string, until chat.Millis) {
	p := t.people[user]
	if p == nil {
		return
	}
	mutes := maps.Clone(p.Mutes) // others may hold the old one
	if until == 0 {
		delete(mutes, in)
	} else {
		if mutes == nil {
			mutes = make(map[string]chat.Millis, 1)
		}
		mutes[in] = until
	}
	p.Mutes = mutes
}

// ended takes that sign-ins of somebody were ended.
func (t *team) ended(c *chat.Change, at chat.Millis) {
	p := t.people[c.User.ID]
	if p == nil {
		return
	}
	if c.On {
		p.Ended.Before, p.Ended.But = at, c.SignIn
		return
	}
	ids := maps.Clone(p.Ended.IDs) // others may hold the old one
	if ids == nil {
		ids = make(map[string]bool, 1)
	}
	ids[c.SignIn] = true
	p.Ended.IDs = ids
}

// find resolves what somebody calls a room: by its ID, or by a name it has or had,
// with or without "#". Whether they may see it is permit's to say.
func (t *team) find(called string) (*room, error) {
	if called == "" {
		called = chat.GeneralRoom
	}
	if r := t.rooms[called]; r != nil {
		return r, nil
	}
	if len(called) <= maxCalled {
		if r := t.rooms[t.names[chat.FoldName(strings.TrimPrefix(called, "#"))]]; r != nil {
			return r, nil
		}
	}
	return nil, unknownRoom()
}

// maxCalled is the longest name that is looked up, in bytes: any spelling of the
// longest there can be.
const maxCalled = 16 * chat.MaxRoomName

// maxNamesakes is how many people of one name are told apart in a sentence.
const maxNamesakes = 4

// person resolves what somebody calls a person: by ID, or by a name that one
// person has, with or without "@".
func (t *team) person(called string) (chat.Standing, error) {
	if p := t.people[called]; p != nil {
		return *p, nil
	}
	var found []string
	if len(called) <= maxCalled {
		found = t.called.of(chat.FoldName(strings.TrimPrefix(called, "@")))
	}
	switch len(found) {
	case 0:
		return chat.Standing{}, &chat.Error{Code: chat.CodeNotFound, Message: "there is nobody of that name in the team"}
	case 1:
		return *t.people[found[0]], nil
	}
	slices.Sort(found)
	ids := strings.Join(found[:min(len(found), maxNamesakes)], ", ")
	if len(found) > maxNamesakes {
		ids += fmt.Sprintf(" and %d more", len(found)-maxNamesakes)
	}
	return chat.Standing{}, badRequest("several people are called %s; say who by their ID: %s", chat.SanitizeLine(called), chat.SanitizeLine(ids))
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func set[T any](field, to *T) {
	if to != nil {
		*field = *to
	}
}
