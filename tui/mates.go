package tui

import "github.com/hobnob-chat/hobnob/net/chat"

// mates are who is in the team and not banned, as far as it is known. Names are not unique: people
// are remembered by their ID, and of each name how many have it.
type mates struct {
	named map[string]mate // user → what they are called
	count map[string]int  // folded name → how many are called so
}

type mate struct{ name, folded string }

// take takes that somebody is in the team, or is not any more.
func (t *mates) take(who *chat.User, in bool) {
	had, known := t.named[who.ID]
	if known {
		if t.count[had.folded]--; t.count[had.folded] == 0 {
			delete(t.count, had.folded)
		}
		delete(t.named, who.ID)
	}
	if !in || who.ID == "" || who.Name == "" || len(who.ID) > maxKnownID || len(t.named) >= maxKnown {
		return
	}
	if t.named == nil {
		t.named, t.count = make(map[string]mate), make(map[string]int)
	}
	name := cut(who.Name)
	one := mate{name, chat.FoldName(name)}
	t.named[who.ID] = one
	t.count[one.folded]++
}

// which says which one of several people of one name somebody is, "" where one alone is called so.
func (t *mates) which(id string) string {
	if one, known := t.named[id]; !known || t.count[one.folded] < 2 {
		return ""
	}
	return "ID " + id
}
