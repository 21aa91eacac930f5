package store

import (
	"database/sql"
	"errors"
	"reflect"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func (a *applying) roomCreated(e *chat.Event) error {
	c := &e.Change
	name := value(c.Name)
	if c.Kind == chat.RoomDirect {
		name = ":" + e.Room
	}
	res, err := a.tx.ExecContext(a.ctx, `INSERT INTO rooms (id, name, topic, last_seq, kind, purpose, creator, created)
		VALUES (?, ?, ?, 0, ?, ?, ?, ?)`, e.Room, name, value(c.Topic), string(c.Kind), value(c.Purpose), e.Author.ID, int64(e.At))
	if taken(err) {
		return nameTaken()
	}
	if err != nil {
		return err
	}
	key, err := res.LastInsertId()
	if err != nil {
		return err
	}
	if c.Kind != chat.RoomDirect {
		if err := a.nameRoom(key, name); err != nil {
			return err
		}
	}
	for _, u := range c.Users {
		if _, err := a.comeIn(e, key, u); err != nil {
			return err
		}
	}
	return nil
}

// nameRoom makes a name lead to a room: one that no room has, or that some room had
// once. The one the room had before goes on to lead to it. An ID is no other room's
// name: it would never lead there.
func (a *applying) nameRoom(key int64, name string) error {
	folded, skeleton := chat.FoldName(name), chat.Skeleton(name)
	var other bool
	err := a.scan(`SELECT EXISTS (SELECT 1 FROM room_names WHERE current = 1 AND room <> ?1 AND folded = ?2)
		OR EXISTS (SELECT 1 FROM room_names WHERE current = 1 AND room <> ?1 AND skeleton = ?3)
		OR EXISTS (SELECT 1 FROM rooms WHERE key <> ?1 AND id = ?4)`, []any{key, folded, skeleton, name}, &other)
	if err != nil {
		return err
	}
	if other {
		return nameTaken()
	}
	if _, err := a.exec("UPDATE room_names SET current = 0 WHERE room = ?", key); err != nil {
		return err
	}
	_, err = a.exec("INSERT OR REPLACE INTO room_names (folded, skeleton, room, current) VALUES (?, ?, ?, 1)", folded, skeleton, key)
	return err
}

func (a *applying) roomChanged(e *chat.Event) error {
	room, err := a.place(e)
	if err != nil {
		return err
	}
	c := &e.Change
	if room.kind == chat.RoomDirect && (c.Name != nil || c.Archived != nil) {
		return directRoom()
	}
	if room.archived && (c.Archived == nil || *c.Archived) {
		return archived()
	}
	var was chat.Room
	err = a.scan("SELECT name, topic, purpose, archived, slow, keep FROM rooms WHERE key = ?", []any{room.key},
		&was.Name, &was.Topic, &was.Purpose, &was.Archived, &was.Slow, &was.Keep)
	if err != nil {
		return err
	}
	now := was
	for field, to := range map[*string]*string{&now.Name: c.Name, &now.Topic: c.Topic, &now.Purpose: c.Purpose} {
		if to != nil {
			*field = *to
		}
	}
	for field, to := range map[*int]*int{&now.Slow: c.Slow, &now.Keep: c.Keep} {
		if to != nil {
			*field = *to
		}
	}
	if c.Archived != nil {
		now.Archived = *c.Archived
	}
	if reflect.DeepEqual(now, was) {
		return unchanged()
	}
	if now.Name != was.Name {
		if err := a.nameRoom(room.key, now.Name); err != nil {
			return err
		}
	}
	_, err = a.exec("UPDATE rooms SET name = ?, topic = ?, purpose = ?, archived = ?, slow = ?, keep = ? WHERE key = ?",
		now.Name, now.Topic, now.Purpose, now.Archived, now.Slow, now.Keep, room.key)
	if taken(err) {
		return nameTaken()
	}
	return err
}

// roomJoined brings people into a room. Who is in it may bring others; who is not
// comes by themselves.
func (a *applying) roomJoined(e *chat.Event) error {
	room, err := a.tally(e.Room)
	switch {
	case err != nil:
		return err
	case room.kind == chat.RoomDirect:
		return directRoom()
	case room.archived:
		return archived()
	}
	if u := e.Change.Users; len(u) != 1 || u[0].ID != e.Author.ID {
		if err := a.member(room, e.Author.ID); err != nil {
			return err
		}
	}
	came := 0
	for _, u := range e.Change.Users {
		n, err := a.comeIn(e, room.key, u)
		if err != nil {
			return err
		}
		came += n
	}
	if came == 0 {
		return unchanged()
	}
	return nil
}

// comeIn makes somebody of the team, who is not banned, a member of a room.
func (a *applying) comeIn(e *chat.Event, room int64, u chat.User) (int, error) {
	var banned bool
	err := a.scan("SELECT banned IS NOT NULL FROM users WHERE id = ?", []any{u.ID}, &banned)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return 0, &chat.Error{Code: chat.CodeNotFound, Message: "there is no such person in the team"}
	case err != nil:
		return 0, err
	case banned:
		return 0, &chat.Error{Code: chat.CodeBanned, Message: "that person is banned"}
	}
	return a.admit(e, room, u)
}

// admit makes somebody a member of a room, and counts them where they were none.
// What was said before is not unread.
func (a *applying) admit(e *chat.Event, room int64, u chat.User) (int, error) {
	n, err := a.exec(insertMember, room, u.ID, int64(e.At))
	if err != nil || n == 0 {
		return 0, err
	}
	if err := a.moved(e, u.ID, room, 1); err != nil {
		return 0, err
	}
	_, err = a.exec(beginMarker, u.ID, room)
	return 1, err
}

func (a *applying) roomLeft(e *chat.Event) error {
	room, err := a.place(e)
	if err != nil {
		return err
	}
	if room.kind == chat.RoomDirect {
		return directRoom()
	}
	if e.Room == chat.GeneralRoom {
		return &chat.Error{Code: chat.CodeNotAllowed, Message: "everybody is in this room; mute it instead"}
	}
	user := e.Change.User.ID
	n, err := a.exec("DELETE FROM members WHERE room = ? AND user = ?", room.key, user)
	if err != nil {
		return err
	}
	if n == 0 {
		return notMember()
	}
	if _, err := a.exec("DELETE FROM notify WHERE room = ? AND user = ?", room.key, user); err != nil {
		return err
	}
	return a.moved(e, user, room.key, 0)
}

// moved remembers that somebody came into a room (came is 1) or went out of it (0).
func (a *applying) moved(e *chat.Event, user string, room int64, came int) error {
	if _, err := a.exec(countMembers, 2*came-1, room); err != nil {
		return err
	}
	_, err := a.exec(insertMove, user, int64(e.Position.Offset), room, came)
	return err
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func nameTaken() error {
	return &chat.Error{Code: chat.CodeNameTaken, Message: "there is a room of that name, or one that looks just like it; choose another"}
}

func archived() error {
	return &chat.Error{Code: chat.CodeArchived, Message: "this room is archived: it can be read, and no more"}
}

func directRoom() error {
	return &chat.Error{Code: chat.CodeNotAllowed, Message: "a direct message stays between its people; make a room for more"}
}

func notMember() error {
	return &chat.Error{Code: chat.CodeNotMember, Message: "you are not in this room; join it first"}
}

// unchanged is of an event that comes to nothing.
func unchanged() error {
	return &chat.Error{Code: chat.CodeUnchanged, Message: "that is so already"}
}
