package client

import (
	"context"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// post stores and delivers; f.mu is held.
func (f *fake) post(from chat.User, o chat.PostOptions, body chat.Body) chat.Posted {
	key := from.ID + "\x00" + o.ID
	if p, ok := f.posted[key]; ok {
		return p
	}
	m := chat.Message{Body: body, Envelope: chat.Envelope{
		ID: o.ID, Room: o.Room, Seq: f.last(o.Room) + 1, From: from, At: 1,
		Position: chat.Position{Epoch: f.epoch, Offset: uint64(len(f.log)) + 1},
	}}
	text, _ := body.Text()
	if strings.HasPrefix(text, "auto ") {
		m.Auto = true
	}
	if strings.Contains(text, "@"+you.Name) {
		m.Mentions = []string{you.ID}
	}
	if m.Thread, m.ReplyTo = o.Thread, o.ReplyTo; m.Thread != "" {
		if f.team.threads == nil {
			f.team.threads = make(map[string]bool)
		}
		f.team.threads[m.Thread] = true
	}
	passes := m.Auto && from == you && f.membership(m.Room).Read+1 == m.Seq
	f.log = append(f.log, m)
	f.hear(m.Room, m.Position.Offset)
	if from != you {
		f.others++
	}
	f.posted[key] = chat.Posted{ID: m.ID, Room: m.Room, Seq: m.Seq, Position: m.Position, At: m.At}
	f.tell(m)
	if passes {
		f.passed(m)
	}
	return f.posted[key]
}

// passed moves the user's marker past what their program said, and tells their devices;
// f.mu is held.
func (f *fake) passed(m chat.Message) {
	f.reached(m.Room, m.Seq)
	for c := range f.conns {
		if c.lane && !f.team.unheard[m.Position.Offset] && (f.hide == nil || !f.hide(m)) {
			c.emit(ToldRead, chat.Marker{Room: m.Room, Read: m.Seq, Mentions: f.mentions(m.Room, m.Seq), Position: m.Position})
		}
	}
}

// tell delivers to all; f.mu is held.
func (f *fake) tell(m chat.Message) {
	if f.hide != nil && f.hide(m) {
		return
	}
	for c := range f.conns {
		if c.lane {
			c.deliver(m)
		}
	}
}

// say posts n messages of another person.
func (f *fake) say(room string, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for range n {
		i := strconv.Itoa(len(f.log))
		f.post(other, chat.PostOptions{Room: room, ID: "o" + i}, chat.TextBody("text "+i))
	}
}

func (f *fake) page(q chat.HistoryRequest) (h chat.History) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked = append(f.asked, q)
	var all []chat.Message
	for _, m := range f.log {
		if m.Room == q.Room && (q.Before == 0 || m.Seq < q.Before) && (q.After == nil || m.Seq > *q.After) && m.Seq > f.team.trimmed[q.Room] {
			all = append(all, f.now(m))
		}
	}
	h.Messages, h.Position = all, chat.Position{Epoch: f.epoch, Offset: uint64(len(f.log))}
	if len(all) > q.Limit {
		h.More = true
		if q.After != nil {
			h.Messages = all[:q.Limit]
		} else {
			h.Messages = all[len(all)-q.Limit:]
		}
	}
	if f.history != nil {
		f.history(q, &h)
	}
	return h
}

// folder is a state folder in memory where there is such a thing: with a disk
// the tests would mostly wait for fsync.
func folder(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "hobnob-test-") //nolint:usetesting // see above
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// config is a client's on a server, which never waits between attempts.
func config(t testing.TB, url string) Config {
	return Config{
		Server: url, Dir: folder(t), Name: "test/1",
		Token:  func(context.Context) (string, error) { return "token", nil },
		random: func() float64 { return 0.01 },
	}
}
