package archive

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/export"
)

// idPrefix begins the IDs of what came from Slack.
const idPrefix = "slack-"

// user is somebody in users.json.
type user struct {
	ID       string `json:"id"`
	Team     string `json:"team_id"`
	Name     string `json:"name"` // their handle
	RealName string `json:"real_name"`
	Bot      bool   `json:"is_bot"`
	Guest    bool   `json:"is_restricted"`
	Guest1   bool   `json:"is_ultra_restricted"` // in one channel alone
	Profile  struct {
		DisplayName string `json:"display_name"`
		RealName    string `json:"real_name"`
	} `json:"profile"`
}

// people are all who are told of in an export.
type people struct {
	team  string // Slack's ID of the workspace
	order []*export.Person
	byID  map[string]*export.Person // by the ID in Slack; of bots also with their name
	names map[string]bool           // folded
}

func newPeople() people {
	return people{team: "workspace", byID: make(map[string]*export.Person), names: make(map[string]bool)}
}

// add takes one of users.json.
func (p *people) add(u *user) {
	if u.ID == "" || p.byID[u.ID] != nil {
		return
	}
	if u.Team != "" && len(p.order) == 0 {
		p.team = u.Team
	}
	role := chat.RoleMember
	switch {
	case u.Bot || u.ID == slackbot:
		role = chat.RoleBot
	case u.Guest || u.Guest1:
		role = chat.RoleGuest
	}
	p.make(u.ID, idPrefix+u.ID, role, u.Profile.DisplayName, u.Name, u.RealName, u.Profile.RealName)
}

// slackbot is Slack's own, which speaks and is in no list.
const slackbot = "USLACKBOT"

// make adds somebody under the first of these names that can be one.
func (p *people) make(key, id string, role chat.Role, names ...string) *export.Person {
	person := &export.Person{User: chat.User{ID: id, Name: p.name(id, names), Role: role}}
	p.byID[key] = person
	p.order = append(p.order, person)
	return person
}

// name is a name that nobody in the export has yet.
func (p *people) name(id string, wanted []string) string {
	var first string
	for _, w := range append(wanted, id) {
		name := shorten(chat.SanitizeLine(w))
		name, err := chat.CleanName(name)
		if err != nil {
			continue
		}
		first = cmp.Or(first, name)
		if folded := chat.FoldName(name); !p.names[folded] {
			p.names[folded] = true
			return name
		}
	}
	first = cmp.Or(first, "somebody")
	for n := 2; ; n++ {
		name := fmt.Sprintf("%s-%d", first, n)
		for utf8.RuneCountInString(name) > chat.MaxName {
			_, last := utf8.DecodeLastRuneInString(first)
			first = first[:len(first)-last]
			name = fmt.Sprintf("%s-%d", first, n)
		}
		if folded := chat.FoldName(name); !p.names[folded] {
			p.names[folded] = true
			return name
		}
	}
}

// shorten cuts a name to what a name may have.
func shorten(name string) string {
	n := 0
	for i := range name {
		if n == chat.MaxName {
			return name[:i]
		}
		n++
	}
	return name
}

// meet adds who is in a message and in no list (Slack's own, people of other
// workspaces, and programs), and notes when somebody spoke first.
func (p *people) meet(m *message) {
	if author := p.author(m); author.Entered == 0 || m.at < author.Entered {
		author.Entered = m.at
	}
	for _, id := range m.Reactions.users() {
		p.user(id)
	}
}

// user is the person of an ID in Slack.
func (p *people) user(id string) *export.Person {
	if known := p.byID[id]; known != nil {
		return known
	}
	if id == slackbot {
		return p.make(id, idPrefix+id, chat.RoleBot, "slackbot")
	}
	return p.make(id, idPrefix+shortID(id), chat.RoleMember, id)
}

// shortID bounds what a broken export can have as an ID.
func shortID(id string) string {
	if len(id) <= 32 && !hasControl(id) {
		return id
	}
	return hash(id)
}

func hasControl(s string) bool { return chat.SanitizeLine(s) != s }

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}

// author is who said a message. A program that speaks under several names is as many.
func (p *people) author(m *message) *export.Person {
	switch {
	case m.User != "":
		return p.user(m.User)
	case m.BotID == "" && m.Username == "":
		return p.user("unknown")
	}
	bot := cmp.Or(m.BotID, "bot")
	name := cmp.Or(m.Username, m.BotProfile.Name)
	key := bot + "\x00" + name
	if known := p.byID[key]; known != nil {
		return known
	}
	id := idPrefix + shortID(bot)
	if first := p.byID[bot]; first == nil {
		person := p.make(key, id, chat.RoleBot, name, bot)
		p.byID[bot] = person
		return person
	} else if name == "" {
		return first
	}
	return p.make(key, id+"-"+hash(name), chat.RoleBot, name, bot)
}

// settle is called when all messages were met: who said nothing came at last.
func (p *people) settle(last chat.Millis) {
	for _, person := range p.order {
		if person.Entered == 0 {
			person.Entered = last
		}
	}
}
