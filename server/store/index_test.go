package store

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// change is an event about a message of a room.
func change(offset uint64, kind chat.EventKind, room string, seq uint64, text string) chat.Event {
	e := said(offset, room, text)
	e.Kind, e.Change = kind, chat.Change{Target: seq}
	if text == "" {
		e.Body = chat.Body{}
	}
	return e
}

// indexedTerms are all terms the index has, but those that are no words.
func indexedTerms(tb testing.TB, s *Store) []string {
	tb.Helper()
	all, err := queryAll(tb.Context(), s.Writer(), scanOne[string],
		`CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab ('main', 'search', 'row');
		SELECT term FROM temp.vocabulary WHERE term < char(0xe000) ORDER BY term`)
	if err != nil {
		tb.Fatal(err)
	}
	return all
}

// sound fails where the index contradicts itself.
func sound(tb interface{ Fatal(args ...any) }, s *Store) {
	if _, err := s.Writer().Exec("INSERT INTO search (search) VALUES ('integrity-check')"); err != nil {
		tb.Fatal(err)
	}
}

// anywhere tells whether a page of the index has these bytes.
func anywhere(tb testing.TB, s *Store, text string) bool {
	tb.Helper()
	var has bool
	if err := s.Writer().QueryRow("SELECT EXISTS (SELECT 1 FROM search_data WHERE instr(block, CAST(? AS BLOB)) > 0)", text).Scan(&has); err != nil {
		tb.Fatal(err)
	}
	return has
}

// TestUnindex: what a message said is gone from the index with the transaction that
// changed it, to the byte, and what it says instead is found before it is indexed and
// after.
func TestUnindex(t *testing.T) {
	s := newStore(t)
	apply(t, s, append(talk(1, 2000), said(2001, chat.GeneralRoom, "xylophone zebraquux secretword"), said(2002, chat.GeneralRoom, "plain"))...)
	indexAll(t, s)
	general := []string{chat.GeneralRoom}
	if !anywhere(t, s, "cretword") || found(t, s, chat.SearchQuery{Words: []string{"secretword"}, Rooms: general}) != "2001" {
		t.Fatal("it was not indexed")
	}

	apply(t, s, change(2003, chat.MessageEdited, chat.GeneralRoom, 2001, "xylophone openword"))
	for _, step := range []string{"edited", "indexed again"} {
		if anywhere(t, s, "cretword") || anywhere(t, s, "braquux") {
			t.Errorf("%s: the old words are in the index", step)
		}
		for word, want := range map[string]string{"secretword": "", "zebraquux": "", "openword": "2001", "xylophone": "2001", "plain": "2002"} {
			if got := found(t, s, chat.SearchQuery{Words: []string{word}, Rooms: general}); got != want {
				t.Errorf("%s: %s finds %q", step, word, got)
			}
		}
		sound(t, s)
		indexAll(t, s)
	}
	if !anywhere(t, s, "enword") {
		t.Error("the new words are not in the index")
	}

	apply(t, s, change(2004, chat.MessageDeleted, chat.GeneralRoom, 2001, ""))
	indexAll(t, s)
	if anywhere(t, s, "enword") || slices.Contains(indexedTerms(t, s), "xylophone") {
		t.Error("the words of a deleted message are in the index")
	}
	if got := found(t, s, chat.SearchQuery{From: []string{"u1"}, Rooms: general, Limit: 2}); got != "2002 2000 …" {
		t.Errorf("what u1 said: %q", got)
	}

	apply(t, s, change(2005, chat.RoomTrimmed, chat.GeneralRoom, 50, ""))
	indexAll(t, s)
	sound(t, s)
	if got := found(t, s, chat.SearchQuery{Words: []string{"text"}, Rooms: general, Before: chat.Position{Epoch: epoch, Offset: 53}}); got != "52 51" {
		t.Errorf("after the room was trimmed: %q", got)
	}
	if slices.Contains(indexedTerms(t, s), "50") {
		t.Error("the words of a trimmed message are in the index")
	}
	var waiting int
	if err := s.Reader().QueryRow("SELECT count(*) FROM search_again").Scan(&waiting); err != nil || waiting != 0 {
		t.Errorf("%d are waiting, %v", waiting, err)
	}
}

// TestEditedAmongIndexed: what was edited has its place among the others, whether it
// is indexed again yet or not.
func TestEditedAmongIndexed(t *testing.T) {
	s := newStore(t)
	apply(t, s, talk(1, 10)...)
	indexAll(t, s)
	apply(t, s, change(11, chat.MessageEdited, chat.GeneralRoom, 2, "text of later"), change(12, chat.MessageEdited, chat.GeneralRoom, 7, "text too"))
	for range 2 {
		for limit, want := range map[int]string{1: "10 …", 3: "10 9 8 …", 4: "10 9 8 7 …", 8: "10 9 8 7 6 5 4 3 …", 9: "10 9 8 7 6 5 4 3 2 …"} {
			if got := found(t, s, chat.SearchQuery{Words: []string{"text"}, Rooms: []string{chat.GeneralRoom}, Limit: limit}); got != want {
				t.Errorf("limit %d: %q", limit, got)
			}
		}
		indexAll(t, s)
	}
}

