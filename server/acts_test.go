package server

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// acts makes random requests of random people: of all kinds, of rooms and messages that
// are and that are not, allowed and not.
type acts struct {
	w      *world
	people []chat.User
	roles  bool // also changes of roles, bans and mutes
	n      int
	ids    []string // of drafts that were posted
}

var emojis = []string{"👍", "🎉", "❤️", ":shipit:"}

// room is one that there is, mostly.
func (a *acts) room(t *rapid.T) string {
	all := []string{chat.GeneralRoom, "nowhere", "#old-name"}
	a.w.s.team.mu.RLock()
	for id := range a.w.s.team.rooms {
		all = append(all, id, id, id)
	}
	a.w.s.team.mu.RUnlock()
	slices.Sort(all)
	return rapid.SampledFrom(all).Draw(t, "room")
}

// ref is a message that there is, mostly.
func (a *acts) ref(t *rapid.T) chat.MessageRef {
	room := a.room(t)
	a.w.s.team.mu.RLock()
	last := uint64(3)
	if r := a.w.s.team.rooms[room]; r != nil {
		last = r.LastSeq
	}
	a.w.s.team.mu.RUnlock()
	return chat.MessageRef{Room: room, Seq: rapid.Uint64Range(0, last+1).Draw(t, "seq")}
}

func (a *acts) person(t *rapid.T) chat.User { return rapid.SampledFrom(a.people).Draw(t, "who") }

// text has mentions in it now and then.
func (a *acts) text(t *rapid.T) string {
	words := []string{"hello", "@ada", "@room", "@here", "`@bob`", "@grace hopper", "@carol", "世界", "@robo-t", "@gus", "\n"}
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, "text"), " ")
}

// presence has a device of somebody come, go, or say how they can be reached.
func (a *acts) presence(t *rapid.T, who chat.User) error {
	switch state := rapid.SampledFrom([]chat.PresenceState{"", chat.Absent, chat.Active, chat.Idle, chat.Away}).Draw(t, "state"); state {
	case "":
		a.w.s.Arrive(who, who.ID)
	case chat.Absent:
		a.w.s.Depart(who, who.ID)
	default:
		return a.w.s.SetPresence(a.w.ctx, who, who.ID, chat.PresenceRequest{State: state})
	}
	return nil
}

// thread is the ID of a message that there may be.
func (a *acts) thread(t *rapid.T) string {
	if len(a.ids) == 0 || rapid.IntRange(0, 2).Draw(t, "alone") > 0 {
		return ""
	}
	return rapid.SampledFrom(a.ids).Draw(t, "thread")
}

// step has one request made, whatever comes of it.
func (a *acts) step(t *rapid.T) {
	kinds := []func(*rapid.T, chat.User) error{
		a.post, a.post, a.post, a.post, a.edit, a.remove, a.react, a.react, a.pin,
		a.presence, a.create, a.join, a.join, a.leave, a.invite, a.invite, a.take, a.change, a.direct,
		a.read, a.read, a.notify, a.follow, a.trim, a.rename, a.call,
	}
	if a.roles {
		kinds = append(kinds, a.role, a.ban, a.unban, a.mute)
	}
	who := a.person(t)
	err := rapid.SampledFrom(kinds).Draw(t, "what")(t, who)
	switch code := codeOf(err); code {
	case chat.CodeInternal, chat.CodeUnavailable, chat.CodeUnchanged:
		t.Fatalf("%s was answered %s: %v", who.Name, code, err)
	default:
		if err != nil && !strings.HasPrefix(string(code), strings.ToLower(string(code))) {
			t.Fatalf("%s was answered %T: %v", who.Name, err, err)
		}
	}
	a.w.pass(time.Duration(rapid.SampledFrom([]int{0, 0, 0, 30, 4000}).Draw(t, "seconds")) * time.Second)
}

