package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestResume: whoever is away and back, while rooms are joined and left and people are
// taken out, banned and let in again, hears all that is theirs once, and nothing else:
// as a second account of what each event is for says it.
func TestResume(t *testing.T) {
	histories(t, func(rt *rapid.T, w *world) {
		people := []chat.User{owner, grace, carol, guest}
		w.enter(people...)
		var devices []*device
		begun := make(map[*device]uint64)
		for _, p := range []chat.User{grace, grace, carol, guest} {
			d := newDevice(w, p)
			devices = append(devices, d)
			begun[d] = w.log.Last().Offset
			w.must(d.come())
		}
		a := &acts{w: w, people: people}
		moves := []func(*rapid.T, chat.User) error{
			a.post, a.post, a.post, a.create, a.join, a.join, a.leave, a.invite, a.invite, a.take, a.change, a.direct, a.edit, a.read, a.ban, a.unban,
		}
		for range rapid.IntRange(1, 70).Draw(rt, "steps") {
			before := w.log.Last().Offset
			who := rapid.SampledFrom(people).Draw(rt, "who")
			_ = rapid.SampledFrom(moves).Draw(rt, "what")(rt, who)
			sendAway(w, devices, before)
			for _, d := range devices {
				d.listen()
			}
			if i := rapid.IntRange(0, 2*len(devices)).Draw(rt, "device"); i < len(devices) {
				toggle(rt, devices[i])
			}
		}
		for _, p := range people[1:] { // nobody is banned in the end
			off := false
			_, err := w.s.Ban(w.ctx, owner, chat.UserRequest{User: p.ID, On: &off})
			w.must(err)
		}
		for _, d := range devices {
			if !d.online {
				w.must(d.come())
			}
			d.listen()
			want := theirs(w.events(), d.who, begun[d], d.replays)
			if diff := cmp.Diff(want, d.heard); diff != "" {
				rt.Fatalf("%s heard (-theirs +heard):\n%s\nof %s", d.who.Name, diff, story(w))
			}
		}
	})
}

// theirs are the offsets of the events after one that are somebody's to hear, where some
// were told after they had been away: then nothing of rooms that they could not read by
// the end of it, but that they came and went. Roles do not change in these histories.
func theirs(log []chat.Event, who chat.User, after uint64, replays [][2]uint64) []uint64 {
	in := map[string]bool{chat.GeneralRoom: true}
	public := map[string]bool{chat.GeneralRoom: true}
	sees := func(room string) bool {
		return room == "" || in[room] || (public[room] && who.Role != chat.RoleGuest)
	}
	var out []uint64
	moved := make(map[uint64]bool)
	for _, e := range log {
		names := func(users []chat.User) bool {
			return slices.ContainsFunc(users, func(u chat.User) bool { return u.ID == who.ID })
		}
		var hears bool
		switch e.Kind {
		case chat.RoomCreated:
			public[e.Room] = e.Change.Kind == chat.RoomPublic
			in[e.Room] = names(e.Change.Users)
			hears = in[e.Room] || (public[e.Room] && who.Role != chat.RoleGuest)
		case chat.RoomChanged:
			hears = in[e.Room] || (public[e.Room] && who.Role != chat.RoleGuest)
		case chat.RoomJoined:
			in[e.Room] = in[e.Room] || names(e.Change.Users)
			hears = in[e.Room]
		case chat.RoomLeft:
			hears = in[e.Room]
			if e.Change.User.ID == who.ID {
				in[e.Room] = false
			}
		case chat.MarkerMoved, chat.NotifyChanged, chat.ThreadFollowed:
			hears = e.Author.ID == who.ID
		case chat.UserEntered, chat.RoleChanged, chat.UserBanned:
			hears = true
		default:
			hears = in[e.Room]
		}
		if hears && e.Position.Offset > after {
			out = append(out, e.Position.Offset)
		}
		moved[e.Position.Offset] = (e.Kind == chat.RoomCreated || e.Kind == chat.RoomJoined) && names(e.Change.Users) ||
			e.Kind == chat.RoomLeft && e.Change.User.ID == who.ID
		for _, r := range replays {
			if e.Position.Offset == r[1] {
				out = slices.DeleteFunc(out, func(at uint64) bool { return at > r[0] && !moved[at] && !sees(log[at-1].Room) })
			}
		}
	}
	return out
}

