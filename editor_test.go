//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestEditorOutlastsTheChat: what is saved in one's own editor is there at the next start, however
// the chat ends meanwhile.
func TestEditorOutlastsTheChat(t *testing.T) {
	signals := func(list ...syscall.Signal) func(chat *silent, editor *os.Process) {
		return func(chat *silent, _ *os.Process) {
			for _, s := range list {
				_ = chat.cmd.Process.Signal(s)
			}
		}
	}
	for name, c := range map[string]struct {
		end   func(chat *silent, editor *os.Process)
		then  string // what the editor does once the chat was told to end
		shows string // at the next start
	}{
		"SIGTERM":    {signals(syscall.SIGTERM), "", "draft saved"},
		"it goes on": {signals(syscall.SIGTERM), `printf ' and more' >> "$1"`, "draft saved and more"},
		"SIGHUP":     {signals(syscall.SIGHUP), "", "draft saved"},
		"SIGKILL":    {signals(syscall.SIGKILL), "", "draft saved"},
		// As when the terminal goes: then either may be the first.
		"the editor first": {func(chat *silent, editor *os.Process) {
			_ = editor.Signal(syscall.SIGHUP)
			chat.shows("had written")
			_ = chat.cmd.Process.Signal(syscall.SIGHUP)
		}, "", "a text is put aside"},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			bus := lockedKeyring(t, home)
			begun, told := pipeAt(t, filepath.Join(home, "begun")), pipeAt(t, filepath.Join(home, "told"))
			editor := filepath.Join(home, "editor")
			script := "#!/bin/sh\nprintf ' saved' >> \"$1\"\necho $$ > '" + begun.Name() + "'\nread line < '" + told.Name() + "'\n" + c.then + "\n"
			if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
				t.Fatal(err)
			}
			env := []string{"TERM=xterm-256color", "VISUAL=" + editor}
			ours, theirs := terminalPair(t)
			cmd := exec.CommandContext(t.Context(), "hobnob")
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			s := beginOn(t, ours, theirs, cmd, env, home, bus)
			s.types("draft", "draft")
			s.press("\x1be")
			var pid int
			if _, err := fmt.Fscanln(begun, &pid); err != nil {
				t.Fatalf("the editor does not begin: %v: %q", err, s.text())
			}
			running, err := os.FindProcess(pid)
			if err != nil {
				t.Fatal(err)
			}
			c.end(s, running)
			_, _ = told.WriteString("now\n") // the editor goes on, if it is there
			_ = cmd.Wait()
			_ = theirs.Close()
			s = beginWith(t, env, home, bus)
			s.shows(c.shows)
			if !strings.Contains(c.shows, "saved") {
				s.press("\x12")
				s.shows("draft saved")
				s.press("\r") // it is taken
			}
			s.types("\x03", "")
			s.types("\x03\x03", "")
			if printed, code := s.end(); code != 0 {
				t.Errorf("ended with %d: %q", code, printed)
			}
			folders, err := filepath.Glob(filepath.Join(home, "STATE", "hobnob", "*", "unsent.editor-*"))
			if err != nil || name != "SIGKILL" && len(folders) > 0 {
				t.Errorf("left is %q, %v", folders, err)
			}
		})
	}
}

// TestInterruptOfAnEditor: ctrl+c in an editor that ends by it leads back to the chat.
func TestInterruptOfAnEditor(t *testing.T) {
	home := t.TempDir()
	bus := lockedKeyring(t, home)
	begun := pipeAt(t, filepath.Join(home, "begun"))
	editor := filepath.Join(home, "editor")
	// A shell may forget an interrupt that comes as it forks, but for a trap.
	if err := os.WriteFile(editor, []byte("#!/bin/sh\ntrap 'exit 1' INT\nprintf ' half' >> \"$1\"\n"+
		"echo $$ > '"+begun.Name()+"'\nn=0\nwhile [ $n -lt 60 ]; do sleep 1; n=$((n+1)); done\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	ours, theirs := terminalPair(t)
	cmd := exec.CommandContext(t.Context(), "hobnob")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s := beginOn(t, ours, theirs, cmd, []string{"TERM=xterm-256color", "VISUAL=" + editor}, home, bus)
	s.types("draft", "draft")
	s.press("\x1be")
	var pid int
	if _, err := fmt.Fscanln(begun, &pid); err != nil {
		t.Fatalf("the editor does not begin: %v: %q", err, s.text())
	}
	s.press("\x03")
	s.shows("your editor failed")
	s.types(" goes on", "draft goes on")
	s.types("\x03", "")
	s.types("\x03\x03", "")
	if err := cmd.Wait(); err != nil {
		t.Errorf("ended with %v: %q", err, s.text())
	}
	_ = theirs.Close()
}

// pipeAt is a named pipe that waits for nobody at its other end, and for what comes through it
// twenty seconds.
func pipeAt(t *testing.T, path string) *os.File {
	t.Helper()
	err := syscall.Mkfifo(path, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if err := f.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return f
}
