package store

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// kept are the tables that are not made from the log alone: a rebuild leaves them.
var kept = []string{"team", "accounts", "invites", "redemptions", "files", "uploads", "dropped", "hooks", "seen", "sign_ins"}

// TestTablesAreKnown: each table is emptied by a rebuild, or kept on purpose. Whoever
// adds one has to say which.
func TestTablesAreKnown(t *testing.T) {
	tables, err := tableNames(t.Context(), newStore(t).Reader())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range tables {
		index := strings.HasPrefix(name, "search_") // emptied with them: TestIndexIsMadeAnew
		made := slices.Contains(derived, name) || name == "rooms" || name == "applied" || index
		if made == slices.Contains(kept, name) && !strings.HasPrefix(name, "sqlite_") {
			t.Errorf("%s is neither in derived nor kept, or both", name)
		}
	}
}

// drawn makes events of all kinds, most of which a team could have.
type drawn struct {
	rt     *rapid.T
	offset uint64
}

func (d *drawn) user() chat.User {
	n := rapid.IntRange(1, 4).Draw(d.rt, "user")
	u := chat.User{ID: fmt.Sprint("u", n), Name: fmt.Sprint("name", n), Role: chat.RoleMember}
	switch rapid.IntRange(0, 9).Draw(d.rt, "other") {
	case 0:
		u.Name += "-x"
	case 1:
		u.Role = chat.RoleOwner
	}
	return u
}

func (d *drawn) event() chat.Event {
	rt := d.rt
	d.offset += uint64(rapid.IntRange(1, 2).Draw(rt, "gap"))
	kinds := []chat.EventKind{
		chat.MessageCreated, chat.MessageCreated, chat.MessageCreated, chat.MessageCreated, chat.MessageEdited, chat.MessageDeleted,
		chat.MessageReacted, chat.MessagePinned, chat.RoomCreated, chat.RoomCreated, chat.RoomChanged, chat.RoomJoined, chat.RoomLeft,
		chat.RoomTrimmed, chat.MarkerMoved, chat.NotifyChanged, chat.ThreadFollowed, chat.UserEntered, chat.RoleChanged,
		chat.UserBanned, chat.UserMuted, chat.SessionEnded, chat.HookCreated, chat.HookDeleted,
	}
	e := chat.Event{
		Position: chat.Position{Epoch: epoch, Offset: d.offset}, Kind: rapid.SampledFrom(kinds).Draw(rt, "kind"),
		ID: fmt.Sprint("id", rapid.IntRange(1, 30).Draw(rt, "id")), Author: d.user(), At: chat.Millis(1000 + d.offset),
		Room: rapid.SampledFrom([]string{chat.GeneralRoom, chat.GeneralRoom, "r1", "r2", "r3"}).Draw(rt, "room"),
	}
	name := rapid.SampledFrom([]string{"zoo", "z00", "bar", "general", "r1"}).Draw(rt, "name")
	other := d.user()
	c := &e.Change
	c.Target = rapid.Uint64Range(1, 6).Draw(rt, "target")
	c.On = rapid.IntRange(0, 3).Draw(rt, "on") > 0
	switch e.Kind {
	case chat.MessageCreated, chat.MessageEdited:
		e.Body = chat.TextBody(fmt.Sprint("text ", d.offset))
		e.Extra.Mentions = rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"u1", "u2", chat.MentionRoom}), 0, 2, rapid.ID).Draw(rt, "mentions")
		if len(e.Extra.Mentions) == 0 {
			e.Extra.Mentions = nil
		}
		if e.Kind == chat.MessageCreated {
			c.Target, c.On = 0, false
			for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"f1", "f2"}), 0, 2, rapid.ID).Draw(rt, "files") {
				e.Extra.Files = append(e.Extra.Files, chat.File{ID: id})
			}
			e.Thread = rapid.SampledFrom([]string{"", "", "id1", "id2"}).Draw(rt, "thread")
		}
	case chat.MessageReacted:
		c.Emoji = rapid.SampledFrom([]string{"👍", ":x:"}).Draw(rt, "emoji")
	case chat.RoomCreated:
		c.Kind, c.Name = rapid.SampledFrom([]chat.RoomKind{chat.RoomPublic, chat.RoomPrivate, chat.RoomDirect}).Draw(rt, "room kind"), &name
		c.Users = []chat.User{e.Author, other}
	case chat.RoomChanged:
		if c.On {
			c.Name = &name
		} else {
			c.Archived = &c.On
			on := rapid.Bool().Draw(rt, "archived")
			c.Archived = &on
		}
	case chat.RoomJoined:
		c.Users = []chat.User{other}
	case chat.NotifyChanged:
		c.Level = rapid.SampledFrom([]chat.Notify{chat.NotifyAll, chat.NotifyNone}).Draw(rt, "level")
	case chat.ThreadFollowed:
		e.Thread = "id1"
	case chat.SessionEnded:
		c.User, c.SignIn, c.On = &other, rapid.SampledFrom([]string{"s1", "s2"}).Draw(rt, "sign-in"), rapid.Bool().Draw(rt, "on")
	case chat.MessageDeleted, chat.RoomLeft, chat.RoleChanged, chat.UserBanned, chat.UserMuted, chat.HookCreated, chat.HookDeleted:
		c.User = &other
		c.Until = chat.Millis(rapid.IntRange(0, 2).Draw(rt, "until"))
	}
	return e
}

