package server

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/store"
)

// want fails unless an error has a code; "" is none.
func want(t *testing.T, what string, err error, code chat.Code) {
	t.Helper()
	if codeOf(err) != code {
		t.Errorf("%s: answered %q (%v), want %q", what, codeOf(err), err, code)
	}
}

// set changes a room.
func (w *world) set(by chat.User, r chat.RoomChangeRequest) error {
	_, err := w.s.ChangeRoom(w.ctx, by, r)
	return err
}

// TestRoomsHaveABound: nobody fills the lists of others with rooms of their own.
func TestRoomsHaveABound(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, grace, carol, guest)
	if w.s.maxMade != chat.MaxRoomsMade || w.s.maxIn != chat.MaxRooms {
		t.Fatalf("the bounds are %d and %d", w.s.maxMade, w.s.maxIn)
	}
	w.s.maxMade, w.s.maxIn = 3, 6
	room := func(by chat.User, name string, users ...chat.User) error {
		return second(w.s.CreateRoom(w.ctx, by, chat.RoomCreateRequest{Name: name, Users: ids(users)}))
	}
	for _, name := range []string{"a", "b", "c"} {
		w.must(room(carol, name, grace))
	}
	err := room(carol, "d", grace)
	want(t, "one more of carol's", err, chat.CodeTooLarge)
	if !strings.Contains(err.Error(), "made 3 rooms") {
		t.Errorf("told %q", err)
	}
	want(t, "a message between three", second(w.s.Direct(w.ctx, carol, []string{grace.ID, owner.ID})), chat.CodeTooLarge)
	want(t, "a message between two", second(w.s.Direct(w.ctx, carol, []string{owner.ID})), "")
	w.must(room(owner, "d", grace))
	w.must(room(owner, "e", grace)) // with general, grace is in six
	err = room(owner, "f", grace)
	want(t, "a seventh of grace's", err, chat.CodeTooLarge)
	if !strings.Contains(err.Error(), "Grace Hopper is in 6") {
		t.Errorf("told %q", err)
	}
	w.must(room(owner, "f"))
	want(t, "inviting her", second(w.s.InviteTo(w.ctx, owner, chat.RoomRequest{Room: "f", User: grace.ID})), chat.CodeTooLarge)
	want(t, "joining", second(w.s.JoinRoom(w.ctx, grace, "f")), chat.CodeTooLarge)
	w.must(second(w.s.LeaveRoom(w.ctx, grace, chat.RoomRequest{Room: "a"})))
	want(t, "joining after leaving one", second(w.s.JoinRoom(w.ctx, grace, "f")), "")
	want(t, "owners", room(owner, "g"), "") // make any number
}

