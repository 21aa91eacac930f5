package export

import (
	"fmt"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// names gives those who are new to the team names of their own: one that somebody of
// the team has, or that looks like it, has the name of the team they come from behind
// it. Where another team has an owner, nobody is its owner or admin by an import.
func (i *importing) names() {
	if i.own {
		return
	}
	owned := false
	taken := make(map[string]bool, len(i.known)+len(i.came))
	for _, p := range i.known {
		taken[chat.Skeleton(p.Name)] = true
		owned = owned || p.Role == chat.RoleOwner && i.people[p.ID] == nil // who is in both may have come by an import
	}
	for _, p := range i.came {
		if _, known := i.known[p.ID]; known || p.ID == chat.System.ID {
			continue
		}
		if owned && (p.Role == chat.RoleOwner || p.Role == chat.RoleAdmin) {
			p.Role = chat.RoleMember
		}
		name := p.Name
		for n := 1; taken[chat.Skeleton(name)]; n++ {
			of := i.source.Team.Name
			if n > 1 {
				of = fmt.Sprintf("%s %d", of, n)
			}
			name = behind(p.Name, " ("+of+")")
		}
		if name != p.Name {
			p.Name = name
			i.result.Renamed++
		}
		taken[chat.Skeleton(name)] = true
	}
}

// behind puts something behind a name, which is cut so that both have room.
func behind(name, more string) string {
	room := chat.MaxName - utf8.RuneCountInString(more)
	if room < 1 { // of a long one the number at its end is what tells names apart
		runes := []rune(more)
		more, room = string(runes[len(runes)-chat.MaxName/2:]), chat.MaxName/2
	}
	if runes := []rune(name); len(runes) > room {
		name = string(runes[:room])
	}
	return chat.SanitizeLine(name + more)
}
