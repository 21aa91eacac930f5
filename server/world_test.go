package server

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

func TestMain(m *testing.M) {
	// Each history has a database of its own; -rapid.checks asks for more of them.
	if err := flag.Set("rapid.checks", "12"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// failer is the part of *testing.T and *rapid.T that tests fail with.
type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
	Logf(format string, args ...any)
}

// clock is a time that goes on by itself, a little at each look.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// world is a team as a server wires it, but for its sockets: rules, log, read model
// and hub are the real ones.
type world struct {
	t   failer
	ctx context.Context //nolint:containedctx // the test's
	db  *store.Store
	log *sqlite.Log
	s   *Service
	hub *Hub[[]chat.Event, *device]
	*clock

	telling sync.Mutex // held: what is stored is told to nobody
}

// newWorld makes a team in a folder, or goes on with the one that is there.
func newWorld(ctx context.Context, t failer, home string) *world {
	t.Helper()
	w := &world{t: t, ctx: ctx, clock: &clock{now: time.UnixMilli(1_795_000_000_000)}}
	var err error
	if w.db, err = store.Open(ctx, filepath.Join(home, "team.db")); err != nil {
		t.Fatalf("open the store: %v", err)
	}
	// Nothing here is about power failures: no commit needs to wait for the disk.
	if _, err := w.db.Writer().ExecContext(ctx, "PRAGMA synchronous = off"); err != nil {
		t.Fatalf("%v", err)
	}
	cfg := Config{Team: chat.Team{ID: "t", Name: "acme"}, MaxBody: 2000, Logger: slog.New(slog.DiscardHandler), Now: w.Now}
	if w.s, err = New(ctx, cfg, w.db); err != nil {
		t.Fatalf("make the service: %v", err)
	}
	deliver := func(batch []chat.Event) {
		w.telling.Lock()
		defer w.telling.Unlock()
		w.s.Deliver(batch)
	}
	w.log, err = sqlite.Open(ctx, w.db.Writer(), sqlite.Options{Apply: w.db.Apply, Deliver: deliver, Reader: w.db.Reader()})
	if err != nil {
		t.Fatalf("open the log: %v", err)
	}
	w.hub = NewHub[[]chat.Event, *device](w.log.Last(), func(lane Lane, batch []chat.Event) []chat.Event {
		if lane == PlainLane {
			return nil
		}
		return slices.Clone(batch)
	})
	w.s.Attach(w.log, w.hub)
	return w
}

func (w *world) close() {
	w.t.Helper()
	w.s.Close()
	if err := errors.Join(w.log.Close(), w.db.Close()); err != nil {
		w.t.Errorf("close: %v", err)
	}
}

// ofTest makes a world that ends with its test.
func ofTest(t *testing.T) *world {
	t.Helper()
	w := newWorld(t.Context(), t, t.TempDir())
	t.Cleanup(w.close)
	return w
}

// enter brings people into the team.
func (w *world) enter(people ...chat.User) {
	w.t.Helper()
	for _, p := range people {
		w.must(w.s.Enter(w.ctx, p))
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v", err)
	}
}

// post posts a text and answers its number.
func (w *world) post(by chat.User, room, text string, change ...func(*chat.Draft)) chat.Posted {
	w.t.Helper()
	d := chat.Draft{Room: room, Body: chat.TextBody(text)}
	for _, c := range change {
		c(&d)
	}
	p, err := w.s.PostWait(w.ctx, by, d)
	w.must(err)
	return p
}

// namesake brings somebody in under a name that another has, as teams have them from
// before that was looked at.
func (w *world) namesake(u chat.User) {
	w.t.Helper()
	_, err := w.s.change(w.ctx, chat.Event{Kind: chat.UserEntered, Author: u})
	w.must(err)
}

// makeRoom makes a room and answers its ID.
func (w *world) makeRoom(by chat.User, kind chat.RoomKind, name string, users ...chat.User) string {
	w.t.Helper()
	a, err := w.s.CreateRoom(w.ctx, by, chat.RoomCreateRequest{Kind: kind, Name: name, Users: ids(users)})
	w.must(err)
	return a.Room.ID
}

// events reads the whole log.
func (w *world) events() (all []chat.Event) {
	w.t.Helper()
	for at := uint64(0); ; {
		page, err := w.log.Read(w.ctx, at, 500)
		w.must(err)
		if len(page) == 0 {
			return all
		}
		all = append(all, page...)
		at = page[len(page)-1].Position.Offset
	}
}

// codeOf is what an error is called on the wire; "" is none.
func codeOf(err error) chat.Code {
	if e, ok := errors.AsType[*chat.Error](err); ok {
		return e.Code
	}
	if err != nil {
		return chat.Code(fmt.Sprintf("%T", err))
	}
	return ""
}

// The people of the tests.
var (
	owner = chat.User{ID: "1", Name: "ada", Role: chat.RoleOwner}
	admin = chat.User{ID: "2", Name: "bob", Role: chat.RoleAdmin}
	grace = chat.User{ID: "3", Name: "Grace Hopper", Role: chat.RoleMember}
	carol = chat.User{ID: "4", Name: "carol", Role: chat.RoleMember}
	guest = chat.User{ID: "5", Name: "gus", Role: chat.RoleGuest}
	robot = chat.User{ID: "6", Name: "robo-t", Role: chat.RoleBot}
)

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return list
}

// settle waits until all that was stored has been told: what is told last is a change
// that is waited for.
func (w *world) settle() {
	w.t.Helper()
	w.post(owner, chat.GeneralRoom, "quiet")
}
