package export

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Text writes a team for people to read: room by room, day by day. Nothing that it
// writes can do anything to a terminal. It is for one goroutine.
type Text struct {
	w    *bufio.Writer
	zone *time.Location
	day  string // of the message before, "" at the beginning of a room
	any  bool   // there was a room
	err  error
}

// NewText makes a Text to w with times in a zone. End writes what it still has.
func NewText(w io.Writer, zone *time.Location) *Text {
	return &Text{w: bufio.NewWriterSize(w, 64<<10), zone: zone}
}

// Room begins a room. people are who is in it, by ID; a direct room is called by them.
func (t *Text) Room(r Room, people map[string]string) error {
	if t.any {
		t.write("\n\n")
	}
	t.any, t.day = true, ""
	title := "#" + r.Name
	if r.Kind == chat.RoomDirect {
		names := make([]string, 0, len(r.Members))
		for _, m := range r.Members {
			names = append(names, cmp.Or(people[m.ID], m.ID))
		}
		slices.Sort(names)
		title = strings.Join(names, ", ")
	}
	title = chat.SanitizeLine(title)
	var notes []string
	if r.Kind != chat.RoomPublic {
		notes = append(notes, string(r.Kind))
	}
	if r.Archived {
		notes = append(notes, "archived")
	}
	if len(notes) > 0 {
		title += " (" + strings.Join(notes, ", ") + ")"
	}
	t.write(title + "\n" + strings.Repeat("=", len([]rune(title))) + "\n")
	for _, about := range []string{r.Topic, r.Purpose} {
		if about != "" {
			t.write(chat.SanitizeLine(about) + "\n")
		}
	}
	return t.err
}

// Message writes a message of the room.
func (t *Text) Message(m *Message) error {
	at := m.At.Time().In(t.zone)
	if day := at.Format("Monday 2 January 2006"); day != t.day {
		t.day = day
		t.write("\n" + day + "\n" + strings.Repeat("-", len(day)) + "\n")
	}
	head := at.Format("15:04 ") + chat.SanitizeLine(m.From.Name)
	switch {
	case m.Thread != "":
		head += " (in a thread)"
	case m.ReplyTo != "":
		head += " (in reply)"
	}
	switch {
	case m.Deleted != 0:
		t.write(head + ": (deleted)\n")
		return t.err
	case m.Style == chat.StyleMe:
		head += " "
	default:
		head += ": "
	}
	t.write(head + t.said(m) + "\n")
	for _, f := range m.Files {
		t.write(fmt.Sprintf("      file: %s, %s, %d bytes\n", chat.SanitizeLine(f.Name), chat.SanitizeLine(f.Type), f.Size))
	}
	if len(m.Reactions) > 0 {
		var all []string
		for _, r := range m.Reactions {
			all = append(all, fmt.Sprintf("%s %d", chat.SanitizeLine(r.Emoji), len(r.Users)))
		}
		t.write("      " + strings.Join(all, "  ") + "\n")
	}
	return t.err
}

// said is what a message says, its rows below the first moved in.
func (t *Text) said(m *Message) string {
	text, ok := m.Text()
	if !ok {
		text = string(m.JSON)
		if n := len(m.Attachments); n > 0 {
			text += fmt.Sprintf(" and %d binary parts", n)
		}
	}
	if b := m.Block; b != nil {
		var about []string
		if b.Title != "" {
			about = append(about, b.Title)
		}
		if b.Exit != nil {
			about = append(about, fmt.Sprintf("exit code %d", *b.Exit))
		}
		if b.Duration > 0 {
			about = append(about, (time.Duration(b.Duration) * time.Millisecond).String())
		}
		text = strings.Join(about, ", ") + "\n" + text
	}
	text = chat.Sanitize(strings.TrimRight(text, "\n"))
	if m.Revision > 0 {
		text += " (edited)"
	}
	return strings.ReplaceAll(text, "\n", "\n      ")
}

// End writes what is left.
func (t *Text) End() error {
	t.flush(t.w.Flush())
	return t.err
}

func (t *Text) write(s string) {
	_, err := t.w.WriteString(s)
	t.flush(err)
}

func (t *Text) flush(err error) {
	if t.err == nil {
		t.err = err
	}
}
