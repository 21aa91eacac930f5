package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// news is what an event tells of its author.
type news int

const (
	nothing news = iota
	renamed      // or of another role
	cameIn
)

// enter sees to it that the author of an event is in the team, and in the room
// that all are in: whoever says or does something came in. A token's name counts,
// and its role unless an admin has given them another. Who is banned does nothing.
func (a *applying) enter(e *chat.Event) (news, error) {
	u := e.Author
	if known, ok := a.entered[u.ID]; (ok && known == u) || u.ID == chat.System.ID {
		return nothing, nil
	}
	var name, role string
	var set, banned bool
	err := on(a.ctx, a.tx, a.s.write.user).QueryRowContext(a.ctx, u.ID).Scan(&name, &role, &set, &banned)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return cameIn, a.newcomer(e)
	case err != nil:
		return nothing, err
	case banned:
		return nothing, &chat.Error{Code: chat.CodeBanned, Message: "you are banned from this team"}
	}
	a.entered[u.ID] = u
	a.size++
	what := nothing
	if name != u.Name {
		what = renamed
		if _, err := a.exec("UPDATE users SET name = ?, folded = ? WHERE id = ?", u.Name, chat.FoldName(u.Name), u.ID); err != nil {
			return nothing, err
		}
	}
	if role != string(u.Role) && !set {
		what = renamed
		if _, err := a.exec("UPDATE users SET role = ? WHERE id = ?", string(u.Role), u.ID); err != nil {
			return nothing, err
		}
	}
	return what, nil
}

// The statements of who comes in.
const (
	insertUser   = "INSERT INTO users (id, name, folded, role, entered) VALUES (?, ?, ?, ?, ?)"
	insertMember = "INSERT OR IGNORE INTO members (room, user, since) VALUES (?, ?, ?)"
	countMembers = "UPDATE rooms SET members = members + ? WHERE key = ?"
	insertMove   = "INSERT INTO moves (user, offset, room, came) VALUES (?, ?, ?, ?)"
	beginMarker  = `INSERT INTO markers (user, room, seq) SELECT ?, key, last_seq FROM rooms WHERE key = ?
		ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)`
)

func (a *applying) newcomer(e *chat.Event) error {
	u := e.Author
	_, err := a.exec(insertUser,
		u.ID, u.Name, chat.FoldName(u.Name), string(u.Role), int64(e.At))
	if err != nil {
		return err
	}
	a.entered[u.ID] = u
	a.size++
	general, err := a.tally(chat.GeneralRoom)
	if err != nil {
		return err
	}
	_, err = a.admit(e, general.key, u)
	return err
}

// place is the room of an event that concerns its author alone, who is in it.
func (a *applying) place(e *chat.Event) (*tally, error) {
	room, err := a.tally(e.Room)
	if err != nil {
		return nil, err
	}
	return room, a.member(room, e.Author.ID)
}

// The statements of markers.
const (
	moveMarker = `INSERT INTO markers (user, room, seq) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET seq = excluded.seq WHERE excluded.seq > seq`
	markerAt      = "SELECT seq FROM markers WHERE room = ? AND user = ?"
	firstOfOthers = "SELECT seq FROM messages WHERE room = ? AND seq > ? AND seq <= ? AND author_id <> ? ORDER BY seq LIMIT 1"
	countMentions = "SELECT count(DISTINCT seq) FROM mentions WHERE user IN (?, '@room') AND room = ? AND seq > ?"
)

// maxOwn is how many messages of their own a marker is moved past at once: all that
// somebody's programs said while others said nothing, but for a program that floods.
const maxOwn = 1000

