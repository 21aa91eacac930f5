package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
)

// inbox lists the messages that mention the user.
func (m *Model) inbox() tea.Cmd {
	if !m.online("the list of mentions") {
		return nil
	}
	f := &finding{none: "nobody has mentioned you yet", hits: m.newHits("mentions of you", "goes there")}
	f.request = func(before chat.Position) (string, any) {
		return "inbox", chat.InboxRequest{Before: before, Limit: foundPage}
	}
	f.hits.SetState("looking …")
	m.openFinding(f)
	return m.askFound(f, chat.Position{})
}

// pins lists the messages that are pinned in the room that is shown.
func (m *Model) pins() tea.Cmd {
	if !m.online("the list of pins") {
		return nil
	}
	f := &finding{none: "nothing is pinned here", one: true, hits: m.newHits("pinned in "+m.called(), "goes there")}
	room := m.room
	f.request = func(chat.Position) (string, any) { return "pins", chat.RoomRequest{Room: room} }
	f.hits.SetState("looking …")
	m.openFinding(f)
	return m.askFound(f, chat.Position{})
}

// mentionsPage is how many mentions are asked for to find the next.
const mentionsPage = 100

// mentioned are the newest messages that mention the user, for who goes to one of them.
type mentioned struct {
	up    bool
	round int
	page  chat.Found
	err   error
}

// nextMention goes to a mention of the user: to the next below the message that is
// selected, or up to the one above it. It looks in what is shown first, and then asks the
// server. Where no message is selected, down leads to what is unread, the oldest first.
func (m *Model) nextMention(up bool) tea.Cmd {
	if m.shown().ChooseNamed(up) {
		m.over()
		m.setFocus(choosing)
		return nil
	}
	if !m.online("going to a mention that is not loaded") {
		return nil
	}
	client, round := m.client, m.presses
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var page chat.Found
		err := client.Ask(ctx, "inbox", chat.InboxRequest{Limit: mentionsPage}, &page)
		return mentioned{up, round, page, err}
	}
}

// mentionedNow goes to one of the mentions, unless something else was done meanwhile.
func (m *Model) mentionedNow(g mentioned) tea.Cmd {
	if g.round != m.presses {
		return nil
	}
	if g.err != nil {
		m.composer.Say("going to a mention failed: " + cut(g.err.Error()))
		return nil
	}
	from, some := m.shown().Chosen()
	at := chat.ToMillis(from.At)
	list := g.page.Messages // newest first
	if !g.up {
		for i := len(list) - 1; i >= 0; i-- {
			msg := &list[i].Envelope
			if r := m.member(roomOf(msg.Room)); r != nil && (some && msg.At > at || !some && m.unread.IsNew(r, msg.Thread, msg.Seq)) {
				return m.showAt(spotOf(msg))
			}
		}
		m.composer.Say("no mention after this; " + keymap.Name(m.keys.Look.Inbox) + " lists them all")
		return nil
	}
	for i := range list {
		msg := &list[i].Envelope
		if m.member(roomOf(msg.Room)) != nil && (!some || msg.At < at) {
			return m.showAt(spotOf(msg))
		}
	}
	m.composer.Say("no mention before this; " + keymap.Name(m.keys.Look.Inbox) + " lists them all")
	return nil
}
