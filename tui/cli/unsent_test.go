package cli

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
	"github.com/hobnob-chat/hobnob/tui"
)

// desk opens what is unsent in a folder.
func desk(t *testing.T, dir string) (u *unsent, text string) {
	t.Helper()
	u, texts, err := openUnsent(dir, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return u, sayAll(texts)
}

// sayAll is what texts say: one alone as it is, those of other rooms with their room.
func sayAll(texts []tui.Unsent) string {
	var list []string
	for _, u := range texts {
		text := u.Text
		if u.Room != chat.GeneralRoom || u.Thread != "" {
			text = u.Room + "/" + u.Thread + ": " + text
		}
		list = append(list, text)
	}
	return strings.Join(list, " | ")
}

func (u *unsent) general(text string) { u.Keep(tui.Unsent{Room: chat.GeneralRoom, Text: text}) }

func content(t *testing.T, dir string) string {
	t.Helper()
	texts, err := readUnsent(filepath.Join(dir, "unsent.json"))
	if err != nil {
		t.Fatal(err)
	}
	return sayAll(texts)
}

// What is written is on disk within a second however fast it is typed, so that
// nothing that kills the program takes it.
func TestUnsentIsOnDiskSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		u, _ := desk(t, dir)
		for _, text := range []string{"h", "ha", "hal", "half", "half a", "half a thought"} {
			u.general(text)
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
		if info, err := os.Stat(filepath.Join(dir, "unsent.json")); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
			t.Errorf("the file is %v, %v", info.Mode(), err)
		}
		u.general("") // sent
		synctest.Wait()
		if _, err := os.Stat(filepath.Join(dir, "unsent.json")); !os.IsNotExist(err) {
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
	u.general("one")
	u.general("one\n日本")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	u, text = desk(t, dir)
	if text != "one\n日本" {
		t.Errorf("the next time: %q", text)
	}
	u.general("")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if got := content(t, dir); got != "" {
		t.Errorf("nothing is written, and there is %q", got)
	}
}

// Of several windows each keeps what is written there, and the next that opens has all of
// it.
func TestUnsentOfSeveralWindows(t *testing.T) {
	dir := t.TempDir()
	first, _ := desk(t, dir)
	first.general("of the first")
	second, text := desk(t, dir)
	if text != "" {
		t.Errorf("the second has %q", text)
	}
	second.general("of the second")
	second.Keep(tui.Unsent{Room: "ops", Edit: 7, Text: "corrected", To: tui.To{Seq: 7, Says: "wrong"}})
	if err := second.close(); err != nil {
		t.Error(err)
	}
	third, text := desk(t, dir) // has the place of the second
	if text != "of the second | ops/: corrected" {
		t.Errorf("the third has %q", text)
	}
	if err := errors.Join(first.close(), third.close()); err != nil {
		t.Error(err)
	}
	for range 2 {
		u, text := desk(t, dir)
		if want := "of the first | of the second | ops/: corrected"; text != want {
			t.Errorf("afterwards %q, want %q", text, want)
		}
		if u.texts[1].Also != 1 || u.texts[2].To.Says != "wrong" || u.texts[2].Edit != 7 {
			t.Errorf("they are %+v", u.texts)
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
	}
	if list, err := filepath.Glob(filepath.Join(dir, "*.json")); err != nil || len(list) != 1 {
		t.Errorf("there are %q, %v", list, err)
	}
	// What another left that nobody can read is set aside.
	damaged := filepath.Join(dir, "unsent-3.json")
	if err := os.WriteFile(damaged, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	u, _ := desk(t, dir)
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if got := setAside(t, damaged); len(got) != 1 || got[0] != "{" || isThere(damaged) {
		t.Errorf("there is %q", got)
	}
}

// TestUnsentOfManyWindows: each keeps what is its own, and the one that is too many says so. The
// place of one that has ended is the next one's.
func TestUnsentOfManyWindows(t *testing.T) {
	dir := t.TempDir()
	if err := writeUnsent(filepath.Join(dir, "unsent-2.json"), []tui.Unsent{{Room: chat.GeneralRoom, Text: "left"}}); err != nil {
		t.Fatal(err)
	}
	var open []*unsent
	for i := range 16 {
		u, text := desk(t, dir)
		if want := map[bool]string{true: "left"}[i == 0]; text != want {
			t.Errorf("window %d has %q", i+1, text)
		}
		u.general(fmt.Sprint("of ", i+1))
		open = append(open, u)
	}
	if open[1].path != filepath.Join(dir, "unsent-2.json") {
		t.Errorf("the second keeps in %s", open[1].path)
	}
	u, texts, err := openUnsent(dir, slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "16 other windows") || len(texts) > 0 {
		t.Errorf("one more: %v, and it has %d texts", err, len(texts))
	}
	u.general("kept nowhere")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	for _, u := range slices.Backward(open) {
		if err := u.close(); err != nil {
			t.Error(err)
		}
	}
	last, text := desk(t, dir)
	for i := range open {
		if !strings.Contains(" | "+text+" | ", fmt.Sprintf(" | of %d | ", i+1)) {
			t.Errorf("what window %d left is not in %q", i+1, text)
		}
	}
	if err := last.close(); err != nil {
		t.Error(err)
	}
}

// Two texts of one place stay two: joined they may be more than fits there, and an answer
// answers what it was written for.
func TestUnsentIsNotJoined(t *testing.T) {
	first := []tui.Unsent{{Room: "ops", Text: "one", To: tui.To{ID: "m1"}}, {Room: "ops", Edit: 7, Text: "seven"}}
	second := []tui.Unsent{
		{Room: "ops", Text: "two", To: tui.To{ID: "m2"}},
		{Room: "ops", Also: 1, Text: "three"},
		{Room: "ops", Edit: 7, Text: "7", To: tui.To{ID: "m7"}},
		{Room: "ops", Thread: "t", Text: "four"},
	}
	want := append(slices.Clone(first),
		tui.Unsent{Room: "ops", Also: 1, Text: "two", To: tui.To{ID: "m2"}}, tui.Unsent{Room: "ops", Also: 2, Text: "three"},
		tui.Unsent{Room: "ops", Also: 3, Text: "7"}, tui.Unsent{Room: "ops", Thread: "t", Text: "four"})
	got := mergeUnsent(first, second)
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(got, mergeUnsent(got, second[:2])); d != "" { // they are there already
		t.Error(d)
	}
	path := filepath.Join(t.TempDir(), "unsent.json")
	if err := writeUnsent(path, got); err != nil {
		t.Fatal(err)
	}
	if again, err := readUnsent(path); err != nil || !cmp.Equal(again, got) {
		t.Errorf("read back %+v, %v", again, err)
	}
}

// TestUnsentOfTheSameWords: the same words are one text only where they are meant for the same.
func TestUnsentOfTheSameWords(t *testing.T) {
	yes := func(u tui.Unsent) tui.Unsent {
		u.Room, u.Text = "ops", "yes"
		return u
	}
	for name, c := range map[string]struct{ ours, theirs, more []tui.Unsent }{
		"answers to two messages":   {[]tui.Unsent{yes(tui.Unsent{To: tui.To{ID: "m1"}})}, []tui.Unsent{yes(tui.Unsent{To: tui.To{ID: "m2"}})}, []tui.Unsent{yes(tui.Unsent{Also: 1, To: tui.To{ID: "m2"}})}},
		"answers to one":            {[]tui.Unsent{yes(tui.Unsent{To: tui.To{ID: "m1"}})}, []tui.Unsent{yes(tui.Unsent{To: tui.To{ID: "m1"}})}, nil},
		"a message, and an edit":    {[]tui.Unsent{yes(tui.Unsent{}), {Room: "ops", Edit: 7, Text: "no"}}, []tui.Unsent{yes(tui.Unsent{Edit: 7})}, []tui.Unsent{yes(tui.Unsent{Also: 1})}},
		"an edit that is put aside": {[]tui.Unsent{yes(tui.Unsent{Also: 1}), {Room: "ops", Edit: 7, Text: "no"}}, []tui.Unsent{yes(tui.Unsent{Edit: 7})}, nil},
		"a room, and its thread":    {[]tui.Unsent{yes(tui.Unsent{})}, []tui.Unsent{yes(tui.Unsent{Thread: "t"})}, []tui.Unsent{yes(tui.Unsent{Thread: "t"})}},
	} {
		if d := cmp.Diff(append(slices.Clone(c.ours), c.more...), mergeUnsent(c.ours, c.theirs)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// What could not be read back is not written.
func TestTooMuchUnsent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "unsent.json")
	if err := writeUnsent(path, []tui.Unsent{{Room: "ops", Text: "one"}}); err != nil {
		t.Fatal(err)
	}
	if err := writeUnsent(path, []tui.Unsent{{Room: "ops", Text: strings.Repeat("x", maxUnsent)}}); err == nil {
		t.Error("it is written")
	}
	if texts, err := readUnsent(path); err != nil || len(texts) != 1 || texts[0].Text != "one" {
		t.Errorf("there is %d, %v", len(texts), err)
	}
}

// Who leaves is told if what was written is lost.
func TestUnsentThatCannotBeKept(t *testing.T) {
	dir := t.TempDir()
	u, _ := desk(t, dir)
	if err := os.MkdirAll(filepath.Join(dir, "unsent.json", "in the way"), 0o700); err != nil {
		t.Fatal(err)
	}
	var words strings.Builder
	u.words = &words
	told := make(chan chat.Noticed, 10)
	u.tells(func(n chat.Noticed) { told <- n })
	u.general("precious")
	if n := <-told; !strings.HasPrefix(n.Text, "what you are writing cannot be kept: ") || !strings.HasSuffix(n.Text, ". It is printed when you leave") {
		t.Errorf("told %q", n.Text)
	} else if err := os.RemoveAll(filepath.Join(dir, "unsent.json")); err != nil {
		t.Fatal(err)
	} else if u.general("precious words"); true {
		if again := <-told; again.Instead != n.Text {
			t.Errorf("told %+v after %+v", again, n)
		}
	}
	if err := errors.Join(os.Remove(filepath.Join(dir, "unsent.json")), os.MkdirAll(filepath.Join(dir, "unsent.json", "in the way"), 0o700)); err != nil {
		t.Fatal(err)
	}
	u.general("precious words, and more")
	if err := u.close(); exit.CodeOf(err) != exit.Storage {
		t.Errorf("ended with %v", err)
	}
	if got := words.String(); got != "what you were writing in general:\nprecious words, and more\n\n" {
		t.Errorf("printed %q", got)
	}
}

// What cannot be read is not written over by what is typed next.
func TestUnsentThatCannotBeRead(t *testing.T) {
	dir := t.TempDir()
	if err := os.Symlink("loop", filepath.Join(dir, "loop")); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := os.Symlink("loop", filepath.Join(dir, "unsent.json")); err != nil {
		t.Fatal(err)
	}
	u, texts, err := openUnsent(dir, slog.New(slog.DiscardHandler))
	if err == nil || texts != nil {
		t.Errorf("read %q, %v", sayAll(texts), err)
	}
	u.general("something else")
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if to, err := os.Readlink(filepath.Join(dir, "unsent.json")); to != "loop" {
		t.Errorf("there is %q, %v", to, err)
	}
}

// Each room and each thread has its own, and only what is written there changes it.
func TestUnsentOfEachRoom(t *testing.T) {
	dir := t.TempDir()
	u, _ := desk(t, dir)
	for _, text := range []tui.Unsent{
		{Room: "ops", Text: "restart"},
		{Room: chat.GeneralRoom, Text: "hello"},
		{Room: "ops", Thread: "m7", Text: "why"},
		{Room: "random", Text: "x"},
		{Room: "ops", Text: "restart it"},
		{Room: "random"},
		{Room: "never"},
	} {
		u.Keep(text)
	}
	if err := u.close(); err != nil {
		t.Fatal(err)
	}
	u, text := desk(t, dir)
	if want := "ops/: restart it | hello | ops/m7: why"; text != want {
		t.Errorf("kept is %q, want %q", text, want)
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
}

// What an older version kept is taken over, whichever of the two files was written
// when the program was killed.
func TestUnsentOfAnOlderVersion(t *testing.T) {
	for _, c := range []struct {
		name, old, now, want string
	}{
		{"only the old one", "half a\nthought", "", "half a\nthought"},
		{"killed before the old one went", "half", "half", "half"},
		{"the old version was used again", "half", "other", "other | half"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			old := filepath.Join(dir, oldUnsent)
			if err := os.WriteFile(old, []byte(c.old), 0o600); err != nil {
				t.Fatal(err)
			}
			if c.now != "" {
				if err := writeUnsent(filepath.Join(dir, "unsent.json"), []tui.Unsent{{Room: chat.GeneralRoom, Text: c.now}}); err != nil {
					t.Fatal(err)
				}
			}
			u, text := desk(t, dir)
			if text != c.want || content(t, dir) != c.want {
				t.Errorf("it is %q, and %q on disk; want %q", text, content(t, dir), c.want)
			}
			if _, err := os.Stat(old); !os.IsNotExist(err) {
				t.Errorf("the old file is still there: %v", err)
			}
			if err := u.close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// What an older version keeps while it runs is its own.
func TestUnsentBesideAnOlderVersion(t *testing.T) {
	dir := t.TempDir()
	old := filepath.Join(dir, oldUnsent)
	if err := os.WriteFile(old, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	lock, held, err := take(old + ".lock") // as it does
	if err != nil || !held {
		t.Fatal(held, err)
	}
	u, text := desk(t, dir)
	if err := errors.Join(u.close(), lock.Unlock()); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(old); text != "" || string(b) != "half" {
		t.Errorf("taken over is %q, and it has %q, %v", text, b, err)
	}
}
