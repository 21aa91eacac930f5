package server

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestSlowMode: each member waits for their own turn; who moderates does not.
func TestSlowMode(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, admin, grace, carol)
	room := w.makeRoom(owner, chat.RoomPublic, "ops", admin, carol, grace)
	w.must(w.set(owner, chat.RoomChangeRequest{Room: room, Slow: new(30)}))
	try := func(who chat.User, d chat.Draft) error {
		d.Room = room
		if d.Body.JSON == nil {
			d.Body = chat.TextBody("hi")
		}
		_, err := w.s.PostWait(w.ctx, who, d)
		return err
	}
	want(t, "what cannot be a message", try(carol, chat.Draft{ReplyTo: "nothing"}), chat.CodeNotFound)
	want(t, "the first, whose turn that did not take", try(carol, chat.Draft{}), "")
	err := try(carol, chat.Draft{})
	want(t, "at once again", err, chat.CodeSlowMode)
	if !strings.Contains(err.Error(), "30 s") {
		t.Errorf("told %q", err)
	}
	want(t, "another member", try(grace, chat.Draft{}), "")
	for _, who := range []chat.User{owner, admin} {
		want(t, who.Name, errors.Join(try(who, chat.Draft{}), try(who, chat.Draft{})), "")
	}
	w.pass(31 * time.Second)
	want(t, "later", try(carol, chat.Draft{}), "")
	w.pass(31 * time.Second)
	failed := make(chan error, 1)
	w.s.post(w.ctx, carol, chat.Draft{ID: "lost", Room: room, Body: chat.TextBody("hi")}, func() bool { return false },
		func(_ chat.Posted, err error) { failed <- err })
	want(t, "what could not be stored", <-failed, chat.CodeUnavailable)
	want(t, "after that, whose turn it did not take", try(carol, chat.Draft{}), "")
	w.must(w.set(owner, chat.RoomChangeRequest{Room: room, Slow: new(0)}))
	want(t, "without slow mode", errors.Join(try(carol, chat.Draft{}), try(carol, chat.Draft{})), "")
	for _, n := range []int{-1, maxSlow + 1} {
		want(t, fmt.Sprint("slow ", n), w.set(owner, chat.RoomChangeRequest{Room: room, Slow: &n}), chat.CodeBadRequest)
	}
}

// TestSlowModeAcrossRestarts: who has spoken waits as long as without a restart, and may
// say the same again.
func TestSlowModeAcrossRestarts(t *testing.T) {
	home := t.TempDir()
	w := newWorld(t.Context(), t, home)
	w.enter(owner, carol, grace, admin)
	room := w.makeRoom(owner, chat.RoomPublic, "ops", carol, grace)
	w.post(grace, room, "long ago")
	w.pass(25 * time.Second)
	w.must(w.set(owner, chat.RoomChangeRequest{Room: room, Slow: new(30)}))
	said := chat.Draft{ID: "said", Room: room, Body: chat.TextBody("hi")}
	first, err := w.s.PostWait(w.ctx, carol, said)
	w.must(err)
	now := w.now
	w.close()

	w = newWorld(t.Context(), t, home)
	defer w.close()
	w.now = now.Add(10 * time.Second)
	if w.s, err = New(w.ctx, w.s.cfg, w.db); err != nil { // at this time
		t.Fatal(err)
	}
	w.s.Attach(w.log, w.hub)
	try := func(who chat.User) error {
		_, err := w.s.PostWait(w.ctx, who, chat.Draft{Room: room, Body: chat.TextBody("more")})
		return err
	}
	if err := try(carol); codeOf(err) != chat.CodeSlowMode || !strings.Contains(err.Error(), "20 s") {
		t.Errorf("ten seconds after her word: %v", err)
	}
	if p, err := w.s.PostWait(w.ctx, carol, said); err != nil || p != first {
		t.Errorf("the same word: %+v, %v", p, err)
	}
	want(t, "who spoke before", try(grace), "")
	w.pass(21 * time.Second)
	want(t, "later", try(carol), "")
}
