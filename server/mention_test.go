package server

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// mentioned is whom a text names, by name.
func mentioned(t testing.TB, w *world, who chat.User, room, text string, style chat.Style) []string {
	t.Helper()
	found, err := w.s.mentions(w.s.Standing(who), room, chat.TextBody(text), style, nil)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	for i, id := range found {
		if p := w.s.team.people[id]; p != nil {
			found[i] = p.Name
		}
	}
	return found
}

func TestMentions(t *testing.T) {
	w := ofTest(t)
	twin := chat.User{ID: "t1", Name: "Sam", Role: chat.RoleMember}
	other := chat.User{ID: "t2", Name: "sam", Role: chat.RoleMember}
	banned := chat.User{ID: "b", Name: "mallory", Role: chat.RoleMember}
	odd := []chat.User{
		{ID: "o1", Name: "O'Neil", Role: chat.RoleMember},
		{ID: "o2", Name: "Grace", Role: chat.RoleMember},
		{ID: "o3", Name: "艾达", Role: chat.RoleMember},
		{ID: "o4", Name: "Jo (ops)", Role: chat.RoleMember},
		{ID: "o5", Name: "🦊", Role: chat.RoleMember},
		{ID: "o6", Name: "é.t-x_y", Role: chat.RoleMember},
		{ID: "o7", Name: "Straße", Role: chat.RoleMember},
	}
	w.enter(owner, admin, grace, carol, guest, robot, other, banned)
	w.namesake(twin)
	w.enter(odd...)
	_, err := w.s.Ban(w.ctx, owner, chat.UserRequest{User: banned.ID})
	w.must(err)
	for _, c := range []struct{ text, want string }{
		// names
		{"@ada", "ada"},
		{"hi @ada", "ada"},
		{"@ADA!", "ada"},
		{"@ada, @bob", "ada bob"},
		{"@ada @ada", "ada"},
		{"(@ada)", "ada"},
		{"@ada.", "ada"},
		{"@ada...", "ada"},
		{"@ada?!", "ada"},
		{"\"@ada\"", "ada"},
		{"@ada's draft", "ada"},
		{"@ada’s draft", "ada"},
		{"@ada: hi", "ada"},
		{"@ada-", "ada"},
		{"**@ada**", "ada"},
		{"@ａｄａ", "ada"},
		{"@ada\nbob", "ada"},
		{"@ada\t@bob", "ada bob"},
		{"> @ada", "ada"},
		// longest first, and words as a whole
		{"@grace hopper, hi", "Grace Hopper"},
		{"@Grace  Hopper", "Grace Hopper"},
		{"@grace is", "Grace"},
		{"@grace\nhopper", "Grace"},
		{"@grace hoppers", "Grace"},
		{"@adam", ""},
		{"@ada_x", ""},
		{"@ada-lovelace", ""},
		{"@ada.lovelace", ""},
		{"@ada2", ""},
		{"@adá", ""},
		{"@ad", ""},
		{"@", ""},
		{"@ ada", ""},
		{"@@ada", ""},
		{"@robo-t", "robo-t"},
		{"@robo-t.", "robo-t"},
		{"@robo", ""},
		{"@o'neil", "O'Neil"},
		{"@o'neil's", "O'Neil"},
		{"@é.t-x_y", "é.t-x_y"},
		{"@É.T-X_Y.", "é.t-x_y"},
		{"@jo (ops)", "Jo (ops)"},
		{"@jo (ops), hi", "Jo (ops)"},
		{"@jo", ""},
		{"@🦊", "🦊"},
		{"@🦊!", "🦊"},
		{"@艾达 你好", "艾达"},
		{"@艾达你好", ""},
		{"@STRASSE", "Straße"},
		// nobody knows which
		{"@sam", ""},
		{"@mallory", ""},
		{"@nobody", ""},
		// addresses and paths
		{"ada@bob", ""},
		{"ada@bob.example", ""},
		{"x.@ada", ""},
		{"/@ada", ""},
		{"a/@ada", ""},
		{"-@ada", ""},
		{"_@ada", ""},
		{"世@ada", ""},
		{"1@ada", ""},
		{"@ada@bob", "ada"},
		{"\\@ada", ""},
		{"\\\\@ada", "ada"},
		// code
		{"`@ada`", ""},
		{"``@ada` @bob``", ""},
		{"`@ada` @bob", "bob"},
		{"`@ada @bob", "ada bob"},
		{"``@ada`", "ada"},
		{"` `` @ada `", ""},
		{"``` @ada ```", ""},
		{"```\n@ada\n```\n@bob", "bob"},
		{"```go\n@ada\n@bob", ""},
		{"~~~\n@ada\n~~~\n@bob", "bob"},
		{"~~~\n@ada\n```\n@bob", ""},
		{"````\n```\n@ada\n````\n@bob", "bob"},
		{"   ```\n@ada\n   ```", ""},
		{"    @ada", ""},
		{"  @ada", "ada"},
		{"```\n@ada\n``` x\n@bob", ""},
		{"``` `x\n@ada", "ada"},
		{"> ```\n> @ada", ""},
		{"> ```\n@ada", "ada"},
		{"- ```\n  @ada", ""},
		{"- ```\n@ada", "ada"},
		{"`a\n@ada` @bob", "bob"},
		{"\t@ada", ""},
		{"x\n\n    @ada", ""},
		{"hello\n    @ada", "ada"},
		{"* a\n    * @ada", "ada"},
		{"- a\n\n    @ada", "ada"},
		{"1. a\n\n   @ada", "ada"},
		{"- a\n\n      @ada", ""},
		{"# @ada", "ada"},
		{"> a\n@ada", "ada"},
		{">     @ada", ""},
		// all
		{"@room", "@room"},
		{"@here: lunch", "@here"},
		{"@here @ada", "ada @here"},
		{"@room @here @ada", "@room ada"},
		{"@rooms", ""},
		{"@here's", "@here"},
		{"@ROOM", "@room"},
	} {
		if got := strings.Join(mentioned(t, w, owner, chat.GeneralRoom, c.text, ""), " "); got != c.want {
			t.Errorf("%q names %q, want %q", c.text, got, c.want)
		}
	}
	for _, style := range []chat.Style{chat.StyleCode, chat.StyleOutput} {
		if got := mentioned(t, w, owner, chat.GeneralRoom, "@ada", style); got != nil {
			t.Errorf("%s names %q", style, got)
		}
	}
	if got := mentioned(t, w, owner, chat.GeneralRoom, "@ada", chat.StyleMe); len(got) != 1 {
		t.Errorf("what somebody does names %q", got)
	}
	if got := mentioned(t, w, guest, chat.GeneralRoom, "@room @here @ada", ""); !slices.Equal(got, []string{"ada"}) {
		t.Errorf("a guest names %q", got)
	}
}

