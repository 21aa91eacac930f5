package tui

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/theme"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// askContext is how long a request may take.
func askContext() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), askTime)
}

// noConnection ends a sentence that is true until there is a connection.
const noConnection = " needs a connection, and there is none now"

// online tells whether there is a connection, and says that what somebody wants to do
// needs one if there is not.
func (m *Model) online(doing string) bool {
	if m.connection.State == chat.Online {
		return true
	}
	m.composer.Say(doing + noConnection)
	return false
}

// notSent says what can be done with a message that is none yet, which stays selected.
func (m *Model) notSent(what timeline.Message) string {
	k := m.keys
	back, edit := "", keymap.Name(k.Choose.Edit)
	if leave := keymap.Name(k.Choose.Leave); m.focus == choosing && leave != "" {
		back = " · " + leave + " goes back to writing"
	}
	switch {
	case m.uploading(what.ID) != nil && !what.Failed:
		return theme.Dots("not sent yet", does(k.Drop, "stops it")) + back
	case !what.Failed && !what.Waiting:
		return "not there yet: it can only be copied until it is" + back
	case edit == "" || m.focus != choosing:
		return "not sent yet: it can only be taken back or copied until it is" + back
	}
	return "not sent yet: " + edit + " takes it back, to be changed" + back
}

// settledOnly tells whether a message can be spoken of: it is stored, and there. If not
// it says why.
func (m *Model) settledOnly(what timeline.Message) bool {
	switch {
	case what.Seq == 0:
		m.composer.Say(m.notSent(what))
	case what.Deleted:
		m.composer.Say("that message is deleted")
	default:
		return true
	}
	return false
}

// request asks for something to be done with a message, and says so where it fails.
func (m *Model) request(doing, request string, what timeline.Message, arg any) tea.Cmd {
	if !m.settledOnly(what) || !m.online(doing) {
		return nil
	}
	client, from := m.client, m.origin()
	m.waits(from)
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		return acted{from, doing, client.Ask(ctx, request, arg, nil)}
	}
}

// actsOn takes what came of something that was done, with a message or with what is set.
func (m *Model) actsOn(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case asked:
		return m.answered(msg)
	case untold:
		m.untoldNow(msg)
	case edited:
		return m.editedNow(msg)
	case acted:
		return m.actedNow(msg)
	case gotText:
		return m.gotTextNow(msg)
	case tookBack:
		return m.tookBackNow(msg)
	case themed:
		return m.themedNow(msg)
	case setDone:
		return m.setNow(msg)
	}
	return nil
}

// acted is what came of something that was to be done with a message.
type acted struct {
	from  origin
	doing string
	err   error
}

// actedNow says where it failed; where it did not, that is seen.
func (m *Model) actedNow(a acted) tea.Cmd {
	m.settled(a.from)
	if a.err == nil {
		return nil
	}
	return m.undone(a.from, a.doing+" failed: "+cut(unanswerable(a.err).Error()))
}

// ref is how the server knows a message.
func ref(what timeline.Message) chat.MessageRef {
	return chat.MessageRef{Room: what.Room, Seq: what.Seq}
}

// askPin asks whether a message is to be pinned, or its pin to be taken away: the one key that
// does it is easily hit, and everybody sees it.
func (m *Model) askPin(what timeline.Message) tea.Cmd {
	if !m.settledOnly(what) || !m.online("pinning a message") {
		return nil
	}
	whose := what.Who + "'s message"
	if what.From.ID == m.you.ID {
		whose = "your message"
	}
	yes, before, after, short := "y pins it", "pin "+whose, " for everybody?", "pin?"
	if what.Pinned {
		yes, before, after, short = "y takes it away", "take away the pin of "+whose, "?", "unpin?"
	}
	m.askFor(&question{
		seq:  what.Seq,
		says: m.sureAbout(yes, before, what.OneLine(), after, short),
		yes:  func() tea.Cmd { return m.pin(what) },
	})
	return nil
}

// pin pins a message, or takes the pin away.
func (m *Model) pin(what timeline.Message) tea.Cmd {
	on := !what.Pinned
	return m.request("pinning a message", "message:pin", what, chat.PinRequest{MessageRef: ref(what), On: &on})
}

// react puts an emoji under a message, or takes the user's own away.
func (m *Model) react(what timeline.Message, called string) tea.Cmd {
	one, known := emoji.Named(called)
	if known = known || slices.Contains(what.Reacted, one); !known {
		m.composer.Say("no emoji is called " + strings.Trim(one, ":") + ": " + keymap.Name(m.keys.Look.Emoji) + " shows all there are; for a name of your team's own write " + one)
		return nil
	}
	return m.reactWith(what, one)
}

// reactWith is react with an emoji that is one.
func (m *Model) reactWith(what timeline.Message, one string) tea.Cmd {
	on := !slices.Contains(what.Reacted, one)
	m.recent(one)
	return m.request("reacting", "message:react", what, chat.ReactRequest{MessageRef: ref(what), Emoji: one, On: &on})
}

// askReaction asks with what to react.
func (m *Model) askReaction(what timeline.Message) tea.Cmd {
	// Whatever keeps it from being done: the words that follow are for this, and for nothing else.
	m.askFor(&question{
		says: []string{"react with " + m.recentLine(), "1–6, an emoji or a name: ", "react: "},
		done: func(text string) tea.Cmd {
			if n := digit(text); n > 0 && n <= len(m.reacted) {
				text = m.reacted[n-1]
			}
			return m.react(m.nowOf(what), text)
		},
	})
	if m.settledOnly(what) {
		m.online("reacting")
	}
	return nil
}

