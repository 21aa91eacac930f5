package server

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/eventlog/sqlite"
	"github.com/hobnob-chat/hobnob/server/store"
)

// housed is a service over a real log, with a clock of its own.
type housed struct {
	*Service
	t   *testing.T
	db  *store.Store
	log *sqlite.Log

	mu  sync.Mutex
	now time.Time
}

func house(t *testing.T) *housed {
	t.Helper()
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "team.db"))
	if err != nil {
		t.Fatal(err)
	}
	h := &housed{t: t, db: db, now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}
	now := func() time.Time {
		h.mu.Lock()
		defer h.mu.Unlock()
		return h.now
	}
	if h.Service, err = New(t.Context(), Config{MaxBody: 1000, Logger: slog.New(slog.NewTextHandler(t.Output(), nil)), Now: now}, db); err != nil {
		t.Fatal(err)
	}
	h.log, err = sqlite.Open(t.Context(), db.Writer(), sqlite.Options{Reader: db.Reader(), Apply: db.Apply, Deliver: h.Deliver})
	if err != nil {
		t.Fatal(err)
	}
	h.Attach(h.log, nobody{})
	t.Cleanup(func() {
		h.Close()
		if err := errors.Join(h.log.Close(), db.Close()); err != nil {
			t.Error(err)
		}
	})
	return h
}

func (h *housed) later(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *housed) do(e chat.Event) chat.Event {
	h.t.Helper()
	e, err := h.change(h.t.Context(), e)
	if err != nil {
		h.t.Fatal(err)
	}
	return e
}

func (h *housed) keep(days int) {
	h.t.Helper()
	h.do(chat.Event{Kind: chat.RoomChanged, Author: ada, Room: chat.GeneralRoom, Change: chat.Change{Keep: &days}})
}

func (h *housed) say(n int) {
	h.t.Helper()
	for range n {
		h.do(chat.Event{Kind: chat.MessageCreated, Author: ada, Room: chat.GeneralRoom, Body: chat.TextBody("hi")})
	}
}

// after runs a sweep and answers the numbers of the messages that are left, and what the
// system has said among them.
func (h *housed) after() (first, last uint64, notices []string) {
	h.t.Helper()
	if err := h.sweep(h.t.Context(), h.db); err != nil {
		h.t.Fatal(err)
	}
	page, err := h.db.History(h.t.Context(), chat.HistoryRequest{Limit: chat.MaxHistory})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, m := range page.Messages {
		if m.From.ID == chat.System.ID {
			text, _ := m.Text()
			notices = append(notices, text)
		}
	}
	if n := len(page.Messages); n > 0 && !page.More {
		first, last = page.Messages[0].Seq, page.Messages[n-1].Seq
	}
	return first, last, notices
}

func (h *housed) expect(when string, first, last uint64, notices ...string) {
	h.t.Helper()
	f, l, said := h.after()
	if f != first || l != last || strings.Join(said, "|") != strings.Join(notices, "|") {
		h.t.Errorf("%s: messages %d to %d with %q; want %d to %d with %q", when, f, l, said, first, last, notices)
	}
}

const aDay = 24 * time.Hour

// TestRetention follows a room over weeks: its people are warned first, once, nothing
// goes before the notice has run, and then what is too old does, and no more.
func TestRetention(t *testing.T) {
	h := house(t)
	h.say(3) // 1 to 3
	h.later(20 * aDay)
	h.say(2) // 4, 5
	h.expect("without a setting", 1, 5)
	h.keep(15)
	warning := "Messages here are kept for 15 days. From Saturday 28 November on, older ones are removed for good; 3 are older now."
	for range 3 {
		h.expect("once it is set", 1, 6, warning)
	}
	h.later(7*aDay - time.Minute)
	h.expect("before the notice has run", 1, 6, warning)
	h.later(2 * time.Minute)
	h.expect("when it has run", 4, 6, warning)
	h.say(1) // 7
	h.later(9 * aDay)
	h.expect("later", 7, 7) // the warning is 16 days old and goes, too
	h.later(aDay)
	h.expect("and is not said again", 7, 7)

	h.keep(0)
	h.later(100 * aDay)
	h.expect("kept for ever", 7, 7)
	h.keep(1)
	again := "Messages here are kept for a day. From Thursday 25 March on, older ones are removed for good; one is older now."
	h.expect("set again", 7, 8, again)
	h.later(6 * aDay)
	h.expect("in the notice", 7, 8, again)
	h.later(2 * aDay)
	if first, last, said := h.after(); first != 0 || last != 0 || said != nil {
		t.Errorf("in the end there are messages %d to %d", first, last)
	}
	h.say(1)
	if page, err := h.db.History(t.Context(), chat.HistoryRequest{}); err != nil || len(page.Messages) != 1 || page.Messages[0].Seq != 9 {
		t.Errorf("the next message is %+v, %v", page.Messages, err)
	}
}

