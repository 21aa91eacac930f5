package server

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// texts are what messages say.
func texts(list []chat.Message) (out []string) {
	for _, m := range list {
		s, _ := m.Text()
		out = append(out, s)
	}
	return out
}

// TestInbox: who is named finds it, in rooms they may read; @room since they came into
// the room, and @here where they were active; not what they said themselves, nor what is gone.
func TestInbox(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol, guest)
	ops := w.makeRoom(owner, chat.RoomPublic, "ops")
	plans := w.makeRoom(owner, chat.RoomPrivate, "plans", carol)
	w.post(owner, ops, "1 @carol")
	w.post(owner, ops, "2 @room")
	w.post(owner, plans, "3 @carol")
	w.post(carol, plans, "4 @carol @room")
	w.post(owner, plans, "@here, and carol is not")
	w.s.Arrive(carol, 1)
	w.post(owner, plans, "5 @here")
	_, err := w.s.JoinRoom(w.ctx, carol, ops)
	w.must(err)
	w.post(owner, ops, "6 @room and @carol")
	gone := w.post(owner, ops, "7 @carol")
	_, err = w.s.Delete(w.ctx, owner, chat.MessageRef{Room: ops, Seq: gone.Seq}, "")
	w.must(err)
	edited := w.post(owner, ops, "8 @carol")
	_, err = w.s.Edit(w.ctx, owner, chat.EditRequest{MessageRef: chat.MessageRef{Room: ops, Seq: edited.Seq}}, chat.TextBody("8"))
	w.must(err)
	later := w.post(owner, ops, "9")
	_, err = w.s.Edit(w.ctx, owner, chat.EditRequest{MessageRef: chat.MessageRef{Room: ops, Seq: later.Seq}}, chat.TextBody("9 @carol"))
	w.must(err)
	inbox := func(who chat.User, r chat.InboxRequest, want ...string) chat.Found {
		t.Helper()
		found, err := w.s.Inbox(w.ctx, who, r)
		if got := texts(found.Messages); err != nil || !slices.Equal(got, want) {
			t.Errorf("%s's inbox %+v has %q, %v; want %q", who.Name, r, got, err, want)
		}
		return found
	}
	inbox(carol, chat.InboxRequest{}, "9 @carol", "6 @room and @carol", "5 @here", "3 @carol", "1 @carol")
	first := inbox(carol, chat.InboxRequest{Limit: 2}, "9 @carol", "6 @room and @carol")
	if !first.More {
		t.Error("there are more")
	}
	last := inbox(carol, chat.InboxRequest{Limit: 3, Before: first.Messages[1].Position}, "5 @here", "3 @carol", "1 @carol")
	if last.More {
		t.Error("there are no more")
	}
	inbox(guest, chat.InboxRequest{})
	_, err = w.s.RemoveFrom(w.ctx, owner, chat.RoomRequest{Room: plans, User: carol.ID})
	w.must(err)
	inbox(carol, chat.InboxRequest{}, "9 @carol", "6 @room and @carol", "1 @carol")
}

// TestThreads: an answer to an answer is one in its thread; a thread is its first message
// and the answers, counts those that are left, and is followed by who speaks in it.
func TestThreads(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, grace, carol)
	as := func(id, thread string) func(*chat.Draft) {
		return func(d *chat.Draft) { d.ID, d.Thread = id, thread }
	}
	for i := range 30 {
		w.post(owner, "", fmt.Sprint("noise ", i))
	}
	w.post(grace, "", "who is on call?", as("q", ""))
	w.post(owner, "", "more noise")
	w.post(carol, "", "a twin", as("q", "")) // of the same ID, and begins nothing
	answer := w.post(carol, "", "me", as("a1", "q"))
	w.post(owner, "", "thanks", as("a2", "a1"))
	w.post(owner, "", "noise")
	page := func(r chat.HistoryRequest, want ...string) chat.History {
		t.Helper()
		r.Thread = "q"
		h, err := w.s.History(w.ctx, owner, r)
		if got := texts(h.Messages); err != nil || !slices.Equal(got, want) {
			t.Errorf("%+v has %q, %v; want %q", r, got, err, want)
		}
		return h
	}
	all := page(chat.HistoryRequest{}, "who is on call?", "me", "thanks")
	page(chat.HistoryRequest{Limit: 2}, "me", "thanks")
	page(chat.HistoryRequest{Limit: 2, After: new(uint64(1))}, "who is on call?", "me")
	page(chat.HistoryRequest{Before: answer.Seq}, "who is on call?")
	page(chat.HistoryRequest{After: &answer.Seq}, "thanks")
	if diff := cmp.Diff(&chat.Replies{Count: 2, Last: all.Messages[2].At, LastBy: owner}, all.Messages[0].Replies); diff != "" {
		t.Errorf("the thread:\n%s", diff)
	}
	_, err := w.s.Delete(w.ctx, carol, chat.MessageRef{Seq: answer.Seq}, "")
	w.must(err)
	whole, err := w.s.History(w.ctx, owner, chat.HistoryRequest{Limit: 100})
	w.must(err)
	for _, m := range whole.Messages {
		if (m.Replies != nil) != (m.ID == "q" && m.From.ID == grace.ID) || (m.Replies != nil && m.Replies.Count != 1) {
			t.Errorf("%s by %s has %+v", m.ID, m.From.Name, m.Replies)
		}
	}
	follows := func(want ...string) {
		t.Helper()
		got, err := w.s.Followers(w.ctx, owner, chat.FollowRequest{Thread: "q"})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("followed by %q, %v; want %q", got, err, want)
		}
	}
	follows("1", "3", "4")
	off := false
	_, err = w.s.Follow(w.ctx, grace, chat.FollowRequest{Thread: "a2", On: &off})
	w.must(err)
	follows("1", "4")
	w.enter(admin)
	_, err = w.s.Follow(w.ctx, admin, chat.FollowRequest{Thread: "q"})
	w.must(err)
	follows("1", "2", "4")
	for thread, code := range map[string]chat.Code{"": chat.CodeBadRequest, "none": chat.CodeNotFound, "a b": chat.CodeBadRequest} {
		_, err := w.s.Follow(w.ctx, admin, chat.FollowRequest{Thread: thread})
		want(t, "following "+thread, err, code)
	}
}

