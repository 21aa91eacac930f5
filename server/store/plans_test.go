package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// watcher is a driver that remembers the statements that go through it.
type watcher struct {
	base driver.Driver
	dsn  string

	mu   sync.Mutex
	seen map[string]bool
}

func watch(tb testing.TB, dsn string) (*watcher, *sql.DB) {
	tb.Helper()
	plain, err := sql.Open("sqlite", dsn)
	if err != nil {
		tb.Fatal(err)
	}
	w := &watcher{base: plain.Driver(), dsn: dsn, seen: make(map[string]bool)}
	if err := plain.Close(); err != nil {
		tb.Fatal(err)
	}
	db := sql.OpenDB(w)
	db.SetMaxOpenConns(1)
	return w, db
}

func (w *watcher) see(query string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seen[query] = true
}

// Connect implements driver.Connector.
func (w *watcher) Connect(context.Context) (driver.Conn, error) {
	c, err := w.base.Open(w.dsn)
	return &watched{c, w}, err
}

// Driver implements driver.Connector.
func (w *watcher) Driver() driver.Driver { return w.base }

type watched struct {
	driver.Conn
	w *watcher
}

func (c *watched) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	c.w.see(query)
	return c.Conn.(driver.QueryerContext).QueryContext(ctx, query, args)
}

func (c *watched) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	c.w.see(query)
	return c.Conn.(driver.ExecerContext).ExecContext(ctx, query, args)
}

func (c *watched) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	c.w.see(query)
	return c.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, query)
}

func (c *watched) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	return c.Conn.(driver.ConnBeginTx).BeginTx(ctx, opts)
}

// large are the steps that read all of a table that grows with what people say and do, or
// all messages of a room.
var large = regexp.MustCompile(`^SCAN (messages|threads|[mftlcneao]|edits|reactions|pins|mentions|moves|markers|members|follows|audit|files|file_uses|uploads|sign_ins)\b|messages_room \(room=\?\)`)

