package store

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// tailOf is how many messages are not indexed.
func tailOf(t *testing.T, s *Store) (n int) {
	t.Helper()
	err := s.Reader().QueryRow("SELECT count(*) FROM messages WHERE offset > (SELECT upto FROM search_state)").Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestIndexer: what was there at the start is indexed at once, what is new a moment
// after it was told of, together with what came meanwhile, and Close ends it.
func TestIndexer(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t, filepath.Join(folder, "team.db"))
		apply(t, s, talk(1, 2*indexBatch)...)
		x := s.StartIndexer(t.Context(), slog.New(slog.DiscardHandler))
		synctest.Wait()
		if n := tailOf(t, s); n > 0 {
			t.Errorf("%d of the first are not indexed", n)
		}
		apply(t, s, talk(2*indexBatch+1, 1)...)
		x.Wake()
		synctest.Wait()
		apply(t, s, talk(2*indexBatch+2, 1)...)
		x.Wake()
		x.Wake()
		time.Sleep(indexPause - time.Millisecond)
		synctest.Wait()
		if n := tailOf(t, s); n != 2 {
			t.Errorf("%d of two wait for each other", n)
		}
		time.Sleep(time.Millisecond)
		synctest.Wait()
		if n := tailOf(t, s); n > 0 {
			t.Errorf("after a moment %d are not indexed", n)
		}
		apply(t, s, change(2*indexBatch+3, chat.MessageEdited, chat.GeneralRoom, 1, "other"))
		x.Wake()
		time.Sleep(2 * indexPause) // one was woken for nothing before
		synctest.Wait()
		if got := indexedTerms(t, s); !strings.Contains(strings.Join(got, " "), "other") {
			t.Error("what was edited is not indexed again")
		}
		x.Close()
		x.Close()
		x.Wake()
	})
}

// voice is a log that tests read.
type voice struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (v *voice) Write(p []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.text.Write(p)
}

func (v *voice) said(what string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return strings.Count(v.text.String(), what)
}

// TestIndexerTriesAgain: while the disk is full messages are found all the same, the
// host is told once, and once there is room the index goes on by itself.
func TestIndexerTriesAgain(t *testing.T) {
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := openStore(t, filepath.Join(folder, "team.db"))
		apply(t, s, talk(1, 5000)...)
		limit := func(pragma string) {
			var n int
			if err := s.Writer().QueryRow(pragma).Scan(&n); err != nil {
				t.Fatal(err)
			}
		}
		limit("PRAGMA max_page_count = 1") // the least it takes is what there is
		var log voice
		x := s.StartIndexer(t.Context(), slog.New(slog.NewTextHandler(&log, nil)))
		defer x.Close()
		time.Sleep(10 * maxIndexPause)
		synctest.Wait()
		if n := tailOf(t, s); n == 0 || log.said("level=ERROR") != 1 || log.said("text ") > 0 {
			t.Fatalf("with a full disk %d are not indexed, and the host hears:\n%s", n, log.text.String())
		}
		if got := found(t, s, chat.SearchQuery{Words: []string{"4711"}, Rooms: []string{chat.GeneralRoom}}); got != "4711" {
			t.Errorf("found %q", got)
		}
		limit("PRAGMA max_page_count = 1000000")
		time.Sleep(maxIndexPause)
		synctest.Wait()
		if n := tailOf(t, s); n > 0 || log.said("kept up again") != 1 {
			t.Errorf("with room again %d are not indexed, and the host hears:\n%s", n, log.text.String())
		}
	})
}
