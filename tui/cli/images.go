package cli

import (
	"os"
	"runtime"
	"strings"

	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/picture"
)

// images says whether the terminal may be asked for pictures. Between it and us there must
// be nobody who keeps cells of their own, as tmux and screen do: they pass pictures on, if
// at all, without knowing of them. A terminal that prints what it does not know is not asked.
func images(getenv func(string) string) tui.Images {
	ask := multiplexer(getenv) == "" && !prints(getenv) && runtime.GOOS != "windows"
	kind := getenv("TERM")
	likely := ask && (strings.Contains(kind, "kitty") || strings.Contains(kind, "ghostty"))
	return tui.Images{Ask: ask, Likely: likely, High: uint8(1 + os.Getpid()%200)}
}

// multiplexer is what stands between us and the terminal, "" for nothing.
func multiplexer(getenv func(string) string) string {
	kind := getenv("TERM")
	switch {
	case getenv("TMUX") != "", strings.HasPrefix(kind, "tmux"):
		return "tmux"
	case getenv("STY") != "", strings.HasPrefix(kind, "screen"):
		return "screen"
	case getenv("ZELLIJ") != "":
		return "zellij"
	}
	return ""
}

// prints tells whether a terminal is known to print questions.
func prints(getenv func(string) string) bool {
	switch getenv("TERM") {
	case "", "dumb", "linux":
		return true
	}
	return getenv("TERM_PROGRAM") == "Apple_Terminal"
}

// shownAs says how pictures are shown in a terminal that said so much of itself, and if
// they are not, why.
func shownAs(getenv func(string) string, name string, kitty, iterm, sixel, off bool) (says string) {
	var others []string
	for _, o := range []struct {
		name string
		has  bool
	}{{"the kitty protocol without placeholders", kitty}, {"iTerm's", iterm}, {"sixel", sixel}} {
		if o.has {
			others = append(others, o.name)
		}
	}
	between := multiplexer(getenv)
	switch {
	case off:
		return "they are off: config.toml says images = false; /set images on shows them"
	case getenv("NO_COLOR") != "":
		return "boxes stand for them: a cell of a picture is told by its colour, and NO_COLOR allows none"
	case between != "":
		return "boxes stand for them: " + between + " keeps cells of its own, and does not know of pictures"
	case kitty && picture.Placeholders(name) && runtime.GOOS != "windows":
		return "the terminal shows them (kitty, with placeholders)"
	case len(others) > 0:
		return "boxes stand for them: the terminal has " + strings.Join(others, " and ") + ", and the chat uses kitty's placeholders, which scroll as text does"
	}
	return "boxes stand for them: the terminal does not say that it shows any"
}
