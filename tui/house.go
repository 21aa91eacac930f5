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
		"whois":   (*Model).whois,
		"room":    func(m *Model, _ string) tea.Cmd { return m.roomCard() },
		"members": func(m *Model, _ string) tea.Cmd { return m.listPeople() },
		"notify":  (*Model).notifyOf,
		"role":    (*Model).giveRole,
		"ban":     (*Model).ban,
		"unban": func(m *Model, who string) tea.Cmd {
			off := false
			return m.orders(chat.SanitizeLine(who)+" may come in again", "user:ban", chat.UserRequest{User: slash.Name(who), On: &off})
		},
	}
}

// orders asks for something, and says that it is done.
func (m *Model) orders(done, request string, arg any) tea.Cmd {
	if !m.online("/" + strings.TrimPrefix(request, "user:")) {
		return nil
	}
	return ask(m, request, arg, says[chat.Done](done))
}

// notifyOf says what the user wants to be told of the room that is shown.
func (m *Model) notifyOf(level string) tea.Cmd {
	n := chat.Notify(strings.ToLower(level))
	switch n {
	case chat.NotifyAll, chat.NotifyMentions, chat.NotifyNone:
	default:
		m.composer.Paste("/notify " + level)
		m.composer.Say("/notify takes all, mentions or none")
		return nil
	}
	return m.orders("of "+m.called()+" you are told "+strings.TrimPrefix(notifyWords(n), "of "), "notify", chat.NotifyRequest{Room: m.room, Level: n})
}

// giveRole gives somebody another role.
func (m *Model) giveRole(rest string) tea.Cmd {
	at := strings.LastIndexByte(rest, ' ')
	role, ok := chat.ParseRole(strings.ToLower(rest[at+1:]))
	if at < 0 || !ok {
		m.composer.Paste("/role " + rest)
		m.composer.Say("/role wants who, and then owner, admin, member, guest or bot")
		return nil
	}
	who := slash.Name(rest[:at])
	return m.orders(chat.SanitizeLine(who)+" is "+string(role)+" now", "user:role", chat.UserRequest{User: who, Role: role})
}

// ban asks whether somebody is to be kept out, and does it.
func (m *Model) ban(rest string) tea.Cmd {
	who, why := slash.First(rest)
	if !m.online("/ban") {
		return nil
	}
	shown := chat.SanitizeLine(cut(who))
	m.askFor(&question{
		says: m.sure("y bans", "ban "+shown+" from the team?", "ban "+shown+"?", "ban?"),
		yes: func() tea.Cmd {
			return m.orders(shown+" is out of the team; /unban lets them in again", "user:ban", chat.UserRequest{User: who, Reason: why})
		},
	})
	return nil
}
