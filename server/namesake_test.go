package server

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestLaterNamesakes: a name is the first one's, whatever the tokens of others say; whoever
// comes later has a number behind it, and keeps that.
func TestLaterNamesakes(t *testing.T) {
	w := ofTest(t)
	long := strings.Repeat("m", chat.MaxName)
	name := func(id, name string) string {
		t.Helper()
		u := chat.User{ID: id, Name: name, Role: chat.RoleGuest}
		w.must(w.s.Enter(w.ctx, u))
		return w.s.Standing(u).Name
	}
	for _, c := range []struct{ id, name, want string }{
		{"1", "ada", "ada"},
		{"2", "Ada", "Ada (2)"},
		{"3", "аda", "аda (3)"}, // the first letter is Cyrillic
		{"2", "Ada", "Ada (2)"},
		{"1", "ada", "ada"},
		{"4", long, long},
		{"5", long, long[:chat.MaxName-8] + " (2)"},
		{"5", long, long[:chat.MaxName-8] + " (2)"},
		{"1", "countess", "countess"},
		{"6", "ada", "ada"}, // it is nobody's now
		{"2", "grace", "grace"},
	} {
		if got := name(c.id, c.name); got != c.want {
			t.Errorf("%s as %q is %q, want %q", c.id, c.name, got, c.want)
		}
	}
	before := w.log.Last()
	name("5", long)
	if w.log.Last() != before {
		t.Error("who comes again as they were is told anew")
	}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { w.must(w.s.Enter(w.ctx, chat.User{ID: fmt.Sprint("n", i), Name: "eve", Role: chat.RoleBot})) })
	}
	all.Wait()
	seen := make(map[string]bool)
	for i := range 20 {
		seen[w.s.Standing(chat.User{ID: fmt.Sprint("n", i)}).Name] = true
	}
	if len(seen) != 20 || !seen["eve"] || !seen["eve (20)"] {
		t.Errorf("twenty at once are %v", seen)
	}
}

// TestFirstFree: the numbers behind a name are given in order, with a few looks where
// thousands are taken, and one that was given back may be given again.
func TestFirstFree(t *testing.T) {
	taken := make(map[int]bool)
	looks := 0
	free := func(n int) bool {
		looks++
		return !taken[n]
	}
	for want := 2; want < 3000; want++ {
		looks = 0
		if got := firstFree(free); got != want || looks > 24 {
			t.Fatalf("it is %d after %d looks, want %d", got, looks, want)
		}
		taken[want] = true
	}
	delete(taken, 2)
	if got := firstFree(free); got != 2 {
		t.Errorf("2 was given back, and it is %d", got)
	}
	delete(taken, 700)
	taken[2] = true
	if got := firstFree(free); taken[got] {
		t.Errorf("%d is taken", got)
	}
}

// TestLastOneInARoom: a private room that nobody is in could never be reached again.
func TestLastOneInARoom(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol, grace)
	room := w.makeRoom(carol, chat.RoomPrivate, "ghost")
	_, err := w.s.LeaveRoom(w.ctx, carol, chat.RoomRequest{Room: room})
	want(t, "the last one leaves", err, chat.CodeNotAllowed)
	_, err = w.s.InviteTo(w.ctx, carol, chat.RoomRequest{Room: room, User: grace.ID})
	w.must(err)
	_, err = w.s.LeaveRoom(w.ctx, carol, chat.RoomRequest{Room: room})
	want(t, "the last but one", err, "")
}

// TestNothingToSee: what shows nothing is no message, on the lane of people.
func TestNothingToSee(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	ref := chat.MessageRef{Seq: w.post(owner, "", "hi").Seq}
	for _, raw := range []string{`""`, `"\u200b\u2060"`, `"\u3164"`, `" \n\t"`, `"\ufe0f\u0301"`} {
		body := chat.Body{JSON: []byte(raw)}
		_, err := w.s.PostWait(w.ctx, owner, chat.Draft{Body: body})
		want(t, "say "+raw, err, chat.CodeBadRequest)
		_, err = w.s.Edit(w.ctx, owner, chat.EditRequest{MessageRef: ref}, body)
		want(t, "edit to "+raw, err, chat.CodeBadRequest)
		_, err = w.s.PostWait(w.ctx, owner, chat.Draft{Body: body, Plain: true})
		want(t, "on the plain lane "+raw, err, "")
	}
	for _, text := range []string{".", "👍", "日", "e\u0301"} {
		_, err := w.s.PostWait(w.ctx, owner, chat.Draft{Body: chat.TextBody(text)})
		want(t, "say "+text, err, "")
	}
}

