package tui

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/members"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// people are who is in the room that is shown, for the pane beside its timeline.
type people struct {
	of     string // whose they are that the pane shows: a room
	room   string // for which they were asked last
	count  int    // of the room, when they were asked for
	list   []chat.Member
	asking bool
	stale  bool // the pane shows others, or has them otherwise
}

// peopleCame are the members of a room, or why they could not be had.
type peopleCame struct {
	room string
	list []chat.Member
	err  error
}

// togglePeople puts the pane away, or brings it back. Where there is no room for it, a
// list does the same.
func (m *Model) togglePeople() tea.Cmd {
	if m.peopleOn && m.areas.Members.Width == 0 && m.split() { // the thread has its place
		return m.listPeople()
	}
	if m.peopleOn = !m.peopleOn; !m.peopleOn {
		return nil
	}
	m.arrange()
	if m.areas.Members.Width > 0 {
		return nil
	}
	m.peopleOn = false
	return m.listPeople()
}

// wantPeople asks who is in the room that is shown, while the pane is there.
func (m *Model) wantPeople() tea.Cmd {
	r, p := m.member(m.room), &m.gathered
	if m.areas.Members.Width == 0 || r == nil || p.asking || p.room == r.ID && p.count == r.Members || m.connection.State != chat.Online {
		return nil
	}
	if len(p.list) == 0 {
		m.members.SetState("looking …")
	}
	p.room, p.count, p.asking = r.ID, r.Members, true
	client, room := m.client, r.ID
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var out chat.Members
		err := client.Ask(ctx, "members", chat.MembersRequest{Room: room}, &out)
		return peopleCame{room, out.Members, err}
	}
}

// peopleNow takes who is in a room.
func (m *Model) peopleNow(c peopleCame) {
	m.gathered.asking = false
	if c.room != m.gathered.room || c.room != m.room {
		m.gathered.room = ""
		return
	}
	if c.err != nil {
		m.members.SetState("not to be had now")
		return
	}
	for _, who := range c.list {
		m.reaches(who.ID, who.Presence)
	}
	m.gathered.list, m.gathered.stale = c.list, true
}

// showPeople gives the pane its rows, if they became others.
func (m *Model) showPeople() {
	if m.areas.Members.Width == 0 {
		return
	}
	if m.gathered.of != m.room { // until they are known nobody is shown: not those of another room
		m.gathered.of, m.gathered.list, m.gathered.stale = m.room, nil, true
		m.members.SetState("looking …")
		if m.connection.State != chat.Online {
			m.members.SetState("not to be had now")
		}
	}
	if !m.gathered.stale {
		return
	}
	m.gathered.stale = false
	list := slices.Clone(m.gathered.list)
	order := func(w chat.Member) int {
		switch p, _ := m.reachOf(w.ID); p.State {
		case chat.Active:
			return 0
		case chat.Idle, chat.Away, chat.DoNotDisturb:
			return 1
		case chat.Absent:
		}
		return 2
	}
	slices.SortStableFunc(list, func(a, b chat.Member) int { return cmp.Compare(order(a), order(b)) })
	rows := make([]members.Row, len(list))
	for i, w := range list {
		p, _ := m.reachOf(w.ID)
		mark, here := markOf(p)
		rows[i] = members.Row{ID: w.ID, Name: w.Name, Mark: mark, Here: here, Note: p.Text}
	}
	m.members.SetRows(rows)
}

// markOf is how somebody can be reached: a mark, and whether they are there.
func markOf(p chat.Presence) (mark string, there bool) {
	switch p.State {
	case chat.Active:
		return "●", true
	case chat.Idle, chat.Away:
		return "◐", false
	case chat.DoNotDisturb:
		return "⊘", false
	case chat.Absent:
	}
	return "○", false
}

