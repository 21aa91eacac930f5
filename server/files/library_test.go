package files

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/blob"
	"github.com/hobnob-chat/hobnob/server/store"
)

func TestMain(m *testing.M) {
	// A history syncs the disk some hundred times; -rapid.checks still asks for more.
	if err := flag.Set("rapid.checks", "5"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

var (
	ada = chat.User{ID: "ada", Name: "ada", Role: chat.RoleMember}
	bob = chat.User{ID: "bob", Name: "bob", Role: chat.RoleMember}
)

// doors says who is in which room, by both their IDs. In the room general is who was
// not put out of it.
type doors struct {
	mu sync.Mutex
	in map[string]bool
}

func (d *doors) set(who chat.User, room string, in bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.in[who.ID+" "+room] = in
}

func (d *doors) MayPost(ctx context.Context, who chat.User, room string) (string, error) {
	if room = strings.TrimPrefix(room, "#"); room == "" {
		room = chat.GeneralRoom
	}
	return room, d.MayRead(ctx, who, room)
}

func (d *doors) MayRead(_ context.Context, who chat.User, room string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	in, said := d.in[who.ID+" "+room]
	if !in && (said || room != chat.GeneralRoom) {
		return &chat.Error{Code: chat.CodeUnknownRoom}
	}
	if who.Scope != "" && who.Scope != "room:"+room {
		return &chat.Error{Code: chat.CodeNotAllowed}
	}
	return nil
}

// shelf is a Library with what it is made of.
type shelf struct {
	*Library
	dir   string
	db    *store.Store
	rooms *doors
}

// open opens the Library of a folder; change may change what it is made of.
func open(t *testing.T, dir string, change ...func(*Config, *blob.Options)) *shelf {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(dir, "team.db"))
	if err != nil {
		t.Fatal(err)
	}
	s := &shelf{dir: dir, db: db, rooms: &doors{in: make(map[string]bool)}}
	c := Config{Records: db, Rooms: s.rooms, MaxFile: 1 << 20, Logger: slog.New(slog.DiscardHandler)}
	o := blob.Options{Limit: 16 << 20}
	for _, f := range change {
		f(&c, &o)
	}
	if c.Blobs, err = blob.Open(filepath.Join(dir, "files"), o); err != nil {
		t.Fatal(err)
	}
	if s.Library, err = Open(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.shut(t) }) // a second time does nothing
	return s
}

func (s *shelf) shut(t *testing.T) {
	t.Helper()
	if err := errors.Join(s.Close(context.Background()), s.db.Close()); err != nil {
		t.Error(err)
	}
}

// whole asks for a content to be taken in at once.
func whole(who chat.User, id, name string, size int) Request {
	return Request{By: who, ID: id, Name: name, First: -1, Length: int64(size), Size: -1, Interrupt: func() {}}
}

// rest asks to go on from a place.
func rest(who chat.User, id string, first, length, size int) Request {
	return Request{By: who, ID: id, First: int64(first), Length: int64(length), Size: int64(size), Interrupt: func() {}}
}

// take takes in a whole content.
func (s *shelf) take(t *testing.T, who chat.User, id, name, content string) chat.Upload {
	t.Helper()
	state, before, err := s.Receive(t.Context(), whole(who, id, name, len(content)), strings.NewReader(content))
	if err != nil || before || state.File == nil {
		t.Fatalf("%s: %+v, before %v, %v", name, state, before, err)
	}
	return state
}

