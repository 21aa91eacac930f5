package cli

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Whatever kills the chat, it opens again in the room that was shown.
func TestTheShownRoomIsKeptSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		u, _ := desk(t, dir)
		for _, id := range []string{"r1", "r2", "r3"} {
			u.Show(chat.Room{ID: id, Name: id})
		}
		time.Sleep(2 * keepWithin)
		synctest.Wait()
		if got := lastRoom(dir); got.ID != "r3" {
			t.Errorf("kept %+v", got)
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheLastRoomIsKept(t *testing.T) {
	dir, log := t.TempDir(), slog.New(slog.DiscardHandler)
	want := chat.Room{ID: "dm1", Kind: chat.RoomDirect, People: []chat.User{{ID: "u1", Name: "ada"}}}
	keepRoom(dir, want, log)
	keepRoom(dir, chat.Room{}, log) // nothing was known
	if got := lastRoom(dir); !cmp.Equal(got, want) {
		t.Errorf("kept %+v", got)
	}
	path := filepath.Join(dir, roomFile)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	for _, damaged := range []string{"", "{", `{"id":7}`, "null"} {
		if err := os.WriteFile(path, []byte(damaged), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := lastRoom(dir); got.ID != "" {
			t.Errorf("%q is %+v", damaged, got)
		}
	}
	keepRoom(filepath.Join(dir, "none"), want, log) // it is no reason to fail
}
