package tui

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/emoji"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

const (
	// maxCandidates is how many things a word may become: nobody walks through more.
	maxCandidates = 50

	// maxSpeakers is how many of those who spoke last in a room come before all others.
	maxSpeakers = 20

	// maxWord is how long a word may be that is completed, in bytes: twice a name.
	maxWord = 200
)

// complete completes the word before the cursor, or goes on through what it may become.
func (m *Model) complete(n int) tea.Cmd {
	m.composer.Keep()
	if m.composer.Offering() {
		m.composer.Cycle(n)
		return nil
	}
	line, all := m.composer.Before()
	if line == all && m.namesFiles(line) {
		return m.askPaths(line, n)
	}
	if line == all && namesTheme(line) {
		return m.askThemes(line, n)
	}
	if word, ok := joinPart(line); ok && line == all {
		return m.completeJoin(line, word, n)
	}
	length, list := m.candidates(line, line == all)
	m.offer(line, length, list, n)
	return nil
}

// offer shows what the last bytes before the cursor may become: the first of it, or for a
// negative n the last.
func (m *Model) offer(line string, length int, list []composer.Candidate, n int) {
	if len(list) == 0 {
		if strings.TrimSpace(line) != "" {
			m.composer.Say("nothing here begins so")
		}
		return
	}
	m.composer.Offer(length, list)
	if n < 0 {
		m.composer.Cycle(-1)
	}
}

// candidates are what the end of a line may become, and how many bytes of it. first: the
// line is the first of its text.
func (m *Model) candidates(line string, first bool) (n int, list []composer.Candidate) {
	if first && slash.Is(line) && !strings.HasPrefix(line, "//") {
		word, rest, more := strings.Cut(strings.TrimPrefix(line, "/"), " ")
		if !more {
			return len(line), commandsLike(word)
		}
		var text bool
		if n, list, text = m.arguments(word, rest); !text {
			return n, list
		}
	}
	word := lastWord(line)
	if len(word) > maxWord {
		return 0, nil
	}
	switch sign, _ := utf8.DecodeRuneInString(word); {
	case word == "":
		return 0, nil
	case sign == '@':
		return len(word), m.peopleLike(word[1:], "@", " ", true)
	case sign == '#':
		return len(word), m.roomsLike(word[1:], "#", " ")
	case sign == ':':
		return len(word), m.emojiLike(word[1:])
	}
	after := " "
	if word == strings.TrimSpace(line) && first {
		after = ": " // it is spoken to
	}
	return len(word), m.peopleLike(word, "", after, false)
}

// lastWord is what stands behind the last space.
func lastWord(line string) string {
	i := strings.LastIndexFunc(line, unicode.IsSpace)
	if i < 0 {
		return line
	}
	rest := line[i:]
	_, n := utf8.DecodeRuneInString(rest)
	return rest[n:]
}

// commandsLike are the commands that begin so.
func commandsLike(word string) (list []composer.Candidate) {
	for _, c := range slash.OnScreen() {
		if strings.HasPrefix(c.Name, strings.ToLower(word)) {
			list = append(list, composer.Candidate{Text: "/" + c.Name + space(c.Takes), Shown: "/" + c.Name, About: strings.TrimSpace(c.Takes + " " + c.Help)})
		}
	}
	return list
}

// commandNames are the names of commands that begin so, for who asks about one.
func commandNames(word string) (list []composer.Candidate) {
	for _, c := range commandsLike(strings.TrimPrefix(word, "/")) {
		c.Text = c.Shown[1:]
		list = append(list, c)
	}
	return some50(list)
}

func space(takes string) string {
	if takes == "" {
		return ""
	}
	return " "
}

func some50(list []composer.Candidate) []composer.Candidate {
	return list[:min(len(list), maxCandidates)]
}

// like tells how well a name is meant by a word: 0 if it begins so, 1 if a later part of
// it does, -1 if neither.
func like(name, word string) int {
	name, word = chat.FoldName(name), chat.FoldName(word)
	switch {
	case strings.HasPrefix(name, word):
		return 0
	case word == "":
		return -1
	}
	for i, r := range name {
		if (r == '-' || r == '_' || r == '.' || unicode.IsSpace(r)) && strings.HasPrefix(strings.TrimLeft(name[i:], "-_. "), word) {
			return 1
		}
	}
	return -1
}