// read reads a file as somebody.
func (s *shelf) read(t *testing.T, who chat.User, id string) string {
	t.Helper()
	c, err := s.Get(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(c)
	if err = errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// use says a file in a message of the room general, and answers its offset.
func (s *shelf) use(t *testing.T, who chat.User, ids ...string) uint64 {
	t.Helper()
	files, err := s.db.Files(t.Context(), who.ID, chat.GeneralRoom, ids, s.cfg.Now())
	if err != nil {
		t.Fatal(err)
	}
	return s.apply(t, chat.Event{Kind: chat.MessageCreated, Author: who, Room: chat.GeneralRoom, Body: chat.TextBody(""), Extra: chat.Extra{Files: files}})
}

// apply applies one event.
func (s *shelf) apply(t *testing.T, e chat.Event) uint64 {
	t.Helper()
	at, err := s.db.Applied(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	e.Position = chat.Position{Epoch: "e", Offset: at.Offset + 1}
	e.ID = fmt.Sprint("m", e.Position.Offset)
	tx, err := s.db.Writer().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.db.Apply(t.Context(), tx, []chat.Event{e}); err != nil {
		t.Fatal(errors.Join(err, tx.Rollback()))
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return e.Position.Offset
}

// onDisk lists the blobs and parts, and checks that they are what is counted.
func (s *shelf) onDisk(t *testing.T) (files []string) {
	t.Helper()
	var sum int64
	err := filepath.WalkDir(filepath.Join(s.dir, "files"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			sum += info.Size()
		}
		files = append(files, filepath.Base(path))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if sum != s.Used() {
		t.Errorf("%d bytes are on disk and %d counted: %v", sum, s.Used(), files)
	}
	return files
}

// rows counts the rows of a table.
func rows(t *testing.T, db *sql.DB, table string) (n int) {
	t.Helper()
	if err := db.QueryRow("SELECT count(*) FROM " + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func hasCode(err error, code chat.Code) bool { return errors.Is(err, &chat.Error{Code: code}) }

func sum(content string) string {
	h := sha256.Sum256([]byte(content))
	return hex.EncodeToString(h[:])
}

func TestReceive(t *testing.T) {
	s := open(t, t.TempDir())
	for name, tc := range map[string]struct {
		request      Request
		content      string
		called, kind string
	}{
		"known":   {whole(ada, "1", "a/notes.md", 7), "# notes", "notes.md", "text/markdown"},
		"unknown": {whole(ada, "2", "log", -1), strings.Repeat("line\n", 50_000), "log", "text/plain"},
		"empty":   {whole(ada, "3", "", 0), "", "file", "text/plain"},
		"bytes":   {whole(ada, "4", "x.bin", 4), "\x00\x01\x02\x03", "x.bin", "application/octet-stream"},
		"html":    {whole(ada, "5", "x.html", 15), "<html><script>1", "x.html", "text/plain"},
		"a range": {rest(ada, "6", 0, 4, 4), "\x89PNG", "file", "text/plain"},
	} {
		state, before, err := s.Receive(t.Context(), tc.request, strings.NewReader(tc.content))
		if err != nil || before || state.File == nil {
			t.Errorf("%s: %+v, before %v, %v", name, state, before, err)
			continue
		}
		size := int64(len(tc.content))
		want := chat.File{ID: state.File.ID, Name: tc.called, Type: tc.kind, Size: size}
		if *state.File != want || state.SHA256 != sum(tc.content) || state.Offset != size || *state.Size != size || state.Room != chat.GeneralRoom {
			t.Errorf("%s: %+v with file %+v, want %+v", name, state, *state.File, want)
		}
		if got := s.read(t, ada, state.File.ID); got != tc.content {
			t.Errorf("%s: it has %d bytes", name, len(got))
		}
		again, before, err := s.Receive(t.Context(), tc.request, strings.NewReader("another content"))
		if err != nil || !before || *again.File != *state.File {
			t.Errorf("%s, again: %+v, before %v, %v", name, again, before, err)
		}
	}
	if n := len(s.onDisk(t)); n != 6 {
		t.Errorf("%d files are on disk", n)
	}
}

// TestRefused: what cannot be meant, or is not allowed, changes nothing.
func TestRefused(t *testing.T) {
	s := open(t, t.TempDir())
	s.take(t, ada, "taken", "name", "content")
	s.rooms.set(ada, "den", true)
	called := func(r Request, room string) Request { r.Room = room; return r }
	for name, tc := range map[string]struct {
		request Request
		code    chat.Code
	}{
		"no ID":             {whole(ada, "", "x", 4), chat.CodeBadRequest},
		"a long ID":         {whole(ada, strings.Repeat("x", 65), "x", 4), chat.CodeBadRequest},
		"an ID with spaces": {whole(ada, "a b", "x", 4), chat.CodeBadRequest},
		"too large":         {whole(ada, "1", "x", 1<<20+1), chat.CodeTooLarge},
		"a too large rest":  {rest(ada, "1", 1, 1, 1<<20+1), chat.CodeTooLarge},
		"beyond its size":   {rest(ada, "1", 3, 2, 4), chat.CodeBadRequest},
		"no size":           {rest(ada, "1", 0, 2, -1), chat.CodeBadRequest},
		"nothing before it": {rest(ada, "1", 2, 2, 4), chat.CodeConflict},
		"a foreign room":    {called(whole(ada, "1", "x", 4), "secret"), chat.CodeUnknownRoom},
		"another name":      {whole(ada, "taken", "other", 7), chat.CodeConflict},
		"another size":      {whole(ada, "taken", "name", 8), chat.CodeConflict},
		"another room":      {called(whole(ada, "taken", "name", 7), "den"), chat.CodeConflict},
		"a room closed now": {called(whole(ada, "taken", "name", 7), "secret"), chat.CodeUnknownRoom},
		"a longer body":     {rest(ada, "1", 0, 3, 4), chat.CodeBadRequest},
	} {
		_, _, err := s.Receive(t.Context(), tc.request, strings.NewReader("four"))
		if !hasCode(err, tc.code) {
			t.Errorf("%s: %v, want %s", name, err, tc.code)
		}
	}
	if n := len(s.onDisk(t)); n != 1 || rows(t, s.db.Reader(), "uploads") != 1 {
		t.Errorf("%d files are on disk", n)
	}
	if _, err := s.Status(t.Context(), bob, "taken"); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("somebody else's upload: %v", err)
	}
	if state := s.take(t, bob, "taken", "bob's", "his own"); state.Name != "bob's" {
		t.Errorf("somebody else's equal ID: %+v", state)
	}
}

// TestWhoMayHave: a file is its uploader's until it is in a message, then the room's.
func TestWhoMayHave(t *testing.T) {
	s := open(t, t.TempDir())
	f := s.take(t, ada, "1", "x", "content")
	if _, err := s.Get(t.Context(), bob, f.File.ID); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("before it is in a message: %v", err)
	}
	if got := s.read(t, ada, f.File.ID); got != "content" {
		t.Errorf("its uploader gets %q", got)
	}
	s.use(t, ada, f.File.ID)
	if got := s.read(t, bob, f.File.ID); got != "content" {
		t.Errorf("in a message: %q", got)
	}
	s.rooms.set(bob, chat.GeneralRoom, false)
	if _, err := s.Get(t.Context(), bob, f.File.ID); !hasCode(err, chat.CodeNotFound) || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("to who is in the room no more: %v", err)
	}
	s.rooms.set(ada, "secret", true)
	request := whole(ada, "2", "y", 6)
	request.Room = "secret"
	state, _, err := s.Receive(t.Context(), request, strings.NewReader("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.db.Files(t.Context(), "ada", chat.GeneralRoom, []string{state.File.ID}, time.Now()); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("said in another room: %v", err)
	}
	for name, ids := range map[string][]string{"nobody's": {"x"}, "twice": {state.File.ID, state.File.ID}, "too many": make([]string, chat.MaxFiles+1)} {
		if files, err := s.db.Files(t.Context(), "ada", "secret", ids, time.Now()); err == nil {
			t.Errorf("%s: %v", name, files)
		}
	}
	if _, err := s.db.Files(t.Context(), "bob", "secret", []string{state.File.ID}, time.Now()); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("said by another: %v", err)
	}
	if _, err := s.Get(t.Context(), ada, "no such"); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("no such file: %v", err)
	}
	// Its content is lost on disk: nobody's fault here, and no panic.
	if err := os.RemoveAll(filepath.Join(s.dir, "files", f.SHA256[:2])); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Get(t.Context(), ada, f.File.ID); !hasCode(err, chat.CodeNotFound) {
		t.Errorf("a lost content: %v", err)
	}
}