// listPeople lists who is in the room that is shown.
func (m *Model) listPeople() tea.Cmd {
	if !m.online("the list of members") {
		return nil
	}
	room, called := m.room, m.called()
	var a chat.Members
	offer := m.unlessBusy(func(m *Model) tea.Cmd {
		places := make([]overlay.Place, len(a.Members))
		for i, w := range a.Members {
			w.Presence = unlessOver(w.Presence, m.now())
			mark, _ := markOf(w.Presence)
			places[i] = overlay.Place{ID: w.ID, Name: mark + " " + w.Name, About: string(w.Role) + wordsOfPresence(w.Presence, m.now())}
		}
		m.pick(overlay.Words{Title: "members", Said: fmt.Sprintf("%d in %s", len(places), called), None: "nobody here is called that", Does: "shows who that is"}, places,
			func(p overlay.Place) tea.Cmd { return m.whois(p.ID) })
		return nil
	})
	return ask(m, "members", chat.MembersRequest{Room: room}, func(got chat.Members) asked {
		a = got
		return asked{do: offer}
	})
}

// wordsOfPresence says how somebody can be reached, after something else.
func wordsOfPresence(p chat.Presence, now time.Time) string {
	p = unlessOver(p, now)
	s := " · offline"
	if p.State != "" && p.State != chat.Absent {
		s = " · " + string(p.State)
	}
	if p.Until != 0 {
		s += " until " + slash.SayUntil(p.Until.Time(), now)
	}
	if p.Text != "" {
		s += " (" + p.Text + ")"
	}
	return s
}

const (
	// maxPages is how many pages of a team are looked through for somebody: 20,000 people.
	maxPages = 4

	// maxShared is in how many rooms somebody is looked for.
	maxShared = 20
)

// whois shows who somebody is: by ID, or by name.
func (m *Model) whois(who string) tea.Cmd {
	if !m.online("looking somebody up") {
		return nil
	}
	client, wanted, from := m.client, strings.TrimPrefix(who, "@"), m.origin()
	m.waits(from)
	var w chat.Member
	show := m.unlessBusy(func(m *Model) tea.Cmd { return m.personCard(w) })
	return tea.Batch(func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var err error
		if w, err = lookUp(ctx, client, wanted); err != nil {
			return asked{from: from, err: unanswerable(err)}
		}
		return asked{from: from, do: show}
	}, m.say("looking …"))
}

// lookUp finds somebody in the team. It waits for the network.
func lookUp(ctx context.Context, client Client, wanted string) (chat.Member, error) {
	after := ""
	var named []chat.Member
	for range maxPages {
		var out chat.Members
		if err := client.Ask(ctx, "members", chat.MembersRequest{After: after}, &out); err != nil {
			return chat.Member{}, err
		}
		for _, w := range out.Members {
			if w.ID == wanted {
				return w, nil
			}
			if chat.FoldName(w.Name) == chat.FoldName(wanted) {
				named = append(named, w)
			}
		}
		if !out.More || len(out.Members) == 0 {
			break
		}
		after = out.Members[len(out.Members)-1].ID
	}
	switch len(named) {
	case 0:
		return chat.Member{}, errors.New("nobody in this team is called " + chat.SanitizeLine(cut(wanted)))
	case 1:
		return named[0], nil
	}
	return chat.Member{}, errors.New("several people are called " + chat.SanitizeLine(cut(wanted)) + "; the list of members shows each")
}

// personCard shows what is known of somebody, and looks in which rooms they are.
func (m *Model) personCard(w chat.Member) tea.Cmd {
	m.status.SetFlash("")
	reach := w.Presence
	if now, known := m.reach[w.ID]; known {
		reach = now
	}
	reach = unlessOver(reach, m.now())
	here := "not here"
	if reach.State != "" && reach.State != chat.Absent {
		here = string(reach.State)
	}
	if reach.Since > 0 {
		here += " since " + m.when(reach.Since.Time())
	}
	if reach.Until != 0 {
		here += " until " + slash.SayUntil(reach.Until.Time(), m.now())
	}
	if reach.Text != "" {
		here += " (" + reach.Text + ")"
	}
	facts := []overlay.Fact{{About: "role", Says: string(w.Role)}, {About: "presence", Says: here}}
	if w.Since > 0 {
		facts = append(facts, overlay.Fact{About: "in the team", Says: "since " + w.Since.Time().Format("2 January 2006")})
	}
	if w.Banned {
		facts = append(facts, overlay.Fact{About: "banned", Says: "yes; /unban lets them in again"})
	}
	facts = append(facts, overlay.Fact{About: "rooms", Says: "looking …"}, overlay.Fact{About: "ID", Says: w.ID})
	words := overlay.Words{Title: "@" + w.Name, Does: "writes to them", Keys: m.layerKeys()}
	if w.ID == m.you.ID {
		words.Said, words.Does = "this is you", ""
	}
	card := overlay.NewCard(m.theme, words, facts)
	m.openLayer(&layer{list: card, enter: func() tea.Cmd {
		m.closeLayer()
		if w.ID == m.you.ID {
			return nil
		}
		return m.writeTo(w.ID, w.Name)
	}})
	return m.sharedRooms(w.ID, card)
}

