package server

import (
	"errors"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestNothingDoneIsSaid: who asks for what is so already is told that nothing changed, and nobody
// is told it of what did.
func TestNothingDoneIsSaid(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	off := false
	for _, c := range []struct {
		r         chat.UserRequest
		unchanged bool
	}{
		{chat.UserRequest{User: "carol", On: &off}, true},
		{chat.UserRequest{User: "carol"}, false},
		{chat.UserRequest{User: "carol", Reason: "so"}, true},
		{chat.UserRequest{User: "carol", On: &off}, false},
	} {
		done, err := w.s.Ban(w.ctx, owner, c.r)
		if w.must(err); done.Unchanged != c.unchanged || done.Position != w.log.Last() {
			t.Errorf("%+v: %+v", c.r, done)
		}
	}
}

// TestNobodyIsTakenOutOfWhatNobodyLeaves, nor out of a room where they are not, and it is said why.
func TestNobodyIsTakenOutOfWhatNobodyLeaves(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, carol)
	room := w.makeRoom(owner, chat.RoomPrivate, "ops")
	dm, err := w.s.Direct(w.ctx, owner, []string{carol.ID})
	w.must(err)
	for _, c := range []struct {
		room, who string
		code      chat.Code
		says      string
	}{
		{chat.GeneralRoom, "carol", chat.CodeNotAllowed, "nobody is taken out of #general: the whole team is in it"},
		{dm.Room.ID, "carol", chat.CodeNotAllowed, "nobody is taken out of a direct message"},
		{room, "carol", chat.CodeNotMember, "carol is not in this room"},
		{room, "ada", chat.CodeBadRequest, "that is you; leave the room instead"},
		{room, "nobody", chat.CodeNotFound, "there is nobody of that name in the team"},
	} {
		_, err := w.s.RemoveFrom(w.ctx, owner, chat.RoomRequest{Room: c.room, User: c.who})
		no, ok := errors.AsType[*chat.Error](err)
		if !ok || no.Code != c.code || no.Message != c.says {
			t.Errorf("%s out of %s: %v", c.who, c.room, err)
		}
	}
}
