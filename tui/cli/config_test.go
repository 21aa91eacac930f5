package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui/settings"
)

// What is set is in the file that is read the next time, and in it all else is as it was,
// also where the file is a link to where somebody keeps such files.
func TestConfigIsSaved(t *testing.T) {
	dir := t.TempDir()
	target, path := filepath.Join(dir, "dots", "hobnob.toml"), filepath.Join(dir, "hobnob", "config.toml")
	w := &configWriter{path: path}
	if err := w.save("mouse", false); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(path); err != nil || string(b) != "mouse = false\n" {
		t.Fatalf("%q, %v", b, err)
	}
	if runtime.GOOS == "windows" {
		t.Skip("no symbolic links there")
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(target, []byte("# mine\nmouse = true # yes\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	if err := w.save("mouse", false); err != nil {
		t.Fatal(err)
	}
	info, err := os.Lstat(path)
	if b, failed := os.ReadFile(target); err != nil || failed != nil || string(b) != "# mine\nmouse = false # yes\n" || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%q, %v, %v, %v", b, failed, info.Mode(), err)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o644 {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
}

// What cannot be read is said, and not written over.
func TestConfigThatCannotBeRead(t *testing.T) {
	fresh(t)
	if err := os.MkdirAll(configFile(), 0o700); err != nil {
		t.Fatal(err)
	}
	set := loadConfig()
	if len(set.Mistakes) != 1 || !strings.HasPrefix(set.Mistakes[0].Says, "it cannot be read: ") {
		t.Errorf("%+v", set.Mistakes)
	}
	if err := set.Save("mouse", true); err == nil {
		t.Error("it is written over")
	}
}

// Whatever keeps the file from being read, none of it is in force, and it stays as it is. Nobody
// waits for who writes into a pipe.
func TestConfigOfWhichNothingIsRead(t *testing.T) {
	for name, put := range map[string]func(path string) error{
		"not UTF-8": func(path string) error { return os.WriteFile(path, []byte("mouse = false\nname = '\xff'\n"), 0o600) },
		"too large": func(path string) error {
			return os.WriteFile(path, []byte("mouse = false\n"+strings.Repeat("#", settings.MaxBytes)), 0o600)
		},
		"a folder": func(path string) error { return os.Mkdir(path, 0o700) },
		"a pipe":   pipeAt,
	} {
		fresh(t)
		if err := os.MkdirAll(filepath.Dir(configFile()), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := put(configFile()); err != nil {
			t.Logf("%s: there is none here: %v", name, err)
			continue
		}
		set := loadConfig()
		if !set.Unread || len(set.Mistakes) != 1 || len(set.Entries) > 0 {
			t.Errorf("%s: %v, %+v, %+v", name, set.Unread, set.Mistakes, set.Entries)
		}
		if err := set.Save("mouse", true); err == nil {
			t.Errorf("%s: it is written over", name)
		}
	}
	fresh(t)
	if set := loadConfig(); set.Unread {
		t.Error("where there is none, it is not read")
	}
}

// manyWrong is so many lines that set nothing there is.
func manyWrong(n int) (lines string) {
	for i := range n {
		lines += fmt.Sprintf("q%d = 1\n", i)
	}
	return lines
}

func TestKeysCommand(t *testing.T) {
	fresh(t)
	stdout, stderr, code := hobnob(t, "", "keys")
	if code != exit.OK || stderr != "" || !strings.Contains(stdout, "keys.rooms.jump\tctrl+k\t") {
		t.Errorf("%d, %q\n%s", code, stderr, stdout)
	}
	if err := os.MkdirAll(filepath.Dir(configFile()), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(configFile(), []byte("preset = 'irc'\n[keys]\nhlep = 'f2'\nrooms.unread = 'f3'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	stdout, stderr, code = hobnob(t, "", "keys")
	if code != exit.OK || !strings.HasSuffix(stderr, "config.toml:3: unknown key \"hlep\": did you mean \"help\"?\n") {
		t.Errorf("%d, %q", code, stderr)
	}
	for _, want := range []string{"keys.rooms.jump\talt+j\t", "keys.rooms.unread\tf3\t", "keys.edit-last\t\t"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("%q is not there:\n%s", want, stdout)
		}
	}
	if err := os.WriteFile(configFile(), []byte("preset = 'slack'\n[keys]\n"+manyWrong(62)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, stderr, _ := hobnob(t, "", "keys"); strings.Count(stderr, "\n") != settings.MostTold+1 || !strings.HasSuffix(stderr, "\nand 12 more\n") {
		t.Errorf("of many mistakes: %s", stderr)
	}
	stdout, _, code = hobnob(t, "", "keys", "--json")
	if first, _, _ := strings.Cut(stdout, "\n"); code != exit.OK || first != `{"name":"keys.send","keys":"enter","does":"send"}` {
		t.Errorf("%d, %s", code, first)
	}
}

// Which keys somebody knows is asked once: of who has opened no chat here yet, whichever, and
// set nothing.
func TestFirstTime(t *testing.T) {
	fresh(t)
	if !firstTime() {
		t.Error("it is not the first time")
	}
	a := Account{Server: "http://127.0.0.1:1"}
	if err := os.MkdirAll(a.state(), 0o700); err != nil {
		t.Fatal(err)
	}
	if !firstTime() {
		t.Error("somebody joined, and it is not the first time")
	}
	u, _ := desk(t, a.state())
	if err := u.close(); err != nil || firstTime() {
		t.Errorf("a chat was opened, %v, and it is the first time", err)
	}
	fresh(t)
	if err := (&configWriter{path: configFile()}).save("mouse", true); err != nil || firstTime() {
		t.Errorf("something is set, %v, and it is the first time", err)
	}
}
