package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// indexAll indexes all that is waiting.
func indexAll(tb testing.TB, s *Store) {
	tb.Helper()
	for more := true; more; {
		var err error
		if more, err = s.indexSome(tb.Context()); err != nil {
			tb.Fatal(err)
		}
	}
}

// indexFirst indexes the first n messages, as if the rest had come since.
func indexFirst(tb testing.TB, s *Store, n int) {
	tb.Helper()
	var batch []prepared
	err := s.snapshot(tb.Context(), func(tx *sql.Tx, _ string) error {
		return readDocuments(tb.Context(), on(tb.Context(), tx, s.index.fetch), func(d *document) bool {
			batch = append(batch, prepare(d))
			return true
		}, 0, n)
	})
	if err == nil {
		err = inTx(tb.Context(), s.Writer(), func(tx *sql.Tx) error { return s.indexNew(tb.Context(), tx, 0, batch) })
	}
	if err != nil {
		tb.Fatal(err)
	}
}

// found is the offsets a search answers, newest first, and "…" where there are more.
func found(tb testing.TB, s *Store, q chat.SearchQuery) string {
	tb.Helper()
	page, err := s.Search(tb.Context(), q)
	if err != nil {
		tb.Fatalf("%+v: %v", q, err)
	}
	if page.Messages == nil {
		tb.Errorf("%+v: messages would be null in JSON", q)
	}
	var list []string
	for _, m := range page.Messages {
		list = append(list, fmt.Sprint(m.Position.Offset))
	}
	if page.More {
		list = append(list, "…")
	}
	return strings.Join(list, " ")
}

// conversation is a team with messages of every sort. Its first event is at 1.
func conversation(tb testing.TB) *Store {
	tb.Helper()
	s := newStore(tb)
	apply(tb, s, roomMade(1, "r2", "ops"), roomMade(2, "r3", "quiet"))
	offset := uint64(2)
	say := func(room, text string, change ...func(*chat.Event)) {
		offset++
		e := said(offset, room, text)
		for _, c := range change {
			c(&e)
		}
		apply(tb, s, e)
	}
	by := func(id string) func(*chat.Event) {
		return func(e *chat.Event) { e.Author = chat.User{ID: id, Name: "ada", Role: chat.RoleMember} }
	}
	extra := func(x chat.Extra) func(*chat.Event) { return func(e *chat.Event) { e.Extra = x } }
	say("general", "Deploy at noon")                   // 3
	say("general", "the deployment is done", by("u2")) // 4
	say("r2", "deploy of the café failed")             // 5
	say("r2", "Die Straße ist gesperrt")               // 6
	say("r3", "東京都庁に行く")                               // 7
	say("general", "", func(e *chat.Event) {           // 8
		e.Body = chat.Body{JSON: []byte(`{"text":"deploy","_placeholder":true}`)}
	})
	say("general", "see https://example.com/deploy", extra(chat.Extra{Block: &chat.Block{Title: "make all"}})) // 9
	say("r2", "the report", extra(chat.Extra{Files: []chat.File{                                               // 10
		{ID: "f1", Name: "Größe.pdf"}, {ID: "f2", Name: "plan deploy.txt"},
	}}))
	say("r2", "made of: noon, deploy", func(e *chat.Event) { e.At = 500 }) // 11, imported
	say("general", `quoted "deploy" AND NOT OR * NEAR(x y) ^`)             // 12
	say("general", "binary", func(e *chat.Event) { e.Body.Attachments = [][]byte{[]byte("deploy")} })
	for _, seq := range []uint64{1, 2} {
		offset++
		e := said(offset, "r2", "")
		e.Kind, e.Body, e.Change = chat.MessagePinned, chat.Body{}, chat.Change{Target: seq, On: true}
		apply(tb, s, e)
	}
	return s
}