// TestBatches: however a log is cut into batches, applying it makes the same rows and
// the same of each event, and refuses the same; what is remembered in a batch changes
// nothing.
func TestBatches(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		folder := t.TempDir()
		one, many := openAt(rt, t, filepath.Join(folder, "one.db")), openAt(rt, t, filepath.Join(folder, "many.db"))
		d := &drawn{rt: rt}
		type try struct {
			event, made chat.Event
			err         error
		}
		var tries []try
		for range rapid.IntRange(5, 60).Draw(rt, "events") {
			e := d.event()
			alone := []chat.Event{e}
			err := tryApply(t, one, alone)
			tries = append(tries, try{e, alone[0], err})
		}
		for rest := tries; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "batch")
			var good, made []chat.Event
			for _, x := range rest[:n] {
				if x.err == nil {
					good, made = append(good, x.event), append(made, x.made)
				} else if tryApply(t, many, append(slices.Clone(good), x.event)) == nil {
					rt.Fatalf("after others of a batch an event was applied that was refused alone: %v", x.err)
				}
			}
			if rapid.IntRange(0, 2).Draw(rt, "undone") == 0 { // as by a disk that is full
				undone := errors.New("undone")
				err := inTx(t.Context(), many.Writer(), func(tx *sql.Tx) error {
					return errors.Join(many.Apply(t.Context(), tx, slices.Clone(good)), undone)
				})
				if !errors.Is(err, undone) {
					rt.Fatal(err)
				}
			}
			if err := tryApply(t, many, good); err != nil {
				rt.Fatalf("a batch of what was applied one by one: %v", err)
			}
			if diff := cmp.Diff(made, good); diff != "" {
				rt.Fatalf("events (-one by one +in a batch):\n%s", diff)
			}
			rest = rest[n:]
		}
		if diff := cmp.Diff(dumpAll(t, one), dumpAll(t, many)); diff != "" {
			rt.Fatalf("rows (-one by one +in batches):\n%s", diff)
		}
	})
}

func openAt(rt *rapid.T, t *testing.T, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		rt.Fatal(err)
	}
	rt.Cleanup(func() { closeStore(t, s) })
	return s
}

// dumpAll is every row that the log made.
func dumpAll(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	for _, table := range append([]string{"applied", "rooms"}, derived...) {
		dumpTable(t, &b, s.Writer(), table)
	}
	return b.String()
}

// TestUpgradeV3: a file of version 2 with messages in it becomes what applying them from
// nothing makes.
func TestUpgradeV3(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		folder := t.TempDir()
		d := &drawn{rt: rt}
		var log []chat.Event
		for range rapid.IntRange(0, 40).Draw(rt, "messages") {
			e := d.event()
			e.Kind, e.Room, e.Extra, e.Change = chat.MessageCreated, chat.GeneralRoom, chat.Extra{}, chat.Change{}
			e.Body = chat.TextBody("hi")
			e.At = chat.Millis(rapid.IntRange(0, 100).Draw(rt, "at")) // clocks go back
			e.ReplyTo = rapid.SampledFrom([]string{"", "id1"}).Draw(rt, "reply")
			log = append(log, e)
		}
		path := filepath.Join(folder, "old.db")
		old := openOld(t, path, 2)
		spoken(rt, old, log)
		if err := old.Close(); err != nil {
			rt.Fatal(err)
		}
		upgraded, anew := openAt(rt, t, path), openAt(rt, t, filepath.Join(folder, "new.db"))
		if err := tryApply(t, anew, slices.Clone(log)); err != nil {
			rt.Fatal(err)
		}
		if diff := cmp.Diff(dumpAll(t, anew), dumpAll(t, upgraded)); diff != "" {
			rt.Fatalf("rows (-applied anew +upgraded):\n%s", diff)
		}
	})
}

// spoken stores messages as version 2 did.
func spoken(rt *rapid.T, db *sql.DB, log []chat.Event) {
	for i, e := range log {
		_, err := db.Exec(`INSERT INTO messages (offset, room, seq, id, author_id, author_name, author_role, at, body, attachments, reply_to, thread)
			VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?)`, e.Position.Offset, i+1, e.ID, e.Author.ID, e.Author.Name, string(e.Author.Role), int64(e.At),
			[]byte(e.Body.JSON), orNull(e.ReplyTo), orNull(e.Thread))
		if err != nil {
			rt.Fatal(err)
		}
		if _, err := db.Exec("UPDATE applied SET epoch = ?, offset = ?", e.Position.Epoch, e.Position.Offset); err != nil {
			rt.Fatal(err)
		}
	}
	if _, err := db.Exec("UPDATE rooms SET last_seq = ?", len(log)); err != nil {
		rt.Fatal(err)
	}
}
