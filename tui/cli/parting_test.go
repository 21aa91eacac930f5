package cli

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/adrg/xdg"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// parted is what is left of two messages that were not sent, in a folder.
func parted(t *testing.T, f folder) *parting {
	t.Helper()
	c, err := client.Open(t.Context(), client.Config{
		Server: "http://127.0.0.1:1", Dir: f.dir, Token: func(context.Context) (string, error) { return "", client.ErrNoToken },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"first\nwords", "second\x1b[31m words"} {
		if err := c.Enqueue(chat.Draft{Room: "ops", Body: chat.TextBody(text)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	p := new(parting)
	p.of(c, f, false)
	return p
}

// TestNothingTypedIsLostWithTheFolder: what was written into a folder for this time is printed
// in the end, and where nobody reads that, it is in a file.
func TestNothingTypedIsLostWithTheFolder(t *testing.T) {
	fresh(t)
	if err := os.MkdirAll(filepath.Join(xdg.StateHome, "hobnob"), 0o700); err != nil {
		t.Fatal(err)
	}
	p := parted(t, folder{dir: t.TempDir(), note: "nothing is kept"})
	desk, _, err := openUnsent(t.TempDir(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	desk.words, desk.passing = &p.words, true
	desk.general("half a sentence")
	if err := desk.close(); err != nil {
		t.Fatal(err)
	}
	const want = "what was not sent to ops:\nfirst\nwords\n\nwhat was not sent to ops:\nsecond␛[31m words\n\nwhat you were writing in general:\nhalf a sentence\n\n"
	var printed strings.Builder
	err = p.tell(&printed, true)
	if got := printed.String(); got != want {
		t.Errorf("printed %q", got)
	}
	if exit.CodeOf(err) != exit.Storage || !strings.Contains(err.Error(), "2 messages were not sent") {
		t.Errorf("it ends with %v", err)
	}
	if p.waiting != 0 {
		t.Errorf("%d wait", p.waiting)
	}
	for name, err := range map[string]error{"held": p.tell(&printed, false), "closed": p.tell(failing{}, true)} {
		files, _ := filepath.Glob(filepath.Join(xdg.StateHome, "hobnob", behindPattern))
		if len(files) == 0 {
			t.Fatalf("%s: no file; %v", name, err)
		}
		for _, file := range files {
			if b, readErr := os.ReadFile(file); readErr != nil || string(b) != want {
				t.Errorf("%s: the file has %q, %v", name, b, readErr)
			}
		}
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("closed") }

// TestWhatIsKeptIsCounted and not printed.
func TestWhatIsKeptIsCounted(t *testing.T) {
	p := parted(t, folder{dir: t.TempDir()})
	if err := p.tell(failing{}, true); err != nil || p.waiting != 2 || p.lost != 0 {
		t.Errorf("%d wait, %d are lost, %v", p.waiting, p.lost, err)
	}
}

// TestWhatWasLeftBehindIsNamed at each start until it is removed, wherever it could be left;
// what others put into the folder for all is not.
func TestWhatWasLeftBehindIsNamed(t *testing.T) {
	for _, where := range []string{"state", "temporary"} {
		fresh(t)
		tmp := t.TempDir()
		t.Setenv("TMPDIR", tmp)
		t.Setenv("TMP", tmp) // on Windows
		state := filepath.Join(xdg.StateHome, "hobnob")
		want := state
		if err := os.MkdirAll(filepath.Dir(state), 0o700); err != nil {
			t.Fatal(err)
		}
		if where == "temporary" {
			want = tmp
			if err := os.WriteFile(state, nil, 0o600); err != nil { // no folder can be there
				t.Fatal(err)
			}
		} else if err := os.Mkdir(state, 0o700); err != nil {
			t.Fatal(err)
		}
		if said := behind(); len(said) != 0 {
			t.Errorf("%s: at first it says %q", where, said)
		}
		name, err := leaveBehind("words")
		if err != nil || filepath.Dir(name) != want {
			t.Fatalf("%s: it is in %s, %v", where, name, err)
		}
		if runtime.GOOS != "windows" {
			if err := os.WriteFile(filepath.Join(tmp, "hobnob-unsent-evil.txt"), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		l, err := newLook(Options{Notices: []string{"first"}})
		if err != nil || len(l.Notices) != 2 || !strings.Contains(l.Notices[1], name) {
			t.Errorf("%s: it says %q, %v", where, l.Notices, err)
		}
		for range mostBehind + 1 {
			if _, err := leaveBehind("more"); err != nil {
				t.Fatal(err)
			}
		}
		if said := behind(); len(said) != mostBehind+1 || said[mostBehind] != "and 2 files more beside those" {
			t.Errorf("%s: of many it says %q", where, said)
		}
		files, _ := filepath.Glob(filepath.Join(want, behindPattern))
		for _, file := range files {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}
		if said := behind(); len(said) != 0 {
			t.Errorf("%s: in the end it says %q", where, said)
		}
	}
}
