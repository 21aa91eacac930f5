package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func draft(room, text string) chat.Draft { return chat.Draft{Room: room, Body: chat.TextBody(text)} }

func TestFirstConnectionShowsNewestPageAndLive(t *testing.T) {
	f := newFake("general", "quiet", "busy")
	f.say("general", 3)
	f.say("busy", 450)
	c, s := online(t, config(t, f.start(t)))
	f.say("general", 2)
	f.say("quiet", 1)
	s.waitLast(t, "general", 5)
	s.waitLast(t, "quiet", 1)
	s.waitLast(t, "busy", 450)
	s.mu.Lock()
	if len(s.rooms["busy"]) != 200 || !s.more["busy"] || s.more["general"] {
		t.Errorf("busy has %d, more %v; general more %v", len(s.rooms["busy"]), s.more["busy"], s.more["general"])
	}
	s.mu.Unlock()
	h, err := c.Older(t.Context(), "busy", 251, 200)
	if err != nil || len(h.Messages) != 200 || h.Messages[0].Seq != 51 || !h.More {
		t.Fatalf("older: %d messages, more %v, %v", len(h.Messages), h.More, err)
	}
	h, err = c.Older(t.Context(), "busy", 51, 200)
	if err != nil || len(h.Messages) != 50 || h.More {
		t.Fatalf("oldest: %d messages, more %v, %v", len(h.Messages), h.More, err)
	}
}

func TestSecondStartShowsCacheAndResumes(t *testing.T) {
	f := newFake("general", "busy")
	f.say("busy", 300)
	cfg := config(t, f.start(t))
	func() {
		c, s := online(t, cfg)
		f.say("general", 4)
		s.waitLast(t, "general", 4)
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}()
	f.say("general", 3)
	c, s := open(t, cfg)
	s.waitLast(t, "general", 4)
	s.waitLast(t, "busy", 300)
	s.mu.Lock()
	if _, ok := s.all[0].(chat.Identified); !ok || len(s.conn) > 0 {
		t.Errorf("first came %T, connection %v", s.all[0], s.conn)
	}
	s.mu.Unlock()
	if _, err := c.Older(t.Context(), "busy", 101, 10); !errors.Is(err, ErrOffline) {
		t.Errorf("older beyond the cache while offline: %v", err)
	}
	start(t, c)
	s.waitLast(t, "general", 7)
	s.waitState(t, chat.Online)
	f.mu.Lock()
	defer f.mu.Unlock()
	if h := f.hellos[len(f.hellos)-1]; h.Position.Offset != 304 {
		t.Errorf("resumed from %v", h.Position)
	}
	if len(f.asked) != 1 { // busy at the first start; general was empty then
		t.Errorf("history was asked for: %v", f.asked)
	}
}

