package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/tui"
)

// offline opens a client of a folder that reaches no server.
func offline(t *testing.T, cfg client.Config) *client.Client {
	t.Helper()
	cfg.Server, cfg.Token = "http://127.0.0.1:1", func(context.Context) (string, error) { return "", client.ErrNoToken }
	c, err := client.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// killed is a state folder as it is when its process is killed now.
func killed(t *testing.T, dir string) string {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Error(err)
	}
	to := t.TempDir()
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err == nil && !strings.HasSuffix(f.Name(), "-shm") {
			err = os.WriteFile(filepath.Join(to, f.Name()), b, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
	}
	return to
}

// TestTakenBackIsInOnePlace: who is killed when what was taken back is in the file and still in
// the outbox finds it once, in whichever window they wrote.
func TestTakenBackIsInOnePlace(t *testing.T) {
	for _, windows := range []int{1, 2} {
		t.Run(fmt.Sprint(windows), func(t *testing.T) {
			dir, at := t.TempDir(), ""
			if windows == 2 { // the other has the first file
				other, _ := desk(t, dir)
				defer func() {
					if err := other.close(); err != nil {
						t.Error(err)
					}
				}()
			}
			u, _ := desk(t, dir)
			conn := offline(t, client.Config{Dir: dir, Dropping: func(ctx context.Context) {
				u.Dropped(ctx)
				at = killed(t, dir)
			}})
			for _, id := range []string{"x", "y"} {
				if err := conn.Enqueue(chat.Draft{ID: id, Room: "ops", Body: chat.TextBody("words of " + id)}); err != nil {
					t.Fatal(err)
				}
			}
			if err := conn.Kept(t.Context()); err != nil {
				t.Fatal(err)
			}
			if u.general("words of x"); windows == 2 {
				u.Dropped(t.Context()) // the text alone is in the file
			}
			if err := (connection{conn, nil, u}).Drop("x"); err != nil {
				t.Fatal(err)
			}
			if err := errors.Join(conn.Close(), u.close()); err != nil {
				t.Fatal(err)
			}
			if n := waits(t, client.Config{Dir: killed(t, at)}); n != 2 {
				t.Errorf("at that moment %d are in the outbox", n)
			}
			if got := droppedIn(at); !slices.Equal(got, []string{"x"}) {
				t.Errorf("dropped: %v", got)
			}
			if n := waits(t, client.Config{Dir: at, Dropped: droppedIn(at)}); n != 1 {
				t.Errorf("after it %d are", n)
			}
			next, text := desk(t, at)
			if text != "words of x" {
				t.Errorf("being written: %q", text)
			}
			next.general("")
			if err := next.close(); err != nil || len(droppedIn(at)) > 0 {
				t.Errorf("%v, %v", droppedIn(at), err)
			}
		})
	}
}

// waits is how many drafts wait in the outbox of a folder.
func waits(t *testing.T, cfg client.Config) int {
	t.Helper()
	c := offline(t, cfg)
	defer c.Close()
	return c.Waiting()
}

// TestWhatIsNotDropped is not written to be: it was sent, or is another process's.
func TestWhatIsNotDropped(t *testing.T) {
	dir := t.TempDir()
	u, _ := desk(t, dir)
	conn := offline(t, client.Config{Dir: dir, Dropping: u.Dropped})
	defer conn.Close()
	u.general("words")
	if err := (connection{conn, nil, u}).Drop("x"); !errors.Is(err, client.ErrUnknownDraft) {
		t.Error(err)
	}
	if u.Dropped(t.Context()); len(droppedIn(dir)) > 0 {
		t.Errorf("dropped: %v", droppedIn(dir))
	}
	if err := (connection{conn, nil, nil}).Drop("x"); !errors.Is(err, client.ErrUnknownDraft) {
		t.Error(err)
	}
	for i := range maxDropped + 5 {
		u.drops(fmt.Sprint(i))
	}
	u.Dropped(t.Context())
	if got := droppedIn(dir); len(got) != maxDropped || got[0] != "5" {
		t.Errorf("%d: %v", len(got), got)
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "unsent.json"), []byte(`{"unsent":[],"dropped":["y"`), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := droppedIn(dir); got != nil {
		t.Errorf("of a damaged file: %v", got)
	}
}

// TestDroppedIsTakenOver with the texts: who is killed before the outbox is opened finds none twice.
func TestDroppedIsTakenOver(t *testing.T) {
	dir := t.TempDir()
	for n, f := range []filed{{[]tui.Unsent{{Room: "ops", Text: "x"}}, []string{"x"}}, {[]tui.Unsent{{Room: "ops", Text: "y"}}, []string{"y"}}, {[]tui.Unsent{{Room: "ops", Text: "x"}}, []string{"z"}}} {
		path, _ := deskFiles(dir, n)
		if err := f.write(path); err != nil {
			t.Fatal(err)
		}
	}
	u, _ := desk(t, dir)
	if got := droppedIn(dir); !slices.Equal(got, []string{"x", "y", "z"}) {
		t.Errorf("dropped: %v", got)
	}
	if err := writeUnsent(u.path, []tui.Unsent{{Room: "ops", Text: "of an editor"}}); err != nil || len(droppedIn(dir)) != 3 {
		t.Errorf("%v, %v", droppedIn(dir), err)
	}
	if err := u.close(); err != nil {
		t.Error(err)
	}
}

// TestTakenBackInATeam of several: its window says so, and begins without what another had dropped.
func TestTakenBackInATeam(t *testing.T) {
	fresh(t)
	a := Account{Server: "http://127.0.0.1:1", User: chat.User{ID: "u"}, Store: storeFile}
	begin := func() *member {
		m := prepare(a, Options{}.source(a), newFall(func() {}), Options{})
		m.open(t.Context())
		if m.err != nil {
			t.Fatal(m.err)
		}
		return m
	}
	m := begin()
	if err := m.Enqueue(chat.Draft{ID: "x", Body: chat.TextBody("x")}); err != nil {
		t.Fatal(err)
	}
	if err := m.close(); err != nil {
		t.Fatal(err)
	}
	if err := (filed{[]tui.Unsent{{Room: "ops", Text: "x"}}, []string{"x"}}).write(filepath.Join(m.folder.dir, "unsent.json")); err != nil {
		t.Fatal(err)
	}
	m = begin()
	if n := m.conn.Waiting(); n != 0 {
		t.Errorf("%d wait", n)
	}
	m.desk.general("y")
	if err := errors.Join(m.Enqueue(chat.Draft{ID: "y", Body: chat.TextBody("y")}), m.Drop("y")); err != nil {
		t.Fatal(err)
	}
	if m.desk.Dropped(t.Context()); !slices.Equal(droppedIn(m.folder.dir), []string{"y"}) {
		t.Errorf("dropped: %v", droppedIn(m.folder.dir))
	}
	if err := m.close(); err != nil {
		t.Error(err)
	}
}
