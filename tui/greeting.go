package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/tui/keymap"
	"github.com/hobnob-chat/hobnob/tui/overlay"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// Who opens the chat for the first time is asked whose keys their fingers know, over the room
// and once. Keys that type nothing answer it, so that it is not in the way of who writes, and
// the room goes on beneath it.

// greetingKeys answer it, in the order of the presets. They mean nothing else: who is asked has
// changed no keys yet.
var greetingKeys = []string{"f2", "f3", "f4"}

// greeting is the question.
func (m *Model) greeting() *overlay.Ask {
	called := map[string]string{"slack": "Slack", "irc": "IRC"}
	var choices []overlay.Entry
	var programs []string
	var names []string
	for i, p := range keymap.Presets() {
		if i == len(greetingKeys) {
			break
		}
		as := p.Name
		if called[as] != "" {
			as = called[as]
		}
		choices = append(choices, overlay.Entry{Keys: greetingKeys[i : i+1], Brief: as, Does: p.Does})
		programs = append(programs, as)
		names = append(names, greetingKeys[i]+" "+as)
	}
	closes, back := m.closes(), keymap.Name(m.keys.Back)
	if m.about() != nil { // which it gives up first
		closes, back = "", ""
	}
	short, least := strings.Join(names, " · "), greetingKeys[0]+"–"+strings.TrimLeft(greetingKeys[len(names)-1], "f")
	asks := "which program's keys do you want?"
	return overlay.NewAsk(asks, programs[0]+"'s are set", choices,
		theme.Dots(closes, does(m.keys.Help, "all keys"), does(m.keys.Look.Settings, "settings")),
		[]string{
			theme.Dots(asks+" "+short, back), theme.Dots("keys: "+short, back), theme.Dots(short, back), strings.Join(names, " "),
			least + " keys of " + strings.Join(programs, "/"), least + ": " + strings.Join(programs, " "), least + ": keys",
		})
}

// greets tells whether the question is on the screen: where nothing else is over the room, and
// the room not turned back.
func (m *Model) greets() bool {
	return m.firstTime && m.whole == nil && m.top() == nil && m.areas.Timeline.Height > 1 && m.shown().AtBottom()
}

// greetingRows are the rows of the question, none where it is not asked. They take half of the
// room at the most.
func (m *Model) greetingRows() []string {
	if !m.greets() {
		return nil
	}
	return m.greeting().Rows(m.theme, m.areas.Timeline.Width, m.areas.Timeline.Height/2)
}

// greeted takes a key that answers the question.
func (m *Model) greeted(msg tea.KeyPressMsg) (cmd tea.Cmd, took bool) {
	i := slices.Index(greetingKeys, msg.String())
	if i < 0 || !m.greets() {
		return nil, false
	}
	return m.greetWith(i), true
}

// greetWith puts a preset in force, and asks no more.
func (m *Model) greetWith(i int) tea.Cmd {
	m.firstTime = false
	list := settingList()
	at := slices.IndexFunc(list, func(s setting) bool { return s.name == "preset" })
	cmd, err := m.setTo(list[at], keymap.PresetNames()[i])
	if err != nil {
		m.composer.Say("preset: " + cut(err.Error()))
		return nil
	}
	return tea.Batch(cmd, m.say(theme.Dots("the keys are those of "+keymap.PresetNames()[i], does(m.keys.Help, "shows them")), "keys of "+keymap.PresetNames()[i]))
}

// clickGreeting answers the question by a click, and tells whether it was on it.
func (m *Model) clickGreeting(x, y int) (cmd tea.Cmd, took bool) {
	if !m.onGreeting(x, y) {
		return nil, false
	}
	row, rows := y-m.areas.Timeline.Y, len(m.greetingRows())
	if i, ok := m.greeting().At(row, rows); ok {
		return m.greetWith(i), true
	}
	return nil, true
}

// onGreeting tells whether a cell is in the question.
func (m *Model) onGreeting(x, y int) bool {
	row, in := m.areas.Timeline.In(x, y)
	return in && row < len(m.greetingRows())
}

// withGreeting puts the question over the first rows of what is drawn of the room.
func (m *Model) withGreeting(room string) string {
	rows := m.greetingRows()
	if len(rows) == 0 {
		return room
	}
	drawn := strings.Split(room, "\n")
	copy(drawn, rows)
	return strings.Join(drawn, "\n")
}
