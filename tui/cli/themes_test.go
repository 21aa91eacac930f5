package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/tui"
	"github.com/hobnob-chat/hobnob/tui/settings"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// TestThemeFiles: a theme is found by its name and nowhere else, what was chosen is
// remembered, and what is wrong with it keeps nobody from the chat.
func TestThemeFiles(t *testing.T) {
	dir := t.TempDir()
	th := themes{filepath.Join(dir, "themes"), filepath.Join(dir, "state", "theme")}
	if s, wrong := th.of(&tui.Settings{}); s != nil || wrong != nil || th.Names() != nil {
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
		set := tui.Settings{Entries: []settings.Entry{{Name: "theme", Value: name}}}
		if s, _ := th.of(&set); s == nil || s.Name != name {
			t.Errorf("%s was chosen: %+v", name, s)
		}
	}
	if s, wrong := th.of(&tui.Settings{Entries: []settings.Entry{{Name: "theme", Value: "nothing"}}}); s != nil || len(wrong) != 1 {
		t.Errorf("one that is gone: %v, %v", s, wrong)
	}
	set := tui.Settings{Entries: []settings.Entry{{Name: "theme", Value: "contrats", Line: 3}}}
	if _, wrong := th.of(&set); len(wrong) > 0 || len(set.Mistakes) != 1 || set.Mistakes[0].Line != 3 || !strings.Contains(set.Mistakes[0].Says, `did you mean "contrast"?`) {
		t.Errorf("one in the file with a slip: %v, %v", wrong, set.Mistakes)
	}
}

// TestManyMistakesOfATheme: so many are told when a chat opens.
func TestManyMistakesOfATheme(t *testing.T) {
	fresh(t)
	for path, text := range map[string]string{configFile(): "theme = 'sea'\n", filepath.Join(userThemes().folder, "sea.toml"): "[dark]\n" + manyWrong(60)} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l, err := newLook(Options{})
	if n := len(l.Notices); err != nil || n != settings.MostTold+1 || l.Notices[n-1] != "and 10 more" {
		t.Errorf("%v, %q", err, l.Notices)
	}
}

// TestThemesThatAreNoFiles are not read: they may have no end, or wait for somebody.
func TestThemesThatAreNoFiles(t *testing.T) {
	folder := t.TempDir()
	th := themes{folder, filepath.Join(folder, "none")}
	if err := os.WriteFile(filepath.Join(folder, "long.toml"), bytes.Repeat([]byte("# x\n"), theme.MaxFile/4+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(os.DevNull, filepath.Join(folder, "device.toml")); err != nil {
		t.Log("no links here:", err) // and then it is not there
	}
	for _, name := range []string{"long", "device"} {
		if s, _, err := th.Load(name); err == nil {
			t.Errorf("%s: %v", name, s)
		}
	}
}

// TestChosenThemeMovesIntoConfig: what was chosen before there was a setting is one then, once,
// and nothing of what was written by hand is lost; where nothing can be written it stays where
// it is, and in force.
func TestChosenThemeMovesIntoConfig(t *testing.T) {
	const byHand = "# mine\npreset = 'irc' # as ever\n\n[keys]\nhelp = 'f2'\n"
	for _, c := range []struct {
		name, config, old string
		want, left, theme string // left of the old file
	}{
		{"no config", "", "contrast\n", "theme = \"contrast\"\n", "", "contrast"},
		{"written by hand", byHand, "contrast\n", strings.Replace(byHand, "ever\n", "ever\ntheme = \"contrast\"\n", 1), "", "contrast"},
		{"it has one", "theme = 'terminal'\n", "contrast\n", "theme = 'terminal'\n", "", "terminal"},
		{"with mistakes", "mouse = maybe\n[keys\nhelp = 'f2'\n", "contrast", "theme = \"contrast\"\n\nmouse = maybe\n[keys\nhelp = 'f2'\n", "", "contrast"},
		{"not to be read", "preset = '\xff'\n", "contrast", "preset = '\xff'\n", "contrast", "contrast"},
		{"nothing chosen", byHand, "", byHand, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			fresh(t)
			th := userThemes()
			for path, text := range map[string]string{configFile(): c.config, th.chosen: c.old} {
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			for range 2 {
				set := loadConfig()
				s, _ := th.of(&set)
				if got := s; c.theme == "" && got != nil || c.theme != "" && (got == nil || got.Name != c.theme) {
					t.Errorf("the theme is %+v", got)
				}
				config, err := os.ReadFile(configFile())
				if d := cmp.Diff(c.want, string(config)); d != "" || err != nil {
					t.Errorf("%v\n%s", err, d)
				}
				if left, _ := os.ReadFile(th.chosen); string(left) != c.left {
					t.Errorf("%q is left", left)
				}
			}
		})
	}
}

// TestThemesAreSaidFromHome: where a theme is looked for is said as all other files of the user's are.
func TestThemesAreSaidFromHome(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	folder := filepath.Join(home, "themes")
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "torn.toml"), []byte("dim = \n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"blue": "there is no theme blue; one of your own would be in " + filepath.Join("~", "themes", "blue.toml"),
		"torn": filepath.Join("~", "themes", "torn.toml") + " is no theme: ",
	} {
		if _, _, err := (themes{folder: folder}).Load(name); err == nil || err.Error()[:min(len(want), len(err.Error()))] != want {
			t.Errorf("%s: %v, not %q", name, err, want)
		}
	}
}
