package plain

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// line deals with what was typed.
func (t *talk) line(text string) {
	text = strings.TrimRight(text, " \n")
	switch {
	case strings.TrimSpace(text) == "":
	case slash.Is(text):
		t.command(text)
	case t.isSlip(text):
	case strings.HasPrefix(text, "//"): // the first slash says that it is a text
		t.enqueue(t.room, text[1:], "")
	default:
		t.enqueue(t.room, text, "")
	}
}

// enqueue hands a text to the client.
func (t *talk) enqueue(room, text string, style chat.Style) {
	t.post(chat.Draft{Room: room, Extra: chat.Extra{Style: style}}, text)
}

// post is enqueue for a draft that says more of where it belongs, and tells whether the client has
// it. Names of emoji are sent as what they mean, as from the screen.
func (t *talk) post(d chat.Draft, text string) bool {
	d.Body = chat.TextBody(chat.Sanitize(emoji.Spell(text)))
	if most := t.limits.Body; most > 0 && len(d.Body.JSON) > most {
		t.wrong(fmt.Sprintf("not sent: it has %d bytes, and this server takes %d", len(d.Body.JSON), most))
		return false
	}
	id, err := uuid.NewV7()
	if err != nil {
		t.wrong("not sent: this machine has no random numbers: " + err.Error())
		return false
	}
	d.ID, d.At = id.String(), t.Now()
	if t.state == chat.Online && t.archived(d.Room) { // else it may be open again when this is sent
		t.withhold(d)
		return false
	}
	err = t.hand(d)
	if err != nil {
		t.wrong("not sent: " + err.Error())
	}
	return err == nil
}

// hand gives a draft to the client.
func (t *talk) hand(d chat.Draft) error {
	if err := t.Client.Enqueue(d); err != nil {
		return err
	}
	t.waiting[d.ID] = false
	t.unsent.add(d)
	if t.state != chat.Online {
		t.say("kept: it is sent when there is a connection")
	}
	return nil
}
