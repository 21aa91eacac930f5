package cli

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/tui"
)

// setAside are the files that were set aside of one, as they were.
func setAside(t *testing.T, path string) (list []string) {
	t.Helper()
	names, err := filepath.Glob(path + ".damaged-*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(b))
	}
	return list
}

// Of a file that is damaged what can be read is there; all of it is set aside, which is said, and
// what is written then is kept.
func TestUnsentThatIsDamaged(t *testing.T) {
	whole := `{"unsent":[{"room":"ops","text":"a {\"room\":1}"},{"room":"lab","thread":"t","text":"日本","to":{"seq":7}},{"room":"x","text":"last"}]}`
	for _, c := range []struct{ name, file, want string }{
		{"it is cut off at once", `{"unsent":[{"room"`, ""},
		{"it is cut off", whole[:len(whole)-9], `ops/: a {"room":1} | lab/t: 日本`},
		{"it goes on", whole + "}", `ops/: a {"room":1} | lab/t: 日本 | x/: last`},
		{"its begin is gone", "\x00\x00" + whole[4:], `ops/: a {"room":1} | lab/t: 日本 | x/: last`},
		{"zeros in the middle", strings.Replace(whole, `"text":"日本`, `"te`+strings.Repeat("\x00", 12), 1), `ops/: a {"room":1} | x/: last`},
		{"it is something else", `["half a thought"]`, ""},
		{"zeros", strings.Repeat("\x00", 4096), ""},
		{"torn everywhere", strings.Repeat(`{"room":`, 1000), ""},
	} {
		dir := t.TempDir()
		path := filepath.Join(dir, "unsent.json")
		if err := os.WriteFile(path, []byte(c.file), 0o600); err != nil {
			t.Fatal(err)
		}
		u, text := desk(t, dir)
		if says := u.found(); text != c.want || len(says) != 1 || !strings.Contains(says[0], "damaged") || !strings.Contains(says[0], path+".damaged-") || !strings.HasSuffix(says[0], " for a month") {
			t.Errorf("%s: read %q, want %q; said %q", c.name, text, c.want, says)
		}
		if got := setAside(t, path); len(got) != 1 || got[0] != c.file {
			t.Errorf("%s: set aside is %q", c.name, got)
		}
		u.Keep(tui.Unsent{Room: "ops", Text: "new"})
		if err := u.close(); err != nil {
			t.Error(err)
		}
		u, text = desk(t, dir)
		if says := u.found(); !strings.Contains(text, "ops/: new") || len(says) > 0 {
			t.Errorf("%s: then there is %q, and it is said %q", c.name, text, says)
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
	}
}

// What has the name of the file and is none is set aside as well; nobody waits for a pipe.
func TestUnsentThatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "unsent.json")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	u, _ := desk(t, dir)
	if says := u.found(); len(says) != 1 || !strings.Contains(says[0], path+".unreadable-") || strings.Contains(says[0], "month") {
		t.Errorf("said %q", says)
	}
	u.general("new")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if got := content(t, dir); got != "new" {
		t.Errorf("kept is %q", got)
	}
}

// TestWhatWasSetAsideLongAgoGoes: and nothing that is not ours, or may be whole.
func TestWhatWasSetAsideLongAgoGoes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "unsent.json")
	at := func(ago time.Duration) string {
		return "unsent.json.damaged-" + time.Now().Add(-ago).UTC().Format(damagedStamp)
	}
	stay := []string{at(0), at(damagedTime - time.Hour), "unsent.json.damaged-mine", "cache.db.damaged-20060102T150405.000000000", "unsent.json.unreadable-20060102T150405.000000000"}
	slices.Sort(stay)
	for _, name := range append([]string{at(damagedTime + time.Hour), at(10 * damagedTime)}, stay...) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, says, err := readOrSetAside(path, slog.New(slog.DiscardHandler)); err != nil || says != "" {
		t.Fatalf("%v, said %q", err, says)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, f := range files {
		left = append(left, f.Name())
	}
	if slices.Sort(left); !slices.Equal(left, stay) {
		t.Errorf("left %q, want %q", left, stay)
	}
}
