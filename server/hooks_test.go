package server

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// hooked makes a webhook of somebody's for a room.
func (w *world) hooked(by chat.User, r chat.HookRequest) chat.Hook {
	w.t.Helper()
	h, err := w.s.CheckHook(w.ctx, by, r)
	w.must(err)
	h.ID = "h-" + r.Name
	return h
}

func (w *world) postHook(h chat.Hook) error {
	_, err := w.s.PostHook(w.ctx, h, chat.Draft{Body: chat.TextBody("built")})
	return err
}

// TestAWebhookMayWhatItsMakerMay: what somebody loses, their webhooks lose as well, and
// have again when they do.
func TestAWebhookMayWhatItsMakerMay(t *testing.T) {
	yes, no := true, false
	for name, c := range map[string]struct {
		lose, regain func(w *world, room string) error
	}{
		"banned": {
			func(w *world, _ string) error {
				return second(w.s.Ban(w.ctx, owner, chat.UserRequest{User: admin.ID, On: &yes}))
			},
			func(w *world, _ string) error {
				return second(w.s.Ban(w.ctx, owner, chat.UserRequest{User: admin.ID, On: &no}))
			},
		},
		"demoted": {
			func(w *world, _ string) error {
				return second(w.s.SetRole(w.ctx, owner, chat.UserRequest{User: admin.ID, Role: chat.RoleMember}))
			},
			func(w *world, _ string) error {
				return second(w.s.SetRole(w.ctx, owner, chat.UserRequest{User: admin.ID, Role: chat.RoleAdmin}))
			},
		},
		"out of the room": {
			func(w *world, room string) error {
				return second(w.s.RemoveFrom(w.ctx, owner, chat.RoomRequest{Room: room, User: admin.ID}))
			},
			func(w *world, room string) error {
				return second(w.s.InviteTo(w.ctx, owner, chat.RoomRequest{Room: room, User: admin.ID}))
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := ofTest(t)
			w.enter(owner, admin)
			room := w.makeRoom(owner, chat.RoomPrivate, "plans", admin)
			in := w.hooked(admin, chat.HookRequest{Name: "in", Room: room})
			out := w.hooked(admin, chat.HookRequest{Name: "out", Room: room, URL: "https://example.com"})
			w.must(w.postHook(in))
			w.must(w.s.HookStands(out))
			w.must(c.lose(w, room))
			if err := w.postHook(in); !is(err, chat.CodeNotAllowed) {
				t.Errorf("it posts: %v", err)
			}
			if err := w.s.HookStands(out); !is(err, chat.CodeNotAllowed) {
				t.Errorf("it tells: %v", err)
			}
			w.must(c.regain(w, room))
			w.must(w.postHook(in))
			w.must(w.s.HookStands(out))
		})
	}
}

// TestAWebhookForPrivateNetworksIsAnOwners, also after it was made; and who never said a
// word is known by what they made.
func TestAWebhookForPrivateNetworksIsAnOwners(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	silent := chat.User{ID: "silent", Name: "silent", Role: chat.RoleOwner}
	h := w.hooked(silent, chat.HookRequest{Name: "out", URL: "http://10.0.0.1", Private: true})
	w.must(w.s.HookStands(h))
	w.must(second(w.s.SetRole(w.ctx, owner, chat.UserRequest{User: silent.ID, Role: chat.RoleAdmin})))
	if err := w.s.HookStands(h); !is(err, chat.CodeNotAllowed) {
		t.Errorf("it tells: %v", err)
	}
	if _, err := w.s.CheckHook(w.ctx, silent, chat.HookRequest{Name: "more", URL: "http://10.0.0.1", Private: true}); !is(err, chat.CodeNotAllowed) {
		t.Errorf("an admin makes one: %v", err)
	}
	h.Private = false
	w.must(w.s.HookStands(h))
}

// TestAWebhookThatWasTakenOutStaysOut until somebody invites it.
func TestAWebhookThatWasTakenOutStaysOut(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	room := w.makeRoom(owner, chat.RoomPublic, "builds")
	h := w.hooked(owner, chat.HookRequest{Name: "in", Room: room})
	w.must(w.postHook(h))
	user := chat.HookUser(h).ID
	w.must(second(w.s.RemoveFrom(w.ctx, owner, chat.RoomRequest{Room: room, User: user})))
	for range 2 {
		if err := w.postHook(h); !is(err, chat.CodeNotAllowed) || w.s.isIn(room, user) {
			t.Errorf("it posts: %v", err)
		}
	}
	w.must(second(w.s.InviteTo(w.ctx, owner, chat.RoomRequest{Room: room, User: user})))
	w.must(w.postHook(h))
}

func second(_ any, err error) error { return err }