// TestNothingScans: no statement of applying or of a request reads a table that grows
// from its one end to the other.
func TestNothingScans(t *testing.T) {
	s := newStore(t)
	reads, readers := watch(t, dsn(s.path, readerCache, toRead))
	writes, writer := watch(t, dsn(s.path, writerCache, toWrite))
	old := *s
	s.readers, s.writer = readers, writer
	err := errors.Join(s.write.prepare(t.Context(), writer), s.index.prepare(t.Context(), writer, readers), s.search.prepare(t.Context(), readers))
	if err != nil {
		t.Fatal(err)
	}
	applyAll(t, s)
	askAll(t, s)
	s.readers, s.writer, s.write, s.index, s.search = old.readers, old.writer, old.write, old.index, old.search
	for _, db := range []*sql.DB{readers, writer} {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
	for _, q := range slices.Sorted(maps.Keys(reads.seen)) {
		holdPlan(t, s, q)
	}
	for _, q := range slices.Sorted(maps.Keys(writes.seen)) {
		holdPlan(t, s, q)
	}
	if len(reads.seen) < 15 || len(writes.seen) < 50 {
		t.Errorf("only %d reads and %d writes were seen", len(reads.seen), len(writes.seen))
	}
}

func holdPlan(t *testing.T, s *Store, query string) {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	for i := range args {
		args[i] = 1
	}
	for n := range 20 { // numbered parameters
		if strings.Contains(query, fmt.Sprint("?", n)) {
			args = args[:max(n, 1)]
		}
	}
	plan, err := queryAll(t.Context(), s.Writer(), func(rows *sql.Rows) (detail string, err error) {
		var id, parent, unused int
		err = rows.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Errorf("%v\n%s", err, query)
	}
	if slices.ContainsFunc(plan, large.MatchString) {
		t.Errorf("%s\n%s", strings.Join(plan, "\n"), query)
	}
}

// applyAll applies an event of each kind.
func applyAll(t *testing.T, s *Store) {
	t.Helper()
	at := uint64(0)
	next := func(e chat.Event) {
		at++
		e.Position = chat.Position{Epoch: epoch, Offset: at}
		e.ID, e.At = fmt.Sprint("id", at), chat.Millis(at)
		if e.Author.ID == "" {
			e.Author = chat.User{ID: "u1", Name: "Una", Role: chat.RoleOwner}
		}
		apply(t, s, e)
	}
	other := chat.User{ID: "u2", Name: "Ulf", Role: chat.RoleOwner}
	name, topic, yes, no := "zoo", "of animals", true, false
	next(chat.Event{Kind: chat.UserEntered})
	next(chat.Event{Kind: chat.UserEntered, Author: other})
	next(chat.Event{Kind: chat.UserEntered, Author: chat.User{ID: "u2", Name: "Ulla", Role: chat.RoleMember}})
	next(chat.Event{Kind: chat.RoomCreated, Room: "r2", Change: chat.Change{Kind: chat.RoomPublic, Name: &topic, Users: []chat.User{{ID: "u1"}}}})
	next(chat.Event{Kind: chat.RoomCreated, Room: "d", Change: chat.Change{Kind: chat.RoomDirect, Users: []chat.User{{ID: "u1"}, other}}})
	next(chat.Event{Kind: chat.RoomChanged, Room: "r2", Change: chat.Change{Name: &name, Archived: &yes}})
	next(chat.Event{Kind: chat.RoomChanged, Room: "r2", Change: chat.Change{Archived: &no}})
	next(chat.Event{Kind: chat.RoomJoined, Room: "r2", Change: chat.Change{Users: []chat.User{other}}})
	for range 3 {
		next(chat.Event{Kind: chat.MessageCreated, Room: "r2", Body: chat.TextBody("hi"), Thread: "id9", Extra: chat.Extra{Mentions: []string{"u2"}, Files: []chat.File{{ID: "f1"}}}})
	}
	next(chat.Event{Kind: chat.MessageEdited, Room: "r2", Body: chat.TextBody("ho"), Extra: chat.Extra{Mentions: []string{"@room"}}, Change: chat.Change{Target: 2}})
	next(chat.Event{Kind: chat.MessageReacted, Room: "r2", Change: chat.Change{Target: 2, Emoji: "x", On: true}})
	next(chat.Event{Kind: chat.MessageReacted, Room: "r2", Change: chat.Change{Target: 2, Emoji: "x"}})
	next(chat.Event{Kind: chat.MessagePinned, Room: "r2", Change: chat.Change{Target: 2, On: true}})
	next(chat.Event{Kind: chat.MessagePinned, Room: "r2", Change: chat.Change{Target: 2}})
	next(chat.Event{Kind: chat.MarkerMoved, Room: "r2", Author: other, Change: chat.Change{Target: 2}})
	next(chat.Event{Kind: chat.NotifyChanged, Room: "r2", Change: chat.Change{Level: chat.NotifyNone}})
	next(chat.Event{Kind: chat.NotifyChanged, Room: "r2", Change: chat.Change{Level: chat.NotifyAll}})
	next(chat.Event{Kind: chat.ThreadFollowed, Room: "r2", Thread: "id9", Change: chat.Change{On: true}})
	next(chat.Event{Kind: chat.RoleChanged, Change: chat.Change{User: &other}})
	next(chat.Event{Kind: chat.UserMuted, Change: chat.Change{User: &other, Until: 5}})
	next(chat.Event{Kind: chat.UserMuted, Change: chat.Change{User: &other}})
	next(chat.Event{Kind: chat.SessionEnded, Change: chat.Change{User: &other, SignIn: "s"}})
	next(chat.Event{Kind: chat.SessionEnded, Change: chat.Change{User: &other, SignIn: "s", On: true}})
	next(chat.Event{Kind: chat.MessageDeleted, Room: "r2", Change: chat.Change{Target: 2, User: &other}})
	next(chat.Event{Kind: chat.RoomTrimmed, Room: "r2", Change: chat.Change{Target: 2}})
	next(chat.Event{Kind: chat.RoomLeft, Room: "r2", Change: chat.Change{User: &other}})
	next(chat.Event{Kind: chat.UserBanned, Change: chat.Change{User: &other, On: true}})
	next(chat.Event{Kind: chat.UserBanned, Change: chat.Change{User: &other}})
}

// askAll asks all that requests ask.
func askAll(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	for range chat.MaxReactors + 1 { // a reaction of many
		at := applied(t, s) + 1
		e := chat.Event{Kind: chat.MessageReacted, ID: fmt.Sprint("id", at), Room: chat.GeneralRoom, Change: chat.Change{Target: 1, Emoji: "x", On: true}}
		e.Position = chat.Position{Epoch: epoch, Offset: at + 1}
		e.Author = chat.User{ID: fmt.Sprint("p", at)}
		if at < 100 && e.Author.ID != "" {
			apply(t, s, said(at, chat.GeneralRoom, "hi"))
		}
		apply(t, s, e)
	}
	for _, r := range []chat.HistoryRequest{{}, {Before: 9}, {After: new(uint64(1))}, {Thread: "id1"}, {Thread: "id1", Before: 9}, {Thread: "id1", After: new(uint64(1))}} {
		if _, err := s.History(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	var errs []error
	fail := func(err error) { errs = append(errs, err) }
	_, err := s.Message(ctx, chat.GeneralRoom, 1)
	fail(err)
	_, _, err = s.Refers(ctx, chat.GeneralRoom, "id1")
	fail(err)
	_, _, err = s.Posted(ctx, "u1", "id1")
	fail(err)
	_, err = s.Edits(ctx, chat.GeneralRoom, 1)
	fail(err)
	_, err = s.Pins(ctx, chat.GeneralRoom)
	fail(err)
	_, err = s.Followers(ctx, chat.GeneralRoom, "id1")
	fail(err)
	at := applied(t, s)
	began, answer := said(at+1, "r2", "hi"), said(at+2, "r2", "ho")
	answer.Thread = began.ID
	apply(t, s, began, answer)
	threads, err := s.Threads(ctx, "u1", []string{chat.GeneralRoom, "r2"}, 0, 0)
	fail(err)
	if len(threads.Threads) == 0 {
		t.Error("no thread was read")
	}
	_, err = s.Inbox(ctx, "u1", []string{chat.GeneralRoom, "r2"}, 0, 0)
	fail(err)
	for _, room := range []string{"", chat.GeneralRoom} {
		_, _, err = s.Memberships(ctx, "u1", room)
		fail(err)
	}
	_, err = s.Files(ctx, "u1", chat.GeneralRoom, nil, time.Now())
	fail(err)
	_, _, err = s.File(ctx, "f1")
	fail(err)
	_, _, err = s.Upload(ctx, "u1", "id1")
	fail(err)
	_, err = s.StaleUploads(ctx, time.Now(), 1)
	fail(err)
	_, err = s.DropFiles(ctx, time.Now(), 1)
	fail(err)
	_, err = s.HasContent(ctx, []byte{1})
	fail(err)
	fail(s.BeginUpload(ctx, Upload{By: "u1", ID: "id1"}, 1))
	fail(s.DropUpload(ctx, "u1", "id1"))
	fail(s.Moves(ctx, "u1", 1, func(string, bool) {}))
	_, _, err = s.Audit(ctx, 0, 0)
	fail(err)
	fail(s.SeenSessions(ctx, []chat.SessionSeen{{User: "u1", Session: chat.Session{ID: "s"}, Until: 2}}, 1))
	_, err = s.Sessions(ctx, "u1", 1)
	fail(err)
	_, _, err = s.KeepSet(ctx, chat.GeneralRoom)
	fail(err)
	_, _, err = s.HookBehind(ctx, "h", 0)
	fail(err)
	fail(s.HooksPassed(ctx, map[string]uint64{"h": 1}))
	for range 2 {
		for _, pinned := range []bool{false, true} {
			_, err = s.Search(ctx, chat.SearchQuery{Words: []string{"hi"}, Rooms: []string{chat.GeneralRoom}, Since: 1, Until: 99, Pinned: pinned})
			fail(err)
		}
		_, err = s.indexSome(ctx)
		fail(err)
	}
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
}
