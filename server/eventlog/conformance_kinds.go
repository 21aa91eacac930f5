package eventlog

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// change is an event that is no message.
func change(kind chat.EventKind, id, room string, c chat.Change) chat.Event {
	return chat.Event{Kind: kind, ID: id, Author: alice, At: 1_700_000_000_001, Room: room, Change: c}
}

// testKinds: events of all kinds come back as applying them made them, with all that
// they say, in the order of their batch, also after a reopen.
func (engine Engine) testKinds(t *testing.T) {
	home := t.TempDir()
	b := start(t, engine, home)
	bob := chat.User{ID: "bob", Name: "Bob", Role: chat.RoleMember}
	name, topic, none, yes, zero, day, revision := "ops", "a <b> \u2028 & c", "", true, 0, 1, 0
	said := message(alice, "said", "text")
	said.Room, said.Thread, said.ReplyTo = "r", "said", "said"
	said.Extra = chat.Extra{
		Style: chat.StyleOutput, Block: &chat.Block{Title: "make", Language: "sh", Exit: &zero, Duration: 12},
		Files: []chat.File{{ID: "f", Name: "a b.txt", Type: "text/plain", Size: 7}}, Mentions: []string{"bob", chat.MentionRoom},
	}
	edited := change(chat.MessageEdited, "edited", "r", chat.Change{Target: 1, Revision: &revision})
	edited.Body, edited.Extra.Mentions = chat.TextBody("other"), []string{"bob"}
	follow := change(chat.ThreadFollowed, "follow", "r", chat.Change{On: true})
	follow.Thread = "said"
	entered := chat.Event{Kind: chat.UserEntered, ID: "entered", Author: bob, At: 1}
	asked := []chat.Event{
		entered,
		change(chat.RoomCreated, "made", "r", chat.Change{Kind: chat.RoomPrivate, Name: &name, Topic: &topic, Purpose: &none, Users: []chat.User{alice, bob}}),
		said, edited, follow,
		change(chat.RoomChanged, "changed", "r", chat.Change{Topic: &none, Slow: &day, Keep: &day}),
		change(chat.MessageReacted, "react", "r", chat.Change{Target: 1, Emoji: "👍🏽", On: true}),
		change(chat.MessagePinned, "pin", "r", chat.Change{Target: 1, On: true}),
		change(chat.NotifyChanged, "notify", "r", chat.Change{Level: chat.NotifyMentions}),
		change(chat.UserMuted, "mute", "", chat.Change{User: &bob, Until: 99, Reason: "so"}),
		change(chat.SessionEnded, "end", "", chat.Change{User: &bob, SignIn: "s", On: true, Reason: "so"}),
		change(chat.HookCreated, "hook", "r", chat.Change{User: &chat.User{ID: chat.ReservedID + "hook:h", Name: "CI", Role: chat.RoleBot}, On: true}),
		change(chat.HookDeleted, "no hook", "", chat.Change{User: &chat.User{ID: chat.ReservedID + "hook:h2", Name: "mirror", Role: chat.RoleBot}}),
		change(chat.RoleChanged, "role", "", chat.Change{User: &bob}),
		change(chat.RoomLeft, "left", "r", chat.Change{User: &bob}),
		change(chat.RoomChanged, "closed", "r", chat.Change{Archived: &yes}),
		change(chat.UserBanned, "ban", "", chat.Change{User: &bob, On: true}),
	}
	stored := b.store(asked...)
	for i, e := range stored {
		want := asked[i]
		want.Position = chat.Position{Epoch: stored[0].Position.Epoch, Offset: uint64(i + 1)}
		want.Seq, want.Was = e.Seq, e.Was // of applying
		if diff := cmp.Diff(want, e); diff != "" {
			t.Errorf("%s (-want +got):\n%s", e.ID, diff)
		}
	}
	if stored[0].Seq != 1 || stored[2].Seq != 1 || stored[3].Seq != 1 {
		t.Errorf("applying made %d, %d and %d of a newcomer, a message and an edit", stored[0].Seq, stored[2].Seq, stored[3].Seq)
	}
	same(t, "delivered", stored, b.told())
	kept := asKept(stored)
	same(t, "read", kept, b.all(5))
	b.close()
	b = start(t, engine, home)
	same(t, "read after reopening", kept, b.all(100))
	same(t, "duplicates", kept, b.store(asked...))
	moved := change(chat.MarkerMoved, "moved", chat.GeneralRoom, chat.Change{Target: 99})
	r := b.append(moved, change(chat.RoomJoined, "closed-too", "r", chat.Change{Users: []chat.User{alice}}))
	if r[0].err == nil || r[1].err == nil {
		t.Errorf("a marker that stays and a room that is archived were stored: %+v", r)
	}
	if last := b.log.Last(); last.Offset != uint64(len(asked)) {
		t.Errorf("what was refused has the offset %d", last.Offset)
	}
}

