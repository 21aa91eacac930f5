package tui

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

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
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	for n := range 60 {
		minute(n)
	}
	before, goroutines := heap(), runtime.NumGoroutine()
	for n := range 60 {
		minute(60 + n)
	}
	if after := heap(); after > before+before/10 || runtime.NumGoroutine() > goroutines {
		t.Errorf("an hour took the memory from %d to %d kB, and the goroutines from %d to %d", before>>10, after>>10, goroutines, runtime.NumGoroutine())
	}
	runtime.KeepAlive(s)
}
