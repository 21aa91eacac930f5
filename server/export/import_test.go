package export_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/export"
)

var (
	ada   = chat.User{ID: "ada-id", Name: "ada", Role: chat.RoleOwner}
	bob   = chat.User{ID: "https://id.example|bob", Name: "bob", Role: chat.RoleMember}
	grace = chat.User{ID: "grace-id", Name: "Grace", Role: chat.RoleGuest}
	carol = chat.User{ID: "carol-id", Name: "carol", Role: chat.RoleMember}
)

// history makes a team do random things. What cannot be is refused, as it would be.
type history struct {
	*team
	t     *rapid.T
	rooms []string
	ids   map[string][]string // of the messages of a room
}

func (h *history) grow(steps int) {
	people := []chat.User{ada, bob, grace, carol}
	h.ids = make(map[string][]string)
	for i, u := range people {
		h.must(h.t, chat.Event{Kind: chat.UserEntered, Author: u, At: chat.Millis(1_600_000_000_000 + i)})
	}
	for i, kind := range []chat.RoomKind{chat.RoomPublic, chat.RoomPrivate, chat.RoomPublic} {
		name, topic := fmt.Sprintf("room-%d", i), "about it"
		h.create(chat.Event{Author: ada, Change: chat.Change{Kind: kind, Name: &name, Topic: &topic, Users: []chat.User{ada}}}, fmt.Sprintf("id-%d", i))
	}
	direct := chat.Event{Author: bob, Change: chat.Change{Kind: chat.RoomDirect, Users: []chat.User{bob, ada}}}
	h.create(direct, chat.DirectRoom([]string{bob.ID, ada.ID}))
	h.rooms = append(h.rooms, chat.GeneralRoom)
	for range steps {
		room := rapid.SampledFrom(h.rooms).Draw(h.t, "room")
		who := rapid.SampledFrom(people).Draw(h.t, "who")
		_, _ = h.try(h.something(room, who))
	}
}

func (h *history) create(e chat.Event, id string) {
	e.Kind, e.Room = chat.RoomCreated, id
	h.must(h.t, e)
	h.rooms = append(h.rooms, id)
}

// something is an event that may happen in a room.
func (h *history) something(room string, who chat.User) chat.Event {
	e := chat.Event{Author: who, Room: room}
	target := rapid.Uint64Range(1, uint64(len(h.ids[room])+1)).Draw(h.t, "target")
	switch rapid.IntRange(0, 20).Draw(h.t, "what") {
	case 0, 1:
		e.Kind, e.Change.Users = chat.RoomJoined, []chat.User{who}
	case 2:
		e.Kind, e.Change.User = chat.RoomLeft, &who
	case 3:
		if room == chat.GeneralRoom { // it cannot be
			return h.message(e)
		}
		archived := rapid.Bool().Draw(h.t, "archived")
		e.Kind, e.Change.Archived = chat.RoomChanged, &archived
	case 4:
		slow, keep := 5, 30
		e.Kind, e.Change.Slow, e.Change.Keep = chat.RoomChanged, &slow, &keep
	case 5, 6:
		e.Kind, e.Body, e.Change.Target = chat.MessageEdited, h.body(), target
		e.Extra.Mentions = []string{bob.ID}
	case 7:
		e.Kind, e.Change.Target, e.Change.User = chat.MessageDeleted, target, &who
	case 8, 9:
		e.Kind, e.Change.Target, e.Change.On = chat.MessageReacted, target, rapid.IntRange(0, 3).Draw(h.t, "on") > 0
		e.Change.Emoji = rapid.SampledFrom([]string{"👍", ":party-parrot:", "❤️"}).Draw(h.t, "emoji")
	case 10:
		e.Kind, e.Change.Target, e.Change.On = chat.MessagePinned, target, true
	case 11:
		e.Kind, e.Change.Target = chat.MarkerMoved, target
	case 12:
		e.Kind, e.Change.Level = chat.NotifyChanged, chat.NotifyNone
	case 13:
		e.Kind, e.Room, e.Change.User, e.Change.On, e.Change.Reason = chat.UserBanned, "", &grace, true, "noise"
	case 14:
		promoted := carol
		promoted.Role = chat.RoleAdmin
		e.Kind, e.Room, e.Change.User = chat.RoleChanged, "", &promoted
	default:
		return h.message(e)
	}
	if e.Author.ID == carol.ID {
		e.Author = carol
	}
	return e
}

func (h *history) message(e chat.Event) chat.Event {
	e.Kind, e.Body = chat.MessageCreated, h.body()
	h.n++
	e.ID = fmt.Sprintf("m%d", h.n)
	if ids := h.ids[e.Room]; len(ids) > 0 && rapid.Bool().Draw(h.t, "answers") {
		e.Thread = rapid.SampledFrom(ids).Draw(h.t, "thread")
		e.ReplyTo = e.Thread
	}
	switch rapid.IntRange(0, 5).Draw(h.t, "style") {
	case 0:
		code := 1
		e.Extra = chat.Extra{Style: chat.StyleOutput, Block: &chat.Block{Title: "make", Exit: &code, Duration: 1500}}
	case 1:
		e.Extra = chat.Extra{Files: []chat.File{{ID: "f1", Name: "a.png", Type: "image/png", Size: 9}}, Mentions: []string{ada.ID, chat.MentionRoom}}
	}
	h.ids[e.Room] = append(h.ids[e.Room], e.ID)
	return e
}

