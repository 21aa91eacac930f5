package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/screen"
)

// parting is what is to be said, when the screen is gone, of what was written and not sent.
type parting struct {
	waiting int             // messages that go when hobnob is next open
	away    int             // and those that go when their user is signed in again
	lost    int             // those that do not
	words   strings.Builder // what they and what was being written say, where it is not kept
}

// of adds what is left in an outbox, when that is closed, of who is signed in or not.
func (p *parting) of(conn *client.Client, f folder, signedOut bool) {
	for _, left := range conn.Left() {
		switch {
		case left.Kept && f.note == "" && left.Failed: // it is shown again, and goes only when it is told to
		case left.Kept && f.note == "" && signedOut:
			p.away++
		case left.Kept && f.note == "":
			p.waiting++
		default:
			p.lost++
			fmt.Fprintf(&p.words, "what was not sent to %s:\n%s\n\n", chat.SanitizeLine(left.Draft.Room), draftText(left.Draft))
		}
	}
}

// draftText is what a draft says, as it is printed.
func draftText(d chat.Draft) string {
	text, ok := d.Body.Text()
	if !ok {
		text = string(d.Body.JSON)
	}
	for _, f := range d.Extra.Files {
		text += "\n(with the file " + f.Name + ")"
	}
	return chat.Sanitize(text)
}

// say says it on a terminal that takes it, after a chat that ended with err, and returns
// what is to be said of both. What could not be kept is printed, or where nobody can read
// that, left in a file (behind.go).
func (p *parting) say(err error) error {
	takes := screen.Takes(os.Stderr)
	if text := farewell(p.waiting, "hobnob is next open") + farewell(p.away, "you are signed in again"); text != "" && takes {
		fmt.Fprint(os.Stderr, text)
	}
	told := p.tell(os.Stderr, takes)
	if err != nil && p.lost == 0 && exit.CodeOf(err) == exit.Storage {
		return err // which says why
	}
	return errors.Join(err, told)
}

func (p *parting) tell(w io.Writer, takes bool) error {
	words := p.words.String()
	if words == "" {
		return nil
	}
	where := "is above"
	if takes {
		_, err := io.WriteString(w, words)
		takes = err == nil
	}
	if !takes { // a terminal that was closed
		name, err := leaveBehind(words)
		if err != nil {
			return exit.New(exit.Storage, "", "what you wrote could not be kept: %w", err)
		}
		where = "is in " + name
	}
	switch p.lost {
	case 0:
		return exit.New(exit.Storage, "", "what you were writing could not be kept; it %s", where)
	case 1:
		return exit.New(exit.Storage, "", "1 message was not sent, and could not be kept; it %s", where)
	}
	return exit.New(exit.Storage, "", "%d messages were not sent, and could not be kept; what they say %s", p.lost, where)
}

// farewell is said to who leaves before all was sent.
func farewell(n int, when string) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "1 message waits to be sent; it goes when " + when + "\n"
	}
	return fmt.Sprintf("%d messages wait to be sent; they go when %s\n", n, when)
}