// TestMentionsOfWhoMaySee: only who may see a room is named in it; of two of one name
// the one who may.
func TestMentionsOfWhoMaySee(t *testing.T) {
	w := ofTest(t)
	carol2 := chat.User{ID: "44", Name: "Carol", Role: chat.RoleMember}
	w.enter(owner, grace, carol, guest)
	w.namesake(carol2)
	private := w.makeRoom(owner, chat.RoomPrivate, "plans", carol2)
	public := w.makeRoom(owner, chat.RoomPublic, "talk", carol)
	for _, c := range []struct {
		room, text string
		want       []string
	}{
		{private, "@grace hopper @gus @ada", []string{"ada"}},
		{private, "@carol", []string{"Carol"}},
		{public, "@carol @grace hopper @gus", []string{"Grace Hopper"}},
		{chat.GeneralRoom, "@gus @carol", []string{"gus"}},
		{"nowhere", "@ada", nil},
	} {
		if got := mentioned(t, w, owner, c.room, c.text, ""); !slices.Equal(got, c.want) {
			t.Errorf("in %s %q names %q, want %q", c.room, c.text, got, c.want)
		}
	}
	w.must(w.s.Enter(w.ctx, chat.User{ID: carol2.ID, Name: "Karla", Role: chat.RoleMember}))
	if got := mentioned(t, w, owner, chat.GeneralRoom, "@carol @karla", ""); !slices.Equal(got, []string{"carol", "Karla"}) {
		t.Errorf("after one of two has another name: %q", got)
	}
}