// story is a log in short.
func story(w *world) (lines []string) {
	for _, e := range w.events() {
		line := e.Position.String()[27:] + " " + string(e.Kind) + " of " + e.Author.Name + " in " + e.Room
		for _, u := range e.Change.Users {
			line += " +" + u.Name
		}
		if e.Change.User != nil {
			line += " -" + e.Change.User.Name
		}
		lines = append(lines, line+"\n")
	}
	return lines
}

// TestReplayTellsNothingOfLater: who was taken out of a room hears on coming back that
// they were, and nothing of what was said and of what the room became.
func TestReplayTellsNothingOfLater(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	room := w.makeRoom(owner, chat.RoomPrivate, "ops", carol)
	from := w.log.Last()
	change := func(topic string) {
		_, err := w.s.ChangeRoom(w.ctx, owner, chat.RoomChangeRequest{Room: room, Topic: &topic})
		w.must(err)
	}
	change("one")
	w.post(owner, room, "to those who are here")
	_, err := w.s.RemoveFrom(w.ctx, owner, chat.RoomRequest{Room: room, User: carol.ID, Reason: "so"})
	w.must(err)
	change("secret")
	name := "hidden"
	_, err = w.s.ChangeRoom(w.ctx, owner, chat.RoomChangeRequest{Room: room, Name: &name})
	w.must(err)
	var heard []chat.Event
	tell := func(batch []chat.Event) error { heard = append(heard, batch...); return nil }
	w.must(w.s.Replay(w.ctx, carol, from, w.log.Last(), tell))
	if len(heard) != 1 || heard[0].Kind != chat.RoomLeft {
		t.Fatalf("heard %v", heard)
	}
	if diff := cmp.Diff(chat.Room{ID: room, Kind: chat.RoomPrivate}, RoomAt(&heard[0])); diff != "" {
		t.Errorf("%s is told with:\n%s", heard[0].Kind, diff)
	}
	heard = nil
	w.must(w.s.Replay(w.ctx, owner, from, w.log.Last(), tell))
	if len(heard) != 5 || RoomAt(&heard[0]).Topic != "secret" || RoomAt(&heard[0]).Name != "hidden" {
		t.Errorf("who is in it heard %d, with %+v", len(heard), RoomAt(&heard[0]))
	}
}

// TestLiveTellsNothingOfLater: also in one batch each is told of the room as of then.
func TestLiveTellsNothingOfLater(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	room := w.makeRoom(owner, chat.RoomPrivate, "ops", carol)
	d := newDevice(w, carol)
	w.must(d.come())
	secret := "secret"
	w.s.Deliver([]chat.Event{
		{Kind: chat.RoomLeft, Author: owner, Room: room, Change: chat.Change{User: &carol}},
		{Kind: chat.RoomChanged, Author: owner, Room: room, Change: chat.Change{Topic: &secret}},
	})
	if len(d.waiting) != 1 || d.waiting[0].Now.Topic != "" || d.waiting[0].Now.Members != 1 {
		t.Errorf("heard %+v", d.waiting)
	}
}

// TestPassedIsToldInOrder: also in one batch the author hears where their marker stands
// before what comes after it, and others do not hear it.
func TestPassedIsToldInOrder(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	own, others := newDevice(w, carol), newDevice(w, owner)
	w.must(own.come())
	w.must(others.come())
	said := func(seq uint64, who chat.User, passed bool) chat.Event {
		return chat.Event{
			Kind: chat.MessageCreated, Author: who, Room: chat.GeneralRoom, Seq: seq, Passed: passed, Extra: chat.Extra{Auto: passed},
			Position: chat.Position{Offset: seq + 10}, Body: chat.TextBody("hi"),
		}
	}
	w.s.Deliver([]chat.Event{said(1, carol, true), said(2, carol, true), said(3, owner, false), said(4, carol, false)})
	heard := func(d *device) (list []string) {
		for _, e := range d.waiting {
			list = append(list, fmt.Sprint(e.Kind, " ", e.Position.Offset, " ", e.Change.Target))
		}
		return list
	}
	all := []string{"message 11 0", "message 12 0", "message 13 0", "message 14 0"}
	if got := heard(others); !slices.Equal(got, all) {
		t.Errorf("others heard %q", got)
	}
	if got := heard(own); !slices.Equal(got, []string{all[0], "read 11 1", all[1], "read 12 2", all[2], all[3]}) {
		t.Errorf("their author heard %q", got)
	}
	if h := w.hub; !h.hearsPassed(&chat.Event{Passed: true, Author: carol}) || h.hearsPassed(&chat.Event{Passed: true, Author: chat.User{ID: "nobody"}}) || h.hearsPassed(&chat.Event{Author: carol}) {
		t.Error("runs are cut for who does not hear of it")
	}
}