// markerMoved moves a marker on, to the newest message at the most, and past what
// its owner's programs said right behind it: see passes.
func (a *applying) markerMoved(e *chat.Event) error {
	room, err := a.place(e)
	if err != nil {
		return err
	}
	if e.Change.Target >= room.last {
		e.Change.Target = room.last
	} else if e.Change.Target, err = a.pastOwn(room, e.Author.ID, e.Change.Target); err != nil {
		return err
	}
	err = a.change(moveMarker, e.Author.ID, room.key, int64(e.Change.Target))
	if err != nil {
		return err
	}
	return a.scan(countMentions, []any{e.Author.ID, room.key, int64(e.Change.Target)}, &e.Seq)
}

// pastOwn is the last of somebody's own messages right behind a number, or that.
func (a *applying) pastOwn(room *tally, user string, seq uint64) (uint64, error) {
	last := min(seq+maxOwn, room.last)
	var others uint64
	err := a.scan(firstOfOthers, []any{room.key, int64(seq), int64(last), user}, &others)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return last, nil
	case err != nil:
		return 0, err
	}
	return others - 1, nil
}

func (a *applying) notifyChanged(e *chat.Event) error {
	room, err := a.place(e)
	if err != nil {
		return err
	}
	if e.Change.Level == chat.NotifyAll { // as it is where nothing was said
		return a.change("DELETE FROM notify WHERE user = ? AND room = ?", e.Author.ID, room.key)
	}
	return a.change("INSERT INTO notify (user, room, level) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET level = excluded.level WHERE level <> excluded.level",
		e.Author.ID, room.key, string(e.Change.Level))
}

func (a *applying) threadFollowed(e *chat.Event) error {
	room, err := a.place(e)
	if err != nil {
		return err
	}
	return a.change(`INSERT INTO follows (user, room, thread, "on") VALUES (?, ?, ?, ?)
		ON CONFLICT DO UPDATE SET "on" = excluded."on" WHERE "on" <> excluded."on"`, e.Author.ID, room.key, e.Thread, e.Change.On)
}

// person is the standing of whom an event is about.
type person struct {
	id     string
	role   chat.Role
	set    bool
	banned sql.NullString
}

func (a *applying) person(e *chat.Event) (person, error) {
	p := person{id: e.Change.User.ID}
	delete(a.entered, p.id)
	err := a.scan("SELECT role, set_role, banned FROM users WHERE id = ?", []any{p.id}, &p.role, &p.set, &p.banned)
	if errors.Is(err, sql.ErrNoRows) {
		return p, &chat.Error{Code: chat.CodeNotFound, Message: "there is no such person in the team"}
	}
	return p, err
}

// owned fails where somebody is the last of the team's owners.
func (a *applying) owned(p person) error {
	if p.role != chat.RoleOwner || p.banned.Valid {
		return nil
	}
	var others bool
	err := a.scan("SELECT EXISTS (SELECT 1 FROM users WHERE role = ? AND banned IS NULL AND id <> ?)", []any{string(chat.RoleOwner), p.id}, &others)
	if err == nil && !others {
		return &chat.Error{Code: chat.CodeNotAllowed, Message: "a team has an owner: make somebody else one first"}
	}
	return err
}

// roleChanged also changes the account, from whose role tokens are made.
func (a *applying) roleChanged(e *chat.Event) error {
	p, err := a.person(e)
	if err != nil {
		return err
	}
	role := e.Change.User.Role
	if p.set && p.role == role {
		return unchanged()
	}
	if role != chat.RoleOwner {
		if err := a.owned(p); err != nil {
			return err
		}
	}
	return a.run([]any{string(role), p.id}, "UPDATE users SET role = ?, set_role = 1 WHERE id = ?", "UPDATE accounts SET role = ? WHERE id = ?")
}

func (a *applying) userBanned(e *chat.Event) error {
	p, err := a.person(e)
	if err != nil {
		return err
	}
	var why any
	if e.Change.On {
		why = e.Change.Reason
		if err := a.owned(p); err != nil {
			return err
		}
	}
	if p.banned.Valid == e.Change.On {
		return unchanged()
	}
	_, err = a.exec("UPDATE users SET banned = ? WHERE id = ?", why, p.id)
	return err
}