// TestHere: @here stands for the members who are shown as active, but for its author;
// an edit calls nobody who came since.
func TestHere(t *testing.T) {
	w := ofTest(t)
	w.enter(owner, admin, grace, carol, guest)
	ops := w.makeRoom(owner, chat.RoomPrivate, "ops", admin, grace, guest)
	for _, u := range []chat.User{owner, admin, grace, carol, guest} {
		w.s.Arrive(u, u.ID)
	}
	w.must(w.s.SetPresence(w.ctx, grace, grace.ID, chat.PresenceRequest{State: chat.Away}))
	w.must(w.s.SetPresence(w.ctx, guest, guest.ID, chat.PresenceRequest{State: chat.Idle, Auto: true}))
	counts := func(who chat.User) int {
		list, _, err := w.s.Rooms(w.ctx, who)
		w.must(err)
		for _, m := range list {
			if m.ID == ops {
				return m.Mentions
			}
		}
		return -1
	}
	first := w.post(owner, ops, "@here lunch")
	if got := []int{counts(owner), counts(admin), counts(grace), counts(guest)}; !slices.Equal(got, []int{0, 1, 0, 0}) {
		t.Errorf("@here counts %v of the owner, who is active, who is away and who is idle; want 0 1 0 0", got)
	}
	w.must(w.s.SetPresence(w.ctx, guest, guest.ID, chat.PresenceRequest{State: chat.Active, Auto: true}))
	_, err := w.s.Edit(w.ctx, owner, chat.EditRequest{MessageRef: chat.MessageRef{Room: ops, Seq: first.Seq}}, chat.TextBody("@grace hopper @here lunch at one"))
	w.must(err)
	if got := []int{counts(admin), counts(grace), counts(guest)}; !slices.Equal(got, []int{1, 1, 0}) {
		t.Errorf("edited, it counts %v of who was active, who is named now, and who is active since; want 1 1 0", got)
	}
	w.s.Depart(admin, admin.ID) // and is shown as active for a while
	w.post(owner, ops, "@here still, @room")
	w.post(owner, ops, "@here and @gus")
	if got := []int{counts(admin), counts(grace), counts(guest)}; !slices.Equal(got, []int{3, 2, 2}) {
		t.Errorf("then %v; want 3 2 2", got)
	}
	for i := range chat.MaxHere {
		u := chat.User{ID: fmt.Sprint("p", i), Name: fmt.Sprint("person ", i), Role: chat.RoleMember}
		w.enter(u)
		w.s.Arrive(u, u.ID)
	}
	if got := mentioned(t, w, owner, chat.GeneralRoom, "@here", ""); !slices.Equal(got, []string{chat.MentionRoom}) {
		t.Errorf("of more than %d active ones @here names %d", chat.MaxHere, len(got))
	}
}

// TestManyMentions: ten thousand are refused with a sentence, as is one more than the
// limit; one person ten thousand times is one.
func TestManyMentions(t *testing.T) {
	w := ofTest(t)
	w.s.cfg.MaxBody = 1 << 20
	w.enter(owner)
	var all strings.Builder
	for i := range 200 {
		w.enter(chat.User{ID: fmt.Sprint("p", i), Name: fmt.Sprint("person ", i), Role: chat.RoleMember})
	}
	for i := range 10_000 {
		fmt.Fprintf(&all, "@person %d ", i)
	}
	fifty := strings.Join(strings.SplitAfterN(all.String(), "@", chat.MaxMentions+2)[:chat.MaxMentions+1], "")
	for text, want := range map[string]chat.Code{
		all.String(): chat.CodeBadRequest, strings.Repeat("@ada ", 10_000): "", strings.TrimSuffix(fifty, "@"): "", fifty + "person 77": chat.CodeBadRequest,
	} {
		before := w.log.Last()
		_, err := w.s.PostWait(w.ctx, owner, chat.Draft{Body: chat.TextBody(text)})
		if codeOf(err) != want || (want != "" && (!strings.Contains(err.Error(), "@room") || w.log.Last() != before)) {
			t.Errorf("%.30s… of %d bytes: %v", text, len(text), err)
		}
	}
}