func TestOlderFillsTheCacheContiguously(t *testing.T) {
	f := newFake("busy")
	f.say("busy", 1000)
	cfg := config(t, f.start(t))
	c, _ := online(t, cfg)
	if h, err := c.Older(t.Context(), "busy", 300, 50); err != nil || len(h.Messages) != 50 { // not next to the run
		t.Fatal(len(h.Messages), err)
	}
	if h, err := c.Older(t.Context(), "busy", 801, 50); err != nil || len(h.Messages) != 50 { // next to it
		t.Fatal(len(h.Messages), err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	c, _ = open(t, cfg)
	if r, err := readSpan(t.Context(), c.cache.read, "busy"); err != nil || r != (span{751, 1000}) {
		t.Errorf("run %v, %v", r, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Older(ctx, "busy", 900, 10); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: %v", err)
	}
}

func TestOutboxIsSentInOrder(t *testing.T) {
	f := newFake("general")
	c, s := run(t, config(t, f.start(t)))
	for i := range 300 {
		if err := c.Enqueue(draft("general", fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
	}
	s.waitLast(t, "general", 300)
	s.waitEmpty(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, m := range s.rooms["general"] {
		if text, _ := m.Text(); text != fmt.Sprint(i) || m.ID != s.order[i] {
			t.Fatalf("message %d is %q", i, text)
		}
	}
}

func TestDraftRefusedAndRetried(t *testing.T) {
	f := newFake("general")
	f.deny = func(o chat.PostOptions, n int) *chat.Error {
		if o.ID == "bad" && n < 1 {
			return &chat.Error{Code: chat.CodeNotAllowed, Message: "you may not\x1b[2J"}
		}
		return nil
	}
	cfg := config(t, f.start(t))
	c, s := run(t, cfg)
	for _, id := range []string{"a", "bad", "b"} {
		d := draft("general", id)
		d.ID = id
		if err := c.Enqueue(d); err != nil {
			t.Fatal(err)
		}
	}
	s.waitLast(t, "general", 2)
	s.wait(t, "a refusal", func() bool { return s.drafts["bad"].State == chat.DraftFailed })
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}

	c, s = online(t, cfg)
	s.wait(t, "the refusal to be kept", func() bool { return s.drafts["bad"].State == chat.DraftFailed })
	s.mu.Lock()
	if err := s.drafts["bad"].Err; !errors.Is(err, &chat.Error{Code: chat.CodeNotAllowed}) || err.Error() != "you may not␛[2J" {
		t.Errorf("refusal %q", err)
	}
	s.mu.Unlock()
	if err := c.Retry("nosuch"); !errors.Is(err, ErrUnknownDraft) {
		t.Errorf("retry of no draft: %v", err)
	}
	if err := c.Retry("bad"); err != nil {
		t.Fatal(err)
	}
	s.waitLast(t, "general", 3)
	s.waitEmpty(t)
}

func TestDraftsThatCannotBeSent(t *testing.T) {
	f := newFake("general")
	f.open.MaxPayload = 1000
	c, s := run(t, config(t, f.start(t)))
	for name, d := range map[string]chat.Draft{
		"empty": {}, "json": {Body: chat.Body{JSON: []byte(`{`)}}, "id": {ID: string(make([]byte, 65)), Body: chat.TextBody("x")},
		"attachment": {Body: chat.Body{JSON: []byte(`{"_placeholder":true,"num":3}`), Attachments: [][]byte{{1}}}},
	} {
		if err := c.Enqueue(d); !errors.Is(err, ErrDraft) {
			t.Errorf("%s: %v", name, err)
		}
	}
	long := draft("general", string(make([]byte, 2000)))
	long.ID = "long"
	if err := c.Enqueue(long); err != nil {
		t.Fatal(err)
	}
	if err := c.Enqueue(long); !errors.Is(err, ErrDuplicate) {
		t.Errorf("twice: %v", err)
	}
	if err := c.Enqueue(draft("general", "short")); err != nil {
		t.Fatal(err)
	}
	s.waitLast(t, "general", 1)
	s.wait(t, "too long", func() bool {
		return errors.Is(s.drafts["long"].Err, &chat.Error{Code: chat.CodeTooLarge})
	})
	if err := c.Drop("long"); err != nil {
		t.Fatal(err)
	}
	if err := c.Drop("long"); !errors.Is(err, ErrUnknownDraft) {
		t.Errorf("dropped twice: %v", err)
	}
}

func TestUnavailableHoldsLaterDraftsBack(t *testing.T) {
	f := newFake("general")
	var order []string
	f.deny = func(o chat.PostOptions, n int) *chat.Error {
		order = append(order, o.ID)
		if o.ID == "a" && n < 3 {
			return &chat.Error{Code: chat.CodeUnavailable, Message: "later"}
		}
		return nil
	}
	c, s := online(t, config(t, f.start(t)))
	d := draft("general", "a")
	d.ID = "a"
	if err := c.Enqueue(d); err != nil {
		t.Fatal(err)
	}
	s.wait(t, "to be put off", func() bool { return len(s.states["a"]) >= 3 })
	d.ID = "b"
	if err := c.Enqueue(d); err != nil {
		t.Fatal(err)
	}
	s.waitLast(t, "general", 2)
	s.waitEmpty(t)
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.rooms["general"]; m[0].ID != "a" || m[1].ID != "b" {
		t.Errorf("posted %s, %s", m[0].ID, m[1].ID)
	}
}

// TestAnswerOfAnother: what was said waits until the answer is about it, and nothing else
// makes it look as if it had been stored.
func TestAnswerOfAnother(t *testing.T) {
	lies := map[string]func(*chat.Posted){
		"another message": func(p *chat.Posted) { p.ID = "other" },
		"nowhere":         func(p *chat.Posted) { p.Seq = 0 },
	}
	for name, lie := range lies {
		t.Run(name, func(t *testing.T) {
			f := newFake("general")
			f.hide = func(chat.Message) bool { return true } // so that only the answer tells
			told := 0
			f.lie = func(p *chat.Posted) {
				if told++; told == 1 {
					lie(p)
				}
			}
			c, s := run(t, config(t, f.start(t)))
			s.waitState(t, chat.Online)
			d := draft("general", "a")
			d.ID = "a"
			if err := c.Enqueue(d); err != nil {
				t.Fatal(err)
			}
			s.wait(t, "to be sent", func() bool { return slices.Contains(s.states["a"], chat.DraftSent) })
			f.set(func() {
				if f.accepted != 2 || len(f.log) != 1 {
					t.Errorf("connected %d times, stored %d", f.accepted, len(f.log))
				}
			})
		})
	}
}

func TestAttachmentsBothWays(t *testing.T) {
	f := newFake("general")
	cfg := config(t, f.start(t))
	c, s := run(t, cfg)
	body := chat.Body{JSON: []byte(`{"f":{"_placeholder":true,"num":0},"h":"<&>"}`), Attachments: [][]byte{{0, 1, 255}}}
	if err := c.Enqueue(chat.Draft{Room: "general", Body: body}); err != nil {
		t.Fatal(err)
	}
	s.waitLast(t, "general", 1)
	check := func(m chat.Message) {
		t.Helper()
		if string(m.JSON) != string(body.JSON) || len(m.Attachments) != 1 || string(m.Attachments[0]) != "\x00\x01\xff" {
			t.Errorf("came back as %s %v", m.JSON, m.Attachments)
		}
	}
	s.mu.Lock()
	check(s.rooms["general"][0])
	s.mu.Unlock()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	_, s = open(t, cfg)
	s.waitLast(t, "general", 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	check(s.rooms["general"][0])
}

func TestClosedClient(t *testing.T) {
	f := newFake("general")
	c, _ := online(t, config(t, f.start(t)))
	if err := c.Run(t.Context()); !errors.Is(err, ErrRunning) {
		t.Errorf("second run: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Run(t.Context()); !errors.Is(err, ErrClosed) {
		t.Errorf("run: %v", err)
	}
	if err := c.Enqueue(draft("general", "x")); !errors.Is(err, ErrClosed) {
		t.Errorf("enqueue: %v", err)
	}
	if err := c.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}