// TestRepeatedDrafts: a draft that was posted is answered with where it stands, whatever
// became of the room and of its author since; an ID that was given to something else is
// nobody's draft.
func TestRepeatedDrafts(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	room := w.makeRoom(owner, chat.RoomPublic, "ops", carol)
	w.must(w.set(owner, chat.RoomChangeRequest{Room: room, Slow: new(60)}))
	draft := chat.Draft{ID: "x", Room: room, Body: chat.TextBody("once")}
	first, err := w.s.PostWait(w.ctx, carol, draft)
	w.must(err)
	again := func(when string) {
		t.Helper()
		if p, err := w.s.PostWait(w.ctx, carol, draft); err != nil || p != first {
			t.Errorf("%s: %+v, %v", when, p, err)
		}
	}
	again("in slow mode")
	_, err = w.s.PostWait(w.ctx, carol, chat.Draft{Room: room, Body: chat.TextBody("another")})
	want(t, "another in slow mode", err, chat.CodeSlowMode)
	_, err = w.s.Mute(w.ctx, owner, chat.UserRequest{User: carol.ID, Until: chat.ToMillis(w.Now()) + 60_000})
	w.must(err)
	again("muted")
	yes := true
	w.must(w.set(owner, chat.RoomChangeRequest{Room: room, Archived: &yes}))
	again("archived")
	_, err = w.s.Delete(w.ctx, owner, chat.MessageRef{Room: room, Seq: first.Seq}, "so")
	w.must(err)
	again("deleted")
	_, err = w.s.LeaveRoom(w.ctx, carol, chat.RoomRequest{Room: room})
	w.must(err)
	again("left")
	_, err = w.s.JoinRoom(w.ctx, carol, room)
	if want(t, "into one that is archived", err, chat.CodeArchived); err != nil && !strings.Contains(err.Error(), "nobody joins it any more") {
		t.Errorf("who cannot read it is told %q", err)
	}
	stranger := draft
	_, err = w.s.PostWait(w.ctx, owner, stranger)
	want(t, "another's equal ID", err, chat.CodeArchived)
	_, err = w.s.Ban(w.ctx, owner, chat.UserRequest{User: carol.ID})
	w.must(err)
	_, err = w.s.PostWait(w.ctx, carol, draft)
	want(t, "banned", err, chat.CodeBanned)

	made, err := w.s.CreateRoom(w.ctx, owner, chat.RoomCreateRequest{ID: "r", Name: "made"})
	w.must(err)
	twice, err := w.s.CreateRoom(w.ctx, owner, chat.RoomCreateRequest{ID: "r", Name: "made"})
	if err != nil || twice.Room.ID != made.Room.ID || twice.Position != made.Position {
		t.Errorf("a room that was made twice: %+v, %v", twice, err)
	}
	_, err = w.s.PostWait(w.ctx, owner, chat.Draft{ID: "r", Body: chat.TextBody("hi")})
	want(t, "a draft with a room's ID", err, chat.CodeConflict)
	w.post(owner, "", "one", func(d *chat.Draft) { d.ID = "again" })
	_, err = w.s.PostWait(w.ctx, owner, chat.Draft{ID: "again", Body: chat.TextBody("two")})
	want(t, "an ID of another text", err, chat.CodeConflict)
	_, err = w.s.PostWait(w.ctx, owner, chat.Draft{ID: "again", Body: chat.Body{JSON: []byte(`"one"`), Attachments: [][]byte{{1}}}})
	want(t, "an ID of another body", err, chat.CodeConflict)
	_, err = w.s.PostWait(w.ctx, owner, chat.Draft{ID: "again", Room: made.Room.ID, Body: chat.TextBody("one")})
	want(t, "an ID in another room", err, chat.CodeConflict)
	w.post(owner, "", "hi", func(d *chat.Draft) { d.ID = "m" })
	_, err = w.s.CreateRoom(w.ctx, owner, chat.RoomCreateRequest{ID: "m", Name: "other"})
	want(t, "a room with a draft's ID", err, chat.CodeConflict)
}

// TestRoomNames: names are cleaned, look-alikes refused, old names lead to the room
// until another takes them, and no name is an ID's.
func TestRoomNames(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	room := w.makeRoom(owner, chat.RoomPublic, "#Ops Team")
	for _, name := range []string{"ops-team", "OPS team", "0ps-team", "ops-tеаm", "general", "Genera1", "", "@ada", "a/b", strings.Repeat("x", 41)} {
		if _, err := w.s.CreateRoom(w.ctx, carol, chat.RoomCreateRequest{Name: name}); codeOf(err) != chat.CodeNameTaken && codeOf(err) != chat.CodeBadRequest {
			t.Errorf("a room called %q: %v", name, err)
		}
	}
	rename := func(id, name string) error { return w.set(owner, chat.RoomChangeRequest{Room: id, Name: &name}) }
	leads := func(name, id string) {
		t.Helper()
		in, err := w.s.at(Read, w.s.Standing(carol), name)
		if in.ID != id || (err != nil) != (id == "") {
			t.Errorf("%q leads to %q, %v; want %q", name, in.ID, err, id)
		}
	}
	w.must(rename(room, "#On Call"))
	leads("on-call", room)
	w.must(rename(room, "platform"))
	w.must(rename("#platform", "infra"))
	for _, name := range []string{"infra", "#platform", "ops-team", "OPS-TEAM", room} {
		leads(name, room)
	}
	leads("ops", "")
	other := w.makeRoom(owner, chat.RoomPublic, "platform")
	leads("platform", other)
	leads("ops-team", room)
	want(t, "back to a name that another has", rename(room, "platform"), chat.CodeNameTaken)
	w.must(rename(room, "ops-team"))
	leads("infra", room)
	w.must(rename(chat.GeneralRoom, "lobby"))
	leads("general", chat.GeneralRoom)
	leads("lobby", chat.GeneralRoom)
	yes := true
	want(t, "to archive the room where everybody is", w.set(owner, chat.RoomChangeRequest{Room: chat.GeneralRoom, Archived: &yes}), chat.CodeNotAllowed)
	want(t, "the name that is an ID", rename(other, "general"), chat.CodeNameTaken)
	want(t, "an ID as a name", rename(other, room), chat.CodeNameTaken)
	dm := chat.DirectRoom([]string{owner.ID, carol.ID})
	_ = w.makeRoom(owner, chat.RoomPublic, dm)
	a, err := w.s.Direct(w.ctx, carol, []string{"ada"})
	if err != nil || a.Room.ID != dm || a.Room.Kind != chat.RoomDirect || a.Room.Name != "" {
		t.Errorf("a direct message whose ID is a room's name: %+v, %v", a.Room, err)
	}
	checkModel(w)
}