func (a *applying) sessionEnded(e *chat.Event) error {
	p, err := a.person(e)
	if err != nil {
		return err
	}
	if err := a.forgetSignIns(e, p.id); err != nil {
		return err
	}
	if e.Change.On {
		return a.change("UPDATE users SET ended_before = ?, ended_but = ? WHERE id = ?", int64(e.At), e.Change.SignIn, p.id)
	}
	return a.change("INSERT INTO ended (user, sign_in) VALUES (?, ?) ON CONFLICT DO NOTHING", p.id, e.Change.SignIn)
}

// forgetSignIns takes away what is remembered of sign-ins that were ended: by then no token
// of theirs is good.
func (a *applying) forgetSignIns(e *chat.Event, user string) (err error) {
	if e.Change.On {
		_, err = a.exec("DELETE FROM sign_ins WHERE user = ? AND began <= ? AND id <> ?", user, int64(e.At), e.Change.SignIn)
	} else {
		_, err = a.exec("DELETE FROM sign_ins WHERE user = ? AND id = ?", user, e.Change.SignIn)
	}
	return err
}

func (a *applying) userMuted(e *chat.Event) error {
	p, err := a.person(e)
	if err != nil {
		return err
	}
	if e.Change.Until == 0 {
		return a.change("DELETE FROM mutes WHERE user = ? AND room = ?", p.id, e.Room)
	}
	return a.change("INSERT INTO mutes (user, room, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = excluded.until WHERE until <> excluded.until",
		p.id, e.Room, int64(e.Change.Until))
}

// audit is of an event that is in the audit trail alone.
func (*applying) audit(*chat.Event) error { return nil }

// record keeps what moderators did.
func (a *applying) record(e *chat.Event) error {
	if !audited(e) {
		return nil
	}
	change, err := json.Marshal(&e.Change)
	if err != nil {
		return err
	}
	if e.Kind == chat.RoomTrimmed {
		if extended, err := a.extend(e, change); extended || err != nil {
			return err
		}
	}
	_, err = a.exec("INSERT INTO audit (offset, kind, at, by_id, by_name, by_role, room, change) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		int64(e.Position.Offset), string(e.Kind), int64(e.At), e.Author.ID, e.Author.Name, string(e.Author.Role), e.Room, change)
	return err
}

// trimRun is how long after one part of a room's old messages was removed another one
// belongs to the same: they go a few at a time, and the next sweep is later.
const trimRun = 10 * time.Minute

// extend makes the newest entry, where it is of the same room's old messages that are
// just being removed, say that more are: one entry for all of them, not one for each
// few. It tells whether it was such an entry.
func (a *applying) extend(e *chat.Event, change []byte) (bool, error) {
	n, err := a.exec(`UPDATE audit SET offset = ?, at = ?, change = ? WHERE offset = (SELECT max(offset) FROM audit)
		AND kind = ? AND room = ? AND by_id = ? AND at > ?`, int64(e.Position.Offset), int64(e.At), change,
		string(e.Kind), e.Room, e.Author.ID, int64(e.At)-trimRun.Milliseconds())
	return n > 0, err
}

// audited tells whether an event is one that admins can look up afterwards: what
// somebody did with others, and with rooms as such.
func audited(e *chat.Event) bool {
	c := &e.Change
	switch e.Kind {
	case chat.RoleChanged, chat.UserBanned, chat.UserMuted, chat.RoomTrimmed, chat.HookCreated, chat.HookDeleted:
		return true
	case chat.RoomLeft, chat.MessageDeleted, chat.SessionEnded:
		return c.User != nil && c.User.ID != e.Author.ID
	case chat.RoomCreated:
		return c.Kind != chat.RoomDirect
	case chat.RoomChanged:
		return c.Name != nil || c.Archived != nil || c.Slow != nil || c.Keep != nil
	}
	return false
}
