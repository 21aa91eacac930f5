package server

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// seenBook keeps who was seen when in memory.
type seenBook struct {
	mu    sync.Mutex
	at    map[string]chat.Millis
	wrote int
	err   error

	signIns map[string]chat.Millis // seen, by ID
	swept   int                    // how often they were written, or old ones forgotten

	here             []string
	connected, fresh []chat.SessionSeen
}

// Seen implements SeenRecords.
func (b *seenBook) Seen(_ context.Context, at map[string]chat.Millis) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wrote++
	if b.err == nil {
		maps.Copy(b.at, at)
	}
	return b.err
}

// SeenSessions implements SeenRecords.
func (b *seenBook) SeenSessions(_ context.Context, list []chat.SessionSeen, _ chat.Millis) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.swept++
	if b.err != nil {
		return b.err
	}
	for _, one := range list {
		b.signIns[one.ID] = one.Seen
	}
	return nil
}

// Here implements Attendance.
func (b *seenBook) Here() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.here
}

// SignedIn implements Attendance.
func (b *seenBook) SignedIn(all bool) []chat.SessionSeen {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.fresh
	if b.fresh = nil; all {
		list = append(list, b.connected...)
	}
	return list
}

// set changes something that another goroutine reads.
func (b *seenBook) set(change func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	change()
}

// TestKeepSeen: who went is written down within a minute, who stays now and then, and at the
// end what is left; nothing is while nothing happens, and what fails is tried again.
func TestKeepSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		b := &seenBook{at: make(map[string]chat.Millis)}
		s := &Service{cfg: Config{Now: time.Now, Logger: slog.New(slog.NewTextHandler(&log, nil))}}
		ctx, end := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			s.KeepSeen(ctx, b, b)
		}()
		is := func(when, user string, at time.Time, wrote int) {
			t.Helper()
			synctest.Wait()
			b.mu.Lock()
			defer b.mu.Unlock()
			want := chat.Millis(0)
			if !at.IsZero() {
				want = chat.ToMillis(at)
			}
			if b.at[user] != want || b.wrote != wrote {
				t.Errorf("%s %s was seen at %v, want %v; it was written %d times, want %d", when, user, b.at[user], want, b.wrote, wrote)
			}
		}
		began := time.Now()
		time.Sleep(time.Hour)
		is("when nobody came", "ada", time.Time{}, 0)
		s.Went(chat.User{ID: "ada"})
		is("at once", "ada", time.Time{}, 0)
		went := time.Now()
		time.Sleep(seenEvery)
		is("after a minute", "ada", went, 1)
		b.set(func() { b.here = []string{"bob"} })
		time.Sleep(hereEvery * seenEvery)
		is("after ten", "bob", began.Add(71*time.Minute), 2)
		b.set(func() { b.here, b.err = nil, errors.New("the disk is full") })
		s.Went(chat.User{ID: "bob"})
		went = time.Now()
		time.Sleep(3 * seenEvery)
		is("while it fails", "bob", began.Add(71*time.Minute), 5)
		b.set(func() { b.err = nil })
		time.Sleep(seenEvery)
		is("when it does no more", "bob", went, 6)
		if n := strings.Count(log.String(), "the disk is full"); n != 1 {
			t.Errorf("that it failed was logged %d times", n)
		}
		s.Went(chat.User{ID: "cyn"})
		went = time.Now()
		end()
		<-done
		is("at the end", "cyn", went, 7)
	})
}
