package plain

import (
	"fmt"
	"strings"
)

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