func (h *history) body() chat.Body {
	switch rapid.IntRange(0, 5).Draw(h.t, "body") {
	case 0:
		return chat.Body{JSON: []byte(`{"file":{"_placeholder":true,"num":0}}`), Attachments: [][]byte{{0, 1, 2, 0xff}, {}}}
	case 1:
		return chat.TextBody("\x1b[31mred\u009b31m\u202e and <b>&amp; \u2028")
	}
	return chat.TextBody(rapid.StringN(0, 12, -1).Draw(h.t, "text"))
}

// TestMoved exports random teams and imports them into a new one: that is the same. A
// second import changes nothing at all, and one that was interrupted anywhere is
// finished by the next.
func TestMoved(whole *testing.T) {
	rapid.Check(whole, func(t *rapid.T) {
		dir := whole.TempDir()
		from := newTeam(t, mkdir(t, dir, "from"))
		defer from.close(t)
		h := history{team: from, t: t}
		h.grow(rapid.IntRange(0, 80).Draw(t, "steps"))
		exported, alike := from.lines(t, false), from.lines(t, true)

		to := newTeam(t, mkdir(t, dir, "to"))
		defer to.close(t)
		cut := rapid.IntRange(0, 200).Draw(t, "cut")
		stop := errors.New("interrupted")
		to.fail = func(chat.Event) error {
			if cut--; cut < 0 {
				return stop
			}
			return nil
		}
		if _, err := to.take(exported); err != nil && !errors.Is(err, stop) {
			t.Fatal(err)
		}
		to.fail = nil
		if _, err := to.take(exported); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(alike, to.lines(t, true)); diff != "" {
			t.Fatalf("what was imported is not what was exported:\n%s", diff)
		}
		last := to.Last()
		r, err := to.take(exported)
		if err != nil || r.People+r.Rooms+r.Messages != 0 || to.Last() != last {
			t.Fatalf("a second import: %+v, %v, from %v to %v", r, err, last, to.Last())
		}
	})
}

