package cli

import (
	"os"
	"runtime"
	"strings"

	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// NeedTerminal refuses to open a screen where there is none, or one that cannot
// be drawn on.
func NeedTerminal() error {
	if !term.IsTerminal(os.Stdin.Fd()) || !term.IsTerminal(os.Stdout.Fd()) {
		return exit.New(exit.Usage, "run it in a terminal; without one, hobnob serve hosts a team",
			"the chat needs a terminal, and stdin or stdout is not one")
	}
	const hint = "if it can do more, say so: TERM=xterm-256color hobnob\nin a terminal that cannot, hobnob serve hosts a team"
	switch kind := os.Getenv("TERM"); {
	case kind == "dumb":
		return exit.New(exit.Usage, hint, "the chat needs a terminal with a screen, and TERM says that this one is dumb")
	case kind == "" && runtime.GOOS != "windows": // whose consoles set none
		return exit.New(exit.Usage, hint, "the chat needs to know what this terminal is, and TERM is not set")
	}
	if _, _, err := alerts(os.Getenv); err != nil {
		return err
	}
	_, _, err := background(os.Getenv)
	return err
}

// background is what the terminal draws on, and whether it was told by the user,
// so that nobody need ask. Otherwise it is a guess, from what some terminals set
// for programs that cannot ask.
func background(env func(string) string) (_ tui.Background, told bool, _ error) {
	switch said := env("HOBNOB_THEME"); said {
	case "dark":
		return tui.Dark, true, nil
	case "light":
		return tui.Light, true, nil
	case "", "auto":
	default:
		return 0, false, exit.New(exit.Usage, "HOBNOB_THEME=auto asks the terminal", "HOBNOB_THEME is light, dark or auto, not %q", said)
	}
	if env("TERM") == "linux" { // the kernel's console, which answers nothing
		return tui.Dark, false, nil
	}
	// "15;0" or "15;default;0": the last is the number of the background among the
	// sixteen colours. White and all bright ones but grey are light.
	fields := strings.Split(env("COLORFGBG"), ";")
	switch fields[len(fields)-1] {
	case "0", "1", "2", "3", "4", "5", "6", "8":
		return tui.Dark, false, nil
	case "7", "9", "10", "11", "12", "13", "14", "15":
		return tui.Light, false, nil
	}
	return tui.Either, false, nil
}