// TestReplayFromBeforeEntering: the room that all are in is theirs whenever they came,
// be it by saying something there.
func TestReplayFromBeforeEntering(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	w.post(owner, "", "one")
	from := w.log.Last()
	w.post(owner, "", "two")
	_, err := w.s.PostWait(w.ctx, carol, chat.Draft{Plain: true, Body: chat.TextBody("three")})
	w.must(err)
	w.post(owner, "", "four")
	var texts []string
	w.must(w.s.Replay(w.ctx, carol, from, w.log.Last(), func(batch []chat.Event) error {
		for _, e := range batch {
			if text, ok := e.Body.Text(); ok {
				texts = append(texts, text)
			}
		}
		return nil
	}))
	if !slices.Equal(texts, []string{"two", "three", "four"}) {
		t.Errorf("heard %q", texts)
	}
}

// TestScopedResume: what a token with a scope hears is the same live and after a resume,
// but for what was said in a room that its bearer was taken out of.
func TestScopedResume(t *testing.T) {
	for _, scope := range []string{"", "read", "post", "read room:general", "read room:ROOM", "read post room:ROOM room:general"} {
		w := ofTest(t)
		w.enter(owner, carol)
		room := w.makeRoom(owner, chat.RoomPrivate, "ops", carol)
		other := w.makeRoom(owner, chat.RoomPublic, "talk", carol)
		who := carol
		who.Scope = strings.ReplaceAll(scope, "ROOM", room)
		live := newDevice(w, who)
		w.must(live.come())
		from := w.log.Last()
		for _, in := range []string{room, other, chat.GeneralRoom} {
			w.post(owner, in, "hi")
			w.must(w.set(owner, chat.RoomChangeRequest{Room: in, Topic: new("new")}))
			_, err := w.s.MarkRead(w.ctx, carol, chat.ReadRequest{Room: in, Seq: 1})
			w.must(err)
			_, err = w.s.Mute(w.ctx, owner, chat.UserRequest{User: carol.ID, Room: in, Until: chat.ToMillis(w.Now()) + 1000})
			w.must(err)
		}
		_, err := w.s.Mute(w.ctx, owner, chat.UserRequest{User: carol.ID, Until: chat.ToMillis(w.Now()) + 1000})
		w.must(err)
		w.enter(grace)
		w.makeRoom(owner, chat.RoomPublic, "new")
		_, err = w.s.RemoveFrom(w.ctx, owner, chat.RoomRequest{Room: room, User: carol.ID})
		w.must(err)
		w.post(owner, room, "gone?")
		var now, later []string
		name := func(e chat.Event) string { return fmt.Sprint(e.Position.Offset, " ", e.Kind, " ", e.Room) }
		for _, e := range live.waiting {
			if e.Room != room || e.Kind == chat.RoomLeft {
				now = append(now, name(e))
			}
		}
		w.must(w.s.Replay(w.ctx, who, from, w.log.Last(), func(batch []chat.Event) error {
			for _, e := range batch {
				later = append(later, name(e))
			}
			return nil
		}))
		if diff := cmp.Diff(now, later); diff != "" || (len(now) == 0) != (scope == "post") {
			t.Errorf("with the scope %q (-live +resumed):\n%s\nof %q", scope, diff, now)
		}
	}
}
