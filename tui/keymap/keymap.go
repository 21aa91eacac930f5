// Package keymap is which keys there are: what each does, what the file of settings and the presets
// make of them, and the help that says so. What is done on a key is its caller's.
//
// A Map is a value: it is changed before it is used, by one goroutine.
package keymap

import (
	"charm.land/bubbles/v2/key"

	"github.com/hobnob-chat/hobnob/tui/composer"
)

// Map is every key there is. The help is made from it.
type Map struct {
	Send, Clear, Leave               key.Binding
	PageUp, PageDown, Top, Bottom    key.Binding
	Retry, Drop                      key.Binding
	Help, Back, Mouse, Redraw, Sleep key.Binding
	Open, EditLast                   key.Binding
	Rooms                            Rooms
	Teams                            Teams
	Look                             Look
	Write                            Write
	Read                             Read
	Choose                           Choose
	Edit                             composer.Keys
}

// Rooms are the keys that go from room to room.
type Rooms struct {
	Jump, Next, Previous, Unread, Last, Side key.Binding
	Beside                                   key.Binding
	Nth                                      key.Binding // the last character says which
}

// Read are the keys while a message has the whole screen, beside those that
// do the same elsewhere.
type Read struct{ Close, PageUp, PageDown, Up, Down, Top, Bottom key.Binding }

// Look are the keys that find something, wherever it is.
type Look struct {
	// CatchUp begins to walk through all that is unread; the others are keys on the walk.
	CatchUp, CatchRead, CatchLeave, CatchUndo key.Binding

	People, Emoji, Settings key.Binding

	Search, Inbox, Threads       key.Binding
	NextMention, PreviousMention key.Binding
	FirstUnread                  key.Binding
}

// Choose are the keys while a message is selected, beside those that do the same
// elsewhere. Begin selects one.
type Choose struct {
	Begin, Leave                    key.Binding
	Up, Down, Oldest, Newest        key.Binding
	Reply, Edit, Delete, React      key.Binding
	Copy, Open, Thread, Pin, Unread key.Binding
	Find, FindUp, FindDown          key.Binding
}

// Teams are the keys that go from team to team, where there are several.
type Teams struct{ Next, Previous key.Binding }

// Write are the keys that help with what is being written, beside those that edit it.
type Write struct{ Complete, CompleteBack, Search, Editor key.Binding }

// Default is the key map of someone who has changed nothing.
func Default() Map {
	return Map{
		Send:     bind("send", "enter"),
		Clear:    bind("cut what is written; twice quits", "ctrl+c"),
		Leave:    bind("quit, when nothing is written", "ctrl+d"),
		PageUp:   bind("a page up", "pgup"),
		PageDown: bind("a page down", "pgdown"),
		Top:      bind("to the oldest message loaded", "alt+home"),
		Bottom:   bind("to the newest message", "alt+end"),
		Retry:    bind("try to send a failed message again", "alt+r"),
		Drop:     bind("drop a failed message, take back one that waits, or stop a file", "alt+x"),
		Help:     bind("this help", "f1"),
		Back:     bind("close what is on top; with nothing open or written, select a message", "esc"),
		Mouse:    bind("leave the mouse to the terminal, or take it back", "alt+m"),
		Redraw:   bind("draw the screen again", "ctrl+l"),
		Sleep:    bind("put hobnob aside until the shell goes on with it (fg)", "ctrl+z"),
		Open:     bind("show all of a folded message", "ctrl+o"),
		EditLast: bind("edit your newest message, where nothing is written", "up"),
		Rooms: Rooms{
			Jump:     bind("go to a room by a few letters of its name", "ctrl+k"),
			Next:     bind("the next room", "alt+down", "ctrl+n"),
			Previous: bind("the room before", "alt+up", "ctrl+p"),
			Nth:      bind("the first to the ninth room", "alt+1", "alt+2", "alt+3", "alt+4", "alt+5", "alt+6", "alt+7", "alt+8", "alt+9"),
			Unread:   bind("the next room with something unread", "alt+a"),
			Last:     bind("back to the room you came from", "alt+/"),
			Beside:   bind("go between the room and the thread beside it", "alt+t"),
			Side:     bind("put the list of rooms away, or bring it back", "f7"),
		},
		Teams: defaultTeams(),
		Look:  defaultLook(),
		Write: defaultWrite(),
		Read: Read{
			Close:    bind("close the message", "q"),
			PageUp:   bind("a page up", "b"),
			PageDown: bind("a page down", "space"),
			Up:       bind("a row up", "up", "k"),
			Down:     bind("a row down", "down", "j"),
			Top:      bind("to its beginning", "home", "g"),
			Bottom:   bind("to its end", "end", "G"),
		},
		Choose: defaultChoose(),
		Edit: composer.Keys{
			InsertNewline:           bind("new line", "ctrl+j", "shift+enter", "alt+enter"),
			LineStart:               bind("start of the line", "ctrl+a", "home"),
			LineEnd:                 bind("end of the line", "ctrl+e", "end"),
			CharacterBackward:       bind("left", "left", "ctrl+b"),
			CharacterForward:        bind("right", "right"),
			WordBackward:            bind("a word left", "alt+b", "alt+left", "ctrl+left"),
			WordForward:             bind("a word right", "alt+f", "alt+right", "ctrl+right"),
			LinePrevious:            bind("a line up; from the first, what you sent before", "up"),
			LineNext:                bind("a line down; from the last, what you sent after", "down"),
			InputBegin:              bind("start of the text", "ctrl+home", "alt+<"),
			InputEnd:                bind("end of the text", "ctrl+end", "alt+>"),
			DeleteCharacterBackward: bind("delete left", "backspace", "ctrl+h"),
			DeleteCharacterForward:  bind("delete right", "delete", "ctrl+d"),
			DeleteWordBackward:      bind("cut a word left", "ctrl+w", "alt+backspace", "ctrl+backspace"),
			DeleteWordForward:       bind("cut a word right", "alt+d", "alt+delete", "ctrl+delete"),
			DeleteBeforeCursor:      bind("cut to the start of the line", "ctrl+u"),
			DeleteAfterCursor:       bind("cut to the end of the line, where something follows", "ctrl+k"),
			Yank:                    bind("bring back what was cut last", "ctrl+y"),
		},
	}
}

