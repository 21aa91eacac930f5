package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/tui"
)

// edit lets a shell line be the editor of a text in a folder where things are kept.
func edit(t *testing.T, editor, text string) (e *editing, dir string, err error) {
	t.Helper()
	dir = t.TempDir()
	u, _ := desk(t, dir)
	e = editedBy(t, u, editor, tui.Unsent{Room: "ops", Text: text})
	err = e.Run()
	if failed := u.close(); failed != nil {
		t.Error(failed)
	}
	return e, dir, err
}

// editedBy is a shell line as the editor of a desk.
func editedBy(t *testing.T, u *unsent, editor string, text tui.Unsent) *editing {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no sh there")
	}
	t.Setenv("VISUAL", editor)
	e := u.editor(text).(*editing)
	e.atOnce = 0 // however fast a shell line is, it does not go on elsewhere
	return e
}

func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		if !strings.HasSuffix(f.Name(), ".lock") {
			names = append(names, f.Name())
		}
	}
	return names
}

func TestEditor(t *testing.T) {
	script := filepath.Join(t.TempDir(), "an editor")
	// It says what it was given and what others may do with it, and changes it.
	if err := os.WriteFile(script, []byte("#!/bin/sh\nls -ld \"$2\" \"$(dirname \"$2\")\" | cut -c1-10 > \""+script+".modes\"\necho \"$1 $(cat \"$2\")\" > \"$2\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	u, _ := desk(t, dir)
	e := editedBy(t, u, "'"+script+"' 'an argument'", tui.Unsent{Room: "ops", Text: "日本 text"})
	if err := e.Run(); err != nil || e.Text() != "an argument 日本 text" {
		t.Errorf("%q, %v", e.Text(), err)
	}
	if names := left(t, dir); len(names) != 1 {
		t.Errorf("before it is kept elsewhere there is %q", names)
	}
	u.Keep(tui.Unsent{Room: "ops", Text: e.Text()})
	e.Took()
	if names := left(t, dir); !slices.Equal(names, []string{"unsent.json"}) {
		t.Errorf("%q is left", names)
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if modes, err := os.ReadFile(script + ".modes"); err != nil || string(modes) != "drwx------\n-rw-------\n" {
		t.Errorf("it may be read by others: %q, %v", modes, err)
	}
}

// Whatever the editor does, the text is not lost; and the next start has what was saved, says
// where that is which it could not take, and leaves nothing else.
func TestEditorThatFails(t *testing.T) {
	for _, c := range []struct {
		name, editor, want string
		fails              bool
		next               string // what is being written at the next start
		says               string // at that and each later one
	}{
		{"it leaves the text", "true", "text\n", false, "", ""},
		{"it is not there", "no-such-editor-7", "text\n", true, "", ""},
		{"it fails", "false", "text\n", true, "", ""},
		{"it saves", "f() { echo more > \"$1\"; }; f", "more", false, "ops/: more", ""},
		{"it fails with something written", "f() { echo more > \"$1\"; exit 3; }; f", "more", true, "ops/: more", ""},
		{"it removes the file", "rm", "text\n", true, "", ""},
		{"it removes the folder", "f() { rm -r \"${1%/*}\"; }; f", "text\n", true, "", ""},
		{"it empties it", "f() { : > \"$1\"; }; f", "", false, "", ""},
		{"it writes too much", "f() { head -c 70000 /dev/zero | tr '\\0' x > \"$1\"; }; f", "text\n", true, "", "longer than a message"},
		{"it writes too many controls", "f() { head -c 60000 /dev/zero | tr '\\0' '\\033' > \"$1\"; }; f", "text\n", true, "", "longer than a message"},
		{"it writes no text", "f() { printf '\\377\\376' > \"$1\"; }; f", "\xff\xfe", false, "", "could not be read"},
		{"it leaves a pipe", "f() { rm \"$1\"; mkfifo \"$1\"; }; f", "text\n", true, "", "could not be read"},
		{"it ends well, with a backup", "f() { cp \"$1\" \"$1~\"; echo more > \"$1\"; }; f", "more", false, "ops/: more", ""},
		{"it goes on elsewhere", "f() { : > \"${1%/*}/.message.md.swp\"; }; f", "text\n", false, "", "to be recovered"},
		{"it is ended", "f() { echo saved > \"$1\"; : > \"${1%/*}/.message.md.swp\"; kill -HUP $$; }; f", "saved", true, "ops/: saved", "to be recovered"},
		{"it is ended with nothing saved", "f() { : > \"${1%/*}/.message.md.swp\"; kill -HUP $$; }; f", "text\n", true, "", "to be recovered"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, dir, err := edit(t, c.editor, "text\n")
			if e.Text() != c.want || err != nil != c.fails {
				t.Errorf("%q, %v", e.Text(), err)
			}
			if c.says != "" && c.fails && c.says != "could not be read" && !strings.Contains(err.Error(), e.dir) {
				t.Errorf("it does not say where the text is: %v", err)
			}
			e.Took() // by a screen that has nowhere left to keep it
			for range 2 {
				u, text := desk(t, dir)
				if text != c.next {
					t.Errorf("then there is %q, want %q", text, c.next)
				}
				if says := strings.Join(u.found(), "\n"); c.says == "" && says != "" || !strings.Contains(says, c.says) || c.says != "" && !strings.Contains(says, e.dir) {
					t.Errorf("then it is said %q", says)
				}
				if err := u.close(); err != nil {
					t.Error(err)
				}
			}
			if folders := editFolders(filepath.Join(dir, "unsent.json")); c.says == "" && len(folders) > 0 {
				t.Errorf("%q is left", folders)
			}
		})
	}
}

// On a screen that lives on, all is kept there and nothing in the folder, but what nobody could
// take.
func TestEditorThatFailsOnTheScreen(t *testing.T) {
	for name, c := range map[string]struct {
		editor string
		stays  bool
	}{
		"it saves":                            {"f() { echo more > \"$1\"; }; f", false},
		"it fails with something written":     {"f() { echo more > \"$1\"; exit 3; }; f", false},
		"it writes too much":                  {"f() { head -c 70000 /dev/zero | tr '\\0' x > \"$1\"; }; f", true},
		"it leaves a pipe":                    {"f() { rm \"$1\"; mkfifo \"$1\"; }; f", true},
		"it removes the file":                 {"rm", false},
		"it leaves something to be recovered": {"f() { echo more > \"$1\"; : > \"${1%/*}/.message.md.swp\"; exit 1; }; f", true},
	} {
		dir := t.TempDir()
		u, _ := desk(t, dir)
		e := editedBy(t, u, c.editor, tui.Unsent{Room: "ops", Text: "text"})
		_ = e.Run()
		e.Took()
		if _, err := os.Stat(e.dir); c.stays != (err == nil) {
			t.Errorf("%s: the folder is %v", name, err)
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
	}
}

// A text that was taken is not offered again, though what its editor left besides stays.
func TestEditorThatLeavesMoreIsTakenOnce(t *testing.T) {
	dir := t.TempDir()
	u, _ := desk(t, dir)
	e := editedBy(t, u, "f() { echo more > \"$1\"; : > \"${1%/*}/.message.md.swp\"; exit 1; }; f", tui.Unsent{Room: "ops", Text: "text"})
	if err := e.Run(); err == nil || e.Text() != "more" {
		t.Fatalf("%q, %v", e.Text(), err)
	}
	u.Keep(tui.Unsent{Room: "ops", Text: "more"})
	e.Took()
	u.Keep(tui.Unsent{Room: "ops"}) // sent
	if err := u.close(); err != nil {
		t.Error(err)
	}
	u, text := desk(t, dir)
	if says := u.found(); text != "" || len(says) != 1 || !strings.Contains(says[0], e.dir) {
		t.Errorf("then there is %q, and it is said %q", text, says)
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
}

// What was saved takes the place of what it was made of, in the room or of the message that it
// is for; beside what was written there since, it is put aside.
func TestWhatWasSavedInAnEditor(t *testing.T) {
	to := tui.To{Seq: 7, Says: "wrong"}
	for _, c := range []struct {
		name string
		had  tui.Unsent
		kept []tui.Unsent
		want []tui.Unsent
	}{
		{"nothing was written", tui.Unsent{Room: "ops"}, nil, []tui.Unsent{{Room: "ops", Text: "saved"}}},
		{
			"what was written",
			tui.Unsent{Room: "ops", Text: "draft"},
			[]tui.Unsent{{Room: "ops", Text: "draft", To: to}, {Room: "lab", Text: "other"}},
			[]tui.Unsent{{Room: "ops", Text: "saved", To: to}, {Room: "lab", Text: "other"}},
		},
		{
			"in a thread",
			tui.Unsent{Room: "ops", Thread: "t", Text: "draft"},
			[]tui.Unsent{{Room: "ops", Text: "draft"}, {Room: "ops", Thread: "t", Text: "draft"}},
			[]tui.Unsent{{Room: "ops", Text: "draft"}, {Room: "ops", Thread: "t", Text: "saved"}},
		},
		{"an edit", tui.Unsent{Room: "ops", Edit: 7, Text: "draft", To: to}, nil, []tui.Unsent{{Room: "ops", Edit: 7, Text: "saved", To: to}}},
		{
			"something else by now",
			tui.Unsent{Room: "ops", Text: "draft"},
			[]tui.Unsent{{Room: "ops", Text: "else"}},
			[]tui.Unsent{{Room: "ops", Text: "else"}, {Room: "ops", Also: 1, Text: "saved"}},
		},
		{
			"the same by now",
			tui.Unsent{Room: "ops", Text: "draft"},
			[]tui.Unsent{{Room: "ops", Text: "saved"}},
			[]tui.Unsent{{Room: "ops", Text: "saved"}},
		},
	} {
		dir := t.TempDir()
		u, _ := desk(t, dir)
		for _, k := range c.kept {
			u.Keep(k)
		}
		if err := editedBy(t, u, "f() { echo saved > \"$1\"; }; f", c.had).Run(); err != nil {
			t.Error(err)
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
		u, _ = desk(t, dir)
		if !slices.Equal(u.texts, c.want) {
			t.Errorf("%s: there is %+v, want %+v", c.name, u.texts, c.want)
		}
		if on, err := readUnsent(u.path); err != nil || !slices.Equal(on, c.want) {
			t.Errorf("%s: in the file is %+v, %v", c.name, on, err)
		}
		if time.Since(u.since) > time.Hour {
			t.Errorf("%s: it is of %v", c.name, u.since)
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
	}
}

// Of two windows neither takes what the other's editor has; of one that has ended the next does.
func TestEditorsOfSeveralWindows(t *testing.T) {
	dir := t.TempDir()
	first, _ := desk(t, dir)
	second, _ := desk(t, dir)
	for i, u := range []*unsent{first, second} {
		text := string(rune('1' + i))
		if err := editedBy(t, u, "f() { echo saved"+text+" > \"$1\"; }; f", tui.Unsent{Room: "ops", Text: text}).Run(); err != nil {
			t.Error(err)
		}
	}
	third, text := desk(t, dir)
	if names := left(t, dir); text != "" || len(names) != 2 {
		t.Errorf("the third has %q, and there are %q", text, names)
	}
	for _, u := range []*unsent{third, second, first} {
		if err := u.close(); err != nil {
			t.Error(err)
		}
	}
	next, text := desk(t, dir)
	if text != "ops/: saved1 | ops/: saved2" {
		t.Errorf("the next has %q", text)
	}
	if names := left(t, dir); !slices.Equal(names, []string{"unsent.json"}) {
		t.Errorf("there are %q", names)
	}
	if err := next.close(); err != nil {
		t.Error(err)
	}
}

// However many folders there are, three are named.
func TestManyEditorsThatWereEnded(t *testing.T) {
	dir := t.TempDir()
	for i := range 5 {
		folder := filepath.Join(dir, "unsent.editor-"+string(rune('1'+i)))
		if err := os.Mkdir(folder, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, ".message.md.swp"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	u, _ := desk(t, dir)
	if says := u.found(); len(says) != 4 || !strings.Contains(says[3], "2 more") {
		t.Errorf("said is %q", says)
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if names := left(t, dir); len(names) != 5 {
		t.Errorf("left are %q", names)
	}
}

func TestEditorOf(t *testing.T) {
	for _, c := range []struct{ visual, editor, want string }{
		{"code --wait", "vim", "code --wait"}, {" ", "vim", "vim"},
	} {
		if got := editorOf(func(name string) string { return map[string]string{"VISUAL": c.visual, "EDITOR": c.editor}[name] }); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}
