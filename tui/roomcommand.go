package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/settings"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// askTime is how long a request may take before the user is told.
const askTime = 15 * time.Second

// asked is what came of a request.
type asked struct {
	from origin
	show string               // the ID of a room to go to, "" to stay
	left bool                 // a room is left, once that is told
	text string               // a line to be shown, "" for none
	do   func(*Model) tea.Cmd // what else is to be done; nil for nothing
	err  error
}

// answered takes what came of a request.
func (m *Model) answered(a asked) tea.Cmd {
	m.settled(a.from)
	if a.err != nil {
		if m.parting.from == a.from {
			m.parting = wanted{}
		}
		return m.undone(a.from, cut(a.err.Error()))
	}
	if a.text != "" {
		m.tells(a.from, a.text)
	}
	var cmd tea.Cmd
	if a.show != "" {
		cmd = m.isTold(wanted{a.show, a.from})
	}
	if a.left {
		cmd = m.untoldSoon(a.from)
	}
	if a.do != nil {
		cmd = tea.Batch(cmd, a.do(m))
	}
	return cmd
}

// wanted is a room that somebody asked for.
type wanted struct {
	room string // "" for none
	from origin
}

// goWanted goes to the room that was asked for as soon as the user is in it, with what was
// written for it (going.go). Who went elsewhere by then stays there.
func (m *Model) goWanted() tea.Cmd {
	w := m.wanted
	if w.room == "" || m.member(w.room) == nil {
		return nil
	}
	m.wanted = wanted{}
	if g := m.onTheWay(); g != nil && g.from == w.from {
		return m.arrive(g, w.room)
	}
	if w.room == m.room || m.still(w.from) {
		m.show(w.room)
		return nil
	}
	there, jump := chat.SanitizeLine(cut(m.calledOf(w.room))), keymap.Name(m.keys.Rooms.Jump)
	m.last = w.room
	return m.say("you are in "+there+" now; "+keymap.Name(m.keys.Rooms.Last)+" goes there, you were left where you write", there+": "+keymap.Name(m.keys.Rooms.Last), jump)
}

// ask makes a request of the server, and hands what came of it to then.
func ask[R any](m *Model, request string, arg any, then func(R) asked) tea.Cmd {
	client, from := m.client, m.origin()
	m.waits(from)
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(context.Background(), askTime)
		defer cancel()
		var out R
		if err := client.Ask(ctx, request, arg, &out); err != nil {
			return asked{from: from, err: unanswerable(err)}
		}
		a := then(out)
		a.from = from
		return a
	}
}

// askRoom is ask for a room that is gone to. It is called so, and asked for by a command or
// by doing something.
func (m *Model) askRoom(doing, called, request string, arg any) tea.Cmd {
	if !m.mayLead(doing) {
		return nil
	}
	return m.leads(called, ask(m, request, arg, goes))
}

// goes leads to the room of an answer.
func goes(a chat.RoomAnswer) asked {
	if a.Room.ID == "" {
		return asked{err: errWhichRoom}
	}
	return asked{show: a.Room.ID}
}

// errWhichRoom is an answer without what was asked for.
var errWhichRoom = errors.New("the server does not say which room that is")

// says shows a line.
func says[R any](text string) func(R) asked { return func(R) asked { return asked{text: text} } }

// roomCommands are those about rooms and people.
func roomCommands() runs {
	return runs{
		"go":    func(m *Model, to string) tea.Cmd { return m.goTo(to) },
		"rooms": func(m *Model, _ string) tea.Cmd { m.jump(); return nil },
		"join": func(m *Model, to string) tea.Cmd {
			return m.join(to)
		},
		"part":   (*Model).partFrom,
		"msg":    (*Model).message,
		"invite": (*Model).letIn,
		"kick":   (*Model).putOut,
		"topic":  (*Model).topicCommand,
		"mute":   (*Model).muteRoom,
		"unmute": (*Model).unmuteRoom,
		"list":   (*Model).listRooms,
		"away": func(m *Model, text string) tea.Cmd {
			return m.presentFor(chat.Away, text, "others see that you are away, ")
		},
		"dnd": func(m *Model, text string) tea.Cmd {
			return m.presentFor(chat.DoNotDisturb, text, "you are told of nothing, and others see that, ")
		},
		"back": func(m *Model, _ string) tea.Cmd {
			return m.presentAs(chat.Presence{State: chat.Active}, func(time.Time) string { return "others see that you are back" })
		},
	}
}

