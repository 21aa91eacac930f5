package plain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// message prints what somebody said: when, where, who, what. Lines after the first
// stand further in, so that none looks like another message. What it answers is said
// before it, in a line that begins as no text does.
func (t *talk) message(m *chat.Message) {
	lines := t.lines(m)
	if m.Style == chat.StyleMe && m.Deleted == 0 && len(lines) > 0 {
		lines[0] = "* " + strings.TrimPrefix(lines[0], "/me ")
	}
	var notes []string
	if m.Deleted == 0 { // else nothing is said of its place, and what was said holds
		notes = t.belongs(m, t.within)
		t.within = within{m.Room, m.Thread}
	}
	t.entry(m.At, m.Room, m.From.Name, notes, lines)
}

// within is a room, or a thread of it.
type within struct{ room, thread string }

// belongs says where a message belongs, if that is another place than was, and what it
// answers: nothing of one that stands for itself.
func (t *talk) belongs(m *chat.Message, was within) (notes []string) {
	switch {
	case was == within{m.Room, m.Thread}: // which was said
	case m.Thread != "":
		notes = append(notes, "in the thread of what "+t.what(m.Room, m.Thread))
	case was.room == m.Room:
		notes = append(notes, "in the room again")
	}
	if m.ReplyTo != "" {
		notes = append(notes, "to what "+t.what(m.Room, m.ReplyTo))
	}
	return notes
}

// what says who said a message, when and what, as far as that is known here.
func (t *talk) what(room, id string) string {
	r := t.record(room)
	for i := range r.messages {
		if to := &r.messages[i]; to.ID == id {
			return t.said(to)
		}
	}
	return "was said earlier"
}

// said says it of a message.
func (t *talk) said(m *chat.Message) string {
	return named(m.From.Name) + " said at " + clock(m) + ": " + t.brief(m)
}

// named is somebody's name in front of what is said. One that could end before it ends
// is quoted: "bob: no" is nobody's words.
func named(name string) string {
	name = chat.SanitizeLine(clip(name))
	if strings.ContainsAny(name, `:"`) {
		return `"` + strings.ReplaceAll(name, `"`, "'") + `"`
	}
	return name
}

// entry prints one thing that somebody said, in one write. The notes are said before it,
// each in a line of its own: what they quote can pass for none of them.
func (t *talk) entry(at chat.Millis, room, who string, notes, lines []string) {
	var b strings.Builder
	mark := t.marks()
	t.newDay(&b, at)
	head := at.Time().Format("15:04") + " " + t.called(room) + " " + named(who)
	for _, note := range notes {
		b.WriteString("-- " + mark(head+", "+note, false) + "\n")
	}
	b.WriteString(mark(head, false) + ": ")
	for i, line := range lines {
		if i > 0 {
			b.WriteString("  ")
		}
		b.WriteString(mark(line, i > 0) + "\n")
	}
	if len(lines) == 0 {
		b.WriteString("\n")
	}
	t.print(b.String())
}

// sayNews says in which other rooms something is new, and how much, and not again of
// the same room so soon.
func (t *talk) sayNews() {
	now := t.Now()
	wait := repeat
	later := false
	for i := range t.rooms {
		m := &t.rooms[i]
		r := t.kept[m.ID]
		if r == nil || r.new == 0 || m.ID == t.room {
			continue
		}
		if left := r.quiet.Sub(now); left > 0 && r.mentions == 0 {
			wait, later = min(wait, left), true
			continue
		}
		say := fmt.Sprintf("%d new in %s", r.new, t.called(m.ID))
		if r.mentions > 0 {
			say += ", where you are mentioned"
		}
		t.say(say)
		r.new, r.mentions, r.quiet = 0, 0, now.Add(repeat)
	}
	if later {
		t.newsIn(wait)
	}
}

