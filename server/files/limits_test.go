package files

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/blob"
)

// TestLimits: nothing of what is too large stays, whether it said so or not.
func TestLimits(t *testing.T) {
	s := open(t, t.TempDir(), func(c *Config, o *blob.Options) { c.MaxFile, o.Limit = 1000, 1500 })
	long := strings.Repeat("x", 1001)
	for _, length := range []int{-1, len(long)} {
		if _, _, err := s.Receive(t.Context(), whole(ada, "1", "x", length), strings.NewReader(long)); !hasCode(err, chat.CodeTooLarge) {
			t.Errorf("a large one: %v", err)
		}
	}
	s.take(t, ada, "2", "x", long[:1000])
	for _, length := range []int{-1, 501} {
		if _, _, err := s.Receive(t.Context(), whole(ada, "3", "x", length), strings.NewReader(strings.Repeat("y", 501))); !hasCode(err, chat.CodeFull) {
			t.Errorf("over the limit of all: %v", err)
		}
	}
	if _, _, err := s.Receive(t.Context(), whole(ada, "3", "x", 501), failing{}); !hasCode(err, chat.CodeFull) {
		t.Errorf("over the limit of all, before it is sent: %v", err)
	}
	if n := len(s.onDisk(t)); n != 1 || rows(t, s.db.Reader(), "uploads") != 1 {
		t.Errorf("%d files are on disk, and %d uploads", n, rows(t, s.db.Reader(), "uploads"))
	}
	s.take(t, ada, "3", "x", strings.Repeat("y", 500))
}

func TestNoFiles(t *testing.T) {
	s := open(t, t.TempDir(), func(c *Config, _ *blob.Options) { c.MaxFile = 0 })
	if _, _, err := s.Receive(t.Context(), whole(ada, "1", "x", 0), strings.NewReader("")); !hasCode(err, chat.CodeTooLarge) {
		t.Errorf("an empty one: %v", err)
	}
}

func TestLooseFilesAreBounded(t *testing.T) {
	s := open(t, t.TempDir())
	for i := range maxLoose {
		s.take(t, ada, fmt.Sprint(i), "x", "same")
	}
	if _, _, err := s.Receive(t.Context(), whole(ada, "more", "x", 1), strings.NewReader("x")); !hasCode(err, chat.CodeTooMany) {
		t.Errorf("one more: %v", err)
	}
	if files := s.onDisk(t); len(files) != 1 {
		t.Errorf("on disk are %v", files)
	}
	s.take(t, bob, "his", "x", "same")
	state, err := s.Status(t.Context(), ada, "0")
	if err != nil {
		t.Fatal(err)
	}
	s.use(t, ada, state.File.ID)
	s.take(t, ada, "more", "x", "x")
}

// TestFullDisk: an upload that the disk has no room for fails visibly and leaves
// nothing, reading goes on, and with room again so does writing.
func TestFullDisk(t *testing.T) {
	var full atomic.Bool
	s := open(t, t.TempDir(), func(_ *Config, o *blob.Options) {
		o.Write = func(f *os.File, b []byte) (int, error) {
			if !full.Load() {
				return f.Write(b)
			}
			n, err := f.Write(b[:len(b)/2])
			return n, errors.Join(err, syscall.ENOSPC)
		}
	})
	kept := s.take(t, ada, "kept", "x", "content")
	full.Store(true)
	for range 2 {
		_, _, err := s.Receive(t.Context(), whole(ada, "1", "x", 5), strings.NewReader("hello"))
		if !hasCode(err, chat.CodeUnavailable) {
			t.Errorf("on a full disk: %v", err)
		}
	}
	if n := len(s.onDisk(t)); n != 1 || rows(t, s.db.Reader(), "uploads") != 1 || s.read(t, ada, kept.File.ID) != "content" {
		t.Errorf("%d files are on disk", n)
	}
	full.Store(false)
	s.take(t, ada, "1", "x", "hello")
}

// TestFullDatabase: a content whose record cannot be stored is not kept either.
func TestFullDatabase(t *testing.T) {
	s := open(t, t.TempDir())
	limit := func(pages int) {
		t.Helper()
		if _, err := s.db.Writer().Exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	var pages int
	if err := s.db.Writer().QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit(pages)
	failed := 0
	var names []string
	for i := range 400 { // until the pages that are there are full
		content := fmt.Sprint("content ", i)
		who := chat.User{ID: fmt.Sprint("p", i)}
		state, _, err := s.Receive(t.Context(), whole(who, strings.Repeat("i", 64), strings.Repeat("n", 100), len(content)), strings.NewReader(content))
		if err == nil {
			names = append(names, state.SHA256)
			continue
		}
		failed++
	}
	if failed == 0 {
		t.Fatal("the database did not fill up")
	}
	if files := s.onDisk(t); len(files) != len(names) {
		t.Errorf("%d files are on disk, and %d were taken", len(files), len(names))
	}
	limit(1 << 20)
	s.take(t, ada, "after", "x", "with room")
}

// TestRecordFails: a content whose record cannot be stored is not kept, unless
// another file has it.
func TestRecordFails(t *testing.T) {
	s := open(t, t.TempDir())
	kept := s.take(t, ada, "kept", "x", "same")
	run := func(query string) {
		t.Helper()
		if _, err := s.db.Writer().Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE TRIGGER full BEFORE INSERT ON files BEGIN SELECT RAISE(FAIL, 'the disk is full'); END")
	for _, content := range []string{"same", "other"} {
		_, _, err := s.Receive(t.Context(), whole(ada, "1", "x", len(content)), strings.NewReader(content))
		if !hasCode(err, chat.CodeUnavailable) {
			t.Errorf("%s: %v", content, err)
		}
	}
	if files := s.onDisk(t); len(files) != 1 || s.read(t, ada, kept.File.ID) != "same" || rows(t, s.db.Reader(), "uploads") != 1 {
		t.Errorf("on disk are %v", files)
	}
	run("DROP TRIGGER full")
	s.take(t, ada, "1", "x", "other")
}
