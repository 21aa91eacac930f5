package tui

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestStormsOfSizesLeaveNothing: what was laid out for other sizes is not held.
func TestStormsOfSizesLeaveNothing(t *testing.T) {
	s := openTeam(100, 30)
	var all []chat.Message
	for i := range 2000 {
		all = append(all, said(uint64(i+7), ada, 0, strings.Repeat(fmt.Sprint("word", i, " "), 1+i%80)))
	}
	s.send(chat.Arrived{Messages: all})
	s.keys(t, "some words that are being written")
	_ = s.View()
	before := held()
	r := rand.New(rand.NewPCG(5, 6))
	for i := range 200 {
		width := 20 + r.IntN(1000)
		height := 5 + r.IntN(min(1<<18/width, 1020))
		s.send(tea.WindowSizeMsg{Width: width, Height: height})
		if i%20 == 0 {
			s.keys(t, "{ctrl+k}{esc}{f1}{esc}{f8}")
			s.loaded([]string{"r2", "r3", "dm1"}[i/20%3], 1, 50)
			s.keys(t, "{alt+down}")
		}
		_ = s.View()
	}
	s.keys(t, "{alt+home}")
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	s.show(chat.GeneralRoom)
	_ = s.View()
	if after := held(); after > before+before/4 {
		t.Errorf("it took the memory from %d to %d kB", before>>10, after>>10)
	}
	runtime.KeepAlive(s)
}

// held is how much memory is held, in bytes.
func held() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestNothingGrows: once as many messages came as are kept, another hour of all that
// happens takes no more memory, and no goroutine stays.
func TestNothingGrows(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes some seconds")
	}
	s := openTeam(100, 30)
	s.send(chat.Connection{State: chat.Online})
	rooms := []string{chat.GeneralRoom, "r2", "r3", "r4"}
	seq := make(map[string]uint64)
	minute := func(n int) {
		for k := range 60 {
			room := rooms[k%len(rooms)]
			batch := make([]chat.Message, 100)
			for i := range batch {
				seq[room]++
				batch[i] = said(seq[room], []chat.User{ada, bob, grace}[i%3], time.Duration(n)*time.Minute, "done, p99 is flat, and so is *all* the rest of `it`")
				batch[i].Room, batch[i].ID = room, fmt.Sprint(room, seq[room])
			}
			s.send(chat.Arrived{Messages: batch})
			last := seq[room]
			s.send(chat.MessageReaction{MessageChanged: chat.MessageChanged{Told: chat.Told{By: bob}, Room: room, Seq: last, Emoji: "🚀"}})
			s.send(chat.MessageErased{MessageChanged: chat.MessageChanged{Told: chat.Told{By: bob}, Room: room, Seq: last - 1}})
		}
		s.send(chat.Typing{TypingTold: chat.TypingTold{Room: chat.GeneralRoom, User: ada, On: n%2 == 0}})
		s.send(chat.PresenceChanged{PresenceTold: chat.PresenceTold{User: fmt.Sprint("u", n), Presence: chat.Presence{State: chat.Active}}})
		s.send(chat.UserChanged{UserTold: chat.UserTold{User: chat.User{ID: "u9", Name: fmt.Sprint("zoe ", n%7)}}})
		s.send(chat.Connection{State: chat.Waiting, RetryAt: s.clock})
		s.send(chat.Connection{State: chat.Online})
		s.clock = s.clock.Add(time.Minute)
		s.keys(t, "a word{ctrl+u}{alt+down}{pgup}{pgdown}")
		_ = s.View()
	}
	for n := range 60 {
		minute(n)
	}
	before, goroutines := held(), runtime.NumGoroutine()
	for n := range 60 {
		minute(60 + n)
	}
	if after := held(); after > before+before/10 || runtime.NumGoroutine() > goroutines {
		t.Errorf("an hour took the memory from %d to %d kB, and the goroutines from %d to %d", before>>10, after>>10, goroutines, runtime.NumGoroutine())
	}
	runtime.KeepAlive(s)
}
