// Package slash is the commands of the chat: what they are called, what stands behind
// them, and how a line is taken for one. The screen and the chat in lines have the same
// table, so that a command is the same in both; what it does is theirs.
package slash

import (
	"slices"
	"strings"
	"unicode"

	"github.com/hobnob-chat/hobnob/tui/settings"
)

// Command is a line that begins with a slash. It is never sent as text.
type Command struct {
	Name  string
	Also  []string // what it is called besides: in other programs, and for short. The help shows the first
	Takes string   // what stands behind the name, as the help says it; in brackets what may be left out
	Help  string
	Brief string // the help where there is no room
}

// place is where there is a command.
type place int

const (
	both place = iota
	onScreen
	inLines
)

// entry is a command, and what is otherwise in lines: there nothing is chosen or shown
// beside what is said.
type entry struct {
	place
	Command
	takes, help string // in lines, where it differs
}

// OnScreen and InLines are the commands there are in each, as their help lists them.
func OnScreen() []Command { return of(onScreen) }

// InLines is the chat in lines.
func InLines() []Command { return of(inLines) }

func of(where place) []Command {
	list := make([]Command, 0, len(table))
	for _, e := range table {
		if e.place != both && e.place != where {
			continue
		}
		if where == inLines && e.help != "" {
			e.Takes, e.Help = e.takes, e.help
		}
		list = append(list, e.Command)
	}
	return list
}

// Find is the command of a list that a word calls.
func Find(list []Command, word string) (Command, bool) {
	at := slices.IndexFunc(list, func(c Command) bool { return c.Calls(word) })
	if at < 0 {
		return Command{}, false
	}
	return list[at], true
}

// Called is the command of a list that a word calls with what stands behind it: /q with something
// is /msg, as WeeChat and irssi have it, and leaves without.
func Called(list []Command, word, rest string) (Command, bool) {
	if strings.EqualFold(word, "q") && rest != "" {
		word = "msg"
	}
	return Find(list, word)
}

// Calls tells whether a word calls the command.
func (c *Command) Calls(word string) bool {
	word = strings.ToLower(word)
	return word != "" && (c.Name == word || slices.Contains(c.Also, word))
}

// Short is a short name, "" if it has none.
func (c *Command) Short() string {
	if len(c.Also) > 0 {
		return c.Also[0]
	}
	return ""
}

// Usage is how it is written.
func (c *Command) Usage() string { return strings.TrimSpace("/" + c.Name + " " + c.Takes) }

// Explain is what the help says of one command, by its name or another word that calls it, with
// or without its slash; ok tells whether there is one.
func Explain(list []Command, word string) (says string, ok bool) {
	c, ok := Find(list, strings.TrimPrefix(word, "/"))
	if !ok {
		return "", false
	}
	says = c.Usage() + ": " + c.Help
	if len(c.Also) > 0 {
		says += "; also /" + strings.Join(c.Also, " /")
	}
	return says, true
}

// Alone tells whether nothing may stand behind it.
func (c *Command) Alone() bool { return c.Takes == "" }

// Wants tells whether something has to.
func (c *Command) Wants() bool { return c.Takes != "" && !strings.HasPrefix(c.Takes, "[") }

// posts are the commands that post what stands behind them.
var posts = []string{"edit", "me", "msg", "reply", "shrug", "thread"}

// Posts tells whether what stands behind it, or at the end of that, is the text of a message. It may
// have several lines.
func (c *Command) Posts() bool { return slices.Contains(posts, c.Name) && !c.Alone() }

// shows are the commands that post nothing and change nothing but what is shown, or whether one is
// there; and showsAlone those that do so where nothing stands behind them.
var (
	shows = []string{
		"away", "back", "catchup", "dnd", "go", "help", "list", "members", "mentions", "pins", "reconnect", "room", "rooms", "search", "settings", "threads",
		"whois",
	}
	showsAlone = []string{"notify", "sessions", "set", "team", "theme", "topic"}
)

// Shows tells whether it may be done by a slip: with what stands behind it, it posts nothing and
// changes nothing that others see but whether one is there.
func (c *Command) Shows(rest string) bool {
	return slices.Contains(shows, c.Name) || rest == "" && slices.Contains(showsAlone, c.Name)
}

