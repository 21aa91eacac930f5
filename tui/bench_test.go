package tui

import (
	"fmt"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// BenchmarkRedraw100k is what one event costs in a room of 100,000 messages, to
// the text of the whole screen: the cost must be that of a screenful.
func BenchmarkRedraw100k(b *testing.B) {
	history := make([]chat.Message, 100_000)
	for i := range history {
		u := []chat.User{ada, grace, bob, yuki}[i/3%4]
		history[i] = said(uint64(i+1), u, time.Duration(i)*time.Second, fmt.Sprintf("message %d, of a length that is usual for a chat; some are wrapped", i))
	}
	room := func() *screen {
		s := open(100, 30, chat.Reloaded{Room: chat.GeneralRoom, Messages: history})
		s.View()
		return s
	}
	b.Run("message", func(b *testing.B) {
		s, seq := room(), uint64(len(history))
		b.ReportAllocs()
		for b.Loop() {
			seq++
			s.send(chat.Arrived{Messages: []chat.Message{said(seq, ada, time.Hour, "one more")}})
			s.View()
		}
	})
	b.Run("key", func(b *testing.B) {
		s, n := room(), 0
		b.ReportAllocs()
		for b.Loop() {
			if n++; n%40 == 0 {
				s.keys(b, "{ctrl+u}")
			}
			s.send(tea.KeyPressMsg{Code: 'x', Text: "x"})
			s.View()
		}
	})
	b.Run("page", func(b *testing.B) {
		s := room()
		b.ReportAllocs()
		for b.Loop() {
			s.keys(b, "{pgup}")
			s.View()
		}
	})
	b.Run("select", func(b *testing.B) {
		s := room()
		s.keys(b, "{esc}")
		b.ReportAllocs()
		for b.Loop() {
			s.keys(b, "k")
			s.View()
		}
	})
	b.Run("find", func(b *testing.B) { // what is nowhere: all messages are looked through at each key
		s := room()
		s.keys(b, "{esc}/zz")
		b.ReportAllocs()
		for b.Loop() {
			s.keys(b, "z{backspace}")
			s.View()
		}
	})
	b.Run("thread", func(b *testing.B) { // answers to something far above, which somebody edits all the time
		s, seq := room(), uint64(len(history))
		b.ReportAllocs()
		for b.Loop() {
			seq++
			m := said(seq, ada, time.Hour, "an answer")
			m.ReplyTo, m.Thread = "m95000", ""
			s.send(chat.Arrived{Messages: []chat.Message{m}})
			s.send(chat.MessageRevised{MessageChanged: chat.MessageChanged{Room: chat.GeneralRoom, Seq: 95000, Revision: int(seq)}, Body: chat.TextBody("again")})
			s.View()
		}
	})
	b.Run("answers", func(b *testing.B) { // nothing but answers in a thread that began before
		answers := make([]chat.Message, len(history))
		for i := range answers {
			answers[i] = history[i]
			answers[i].Thread = "before"
		}
		s := open(100, 30, chat.Reloaded{Room: chat.GeneralRoom, Messages: answers, More: true})
		s.View()
		seq := uint64(len(history))
		b.ReportAllocs()
		for b.Loop() {
			seq++
			m := said(seq, ada, time.Hour, "one more")
			m.Thread = "before"
			s.send(chat.Arrived{Messages: []chat.Message{m}})
			s.View()
		}
	})
	b.Run("top", func(b *testing.B) {
		s := room()
		b.ReportAllocs()
		for b.Loop() {
			s.keys(b, "{alt+home}")
			s.View()
			s.keys(b, "{alt+end}")
			s.View()
		}
	})
}