// TestRetentionOfMany removes more than one event takes, in a room that is archived as
// well, where nobody can be told.
func TestRetentionOfMany(t *testing.T) {
	h := house(t)
	name, yes, days := "ops", true, 2
	h.do(chat.Event{Kind: chat.RoomCreated, Author: ada, Room: "r", Change: chat.Change{Kind: chat.RoomPublic, Name: &name, Users: []chat.User{ada}}})
	var wait sync.WaitGroup
	for i := range store.MaxTrim*2 + 10 {
		wait.Add(1)
		e := chat.Event{Kind: chat.MessageCreated, ID: fmt.Sprint("m", i), Author: ada, Room: "r", Body: chat.TextBody("a text that goes"), At: chat.ToMillis(h.now)}
		if err := h.log.Append(t.Context(), e, func(chat.Event, error) { wait.Done() }); err != nil {
			t.Fatal(err)
		}
	}
	wait.Wait()
	h.do(chat.Event{Kind: chat.RoomChanged, Author: ada, Room: "r", Change: chat.Change{Keep: &days}})
	h.do(chat.Event{Kind: chat.RoomChanged, Author: ada, Room: "r", Change: chat.Change{Archived: &yes}})
	left := func() int {
		t.Helper()
		if err := h.sweep(t.Context(), h.db); err != nil {
			t.Fatal(err)
		}
		_, n, err := h.db.Expired(t.Context(), "r", 1<<60)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	h.later(6 * aDay)
	copied := func(name string) []byte {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := h.db.CopyTo(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if n := left(); n != store.MaxTrim*2+10 || !bytes.Contains(copied("before"), []byte("a text that goes")) {
		t.Errorf("%d are left before the notice has run", n)
	}
	h.later(2 * aDay)
	if n := left(); n != 0 || bytes.Contains(copied("after"), []byte("a text that goes")) {
		t.Errorf("%d are left, or their texts are", n)
	}
	trail, _, err := h.db.Audit(t.Context(), 0, 0)
	trail = slices.DeleteFunc(trail, func(e chat.AuditEntry) bool { return e.Kind != chat.RoomTrimmed })
	if err != nil || len(trail) != 1 || trail[0].Change.Target != store.MaxTrim*2+10 {
		t.Errorf("the audit trail has %+v, %v; want one entry up to the last message", trail, err)
	}
}

// counting is a Retention that fails, and counts how often it was asked.
type counting struct{ asked atomic.Int32 }

func (c *counting) KeepSet(context.Context, string) (uint64, chat.Millis, error) { return 1, 1, nil }

func (c *counting) Expired(context.Context, string, chat.Millis) (uint64, int, error) {
	c.asked.Add(1)
	return 0, 0, errors.New("no")
}

// TestKeepHouse sweeps at once and every so often, whatever fails, until it is stopped.
func TestKeepHouse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		days := 1
		s := &Service{cfg: Config{Logger: slog.New(slog.DiscardHandler), Now: time.Now}, hub: nobody{}, keeps: make(chan struct{}, 1)}
		s.team.rooms = map[string]*room{"r": {Room: chat.Room{ID: "r", Keep: days}}, "other": {Room: chat.Room{ID: "other"}}}
		c := &counting{}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			s.KeepHouse(ctx, c, time.Hour)
			close(ended)
		}()
		for want := int32(1); want <= 3; want++ {
			synctest.Wait()
			if n := c.asked.Load(); n != want {
				t.Errorf("asked %d times, want %d", n, want)
			}
			time.Sleep(time.Hour) // the bubble's clock
		}
		synctest.Wait()
		s.Deliver([]chat.Event{{Kind: chat.RoomChanged, Author: chat.System, Room: "r", Change: chat.Change{Keep: &days}}})
		synctest.Wait()
		if n := c.asked.Load(); n != 5 {
			t.Errorf("asked %d times when it was set, want 5", n)
		}
		cancel()
		<-ended
	})
}