// asKept are events as they are stored: Was and Passed are told and not kept.
func asKept(events []chat.Event) []chat.Event {
	out := append([]chat.Event(nil), events...)
	for i := range out {
		out[i].Was, out[i].Passed = nil, false
	}
	return out
}

// testErased: what an event erases is forgotten by the log, and nothing else is: not
// the place, the author, the time or the key of what it was, nor its neighbours.
func (engine Engine) testErased(t *testing.T) {
	home := t.TempDir()
	b := start(t, engine, home)
	long := strings.Repeat("long ", 20_000)
	first, second := message(alice, "first", "secret one"), message(alice, "second", "stays")
	first.Body.Attachments = [][]byte{[]byte("attached")}
	first.Extra = chat.Extra{Style: chat.StyleMe, Auto: true, Mentions: []string{"alice"}}
	first.ReplyTo = "earlier"
	edit := func(id, text string) chat.Event {
		e := change(chat.MessageEdited, id, chat.GeneralRoom, chat.Change{Target: 1})
		e.Body, e.Extra.Mentions = chat.TextBody(text), []string{"alice"}
		return e
	}
	stored := b.store(first, second, edit("e1", "secret two"), edit("e2", long))
	deleted := b.store(change(chat.MessageDeleted, "gone", chat.GeneralRoom, chat.Change{Target: 1, User: &alice}))[0]
	if diff := cmp.Diff([]uint64{1, 3, 4}, deleted.Erases); diff != "" {
		t.Fatalf("a deletion erases (-want +got):\n%s", diff)
	}
	if !stored[0].Passed || stored[1].Passed {
		t.Errorf("of what a program said first its author's marker went past: %t; of what they said: %t", stored[0].Passed, stored[1].Passed)
	}
	same(t, "delivered", append(stored, deleted), b.told())
	want := asKept(append(append([]chat.Event(nil), stored...), deleted))
	for _, i := range []int{0, 2, 3} {
		want[i].Body, want[i].Extra = chat.Body{}, chat.Extra{Auto: i == 0}
	}
	want[4].Erases = nil
	same(t, "read", want, b.all(2))
	same(t, "duplicates of what was erased", want[:1], b.store(first))
	b.close()
	b = start(t, engine, home)
	same(t, "read after reopening", want, b.all(100))
	same(t, "duplicates after reopening", []chat.Event{want[0], want[1], want[4]}, b.store(first, second, change(chat.MessageDeleted, "gone", "", chat.Change{})))
	r := b.append(edit("e3", "again"))
	if !errors.Is(r[0].err, &chat.Error{Code: chat.CodeDeleted}) {
		t.Errorf("an edit of what was deleted: %v", r[0].err)
	}
}

// testErasedAtOnce: an event is erased by one that was appended with it.
func (engine Engine) testErasedAtOnce(t *testing.T) {
	b := start(t, engine, t.TempDir())
	b.store(message(alice, "m0", "zero"))
	batch := messages(alice, 1, 50)
	for i := range 25 {
		batch = append(batch, change(chat.MessageDeleted, "", chat.GeneralRoom, chat.Change{Target: uint64(2 + 2*i), User: &alice}))
		batch[len(batch)-1].ID = "gone" + batch[i].ID
	}
	b.store(batch...)
	for _, e := range b.all(100) {
		erased := e.Kind == chat.MessageCreated && e.Seq > 1 && e.Seq%2 == 0
		if e.Kind == chat.MessageCreated && erased != (len(e.Body.JSON) == 0) {
			t.Errorf("message %d has the body %q", e.Seq, e.Body.JSON)
		}
	}
}
