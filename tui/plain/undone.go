package plain

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// archived tells whether a room can only be read.
func (t *talk) archived(room string) bool {
	m := t.member(room)
	return m != nil && m.Archived
}

// withhold keeps what was written to a room that can only be read, with what was refused.
func (t *talk) withhold(d chat.Draft) {
	t.withheld[d.ID] = true
	t.failed = append(t.failed, d)
	why := "not sent: " + t.called(d.Room) + " is archived, and can only be read"
	if t.fault == nil && !t.Attended {
		t.fault = fmt.Errorf("%w: %s is archived", ErrUnsent, chat.SanitizeLine(clip(t.called(d.Room))))
	}
	if t.Attended {
		why += "; an admin, or who made it, opens it again with /unarchive. Then /retry sends what you wrote, and /drop forgets it"
	}
	text, _ := d.Body.Text()
	t.say(why + "\nit was: " + text)
}

// resend sends once more what was refused.
func (t *talk) resend(d chat.Draft) error {
	delete(t.unsent.taken, d.ID)
	switch {
	case !t.withheld[d.ID]:
		return t.Client.Retry(d.ID)
	case t.archived(d.Room):
		return errors.New(t.called(d.Room) + " is archived still")
	}
	err := t.hand(d)
	if err == nil {
		delete(t.withheld, d.ID)
	}
	return err
}

// forget drops what was refused.
func (t *talk) forget(d chat.Draft) error {
	if !t.withheld[d.ID] {
		return t.Client.Drop(d.ID)
	}
	delete(t.withheld, d.ID)
	return nil
}

// forgone says at the end what is kept nowhere.
func (t *talk) forgone() {
	for _, d := range t.failed {
		if t.withheld[d.ID] && t.Attended {
			t.whole("not sent to "+t.called(d.Room)+", and not kept", d)
		}
	}
}

// wrong says what could not be done, and keeps in mind that something could not.
func (t *talk) wrong(text string) {
	t.say(text)
	if t.fault == nil && !t.Attended {
		t.fault = fmt.Errorf("%w: %s", ErrCommand, text)
	}
}

// ways are the commands that lead to another room.
var ways = []string{"go", "last", "next", "join", "create", "private", "msg"}

// stays says that such a command was not done. What follows it in a script was written
// for another room than this one, and it ends there.
func (t *talk) stays(text string) {
	if t.Attended {
		t.say(text + "\nyou still write to " + t.called(t.room))
		return
	}
	t.stop(fmt.Sprintf("line %d: %s", t.nth, text))
}

// stop has a script take no more lines: they would go where they were not meant to.
func (t *talk) stop(why string) {
	t.wrong(strings.TrimSuffix(why, ".") + "; no line after that was sent")
	t.ended, t.held = true, ""
	t.give.Reset(t.Patience)
}