// peopleLike are the people whose names begin so: who spoke last in this room, then who
// is in it by the messages that are known, then all others. all: also those words that
// call everybody.
func (m *Model) peopleLike(word, sign, after string, all bool) (list []composer.Candidate) {
	var names [2][]string
	seen := make(map[string]bool)
	add := func(name string) {
		if n := like(name, word); n >= 0 && !seen[name] && name != m.you.Name && name != "" {
			seen[name] = true
			names[n] = append(names[n], name)
		}
	}
	for _, name := range m.spoke[m.room] {
		add(name)
	}
	if r := m.member(m.room); r != nil {
		for _, p := range r.People {
			add(p.Name)
		}
	}
	others := make([]string, 0, len(m.people))
	for _, name := range m.people {
		others = append(others, name)
	}
	sort.Slice(others, func(i, j int) bool {
		return cmp.Or(cmp.Compare(chat.FoldName(others[i]), chat.FoldName(others[j])), cmp.Compare(others[i], others[j])) < 0
	})
	for _, name := range others {
		add(name)
	}
	if all {
		add("room")
		add("here")
	}
	for _, name := range slices.Concat(names[0], names[1]) {
		about := ""
		switch {
		case all && name == "room":
			about = "calls all who are in this room"
		case all && name == "here":
			about = "calls those who are active now"
		}
		list = append(list, composer.Candidate{Text: sign + name + after, Shown: sign + name, About: about, Joins: after == " "})
	}
	return some50(list)
}

// roomsLike are the rooms whose names begin so.
func (m *Model) roomsLike(word, sign, after string) (list []composer.Candidate) {
	var later []composer.Candidate
	for _, r := range m.rooms {
		if r.Kind == chat.RoomDirect {
			continue
		}
		c := composer.Candidate{Text: sign + r.Name + after, Shown: "#" + r.Name, About: r.Topic, Joins: true}
		switch like(r.Name, word) {
		case 0:
			list = append(list, c)
		case 1:
			later = append(later, c)
		}
	}
	return some50(append(list, later...))
}

// emojiLike are the emoji whose names begin so: those used last first.
func (m *Model) emojiLike(word string) (list []composer.Candidate) {
	word = strings.ToLower(strings.TrimSuffix(word, ":"))
	all := emoji.Names()
	var names []string
	for name := range all {
		if strings.HasPrefix(name, word) {
			names = append(names, name)
		}
	}
	recent := func(name string) int {
		if i := slices.Index(m.reacted, all[name]); i >= 0 {
			return i
		}
		return len(m.reacted)
	}
	sort.Slice(names, func(i, j int) bool {
		return cmp.Or(cmp.Compare(recent(names[i]), recent(names[j])), cmp.Compare(names[i], names[j])) < 0
	})
	seen := make(map[string]bool)
	for _, name := range names {
		if e := all[name]; !seen[e] {
			seen[e] = true
			list = append(list, composer.Candidate{Text: e + " ", Shown: e + " :" + name + ":", Joins: true})
		}
	}
	return some50(list)
}

// spoken remembers who spoke in a room: who did so last is the first who is meant.
func (m *Model) spoken(messages []chat.Message) {
	for i := range messages {
		who, room := &messages[i].From, roomOf(messages[i].Room)
		m.know(who)
		list, called := m.spoke[room], cut(who.Name)
		if len(list) > 0 && list[0] == called || called == "" {
			continue
		}
		list = slices.DeleteFunc(slices.Clone(list), func(name string) bool { return name == called })
		list = slices.Insert(list, 0, called)
		m.spoke[room] = list[:min(len(list), maxSpeakers)]
	}
}

// maxKnown is how many people are remembered to be named.
const maxKnown = 5000

// know remembers what somebody is called.
func (m *Model) know(who *chat.User) {
	if _, known := m.people[who.ID]; who.ID != "" && (known || len(m.people) < maxKnown && len(who.ID) <= maxKnownID) {
		m.people[who.ID] = cut(who.Name)
	}
}
