package client

import (
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func arrived(seqs ...uint64) chat.Arrived {
	var u chat.Arrived
	for _, s := range seqs {
		u.Messages = append(u.Messages, chat.Message{Envelope: chat.Envelope{Room: "r", Seq: s}})
	}
	return u
}

func TestFeedMerges(t *testing.T) {
	f := newFeed()
	f.push(arrived(1))
	f.push(arrived(2, 3))
	f.push(chat.DraftChanged{Draft: chat.Draft{ID: "d"}, State: chat.DraftWaiting})
	f.push(arrived(4))
	f.push(chat.DraftChanged{Draft: chat.Draft{ID: "d"}, State: chat.DraftSent})
	f.push(chat.DraftChanged{Draft: chat.Draft{ID: "gone"}})
	f.push(chat.Connection{State: chat.Connecting})
	f.push(chat.Connection{State: chat.Online})
	f.forget("gone")
	var got []chat.Update
	for u, ok := f.take(); ok; u, ok = f.take() {
		got = append(got, u)
	}
	if len(got) != 4 || len(got[0].(chat.Arrived).Messages) != 3 || got[1].(chat.DraftChanged).State != chat.DraftSent ||
		len(got[2].(chat.Arrived).Messages) != 1 || got[3].(chat.Connection).State != chat.Online {
		t.Errorf("took %+v", got)
	}
	if f.weight != 0 || len(f.drafts) != 0 {
		t.Errorf("%d bytes, %d drafts are left", f.weight, len(f.drafts))
	}
	for i := range uint64(3 * mergeLimit) {
		f.push(arrived(i + 1))
	}
	if u, _ := f.take(); len(u.(chat.Arrived).Messages) != mergeLimit {
		t.Errorf("merged %d", len(u.(chat.Arrived).Messages))
	}
}

func TestFeedWaitsWhenFull(t *testing.T) {
	f := newFeed()
	big := arrived(1)
	big.Messages[0].JSON = make([]byte, feedLimit)
	f.push(big)
	stop := make(chan struct{})
	close(stop)
	if f.wait(stop) {
		t.Fatal("a full feed let more in")
	}
	done := make(chan bool)
	go func() { done <- f.wait(nil) }()
	f.take()
	if !<-done {
		t.Fatal("an empty feed did not")
	}
}

// A screen that stands still stops the client from reading, and loses nothing.
func TestSlowConsumer(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	c, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := newScreen()
	still := make(chan struct{})
	consumed := make(chan struct{})
	s.slow = func() {
		if s.state() == chat.Online {
			<-still
		}
	}
	go func() { defer close(consumed); s.consume(c) }()
	start(t, c)
	s.waitState(t, chat.Online)
	body := chat.TextBody(string(make([]byte, 8000))) // escaped to six times that
	const n = 150
	for i := range n {
		f.set(func() { f.post(other, chat.PostOptions{Room: "general", ID: string(rune(i + 1))}, body) })
	}
	for weight := 0; weight < feedLimit; {
		c.feed.mu.Lock()
		weight = c.feed.weight
		c.feed.mu.Unlock()
		time.Sleep(time.Millisecond) // nothing tells that a queue is full
	}
	c.feed.mu.Lock()
	if c.feed.weight > feedLimit+len(body.JSON)+updateWeight {
		t.Errorf("the feed holds %d bytes", c.feed.weight)
	}
	c.feed.mu.Unlock()
	close(still)
	s.waitLast(t, "general", n)
	c.Close()
	<-consumed
	if s.err != nil {
		t.Error(s.err)
	}
}

// A client whose updates nobody takes can be closed all the same.
func TestCloseWithoutConsumer(t *testing.T) {
	f := newFake("general")
	f.say("general", 300)
	c, err := Open(t.Context(), config(t, f.start(t)))
	if err != nil {
		t.Fatal(err)
	}
	start(t, c)
	if err := c.Enqueue(draft("general", "x")); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// Of news of rooms that nobody has taken the last weighs, and no other: nor is anything
// left when all is taken.
func TestFeedWeighsWhatItHas(t *testing.T) {
	f := newFeed()
	rooms := chat.RoomsChanged{Rooms: make([]chat.Membership, 100)}
	for range 50 {
		f.push(rooms)
	}
	if f.weight != weigh(rooms) {
		t.Errorf("%d bytes of one of %d", f.weight, weigh(rooms))
	}
	for range 50 {
		f.push(chat.Connection{State: chat.Connecting})
	}
	for _, ok := f.take(); ok; _, ok = f.take() {
	}
	if f.weight != 0 {
		t.Errorf("%d bytes are left", f.weight)
	}
}
