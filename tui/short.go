package tui

import "slices"

// shorts are what commands are also called: in other programs, and for short. The first
// is the one that the help shows.
var shorts = map[string][]string{
	"delete":  {"del"},
	"edit":    {"e"},
	"go":      {"g"},
	"help":    {"h", "?"},
	"join":    {"j"},
	"kick":    {"k"},
	"list":    {"l", "rooms"},
	"members": {"who", "names"},
	"msg":     {"m", "dm", "query"},
	"part":    {"p", "leave"},
	"quit":    {"q", "exit"},
	"react":   {"+"},
	"reply":   {"r"},
	"search":  {"s", "find"},
	"thread":  {"t"},
	"topic":   {"subject"},
	"whois":   {"w"},
}

// short is the short name of a command, "" if it has none.
func short(name string) string {
	if list := shorts[name]; len(list) > 0 {
		return list[0]
	}
	return ""
}

// calls tells whether a word calls the command.
func (c *command) calls(word string) bool {
	return word != "" && (c.name == word || slices.Contains(shorts[c.name], word))
}