// TestSearch: the same is found where all is in the index, where nothing is, and
// with the index's end in between.
func TestSearch(t *testing.T) {
	all := []string{chat.GeneralRoom, "r2", "r3"}
	words := func(w ...string) chat.SearchQuery { return chat.SearchQuery{Words: w, Rooms: all} }
	with := func(q chat.SearchQuery, change func(*chat.SearchQuery)) chat.SearchQuery {
		change(&q)
		return q
	}
	for _, indexed := range []int{0, 5, 99} {
		s := conversation(t)
		indexFirst(t, s, indexed)
		for _, c := range []struct {
			q    chat.SearchQuery
			want string
		}{
			{words("deploy"), "12 11 10 9 5 3"},
			{words("DEPLOY"), "12 11 10 9 5 3"},
			{words("deploy", "noon"), "11 3"},
			{words("deploy at"), "3"},
			{words("at deploy"), ""},
			{words("cafe"), "5"},
			{words("CAFÉ"), "5"},
			{words("strasse"), "6"},
			{words("grosse"), "10"},
			{words("Grösse"), "10"},
			{words("pdf plan"), ""}, // of two names
			{words("report größe"), ""},
			{words("make all"), "9"},
			{words("京都"), "7"},
			{words("京"), "7"},
			{words("く"), "7"},
			{words("東京", "行く"), "7"},
			{words("東行"), ""},
			{words("nothing"), ""},
			{words("deploy", "nothing"), ""},
			{words("text"), ""},
			{words("placeholder"), ""},
			{words("binary"), ""},
			{words("AND NOT"), "12"},
			{words(`"deploy"`), "12 11 10 9 5 3"},
			{words("deploy", "!!"), "12 11 10 9 5 3"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Rooms = []string{"r2"} }), "11 10 5"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Rooms = []string{"r2", "r3", "r9"} }), "11 10 5"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Rooms = []string{"r3"} }), ""},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Rooms = []string{"nowhere"} }), ""},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Rooms = nil }), ""},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.From = []string{"u2"} }), ""},
			{with(words("done"), func(q *chat.SearchQuery) { q.From = []string{"u2", "u9"} }), "4"},
			{chat.SearchQuery{From: []string{"u2"}, Rooms: all}, "4"},
			{chat.SearchQuery{Begins: []string{"deploy"}, Rooms: all}, "12 11 10 9 5 4 3"},
			{chat.SearchQuery{Begins: []string{"deploy", "noo"}, Rooms: all}, "11 3"},
			{chat.SearchQuery{Begins: []string{"deploy at no"}, Rooms: all}, "3"},
			{chat.SearchQuery{Rooms: []string{"r3"}}, "7"},
			{chat.SearchQuery{Rooms: all}, "13 12 11 10 9 8 7 6 5 4 3"},
			{chat.SearchQuery{Rooms: all, File: true}, "10"},
			{chat.SearchQuery{Rooms: all, Link: true}, "9"},
			{chat.SearchQuery{Rooms: all, Pinned: true}, "6 5"},
			{chat.SearchQuery{Rooms: []string{"r3"}, Pinned: true}, ""},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Pinned = true }), "5"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Link = true }), "9"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Since = 1010 }), "12 10"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Until = 1005 }), "11 3"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Since, q.Until = 1005, 1010 }), "9 5"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Since = 9_000_000 }), ""},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Until = 1 }), ""},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Limit = 2 }), "12 11 …"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Limit = 6 }), "12 11 10 9 5 3"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Limit = math.MaxInt }), "12 11 10 9 5 3"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Before = chat.Position{Epoch: epoch, Offset: 10} }), "9 5 3"},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Before = chat.Position{Epoch: epoch, Offset: 3} }), ""},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Before = chat.Position{Epoch: epoch, Offset: 0} }), ""},
			{with(words("deploy"), func(q *chat.SearchQuery) { q.Before = chat.Position{Epoch: epoch, Offset: math.MaxUint64} }), "12 11 10 9 5 3"},
		} {
			if got := found(t, s, c.q); got != c.want {
				t.Errorf("%d indexed: %+v finds %q, not %q", indexed, c.q, got, c.want)
			}
		}
	}
}

// TestSearchAnswers: what is found is as history has it.
func TestSearchAnswers(t *testing.T) {
	s := conversation(t)
	indexAll(t, s)
	page, err := s.Search(t.Context(), chat.SearchQuery{Words: []string{"report"}, Rooms: []string{"r2"}})
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Message(t.Context(), "r2", 3)
	if err != nil || len(page.Messages) != 1 || fmt.Sprint(page.Messages[0]) != fmt.Sprint(m) || len(m.Files) != 2 {
		t.Errorf("found %+v\nwhere history has %+v, %v", page, m, err)
	}
}

// TestSearchPages: all of many messages are found by pages of every size, each once
// and in order, also where a page ends early for its size.
func TestSearchPages(t *testing.T) {
	s := newStore(t)
	var batch []chat.Event
	for i := range uint64(100) {
		text := "needle"
		if i%20 == 7 {
			text += " " + strings.Repeat("x", 2*MaxPage/3)
		}
		batch = append(batch, said(i+1, chat.GeneralRoom, text))
	}
	apply(t, s, batch[:80]...)
	indexAll(t, s)
	apply(t, s, batch[80:]...)
	for _, limit := range []int{1, 7, 200} {
		q := chat.SearchQuery{Words: []string{"needle"}, Rooms: []string{chat.GeneralRoom}, Limit: limit}
		next := uint64(100)
		for more := true; more; {
			page, err := s.Search(t.Context(), q)
			if err != nil || len(page.Messages) == 0 || len(page.Messages) > limit {
				t.Fatalf("limit %d: a page of %d: %v", limit, len(page.Messages), err)
			}
			for _, m := range page.Messages {
				if m.Position.Offset != next {
					t.Fatalf("limit %d: found %d, not %d", limit, m.Position.Offset, next)
				}
				next--
			}
			q.Before, more = page.Messages[len(page.Messages)-1].Position, page.More
		}
		if next != 0 {
			t.Errorf("limit %d: %d were not found", limit, next)
		}
	}
}

