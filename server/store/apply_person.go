package store

import (
	"database/sql"
	"encoding/json"
	"errors"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// enter sees to it that the author of an event is in the team, and in the room
// that all are in: whoever says or does something came in. A token's name counts,
// and its role unless an admin has given them another.
func (a *applying) enter(e *chat.Event) error {
	u := e.Author
	if a.entered[u.ID] || u.ID == chat.System.ID {
		return nil
	}
	var name, role string
	var set bool
	err := on(a.ctx, a.tx, a.s.write.user).QueryRowContext(a.ctx, u.ID).Scan(&name, &role, &set)
	if errors.Is(err, sql.ErrNoRows) {
		return a.newcomer(e)
	}
	if err != nil {
		return err
	}
	a.entered[u.ID] = true
	if name != u.Name {
		if _, err := a.exec("UPDATE users SET name = ?, folded = ? WHERE id = ?", u.Name, chat.FoldName(u.Name), u.ID); err != nil {
			return err
		}
	}
	if role != string(u.Role) && !set {
		if _, err := a.exec("UPDATE users SET role = ? WHERE id = ?", string(u.Role), u.ID); err != nil {
			return err
		}
	}
	return nil
}

func (a *applying) newcomer(e *chat.Event) error {
	u := e.Author
	_, err := a.exec("INSERT INTO users (id, name, folded, role, entered) VALUES (?, ?, ?, ?, ?)",
		u.ID, u.Name, chat.FoldName(u.Name), string(u.Role), int64(e.At))
	if err != nil {
		return err
	}
	a.entered[u.ID] = true
	var general int64
	if err := a.tx.QueryRowContext(a.ctx, "SELECT key FROM rooms WHERE id = ?", chat.GeneralRoom).Scan(&general); err != nil {
		return err
	}
	return a.comeIn(e, general, u)
}

// markerMoved moves a marker on, or leaves it: what the event says of it afterwards
// is where it is.
func (a *applying) markerMoved(e *chat.Event) error {
	room, err := a.tally(e.Room)
	if err != nil {
		return err
	}
	if err := a.member(room.key, e.Author.ID); err != nil {
		return err
	}
	_, err = on(a.ctx, a.tx, a.s.write.mark).ExecContext(a.ctx, e.Author.ID, room.key, clamp(min(e.Change.Target, room.last)))
	if err != nil {
		return err
	}
	err = a.tx.QueryRowContext(a.ctx, "SELECT seq FROM markers WHERE user = ? AND room = ?", e.Author.ID, room.key).Scan(&e.Change.Target)
	if err != nil {
		return err
	}
	return a.tx.QueryRowContext(a.ctx, "SELECT count(DISTINCT seq) FROM mentions WHERE user IN (?, '@room', '@here') AND room = ? AND seq > ?",
		e.Author.ID, room.key, int64(e.Change.Target)).Scan(&e.Seq)
}

func (a *applying) notifyChanged(e *chat.Event) error {
	room, err := a.tally(e.Room)
	if err != nil {
		return err
	}
	if err := a.member(room.key, e.Author.ID); err != nil {
		return err
	}
	_, err = a.exec("INSERT INTO notify (user, room, level) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET level = excluded.level",
		e.Author.ID, room.key, string(e.Change.Level))
	return err
}

func (a *applying) threadFollowed(e *chat.Event) error {
	room, err := a.tally(e.Room)
	if err != nil {
		return err
	}
	if err := a.member(room.key, e.Author.ID); err != nil {
		return err
	}
	_, err = a.exec(`INSERT INTO follows (user, room, thread, "on") VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "on" = excluded."on"`,
		e.Author.ID, room.key, e.Thread, e.Change.On)
	return err
}

// someone changes what is known of the person an event is about.
func (a *applying) someone(e *chat.Event, query string, args ...any) error {
	n, err := a.exec(query, append(args, e.Change.User.ID)...)
	if err == nil && n == 0 {
		return &chat.Error{Code: chat.CodeNotFound, Message: "there is no such person in the team"}
	}
	return err
}

// roleChanged also changes the account, from whose role tokens are made.
func (a *applying) roleChanged(e *chat.Event) error {
	role := string(e.Change.User.Role)
	if err := a.someone(e, "UPDATE users SET role = ?, set_role = 1 WHERE id = ?", role); err != nil {
		return err
	}
	_, err := a.exec("UPDATE accounts SET role = ? WHERE id = ?", role, e.Change.User.ID)
	return err
}

func (a *applying) userBanned(e *chat.Event) error {
	if !e.Change.On {
		return a.someone(e, "UPDATE users SET banned = NULL WHERE id = ?")
	}
	return a.someone(e, "UPDATE users SET banned = ? WHERE id = ?", e.Change.Reason)
}

func (a *applying) userMuted(e *chat.Event) error {
	user := e.Change.User.ID
	if e.Change.Until == 0 {
		_, err := a.exec("DELETE FROM mutes WHERE user = ? AND room = ?", user, e.Room)
		return err
	}
	_, err := a.exec("INSERT INTO mutes (user, room, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until",
		user, e.Room, int64(e.Change.Until))
	return err
}

// record keeps what moderators did.
func (a *applying) record(e *chat.Event) error {
	if !audited(e) {
		return nil
	}
	change, err := json.Marshal(&e.Change)
	if err != nil {
		return err
	}
	_, err = a.exec("INSERT INTO audit (offset, kind, at, by_id, by_name, by_role, room, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		int64(e.Position.Offset), string(e.Kind), int64(e.At), e.Author.ID, e.Author.Name, string(e.Author.Role), e.Room, change)
	return err
}

// audited tells whether an event is one that admins can look up afterwards: what
// somebody did with others, and with rooms as such.
func audited(e *chat.Event) bool {
	c := &e.Change
	switch e.Kind {
	case chat.RoleChanged, chat.UserBanned, chat.UserMuted, chat.RoomTrimmed:
		return true
	case chat.RoomLeft, chat.MessageDeleted:
		return c.User != nil && c.User.ID != e.Author.ID
	case chat.RoomCreated:
		return c.Kind != chat.RoomDirect
	case chat.RoomChanged:
		return c.Name != nil || c.Archived != nil || c.Slow != nil || c.Keep != nil
	}
	return false
}
