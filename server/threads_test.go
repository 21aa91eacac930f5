package server

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// listed are threads in short: the ID of what began each, its answers, and those unread.
func listed(list []chat.Thread) (out []string) {
	for i := range list {
		t := &list[i]
		out = append(out, fmt.Sprintf("%s %d/%d", t.Message.ID, t.Unread, t.Message.Replies.Count))
	}
	return out
}

// TestThreadList: one's threads are those one began, wrote in, is named in or asked for, and
// did not leave, newest answer first; of the rooms one is in and the token is for.
func TestThreadList(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, grace, carol)
	ops := w.makeRoom(owner, chat.RoomPublic, "ops", carol)
	plans := w.makeRoom(owner, chat.RoomPrivate, "plans", carol)
	as := func(id, thread string) func(*chat.Draft) {
		return func(d *chat.Draft) { d.ID, d.Thread = id, thread }
	}
	threads := func(who chat.User, r chat.ThreadsRequest, want ...string) chat.Threads {
		t.Helper()
		found, err := w.s.Threads(w.ctx, who, r)
		if got := listed(found.Threads); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s's threads %+v are %q, %v; want %q", who.Name, r, got, err, want)
		}
		return found
	}
	w.post(carol, "", "began", as("began", ""))
	w.post(carol, "", "began, and nobody answered", as("alone", ""))
	w.post(owner, "", "wrote in", as("wrote", ""))
	w.post(owner, ops, "named in", as("named", ""))
	w.post(owner, ops, "@carol at its beginning", as("first", ""))
	w.post(owner, plans, "asked for", as("asked", ""))
	w.post(owner, "", "of others", as("others", ""))
	threads(carol, chat.ThreadsRequest{})

	w.post(owner, "", "1", as("b1", "began"))
	w.post(carol, "", "2", as("w1", "wrote"))
	w.post(owner, "", "3", as("w2", "wrote"))
	w.post(owner, "", "4", as("w3", "wrote"))
	w.post(owner, ops, "5 @carol", as("n1", "named"))
	w.post(owner, ops, "6", as("f1", "first"))
	w.post(owner, plans, "7", as("a1", "asked"))
	w.post(grace, "", "8 @room", as("o1", "others"))
	w.must(second(w.s.Follow(w.ctx, carol, chat.FollowRequest{Room: plans, Thread: "asked"})))
	all := []string{"asked 1/1", "first 1/1", "named 1/1", "wrote 2/3", "began 0/1"} // who writes has read what is before
	threads(carol, chat.ThreadsRequest{}, all...)
	threads(grace, chat.ThreadsRequest{}, "others 0/1")

	page := threads(carol, chat.ThreadsRequest{Limit: 2}, all[:2]...)
	next := threads(carol, chat.ThreadsRequest{Limit: 3, Before: page.Threads[1].Newest}, all[2:]...)
	if !page.More || next.More {
		t.Errorf("more: %v, then %v", page.More, next.More)
	}
	w.must(second(w.s.MarkRead(w.ctx, carol, chat.ReadRequest{Room: ops, Seq: 4})))
	threads(carol, chat.ThreadsRequest{Limit: 3}, "asked 1/1", "first 0/1", "named 0/1")

	// A newer answer brings it to the top; one that is deleted is not counted, and a thread
	// of none is no thread.
	late := w.post(owner, "", "9", as("b2", "began"))
	threads(carol, chat.ThreadsRequest{Limit: 1}, "began 1/2")
	for _, id := range []string{"b2", "f1"} {
		room, seq := chat.GeneralRoom, late.Seq
		if id == "f1" {
			room, seq = ops, 4
		}
		w.must(second(w.s.Delete(w.ctx, owner, chat.MessageRef{Room: room, Seq: seq}, "")))
	}
	threads(carol, chat.ThreadsRequest{}, "began 0/1", "asked 1/1", "named 0/1", "wrote 2/3")

	off := false
	w.must(second(w.s.Follow(w.ctx, carol, chat.FollowRequest{Thread: "w1", On: &off})))
	threads(carol, chat.ThreadsRequest{}, "began 0/1", "asked 1/1", "named 0/1")

	only := carol
	only.Scope = "read room:" + plans
	threads(only, chat.ThreadsRequest{}, "asked 1/1")
	only.Scope = "post"
	_, err := w.s.Threads(w.ctx, only, chat.ThreadsRequest{})
	want(t, "a token that does not read", err, chat.CodeNotAllowed)
	_, err = w.s.Threads(w.ctx, carol, chat.ThreadsRequest{Limit: -1})
	want(t, "a negative limit", err, chat.CodeBadRequest)
	_, err = w.s.Threads(w.ctx, carol, chat.ThreadsRequest{Before: chat.Position{Epoch: "other", Offset: 1}})
	want(t, "another log", err, chat.CodeBadRequest)

	w.must(second(w.s.RemoveFrom(w.ctx, owner, chat.RoomRequest{Room: plans, User: carol.ID})))
	w.must(second(w.s.LeaveRoom(w.ctx, carol, chat.RoomRequest{Room: ops})))
	threads(carol, chat.ThreadsRequest{}, "began 0/1")
}
