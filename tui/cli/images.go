package cli

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"

	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/picture"
	"github.com/hobnob-chat/hobnob/tui/terminal"
)

// images says whether the terminal may be asked for pictures. What stands between it and us
// and keeps cells of its own passes on no pictures but those it knows of itself: tmux, from
// 3.4 on where it was built so, and zellij take sixels, and say so; screen takes none. A
// terminal that prints what it does not know is not asked.
func images(getenv func(string) string) tui.Images {
	between := multiplexer(getenv)
	ask := between != "screen" && !prints(getenv) && runtime.GOOS != "windows"
	kind := getenv("TERM")
	likely := ask && between == "" && (strings.Contains(kind, "kitty") || strings.Contains(kind, "ghostty"))
	return tui.Images{
		Ask: ask, Likely: likely, Between: between != "", High: uint8(1 + os.Getpid()%200),
		Pixels: runtime.GOOS != "windows", // where Bubble Tea draws, nobody knows of them
	}
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

// unset is the setting of images where nothing is set.
const unset = "auto"

// shownAs says how pictures are shown in a terminal that said so much of itself, and if
// they are not, why and what would show them. way is the setting of images.
func shownAs(getenv func(string) string, a terminal.Answers, way string) (says, fix string) {
	between := multiplexer(getenv)
	name := a.Name
	if between != "" {
		name = ""
	}
	best := picture.Best(name, a.Attributes)
	if best == picture.Kitty && !a.Images {
		best = picture.None
	}
	switch {
	case way == "off":
		return "they are off: config.toml says images = " + strconv.Quote(way) + " or false", "/set images auto shows them"
	case getenv("NO_COLOR") != "":
		return "boxes stand for them: NO_COLOR allows no colour, and a picture is nothing else", ""
	case runtime.GOOS == "windows":
		return "boxes stand for them: they are not drawn on Windows yet", "in WSL they are, where the terminal takes sixels"
	case way != unset:
		return "they are drawn as config.toml says, images = " + strconv.Quote(way) + ", whatever the terminal says", "/set images auto asks the terminal"
	case between == "tmux" && best == picture.None:
		return "boxes stand for them: tmux keeps cells of its own, and does not say that it takes sixels",
			"tmux 3.4 or newer, built with --enable-sixel, in a terminal that has them; or run hobnob outside of it"
	case between != "" && best == picture.None:
		return "boxes stand for them: " + between + " keeps cells of its own, and does not say that it takes pictures", ""
	case best == picture.Kitty:
		return "the terminal shows them (kitty, with placeholders)", ""
	case best == picture.ITerm:
		return "the terminal shows them (iTerm's protocol)", ""
	case best == picture.Sixel:
		return "the terminal shows them (sixel" + sixels(a) + ")", ""
	case a.Images:
		return "boxes stand for them: the terminal has the kitty protocol without placeholders, and neither iTerm's nor sixel", ""
	}
	return "boxes stand for them: the terminal does not say that it shows any", "kitty, Ghostty, WezTerm, iTerm2, foot, Konsole, contour and Windows Terminal do; xterm does with: xterm -ti vt340"
}

// sixels is what is known of them.
func sixels(a terminal.Answers) (says string) {
	if n := a.Limits.Colours; n > 0 {
		says += fmt.Sprintf(", %d colours", n)
	}
	if size := a.Limits.Size; size.X > 0 {
		says += fmt.Sprintf(", at most %d×%d pixels", size.X, size.Y)
	}
	return says
}
