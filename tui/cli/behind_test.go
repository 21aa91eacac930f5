package cli

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
)

// What was sent is in the file until the outbox has it.
func TestSentStaysUntilTheOutboxHasIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		u, _ := desk(t, dir)
		u.general("words")
		time.Sleep(keepWithin)
		synctest.Wait()
		kept := make(chan struct{})
		u.follows(func(ctx context.Context) error {
			select {
			case <-kept:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		u.general("")
		synctest.Wait()
		if got := content(t, dir); got != "words" {
			t.Errorf("before the outbox has it there is %q", got)
		}
		close(kept)
		synctest.Wait()
		if got := content(t, dir); got != "" {
			t.Errorf("after that there is %q", got)
		}
		u.follows(func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		u.general("more")
		time.Sleep(keepWithin + sentWait) // an outbox that never says
		synctest.Wait()
		if got := content(t, dir); got != "more" {
			t.Errorf("behind an outbox that hangs there is %q", got)
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
	})
}

// What is taken out of the outbox is in the file first, and nobody waits for a time to pass.
func TestTakenBackIsInTheFileFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		u, _ := desk(t, dir)
		began := time.Now()
		for _, text := range []string{"one", "two"} {
			u.general(text)
			synctest.Wait()
			if u.Dropped(t.Context()); content(t, dir) != text {
				t.Errorf("there is %q, and %q is written", content(t, dir), text)
			}
		}
		if err := u.close(); err != nil {
			t.Error(err)
		}
		u.Dropped(t.Context()) // of a chat that is closed
		(*unsent)(nil).Dropped(t.Context())
		if took := time.Since(began); took > 0 {
			t.Errorf("it took %v", took)
		}
	})
}

// holdCache is another program that holds the database of an account until it is let go.
func holdCache(t *testing.T, dir string) (release func()) {
	t.Helper()
	u := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, "cache.db")), RawQuery: "_txlock=immediate&_busy_timeout=5000"}
	db, err := sql.Open("sqlite", u.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
}

// While another program holds the database, keys are answered and what is sent is shown; it
// is in the folder before what was being written leaves its file.
func TestKeysWhileAnotherProgramHoldsTheCache(t *testing.T) {
	fresh(t)
	a := Account{Server: "http://127.0.0.1:1", User: chat.User{ID: "u", Name: "you"}, Store: storeFile}
	m := prepare(a, Options{}.source(a), newFall(func() {}), Options{})
	m.open(t.Context())
	go func() {
		for range m.conn.Updates() {
		}
	}()
	window := tui.NewWindow(m.config(look{}, Options{}))
	send := func(msgs ...tea.Msg) {
		for _, msg := range msgs {
			window.Update(msg)
		}
	}
	send(tea.WindowSizeMsg{Width: 80, Height: 24})
	release := holdCache(t, m.folder.dir)
	for _, text := range []string{"one", "two", "three"} {
		for _, r := range text {
			send(tea.KeyPressMsg{Code: r, Text: string(r)})
		}
		send(tea.KeyPressMsg{Code: tea.KeyEnter})
	}
	// Nobody has let go of it until here.
	shown := ansi.Strip(window.View().Content)
	for _, text := range []string{"one", "two", "three"} {
		if !strings.Contains(shown, text) {
			t.Errorf("%s is not shown:\n%s", text, shown)
		}
	}
	if err := m.conn.Kept(t.Context()); err != nil {
		t.Errorf("with the database held: %v", err)
	}
	if files, _ := filepath.Glob(filepath.Join(m.folder.dir, "outbox-*.json")); len(files) != 1 {
		t.Errorf("beside the database there is %v", files)
	}
	release()
	if err := m.close(); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, left := range m.conn.Left() {
		text, _ := left.Draft.Body.Text()
		if texts = append(texts, text); !left.Kept {
			t.Errorf("%s is not kept", text)
		}
	}
	if !slices.Equal(texts, []string{"one", "two", "three"}) {
		t.Errorf("left: %q", texts)
	}
	if files, _ := filepath.Glob(filepath.Join(m.folder.dir, "outbox-*.json")); len(files) != 0 {
		t.Errorf("in the end there is %v", files)
	}
}
