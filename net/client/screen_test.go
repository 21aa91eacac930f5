package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// screen applies updates as a screen would, and notes where they break what the
// package promises.
type screen struct {
	mu      sync.Mutex
	changed *sync.Cond
	who     chat.Identified
	rooms   map[string][]chat.Message
	more    map[string]bool
	emptied map[string]bool // nothing is shown of what there was
	drafts  map[string]chat.DraftChanged
	order   []string // of drafts
	states  map[string][]chat.DraftState
	conn    []chat.Connection
	all     []chat.Update
	sent    map[string]bool
	err     error
	slow    func()
	ended   bool
}

// client opens a client and consumes its updates until the test ends.
func open(t testing.TB, cfg Config) (*Client, *screen) {
	t.Helper()
	c, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := newScreen()
	done := make(chan struct{})
	go func() { defer close(done); s.consume(c) }()
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		<-done
		if s.err != nil {
			t.Error(s.err)
		}
	})
	return c, s
}

// run opens a client and connects it.
func run(t testing.TB, cfg Config) (*Client, *screen) {
	t.Helper()
	c, s := open(t, cfg)
	start(t, c)
	return c, s
}

// online is run that waits until it is connected.
func online(t testing.TB, cfg Config) (*Client, *screen) {
	t.Helper()
	c, s := run(t, cfg)
	s.waitState(t, chat.Online)
	return c, s
}

func start(t testing.TB, c *Client) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := c.Run(context.Background()); err != nil && !errors.Is(err, ErrClosed) {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { c.Close(); <-done })
}

func newScreen() *screen {
	s := &screen{
		rooms: map[string][]chat.Message{}, more: map[string]bool{}, drafts: map[string]chat.DraftChanged{},
		states: map[string][]chat.DraftState{}, sent: map[string]bool{}, emptied: map[string]bool{},
	}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *screen) consume(c *Client) {
	for u := range c.Updates() {
		if s.slow != nil {
			s.slow()
		}
		s.mu.Lock()
		s.apply(u)
		s.mu.Unlock()
		s.changed.Broadcast()
	}
	s.mu.Lock()
	s.ended = true
	s.mu.Unlock()
	s.changed.Broadcast()
}

func (s *screen) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf(format, args...)
	}
}

func (s *screen) apply(u chat.Update) {
	s.all = append(s.all, u)
	switch u := u.(type) {
	case chat.Connection:
		s.conn = append(s.conn, u)
	case chat.Identified:
		s.who = u
		s.letGo()
	case chat.Arrived:
		for _, m := range u.Messages {
			have := s.rooms[m.Room]
			if n := len(have); n > 0 && have[n-1].Seq+1 != m.Seq || n == 0 && m.Seq != 1 && !s.emptied[m.Room] {
				s.fail("%s: %d arrived after %d messages", m.Room, m.Seq, n)
			}
			s.mine(m)
			s.rooms[m.Room], s.emptied[m.Room] = append(have, m), false
			s.heard(m)
		}
	case chat.Reloaded:
		for i, m := range u.Messages {
			if i > 0 && m.Seq != u.Messages[i-1].Seq+1 {
				s.fail("%s: reloaded with a gap at %d", u.Room, m.Seq)
			}
			s.mine(m)
		}
		s.rooms[u.Room], s.more[u.Room] = slices.Clone(u.Messages), u.More
		s.emptied[u.Room] = len(u.Messages) == 0
	case chat.DraftChanged:
		id := u.Draft.ID
		s.states[id] = append(s.states[id], u.State)
		if _, ok := s.drafts[id]; !ok && !s.sent[id] {
			s.order = append(s.order, id)
		}
		if s.sent[id] {
			s.fail("draft %s: state %d after it was sent", id, u.State)
		}
		s.drafts[id] = u
		if u.State == chat.DraftSent {
			s.sent[id] = true
			delete(s.drafts, id)
		}
	default:
		s.applyTeam(u)
	}
}

// mine checks that a message and its draft are never shown beside each other.
func (s *screen) mine(m chat.Message) {
	if d, ok := s.drafts[m.ID]; ok && m.From.ID == s.who.You.ID {
		s.fail("message %s came while its draft was in state %d", m.ID, d.State)
	}
}

// failer is a test, or a rapid.T.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// wait blocks until ok holds, which it calls with the screen locked.
func (s *screen) wait(t failer, what string, ok func() bool) {
	t.Helper()
	late := time.AfterFunc(20*time.Second, func() { s.mu.Lock(); s.fail("timed out"); s.mu.Unlock(); s.changed.Broadcast() })
	defer late.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	for !ok() {
		if s.err != nil || s.ended {
			t.Fatalf("waiting for %s: %v; connection %+v, drafts %v, rooms %v", what, s.err, s.conn, s.drafts, s.seqs())
		}
		s.changed.Wait()
	}
}

func (s *screen) seqs() map[string]int {
	out := map[string]int{}
	for r, m := range s.rooms {
		out[r] = len(m)
	}
	return out
}

func (s *screen) state() chat.ConnectionState {
	if len(s.conn) == 0 {
		return chat.Offline
	}
	return s.conn[len(s.conn)-1].State
}

func (s *screen) waitState(t testing.TB, want chat.ConnectionState) chat.Connection {
	t.Helper()
	s.wait(t, fmt.Sprint("state ", want), func() bool { return s.state() == want })
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn[len(s.conn)-1]
}

// last is the newest seq shown of a room; s.mu is held.
func (s *screen) last(room string) uint64 {
	if m := s.rooms[room]; len(m) > 0 {
		return m[len(m)-1].Seq
	}
	return 0
}

func (s *screen) waitLast(t testing.TB, room string, seq uint64) {
	t.Helper()
	s.wait(t, fmt.Sprintf("%s up to %d", room, seq), func() bool { return s.last(room) == seq })
}

func (s *screen) waitEmpty(t testing.TB) {
	t.Helper()
	s.wait(t, "an empty outbox", func() bool { return len(s.drafts) == 0 })
}
