package tui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// directoryTime is how long it is known which rooms there are to join: a room is made seldom,
// and who hears of a new one writes all of its name.
const directoryTime = time.Minute

// directory is which rooms there are to join, as the server said last.
type directory struct {
	rooms []chat.Room // those one is in since may be among them
	query string      // what their names have in them, folded
	more  bool        // there are others
	at    time.Time   // when that was, zero for never
	asked time.Time   // before anybody wanted it: when
}

// covers tells whether all rooms are known whose names a word may begin.
func (m *Model) covers(word string) bool {
	d, word := &m.directory, chat.FoldName(word)
	return m.since(d.at) < directoryTime && (d.query == word || !d.more && strings.Contains(word, d.query))
}

// since is how long ago something was.
func (m *Model) since(at time.Time) time.Duration { return m.now().Sub(at) }

// joinPart is the part of a line that names a room to join.
func joinPart(line string) (word string, ok bool) {
	if !strings.HasPrefix(line, "/") || strings.HasPrefix(line, "//") || len(line) > maxWord {
		return "", false
	}
	called, word, more := strings.Cut(line[1:], " ")
	c, known := slash.Find(slash.OnScreen(), called)
	return word, more && known && c.Name == "join" && !strings.Contains(word, " ")
}

// looksAhead asks which rooms there are to join as soon as one is going to be named, so that
// they are known when the key is pressed that completes the name; and not again while they are, nor
// soon after they could not be had.
func (m *Model) looksAhead() tea.Cmd {
	d := &m.directory
	if m.connection.State != chat.Online || m.since(d.asked) < directoryTime || m.since(d.at) < directoryTime {
		return nil
	}
	if _, ok := joinPart(m.composer.Text()); !ok {
		return nil
	}
	d.asked = m.now()
	return m.askDirectory("", func(*Model) tea.Cmd { return nil })
}

// askDirectory asks which rooms there are with something in their names.
func (m *Model) askDirectory(query string, then func(*Model) tea.Cmd) tea.Cmd {
	client := m.client
	return func() tea.Msg {
		ctx, cancel := askContext()
		defer cancel()
		var out chat.RoomList
		err := client.Ask(ctx, "room:list", chat.RoomListRequest{Query: query}, &out)
		return asked{do: func(m *Model) tea.Cmd {
			if err != nil {
				return then(m)
			}
			d := directory{query: chat.FoldName(query), more: out.More, at: m.now(), asked: m.directory.asked}
			for i := range out.Rooms {
				if r := &out.Rooms[i]; r.Kind == chat.RoomPublic && !r.Archived {
					d.rooms = append(d.rooms, r.Room)
				}
			}
			m.directory = d
			return then(m)
		}}
	}
}

// completeJoin completes the name of a room to join. What is not known by then is offered when
// it is, if nothing else is written.
func (m *Model) completeJoin(line, word string, n int) tea.Cmd {
	offer := func(m *Model) { m.offer(line, len(word), m.roomsToJoin(word), n) }
	called := strings.TrimPrefix(word, "#")
	if m.connection.State != chat.Online || m.covers(called) {
		offer(m)
		return nil
	}
	in := m.composer
	unless := func(do func(*Model) tea.Cmd) func(*Model) tea.Cmd {
		return func(m *Model) tea.Cmd {
			if now, _ := in.Before(); in != m.composer || now != line || in.Offering() {
				return nil
			}
			return do(m)
		}
	}
	query := ""
	if m.directory.more && m.covers(m.directory.query) {
		query = called
	}
	return m.askDirectory(query, unless(func(m *Model) tea.Cmd {
		if query == "" && m.directory.more && called != "" { // in a large team
			return m.askDirectory(called, unless(func(m *Model) tea.Cmd { offer(m); return nil }))
		}
		offer(m)
		return nil
	}))
}

// roomsToJoin are the rooms whose names begin so: those one may join, then those one is in.
func (m *Model) roomsToJoin(word string) []composer.Candidate {
	sign := ""
	if strings.HasPrefix(word, "#") {
		sign, word = "#", word[1:]
	}
	var list, later []composer.Candidate
	for i := range m.directory.rooms {
		r := &m.directory.rooms[i]
		if m.member(r.ID) != nil {
			continue
		}
		about := plural(r.Members, "member")
		if r.Topic != "" {
			about += " · " + r.Topic
		}
		c := composer.Candidate{Text: sign + r.Name, Shown: "#" + r.Name, About: about}
		switch like(r.Name, word) {
		case 0:
			list = append(list, c)
		case 1:
			later = append(later, c)
		}
	}
	own := m.roomsLike(word, sign, "")
	for i := range own {
		own[i].About = strings.TrimSuffix("you are in it · "+own[i].About, " · ")
	}
	return some50(append(append(list, later...), own...))
}