// askDelete asks whether a message is to be deleted, and does it.
func (m *Model) askDelete(what timeline.Message) tea.Cmd {
	switch {
	case what.Failed:
		m.takeBack(what)
		return nil
	case what.Seq == 0 && m.uploading(what.ID) == nil: // nobody has seen it: that is not asked about
		return m.takesBack(what, "")
	}
	if !m.settledOnly(what) || !m.online("deleting a message") {
		return nil
	}
	whose := "your message"
	if what.From.ID != m.you.ID {
		whose = what.Who + "'s message"
		switch m.you.Role {
		case chat.RoleMember, chat.RoleGuest, chat.RoleBot: // who are refused: they need not be asked
			m.composer.Say("only " + what.Who + ", or an owner or admin of the team, can delete that message")
			return nil
		case chat.RoleOwner, chat.RoleAdmin:
		}
	}
	m.askFor(&question{
		seq:  what.Seq,
		says: m.sureAbout("y deletes it", "delete "+whose, what.OneLine(), " for everybody?", "delete for everybody?", "delete?"),
		yes: func() tea.Cmd {
			if a := m.about(); a != nil && a.editing != nil && a.message.Seq == what.Seq {
				m.cancel()
			}
			return m.request("deleting a message", "message:delete", what, ref(what))
		},
	})
	return nil
}

// copyText puts what a message says into the clipboard; of one that says nothing, what its files
// are called. Nothing is never put there: that would take away what is in it.
func (m *Model) copyText(what timeline.Message) tea.Cmd {
	if what.Deleted {
		m.composer.Say("that message is deleted")
		return nil
	}
	return m.withText(what, func(text string) tea.Cmd {
		if strings.TrimSpace(text) == "" {
			return m.copyNames(what)
		}
		return tea.Batch(tea.SetClipboard(text), m.say("the message is copied, if this terminal lets programs copy", "the message was copied", "copied"))
	})
}

// copyNames puts into the clipboard what the files of a message are called.
func (m *Model) copyNames(what timeline.Message) tea.Cmd {
	switch n := len(what.Files); n {
	case 0:
		m.composer.Say("that message says nothing: nothing was copied")
		return nil
	case 1:
		return tea.Batch(tea.SetClipboard(what.FileNames()), m.say("the file's name is copied, if this terminal lets programs copy", "the file's name was copied", "name copied"))
	default:
		return tea.Batch(tea.SetClipboard(what.FileNames()), m.say(fmt.Sprintf("the names of %d files are copied, if this terminal lets programs copy", n), "the files' names were copied", "names copied"))
	}
}

// openMessage shows a message on the whole screen.
func (m *Model) openMessage(what timeline.Message) tea.Cmd {
	return m.withWords(what, what.Shown(), timeline.Shown, func(text string) tea.Cmd {
		m.read(what.Folded(text))
		return nil
	})
}

// unreadFrom makes a message and those below it unread, on this screen: the server's
// marker never goes back. It holds until the room is gone to again.
func (m *Model) unreadFrom(what timeline.Message) tea.Cmd {
	r := m.member(what.Room)
	if r == nil || !m.settledOnly(what) {
		return nil
	}
	m.unread.MadeUnread(r, m.timeline(r.ID), what.Seq)
	r.Read, r.Mentions = what.Seq-1, m.timeline(r.ID).Named(what.Seq)
	m.unread.Hold(r)
	m.timeline(r.ID).SetNew(what.Seq - 1)
	m.setFocus(writing)
	return m.say("unread from there on, here, until you come back to the room", "unread from there on")
}

// gotText is all that a message says, for what is to be done with it.
type gotText struct {
	from origin
	text string
	err  error
	then func(text string) tea.Cmd
}

// withText does something with all that a message says. Where the timeline has let go
// of its end, the client is asked for it.
func (m *Model) withText(what timeline.Message, then func(text string) tea.Cmd) tea.Cmd {
	return m.withWords(what, what.Text, timeline.Text, then)
}

// withWords is withText of a text that is had, as far as it is here, and else read from all of the
// message.
func (m *Model) withWords(what timeline.Message, had string, read func(chat.Body) string, then func(text string) tea.Cmd) tea.Cmd {
	if what.Whole || what.Seq == 0 {
		return then(had)
	}
	room, client, seq, from := what.Room, m.client, what.Seq, m.origin()
	return tea.Batch(func() tea.Msg {
		text, err := wholeText(client, room, seq, read)
		return gotText{from, text, err, then}
	}, m.say("getting all of the message …"))
}

// gotTextNow goes on with it, unless something else was done meanwhile.
func (m *Model) gotTextNow(g gotText) tea.Cmd {
	m.status.SetFlash("")
	switch {
	case g.err != nil:
		return m.undone(g.from, "the message cannot be had: "+cut(g.err.Error()))
	case !m.still(g.from):
		return m.late()
	}
	return g.then(g.text)
}

// wholeText asks for all that a message says. It waits for the network.
func wholeText(client Client, room string, seq uint64, read func(chat.Body) string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), olderTimeout)
	defer cancel()
	page, err := client.Older(ctx, room, seq+1, 1)
	n := len(page.Messages)
	switch {
	case err != nil:
		return "", fmt.Errorf("read the message: %w", err)
	case n == 0 || page.Messages[n-1].Seq != seq:
		return "", errors.New("the server does not have it")
	}
	return read(page.Messages[n-1].Body), nil // here, for it may be long
}

// nowOf is a message as it is now, if it is still the one that is selected: what was on
// its way may have been sent meanwhile.
func (m *Model) nowOf(what timeline.Message) timeline.Message {
	if now, ok := m.shown().Chosen(); ok && now.ID == what.ID {
		return now
	}
	return what
}
