package cli

import (
	"os"
	"path/filepath"
	"testing"
)

// TestWhichEditorsCloseWithThemselves: those of the terminal, however they are called.
func TestWhichEditorsCloseWithThemselves(t *testing.T) {
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	for _, name := range []string{"nano", "code", "vim.gtk3"} {
		if err := os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"editor": "nano", "write": "code", "gvim": "vim.gtk3", "rgview": "vim.gtk3", "evim": "vim.gtk3", "mvim": "vim.gtk3", "subl": "nano", "vimx": "vim.gtk3"} {
		if err := os.Symlink(to, filepath.Join(bin, link)); err != nil {
			t.Skip(err)
		}
	}
	for line, want := range map[string]bool{
		"vi": true, "vim -u NONE": true, "/usr/bin/vim.tiny": true, "nvim": true, "'/opt/nvim.appimage'": true, "hx": true, "micro": true,
		"TERM=xterm vim": true, "env -": false, "exec nano": true, "editor": true,
		"emacs -nw": true, "emacs": false, "emacsclient -t -a ''": true, "emacsclient": false,
		"vim -g": false, "gvim": false, "nvim --remote": false, "code": false, "code --wait": false, "write": false, "": false, "X=1": false,
		"vimx": true, "gvim -p": false, "rgview": false, "evim": false, "mvim": false, filepath.Join(bin, "gvim"): false, "subl": false,
		"emacsclient -t -n": false, "emacsclient --no-wait -nw": false,
	} {
		if got := closesWithItself(line); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
}