func (a *acts) post(t *rapid.T, who chat.User) error {
	a.n++
	id := fmt.Sprint("m", a.n)
	if len(a.ids) > 0 && rapid.IntRange(0, 9).Draw(t, "again") == 0 {
		id = rapid.SampledFrom(a.ids).Draw(t, "id")
	}
	d := chat.Draft{ID: id, Room: a.room(t), Body: chat.TextBody(a.text(t)), Thread: a.thread(t)}
	if rapid.IntRange(0, 4).Draw(t, "binary") == 0 {
		d.Body.Attachments = [][]byte{{1, 2, 3}}
	}
	d.Extra.Style = rapid.SampledFrom([]chat.Style{"", "", chat.StyleMe, chat.StyleOutput}).Draw(t, "style")
	d.Extra.Auto = rapid.IntRange(0, 3).Draw(t, "auto") == 0
	_, err := a.w.s.PostWait(a.w.ctx, who, d)
	if err == nil {
		a.ids = append(a.ids, id)
	}
	return err
}

func (a *acts) edit(t *rapid.T, who chat.User) error {
	r := chat.EditRequest{MessageRef: a.ref(t)}
	if m, err := a.w.s.message(a.w.ctx, Read, a.w.s.Standing(who), r.MessageRef); err == nil && rapid.Bool().Draw(t, "own") {
		who = m.From
	}
	if rapid.IntRange(0, 3).Draw(t, "stale") == 0 {
		n := rapid.IntRange(0, 2).Draw(t, "revision")
		r.Revision = &n
	}
	_, err := a.w.s.Edit(a.w.ctx, who, r, chat.TextBody(a.text(t)))
	return err
}

func (a *acts) remove(t *rapid.T, who chat.User) error {
	_, err := a.w.s.Delete(a.w.ctx, who, a.ref(t), "")
	return err
}

func (a *acts) react(t *rapid.T, who chat.User) error {
	on := rapid.IntRange(0, 2).Draw(t, "off") > 0
	_, err := a.w.s.React(a.w.ctx, who, chat.ReactRequest{MessageRef: a.ref(t), Emoji: rapid.SampledFrom(emojis).Draw(t, "emoji"), On: &on})
	return err
}

func (a *acts) pin(t *rapid.T, who chat.User) error {
	on := rapid.Bool().Draw(t, "on")
	_, err := a.w.s.Pin(a.w.ctx, who, chat.PinRequest{MessageRef: a.ref(t), On: &on})
	return err
}

func (a *acts) create(t *rapid.T, who chat.User) error {
	a.n++
	r := chat.RoomCreateRequest{
		Name: fmt.Sprint("room-", rapid.IntRange(0, 9).Draw(t, "name")), Topic: "t",
		Kind: rapid.SampledFrom([]chat.RoomKind{"", chat.RoomPublic, chat.RoomPrivate, chat.RoomDirect}).Draw(t, "kind"),
		ID:   fmt.Sprint("m", rapid.IntRange(max(1, a.n-3), a.n).Draw(t, "id")),
	}
	for _, u := range rapid.SliceOfN(rapid.SampledFrom(a.people), 0, 3).Draw(t, "users") {
		r.Users = append(r.Users, u.ID)
	}
	_, err := a.w.s.CreateRoom(a.w.ctx, who, r)
	return err
}

func (a *acts) join(t *rapid.T, who chat.User) error {
	_, err := a.w.s.JoinRoom(a.w.ctx, who, a.room(t))
	return err
}

func (a *acts) leave(t *rapid.T, who chat.User) error {
	_, err := a.w.s.LeaveRoom(a.w.ctx, who, chat.RoomRequest{Room: a.room(t)})
	return err
}

func (a *acts) invite(t *rapid.T, who chat.User) error {
	_, err := a.w.s.InviteTo(a.w.ctx, who, chat.RoomRequest{Room: a.room(t), Users: []string{a.person(t).ID, a.person(t).ID}})
	return err
}

func (a *acts) take(t *rapid.T, who chat.User) error {
	_, err := a.w.s.RemoveFrom(a.w.ctx, who, chat.RoomRequest{Room: a.room(t), User: a.person(t).ID, Reason: "so"})
	return err
}

