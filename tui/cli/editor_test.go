package cli

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// edit lets a shell line be the editor of a text.
func edit(t *testing.T, editor, text string) (e *editing, dir string, err error) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no sh there")
	}
	dir = t.TempDir()
	t.Setenv("TMPDIR", dir)
	e = &editing{program: editor, before: text, after: text}
	err = e.Run()
	return e, dir, err
}

func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

func TestEditor(t *testing.T) {
	script := filepath.Join(t.TempDir(), "an editor")
	// It says what it was given and what others may do with it, and changes it.
	if err := os.WriteFile(script, []byte("#!/bin/sh\nls -ld \"$2\" \"$(dirname \"$2\")\" | cut -c1-10 > \""+script+".modes\"\necho \"$1 $(cat \"$2\")\" > \"$2\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	e, dir, err := edit(t, "'"+script+"' 'an argument'", "日本 text")
	if err != nil || e.Text() != "an argument 日本 text" {
		t.Errorf("%q, %v", e.Text(), err)
	}
	if names := left(t, dir); names != nil {
		t.Errorf("%q is left", names)
	}
	if modes, err := os.ReadFile(script + ".modes"); err != nil || string(modes) != "drwx------\n-rw-------\n" {
		t.Errorf("it may be read by others: %q, %v", modes, err)
	}
}

// Whatever the editor does, the text is not lost, and nothing is left behind but what is
// too long to be taken.
func TestEditorThatFails(t *testing.T) {
	for _, c := range []struct {
		name, editor, want string
		fails              bool
		left               int
	}{
		{"it leaves the text", "true", "text\n", false, 0},
		{"it is not there", "no-such-editor-7", "text\n", true, 0},
		{"it fails", "false", "text\n", true, 0},
		{"it fails with something written", "f() { echo more > \"$1\"; exit 3; }; f", "more", true, 0},
		{"it removes the file", "rm", "text\n", true, 0},
		{"it empties it", "f() { : > \"$1\"; }; f", "", false, 0},
		{"it writes too much", "f() { head -c 70000 /dev/zero | tr '\\0' x > \"$1\"; }; f", "text\n", true, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, dir, err := edit(t, c.editor, "text\n")
			if e.Text() != c.want || err != nil != c.fails {
				t.Errorf("%q, %v", e.Text(), err)
			}
			if names := left(t, dir); len(names) != c.left {
				t.Errorf("%q is left", names)
			}
			if c.left > 0 && !strings.Contains(err.Error(), dir) {
				t.Errorf("it does not say where the text is: %v", err)
			}
		})
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
