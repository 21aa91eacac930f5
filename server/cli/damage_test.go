package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// talked is a data folder in which n things were said. When walled it is as a crash
// leaves it, all still in the write-ahead log, each in a transaction of its own; else
// as the end of a server leaves it, all in the database.
func talked(t *testing.T, n int, walled bool) string {
	t.Helper()
	c := unlimited(defaults(t))
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	ada := connect(t, h.url, mint(t, c.data, "ada"))
	for i := range n {
		text := fmt.Sprintf("message %d%s", i+1, strings.Repeat(".", 300))
		if walled || i == n-1 {
			ada.must("message", text)
		} else {
			ada.write(`42["message","` + text + `"]`) // nobody waits for it, and they share transactions
		}
	}
	crashed := filepath.Join(t.TempDir(), "data")
	if walled {
		copyFolder(t, c.data, crashed)
	}
	if err := h.close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if !walled {
		copyFolder(t, c.data, crashed)
	}
	return crashed
}

// pageSize is that of a database, in bytes: a big-endian number in its header.
func pageSize(file []byte) int { return int(file[16])<<8 | int(file[17]) }

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	for _, name := range dirNames(t, to) {
		if err := os.Chmod(filepath.Join(to, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(to, 0o700); err != nil {
		t.Fatal(err)
	}
}

// TestDamagedDatabase damages a database in places that a start looks at: it is refused
// by name with the way out, and left as it is; the way out leads out.
func TestDamagedDatabase(t *testing.T) {
	data := talked(t, 200, false)
	file := archiveOf(t, data)
	whole, err := os.ReadFile(filepath.Join(data, databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	page := pageSize(whole)
	for name, damage := range map[string]func([]byte) []byte{
		"not a database":  func(b []byte) []byte { copy(b, "<html>"); return b },
		"first page":      func(b []byte) []byte { copy(b[100:], bytes.Repeat([]byte{0xAA}, page-100)); return b },
		"cut in the half": func(b []byte) []byte { return b[:len(b)/2] },
		"cut in a page":   func(b []byte) []byte { return b[:len(b)-page/2] },
		"empty pages":     func(b []byte) []byte { clear(b[page : 40*page]); return b },
		"overwritten":     func(b []byte) []byte { copy(b[page:], bytes.Repeat([]byte("zeros and ones "), 20*page/15)); return b },
	} {
		t.Run(name, func(t *testing.T) {
			c := defaults(t)
			copyFolder(t, data, c.data)
			db := filepath.Join(c.data, databaseFile)
			damaged := damage(bytes.Clone(whole))
			if err := os.WriteFile(db, damaged, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := start(t.Context(), c, "test", io.Discard)
			said, ok := errors.AsType[*exit.Error](err)
			if !ok || said.Code != exit.Storage || !strings.Contains(said.Text, db) || !strings.Contains(said.Hint, "hobnob admin restore") {
				t.Fatalf("serve said %v", err)
			}
			if after, err := os.ReadFile(db); err != nil || !bytes.Equal(after, damaged) {
				t.Errorf("the file was changed (%v)", err)
			}
			if _, err := backUp(t.Context(), c.data, "test", filepath.Join(t.TempDir(), "x"), nil); exit.CodeOf(err) != exit.Storage {
				t.Errorf("a backup of it: %v", err)
			}
			restoreFile(t, c.data, file)
			if got := len(messagesAt(t, c.data)); got != 200 {
				t.Errorf("%d messages are there after the restore", got)
			}
		})
	}
}

// TestDamageFoundLater damages pages that a start does not look at: who asks for what is
// on them is told that it cannot be had, the server says that it is not ready and why,
// and a backup is refused.
func TestDamageFoundLater(t *testing.T) {
	c := unlimited(defaults(t))
	copyFolder(t, talked(t, 1500, false), c.data)
	path := filepath.Join(c.data, databaseFile)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A page of old messages, somewhere in the tree: its header is overwritten. Pages that
	// are in use no longer may have its words as well.
	page, words := pageSize(whole), []byte("message 700.")
	for at := 0; bytes.Contains(whole[at:], words); at += page {
		at = (at + bytes.Index(whole[at:], words)) / page * page
		copy(whole[at:], "damaged!")
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	c.metricsAddr = freeAddr(t)
	h := run(t, c)
	awaitAnswer(t, "http://"+c.metricsAddr+"/readyz", 200, "ok")
	ada := connect(t, h.url, mint(t, c.data, "ada"))
	ada.must("message", "it can still be written")
	before, refused := uint64(1501), false
	for before > 1 && !refused {
		got := ada.ask("history", map[string]any{"before": before, "limit": 200})
		if refused = !got.OK; refused {
			if got.Error.Code != chat.CodeUnavailable {
				t.Errorf("a damaged page is answered %+v", got.Error)
			}
			break
		}
		before = got.Messages[0].Seq
	}
	if !refused {
		t.Fatal("a damaged page was read as if it were whole")
	}
	awaitAnswer(t, "http://"+c.metricsAddr+"/readyz", 503, `"reason":"damaged"`)
	if _, err := backUp(t.Context(), c.data, "test", filepath.Join(t.TempDir(), "x"), nil); exit.CodeOf(err) != exit.Storage || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a backup of it: %v", err)
	}
}

// TestTornLog cuts and damages the write-ahead log that a crash left: the team starts
// with all that was whole before that place, in order, and goes on from there.
func TestTornLog(t *testing.T) {
	const n = 40
	data := talked(t, n, true)
	wal, err := os.ReadFile(filepath.Join(data, databaseFile+"-wal"))
	if err != nil {
		t.Fatal(err)
	}
	last := 0
	for _, part := range []int{0, 25, 60, 95, 100} {
		size := len(wal) * part / 100
		torn := bytes.Clone(wal[:size])
		if part%2 == 1 && size > 64 { // bytes that were never written, instead of none
			torn = append(torn, bytes.Repeat([]byte{byte(rand.Uint32())}, len(wal)-size)...)
		}
		c := unlimited(defaults(t))
		copyFolder(t, data, c.data)
		if err := os.WriteFile(filepath.Join(c.data, databaseFile+"-wal"), torn, 0o600); err != nil {
			t.Fatal(err)
		}
		h, err := start(t.Context(), c, "test", io.Discard)
		if err != nil {
			t.Fatalf("with %d%% of the log: %v", part, err)
		}
		ada := connect(t, h.url, mint(t, c.data, "ada"))
		ada.must("message", "after the crash")
		messages := messagesOf(t, c.data)
		for i, m := range messages {
			text, _ := m.Text()
			want := fmt.Sprintf("message %d.", i+1)
			if i == len(messages)-1 {
				want = "after the crash"
			}
			if m.Seq != uint64(i+1) || !strings.HasPrefix(text, want) {
				t.Fatalf("with %d%% of the log message %d is %q", part, i+1, text)
			}
		}
		if len(messages)-1 < last {
			t.Errorf("%d%% of the log have %d messages, fewer than %d before", part, len(messages)-1, last)
		}
		last = len(messages) - 1
		if err := h.close(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if last != n {
		t.Errorf("the whole log has %d of %d messages", last, n)
	}
}
