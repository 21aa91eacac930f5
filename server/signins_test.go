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

// beside is a read model that other things happen beside.
type beside struct {
	ReadModel
	SeenRecords
	reading, read, writing, written func()
}

// Sessions implements ReadModel.
func (b *beside) Sessions(ctx context.Context, user string, now chat.Millis) ([]chat.SessionSeen, error) {
	b.reading()
	defer func() { b.read() }()
	return b.ReadModel.Sessions(ctx, user, now)
}

// SeenSessions implements SeenRecords.
func (b *beside) SeenSessions(ctx context.Context, list []chat.SessionSeen, now chat.Millis) error {
	b.writing()
	defer b.written()
	return b.SeenRecords.SeenSessions(ctx, list, now)
}

// TestSignInsWhileTheyAreWritten: a sign-in that is being written down is in every list,
// once, with what came of it since; also in one that is asked for before and read after.
func TestSignInsWhileTheyAreWritten(t *testing.T) {
	w := ofTest(t)
	w.enter(carol)
	began := w.Now()
	nothing := func() {}
	b := &beside{ReadModel: w.db, SeenRecords: w.db, reading: nothing, read: nothing}
	w.s.model = b
	write := func() {
		k := keeping{s: w.s, r: b}
		k.write(w.ctx, false)
		if k.failed {
			t.Error("it was not written down")
		}
	}
	one := signIn(carol, "laptop", began)
	newer := signIn(carol, "laptop", began.Add(time.Second))
	newer.Device = "renamed"
	is := func(when, want string) {
		t.Helper()
		if diff := cmp.Diff(want, lists(w, began, carol)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", when, diff)
		}
	}
	was, became := "laptop \"of laptop\" since 0 seen 0\n", "laptop \"renamed\" since 0 seen 1000\n"
	w.s.Used(one)
	b.writing = func() {
		is("while it is written", was)
		w.s.Used(newer)
		is("while it is written, of what came since", became)
	}
	b.written = func() { is("once it is written, and that is not known", became) }
	write()
	is("once it is written", became)
	b.writing, b.written = nothing, nothing
	write()
	is("once all is", became)

	newest := signIn(carol, "laptop", began.Add(2*time.Second))
	newest.Device = "renamed again"
	w.s.Used(signIn(carol, "phone", began))
	w.s.Used(signIn(carol, "laptop", began.Add(1500*time.Millisecond)))
	b.reading = func() {
		b.reading = nothing
		write()
		w.s.Used(newest)
		write()
	}
	is("that was written down while it was asked for", "laptop \"renamed again\" since 0 seen 2000\nphone \"of phone\" since 0 seen 0\n")

	w.s.Used(signIn(carol, "tablet", began))
	b.read = func() {
		b.read = nothing
		write()
	}
	if got := lists(w, began, carol); !strings.Contains(got, "tablet") {
		t.Errorf("what was written down once the table was read is in no list:\n%s", got)
	}
}

// TestUnwrittenSignInsComeBack: what could not be written down waits behind what came since.
func TestUnwrittenSignInsComeBack(t *testing.T) {
	var s signIns
	at := time.UnixMilli(1000)
	older, newer := signIn(carol, "one", at), signIn(carol, "one", at.Add(time.Second))
	newer.Device = "renamed"
	s.note(older, signIn(carol, "two", at))
	s.take()
	s.note(newer)
	s.wrote(errors.New("the disk is full"))
	got := make(map[string]string)
	for _, one := range s.take() {
		got[one.ID] = fmt.Sprintf("%s seen %d since %d", one.Device, one.Seen, one.Since)
	}
	if diff := cmp.Diff(map[string]string{"one": "renamed seen 2000 since 1000", "two": "of two seen 1000 since 1000"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if s.wrote(nil); len(s.unwritten(carol.ID)) > 0 || len(s.take()) > 0 {
		t.Error("what is written down still waits")
	}
}

// TestUnwrittenSignInsAreBounded: of those that nobody can write down only so many are kept,
// and of one person no more than are remembered: those that were there last.
func TestUnwrittenSignInsAreBounded(t *testing.T) {
	var s signIns
	at := time.UnixMilli(1000)
	for i := range chat.MaxSignIns + 10 {
		s.note(signIn(carol, fmt.Sprint(i), at.Add(time.Duration(i)*time.Millisecond)))
	}
	s.note(signIn(carol, "too old", at))
	ids := func(user chat.User) map[string]chat.Millis {
		own := make(map[string]chat.Millis)
		for _, one := range s.unwritten(user.ID) {
			own[one.ID] = one.Seen
		}
		return own
	}
	if own := ids(carol); len(own) != chat.MaxSignIns || own["9"] != 0 || own["10"] == 0 || own["too old"] != 0 || s.n != len(own) {
		t.Errorf("of one %d wait, %d in all", len(own), s.n)
	}
	for i := range maxUnwritten {
		s.note(signIn(chat.User{ID: fmt.Sprint(i)}, "of all", at))
	}
	s.note(signIn(carol, "10", at.Add(time.Minute)))
	s.note(signIn(carol, "new", at.Add(time.Minute)))
	if own := ids(carol); len(own) != chat.MaxSignIns || own["10"] != 61_000 || own["new"] == 0 || own["11"] != 0 {
		t.Errorf("what waits hears no news: %v", own)
	}
	if list := s.take(); len(list) != maxUnwritten {
		t.Errorf("%d wait", len(list))
	}
	s.note(signIn(owner, "new", at), signIn(carol, "11", at))
	s.wrote(errors.New("the disk is full"))
	if own := ids(carol); len(own) != chat.MaxSignIns || own["new"] == 0 || own["11"] != 0 {
		t.Errorf("%d of one wait once they are back", len(own))
	}
	if own := ids(owner); s.n != maxUnwritten || own["new"] == 0 {
		t.Errorf("%d wait once they are back", s.n)
	}
}

// TestSessionsAreBounded: of what is not connected an answer has no more than is remembered,
// though more waits to be written down; who is connected is always in it.
func TestSessionsAreBounded(t *testing.T) {
	w := ofTest(t)
	w.enter(carol)
	began := w.Now()
	var written, connected []chat.SessionSeen
	for i := range chat.MaxSignIns {
		written = append(written, signIn(carol, fmt.Sprint("w", i), began))
		w.s.Used(signIn(carol, fmt.Sprint("u", i), began.Add(time.Second)))
		here := signIn(carol, fmt.Sprint("c", i), began)
		here.Connected = true
		connected = append(connected, here)
	}
	w.must(w.db.SeenSessions(w.ctx, written, 0))
	count := make(map[byte]int)
	list, err := w.s.Sessions(w.ctx, carol, connected)
	w.must(err)
	for _, one := range list {
		count[one.ID[0]]++
	}
	if diff := cmp.Diff(map[byte]int{'c': chat.MaxSignIns, 'u': chat.MaxSignIns}, count); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
