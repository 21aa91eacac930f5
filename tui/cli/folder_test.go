package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAFolderThatTakesNothing: the chat opens all the same, and says what that means.
func TestAFolderThatTakesNothing(t *testing.T) {
	fresh(t)
	t.Setenv("TMPDIR", t.TempDir())
	a := Account{Server: "http://127.0.0.1:1"}
	f, err := chatFolder(a)
	if err != nil || f.note != "" || f.dir != a.state() {
		t.Fatalf("%+v, %v", f, err)
	}
	if list, err := os.ReadDir(f.dir); err != nil || len(list) != 0 {
		t.Errorf("it leaves %v, %v", list, err)
	}
	if err := os.RemoveAll(a.state()); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(a.state(), nil, 0o600); err != nil { // also for who is root
		t.Fatal(err)
	}
	if f, err = chatFolder(a); err != nil || !strings.Contains(f.note, "Nothing of this time is kept") || !strings.HasPrefix(f.dir, os.TempDir()) {
		t.Fatalf("%+v, %v", f, err)
	}
	if strings.Contains(f.note, "trial-") {
		t.Errorf("it says %q", f.note)
	}
	if err := f.end(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(f.dir); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
	t.Setenv("TMPDIR", filepath.Join(a.state(), "nowhere"))
	if _, err := chatFolder(a); err == nil {
		t.Error("it opens with no folder at all")
	}
}
