package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestTheFirstKeysAreKeptAtOnce: what is typed after a pause does not wait for more to come, and
// while one types on it is written twice a second.
func TestTheFirstKeysAreKeptAtOnce(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		u, _ := desk(t, dir)
		had := func(want string) {
			t.Helper()
			if synctest.Wait(); content(t, dir) != want {
				t.Errorf("after %v %q is kept, not %q", keepSoon, content(t, dir), want)
			}
		}
		for _, word := range []string{"precious", "precious words"} {
			u.general(word)
			time.Sleep(keepSoon)
			had(word)
			time.Sleep(keepWithin)
		}
		writes, last := 0, content(t, dir)
		for i := range 100 { // for two seconds
			u.general(fmt.Sprint("precious words ", i))
			time.Sleep(20 * time.Millisecond)
			synctest.Wait()
			if now := content(t, dir); now != last {
				writes, last = writes+1, now
			}
		}
		if writes < 4 || writes > 5 {
			t.Errorf("written %d times in two seconds", writes)
		}
		u.general("")
		had("")
		if err := u.close(); err != nil {
			t.Error(err)
		}
	})
}

// TestNothingWrittenIsNotKeptAgain: where no file can be written the one that is there can be
// removed, as on a full disk, when what was written is sent; that nothing is kept holds on.
func TestNothingWrittenIsNotKeptAgain(t *testing.T) {
	dir := t.TempDir()
	u, _ := desk(t, dir)
	told := make(chan chat.Noticed, 10)
	u.tells(func(n chat.Noticed) { told <- n })
	for i, sent := range []string{"one message", "two messages", "three"} {
		if err := os.Mkdir(filepath.Join(dir, "unsent.json"), 0o700); err != nil { // over which no file comes
			t.Fatal(err)
		}
		u.general(sent)
		u.Dropped(t.Context())
		if i == 0 && !strings.Contains((<-told).Text, "cannot be kept") {
			t.Error("that it cannot be kept is not told")
		}
		u.general("")
		if u.Dropped(t.Context()); len(told) > 0 {
			t.Fatalf("after %d messages it tells %+v", i+1, <-told)
		}
	}
	u.general("four")
	if u.Dropped(t.Context()); len(told) != 1 || (<-told).Text != "what you are writing is kept again" {
		t.Error("that it is kept again is not told")
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
}
