package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// A team that was joined in another terminal comes into the Window while it is open, and one
// that was signed out of elsewhere goes. That is looked for where the terminal has the focus
// again, and at /team: nothing waits for it.

// comes is a team that is to be in the Window from now on, parts the ID of one that is to be
// there no longer.
type (
	comes struct{ Config }
	parts int
)

// Comes makes a message by which one more team comes in, after those there are. Its ID is how
// many there were before it. It is safe from any goroutine.
func (w *Window) Comes(c Config) tea.Msg { return comes{c} }

// Parts makes a message by which a team goes, unless it is the only one. It is safe from any
// goroutine.
func (w *Window) Parts(team int) tea.Msg { return parts(team) }

// came takes a team in. It knows of the terminal what the one that is shown does.
func (w *Window) came(c comes) tea.Cmd {
	from := w.teams[w.shown]
	c.beside = true
	m := w.add(c.Config)
	m.focused, m.mouse = from.focused, from.mouse
	ask := m.pictures.ask
	m.pictures.shower = from.pictures.shower
	m.pictures.ask, m.pictures.questions = ask, ""
	m.adopt(from)
	w.link()
	asked := strings.HasSuffix(from.composer.Sentence(), oneTeam)
	if asked {
		from.composer.Say("") // it is not true any more
	}
	w.arrange()
	way := "/team goes there"
	if from.keys.Teams.Next.Enabled() {
		way = keymap.Name(from.keys.Teams.Next) + " goes to the next team"
	}
	is := w.names[m.number] + " is here now"
	says := from.say(is+" · "+way, is)
	if asked {
		says = tea.Batch(says, from.askedForTeams())
	}
	says = w.of(from.id, says)
	if next := w.next; next != nil {
		w.next = nil
		says = tea.Batch(says, w.show(*next))
	}
	return says
}

// askedForTeams is for who asked for another team while there was none, and has done nothing
// since: the command is done now, and is not to be in the line any more.
func (m *Model) askedForTeams() tea.Cmd {
	line := m.composer.Text()
	word, _ := slash.Split(line)
	switch {
	case m.covered() || m.focus != writing:
	case line == "":
		m.listTeams()
	case slash.Is(line) && word == "team":
		return m.slash(line)
	}
	return nil
}

// parted lets a team go. Where it is shown, the next one is.
func (w *Window) parted(team parts) tea.Cmd {
	i := w.index(int(team))
	if i < 0 {
		return nil
	}
	return w.without(int(team), w.names[i]+" is gone: you signed out of it", w.names[i]+" is gone")
}

// without lets a team go, unless it is the only one, and says so in words that get shorter.
func (w *Window) without(team int, says ...string) tea.Cmd {
	i := w.index(team)
	if i < 0 || len(w.teams) == 1 {
		return nil
	}
	gone := w.teams[i]
	var cmd tea.Cmd
	if i == w.shown {
		cmd = w.show(move{team: (i + 1) % len(w.teams)})
	}
	gone.Leave()
	shown := w.teams[w.shown]
	gone.bequeath(shown)
	w.teams = slices.Delete(slices.Clone(w.teams), i, i+1)
	w.next, w.shown = nil, slices.Index(w.teams, shown)
	for _, m := range w.teams {
		if m.catch != nil {
			m.catch.teams = nil // they have other numbers now
		}
	}
	w.link()
	w.arrange()
	return tea.Batch(cmd, w.of(shown.id, tea.Batch(shown.takeAway(), shown.say(says...))))
}