// presentFor says that the user is away or not to be disturbed, until when the text begins with that.
func (m *Model) presentFor(state chat.PresenceState, text, says string) tea.Cmd {
	now := m.now()
	end, rest := slash.Until(text, now)
	p := chat.Presence{State: state, Text: rest}
	if !end.IsZero() {
		p.Until = chat.ToMillis(end)
	}
	return m.presentAs(p, func(ends time.Time) string { return says + slash.SayEnd(text, end, ends, now) })
}

// presentAs says how others can reach the user. That is so when it is answered: what the status line
// says of it waits for nobody to be told. done is what is said of it, with when it ends by itself.
func (m *Model) presentAs(p chat.Presence, done func(ends time.Time) string) tea.Cmd {
	return ask(m, "presence", chat.PresenceRequest{State: p.State, Text: p.Text, Until: p.Until}, func(a chat.PresenceAnswer) asked {
		p.Until = a.Until
		return asked{text: done(a.Ends()), do: func(m *Model) tea.Cmd {
			m.reaches(m.you.ID, p)
			m.gathered.stale = true
			return nil
		}}
	})
}

// roomCalled is the user's room that is called so, nil for none.
func (m *Model) roomCalled(called string) *chat.Membership {
	wanted := chat.FoldName(strings.TrimLeft(called, roomSigns))
	for i := range m.rooms {
		if chat.FoldName(m.label(m.rooms[i].Room)) == wanted {
			return &m.rooms[i]
		}
	}
	return nil
}

// join comes into a room. Where there is none of that name, it is said what might have been
// meant, and how to make one.
func (m *Model) join(to string) tea.Cmd {
	if !m.mayLead("/join") {
		return nil
	}
	own := m.ownRooms()
	client, from := m.client, m.origin()
	m.waits(from)
	return m.leads(roomSign(to), func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var out chat.RoomAnswer
		err := client.Ask(ctx, "room:join", chat.RoomRequest{Room: to}, &out)
		if e, ok := errors.AsType[*chat.Error](err); ok && e.Code == chat.CodeUnknownRoom {
			var list chat.RoomList
			if client.Ask(ctx, "room:list", chat.RoomListRequest{}, &list) == nil {
				for i := range list.Rooms {
					own = append(own, list.Rooms[i].Name)
				}
			}
			err = noRoom(to, own)
		}
		if err != nil {
			return asked{from: from, err: unanswerable(err)}
		}
		a := goes(out)
		a.from = from
		return a
	})
}

// ownRooms are the names of the rooms one is in.
func (m *Model) ownRooms() []string {
	own := make([]string, 0, len(m.rooms))
	for i := range m.rooms {
		if r := &m.rooms[i]; r.Kind != chat.RoomDirect {
			own = append(own, r.Name)
		}
	}
	return own
}

// noRoom says that there is no room of a name, and what to do.
func noRoom(to string, rooms []string) error {
	called := strings.TrimLeft(to, "#*")
	ways := []string{"/list shows those there are"}
	if near := settings.Nearest(called, rooms); near != "" {
		ways[0] = "did you mean #" + near + "?"
	}
	if name, err := chat.ChooseRoomName(called); err == nil {
		ways = append(ways, "/create "+name+" makes one")
	}
	return errors.New("there is no such room · " + strings.Join(ways, " · "))
}

// goTo shows a room by what it is called.
func (m *Model) goTo(called string) tea.Cmd {
	if r := m.roomCalled(called); r != nil {
		m.show(r.ID)
		return nil
	}
	if m.goElsewhere(called) {
		return nil
	}
	way := "/list shows those you may join"
	if who := strings.TrimPrefix(called, "@"); m.known()[written(who)] != "" {
		if strings.ContainsAny(who, " ,") {
			who = `"` + who + `"`
		}
		way = "/msg " + who + " writes to them"
	} else if near := settings.Nearest(strings.TrimLeft(called, roomSigns), m.ownRooms()); near != "" {
		way = "did you mean #" + near + "? " + way
	}
	m.composer.Say("you are in no room called " + cut(called) + "; " + way)
	return nil
}

