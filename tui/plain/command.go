package plain

import (
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// command is a line that begins with a slash. It is never sent as text. Those that the
// screen has too are called as there.
type command struct {
	names string // all it goes by, the first is its name
	takes string // what stands after it; in brackets what may be left out
	help  string
	run   func(t *talk, rest string)
}

func commands() []command {
	return []command{
		{"help ?", "", "list the commands", func(t *talk, _ string) { t.help() }},
		{"rooms", "", "list the rooms you are in, with what is unread there", func(t *talk, _ string) { t.listRooms() }},
		{"who members names", "", "list who is in this room", func(t *talk, _ string) { t.who() }},
		{"where", "", "say which room a line goes to, and how the connection is", func(t *talk, _ string) { t.where() }},
		{"go", "ROOM", "write to this room from now on, and hear what is new there; a person is @NAME", (*talk).goTo},
		{"last", "", "go back to the room you came from", func(t *talk, _ string) { t.goLast() }},
		{"next", "", "go to the next room with something unread", func(t *talk, _ string) { t.next() }},
		{"history", "[NUMBER]", "print what was said last in this room", (*talk).history},
		{"older", "[NUMBER]", "print what was said before that", (*talk).older},
		{"search", "WORDS", "search in all rooms", (*talk).search},
		{"join", "ROOM", "come into a public room", func(t *talk, room string) {
			ask(t, "room:join", chat.RoomRequest{Room: room}, (*talk).into)
		}},
		{"list", "[TEXT]", "list the rooms you may join", func(t *talk, query string) {
			ask(t, "room:list", chat.RoomListRequest{Query: query}, (*talk).listed)
		}},
		{"create", "ROOM", "make a room for all to join", func(t *talk, name string) {
			ask(t, "room:create", chat.RoomCreateRequest{Name: name}, (*talk).into)
		}},
		{"private", "ROOM", "make a room for those you invite", func(t *talk, name string) {
			ask(t, "room:create", chat.RoomCreateRequest{Name: name, Kind: chat.RoomPrivate}, (*talk).into)
		}},
		{"part leave", "", "leave this room", func(t *talk, _ string) {
			ask(t, "room:leave", chat.RoomRequest{Room: t.room}, func(*talk, chat.Done) {}) // it is told
		}},
		{"msg query dm", "WHO [TEXT]", "talk to somebody alone", (*talk).msg},
		{"me", "TEXT", "say what you do", func(t *talk, text string) { t.enqueue(t.room, text, chat.StyleMe) }},
		{"edit", "TEXT", "put this in place of what you said last", (*talk).edit},
		{"delete", "", "delete what you said last", func(t *talk, _ string) { t.erase() }},
		{"react", "EMOJI", "react to what was said last in this room", (*talk).react},
		{"invite", "WHO", "let somebody into this room", func(t *talk, who string) {
			ask(t, "room:invite", chat.RoomRequest{Room: t.room, User: who}, doneRoom(who+" is in this room"))
		}},
		{"kick", "WHO", "take somebody out of this room", func(t *talk, who string) {
			ask(t, "room:remove", chat.RoomRequest{Room: t.room, User: who}, done(who+" is out of this room"))
		}},
		{"topic", "[TEXT]", "say what this room is about, or hear it", (*talk).topic},
		{"mute", "", "be told nothing of this room, or all again", func(t *talk, _ string) { t.mute() }},
		{"notify", "LEVEL", "be told of all, mentions or none of this room", (*talk).notify},
		{"away", "[TEXT]", "say that you are away", func(t *talk, text string) {
			ask(t, "presence", chat.PresenceRequest{State: chat.Away, Text: text}, noted("others see that you are away; /back says that you are not"))
		}},
		{"dnd", "[TEXT]", "say that you are not to be disturbed", func(t *talk, text string) {
			ask(t, "presence", chat.PresenceRequest{State: chat.DoNotDisturb, Text: text}, noted("others see that you are not to be disturbed; /back ends it"))
		}},
		{"back", "", "say that you are back", func(t *talk, _ string) {
			ask(t, "presence", chat.PresenceRequest{State: chat.Active}, noted("others see that you are back"))
		}},
		{"retry", "", "send again what was refused", func(t *talk, _ string) { t.again() }},
		{"drop", "", "forget what was refused", func(t *talk, _ string) { t.drop() }},
		{"reconnect", "", "try to connect at once", func(t *talk, _ string) { t.told = ""; t.Client.Reconnect() }},
		{"quit exit bye", "", "leave", func(t *talk, _ string) { t.quitting = true }},
	}
}

// isCommand tells whether a line is for us. A path is not: no command has a slash in
// its name.
func isCommand(text string) bool {
	rest, ok := strings.CutPrefix(text, "/")
	word, _, _ := strings.Cut(rest, " ")
	return ok && !strings.Contains(word, "/")
}

// command runs a line that begins with a slash.
func (t *talk) command(line string) {
	word, rest, _ := strings.Cut(strings.TrimPrefix(line, "/"), " ")
	rest = strings.TrimSpace(rest)
	word = strings.ToLower(word)
	for _, c := range commands() {
		names := strings.Fields(c.names)
		if !slices.Contains(names, word) {
			continue
		}
		switch {
		case c.takes == "" && rest != "":
			t.wrong("nothing was done: /" + word + " stands alone on its line; //" + word + " sends it as text")
		case rest == "" && c.takes != "" && !strings.HasPrefix(c.takes, "["):
			t.wrong("nothing was done: /" + word + " wants more: /" + word + " " + c.takes)
		default:
			c.run(t, rest)
		}
		return
	}
	way := "/help lists them"
	if near := begins(word); near != "" {
		way = "did you mean /" + near + "?"
	}
	t.wrong("nothing was done: there is no command /" + word + "; " + way + " With one more / before it the line is sent as text")
}

// begins is the first command that a word is the beginning of, "" if none is.
func begins(word string) string {
	for _, c := range commands() {
		for n := range strings.FieldsSeq(c.names) {
			if word != "" && strings.HasPrefix(n, word) {
				return n
			}
		}
	}
	return ""
}

// help lists the commands, one to a line.
func (t *talk) help() {
	var b strings.Builder
	for _, c := range commands() {
		names := strings.Fields(c.names)
		b.WriteString("/" + names[0])
		if c.takes != "" {
			b.WriteString(" " + c.takes)
		}
		b.WriteString(": " + c.help)
		if len(names) > 1 {
			b.WriteString("; also /" + strings.Join(names[1:], " /"))
		}
		b.WriteByte('\n')
	}
	b.WriteString("//TEXT: send a text that begins with a slash")
	t.say(b.String())
}