func TestSearchRefuses(t *testing.T) {
	s := conversation(t)
	for name, q := range map[string]chat.SearchQuery{
		"no word":       {Words: []string{"!?", "…"}, Rooms: []string{"r2"}},
		"no beginning":  {Begins: []string{"-"}, Rooms: []string{"r2"}},
		"limit":         {Words: []string{"x"}, Limit: -1},
		"other history": {Words: []string{"x"}, Rooms: []string{"r2"}, Before: chat.Position{Epoch: "older", Offset: 3}},
	} {
		if _, err := s.Search(t.Context(), q); !errors.Is(err, &chat.Error{Code: chat.CodeBadRequest}) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Search(ended, chat.SearchQuery{Words: []string{"deploy"}, Rooms: []string{"r2"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("an asker who left: %v", err)
	}
}

// TestSearchesAreFew: searches leave readers to others, and an asker who waits for
// their turn may leave.
func TestSearchesAreFew(t *testing.T) {
	s := conversation(t)
	for range maxSearches {
		s.searching <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := s.Search(ctx, chat.SearchQuery{Words: []string{"deploy"}, Rooms: []string{"r2"}})
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("search beside %d others: %v", maxSearches, err)
	}
	<-s.searching
	if got := found(t, s, chat.SearchQuery{Words: []string{"deploy"}, Rooms: []string{"r2"}}); got != "11 10 5" {
		t.Errorf("found %q", got)
	}
	if len(s.searching) != maxSearches-1 {
		t.Error("a search keeps its place")
	}
}

// TestLongTail: a search that would have to look through too much says so, unless it
// found enough before.
func TestLongTail(t *testing.T) {
	s := conversation(t)
	err := s.snapshot(t.Context(), func(tx *sql.Tx, epoch string) error {
		q := chat.SearchQuery{Words: []string{"deploy"}, Rooms: []string{chat.GeneralRoom, "r2", "r3"}}
		h := &hunt{s: s, tx: tx}
		h.matcher, _ = matcherOf(&q)
		if _, err := h.narrow(t.Context(), q, epoch); err != nil {
			return err
		}
		for limit, want := range map[int]bool{2: true, 3: false} { // 12 and 11
			_, err := h.scan(t.Context(), s.search.tail, "", h.low, h.high, limit, 3)
			if (err == nil) != want || !want && !errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) {
				t.Errorf("%d of the newest three: %v", limit, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestSearchWalks: no query sorts what it finds, or looks for it by its room: either
// would cost as much as there is, and not as much as is asked for.
func TestSearchWalks(t *testing.T) {
	s := newStore(t)
	for _, q := range []string{searchIndex, searchTail, searchAgain, searchPins} {
		plan, err := queryAll(t.Context(), s.Reader(), func(rows *sql.Rows) (detail string, err error) {
			var id, parent, unused int
			err = rows.Scan(&id, &parent, &unused, &detail)
			return detail, err
		}, "EXPLAIN QUERY PLAN "+q, `"x"`, 0, 9, 0, 9, "[1]")
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(plan, "\n")
		if strings.Contains(text, "TEMP B-TREE") || strings.Contains(text, "messages_room") || !strings.Contains(text, "m USING INTEGER PRIMARY KEY") {
			t.Errorf("%s:\n%s", q, text)
		}
	}
}

// TestManyRooms: as many rooms as one may see can be searched, by their terms or not.
func TestManyRooms(t *testing.T) {
	s := newStore(t)
	var batch []chat.Event
	rooms := []string{chat.GeneralRoom}
	for i := range uint64(300) {
		id := fmt.Sprint("r", i)
		rooms = append(rooms, id)
		batch = append(batch, roomMade(i+1, id, id))
	}
	apply(t, s, batch...)
	for i := range batch {
		batch[i] = said(uint64(301+i), rooms[i], "hi")
	}
	apply(t, s, batch...)
	indexAll(t, s)
	for _, c := range []struct {
		q    chat.SearchQuery
		want string
	}{
		{chat.SearchQuery{Words: []string{"hi"}, Rooms: rooms, Limit: 1}, "600 …"},
		{chat.SearchQuery{Words: []string{"hi"}, Rooms: rooms[:3]}, "303 302 301"},
		{chat.SearchQuery{Words: []string{"hi"}, Rooms: rooms[:maxRoomTerms+1], Limit: 1}, "365 …"},
		{chat.SearchQuery{Rooms: rooms, Limit: 1}, "600 …"},
		{chat.SearchQuery{Rooms: rooms[:250], Limit: 1}, "550 …"},
	} {
		if got := found(t, s, c.q); got != c.want {
			t.Errorf("%d rooms: %q, not %q", len(c.q.Rooms), got, c.want)
		}
	}
}