func (a *acts) change(t *rapid.T, who chat.User) error {
	r := chat.RoomChangeRequest{Room: a.room(t)}
	switch rapid.IntRange(0, 4).Draw(t, "which") {
	case 0:
		topic := rapid.SampledFrom([]string{"", "one", "two"}).Draw(t, "topic")
		r.Topic, r.Purpose = &topic, &topic
	case 1:
		on := rapid.Bool().Draw(t, "archived")
		r.Archived = &on
	case 2:
		slow := rapid.SampledFrom([]int{0, 30, -1}).Draw(t, "slow")
		r.Slow = &slow
	case 3:
		keep := rapid.SampledFrom([]int{0, 30}).Draw(t, "keep")
		r.Keep = &keep
	}
	_, err := a.w.s.ChangeRoom(a.w.ctx, who, r)
	return err
}

func (a *acts) rename(t *rapid.T, who chat.User) error {
	name := rapid.SampledFrom([]string{"old-name", "room-1", "r00m-1", "lobby", "", "general"}).Draw(t, "name")
	_, err := a.w.s.ChangeRoom(a.w.ctx, who, chat.RoomChangeRequest{Room: a.room(t), Name: &name})
	return err
}

func (a *acts) direct(t *rapid.T, who chat.User) error {
	_, err := a.w.s.Direct(a.w.ctx, who, []string{a.person(t).ID, a.person(t).Name})
	return err
}

func (a *acts) read(t *rapid.T, who chat.User) error {
	r := a.ref(t)
	_, err := a.w.s.MarkRead(a.w.ctx, who, chat.ReadRequest(r))
	return err
}

func (a *acts) notify(t *rapid.T, who chat.User) error {
	level := rapid.SampledFrom([]chat.Notify{chat.NotifyAll, chat.NotifyMentions, chat.NotifyNone, "some"}).Draw(t, "level")
	_, err := a.w.s.SetNotify(a.w.ctx, who, chat.NotifyRequest{Room: a.room(t), Level: level})
	return err
}

func (a *acts) follow(t *rapid.T, who chat.User) error {
	on := rapid.Bool().Draw(t, "on")
	_, err := a.w.s.Follow(a.w.ctx, who, chat.FollowRequest{Room: a.room(t), Thread: a.thread(t), On: &on})
	return err
}

func (a *acts) trim(t *rapid.T, _ chat.User) error {
	r := a.ref(t)
	if rapid.IntRange(0, 2).Draw(t, "seldom") > 0 {
		return nil
	}
	return a.w.s.Trim(a.w.ctx, r.Room, r.Seq)
}

func (a *acts) role(t *rapid.T, who chat.User) error {
	role := rapid.SampledFrom(append(chat.Roles(), "king")).Draw(t, "role")
	_, err := a.w.s.SetRole(a.w.ctx, who, chat.UserRequest{User: a.person(t).ID, Role: role})
	return err
}

func (a *acts) ban(t *rapid.T, who chat.User) error {
	_, err := a.w.s.Ban(a.w.ctx, who, chat.UserRequest{User: a.person(t).ID, Reason: "so"})
	return err
}

// unban is done by who may, or a team would soon be empty.
func (a *acts) unban(t *rapid.T, _ chat.User) error {
	off := false
	_, err := a.w.s.Ban(a.w.ctx, a.people[0], chat.UserRequest{User: a.person(t).ID, On: &off})
	return err
}

func (a *acts) mute(t *rapid.T, who chat.User) error {
	r := chat.UserRequest{User: a.person(t).ID}
	if rapid.Bool().Draw(t, "on") {
		r.Until = chat.ToMillis(a.w.Now()) + chat.Millis(rapid.IntRange(-1, 100_000).Draw(t, "until"))
	}
	if rapid.Bool().Draw(t, "there") {
		r.Room = a.room(t)
	}
	_, err := a.w.s.Mute(a.w.ctx, who, r)
	return err
}

// call gives somebody another name, as a newer token does, or the one they had.
func (a *acts) call(t *rapid.T, who chat.User) error {
	who.Name += rapid.SampledFrom([]string{"", "", "-x", " Y"}).Draw(t, "suffix")
	return a.w.s.Enter(a.w.ctx, who)
}
