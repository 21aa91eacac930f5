package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// houseCommands are those that show who is who, and those for who keeps order. The server
// decides who may, and what it answers is shown.
func houseCommands() []command {
	return []command{
		{"whois", "WHO", "show who somebody is, and write to them", "who is that", (*Model).whois},
		{"room", "", "show what is known of this room", "this room", func(m *Model, _ string) tea.Cmd { return m.roomCard() }},
		{"members", "", "list who is in this room", "who is here", func(m *Model, _ string) tea.Cmd { return m.listPeople() }},
		{"notify", "all|mentions|none", "say what you want to be told of this room", "be told", (*Model).notifyOf},
		{"role", "WHO ROLE", "give somebody another role: owner, admin, member, guest or bot", "give a role", (*Model).giveRole},
		{"ban", "WHO [WHY]", "keep somebody out of the team; asks first", "keep out", (*Model).ban},
		{"unban", "WHO", "let somebody into the team again", "let in again", func(m *Model, who string) tea.Cmd {
			off := false
			return m.orders(chat.SanitizeLine(who)+" may come in again", "user:ban", chat.UserRequest{User: unquoted(who), On: &off})
		}},
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
	who := unquoted(rest[:at])
	return m.orders(chat.SanitizeLine(who)+" is "+string(role)+" now", "user:role", chat.UserRequest{User: who, Role: role})
}

// ban asks whether somebody is to be kept out, and does it.
func (m *Model) ban(rest string) tea.Cmd {
	who, why := firstName(rest)
	if !m.online("/ban") {
		return nil
	}
	shown, back := chat.SanitizeLine(cut(who)), name(m.keys.Back)
	sure := "ban " + shown + " from the team? y bans · " + back + " does not"
	m.askFor(&question{
		says: []string{sure, "ban " + shown + "? y · " + back, "ban? y · " + back},
		yes: func() tea.Cmd {
			return m.orders(shown+" is out of the team; /unban lets them in again", "user:ban", chat.UserRequest{User: who, Reason: why})
		},
	})
	return nil
}

// firstName splits a line into a name, which may stand in quotes, and the rest.
func firstName(line string) (who, rest string) {
	if quoted, ok := strings.CutPrefix(strings.TrimPrefix(line, "@"), `"`); ok {
		if who, rest, ok = strings.Cut(quoted, `"`); ok {
			return who, strings.TrimSpace(rest)
		}
	}
	who, rest, _ = strings.Cut(line, " ")
	return who, strings.TrimSpace(rest)
}

// unquoted is a name without the quotes it may stand in.
func unquoted(who string) string {
	who = strings.TrimSpace(who)
	if name, rest := firstName(who); rest == "" && strings.Contains(who, `"`) {
		return name
	}
	return who
}
