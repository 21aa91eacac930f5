//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestEditorOutlastsTheChat: what is saved in one's own editor is there at the next start, however
// the chat ends meanwhile.
func TestEditorOutlastsTheChat(t *testing.T) {
	for name, c := range map[string]struct {
		end  func(s *silent)
		then string // what the editor does once the chat was told to end
	}{
		"SIGTERM":    {func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }, ""},
		"it goes on": {func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGTERM) }, `printf ' and more' >> "$1"`},
		"SIGHUP":     {func(s *silent) { _ = s.cmd.Process.Signal(syscall.SIGHUP) }, ""},
		"SIGKILL":    {func(s *silent) { _ = s.cmd.Process.Kill() }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			bus := lockedKeyring(t, home)
			saved, told := filepath.Join(home, "saved"), filepath.Join(home, "told")
			if err := syscall.Mkfifo(told, 0o600); err != nil {
				t.Fatal(err)
			}
			editor := filepath.Join(home, "editor")
			script := "#!/bin/sh\nprintf ' saved' >> \"$1\"\n: > '" + saved + "'\nread line < '" + told + "'\n" + c.then + "\n"
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
			for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
				if _, err := os.Stat(saved); err == nil {
					break
				} else if time.Since(began) > 20*time.Second {
					t.Fatalf("the editor does not begin: %q", s.text())
				}
			}
			c.end(s)
			// Whoever reads it goes on; where the editor was ended too, nobody does.
			if f, err := os.OpenFile(told, os.O_RDWR, 0); err == nil {
				defer f.Close()
				_, _ = f.WriteString("now\n")
			}
			_ = cmd.Wait()
			_ = theirs.Close()
			s = beginWith(t, env, home, bus)
			want := "draft saved"
			if c.then != "" {
				want += " and more"
			}
			s.shows(want)
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