// bind makes a key that the help says something of.
func bind(help string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(keys[0], help))
}

func defaultLook() Look {
	return Look{
		Search:          bind("find messages in all rooms", "ctrl+f"),
		Inbox:           bind("list what mentions you", "ctrl+g"),
		Threads:         bind("list the threads you follow", "alt+g"),
		NextMention:     bind("the next mention of you; the oldest unread one where no message is selected", "alt+n"),
		PreviousMention: bind("the mention of you before", "alt+p"),
		CatchUp:         bind("walk through all that is unread", "alt+c"),
		CatchRead:       bind("on that walk: mark as read, and go on", "enter", "space"),
		CatchLeave:      bind("on that walk: leave it unread, and go on", "s"),
		CatchUndo:       bind("on that walk: undo the last step", "u"),
		People:          bind("put the members of the room beside it, or away", "f8"),
		Emoji:           bind("find an emoji to write; to react with, where a message is selected", "alt+i"),
		Settings:        bind("what can be set, to be changed with the arrows", "alt+s"),
		FirstUnread:     bind("the first message that is new in this room", "alt+u"),
	}
}

func defaultChoose() Choose {
	return Choose{
		Begin:    bind("select a message; esc does so with nothing open or written", "alt+k"),
		Leave:    bind("go back to writing", "esc", "i", "q"),
		Up:       bind("the message above", "k", "up"),
		Down:     bind("the message below", "j", "down"),
		Oldest:   bind("the oldest message that is loaded", "g", "home"),
		Newest:   bind("the newest message", "G", "end"),
		Reply:    bind("reply to it", "r"),
		Edit:     bind("edit it, if it is yours", "e"),
		Delete:   bind("delete it, which asks first; take it back if it is not sent yet", "d"),
		React:    bind("react to it, or take that back", "+"),
		Copy:     bind("copy what it says", "y"),
		Open:     bind("open its files, or it on the whole screen", "o"),
		Thread:   bind("go into its thread, or begin one", "t", "enter"),
		Pin:      bind("pin it, or take the pin away", "p"),
		Unread:   bind("unread from here on", "u"),
		Find:     bind("find a text among the messages that are loaded", "/"),
		FindUp:   bind("the one before that says the same", "n"),
		FindDown: bind("the one after it", "N"),
	}
}

func defaultTeams() Teams {
	return Teams{
		Next:     bind("the next team, where you have several", "alt+.", "ctrl+pgdown"),
		Previous: bind("the team before", "alt+,", "ctrl+pgup"),
	}
}

func defaultWrite() Write {
	return Write{
		Complete:     bind("complete a name, a room, an emoji or a command; again: the next one; esc cancels it", "tab"),
		CompleteBack: bind("the one before that", "shift+tab"),
		Search:       bind("find what you sent before; again: what you sent before that", "ctrl+r"),
		Editor:       bind("write it in your editor ($VISUAL, $EDITOR)", "alt+e"),
	}
}

// Name is what a key is called on screen.
func Name(b key.Binding) string {
	if !b.Enabled() {
		return ""
	}
	return b.Help().Key
}
