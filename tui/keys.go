package tui

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/overlay"
)

// KeyMap is every key there is. The help is made from it.
type KeyMap struct {
	Send, Clear, Leave               key.Binding
	PageUp, PageDown, Top, Bottom    key.Binding
	Retry, Drop                      key.Binding
	Help, Back, Mouse, Redraw, Sleep key.Binding
	Open, EditLast                   key.Binding
	Rooms                            RoomKeys
	Teams                            TeamKeys
	Look                             LookKeys
	Write                            WriteKeys
	Read                             ReadKeys
	Choose                           ChooseKeys
	Edit                             composer.Keys
}

// RoomKeys are the keys that go from room to room.
type RoomKeys struct {
	Jump, Next, Previous, Unread, Last, Side key.Binding
	Beside                                   key.Binding
	Nth                                      key.Binding // the last character says which
}

// ReadKeys are the keys while a message has the whole screen, beside those that
// do the same elsewhere.
type ReadKeys struct{ Close, PageUp, PageDown, Up, Down, Top, Bottom key.Binding }

// DefaultKeyMap is the key map of someone who has changed nothing.
func DefaultKeyMap() KeyMap {
	bind := func(help string, keys ...string) key.Binding {
		return key.NewBinding(key.WithKeys(keys...), key.WithHelp(keys[0], help))
	}
	return KeyMap{
		Send:     bind("send", "enter"),
		Clear:    bind("cut what is written; twice quits", "ctrl+c"),
		Leave:    bind("quit, when nothing is written", "ctrl+d"),
		PageUp:   bind("a page up", "pgup"),
		PageDown: bind("a page down", "pgdown"),
		Top:      bind("to the oldest message loaded", "alt+home"),
		Bottom:   bind("to the newest message", "alt+end"),
		Retry:    bind("try to send a failed message again", "alt+r"),
		Drop:     bind("drop a failed message, or stop a file on its way", "alt+x"),
		Help:     bind("this help", "f1"),
		Back:     bind("close what lies on top; with nothing open or written, select a message", "esc"),
		Mouse:    bind("leave the mouse to the terminal, or take it back", "alt+m"),
		Redraw:   bind("draw the screen again", "ctrl+l"),
		Sleep:    bind("put hobnob aside until the shell goes on with it (fg)", "ctrl+z"),
		Open:     bind("show all of a folded message", "ctrl+o"),
		EditLast: bind("edit your newest message, where nothing is written", "up"),
		Rooms: RoomKeys{
			Jump:     bind("go to a room by a few letters of its name", "ctrl+k"),
			Next:     bind("the next room", "alt+down", "ctrl+n"),
			Previous: bind("the room before", "alt+up", "ctrl+p"),
			Nth:      bind("the first to the ninth room", "alt+1", "alt+2", "alt+3", "alt+4", "alt+5", "alt+6", "alt+7", "alt+8", "alt+9"),
			Unread:   bind("the next room with something unread", "alt+a"),
			Last:     bind("back to the room you came from", "alt+/"),
			Beside:   bind("go between the room and the thread beside it", "alt+t"),
			Side:     bind("put the list of rooms away, or bring it back", "f7"),
		},
		Teams: defaultTeamKeys(bind),
		Look:  defaultLookKeys(bind),
		Write: defaultWriteKeys(bind),
		Read: ReadKeys{
			Close:    bind("close the message", "q"),
			PageUp:   bind("a page up", "b"),
			PageDown: bind("a page down", "space"),
			Up:       bind("a row up", "up", "k"),
			Down:     bind("a row down", "down", "j"),
			Top:      bind("to its beginning", "home", "g"),
			Bottom:   bind("to its end", "end", "G"),
		},
		Choose: defaultChooseKeys(bind),
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

// help lists the keys and commands as people read them, each with fewer words
// for where there is no room.
func (k *KeyMap) help() []overlay.Section {
	e := k.Edit
	last := brief{k.EditLast, "edit last"}
	before := brief{e.LinePrevious, "sent before"}
	jump := brief{k.Rooms.Jump, "go to a room"}
	rest := brief{e.DeleteAfterCursor, "cut the rest"}
	last, before = oneKey(last, before, "where nothing is written, edit your newest message; else a line up, and from the first what you sent before", "edit last, up")
	jump, rest = oneKey(jump, rest, "go to a room by a few letters of its name; where text follows the cursor, cut that to the end of its line", "rooms, cut")
	return k.called([]overlay.Section{
		{Title: "writing", Entries: entries(
			brief{k.Send, "send"}, brief{e.InsertNewline, "new line"}, brief{k.Clear, "cut, quit"}, brief{k.Leave, "quit"},
			last, before, brief{k.Retry, "retry failed"}, brief{k.Drop, "drop failed"},
		)},
		{Title: "looking", Entries: entries(
			brief{k.PageUp, "page up"}, brief{k.PageDown, "page down"}, brief{k.Top, "oldest"}, brief{k.Bottom, "newest"},
			brief{k.Open, "all of it"}, brief{k.Mouse, "mouse"}, brief{k.Redraw, "draw again"}, brief{k.Sleep, "put aside"}, brief{k.Help, "keys"}, brief{k.Back, "close"},
		)},
		{Title: "rooms", Entries: entries(
			jump, brief{k.Rooms.Next, "next room"}, brief{k.Rooms.Previous, "room before"}, brief{k.Rooms.Unread, "next unread"},
			brief{k.Rooms.Last, "back"}, brief{k.Rooms.Nth, "first to ninth"}, brief{k.Rooms.Side, "list of rooms"}, brief{k.Rooms.Beside, "thread, room"},
		)},
		{Title: "finding", Entries: k.Look.help()},
		{Title: "lines that begin with a slash", Entries: commandHelp()},
		{Title: "with a message", Entries: k.Choose.help()},
		{Title: "in an open message", Entries: entries(
			brief{k.Read.PageDown, "page down"}, brief{k.Read.PageUp, "page up"}, brief{k.Read.Top, "beginning"}, brief{k.Read.Bottom, "end"},
			brief{k.Read.Close, "close"},
		)},
		{Title: "editing", Entries: entries(
			brief{e.LineStart, "line start"}, brief{e.LineEnd, "line end"}, brief{e.WordBackward, "word left"}, brief{e.WordForward, "word right"},
			brief{e.InputBegin, "start"}, brief{e.InputEnd, "end"}, brief{e.DeleteWordBackward, "cut word"}, brief{e.DeleteWordForward, "cut word"},
			brief{e.DeleteBeforeCursor, "cut line"}, rest, brief{e.Yank, "bring back"}, brief{k.Write.Complete, "complete"}, brief{k.Write.CompleteBack, "the one before"}, brief{k.Write.Search, "sent before"}, brief{k.Write.Editor, "your editor"},
		)},
	})
}

// called adds to the keys of a help what each is found by beside what is read of it: its name in the
// file, and all keys that do the same. One line of two keys (oneKey) has what both are called.
func (k *KeyMap) called(sections []overlay.Section) []overlay.Section {
	all := k.named()
	for _, s := range sections {
		for i := range s.Entries {
			e, also := &s.Entries[i], ""
			for _, b := range all {
				if len(b.Keys()) == 0 || len(e.Keys) == 0 || !b.Enabled() || together(b.Keys())[0] != e.Keys[0] {
					continue
				}
				names := b.name + " " + strings.Join(b.Keys(), " ") + " "
				if b.Help().Desc == e.Does {
					also = names
					break
				}
				if mode(b.name) == "" {
					also += names
				}
			}
			e.Also = also
		}
	}
	return sections
}

// oneKey makes one line of two that are of the same keys, which mean one or the other.
func oneKey(a, b brief, help, words string) (both, none brief) {
	if !a.Enabled() || !b.Enabled() || !slices.Equal(a.Keys(), b.Keys()) {
		return a, b
	}
	a.Binding = key.NewBinding(key.WithKeys(a.Keys()...), key.WithHelp(a.Help().Key, help))
	return brief{a.Binding, words}, brief{}
}

// brief is a key with fewer words than its own help.
type brief struct {
	key.Binding

	words string
}

func entries(bindings ...brief) (list []overlay.Entry) {
	for _, b := range bindings {
		if b.Enabled() {
			list = append(list, overlay.Entry{Keys: together(b.Keys()), Does: b.Help().Desc, Brief: b.words})
		}
	}
	return list
}

// together says keys that differ by what is held down as one: shift/alt+enter.
// The first two are enough to know.
func together(keys []string) (names []string) {
	if s := inRow(keys); s != "" {
		return []string{s}
	}
	for _, k := range keys {
		if i := len(names) - 1; i >= 0 {
			held, last, _ := strings.Cut(k, "+")
			if before, same := strings.CutSuffix(names[i], "+"+last); same && last != "" {
				names[i] = before + "/" + held + "+" + last
				continue
			}
		}
		names = append(names, k)
	}
	return names[:min(2, len(names))]
}

// inRow says digits with the same held down as one: alt+1–9; "" of what is none.
func inRow(keys []string) string {
	if len(keys) < 3 {
		return ""
	}
	held := strings.TrimSuffix(keys[0], keys[0][len(keys[0])-1:])
	for i, k := range keys {
		if digit := keys[0][len(keys[0])-1] + byte(i); digit < '0' || digit > '9' || k != held+string(rune(digit)) {
			return ""
		}
	}
	return keys[0] + "–" + strings.TrimPrefix(keys[len(keys)-1], held)
}

// name is what a key is called on screen.
func name(b key.Binding) string {
	if !b.Enabled() {
		return ""
	}
	return b.Help().Key
}
