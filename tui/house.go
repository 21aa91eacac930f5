package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// houseCommands are those that show who is who, and those for who keeps order. The server
// decides who may, and what it answers is shown.
func houseCommands() runs {
	return runs{
		"whois":   func(m *Model, who string) tea.Cmd { return m.whois(slash.Name(who)) },
		"room":    func(m *Model, _ string) tea.Cmd { return m.roomCard() },
		"members": func(m *Model, _ string) tea.Cmd { return m.listPeople() },
		"notify":  (*Model).notifyOf,
		"role":    (*Model).giveRole,
		"ban":     (*Model).ban,
		"unban": func(m *Model, who string) tea.Cmd {
			off := false
			who = slash.Name(who)
			shown := chat.SanitizeLine(who)
			return m.orders(shown+" may come in again", shown+" is not banned", "user:ban", chat.UserRequest{User: who, On: &off})
		},
	}
}

// orders asks for something, and says that it is done, or that all was so already: who slips in a name is
// not told that something was.
func (m *Model) orders(done, already, request string, arg any) tea.Cmd {
	if !m.online("/" + strings.TrimPrefix(request, "user:")) {
		return nil
	}
	return ask(m, request, arg, func(d chat.Done) asked {
		if d.Unchanged {
			return asked{text: "nothing was done: " + already}
		}
		return asked{text: done}
	})
}

// notifyOf says what the user wants to be told of the room that is shown.
func (m *Model) notifyOf(level string) tea.Cmd {
	n := chat.Notify(strings.ToLower(level))
	switch n {
	case "":
		if r := m.member(m.room); r != nil {
			m.composer.Tell("you are told " + m.notifyOn(r.Notify) + " · /notify all, mentions or none sets it")
		}
		return nil
	case chat.NotifyAll, chat.NotifyMentions, chat.NotifyNone:
	default:
		m.composer.Say("/notify takes all, mentions or none")
		return nil
	}
	told := "you are told " + m.notifyOn(n)
	return m.orders(told, told+"; that was so before", "notify", chat.NotifyRequest{Room: m.room, Level: n})
}

// notifyOn is notifyWords with the room that is shown.
func (m *Model) notifyOn(n chat.Notify) string {
	switch n {
	case chat.NotifyNone:
		return "nothing of " + m.called() + "; /unmute takes that back"
	case chat.NotifyMentions:
		return "of mentions alone in " + m.called()
	case chat.NotifyAll:
	}
	return "of everything in " + m.called()
}

// giveRole gives somebody another role.
func (m *Model) giveRole(rest string) tea.Cmd {
	at := strings.LastIndexByte(rest, ' ')
	role, ok := chat.ParseRole(strings.ToLower(rest[at+1:]))
	if at < 0 || !ok {
		m.composer.Say("/role wants who, and then owner, admin, member, guest or bot")
		return nil
	}
	who := slash.Name(rest[:at])
	is := chat.SanitizeLine(who) + " is " + string(role)
	return m.orders(is+" now", is+" already", "user:role", chat.UserRequest{User: who, Role: role})
}

// ban asks whether somebody is to be kept out, and does it.
func (m *Model) ban(rest string) tea.Cmd {
	who, why := slash.First(rest)
	if !m.online("/ban") {
		return nil
	}
	if !m.knows(who) {
		return m.banUnknown(who, why)
	}
	return m.sureToBan(who, who, why)
}

// banUnknown looks first whether there is somebody of that name or ID.
func (m *Model) banUnknown(who, why string) tea.Cmd {
	client, from, found := m.client, m.origin(), chat.Member{}
	m.waits(from)
	sure := m.unlessBusy(func(m *Model) tea.Cmd { return m.sureToBan(found.Name, found.ID, why) })
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var err error
		if found, err = lookUp(ctx, client, who); err != nil {
			return asked{from: from, err: unanswerable(err)}
		}
		return asked{from: from, do: sure}
	}
}

// knows tells whether somebody of a name was seen here.
func (m *Model) knows(called string) bool {
	for _, name := range m.people {
		if chat.FoldName(name) == chat.FoldName(called) {
			return true
		}
	}
	return false
}

// sureToBan asks whether somebody is to be banned.
func (m *Model) sureToBan(called, who, why string) tea.Cmd {
	shown := chat.SanitizeLine(cut(called))
	m.askFor(&question{
		says: m.sure("y bans", "ban "+shown+" from the team?", "ban "+shown+"?", "ban?"),
		yes: func() tea.Cmd {
			return m.orders(shown+" is out of the team; /unban lets them in again", shown+" is banned already", "user:ban", chat.UserRequest{User: who, Reason: why})
		},
	})
	return nil
}
