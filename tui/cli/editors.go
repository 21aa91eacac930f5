package cli

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// inTerminal are editors that have the terminal as long as they are open: however soon one is back,
// it has been closed.
var inTerminal = []string{
	"vi", "vim", "nvim", "view", "ex", "elvis", "vile", "nvi", "vis", "kak", "hx", "helix",
	"nano", "pico", "rnano", "micro", "ed", "joe", "jmacs", "jpico", "jstar", "jed", "ne", "mg", "zile", "jove", "mcedit", "tilde", "dte", "amp",
}

// ofWindows are editors that open a window and are back while it is open, unless they are told to
// wait. Those of vim are often links to the vim of the terminal, which goes by what it is called.
var ofWindows = []string{
	"gvim", "gvi", "gview", "gex", "gvimdiff", "rgvim", "rgview", "evim", "eview", "mvim", "mview", "mvimdiff",
	"code", "codium", "subl", "zed", "kate", "mate", "bbedit",
}

// noWait are arguments by which emacsclient is back at once.
var noWait = []string{"-n", "--no-wait"}

// eitherWay are editors that have the terminal where they are told so, with what tells them.
var eitherWay = map[string][]string{
	"emacs":       {"-nw", "--no-window-system", "-t", "--tty", "--terminal"},
	"emacsclient": {"-nw", "-t", "--tty"},
}

// inWindow are arguments by which vim has a window of its own.
var inWindow = []string{"-g", "--remote", "--remote-silent", "--remote-tab", "--remote-tab-silent"}

// closesWithItself tells whether a line runs an editor that is closed when it is back.
func closesWithItself(line string) bool {
	words := strings.Fields(line)
	for len(words) > 0 && (strings.Contains(words[0], "=") || slices.Contains([]string{"env", "exec", "command"}, words[0])) {
		words = words[1:]
	}
	if len(words) == 0 {
		return false
	}
	name, args := editorCalled(words[0]), words[1:]
	if slices.Contains(ofWindows, name) || name == "emacsclient" && slices.ContainsFunc(args, func(a string) bool { return slices.Contains(noWait, a) }) {
		return false
	}
	if with := eitherWay[name]; with != nil {
		return slices.ContainsFunc(args, func(a string) bool { return slices.Contains(with, a) })
	}
	if slices.ContainsFunc(args, func(a string) bool { return slices.Contains(inWindow, a) }) {
		return false
	}
	if slices.Contains(inTerminal, name) {
		return true
	}
	path, err := exec.LookPath(words[0]) // as editor is a link to nano
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	return err == nil && slices.Contains(inTerminal, editorCalled(path))
}

// editorCalled is the name of an editor: of /usr/bin/vim.tiny it is vim.
func editorCalled(path string) string {
	name, _, _ := strings.Cut(filepath.Base(strings.Trim(path, `'"`)), ".")
	return name
}
