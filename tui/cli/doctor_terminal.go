package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/tui/screen"
	"github.com/hobnob-chat/hobnob/tui/terminal"
)

// surrounding is what the environment says of the terminal.
type surrounding struct {
	get   func(string) string
	term  string
	tmux  bool
	plain bool // it is one of old: some questions would be printed
}

func surroundings() surrounding {
	kind := os.Getenv("TERM")
	return surrounding{get: os.Getenv, term: kind, tmux: os.Getenv("TMUX") != "", plain: kind == "linux" || kind == "dumb" || kind == ""}
}

// mute tells whether the terminal is said to be one that takes text alone: questions would be
// printed.
func (s surrounding) mute() bool { return s.term == "dumb" }

// unasked says why the terminal was not asked.
func (f *symptoms) unasked(env surrounding) {
	if env.mute() {
		f.addf("terminal", fine, "if it can more: export TERM=xterm-256color", "TERM=dumb takes text alone, and was not asked: hobnob opens in lines, as with --plain")
		return
	}
	f.addf("terminal", fine, "", "it was not asked: stdin is no terminal, or neither stdout nor stderr is one")
}

// within is the surroundings of a terminal that says that it is tmux, though the environment
// does not: so it is over ssh.
func (s surrounding) within(a terminal.Answers) surrounding {
	s.tmux = s.tmux || strings.HasPrefix(strings.ToLower(a.Name), "tmux")
	return s
}

// askTerminal asks the terminal that somebody sits at, if there is one.
func askTerminal(ctx context.Context, env surrounding) (a terminal.Answers, asked bool, err error) {
	out := os.Stdout
	if !term.IsTerminal(out.Fd()) {
		out = os.Stderr
	}
	if env.mute() || !term.IsTerminal(os.Stdin.Fd()) || !term.IsTerminal(out.Fd()) {
		return a, false, nil
	}
	a, err = terminal.Ask(ctx, os.Stdin, out, env.plain)
	return a, true, err
}

// terminal says what the terminal can do.
func (f *symptoms) terminal(env surrounding, a terminal.Answers) {
	name := a.Name
	if name == "" {
		name = strings.TrimSpace(env.get("TERM_PROGRAM") + " " + env.get("TERM_PROGRAM_VERSION"))
	}
	if name == "" {
		name = "a terminal that does not say its name"
	}
	if a.Answered {
		f.addf("terminal", fine, "", "%s, TERM=%s", name, env.term)
	}
	f.size()
	f.colours(env, a)
	if a.Background != "" {
		f.addf("background", fine, "", "it is %s: colours are chosen for it", a.Background)
	} else {
		f.addf("background", fine, "HOBNOB_THEME=dark, or light, where the colours are hard to read", "the terminal does not say; the colours are readable on dark and on light")
	}
	switch {
	case a.Keyboard:
		f.addf("keyboard", fine, "", "all keys are told apart: Shift+Enter begins a new line")
	case env.tmux:
		f.addf("keyboard", warning, "in tmux.conf: set -s extended-keys on", "Shift+Enter is Enter here; Alt+Enter and Ctrl+J begin a new line")
	default:
		f.addf("keyboard", fine, "", "Shift+Enter is Enter here; Alt+Enter and Ctrl+J begin a new line")
	}
	if !env.plain {
		f.mode(env, a, terminal.FocusEvents, "focus", "it is known when you look", "hobnob cannot know when you look: it takes you to be there, and tells you of nothing outside of its screen", "in tmux.conf: set -g focus-events on")
		f.mode(env, a, terminal.BracketedPaste, "paste", "what is pasted is known to be that, and never sent by itself", "a pasted line end may be taken for Enter", "")
		f.mode(env, a, terminal.Synchronized, "drawing", "frames are drawn whole (mode 2026)", "frames may be seen half drawn (no mode 2026)", "")
	}
	f.widths(env, a)
	f.links(env, a)
	f.clipboard(env, a)
	f.images(env, a)
}

func (f *symptoms) size() {
	if w, h, err := term.GetSize(os.Stdout.Fd()); err == nil && (w < 20 || h < 5) {
		f.addf("size", warning, "make the window larger, or its letters smaller", "%d columns and %d rows are less than the 20 by 5 that the screen is made for", w, h)
	}
}

// mode says of a mode whether it can be had. That one is missing is nobody's fault but
// where tmux can have it.
func (f *symptoms) mode(env surrounding, a terminal.Answers, mode int, check, can, cannot, tmux string) {
	switch m, said := a.Modes[mode]; {
	case m.Can():
		f.addf(check, fine, "", "%s", can)
	case !said:
		f.addf(check, fine, "", "the terminal does not say; if it cannot: %s", cannot)
	case env.tmux && tmux != "":
		f.addf(check, warning, tmux, "%s", cannot)
	default:
		f.addf(check, fine, "", "%s", cannot)
	}
}