// TestWhoLeft: who has left a room follows none of its threads, and is told of all of it
// when they come again, whatever they had wanted before.
func TestWhoLeft(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	room := w.makeRoom(owner, chat.RoomPublic, "ops", carol)
	w.post(carol, room, "who is on call?", func(d *chat.Draft) { d.ID = "q" })
	w.must(second(w.s.SetNotify(w.ctx, carol, chat.NotifyRequest{Room: room, Level: chat.NotifyNone})))
	followers := func() []string {
		list, err := w.s.Followers(w.ctx, owner, chat.FollowRequest{Room: room, Thread: "q"})
		w.must(err)
		return list
	}
	level := func() chat.Notify {
		list, _, err := w.db.Memberships(w.ctx, carol.ID, room)
		if err != nil || len(list) != 1 {
			t.Fatalf("carol is in %v, %v", list, err)
		}
		return list[0].Notify
	}
	if got := followers(); !slices.Equal(got, []string{carol.ID}) || level() != chat.NotifyNone {
		t.Fatalf("followed by %q, told of %q", got, level())
	}
	w.must(second(w.s.LeaveRoom(w.ctx, carol, chat.RoomRequest{Room: room})))
	if got := followers(); len(got) != 0 {
		t.Errorf("after she left it is followed by %q", got)
	}
	w.must(second(w.s.JoinRoom(w.ctx, carol, room)))
	if level() != chat.NotifyAll {
		t.Errorf("back, she is told of %q", level())
	}
}

// TestAudit: what moderators did stands there, with who, whom and why; what people do
// with their own does not.
func TestAudit(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, admin, carol)
	room := w.makeRoom(admin, chat.RoomPublic, "ops", carol)
	w.post(carol, room, "one")
	w.post(carol, room, "two")
	_, err := w.s.Delete(w.ctx, carol, chat.MessageRef{Room: room, Seq: 1}, "")
	w.must(err)
	_, err = w.s.Delete(w.ctx, admin, chat.MessageRef{Room: room, Seq: 2}, "rude")
	w.must(err)
	w.must(w.set(admin, chat.RoomChangeRequest{Room: room, Topic: new("t")}))
	w.must(w.set(admin, chat.RoomChangeRequest{Room: room, Slow: new(9)}))
	_, err = w.s.Mute(w.ctx, admin, chat.UserRequest{User: "carol", Until: chat.ToMillis(w.Now()) + 1000, Reason: "rude"})
	w.must(err)
	_, err = w.s.RemoveFrom(w.ctx, admin, chat.RoomRequest{Room: room, User: "carol", Reason: "rude"})
	w.must(err)
	_, err = w.s.Ban(w.ctx, owner, chat.UserRequest{User: "carol", Reason: "so rude"})
	w.must(err)
	_, err = w.s.SetRole(w.ctx, owner, chat.UserRequest{User: "bob", Role: chat.RoleMember, Reason: "enough"})
	w.must(err)
	var got []string
	for before := (chat.Position{}); ; {
		list, more, err := w.s.AuditTrail(w.ctx, owner, chat.AuditRequest{Limit: 3, Before: before})
		w.must(err)
		for _, e := range list {
			line := fmt.Sprintf("%s by %s: %s", e.Kind, e.By.Name, e.Reason)
			if e.User != nil {
				line += " of " + e.User.Name
			}
			got = append(got, line)
			before = e.Position
		}
		if !more {
			break
		}
	}
	want := []string{
		"user:role by ada: enough of bob", "user:banned by ada: so rude of carol", "room:left by bob: rude of carol", "user:muted by bob: rude of carol",
		"room:changed by bob: ", "message:deleted by bob: rude of carol", "room:created by bob: ",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the audit trail (-want +got):\n%s", diff)
	}
}