// became says what became of a message in the room one reads, once; of one that was printed in
// another, when one is there again and it says something else.
func (t *talk) became(u chat.Update) {
	var c chat.MessageChanged
	var does func(m *chat.Message) (note string, lines []string) // nil where it is no news
	otherwise := false                                           // it says something else than was printed
	switch u := u.(type) {
	case chat.MessageRevised:
		c, otherwise = u.MessageChanged, true
		if m := t.find(c); m != nil && m.Revise(u) {
			does = func(m *chat.Message) (string, []string) {
				return "edited what was said at " + clock(m) + ", which says now:", t.lines(m)
			}
		}
	case chat.MessageErased:
		c, otherwise = u.MessageChanged, true
		if m := t.find(c); m != nil && m.Erase(u) {
			does = func(m *chat.Message) (string, []string) {
				return "deleted what " + named(m.From.Name) + " said at " + clock(m), nil
			}
		}
	case chat.MessageReaction:
		c = u.MessageChanged
		if m := t.find(c); m != nil && m.React(u) {
			emoji := chat.SanitizeLine(clip(u.Emoji))
			does = t.saysTo(c.On, "reacts with "+emoji+" to", "takes "+emoji+" back from")
		}
	case chat.MessagePin:
		c = u.MessageChanged
		if m := t.find(c); m != nil && m.Pin(u) {
			does = t.saysTo(c.On, "pins", "pins no longer")
		}
	}
	switch m := t.find(c); {
	case does == nil || m == nil:
	case c.Room == t.room:
		note, lines := does(m)
		t.happened(c.At, c.Room, c.By.Name, note, lines)
	case otherwise:
		t.record(c.Room).isStale(c, does)
	}
}

// happened prints what somebody did, in a line that begins as no text does, and the
// lines it is about, which stand further in.
func (t *talk) happened(at chat.Millis, room, who, note string, lines []string) {
	var b strings.Builder
	mark := t.marks()
	t.newDay(&b, at)
	b.WriteString("-- " + mark(at.Time().Format("15:04")+" "+t.called(room)+" "+named(who)+" "+note, false) + "\n")
	for _, line := range lines {
		b.WriteString("  " + mark(line, true) + "\n")
	}
	t.print(b.String())
}

// newDay says which day it is when it is another one.
func (t *talk) newDay(b *strings.Builder, at chat.Millis) {
	if day := at.Time().Format("Monday 2 January 2006"); day != t.day {
		t.day = day
		b.WriteString("-- " + day + "\n")
	}
}

// saysTo says what somebody did to a message, or took back.
func (t *talk) saysTo(on *bool, does, undoes string) func(*chat.Message) (string, []string) {
	if on != nil && !*on {
		does = undoes
	}
	return func(m *chat.Message) (string, []string) {
		return does + " what " + t.said(m), nil
	}
}

func clock(m *chat.Message) string { return m.At.Time().Format("15:04") }

// find is a message that is kept, nil if it is not.
func (t *talk) find(c chat.MessageChanged) *chat.Message {
	r := t.kept[c.Room]
	if r == nil {
		return nil
	}
	at, ok := slices.BinarySearchFunc(r.messages, c.Seq, func(m chat.Message, seq uint64) int {
		switch {
		case m.Seq < seq:
			return -1
		case m.Seq > seq:
			return 1
		}
		return 0
	})
	if !ok {
		return nil
	}
	return &r.messages[at]
}

// briefly is how much of a message is said to tell which one is meant, in characters.
const briefly = 40

// brief says which message is meant, by how it begins: one of files alone by the name of the
// first. It gives no number to a file that may never have been printed.
func (t *talk) brief(m *chat.Message) string {
	first := ""
	lines := t.Lines(m, func(f chat.File, _ string) string {
		name := "[file " + begin(chat.SanitizeLine(clip(f.Name))) + "]"
		first = cmp.Or(first, name)
		return name
	})
	switch {
	case len(lines) == 0:
		return "a message"
	case lines[0] == first: // as it is, with its bracket
		return first
	}
	return begin(lines[0])
}

// begin is how a line begins that is safe to print.
func begin(line string) string {
	text := []rune(clip(line))
	if len(text) > briefly {
		return chat.SanitizeLine(string(text[:briefly])) + "..."
	}
	return string(text)
}

// called is what a room is called, sanitised: a person for a direct room.
func (t *talk) called(id string) string {
	if id == "" {
		id = chat.GeneralRoom
	}
	m := t.member(id)
	if m == nil && id == t.Room.ID { // until the rooms are told
		m = &chat.Membership{Room: t.Room}
	}
	if m == nil {
		return "#" + chat.SanitizeLine(clip(id))
	}
	if m.Kind != chat.RoomDirect {
		return "#" + chat.SanitizeLine(clip(m.Name))
	}
	var names []string
	for _, p := range m.People {
		if p.ID != t.you.ID {
			names = append(names, "@"+named(p.Name))
		}
	}
	if len(names) == 0 {
		return "@" + named(t.you.Name)
	}
	return strings.Join(names, ",")
}
