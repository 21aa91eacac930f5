package tui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/slash"
)

// values are what may stand behind a command that takes one of a few words.
var values = map[string][]string{
	"notify":   {string(chat.NotifyAll), string(chat.NotifyMentions), string(chat.NotifyNone)},
	"sessions": {"end ", "others"},
}

// roles are what /role gives.
var roles = []string{string(chat.RoleOwner), string(chat.RoleAdmin), string(chat.RoleMember), string(chat.RoleGuest), string(chat.RoleBot)}

// arguments are what the end of a command's line may become. text: it is text there, in which
// names stand as in any other; elsewhere nothing but the list is meant.
func (m *Model) arguments(called, rest string) (n int, list []composer.Candidate, text bool) {
	c, known := slash.Called(slash.OnScreen(), called, rest)
	if !known {
		return 0, nil, true
	}
	before, word, several := "", rest, false
	if i := strings.LastIndexByte(rest, ' '); i >= 0 {
		before, word, several = rest[:i], rest[i+1:], true
	}
	only := func(list []composer.Candidate) (int, []composer.Candidate, bool) { return len(word), list, false }
	switch {
	case len(word) > maxWord:
		return 0, nil, false
	case c.Name == "help" && !several:
		return only(commandNames(word))
	case c.Name == "set":
		return only(m.setLike(strings.TrimSpace(before), word, several))
	case c.Name == "team":
		return len(rest), m.teamsLike(rest), false
	case values[c.Name] != nil && !several:
		return only(beginning(values[c.Name], word))
	case c.Name == "create", c.Name == "private":
		return 0, nil, false // there is none of that name yet
	case strings.Contains(c.Takes, "ROOM") && !several:
		sign := ""
		if strings.HasPrefix(word, "#") {
			sign = "#"
		}
		return only(m.roomsLike(strings.TrimPrefix(word, sign), sign, ""))
	case strings.Contains(c.Takes, "WHO"):
		return m.whoLike(c, rest, word, several)
	case strings.Contains(c.Takes, "EMOJI") && !several:
		return only(m.emojiLike(strings.TrimPrefix(word, ":")))
	}
	return 0, nil, strings.Contains(c.Takes, "TEXT")
}

// whoLike are the people that a command may be about, and what stands behind them.
func (m *Model) whoLike(c slash.Command, rest, word string, several bool) (n int, list []composer.Candidate, text bool) {
	_, behind, more := strings.Cut(strings.Trim(c.Takes, "[]"), " ")
	after := ""
	switch {
	case !more: // the name is all there is, with its spaces
		word = rest
	case several && behind == "ROLE":
		return len(word), beginning(roles, word), false
	case several:
		return 0, nil, true
	default:
		after = " "
	}
	if i := strings.LastIndexByte(word, ','); i >= 0 && c.Name == "msg" {
		word = word[i+1:]
	}
	sign := ""
	if strings.HasPrefix(word, "@") {
		sign = "@"
	}
	list = m.peopleLike(strings.TrimPrefix(word, sign), sign, after, false)
	for i := range list {
		if name := strings.TrimPrefix(list[i].Shown, sign); more && strings.ContainsAny(name, " ,") && !strings.Contains(name, `"`) {
			list[i].Text = sign + `"` + name + `"` + after
		}
	}
	return len(word), list, false
}

// beginning are the words that begin so. One that ends with a space has something behind it.
func beginning(words []string, word string) (list []composer.Candidate) {
	for _, w := range words {
		if strings.HasPrefix(w, strings.ToLower(word)) {
			list = append(list, composer.Candidate{Text: w, Shown: strings.TrimSpace(w)})
		}
	}
	return some50(list)
}

// setLike are the settings that begin so, or the values of one.
func (m *Model) setLike(name, word string, value bool) []composer.Candidate {
	if !value {
		var list []composer.Candidate
		for _, s := range settingNames(&m.keys) {
			if strings.HasPrefix(s, word) {
				list = append(list, composer.Candidate{Text: s + " ", Shown: s})
			}
		}
		return some50(list)
	}
	for _, s := range settingList() {
		if s.name == name {
			return beginning(s.values, word)
		}
	}
	return nil
}

// themePart is the part of a line that names a theme.
func themePart(line string) (word string, ok bool) {
	if strings.HasPrefix(line, "//") {
		return "", false
	}
	called, rest := slash.Split(line)
	if called == "set" {
		called, rest = slash.Split(rest)
	}
	_, word, more := strings.Cut(line, called+" ")
	return strings.TrimLeft(word, " "), called == "theme" && more && !strings.Contains(rest, " ")
}

// namesTheme tells whether what is written before the cursor names a theme next.
func namesTheme(line string) bool {
	_, ok := themePart(line)
	return ok && slash.Is(line)
}

// askThemes asks which themes there are that are called as the line goes on: some are files.
func (m *Model) askThemes(line string, n int) tea.Cmd {
	in, themes := m.composer, m.themes
	word, _ := themePart(line)
	return func() tea.Msg {
		found := schemes(themes)
		return asked{do: func(m *Model) tea.Cmd {
			if now, _ := in.Before(); in == m.composer && now == line && !in.Offering() {
				m.offer(line, len(word), beginning(found, word), n)
			}
			return nil
		}}
	}
}
