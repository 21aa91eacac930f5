package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// signIn is a sign-in of a person's that was there at a time, and has tokens for an hour.
func signIn(who chat.User, id string, at time.Time) chat.SessionSeen {
	seen := chat.ToMillis(at)
	return chat.SessionSeen{
		User: who.ID, Said: true, Began: 1, Until: seen + chat.Millis(time.Hour.Milliseconds()),
		Session: chat.Session{ID: id, Client: "hobnob/1", Device: "of " + id, Address: "10.0.0.1", Since: seen, Seen: seen},
	}
}

// lists are sign-ins in a line each, as somebody is answered them: times are since began.
func lists(w *world, began time.Time, who chat.User, connected ...chat.SessionSeen) string {
	w.t.Helper()
	list, err := w.s.Sessions(w.ctx, who, connected)
	w.must(err)
	var b strings.Builder
	for _, one := range list {
		fmt.Fprintf(&b, "%s %q since %d", one.ID, one.Device, one.Since-chat.ToMillis(began))
		if one.Connected {
			b.WriteString(" connected")
		}
		if one.Seen > 0 {
			fmt.Fprintf(&b, " seen %d", one.Seen-chat.ToMillis(began))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestSessions: who is connected is first, then who was there last, whether that is written
// down or not; what was ended is in no list, and nor is what has no good token any more.
func TestSessions(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	began := w.Now()
	old, gone, fresh := signIn(carol, "old", began), signIn(carol, "gone", began.Add(time.Second)), signIn(carol, "new", began.Add(2*time.Second))
	short := signIn(carol, "short", began)
	short.Until = short.Seen + 1
	stranger := signIn(owner, "stranger", began)
	w.must(w.db.SeenSessions(w.ctx, []chat.SessionSeen{old, gone, short, stranger}, 0))
	w.now = w.now.Add(10 * time.Second)
	w.s.Used(fresh)
	w.s.Used(short)
	old.Seen += 3000
	old.Said, old.Client, old.Device = false, "curl/8", ""
	w.s.Used(old)
	script, here := signIn(carol, "gone", w.Now()), signIn(carol, "gone", w.Now())
	script.Device, script.Connected, here.Connected = "a script", true, true
	if diff := cmp.Diff(`gone "of gone" since 1000 connected
old "of old" since 0 seen 3000
new "of new" since 2000 seen 2000
`, lists(w, began, carol, script, here)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := lists(w, began, owner); got != "stranger \"of stranger\" since 0 seen 0\n" {
		t.Errorf("of somebody else:\n%s", got)
	}
	if _, err := w.s.EndSession(w.ctx, carol, "gone", chat.SessionEndRequest{ID: "new"}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("old \"of old\" since 0 seen 3000\ngone \"of gone\" since 1000 seen 1000\n", lists(w, began, carol)); diff != "" {
		t.Errorf("after the end of one that is not written down (-want +got):\n%s", diff)
	}
	if _, err := w.s.EndSession(w.ctx, carol, "gone", chat.SessionEndRequest{Others: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("gone \"of gone\" since 1000 seen 1000\n", lists(w, began, carol)); diff != "" {
		t.Errorf("after the end of all others (-want +got):\n%s", diff)
	}
	w.now = w.now.Add(time.Hour)
	if got := lists(w, began, carol); got != "" {
		t.Errorf("whose tokens have ended:\n%s", got)
	}
}

// TestKeepSignIns: what came or said something new is written down within a minute, so that
// a crash forgets no more; who stays now and then, what was used at the end, and nothing
// while nothing happens. What fails is tried again, behind which nothing is lost.
func TestKeepSignIns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &seenBook{at: make(map[string]chat.Millis), signIns: make(map[string]chat.Millis)}
		s := &Service{cfg: Config{Now: time.Now, Logger: slog.New(slog.DiscardHandler)}}
		done := make(chan struct{})
		ctx, end := context.WithCancel(t.Context())
		go func() {
			defer close(done)
			s.KeepSeen(ctx, b, b)
		}()
		is := func(when, id string, at time.Time) {
			t.Helper()
			synctest.Wait()
			b.mu.Lock()
			defer b.mu.Unlock()
			if got := b.signIns[id]; at.IsZero() && got != 0 || !at.IsZero() && got != chat.ToMillis(at) {
				t.Errorf("%s %s was there at %v, want %v", when, id, got, chat.ToMillis(at))
			}
		}
		time.Sleep(2*seenEvery + seenEvery/2) // between two ticks
		came := time.Now()
		b.set(func() { b.fresh, b.swept = []chat.SessionSeen{signIn(carol, "one", came)}, 0 })
		is("at once", "one", time.Time{})
		time.Sleep(seenEvery)
		is("after a minute", "one", came)
		time.Sleep(5 * seenEvery)
		if b.set(func() {}); b.swept != 1 {
			t.Errorf("written %d times while nothing happened", b.swept)
		}
		stays := time.Now()
		b.set(func() { b.connected = []chat.SessionSeen{signIn(carol, "one", stays)} })
		time.Sleep(seenEvery)
		is("who stays after one", "one", came)
		time.Sleep((hereEvery - 1) * seenEvery)
		is("who stays after ten", "one", stays)
		b.set(func() { b.err = errors.New("the disk is full") })
		s.Used(signIn(carol, "two", stays))
		s.Used(signIn(carol, "four", stays))
		time.Sleep(2 * seenEvery)
		is("while it fails", "two", time.Time{})
		later := time.Now()
		s.Used(signIn(carol, "two", later))
		b.set(func() { b.err = nil })
		time.Sleep(seenEvery)
		is("when it does no more", "two", later)
		is("when it does no more", "four", stays)
		s.Used(signIn(carol, "three", later))
		end()
		<-done
		is("at the end", "three", later)
	})
}

// TestUnwrittenSignInsAreBounded: of those that nobody can write down only so many are kept.
func TestUnwrittenSignInsAreBounded(t *testing.T) {
	var s signIns
	at := time.UnixMilli(1000)
	for i := range maxUnwritten + 10 {
		s.note(signIn(carol, fmt.Sprint(i), at))
	}
	s.note(signIn(carol, "0", at.Add(time.Second)))
	list := s.take()
	if len(list) != maxUnwritten {
		t.Errorf("%d wait", len(list))
	}
	for i := range list {
		if list[i].ID == "0" && list[i].Seen != 2000 {
			t.Errorf("what waits hears no news: %+v", list[i])
		}
	}
	s.note(signIn(carol, "new", at))
	s.back(list)
	if n := len(s.take()); n != maxUnwritten {
		t.Errorf("%d wait once they are back", n)
	}
	if list := s.take(); len(list) > 0 || s.n != 0 {
		t.Errorf("taken twice: %d", len(list))
	}
}