// muteRoom makes the room that is shown quiet, or no longer.
func (m *Model) muteRoom(string) tea.Cmd {
	if r := m.member(m.room); r != nil && r.Notify == chat.NotifyNone {
		return m.unmuteRoom("")
	}
	return ask(m, "notify", chat.NotifyRequest{Room: m.room, Level: chat.NotifyNone}, says[chat.Done]("this room is muted: you are told nothing of it; /unmute takes that back"))
}

// unmuteRoom has one told again of the room that is shown.
func (m *Model) unmuteRoom(string) tea.Cmd {
	if r := m.member(m.room); r != nil && r.Notify != chat.NotifyNone {
		m.composer.Tell(m.called() + " is not muted")
		return nil
	}
	level, done := chat.NotifyAll, "this room is muted no longer"
	if was := m.muted[m.room]; was != "" && was != level {
		level, done = was, done+": you are told "+m.notifyOn(was)
	}
	return ask(m, "notify", chat.NotifyRequest{Room: m.room, Level: level}, says[chat.Done](done))
}

// rememberLevel keeps what was wanted of a room that is muted now, by whichever device.
func (m *Model) rememberLevel(now *chat.Membership) {
	if now.Notify != chat.NotifyNone {
		delete(m.muted, now.ID)
		return
	}
	if was := m.member(now.ID); was != nil && was.Notify != chat.NotifyNone {
		if m.muted == nil {
			m.muted = make(map[string]chat.Notify)
		}
		m.muted[now.ID] = was.Notify
	}
}

// jump opens the list of rooms to jump to: those with something unread first, then
// the one before this, then the others in their order, and this.
func (m *Model) jump() {
	var calls, first, rest, here []overlay.Place
	drafts, team := m.draftRooms(), strings.ToLower(m.teamName())
	for _, r := range m.rooms {
		p := overlay.Place{ID: r.ID, Name: sign(r.Room) + m.label(r.Room), About: r.Topic}
		if team != "" { // the others' rooms are called so
			p.Also = team + " " + strings.ToLower(m.label(r.Room))
		}
		if r.ID == m.room { // last, and not denied to who looks for it
			p.About = "you are here"
			here = append(here, p)
			continue
		}
		if n := m.unread.Of(&r); n > 0 {
			p.About = fmt.Sprintf("%d unread  %s", n, r.Topic)
		}
		if which := m.mates.which(m.talksTo(&r.Room)); which != "" {
			p.About = strings.TrimSuffix(which+" · "+p.About, " · ")
		}
		if drafts[r.ID] {
			p.About = "✎ draft  " + p.About
		}
		switch {
		case m.unread.Calling(&r) > 0:
			calls = append(calls, p)
		case m.unread.Of(&r) > 0 || r.ID == m.last:
			first = append(first, p)
		default:
			rest = append(rest, p)
		}
	}
	far, farther := m.otherPlaces()
	first, rest = append(first, far...), append(rest, farther...)
	l := m.pick(overlay.Words{Title: "rooms and people", None: "no room or person here is called that; /list finds others, /msg a person", Does: "goes there"},
		slices.Concat(calls, first, rest, here), m.goPlace)
	if p, ok := l.list.(*overlay.Pick); ok {
		p.SetTyped(m.newPlaces)
	}
}

// noTopic is written for no topic at all.
const noTopic = "-"

// topicCommand says what the room is about, or shows it.
func (m *Model) topicCommand(text string) tea.Cmd {
	switch text {
	case "":
		if text = m.topic(); text == "" {
			m.composer.Tell(m.called() + " has no topic; /topic TEXT gives it one")
			return nil
		}
		m.composer.Tell("the topic of " + m.called() + " is: " + text + " · /topic TEXT changes it, /topic " + noTopic + " takes it away")
		return nil
	case noTopic:
		text = ""
	}
	return ask(m, "room:topic", chat.RoomChangeRequest{Room: m.room, Topic: &text}, says[chat.RoomAnswer](""))
}
