package tui

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// types presses keys one by one, and has others told what they are to be told.
func (s *screen) types(tb testing.TB, text string) {
	tb.Helper()
	for _, k := range splitKeys(text) {
		s.tells(s.keys(tb, k))
	}
}

func (s *screen) tells(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case tea.BatchMsg:
		for _, c := range msg {
			s.tells(c)
		}
	case saidTyping:
		s.tells(s.send(msg))
	}
}

// toldTyping are the words of typing that others were told, as +room and -room.
func (s *screen) toldTyping() string {
	var list []string
	for _, a := range s.client.typing {
		room, on, _ := strings.Cut(strings.TrimPrefix(a, `{"room":"`), `","on":`)
		list = append(list, map[string]string{"true}": "+", "false}": "-"}[on]+room)
	}
	s.client.typing = nil
	return strings.Join(list, " ")
}

func TestOthersAreToldOfTyping(t *testing.T) {
	s := openTeam(100, 30)
	want := func(keys, want string) {
		t.Helper()
		s.types(t, keys)
		if got := s.toldTyping(); got != want {
			t.Errorf("after %q others are told %q, want %q", keys, got, want)
		}
	}
	pass := func(d time.Duration) { s.clock = s.clock.Add(d) }

	want("hel", "+general")
	pass(sayEvery - time.Second)
	want("lo", "")
	pass(time.Second)
	want("{left}", "+general") // of the word before
	pass(sayEvery)
	want("{left}", "")
	want("{enter}", "-general")
	want("again{ctrl+u}", "+general -general")
	want("{ctrl+y}{alt+1}", "+general -general") // what is left behind
	want("x", "+r2")
	pass(chat.TypingLease)
	want("{ctrl+u}", "") // it has ended by itself
	want("/topic all that is said", "")
	want("{ctrl+u}", "")
	want("//etc", "+r2")
	want("{ctrl+u}", "-r2")
	want("{ctrl+k}gen", "")
	want("{enter}{enter}", "")

	for i, d := range s.client.drafts {
		m := said(uint64(7+i), you, time.Hour, "mine")
		m.ID = d.ID
		s.send(chat.Arrived{Messages: []chat.Message{m}})
	}
	want("{up} and more", "")
	want("{esc}{alt+k}t", "")
	want("in the thread", "+general")
	want("{ctrl+u}", "-general")

	want("word", "+general")
	s.send(chat.Connection{State: chat.Waiting})
	want("unheard", "")
	s.send(chat.Connection{State: chat.Online})
	want("{left}", "") // nothing is new since there is somebody to be told
	want("x", "+"+s.room)
	s.send(chat.Connection{State: chat.Waiting})
	want("{ctrl+e}{ctrl+u}", "")
	want("offline{ctrl+u}", "")
	s.send(chat.Connection{State: chat.Online})
	want("!", "+general")
	s.typing.quiet = true
	want("!", "-general")
	pass(chat.TypingLease)
	want("!", "")
}

// One word follows the other: that somebody ended is not overtaken by that they began.
func TestWordsOfTypingKeepTheirOrder(t *testing.T) {
	s := openTeam(100, 30)
	first := s.keys(t, "x")
	if s.tells(s.keys(t, "{enter}")); s.toldTyping() != "" {
		t.Error("two words are under way")
	}
	s.tells(first)
	if got := s.toldTyping(); got != "+general -general" {
		t.Errorf("others are told %q", got)
	}
}

func TestTypingIsASetting(t *testing.T) {
	s := openTeam(100, 30)
	s.types(t, "/set typing off{enter}x")
	if got := s.toldTyping(); got != "" || !s.typing.quiet {
		t.Errorf("others are told %q", got)
	}
	s.types(t, "{ctrl+u}/set typing on{enter}x")
	if got := s.toldTyping(); got != "+general" {
		t.Errorf("others are told %q", got)
	}
}

// However often others say that they write, there is one timer.
func TestOneTimerForWhoWrites(t *testing.T) {
	s := openTeam(100, 30)
	timers := 0
	for i := range 100 {
		s.clock = s.clock.Add(10 * time.Millisecond)
		if s.writes(chat.TypingTold{Room: chat.GeneralRoom, User: ada, On: i%7 > 0}) != nil {
			timers++
		}
	}
	if timers != 1 {
		t.Errorf("%d timers", timers)
	}
	s.clock = s.clock.Add(time.Second)
	if cmd := s.typingCame(writersLook{}); cmd == nil {
		t.Error("nobody looks when she ends")
	}
	s.clock = s.clock.Add(chat.TypingLease)
	if cmd := s.typingCame(writersLook{}); cmd != nil || s.writing() != "" {
		t.Errorf("after the end: %q", s.writing())
	}
}

// Who has said what they were writing writes no longer; oneself is never shown; and what
// a server tells of rooms and people nobody knows is not kept.
func TestWhoWrites(t *testing.T) {
	s := openTeam(100, 30)
	on := func(room string, u chat.User) {
		s.send(chat.Typing{TypingTold: chat.TypingTold{Room: room, User: u, On: true}})
	}
	on(chat.GeneralRoom, ada)
	on(chat.GeneralRoom, you)
	on(chat.GeneralRoom, bob)
	if got := s.writing(); got != "ada, bob are typing…" {
		t.Errorf("%q", got)
	}
	s.send(chat.Arrived{Messages: []chat.Message{inRoom(chat.GeneralRoom, 7, ada, "this")}})
	if got := s.writing(); got != "bob is typing…" {
		t.Errorf("%q", got)
	}
	s.send(chat.Typing{TypingTold: chat.TypingTold{Room: chat.GeneralRoom, User: bob}})
	if got := s.writing(); got != "" {
		t.Errorf("%q", got)
	}
	for i := range 1000 {
		on(fmt.Sprint("no room ", i), ada)
		on("r2", chat.User{ID: fmt.Sprint(i), Name: "x"})
	}
	if len(s.typing.rooms) != 1 || len(s.typing.rooms["r2"]) != maxWriters {
		t.Errorf("%d rooms, %d writers", len(s.typing.rooms), len(s.typing.rooms["r2"]))
	}
}