// TestDirect: the same people have the same room, whoever asks and however often.
func TestDirect(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, grace, carol, guest)
	var all sync.Map
	var asking sync.WaitGroup
	for _, ask := range []struct {
		who   chat.User
		names []string
	}{
		{owner, []string{"carol", "3"}}, {carol, []string{"@ada", "Grace Hopper", "ada"}}, {grace, []string{"4", "1", "3"}}, {owner, []string{"@grace hopper", "carol", "ada"}},
	} {
		asking.Go(func() {
			a, err := w.s.Direct(w.ctx, ask.who, ask.names)
			if err != nil || len(a.Room.People) != 3 || a.Room.Members != 3 || !a.Room.Joined {
				t.Errorf("%s asked %q: %+v, %v", ask.who.Name, ask.names, a.Room, err)
			}
			all.Store(a.Room.ID, true)
		})
	}
	asking.Wait()
	rooms := 0
	all.Range(func(_, _ any) bool { rooms++; return true })
	if rooms != 1 {
		t.Errorf("the same people have %d rooms", rooms)
	}
	for names, code := range map[string]chat.Code{"": chat.CodeBadRequest, "ada": chat.CodeBadRequest, "nobody": chat.CodeNotFound} {
		_, err := w.s.Direct(w.ctx, owner, strings.Fields(names))
		want(t, "with "+names, err, code)
	}
	if _, err := w.s.Direct(w.ctx, owner, []string{"@ada"}); err == nil || strings.Contains(err.Error(), "users") {
		t.Errorf("to oneself: %v", err)
	}
	_, err := w.s.Direct(w.ctx, owner, slices.Repeat([]string{"carol"}, chat.MaxPeople+1))
	want(t, "with too many", err, chat.CodeBadRequest)
	list, err := w.s.RoomList(w.ctx, guest, chat.RoomListRequest{})
	if err != nil || len(list.Rooms) != 1 {
		t.Errorf("a guest sees %+v, %v", list, err)
	}
}

// TestNamesakes are told apart by their IDs, which the refusal says.
func TestNamesakes(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	var ids []string
	for i := range 5 {
		who := chat.User{ID: fmt.Sprint("root-", i), Name: "root", Role: chat.RoleMember}
		w.namesake(who)
		ids = append(ids, who.ID)
	}
	_, err := w.s.Direct(w.ctx, owner, []string{"@Root"})
	want(t, "of several", err, chat.CodeBadRequest)
	if err == nil || !strings.HasSuffix(err.Error(), ": "+strings.Join(ids[:4], ", ")+" and 1 more") {
		t.Errorf("it is said that %v", err)
	}
	if a, err := w.s.Direct(w.ctx, owner, ids[:1]); err != nil || len(a.Room.People) != 2 {
		t.Errorf("by ID: %+v, %v", a, err)
	}
}