func mkdir(t fataler, dir, name string) string {
	path := dir + "/" + name
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestIntoItself imports an export into the team that it is of, which has gone on since:
// nothing happens twice, and what became of messages since stays.
func TestIntoItself(t *testing.T) {
	team := newTeam(t, t.TempDir())
	defer team.close(t)
	room := chat.Event{Author: ada, Room: chat.GeneralRoom}
	say := func(text string) chat.Event {
		e := room
		e.Kind, e.Body = chat.MessageCreated, chat.TextBody(text)
		return team.must(t, e)
	}
	change := func(kind chat.EventKind, c chat.Change, text string) {
		e := room
		e.Kind, e.Change = kind, c
		if text != "" {
			e.Body = chat.TextBody(text)
		}
		team.must(t, e)
	}
	say("one")
	change(chat.MessageEdited, chat.Change{Target: 1}, "one, edited")
	change(chat.MessageReacted, chat.Change{Target: 1, Emoji: "👍", On: true}, "")
	say("two")
	exported := team.lines(t, false)
	change(chat.MessageEdited, chat.Change{Target: 1}, "one, edited again")
	change(chat.MessageReacted, chat.Change{Target: 1, Emoji: "👍"}, "")
	change(chat.MessageDeleted, chat.Change{Target: 2, User: &ada}, "")
	say("three")
	before, last := team.lines(t, false), team.Last()
	r, err := team.take(exported)
	if err != nil || r != (export.Result{Known: 2}) || team.Last() != last {
		t.Errorf("import: %+v, %v, to %v", r, err, team.Last())
	}
	if diff := cmp.Diff(before, team.lines(t, false)); diff != "" {
		t.Error(diff)
	}
}

// TestMerged imports into a team that has people, rooms and names of its own.
func TestMerged(t *testing.T) {
	dir := t.TempDir()
	from, to := newTeam(t, mkdir(t, dir, "from")), newTeam(t, mkdir(t, dir, "to"))
	defer from.close(t)
	defer to.close(t)
	for _, team := range []*team{from, to} {
		for i, name := range []string{"ops", "secret"} {
			kind := []chat.RoomKind{chat.RoomPublic, chat.RoomPrivate}[i]
			who := ada
			if team == to {
				who.Name, who.Role = "Ada L.", chat.RoleMember
			}
			id := fmt.Sprintf("%s-%p", name, team)
			team.must(t, chat.Event{Kind: chat.RoomCreated, Author: who, Room: id, Change: chat.Change{Kind: kind, Name: &name, Users: []chat.User{who}}})
			team.must(t, chat.Event{Kind: chat.MessageCreated, Author: who, Room: id, Body: chat.TextBody("in " + name)})
		}
	}
	from.must(t, chat.Event{Kind: chat.UserEntered, Author: bob})
	r, err := to.take(from.lines(t, false))
	if err != nil || r != (export.Result{People: 1, Rooms: 1, Messages: 2}) {
		t.Fatalf("import: %+v, %v", r, err)
	}
	rooms, err := to.Rooms(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]uint64)
	for _, r := range rooms {
		got[string(r.Kind)+" "+r.Name] = r.LastSeq
	}
	want := map[string]uint64{"public general": 0, "public ops": 2, "private secret": 1, "private secret-2": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	people, err := to.People(t.Context())
	if err != nil || len(people) != 2 || people[0].Name != "Ada L." || people[0].Role != chat.RoleMember {
		t.Errorf("people are %+v, %v", people, err)
	}
	list, _, err := to.Memberships(t.Context(), ada.ID, "")
	for _, m := range list {
		if m.Name == "ops" && m.Read != 2 {
			t.Errorf("who had read all of #ops has read %d", m.Read)
		}
	}
	if err != nil || len(list) != 4 {
		t.Errorf("ada is in %+v, %v", list, err)
	}
}

// TestNamesStayOnePersons: who comes has no name that somebody of the team has, and is
// neither its owner nor its admin.
func TestNamesStayOnePersons(t *testing.T) {
	dir := t.TempDir()
	from, to := newTeam(t, mkdir(t, dir, "from")), newTeam(t, mkdir(t, dir, "to"))
	defer from.close(t)
	defer to.close(t)
	from.must(t, chat.Event{Kind: chat.UserEntered, Author: chat.User{ID: "1", Name: "root", Role: chat.RoleOwner}})
	from.must(t, chat.Event{Kind: chat.UserEntered, Author: chat.User{ID: "2", Name: "Root", Role: chat.RoleGuest}})
	from.must(t, chat.Event{Kind: chat.UserEntered, Author: chat.User{ID: "3", Name: strings.Repeat("m", chat.MaxName), Role: chat.RoleAdmin}})
	to.must(t, chat.Event{Kind: chat.UserEntered, Author: chat.User{ID: "a", Name: "r00t", Role: chat.RoleOwner}})
	to.must(t, chat.Event{Kind: chat.UserEntered, Author: chat.User{ID: "b", Name: strings.Repeat("m", chat.MaxName), Role: chat.RoleMember}})
	lines := strings.Replace(from.lines(t, false), `"name":""`, `"name":"acme"`, 1)
	for _, want := range []export.Result{{People: 3, Renamed: 3}, {}} {
		if r, err := to.take(lines); err != nil || r != want {
			t.Fatalf("import: %+v, %v", r, err)
		}
	}
	people, err := to.People(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range people {
		got = append(got, fmt.Sprint(p.ID, " ", p.Name, " ", p.Role))
	}
	want := []string{
		"1 root (acme) member", "2 Root (acme 2) guest", "3 " + strings.Repeat("m", chat.MaxName-7) + " (acme) member",
		"a r00t owner", "b " + strings.Repeat("m", chat.MaxName) + " member",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("people (-want +got):\n%s", diff)
	}
}

// TestRefusedByTeam: what the team does not allow is said, and nothing is half done that
// a second import cannot finish.
func TestRefusedByTeam(t *testing.T) {
	dir := t.TempDir()
	from, to := newTeam(t, mkdir(t, dir, "from")), newTeam(t, mkdir(t, dir, "to"))
	defer from.close(t)
	defer to.close(t)
	name := "ops"
	from.must(t, chat.Event{Kind: chat.RoomCreated, Author: ada, Room: "ops-1", Change: chat.Change{Kind: chat.RoomPublic, Name: &name, Users: []chat.User{ada}}})
	from.must(t, chat.Event{Kind: chat.MessageCreated, Author: ada, Room: "ops-1", Body: chat.TextBody("hello")})
	to.must(t, chat.Event{Kind: chat.RoomCreated, Author: bob, Room: "ops-2", Change: chat.Change{Kind: chat.RoomPublic, Name: &name, Users: []chat.User{bob}}})
	yes, no := true, false
	to.must(t, chat.Event{Kind: chat.RoomChanged, Author: bob, Room: "ops-2", Change: chat.Change{Archived: &yes}})
	if _, err := to.take(from.lines(t, false)); err == nil || !strings.Contains(err.Error(), "#ops of the team is archived") {
		t.Errorf("into an archived room: %v", err)
	}
	to.must(t, chat.Event{Kind: chat.RoomChanged, Author: bob, Room: "ops-2", Change: chat.Change{Archived: &no}})
	if r, err := to.take(from.lines(t, false)); err != nil || r.Messages != 1 {
		t.Errorf("once it is open: %+v, %v", r, err)
	}
}
