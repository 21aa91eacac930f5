package store

import (
	"database/sql"
	"errors"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func (a *applying) roomCreated(e *chat.Event) error {
	c := &e.Change
	name := e.Room
	if c.Kind != chat.RoomDirect {
		name = value(c.Name)
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
		if err := a.comeIn(e, key, u); err != nil {
			return err
		}
	}
	return nil
}

// nameRoom makes a name lead to a room: one that nobody has, or that some room
// had once. The one the room had before goes on to lead to it.
func (a *applying) nameRoom(key int64, name string) error {
	folded, skeleton := chat.FoldName(name), chat.Skeleton(name)
	var other bool
	err := a.tx.QueryRowContext(a.ctx, "SELECT EXISTS (SELECT 1 FROM room_names WHERE current = 1 AND room <> ?1 AND (folded = ?2 OR skeleton = ?3))",
		key, folded, skeleton).Scan(&other)
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
	room, err := a.tally(e.Room)
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
	if c.Name != nil {
		if err := a.nameRoom(room.key, *c.Name); err != nil {
			return err
		}
	}
	for column, v := range map[string]any{
		"name": orNil(c.Name), "topic": orNil(c.Topic), "purpose": orNil(c.Purpose),
		"archived": orNil(c.Archived), "slow": orNil(c.Slow), "keep": orNil(c.Keep),
	} {
		if v == nil {
			continue
		}
		_, err := a.exec("UPDATE rooms SET "+column+" = ? WHERE key = ?", v, room.key)
		if taken(err) {
			return nameTaken()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

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
	for _, u := range e.Change.Users {
		if err := a.comeIn(e, room.key, u); err != nil {
			return err
		}
	}
	return nil
}

// comeIn makes somebody a member of a room. What was said before is not unread.
func (a *applying) comeIn(e *chat.Event, room int64, u chat.User) error {
	var standing sql.NullString
	err := a.tx.QueryRowContext(a.ctx, "SELECT banned FROM users WHERE id = ?", u.ID).Scan(&standing)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return &chat.Error{Code: chat.CodeNotFound, Message: "there is no such person in the team"}
	case err != nil:
		return err
	case standing.Valid:
		return &chat.Error{Code: chat.CodeBanned, Message: "that person is banned"}
	}
	n, err := a.exec("INSERT OR IGNORE INTO members (room, user, since) VALUES (?, ?, ?)", room, u.ID, int64(e.At))
	if err != nil || n == 0 {
		return err
	}
	if _, err := a.exec("INSERT OR REPLACE INTO moves (user, offset, room, came) VALUES (?, ?, ?, 1)", u.ID, int64(e.Position.Offset), room); err != nil {
		return err
	}
	_, err = a.exec(`INSERT INTO markers (user, room, seq) SELECT ?, key, last_seq FROM rooms WHERE key = ?
		ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)`, u.ID, room)
	return err
}

func (a *applying) roomLeft(e *chat.Event) error {
	room, err := a.tally(e.Room)
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
	_, err = a.exec("INSERT OR REPLACE INTO moves (user, offset, room, came) VALUES (?, ?, ?, 0)", user, int64(e.Position.Offset), room.key)
	return err
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func orNil[T any](p *T) any {
	if p == nil {
		return nil
	}
	return *p
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