// TestOwnersStay: whatever owners do to each other at once, one is left who may.
func TestOwnersStay(t *testing.T) {
	for _, ban := range []bool{false, true} {
		w := ofTest(t)
		second := chat.User{ID: "o2", Name: "olga", Role: chat.RoleOwner}
		w.enter(owner, second, carol)
		do := func(by, to chat.User) error {
			if ban {
				_, err := w.s.Ban(w.ctx, by, chat.UserRequest{User: to.ID})
				return err
			}
			_, err := w.s.SetRole(w.ctx, by, chat.UserRequest{User: to.ID, Role: chat.RoleMember})
			return err
		}
		w.telling.Lock() // both are stored before either is told
		var acting sync.WaitGroup
		failed := make(chan error, 2)
		acting.Go(func() { failed <- do(owner, second) })
		acting.Go(func() { failed <- do(second, owner) })
		for w.log.Last().Offset < 4 {
			runtime.Gosched()
		}
		w.telling.Unlock()
		acting.Wait()
		codes := []chat.Code{codeOf(<-failed), codeOf(<-failed)}
		slices.Sort(codes)
		if codes[0] != "" || (codes[1] != chat.CodeNotAllowed && codes[1] != chat.CodeBanned) {
			t.Errorf("ban %v: answered %q", ban, codes)
		}
		left := 0
		for _, p := range w.s.team.people {
			if p.Role == chat.RoleOwner && !p.Banned {
				left++
			}
		}
		if left != 1 {
			t.Errorf("ban %v: %d owners are left", ban, left)
		}
		checkModel(w)
	}
}

// TestNothingNewIsNotStored: who asks for what is so already is answered, and nothing
// is stored or told.
func TestNothingNewIsNotStored(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	room := w.makeRoom(owner, chat.RoomPublic, "ops", carol)
	w.post(carol, room, "hi", func(d *chat.Draft) { d.ID = "m" })
	w.post(owner, room, "ho")
	ref, until := chat.MessageRef{Room: room, Seq: 1}, chat.ToMillis(w.Now())+60_000
	off := false
	do := map[string]func() error{
		"react": func() error {
			_, err := w.s.React(w.ctx, owner, chat.ReactRequest{MessageRef: ref, Emoji: "👍"})
			return err
		},
		"unseen": func() error {
			_, err := w.s.React(w.ctx, owner, chat.ReactRequest{MessageRef: ref, Emoji: "🎉", On: &off})
			return err
		},
		"pin":  func() error { _, err := w.s.Pin(w.ctx, owner, chat.PinRequest{MessageRef: ref}); return err },
		"read": func() error { _, err := w.s.MarkRead(w.ctx, carol, chat.ReadRequest{Room: room, Seq: 99}); return err },
		"back": func() error { _, err := w.s.MarkRead(w.ctx, owner, chat.ReadRequest{Room: room, Seq: 1}); return err },
		"notify": func() error {
			_, err := w.s.SetNotify(w.ctx, carol, chat.NotifyRequest{Room: room, Level: chat.NotifyNone})
			return err
		},
		"follow": func() error {
			_, err := w.s.Follow(w.ctx, owner, chat.FollowRequest{Room: room, Thread: "m"})
			return err
		},
		"topic": func() error {
			return w.set(owner, chat.RoomChangeRequest{Room: room, Topic: new("new"), Slow: new(0)})
		},
		"join": func() error { _, err := w.s.JoinRoom(w.ctx, carol, room); return err },
		"invite": func() error {
			_, err := w.s.InviteTo(w.ctx, owner, chat.RoomRequest{Room: room, User: carol.ID})
			return err
		},
		"direct": func() error { _, err := w.s.Direct(w.ctx, carol, []string{"ada"}); return err },
		"mute": func() error {
			_, err := w.s.Mute(w.ctx, owner, chat.UserRequest{User: carol.ID, Until: until})
			return err
		},
		"role": func() error {
			_, err := w.s.SetRole(w.ctx, owner, chat.UserRequest{User: carol.ID, Role: chat.RoleBot})
			return err
		},
		"enter":  func() error { return w.s.Enter(w.ctx, owner) },
		"trim":   func() error { return w.s.Trim(w.ctx, chat.GeneralRoom, 9) },
		"unban":  func() error { _, err := w.s.Ban(w.ctx, owner, chat.UserRequest{User: carol.ID, On: &off}); return err },
		"delete": func() error { _, err := w.s.Delete(w.ctx, owner, chat.MessageRef{Room: room, Seq: 2}, ""); return err },
	}
	for name, f := range do {
		want(t, name, f(), "")
		before := w.log.Last()
		want(t, name+" again", f(), "")
		if w.log.Last() != before {
			t.Errorf("%s again was stored", name)
		}
	}
}

