package tui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

const (
	// sayEvery is how often others are told that the user goes on writing: twice before
	// what they were told holds no longer.
	sayEvery = chat.TypingLease / 2

	// maxWriters bounds who is shown to be writing in a room: more than three are "several".
	maxWriters = 8
)

// typing is who writes where: the others, and what they were told of this user.
type typing struct {
	rooms  map[string]writers // room → who writes there
	awaits bool               // a timer is under way that looks who still does

	quiet bool   // nobody is to be told, as the user wants
	room  string // where they were told that the user writes, "" for nowhere
	told  time.Time
	busy  bool   // they are being told; one word after the other
	at    string // the place where the user wrote last
	text  string // and what stood there
	fresh bool   // it has changed since they were told
}

// saidTyping is that others were told, or could not be.
type saidTyping struct{}

// typingCame takes what came of telling who writes, and of waiting for them to end.
func (m *Model) typingCame(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case saidTyping:
		m.typing.busy = false
	case writersLook:
		m.typing.awaits = false
		return m.stillWriting()
	}
	return nil
}

// sayTyping tells others that the user writes, every now and then while what is written
// changes, and that they do so no longer. Commands and edits are nobody's business.
func (m *Model) sayTyping(msg tea.Msg) tea.Cmd {
	t := &m.typing
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseMsg:
		place, text := m.place(), m.composer.Text()
		t.fresh = t.fresh || place == t.at && text != t.text
		t.at, t.text = place, text
	case saidTyping:
	default:
		return nil
	}
	if m.connection.State != chat.Online {
		t.room, t.fresh = "", false // it will have ended by then
		return nil
	}
	if t.busy {
		return nil
	}
	now, in := m.now(), m.writesIn(t.text)
	switch holds := t.room != "" && now.Before(t.told.Add(chat.TypingLease)); {
	case holds && t.room != in:
		room := t.room
		t.room = ""
		return m.askTyping(room, false)
	case in == "":
		t.fresh = false
	case t.fresh && (!holds || !now.Before(t.told.Add(sayEvery))):
		t.room, t.told, t.fresh = in, now, false
		return m.askTyping(in, true)
	}
	return nil
}

// writesIn is the room in which a text is being written that others may know of, ""
// for none.
func (m *Model) writesIn(text string) string {
	a, r := m.about(), m.member(m.room)
	switch {
	case m.typing.quiet, m.hidden, text == "", m.onTheWay() != nil, r == nil || r.Archived:
		return ""
	case slash.Is(text), a != nil && a.editing != nil:
		return ""
	}
	return m.room
}

func (m *Model) askTyping(room string, on bool) tea.Cmd {
	m.typing.busy = true
	client := m.client
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		_ = client.Ask(ctx, "typing", chat.TypingRequest{Room: room, On: on}, nil) // nobody misses it
		return saidTyping{}
	}
}

// spoke takes that somebody said what they were writing.
func (t *typing) spoke(messages []chat.Message) {
	for i := range messages {
		room := roomOf(messages[i].Room)
		if len(t.rooms[room]) > 0 {
			t.ended(room, messages[i].From.ID)
		}
	}
}

// ended takes somebody out of those who write in a room.
func (t *typing) ended(room, user string) {
	list := slices.DeleteFunc(slices.Clone(t.rooms[room]), func(w writer) bool { return w.user.ID == user })
	if t.rooms[room] = list; len(list) == 0 {
		delete(t.rooms, room)
	}
}