// writeTo goes to the direct room with somebody, as /msg does.
func (m *Model) writeTo(id, called string) tea.Cmd {
	return m.askRoom("writing to somebody", "@"+called, "dm", chat.RoomRequest{User: id})
}

// sharedRooms looks in which rooms of the user somebody is, and says so on their card.
func (m *Model) sharedRooms(id string, card *overlay.Card) tea.Cmd {
	var names []string
	type look struct{ id, name string }
	var rooms []look
	for _, r := range m.rooms {
		switch {
		case r.Kind == chat.RoomDirect:
		case r.ID == chat.GeneralRoom: // everybody is
			names = append(names, m.calledOf(r.ID))
		default:
			rooms = append(rooms, look{r.ID, m.calledOf(r.ID)})
		}
	}
	more := len(rooms) > maxShared
	rooms = rooms[:min(len(rooms), maxShared)]
	client := m.client
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		for _, r := range rooms {
			var out chat.Members
			if err := client.Ask(ctx, "members", chat.MembersRequest{Room: r.id}, &out); err != nil {
				more = true
				break
			}
			if slices.ContainsFunc(out.Members, func(w chat.Member) bool { return w.ID == id }) {
				names = append(names, r.name)
			}
		}
		says := strings.Join(names, " ")
		if more {
			says += " and perhaps others"
		}
		return asked{do: func(*Model) tea.Cmd { card.Set("rooms", says); return nil }}
	}
}

// roomCard shows what is known of the room that is shown.
func (m *Model) roomCard() tea.Cmd {
	r := m.member(m.room)
	if r == nil {
		m.composer.Say("nothing is known of this room yet")
		return nil
	}
	kind := map[chat.RoomKind]string{
		chat.RoomPublic: "public: everybody in the team can come in", chat.RoomPrivate: "private: who is invited comes in", chat.RoomDirect: "between people",
	}[r.Kind]
	facts := []overlay.Fact{{About: "kind", Says: kind}, {About: "topic", Says: r.Topic}, {About: "purpose", Says: r.Purpose}, {About: "members", Says: fmt.Sprint(r.Members)}}
	if r.LastSeq > 0 {
		last := plural(int(min(r.LastSeq, 1<<40)), "message")
		if r.LastAt > 0 {
			last += ", the newest " + r.LastAt.Time().Format("2 January 2006 15:04")
		}
		facts = append(facts, overlay.Fact{About: "so far", Says: last})
	}
	if r.Slow > 0 {
		facts = append(facts, overlay.Fact{About: "slow mode", Says: "a message of each member every " + plural(r.Slow, "second")})
	}
	if r.Keep > 0 {
		facts = append(facts, overlay.Fact{About: "kept", Says: "messages go after " + plural(r.Keep, "day")})
	}
	if r.Archived {
		facts = append(facts, overlay.Fact{About: "archived", Says: "it can be read, and not written to"})
	}
	facts = append(facts, overlay.Fact{About: "you are told", Says: notifyWords(r.Notify)}, overlay.Fact{About: "ID", Says: r.ID})
	card := overlay.NewCard(m.theme, overlay.Words{Title: m.calledOf(r.ID), Does: "shows who is in it", Keys: m.layerKeys()}, facts)
	m.openLayer(&layer{list: card, enter: func() tea.Cmd { m.closeLayer(); return m.listPeople() }})
	return nil
}

// notifyWords says what one is told of a room.
func notifyWords(n chat.Notify) string {
	switch n {
	case chat.NotifyNone:
		return "nothing; /unmute takes that back"
	case chat.NotifyMentions:
		return "of mentions alone"
	case chat.NotifyAll:
	}
	return "of everything"
}