// TestLimits: what there may be many of, there may not be any number of.
func TestLimits(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	w.post(owner, "", "hi")
	ref := chat.MessageRef{Seq: 1}
	for i := range chat.MaxEdits {
		_, err := w.s.Edit(w.ctx, owner, chat.EditRequest{MessageRef: ref}, chat.TextBody(strings.Repeat("x", 1000)+fmt.Sprint(i)))
		w.must(err)
	}
	_, err := w.s.Edit(w.ctx, owner, chat.EditRequest{MessageRef: ref}, chat.TextBody("one more"))
	want(t, "one edit more", err, chat.CodeTooLarge)
	edits, err := w.s.Edits(w.ctx, owner, ref)
	if err != nil || len(edits.Edits) != chat.MaxEdits+1 || edits.More || string(edits.Edits[0].JSON) != `"hi"` {
		t.Errorf("%d edits, %v", len(edits.Edits), err)
	}
	for i := range chat.MaxReactions {
		_, err := w.s.React(w.ctx, owner, chat.ReactRequest{MessageRef: ref, Emoji: fmt.Sprintf(":e%d:", i)})
		w.must(err)
	}
	_, err = w.s.React(w.ctx, owner, chat.ReactRequest{MessageRef: ref, Emoji: "👍"})
	want(t, "one reaction more", err, chat.CodeTooLarge)
	for i := range chat.MaxPins + 1 {
		w.post(owner, "", "hi")
		_, err = w.s.Pin(w.ctx, owner, chat.PinRequest{MessageRef: chat.MessageRef{Seq: uint64(i + 1)}})
	}
	want(t, "one pin more", err, chat.CodeTooLarge)
	pins, err := w.s.Pins(w.ctx, owner, "")
	if err != nil || len(pins.Messages) != chat.MaxPins || pins.Messages[0].Seq != chat.MaxPins {
		t.Errorf("%d pins, %v", len(pins.Messages), err)
	}
	for _, s := range []string{"", "  ", "\n"} {
		_, err := w.s.PostWait(w.ctx, owner, chat.Draft{Body: chat.TextBody(s)})
		want(t, fmt.Sprintf("the text %q", s), err, chat.CodeBadRequest)
		_, err = w.s.Edit(w.ctx, owner, chat.EditRequest{MessageRef: chat.MessageRef{Seq: 2}}, chat.TextBody(s))
		want(t, fmt.Sprintf("an edit to %q", s), err, chat.CodeBadRequest)
	}
	_, err = w.s.PostWait(w.ctx, owner, chat.Draft{Plain: true, Body: chat.TextBody("")})
	want(t, "an empty text of the plain lane", err, "")
}

// TestTrim: old messages go a few at a time, with all that hung on them; nobody has them
// unread, and what was said later stays.
func TestTrim(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, grace, carol)
	const n = 1100
	for i := range n {
		done := make(chan error, 1)
		d := chat.Draft{ID: fmt.Sprint("m", i+1), Body: chat.TextBody("@grace hopper hi")}
		w.s.Post(w.ctx, owner, d, func(_ chat.Posted, err error) { done <- err })
		w.must(<-done)
	}
	_, err := w.s.MarkRead(w.ctx, carol, chat.ReadRequest{Seq: n - 10})
	w.must(err)
	before := w.log.Last().Offset
	w.must(w.s.Trim(w.ctx, chat.GeneralRoom, n-50))
	if took := w.log.Last().Offset - before; took != (n-50+store.MaxTrim-1)/store.MaxTrim {
		t.Errorf("%d events", took)
	}
	page, err := w.s.History(w.ctx, owner, chat.HistoryRequest{After: new(uint64(1))})
	if err != nil || len(page.Messages) != 50 || page.Messages[0].Seq != n-49 {
		t.Errorf("%d messages are left, %v", len(page.Messages), err)
	}
	for who, unread := range map[chat.User]int{grace: 50, carol: 10} {
		rooms, _, err := w.s.Rooms(w.ctx, who)
		if err != nil || rooms[0].Unread != unread || rooms[0].LastSeq != n || rooms[0].Mentions != map[bool]int{true: 50}[who == grace] {
			t.Errorf("%s has %+v, %v", who.Name, rooms[0], err)
		}
	}
	for _, e := range w.events() {
		if e.Kind == chat.MessageCreated && (len(e.Body.JSON) == 0) != (e.Seq <= n-50) {
			t.Fatalf("message %d has %q in the log", e.Seq, e.Body.JSON)
		}
	}
}