// TestMarkers: they go on, stand at the newest message at the most, and say which
// mentions are left.
func TestMarkers(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	for range 5 {
		w.post(owner, "", "@carol @room")
	}
	for _, c := range []struct {
		seq, read uint64
		mentions  int
	}{{2, 2, 3}, {1, 2, 3}, {0, 2, 3}, {4, 4, 1}, {99, 5, 0}, {3, 5, 0}} {
		m, err := w.s.MarkRead(w.ctx, carol, chat.ReadRequest{Seq: c.seq})
		if err != nil || m.Read != c.read || m.Mentions != c.mentions || m.Room != chat.GeneralRoom || m.Position.IsZero() {
			t.Errorf("read %d: %+v, %v", c.seq, m, err)
		}
	}
	room := w.makeRoom(owner, chat.RoomPublic, "ops")
	_, err := w.s.MarkRead(w.ctx, carol, chat.ReadRequest{Room: room, Seq: 1})
	want(t, "of a room that one is not in", err, chat.CodeNotMember)
}

// overtaken is a read model whose answers of memberships come after something else.
type overtaken struct {
	ReadModel
	by func()
}

func (o overtaken) Memberships(ctx context.Context, user, room string) ([]chat.Membership, chat.Position, error) {
	list, at, err := o.ReadModel.Memberships(ctx, user, room)
	o.by()
	return list, at, err
}

// TestMarkerIsOfItsPosition: who asks where they are in a room is answered as of a place in the
// log, and counts on from there with what is told after it.
func TestMarkerIsOfItsPosition(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	w.post(owner, "", "@carol")
	before := w.log.Last()
	w.s.model = overtaken{w.s.model, func() { w.post(owner, "", "@carol once more") }}
	m, err := w.s.MarkRead(w.ctx, carol, chat.ReadRequest{})
	if err != nil || m.Mentions != 1 || m.Position != before {
		t.Errorf("%+v, %v; want one mention, as of %v", m, err, before)
	}
}

// TestLists: rooms and people are listed in parts, by name, each once.
func TestLists(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	var names []string
	for i := range 25 {
		name := fmt.Sprintf("room-%02d", i)
		w.makeRoom(owner, chat.RoomPublic, name)
		w.enter(chat.User{ID: fmt.Sprint("p", 25-i), Name: name, Role: chat.RoleMember})
		names = append(names, name)
	}
	_, err := w.s.JoinRoom(w.ctx, carol, "room-07")
	w.must(err)
	var rooms, people []string
	for after := ""; ; {
		list, err := w.s.RoomList(w.ctx, carol, chat.RoomListRequest{Query: "#ROOM", Limit: 7, After: after})
		w.must(err)
		for _, m := range list.Rooms {
			rooms = append(rooms, m.Name)
			if after = m.ID; m.Joined != (m.Name == "room-07") {
				t.Errorf("%s: joined %v", m.Name, m.Joined)
			}
		}
		if !list.More {
			break
		}
	}
	for after := ""; ; {
		list, err := w.s.Members(w.ctx, carol, chat.MembersRequest{Limit: 10, After: after})
		w.must(err)
		for _, m := range list.Members {
			people, after = append(people, m.Name), m.ID
		}
		if !list.More {
			break
		}
	}
	if !slices.Equal(rooms, names) {
		t.Errorf("rooms are %q", rooms)
	}
	if !slices.Equal(people, append([]string{"ada", "carol"}, names...)) {
		t.Errorf("people are %q", people)
	}
	_, err = w.s.RoomList(w.ctx, carol, chat.RoomListRequest{Limit: -1})
	want(t, "a negative limit", err, chat.CodeBadRequest)
	_, err = w.s.Members(w.ctx, carol, chat.MembersRequest{Limit: -1})
	want(t, "a negative limit", err, chat.CodeBadRequest)
}

// TestAnswersOfWhatIsGone: answers to a message that is not kept any more are not those of
// another one that has its ID.
func TestAnswersOfWhatIsGone(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	first := w.post(owner, "", "who is on call?", func(d *chat.Draft) { d.ID = "q" })
	w.post(carol, "", "me", func(d *chat.Draft) { d.Thread = "q" })
	w.must(w.s.Trim(w.ctx, chat.GeneralRoom, first.Seq))
	second := w.post(carol, "", "another", func(d *chat.Draft) { d.ID = "q" })
	h, err := w.s.History(w.ctx, owner, chat.HistoryRequest{})
	w.must(err)
	if last := h.Messages[len(h.Messages)-1]; last.Seq != second.Seq || last.Replies != nil {
		t.Errorf("it has %+v", last.Replies)
	}
	w.post(owner, "", "an answer", func(d *chat.Draft) { d.Thread = "q" })
	h, err = w.s.History(w.ctx, owner, chat.HistoryRequest{})
	w.must(err)
	if got := h.Messages[1]; got.Seq != second.Seq || got.Replies == nil || got.Replies.Count != 1 {
		t.Errorf("after an answer it has %+v", got.Replies)
	}
}