func (f *symptoms) colours(env surrounding, a terminal.Answers) {
	profile := screen.Profile(os.Stdout, os.Environ())
	more := a.TrueColour && profile < colorprofile.TrueColor && env.get("NO_COLOR") == ""
	switch {
	case env.get("NO_COLOR") != "":
		f.addf("colours", fine, "", "none, as NO_COLOR says")
	case more && env.tmux:
		f.addf("colours", warning, "in tmux.conf: set -as terminal-features ',*:RGB'", "the terminal has 16 million, and programs are told of fewer: %v", profile)
	case more:
		f.addf("colours", warning, "export COLORTERM=truecolor", "the terminal has 16 million, and programs are told of fewer: %v", profile)
	case profile < colorprofile.ANSI256 && env.tmux:
		f.addf("colours", warning, "in tmux.conf: set -g default-terminal tmux-256color", "TERM=%s has 16 or fewer", env.term)
	case profile < colorprofile.ANSI256:
		f.addf("colours", fine, "if it has more: export TERM=xterm-256color", "TERM=%s has 16 or fewer; they are the terminal's own", env.term)
	default:
		f.addf("colours", fine, "", "%v", profile)
	}
}

// widths compares how the terminal counts cells with how hobnob does.
func (f *symptoms) widths(env surrounding, a terminal.Answers) {
	measure, how := ansi.WcWidth, "character by character"
	if a.Modes[terminal.GraphemeCluster].Can() {
		measure, how = ansi.GraphemeWidth, "as they are joined (mode 2027)"
	}
	if len(a.Widths) < len(terminal.Samples) {
		f.addf("emoji", fine, "", "the terminal does not say how wide they are; they are counted %s", how)
		return
	}
	var odd []string
	var narrower, wider bool
	for i, s := range terminal.Samples {
		if ours := measure.StringWidth(s); ours != a.Widths[i] {
			odd = append(odd, fmt.Sprintf("%s %d wide, hobnob counts %d", s, a.Widths[i], ours))
			narrower, wider = narrower || a.Widths[i] < ours, wider || a.Widths[i] > ours
		}
	}
	if len(odd) == 0 {
		f.addf("emoji", fine, "", "they are as wide as hobnob counts them, %s", how)
		return
	}
	draws, it := "the terminal", "this terminal"
	if env.tmux {
		draws, it = "tmux", "this tmux"
	}
	f.addf("emoji", warning, mendWidths(it, env.tmux, narrower, wider), "%s draws %s; rows with such emoji may be askew", draws, strings.Join(odd, "; "))
}

// mendWidths is what can be done where emoji are drawn narrower than they are counted, or wider.
func mendWidths(it string, tmux, narrower, wider bool) string {
	const others = "Ghostty, WezTerm, foot or Contour"
	where := "use " + others
	if tmux {
		where = "run hobnob outside of tmux, in " + others
	}
	const alone = "; nothing but rows with such emoji is affected"
	switch {
	case narrower && wider:
		return where + alone
	case narrower:
		return it + " joins them, and does not tell programs that it does (mode 2027), so no other version is needed: " + where + ", which tell it" + alone
	case tmux:
		return "a newer tmux joins them (tmux -V says which this is), or " + where + alone
	default:
		return "a newer version of it may join them, or " + where + alone
	}
}

// knownTerminals are those by what they or the environment call them, and what they have
// that no question tells.
var knownTerminals = []struct{ name, links, notices string }{
	{"kitty", "yes", "yes"},
	{"ghostty", "yes", "yes"},
	{"wezterm", "yes", "yes"},
	{"foot", "yes", "yes"},
	{"iterm", "yes", "yes"},
	{"konsole", "yes", "yes"},
	{"contour", "yes", "yes"},
	{"rio", "yes", "yes"},
	{"alacritty", "yes", "no"},
	{"vte", "yes", "yes"},
	{"windows terminal", "yes", "no"},
	{"vscode", "yes", "no"},
	{"apple_terminal", "no", "no"},
	{"xterm(", "no", "no"},
}

// lookUp finds a terminal among those that are known.
func lookUp(env surrounding, a terminal.Answers) (links, notices string) {
	name := strings.ToLower(strings.Join([]string{a.Name, env.get("TERM_PROGRAM"), env.get("LC_TERMINAL"), env.term}, " "))
	if env.get("WT_SESSION") != "" {
		name += " windows terminal"
	}
	if env.get("VTE_VERSION") != "" {
		name += " vte"
	}
	for _, k := range knownTerminals {
		if strings.Contains(name, k.name) {
			return k.links, k.notices
		}
	}
	return "", ""
}

