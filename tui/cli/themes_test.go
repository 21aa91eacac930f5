package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestThemeFiles: a theme is found by its name and nowhere else, what was chosen is
// remembered, and what is wrong with it keeps nobody from the chat.
func TestThemeFiles(t *testing.T) {
	dir := t.TempDir()
	th := themes{filepath.Join(dir, "themes"), filepath.Join(dir, "state", "theme")}
	if s, wrong := th.last(); s != nil || wrong != nil || th.Names() != nil {
		t.Errorf("nothing was chosen: %v, %v", s, wrong)
	}
	if err := os.Mkdir(th.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	write := func(path, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(th.folder, "sea.toml"), "[dark]\ndim = 8\nbad = \"puce\"\n")
	write(filepath.Join(th.folder, "broken.toml"), "dim = \n")
	write(filepath.Join(th.folder, "notes.txt"), "")
	write(filepath.Join(dir, "secret.toml"), "dim = 8\n")
	if got := strings.Join(th.Names(), " "); got != "broken sea" {
		t.Error(got)
	}
	if s, wrong, err := th.Load("sea"); err != nil || s.Name != "sea" || len(wrong) != 1 || !strings.Contains(wrong[0], "sea.toml: line 3: dark.bad: ") {
		t.Error(s, wrong, err)
	}
	if s, _, err := th.Load("contrast"); err != nil || s.Name != "contrast" {
		t.Error(s, err)
	}
	for _, name := range []string{"../secret", "broken", "nothing", "", ".", `a\b`} {
		if s, _, err := th.Load(name); err == nil || s != nil {
			t.Errorf("%q: %v", name, s)
		} else if name == "broken" && !strings.Contains(err.Error(), "line 1: ") {
			t.Error(err)
		}
	}
	for _, name := range []string{"sea", "terminal"} {
		if err := th.Keep(name); err != nil {
			t.Fatal(err)
		}
		if s, _ := th.last(); s == nil || s.Name != name {
			t.Errorf("%s was chosen: %+v", name, s)
		}
	}
	if err := th.Keep("nothing"); err != nil {
		t.Fatal(err)
	}
	if s, wrong := th.last(); s != nil || len(wrong) != 1 {
		t.Errorf("one that is gone: %v, %v", s, wrong)
	}
	write(filepath.Join(dir, "file"), "")
	if err := (themes{chosen: filepath.Join(dir, "file", "theme")}).Keep("x"); err == nil || exit.CodeOf(err) != exit.Failed {
		t.Error(err)
	}
}
