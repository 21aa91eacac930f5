package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/tui"
)

// started is what a start finds: what is being written, and what it says.
func started(t *testing.T, dir string) (text, says string) {
	t.Helper()
	u, text := desk(t, dir)
	says = strings.Join(u.found(), "\n")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	return text, says
}

// What an editor goes on to save that outlived its chat is taken as well, and nothing is removed
// under it, though it may have removed or emptied the file for a moment.
func TestEditorThatOutlivesTheChat(t *testing.T) {
	for _, draft := range []string{"draft", ""} {
		dir := t.TempDir()
		u, _ := desk(t, dir)
		u.Keep(tui.Unsent{Room: "ops", Text: draft})
		e := editedBy(t, u, "f() { echo once > \"$1\"; }; f", tui.Unsent{Room: "ops", Text: draft})
		if err := e.Run(); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(writeEdit(e.dir, e.edited(os.Getpid())), u.close()); err != nil { // as if we were the editor
			t.Fatal(err)
		}
		file := filepath.Join(e.dir, editText)
		saves := func(text string) error { return os.WriteFile(file, []byte(text), 0o600) }
		nothing := "ops/: " + draft
		if draft == "" {
			nothing = ""
		}
		for _, c := range []struct {
			name string
			does func() error
			want string
			says bool
		}{
			{"it has it open", func() error { return saves(draft) }, nothing, false},
			{"it is about to save", func() error { return saves("") }, nothing, false},
			{"it makes it anew", func() error { return os.Remove(file) }, nothing, false},
			{"it saves", func() error { return saves("once") }, "ops/: once", false},
			{"it does no more", func() error { return nil }, "ops/: once", false},
			{"it saves again", func() error { return saves("twice") }, "ops/: twice", false},
			// Nobody knows that it is the editor that has this number by now.
			{"there is something to be recovered", func() error {
				return os.WriteFile(filepath.Join(e.dir, ".message.md.swp"), nil, 0o600)
			}, "ops/: twice", true},
			{"and it makes it anew", func() error { return os.Remove(file) }, "ops/: twice", true},
		} {
			if err := c.does(); err != nil {
				t.Fatal(err)
			}
			text, says := started(t, dir)
			if text != c.want || c.says != strings.Contains(says, e.dir) || !c.says && says != "" || strings.Contains(says, "was ended while") {
				t.Errorf("%q, %s: there is %q, want %q; said is %q", draft, c.name, text, c.want, says)
			}
			if !isThere(e.dir) {
				t.Fatalf("%q, %s: the folder is removed under it", draft, c.name)
			}
		}
	}
}

// An editor that is back at once with nothing changed may have the text in another window: what it
// saves there is taken, and its folder stays for a day.
func TestEditorThatIsBackAtOnce(t *testing.T) {
	dir := t.TempDir()
	u, _ := desk(t, dir)
	u.Keep(tui.Unsent{Room: "ops", Text: "draft"})
	begin := func(editor string) *editing {
		e := editedBy(t, u, editor, tui.Unsent{Room: "ops", Text: "draft"})
		e.atOnce = time.Hour
		return e
	}
	vi := filepath.Join(t.TempDir(), "vi") // from which one is back at once by :q
	if err := os.WriteFile(vi, []byte("#!/bin/sh\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, editor := range []string{vi, "false", "f() { echo more > \"$1\"; }; f"} {
		if e := begin(editor); errors.Is(e.Run(), tui.ErrBackAtOnce) {
			t.Errorf("%s goes on", editor)
		} else if e.Took(); isThere(e.dir) {
			t.Errorf("of %s there is a folder", editor)
		}
	}
	e := begin("true")
	if err := e.Run(); !errors.Is(err, tui.ErrBackAtOnce) || e.Text() != "draft" {
		t.Errorf("%q, %v", e.Text(), err)
	}
	e.Took()
	if err := u.close(); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		saves, want string
		old         time.Duration
		stays       bool
	}{
		{"draft", "ops/: draft", 0, true},
		{"", "ops/: draft", 0, true},
		{"later", "ops/: later", 0, true},
		{"later", "ops/: later", awayFor - time.Hour, true},
		{"later", "ops/: later", awayFor + time.Hour, false},
	} {
		if err := os.WriteFile(filepath.Join(e.dir, editText), []byte(c.saves), 0o600); err != nil {
			t.Fatal(err)
		}
		then := time.Now().Add(-c.old)
		if err := os.Chtimes(e.dir, then, then); err != nil {
			t.Fatal(err)
		}
		text, says := started(t, dir)
		if text != c.want || says != "" || isThere(e.dir) != c.stays {
			t.Errorf("%+v: there is %q, said is %q, the folder stays: %v", c, text, says, isThere(e.dir))
		}
	}
}

// Whenever we are killed while the folder is made, the next start removes it, and says nothing.
func TestKilledWhileAFolderIsMade(t *testing.T) {
	place := `{"room":"ops","text":"draft"}`
	for _, files := range []map[string]string{
		{},
		{".place.json": ""},
		{".place.json1234567": place[:9]},
		{editPlace: place},
		{editPlace: place, editText: ""},
		{editPlace: place, editText: "draft"},
		{editPlace: place, editText: "draft", ".place.json1234567": place[:9]},
	} {
		dir := t.TempDir()
		folder := filepath.Join(dir, "unsent.editor-1")
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, holds := range files {
			if err := os.WriteFile(filepath.Join(folder, name), []byte(holds), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if text, says := started(t, dir); text != "" || says != "" || isThere(folder) {
			t.Errorf("%q: there is %q, said is %q, the folder stays: %v", files, text, says, isThere(folder))
		}
	}
	// What is no such file stays.
	for _, name := range []string{".place.json.swp", ".place.jsonc", "place.json~"} {
		if oursIn(name) {
			t.Errorf("%s is ours", name)
		}
	}
	// Of a text alone nobody would know where it belongs: it is not written first.
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, editPlace), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := (&editing{before: "draft"}).fill(dir); err == nil || !slices.Equal(left(t, dir), []string{editPlace}) {
		t.Errorf("there is %q, %v", left(t, dir), err)
	}
}

// Where nothing can be kept, the editor has the text all the same.
func TestEditorWithoutAStateFolder(t *testing.T) {
	dir, passing := t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", passing)
	u, _ := desk(t, dir)
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	e := editedBy(t, u, "f() { echo more >> \"$1\"; }; f", tui.Unsent{Room: "ops", Text: "draft\n"})
	if err := e.Run(); err != nil || e.Text() != "draft\nmore" || filepath.Dir(e.dir) != passing {
		t.Errorf("%q, %v, in %s", e.Text(), err, e.dir)
	}
	if e.Took(); len(left(t, passing)) > 0 {
		t.Errorf("%q is left", left(t, passing))
	}
	t.Setenv("TMPDIR", filepath.Join(passing, "gone"))
	if err := editedBy(t, u, "true", tui.Unsent{}).Run(); err == nil || !strings.Contains(err.Error(), "no place") {
		t.Errorf("without any place: %v", err)
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
}

func TestRunning(t *testing.T) {
	ended := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	if err := ended.Run(); err != nil {
		t.Fatal(err)
	}
	for process, want := range map[int]bool{os.Getpid(): true, ended.Process.Pid: false, 0: false, -1: false} {
		if running(process) != want {
			t.Errorf("%d: %v", process, !want)
		}
	}
}
