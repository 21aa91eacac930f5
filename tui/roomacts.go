package tui

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// roomActs are the commands about rooms themselves: that there are some, what they are
// called, and whether they are written in.
func roomActs() runs {
	return runs{
		"create":    func(m *Model, name string) tea.Cmd { return m.createRoom(name, "") },
		"private":   func(m *Model, name string) tea.Cmd { return m.createRoom(name, chat.RoomPrivate) },
		"rename":    (*Model).renameRoom,
		"archive":   (*Model).archiveRoom,
		"unarchive": func(m *Model, _ string) tea.Cmd { return m.setArchived(false) },
	}
}

// createRoom makes a room. Of several words it shows first what the room would be called:
// some of them may have been meant as its topic.
func (m *Model) createRoom(called string, kind chat.RoomKind) tea.Cmd {
	will, err := chat.ChooseRoomName(called)
	create := func() tea.Cmd {
		if !m.mayLead("making a room") {
			return nil
		}
		return m.leads(roomSign(cmp.Or(will, called)), m.elseIn(will, ask(m, "room:create", chat.RoomCreateRequest{Name: called, Kind: kind}, goes)))
	}
	if err != nil || len(strings.Fields(called)) < 2 {
		return create() // what is wrong with a name the server says
	}
	m.askFor(&question{
		says: m.sure("y makes it", "make a room called #"+will+"?", "make #"+will+"?", "make it?"),
		yes:  create,
	})
	return nil
}

// elseIn is a request for a new room. Where there is one of that name, the way into that is said.
func (m *Model) elseIn(name string, request tea.Cmd) tea.Cmd {
	way := "/join " + name + " comes in, if it is public and not archived"
	if slices.Contains(m.ownRooms(), name) {
		way = "you are in it: /go " + name
	}
	return func() tea.Msg {
		msg := request()
		a, ok := msg.(asked)
		if e, is := errors.AsType[*chat.Error](a.err); ok && is && e.Code == chat.CodeNameTaken && name != "" {
			a.err = errors.New("there is a room of that name, or one that looks just like it · " + way)
			return a
		}
		return msg
	}
}

// renameRoom gives the room that is shown another name.
func (m *Model) renameRoom(to string) tea.Cmd {
	if m.nameless("name") {
		return nil
	}
	mark := "#"
	if r := m.member(m.room); r != nil {
		mark = sign(r.Room)
	}
	rename := func() tea.Cmd {
		return ask(m, "room:rename", chat.RoomChangeRequest{Room: m.room, Name: &to}, func(a chat.RoomAnswer) asked {
			return asked{text: "this room is called " + mark + chat.SanitizeLine(cut(a.Room.Name)) + " now; what it was called leads here, too"}
		})
	}
	will, err := chat.ChooseRoomName(to)
	if err != nil || len(strings.Fields(to)) < 2 {
		return rename()
	}
	m.askFor(&question{
		says: m.sure("y renames it", "call this room "+mark+will+"?", "call it "+mark+will+"?", "call it so?"),
		yes:  rename,
	})
	return nil
}

// archiveRoom asks whether the room that is shown is to be written in no longer.
func (m *Model) archiveRoom(string) tea.Cmd {
	if m.nameless("end") || !m.online("/archive") {
		return nil
	}
	room := m.called()
	m.askFor(&question{
		says: m.sure("y archives it", "archive "+room+"? nobody writes in it then;", "archive "+room+"? none writes then;", "archive "+room+"?", "archive?"),
		yes:  func() tea.Cmd { return m.setArchived(true) },
	})
	return nil
}

// setArchived says whether the room that is shown can only be read.
func (m *Model) setArchived(on bool) tea.Cmd {
	if m.nameless("end") {
		return nil
	}
	text := "this room is written in again"
	if on {
		text = "this room is archived: it can be read and searched, and /unarchive opens it again"
	}
	return ask(m, "room:set", chat.RoomChangeRequest{Room: m.room, Archived: &on}, says[chat.RoomAnswer](text))
}

// nameless tells whether the room that is shown is one between people, which has no such
// thing, and says so.
func (m *Model) nameless(what string) bool {
	r := m.member(m.room)
	if r == nil || r.Kind != chat.RoomDirect {
		return false
	}
	m.composer.Say("what is said between people has no " + what + "; nothing was done")
	return true
}
