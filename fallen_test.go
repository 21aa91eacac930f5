//go:build unix

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/term"

	"github.com/hobnob-chat/hobnob/net/exit"
	client "github.com/hobnob-chat/hobnob/tui/cli"
)

// falling is hobnob, but for the token of a team that is hosted here: it is made once.
// Whoever asks again, which is the connection, reads the data folder as if it were a file,
// and panics.
func falling() {
	var mu sync.Mutex
	asked := map[string]bool{}
	err := client.Root(client.Options{HostToken: func(data string) (string, error) {
		mu.Lock()
		again := asked[data]
		asked[data] = true
		mu.Unlock()
		if again {
			_, _ = os.ReadFile(data)
			panic("in the connection")
		}
		return "token", nil
	}}).ExecuteContext(context.Background())
	if err != nil {
		exit.Print(os.Stderr, err)
	}
	os.Exit(int(exit.CodeOf(err)))
}

// hosting makes a home where somebody hosts teams, and says which file is read by whoever
// asks for the token of the last of them.
func hosting(t *testing.T, home string, teams ...string) (fifo string) {
	t.Helper()
	var accounts []any
	for i, name := range teams {
		fifo = filepath.Join(home, "fifo-"+name)
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Skip(err)
		}
		accounts = append(accounts, map[string]any{
			"server": "http://127.0.0.1:" + []string{"1", "2"}[i], "store": "host", "host": fifo,
			"user": map[string]string{"id": "u", "name": "ada", "role": "owner"}, "team": map[string]string{"id": name, "name": name},
		})
	}
	text, err := json.Marshal(map[string]any{"accounts": accounts})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(home, "CONFIG", "hobnob", "accounts.json")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return fifo
}

// TestPanicElsewhere: a panic in a goroutine that is not the screen's ends the chat with the
// terminal as it was, in one sentence; what it was is in the client's log, and what was
// being written is there the next time.
func TestPanicElsewhere(t *testing.T) {
	if runtime.GOOS == "darwin" {
		t.Skip("there the keyring is not on D-Bus")
	}
	for name, teams := range map[string][]string{"one team": {"acme"}, "the second of two teams": {"acme", "other"}} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			fifo := hosting(t, home, teams...)
			ours, theirs := terminalPair(t)
			before, err := term.GetState(theirs.Fd())
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "hobnob-that-falls")
			s := beginOn(t, ours, theirs, cmd, []string{"TERM=xterm-256color", "GORACE=exitcode=0 log_path=" + filepath.Join(home, "race")}, home, filepath.Join(home, "bus"))
			s.shows("acme")
			s.press("half a thought")
			s.shows("half a thought")
			if err := os.WriteFile(fifo, []byte("now"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := cmd.Wait(); cmd.ProcessState.ExitCode() != int(exit.Failed) {
				t.Errorf("ended with %v: %q", err, s.text())
			}
			after, err := term.GetState(theirs.Fd())
			if err != nil || !reflect.DeepEqual(before, after) {
				t.Errorf("the terminal is not as it was: %v, %v: %v", before, after, err)
			}
			_ = theirs.Close()
			s.read.Wait()
			if list := left(s.text()); len(list) > 0 {
				t.Errorf("left behind: %v\n%q", list, s.text())
			}
			_, said, _ := strings.Cut(s.text(), "hobnob: ")
			if lines := strings.Split(strings.TrimSpace(said), "\n"); !strings.Contains(said, "client.log") || len(lines) != 2 || strings.Contains(s.text(), "goroutine") {
				t.Errorf("it said %q", s.text())
			}
			logged(t, home, "in the connection", "fallen_test.go")
			s = begin(t, home, lockedKeyring(t, home))
			s.shows("half a thought")
			s.press("\x03\x03")
			s.end()
		})
	}
}

// logged looks for something in the client's logs.
func logged(t *testing.T, home string, all ...string) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(home, "STATE", "hobnob", "*", "client.log"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("there is no log: %v, %v", paths, err)
	}
	var text []byte
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, b...)
	}
	for _, what := range all {
		if !bytes.Contains(text, []byte(what)) {
			t.Errorf("the log has no %q: %s", what, text)
		}
	}
}
