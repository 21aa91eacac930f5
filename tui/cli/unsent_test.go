package cli

import (
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/exit"
)

// desk opens what is unsent in a folder.
func desk(t *testing.T, dir string) (u *unsent, text string) {
	t.Helper()
	u, text, err := openUnsent(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return u, text
}

func content(t *testing.T, dir string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "unsent.txt"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(b)
}

// What is written is on disk within a second however fast it is typed, so that
// nothing that kills the program takes it.
func TestUnsentIsOnDiskSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		u, _ := desk(t, dir)
		for _, text := range []string{"h", "ha", "hal", "half", "half a", "half a thought"} {
			u.Keep(text)
			time.Sleep(keepWithin / 5)
		}
		synctest.Wait()
		if got := content(t, dir); got != "half a thought" && got != "half a" {
			t.Errorf("while typing: %q", got)
		}
		time.Sleep(keepWithin)
		synctest.Wait()
		if got := content(t, dir); got != "half a thought" {
			t.Errorf("after that: %q", got)
		}
		if info, err := os.Stat(filepath.Join(dir, "unsent.txt")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("the file is %v, %v", info.Mode(), err)
		}
		u.Keep("") // sent
		synctest.Wait()
		if _, err := os.Stat(filepath.Join(dir, "unsent.txt")); !os.IsNotExist(err) {
			t.Errorf("what was sent is still there: %v", err)
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
	})
}

func TestUnsentOutlivesTheChat(t *testing.T) {
	dir := t.TempDir()
	u, text := desk(t, dir)
	if text != "" {
		t.Errorf("at first: %q", text)
	}
	u.Keep("one")
	other, text := desk(t, dir)
	other.Keep("of another process")
	if err := other.close(); err != nil || text != "" {
		t.Errorf("the other has %q, %v", text, err)
	}
	u.Keep("one\n日本")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	u, text = desk(t, dir)
	if text != "one\n日本" {
		t.Errorf("the next time: %q", text)
	}
	u.Keep("")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if got := content(t, dir); got != "" {
		t.Errorf("nothing is written, and there is %q", got)
	}
}

// Who leaves is told if what was written is lost.
func TestUnsentThatCannotBeKept(t *testing.T) {
	dir := t.TempDir()
	u, _ := desk(t, dir)
	if err := os.MkdirAll(filepath.Join(dir, "unsent.txt", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	u.Keep("precious")
	if err := u.close(); exit.CodeOf(err) != exit.Storage {
		t.Errorf("ended with %v", err)
	}
}

// What cannot be read is not written over by what is typed next.
func TestUnsentThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("loop", filepath.Join(dir, "loop")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := os.Symlink("loop", filepath.Join(dir, "unsent.txt")); err != nil {
		t.Fatal(err)
	}
	u, text, err := openUnsent(dir, slog.New(slog.DiscardHandler))
	if err == nil || text != "" {
		t.Errorf("read %q, %v", text, err)
	}
	u.Keep("something else")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if to, err := os.Readlink(filepath.Join(dir, "unsent.txt")); to != "loop" {
		t.Errorf("there is %q, %v", to, err)
	}
}
