package keymap

import (
	"slices"
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// Help lists the keys and commands as people read them, each with fewer words
// for where there is no room. several: there are several teams, and keys between them.
func Help(k *Map, several bool) []overlay.Section {
	e := k.Edit
	last := brief{k.EditLast, "edit last"}
	before := brief{e.LinePrevious, "sent before"}
	jump := brief{k.Rooms.Jump, "go to a room"}
	rest := brief{e.DeleteAfterCursor, "cut the rest"}
	last, before = oneKey(last, before, "where nothing is written, edit your newest message; else a line up, and from the first what you sent before", "edit last, up")
	jump, rest = oneKey(jump, rest, "go to a room by a few letters of its name; where text follows the cursor, cut that to the end of its line", "rooms, cut")
	sections := []overlay.Section{
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
		{Title: "lines that begin with a slash", Entries: commands()},
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
	}
	if several {
		sections = slices.Insert(sections, 3, k.teamHelp())
	}
	return k.called(sections)
}

// called adds to the keys of a help what each is found by beside what is read of it: its name in the
// file, and all keys that do the same. One line of two keys (oneKey) has what both are called.
func (k *Map) called(sections []overlay.Section) []overlay.Section {
	all := k.Named()
	for _, s := range sections {
		for i := range s.Entries {
			e, also := &s.Entries[i], ""
			for _, b := range all {
				if len(b.Keys()) == 0 || len(e.Keys) == 0 || !b.Enabled() || together(b.Keys())[0] != e.Keys[0] {
					continue
				}
				names := b.Name + " " + strings.Join(b.Keys(), " ") + " "
				if b.Help().Desc == e.Does {
					also = names
					break
				}
				if mode(b.Name) == "" {
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

// help lists them.
func (k Look) help() []overlay.Entry {
	return entries(
		brief{k.Search, "find"}, brief{k.Inbox, "mentions"}, brief{k.Threads, "threads"}, brief{k.NextMention, "next mention"}, brief{k.PreviousMention, "mention before"},
		brief{k.FirstUnread, "first new"}, brief{k.People, "who is here"}, brief{k.Emoji, "emoji"}, brief{k.Settings, "settings"},
		brief{k.CatchUp, "catch up"}, brief{k.CatchRead, "read, on"}, brief{k.CatchLeave, "skip"}, brief{k.CatchUndo, "undo"},
	)
}

// help lists them.
func (k Choose) help() []overlay.Entry {
	return entries(
		brief{k.Begin, "select"}, brief{k.Up, "above"}, brief{k.Down, "below"}, brief{k.Oldest, "oldest"}, brief{k.Newest, "newest"},
		brief{k.Reply, "reply"}, brief{k.Edit, "edit"}, brief{k.Delete, "delete"}, brief{k.React, "react"}, brief{k.Copy, "copy"},
		brief{k.Open, "open"}, brief{k.Thread, "thread"}, brief{k.Pin, "pin"}, brief{k.Unread, "unread"}, brief{k.Find, "find"},
		brief{k.FindUp, "same before"}, brief{k.FindDown, "same after"}, brief{k.Leave, "write"},
	)
}

// teamHelp is the help of who has several teams.
func (k *Map) teamHelp() overlay.Section {
	list := entries(brief{k.Teams.Next, "next team"}, brief{k.Teams.Previous, "team before"})
	c, _ := slash.Find(slash.OnScreen(), "team")
	return overlay.Section{Title: "teams", Entries: append(list, overlay.Entry{Keys: []string{c.Usage()}, Does: c.Help, Brief: c.Brief})}
}

func commands() (list []overlay.Entry) {
	for _, c := range slash.OnScreen() {
		if c.Name == "team" {
			continue // it is of those who have several
		}
		keys := []string{"/" + c.Name} // alone where there is little room
		if s := c.Short(); s != "" && len(s) < len(c.Name) {
			keys = append(keys, "/"+s)
		}
		if c.Takes != "" {
			keys = append(keys, c.Takes)
		}
		list = append(list, overlay.Entry{Keys: keys, Does: c.Help, Brief: c.Brief})
	}
	return append(list, overlay.Entry{Keys: []string{"//…"}, Does: "send a text that begins with a slash", Brief: "a text with /"})
}