// TestMentionsCostLittle: the longest text of the worst kind in a large team is read in a
// moment, without the team waiting.
func TestMentionsCostLittle(t *testing.T) {
	w := ofTest(t)
	w.enter(owner)
	w.s.team.mu.Lock()
	for i := range 10_000 {
		u := chat.User{ID: fmt.Sprint("p", i), Name: fmt.Sprint("user ", i), Role: chat.RoleMember}
		w.s.team.people[u.ID] = &chat.Standing{User: u}
		w.s.team.called.add(u.Name, u.ID)
	}
	w.s.team.mu.Unlock()
	var runs strings.Builder // of backquotes, none of which is closed
	for n := 1; runs.Len() < 1_000_000; n++ {
		runs.WriteString(strings.Repeat("`", n) + "@")
	}
	for _, unit := range []string{runs.String(), "`a`` @", "@a ", "@user x y z ", "@@", "@ad.a.b.c.d", "`@", "@é ", "@user 12345678 "} {
		text := strings.Repeat(unit, max(1, 1_000_000/len(unit)))
		unit = unit[:min(len(unit), 20)]
		start := time.Now()
		mentioned(t, w, owner, chat.GeneralRoom, text, "")
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%q a megabyte long took %v", unit, took)
		} else {
			t.Logf("%q a megabyte long took %v", unit, took)
		}
	}
}

// FuzzMentions: no text breaks it, whoever is named is called so after an @, and the
// same text again names the same.
func FuzzMentions(f *testing.F) {
	s := &Service{cfg: Config{Now: time.Now}, presence: newPresences(time.Now)}
	names := &s.team
	names.rooms, names.people, names.called = map[string]*room{chat.GeneralRoom: {Room: chat.Room{ID: chat.GeneralRoom, Kind: chat.RoomPublic}}}, map[string]*chat.Standing{}, callNames{}
	for i, name := range []string{"ada", "Grace Hopper", "grace", "艾达", "🦊", "Jo (ops)", "O'Neil"} {
		id := fmt.Sprint(i)
		names.people[id] = &chat.Standing{User: chat.User{ID: id, Name: name, Role: chat.RoleMember}}
		names.called.add(name, id)
	}
	for _, text := range []string{"@ada", "`@ada`", "```\n@ada\n```", "@grace hopper", "a@ada", "@room @here", "@here", "@\xff", "~~~\n~~~@ada", "@🦊@艾达", "\\", "@", "`", "``a`"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		who := chat.Standing{User: chat.User{ID: "0", Role: chat.RoleMember}}
		body := chat.TextBody(text)
		found, err := s.mentions(who, chat.GeneralRoom, body, "", nil)
		if err != nil {
			return
		}
		text, _ = body.Text()
		folded := chat.FoldName(strings.NewReplacer("@", " @ ").Replace(text))
		for _, id := range found {
			name := strings.TrimPrefix(id, "@")
			if p := s.team.people[id]; p != nil {
				name = chat.FoldName(p.Name)
			}
			if !strings.Contains(folded, "@ "+name) {
				t.Fatalf("%+q names %q", text, name)
			}
		}
		again, err := s.mentions(who, chat.GeneralRoom, body, "", nil)
		if err != nil || !slices.Equal(found, again) {
			t.Fatalf("%+q names %q, and then %q, %v", text, found, again, err)
		}
	})
}