// Is tells whether a text is for us. A path is not: no command's name has a slash in it,
// and what people paste often begins with one.
func Is(text string) bool {
	word, _ := Split(text)
	return strings.HasPrefix(text, "/") && !strings.Contains(word, "/")
}

// Joined is the command that a text begins with where a slash is directly behind what calls it, ""
// for none: that is a path and no command, but may be a slip. A single letter is none: /r/golang is
// no command of anybody's.
func Joined(list []Command, text string) string {
	word, _ := Split(text)
	called, _, joined := strings.Cut(word, "/")
	if _, known := Find(list, called); !known || !joined || len(called) < 2 || !strings.HasPrefix(text, "/") {
		return ""
	}
	return called
}

// Split takes a text apart: the word that calls a command, and what stands behind it, on its line and
// on those below.
func Split(text string) (word, rest string) {
	text = strings.TrimPrefix(text, "/")
	at := strings.IndexAny(text, " \n")
	if at < 0 {
		return text, ""
	}
	return text[:at], behind(text[at:])
}

// behind is what stands behind a word: without the spaces between the two, or where it is on lines
// of its own, as they are.
func behind(text string) string {
	text = strings.TrimRightFunc(strings.TrimLeft(text, " \t"), unicode.IsSpace)
	return strings.TrimPrefix(text, "\n")
}

// maxWord is how much is said of a word that is no command, in characters.
const maxWord = 20

// Unknown says that there is no such command, and what to do instead.
func Unknown(list []Command, word string) string {
	way := "/help lists them."
	if word == "nick" {
		way = "your name comes with your sign-in, and is not changed here."
	} else if c, ok := Find(OnScreen(), word); ok && insteadInLines[c.Name] != "" {
		way = insteadInLines[c.Name] + "."
	} else if near := Nearest(list, word); near != "" {
		way = "did you mean /" + near + "?"
	}
	if r := []rune(word); len(r) > maxWord {
		word = string(r[:maxWord]) + "…"
	}
	return "no command /" + word + ": " + way
}

// insteadInLines is what to do in place of commands that there are on the screen alone.
var insteadInLines = map[string]string{
	"upload":   "a file is sent from a shell, with: hobnob upload ROOM FILE",
	"logout":   "you sign out from a shell, with: hobnob logout",
	"team":     "there is one team here; hobnob --account NAME opens another",
	"set":      "what can be set is in the file config.toml, which hobnob doctor names",
	"settings": "what can be set is in the file config.toml, which hobnob doctor names",
	"theme":    "there are no colours here",
	"clear":    "what was printed stays",
	"room":     "/where says which room this is, and /members who is in it",
}

// harmful are the commands that do something to others that is not taken back lightly.
var harmful = []string{"archive", "ban", "delete", "kick", "role"}

// usual are the commands that are meant most, in that order: of those that a word begins the first is
// suggested. All others come after them, as they stand in the table.
var usual = []string{"help", "join", "msg", "go", "reply", "me", "search", "thread", "part", "members", "mentions", "whois", "topic", "list", "upload", "react", "unmute", "settings"}

// Nearest is the command that was perhaps meant by a word: one it begins, or that is a slip
// away for each four letters, or two letters swapped; "" if none is. One that does something to others is never suggested:
// who slips and presses Enter twice would have done it.
func Nearest(list []Command, word string) (name string) {
	if word == "" {
		return ""
	}
	word = strings.ToLower(word)
	meant := func(name string) bool {
		return !slices.Contains(harmful, name) && slices.ContainsFunc(list, func(c Command) bool { return c.Name == name })
	}
	for _, name := range usual {
		if strings.HasPrefix(name, word) && meant(name) {
			return name
		}
	}
	best := 3
	for _, c := range list {
		if !meant(c.Name) {
			continue
		}
		if strings.HasPrefix(c.Name, word) {
			return c.Name
		}
		d := settings.Slips(word, c.Name)
		if swapped := d == 1 && sameLetters(word, c.Name); d < best && (swapped || 4*d <= max(len(word), len(c.Name))) {
			best, name = d, c.Name
		}
	}
	return name
}

func sameLetters(a, b string) bool {
	return slices.Equal(slices.Sorted(slices.Values([]byte(a))), slices.Sorted(slices.Values([]byte(b))))
}