// links says what no terminal answers a question for: OSC 8, and OSC 9 and 777.
func (f *symptoms) links(env surrounding, a terminal.Answers) {
	links, notices := lookUp(env, a)
	f.addf("links", fine, "", "%s", map[string]string{
		"yes": "this terminal opens them (OSC 8)", "no": "this terminal shows them as text (no OSC 8)",
		"": "no terminal says; where it has none, they are text (OSC 8)",
	}[links])
	f.addf("notifications", fine, "", "%s", map[string]string{
		"yes": "this terminal shows them (OSC 9, OSC 777)", "no": "this terminal shows none; it rings its bell (no OSC 9, no OSC 777)",
		"": "no terminal says; where it shows none, it rings its bell (OSC 9, OSC 777)",
	}[notices])
}

func (f *symptoms) clipboard(env surrounding, a terminal.Answers) {
	has := a.Clipboard || slices.Contains(a.Attributes, 52)
	switch {
	case has:
		f.addf("clipboard", fine, "", "what is copied goes to it (OSC 52)")
	case env.tmux:
		f.addf("clipboard", warning, "in tmux.conf: set -g set-clipboard on", "tmux does not say that it passes on what is copied (OSC 52)")
	default:
		f.addf("clipboard", fine, "", "the terminal does not say that it takes what is copied (OSC 52); where it does not, alt+m leaves the mouse to it, to select and copy")
	}
}

// images says how pictures are shown, or what stands for them and why.
func (f *symptoms) images(env surrounding, a terminal.Answers) {
	way := unset
	for _, e := range loadConfig().Entries {
		if e.Name != "images" {
			continue
		}
		switch v := e.Value.(type) {
		case string:
			way = v
		case bool:
			if !v {
				way = "off"
			}
		}
	}
	says, fix := shownAs(env.get, a, way)
	f.addf("pictures", fine, fix, "%s", says)
}

// tmuxTime is how long tmux may take to answer.
const tmuxTime = 2 * time.Second

// tmuxGone tells whether nobody is at the socket that TMUX names first.
func tmuxGone(ctx context.Context, tmux string) bool {
	socket, _, _ := strings.Cut(tmux, ",")
	conn, err := new(net.Dialer).DialContext(ctx, "unix", socket)
	if err == nil {
		_ = conn.Close()
	}
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED)
}

// tmux asks tmux what it passes on.
func (f *symptoms) tmux(ctx context.Context, env surrounding) {
	switch {
	case env.get("STY") != "":
		f.addf("screen", warning, "use tmux, or leave screen for the chat", "GNU screen passes on neither pictures nor notifications nor what is copied")
	case env.get("TMUX") == "" || runtime.GOOS == "windows": // there is none here to be asked
		return
	}
	ctx, cancel := context.WithTimeout(ctx, tmuxTime)
	defer cancel()
	version, err := askTmux(ctx, "-V")
	if err != nil {
		f.addf("tmux", warning, "", "it does not answer: %v", err)
		return
	}
	f.addf("tmux", fine, "", "%s", version)
	if _, err := askTmux(ctx, "show", "-gv", "status"); err != nil { // which all have
		if tmuxGone(ctx, env.get("TMUX")) {
			f.addf("tmux passthrough", warning, "unset TMUX", "there is no tmux at TMUX=%s to be asked what it passes on", env.get("TMUX"))
		} else {
			f.addf("tmux passthrough", warning, "", "tmux does not say what it passes on: %v", err)
		}
		return
	}
	passes, err := askTmux(ctx, "show", "-gwv", "allow-passthrough")
	switch {
	case err != nil:
		f.addf("tmux passthrough", warning, "tmux 3.3 or newer", "this tmux has none: notifications do not get through")
	case passes == "off" || passes == "":
		f.addf("tmux passthrough", warning, "in tmux.conf: set -g allow-passthrough on", "it is off: notifications do not get through")
	default:
		f.addf("tmux passthrough", fine, "", "%s", passes)
	}
	if value, err := askTmux(ctx, "show", "-gv", "focus-events"); err == nil && value == "off" {
		f.noFocus()
	}
}

// noFocus takes back what was said of the focus: tmux has the mode, and tells nothing by it.
func (f *symptoms) noFocus() {
	*f = slices.DeleteFunc(*f, func(s symptom) bool { return s.Check == "focus" })
	f.addf("focus", warning, "in tmux.conf: set -g focus-events on", "tmux does not pass it on: hobnob cannot know when you look, takes you to be there, and tells you of nothing outside of its screen")
}

// askTmux runs tmux and returns what it printed.
func askTmux(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "tmux", args...).Output() //nolint:gosec // the words are those above
	return strings.TrimSpace(string(out)), err
}