// TestDirectWithSomebodyBanned: what was said between two can be opened when one of them
// is banned; it does not begin then.
func TestDirectWithSomebodyBanned(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol, grace)
	there, err := w.s.Direct(w.ctx, owner, []string{carol.ID})
	w.must(err)
	for _, u := range []chat.User{carol, grace} {
		_, err = w.s.Ban(w.ctx, owner, chat.UserRequest{User: u.ID})
		w.must(err)
	}
	if again, err := w.s.Direct(w.ctx, owner, []string{carol.ID}); err != nil || again.Room.ID != there.Room.ID {
		t.Errorf("%+v, %v", again, err)
	}
	_, err = w.s.Direct(w.ctx, owner, []string{grace.ID})
	want(t, "a new one", err, chat.CodeBanned)
}

// TestPagesOfAnotherLog: a place in what the log was before a restore is no place in it.
func TestPagesOfAnotherLog(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	other := chat.Position{Epoch: "OTHER", Offset: 1}
	_, err := w.s.Inbox(w.ctx, owner, chat.InboxRequest{Before: other})
	want(t, "inbox", err, chat.CodeBadRequest)
	_, _, err = w.s.AuditTrail(w.ctx, owner, chat.AuditRequest{Before: other})
	want(t, "audit", err, chat.CodeBadRequest)
}

// TestMutedPresence: who is muted says nothing by their presence either.
func TestMutedPresence(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	_, err := w.s.Mute(w.ctx, owner, chat.UserRequest{User: carol.ID, Until: chat.ToMillis(w.Now().Add(time.Hour))})
	w.must(err)
	want(t, "away", w.s.SetPresence(w.ctx, carol, 1, chat.PresenceRequest{State: chat.Away}), "")
	want(t, "away, with a text", w.s.SetPresence(w.ctx, carol, 1, chat.PresenceRequest{State: chat.Away, Text: "buy"}), chat.CodeMuted)
}

// TestSystemsName: nobody is called as the server calls itself.
func TestSystemsName(t *testing.T) {
	w := ofTest(t)
	u := chat.User{ID: "x", Name: "Hobnob", Role: chat.RoleMember}
	w.must(w.s.Enter(w.ctx, u))
	if got := w.s.Standing(u).Name; got != "Hobnob (2)" {
		t.Errorf("it is %q", got)
	}
}

// TestAuditKeepsRoomsPrivate: admins are told that something was done in a room that they
// may not see, and not what it is called or who is in it.
func TestAuditKeepsRoomsPrivate(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, admin, carol, grace)
	w.makeRoom(carol, chat.RoomPrivate, "plans", grace)
	w.makeRoom(carol, chat.RoomPublic, "talk", grace)
	list, _, err := w.s.AuditTrail(w.ctx, admin, chat.AuditRequest{})
	w.must(err)
	for i, want := range []string{"talk", ""} {
		got := ""
		if list[i].Name != nil {
			got = *list[i].Name
		}
		if got != want || (len(list[i].Users) == 0) != (want == "") || list[i].Room == "" {
			t.Errorf("entry %d: %+v", i, list[i])
		}
	}
}

// TestSearchesOfOnePerson: one person does not have all searches.
func TestSearchesOfOnePerson(t *testing.T) {
	var c searching
	var ends []func()
	for range maxSearching {
		end, err := c.begin("a")
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, end)
	}
	_, err := c.begin("a")
	want(t, "one more", err, chat.CodeTooMany)
	end, err := c.begin("b")
	want(t, "another person", err, "")
	end()
	for _, end := range ends {
		end()
	}
	if len(c.now) > 0 {
		t.Errorf("%v are under way", c.now)
	}
}
