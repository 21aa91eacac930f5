package tui

import (
	"maps"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/markup"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// setNames tells the timelines whose names and which rooms mean something in a text,
// where that is something else than before.
func (m *Model) setNames(people map[string]string) {
	names := markup.Names{People: people, Rooms: make(map[string]bool, len(m.rooms))}
	for _, r := range m.rooms {
		if r.Kind != chat.RoomDirect {
			names.Rooms[written(r.Name)] = true
		}
	}
	if m.names != nil && maps.Equal(m.names.People, names.People) && maps.Equal(m.names.Rooms, names.Rooms) {
		return
	}
	names.Spaced = markup.Spaced(people)
	m.names = &names
	m.every(func(t *timeline.Timeline) { t.SetNames(m.names) })
}

// peopleOf are the names of those who can be called, and their IDs.
func peopleOf(list []chat.Member) map[string]string {
	people := make(map[string]string, len(list))
	for _, who := range list {
		if !who.Banned && who.Name != "" {
			people[written(who.Name)] = who.ID
		}
	}
	return people
}

// met takes somebody who came into the team, or is called otherwise now: they can be
// called before they say a word.
func (m *Model) met(told *chat.UserTold) {
	who := &told.User
	m.know(who)
	if m.gathered.stale = true; told.Muted == nil { // of that alone it is not told whether they are banned
		m.mates.take(who, !told.Banned)
	}
	name, people := written(who.Name), m.known()
	if _, taken := people[name]; taken || name == "" || len(people) >= maxKnown || m.people[who.ID] == "" {
		return
	}
	people = maps.Clone(people)
	if people == nil {
		people = make(map[string]string, 1)
	}
	people[name] = who.ID
	m.setNames(people)
}

// known are the people whose names are known.
func (m *Model) known() map[string]string {
	if m.names == nil {
		return nil
	}
	return m.names.People
}

// written is a name as it stands in a text that is drawn, in lower case.
func written(name string) string { return strings.ToLower(chat.SanitizeLine(cut(name))) }
