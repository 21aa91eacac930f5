package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// settingsOf is what the doctor finds where the files say so.
func settingsOf(t *testing.T, files map[string]string) (lines []string) {
	t.Helper()
	fresh(t)
	for name, text := range files {
		path := filepath.Join(filepath.Dir(configFile()), name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var f symptoms
	f.settings()
	dir := short(filepath.Dir(configFile()))
	for _, g := range f {
		lines = append(lines, string(g.Level)+" "+g.Check+": "+strings.ReplaceAll(g.Says, dir, "."))
	}
	return lines
}

// TestDoctorReadsSettings: each mistake in what the user has set is a warning with its line, its
// name and what is meant, in the file, its keys, and the themes; where nothing is wrong, that is
// said, and nothing is written.
func TestDoctorReadsSettings(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  []string
	}{
		"nothing is set": {nil, []string{"ok settings: there is no ./config.toml, and none is needed"}},
		"all is well":    {map[string]string{"config.toml": "preset = 'IRC'\ntheme = 'contrast'\n[keys]\nhelp = 'f2'\n"}, []string{"ok settings: ./config.toml"}},
		"four mistakes": {
			map[string]string{"config.toml": "muose = true\nnotify = 'bel'\ntheme = 'contrats'\nmembers = on\n[keys]\nhlep = 'f2'\nrooms.jump = 'crtl+k'\n"},
			[]string{
				`warning settings: ./config.toml, line 1: unknown setting "muose": did you mean "mouse"?`,
				`warning settings: ./config.toml, line 2: notify: it is "auto", "osc9", "osc777", "bell" or "none", not "bel"; did you mean "bell"?`,
				`warning settings: ./config.toml, line 3: theme: there is no theme contrats; one of your own would be in ` + "DIR" + `/themes/contrats.toml; did you mean "contrast"?`,
				`warning settings: ./config.toml, line 4: members: a text stands in quotes: members = "on"`,
				`warning settings: ./config.toml, line 6: unknown key "hlep": did you mean "help"?`,
				`warning settings: ./config.toml, line 7: rooms.jump: "crtl+k" is no key: did you mean "ctrl+k"?`,
			},
		},
		"a theme that is on": {
			map[string]string{"config.toml": "theme = 'sea'\n", "themes/sea.toml": "[dark]\ndim = 8\nbad = 'puce'\n", "themes/torn.toml": "dim = \n"},
			[]string{"ok settings: ./config.toml", "warning theme sea: ./themes/sea.toml: line 3: dark.bad: ", "warning theme torn: ./themes/torn.toml is no theme: line 1: "},
		},
		"not read": {map[string]string{"config.toml": "mouse = true\nname = '\xff'\n"}, []string{"problem settings: ./config.toml, line 2: this is not UTF-8, and the file is not read"}},
	} {
		got := settingsOf(t, c.files)
		for i := range c.want {
			want := strings.ReplaceAll(c.want[i], "DIR", filepath.Dir(configFile()))
			if want = strings.ReplaceAll(want, short(filepath.Dir(configFile())), "."); i < len(got) && strings.HasSuffix(want, ": ") {
				got[i] = got[i][:min(len(want), len(got[i]))]
			}
			c.want[i] = want
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
	}
}

// TestDoctorChangesNoSettings: a theme that was chosen when that was kept elsewhere stays there.
func TestDoctorChangesNoSettings(t *testing.T) {
	fresh(t)
	chosen := userThemes().chosen
	if err := os.MkdirAll(filepath.Dir(chosen), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(chosen, []byte("contrast\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var f symptoms
	f.settings()
	if b, err := os.ReadFile(chosen); err != nil || string(b) != "contrast\n" || isThere(configFile()) {
		t.Errorf("%q, %v, and config.toml: %v", b, err, isThere(configFile()))
	}
}

// TestDoctorCountsMistakes: of a file that is something else altogether so many are told.
func TestDoctorCountsMistakes(t *testing.T) {
	file := "[keys]\n"
	for i := range mostMistakes + 11 {
		file += "x" + strings.Repeat("z", i) + " = 'f2'\n"
	}
	got := settingsOf(t, map[string]string{"config.toml": file})
	if len(got) != mostMistakes+1 || got[mostMistakes] != "warning settings: and 11 more mistakes" {
		t.Errorf("%d: %q", len(got), got)
	}
}

// TestDoctorReadsTheEnvironment: what the chat does not open with is a problem.
func TestDoctorReadsTheEnvironment(t *testing.T) {
	fresh(t)
	t.Setenv("HOBNOB_THEME", "drak")
	t.Setenv("HOBNOB_NOTIFY", "bel")
	stdout, _, code := hobnob(t, "", "doctor")
	for _, want := range []string{`problem settings: HOBNOB_THEME is light, dark or auto, not "drak"`, `problem settings: HOBNOB_NOTIFY is auto, osc9, osc777, bell or none, not "bel"`} {
		if code != exit.Failed || !strings.Contains(stdout, want) {
			t.Errorf("%d: %q is not said:\n%s", code, want, stdout)
		}
	}
}