// TestGoneFromTheFile: neither the file nor a copy of it has a deleted word.
func TestGoneFromTheFile(t *testing.T) {
	s := newStore(t)
	apply(t, s, append(talk(1, 100), said(101, chat.GeneralRoom, "text qwertzsecret"))...)
	indexAll(t, s)
	apply(t, s, change(102, chat.MessageDeleted, chat.GeneralRoom, 101, ""))
	copied := filepath.Join(t.TempDir(), "copy.db")
	if _, err := s.Writer().Exec("VACUUM INTO ?", copied); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(copied)
	if err != nil || bytes.Contains(raw, []byte("ertzsecret")) {
		t.Errorf("a copy has the word, %v", err)
	}
}

// TestUnindexIsUndone: with the transaction, or the savepoint of one event, what
// unindex did is undone.
func TestUnindexIsUndone(t *testing.T) {
	s := newStore(t)
	apply(t, s, talk(1, 3)...)
	indexAll(t, s)
	want := dumpIndex(t, s)
	edit := change(4, chat.MessageEdited, chat.GeneralRoom, 2, "other")
	no := errors.New("no")
	err := inTx(t.Context(), s.Writer(), func(tx *sql.Tx) error {
		if err := s.Apply(t.Context(), tx, []chat.Event{edit}); err != nil {
			return err
		}
		return no
	})
	if !errors.Is(err, no) || dumpIndex(t, s) != want {
		t.Errorf("after a transaction that was undone (%v):\n%s\nbefore:\n%s", err, dumpIndex(t, s), want)
	}
	err = inTx(t.Context(), s.Writer(), func(tx *sql.Tx) error {
		for _, do := range []func() error{
			func() error { _, err := tx.Exec("SAVEPOINT alone"); return err },
			func() error { return s.Apply(t.Context(), tx, []chat.Event{edit}) },
			func() error { _, err := tx.Exec("ROLLBACK TO alone; RELEASE alone"); return err },
			func() error {
				return s.Apply(t.Context(), tx, []chat.Event{change(4, chat.MessageDeleted, chat.GeneralRoom, 3, "")})
			},
		} {
			if err := do(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	indexAll(t, s)
	sound(t, s)
	if got := found(t, s, chat.SearchQuery{Words: []string{"text"}, Rooms: []string{chat.GeneralRoom}}); got != "2 1" {
		t.Errorf("found %q", got)
	}
}

func dumpIndex(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	fmt.Fprintln(&b, indexedTerms(t, s))
	for _, table := range []string{"search_state", "search_again", "search_times"} {
		dumpTable(t, &b, s.Writer(), table)
	}
	return b.String()
}

// TestIndexGoesOn: the index goes on where it ended, whatever ended the program, and
// is the same in the end.
func TestIndexGoesOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.db")
	s := openStore(t, path)
	apply(t, s, talk(1, 3*indexBatch/2)...)
	if more, err := s.indexSome(t.Context()); err != nil || !more {
		t.Fatalf("the first batch: %v, %v", more, err)
	}
	closeStore(t, s)
	s = openStore(t, path)
	var upto int
	if err := s.Reader().QueryRow("SELECT upto FROM search_state").Scan(&upto); err != nil || upto != indexBatch {
		t.Errorf("it goes on from %d, %v", upto, err)
	}
	apply(t, s, talk(3*indexBatch/2+1, 10)...)
	indexAll(t, s)
	once := newStore(t)
	apply(t, once, talk(1, 3*indexBatch/2+10)...)
	indexAll(t, once)
	if got, want := dumpIndex(t, s), dumpIndex(t, once); got != want {
		t.Errorf("in two parts:\n%s\nand in one:\n%s", got, want)
	}
	if more, err := s.indexSome(t.Context()); err != nil || more {
		t.Errorf("with nothing left: %v, %v", more, err)
	}
}

// TestIndexOfWhatChanged: what was edited or deleted between being read and being
// indexed is indexed as it is after that.
func TestIndexOfWhatChanged(t *testing.T) {
	s := newStore(t)
	apply(t, s, talk(1, 4)...)
	var old []prepared
	err := s.snapshot(t.Context(), func(tx *sql.Tx, _ string) error {
		return readDocuments(t.Context(), on(t.Context(), tx, s.index.fetch), func(d *document) bool {
			old = append(old, prepare(d))
			return true
		}, 0, 10)
	})
	if err != nil || len(old) != 4 {
		t.Fatal(old, err)
	}
	apply(t, s, change(5, chat.MessageEdited, chat.GeneralRoom, 2, "new"), change(6, chat.MessageDeleted, chat.GeneralRoom, 3, ""))
	write := func() error {
		return inTx(t.Context(), s.Writer(), func(tx *sql.Tx) error { return s.indexNew(t.Context(), tx, 0, old) })
	}
	if err := write(); err != nil {
		t.Fatal(err)
	}
	want := []string{"1", "4", "text"}
	if got := indexedTerms(t, s); !slices.Equal(got, want) {
		t.Errorf("indexed %q", got)
	}
	indexAll(t, s)
	if got := indexedTerms(t, s); !slices.Equal(got, append(want[:2:2], "new", "text")) {
		t.Errorf("indexed %q", got)
	}
	if err := write(); !errors.Is(err, errMoved) {
		t.Errorf("the same once more: %v", err)
	}
}

// TestIndexIsMadeAnew: with other terms than this program makes, and with the read
// model.
func TestIndexIsMadeAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.db")
	s := openStore(t, path)
	log := append(talk(1, 5), change(6, chat.MessageEdited, chat.GeneralRoom, 3, "other"))
	apply(t, s, slices.Clone(log)...)
	indexAll(t, s)
	want := dumpIndex(t, s)
	if _, err := s.Writer().Exec("UPDATE search_state SET terms = 'older'"); err != nil {
		t.Fatal(err)
	}
	closeStore(t, s)
	s = openStore(t, path)
	if left := indexedTerms(t, s); len(left) > 0 {
		t.Errorf("after the terms changed it has %q", left)
	}
	indexAll(t, s)
	if got := dumpIndex(t, s); got != want {
		t.Errorf("made anew:\n%s\nbefore:\n%s", got, want)
	}
	err := s.Rebuild(t.Context(), func(after uint64, _ int) ([]chat.Event, error) { return slices.Clone(log[after:]), nil })
	if err != nil {
		t.Fatal(err)
	}
	if left := indexedTerms(t, s); len(left) > 0 {
		t.Errorf("after a rebuild it has %q", left)
	}
	indexAll(t, s)
	if got := dumpIndex(t, s); got != want {
		t.Errorf("rebuilt:\n%s\nbefore:\n%s", got, want)
	}
	apply(t, s, change(7, chat.MessageDeleted, chat.GeneralRoom, 1, ""))
	if slices.Contains(indexedTerms(t, s), "1") {
		t.Error("after that, deleted words stay")
	}
}

// TestUpgradeV4: a file of version 3 with messages has them found.
func TestUpgradeV4(t *testing.T) {
	path := filepath.Join(t.TempDir(), "team.db")
	old := openOld(t, path, 3)
	if _, err := old.Exec(`INSERT INTO messages (offset, room, seq, id, author_id, author_name, author_role, at, body)
		VALUES (1, (SELECT key FROM rooms), 1, 'a', 'u1', 'Una', 'member', 1, CAST('"from before"' AS BLOB)); UPDATE applied SET epoch = ?, offset = 1`, epoch); err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, path)
	for range 2 {
		if got := found(t, s, chat.SearchQuery{Words: []string{"before"}, Rooms: []string{chat.GeneralRoom}}); got != "1" {
			t.Errorf("found %q", got)
		}
		indexAll(t, s)
	}
}

// TestDocument: what of a message is looked through.
func TestDocument(t *testing.T) {
	for _, c := range []struct {
		d    document
		want string
	}{
		{document{body: []byte(`"Ship \u0061 it"`)}, "ship a it"},
		{document{body: []byte(`"see HTTPS://example.com"`)}, hasLink + " see https example com"},
		{document{body: []byte(`"a ftp://x http://y"`)}, hasLink + " a ftp x http y"},
		{document{body: []byte(`"a ftp://x xhttps:/ ://"`)}, "a ftp x xhttps"},
		{document{body: []byte(`{"text":"no"}`)}, ""},
		{document{body: []byte(`["no"]`)}, ""},
		{document{body: []byte(`"no"`), attached: true}, ""},
		{document{body: []byte{}}, ""},
		{document{body: []byte(`"x"`), extra: []byte(`{"block":{"title":"make all","language":"go"}}`)}, "x " + partMark + " make all"},
		{
			document{body: []byte(`""`), extra: []byte(`{"files":[{"id":"f","name":"a.go","type":"text/plain"},{"name":"b"}],"mentions":["ada"]}`)},
			hasFile + " " + partMark + " a go " + partMark + " b",
		},
		{document{body: []byte(`"x"`), extra: []byte(`broken`)}, "x"},
	} {
		terms := c.d.terms()
		if got := strings.Join(terms[2:], " "); got != c.want || terms[0] != roomTerm(0) || terms[1] != authorTerm("") {
			t.Errorf("%s with %s has %q", c.d.body, c.d.extra, terms)
		}
	}
	if gone := (&document{body: []byte(`"x"`), deleted: true}).terms(); gone != nil {
		t.Errorf("a deleted message has %q", gone)
	}
}
