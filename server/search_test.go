package server

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/store"
)

// rummager is a Finder that remembers what it was asked.
type rummager struct {
	asked chat.SearchQuery
	wait  bool
	fail  error
}

func (r *rummager) Search(ctx context.Context, q chat.SearchQuery) (chat.Found, error) {
	r.asked = q
	if r.wait {
		<-ctx.Done()
		return chat.Found{}, errors.New("interrupted")
	}
	return chat.Found{More: true}, r.fail
}

// someTeam is a directory of two rooms and two people.
type someTeam struct{}

func (someTeam) visible() []string { return []string{"r1", "r2"} }

func (someTeam) room(called string) (string, error) {
	switch called {
	case "#ops", "ops", "r1":
		return "r1", nil
	case "zoo":
		return "r2", nil
	}
	return "", unknownRoom()
}

func (someTeam) somebody(called string) (string, error) {
	switch called {
	case "ada", "@ada", "me":
		return "u1", nil
	case "bob":
		return "u2", nil
	}
	return "", &chat.Error{Code: chat.CodeNotFound, Message: "nobody"}
}

func TestSearchAsks(t *testing.T) {
	all := []string{"r1", "r2"}
	at := chat.Position{Epoch: "e", Offset: 9}
	for _, c := range []struct {
		r    chat.SearchRequest
		want chat.SearchQuery
	}{
		{chat.SearchRequest{Query: "deploy no*", Limit: 7, Before: at}, chat.SearchQuery{Words: []string{"deploy"}, Begins: []string{"no"}, Rooms: all, Limit: 7, Before: at}},
		{chat.SearchRequest{Query: "x in:#ops in:ops"}, chat.SearchQuery{Words: []string{"x"}, Rooms: []string{"r1"}}},
		{chat.SearchRequest{Query: "in:ops", Room: "zoo"}, chat.SearchQuery{Rooms: all}},
		{chat.SearchRequest{Room: "zoo"}, chat.SearchQuery{Rooms: []string{"r2"}}},
		{chat.SearchRequest{Query: "from:me from:bob from:@ada"}, chat.SearchQuery{From: []string{"u1", "u2"}, Rooms: all}},
		{chat.SearchRequest{From: "bob"}, chat.SearchQuery{From: []string{"u2"}, Rooms: all}},
		{chat.SearchRequest{Query: "has:file has:link is:pinned"}, chat.SearchQuery{File: true, Link: true, Pinned: true, Rooms: all}},
		{chat.SearchRequest{Query: "x", Since: 5, Until: 9}, chat.SearchQuery{Words: []string{"x"}, Rooms: all, Since: 5, Until: 9}},
		{
			chat.SearchRequest{Query: "x on:2026-11-01", Since: 5, Until: day("2026-11-01") + 7},
			chat.SearchQuery{Words: []string{"x"}, Rooms: all, Since: day("2026-11-01"), Until: day("2026-11-01") + 7},
		},
		{chat.SearchRequest{Query: "x", Until: -1}, chat.SearchQuery{Words: []string{"x"}, Rooms: all, Until: 1}},
	} {
		find := &rummager{}
		found, err := search(t.Context(), c.r, someTeam{}, find)
		if err != nil || !found.More || !reflect.DeepEqual(find.asked, c.want) {
			t.Errorf("%+v asks %+v, %v; not %+v", c.r, find.asked, err, c.want)
		}
	}
}

func TestSearchRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		r    chat.SearchRequest
		want chat.Code
	}{
		"nothing":        {chat.SearchRequest{}, chat.CodeBadRequest},
		"time alone":     {chat.SearchRequest{Query: "before:2026-11-01", Since: 3}, chat.CodeBadRequest},
		"limit":          {chat.SearchRequest{Query: "x", Limit: -1}, chat.CodeBadRequest},
		"long":           {chat.SearchRequest{Query: strings.Repeat("x", chat.MaxQuery+1)}, chat.CodeTooLarge},
		"unknown room":   {chat.SearchRequest{Query: "x in:nowhere"}, chat.CodeUnknownRoom},
		"named room":     {chat.SearchRequest{Query: "x in:ops", Room: "nowhere"}, chat.CodeUnknownRoom},
		"unknown person": {chat.SearchRequest{Query: "x from:eve"}, chat.CodeNotFound},
		"named person":   {chat.SearchRequest{Query: "x", From: "eve"}, chat.CodeNotFound},
	} {
		find := &rummager{}
		if _, err := search(t.Context(), c.r, someTeam{}, find); !errors.Is(err, &chat.Error{Code: c.want}) || find.asked.Rooms != nil {
			t.Errorf("%s: %v, asked %+v", name, err, find.asked)
		}
	}
}

// TestSearchHasAnEnd: who asks for too much is told so, and who leaves is not waited
// for.
func TestSearchHasAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, err := search(t.Context(), chat.SearchRequest{Query: "x"}, someTeam{}, &rummager{wait: true})
		if !errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) {
			t.Errorf("after %v: %v", searchTime, err)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := search(ctx, chat.SearchRequest{Query: "x"}, someTeam{}, &rummager{wait: true}); err == nil || errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) {
		t.Errorf("an asker who left: %v", err)
	}
}

// TestSearchSees: everybody looks in the rooms they may read and in no others,
// whatever their role, and whatever they name.
func TestSearchSees(t *testing.T) {
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "team.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	owner := chat.User{ID: "9", Name: "grace", Role: chat.RoleOwner}
	guest := chat.User{ID: "2", Name: "bob", Role: chat.RoleGuest}
	banned := chat.User{ID: "3", Name: "eve", Role: chat.RoleMember}
	open, closed := "ops", "secrets"
	tx, err := db.Writer().BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	events := []chat.Event{
		{Kind: chat.UserEntered, Author: ada},
		{Kind: chat.UserEntered, Author: owner},
		{Kind: chat.UserEntered, Author: guest},
		{Kind: chat.UserEntered, Author: banned},
		{Kind: chat.RoomCreated, Author: owner, Room: "r1", Change: chat.Change{Kind: chat.RoomPublic, Name: &open, Users: []chat.User{owner}}},
		{Kind: chat.RoomCreated, Author: ada, Room: "r2", Change: chat.Change{Kind: chat.RoomPrivate, Name: &closed, Users: []chat.User{ada}}},
		{Kind: chat.UserBanned, Author: owner, Change: chat.Change{User: &banned, On: true}},
	}
	for i := range events {
		events[i].Position = chat.Position{Epoch: "e", Offset: uint64(i + 1)}
	}
	if err := errors.Join(db.Apply(t.Context(), tx, events), tx.Commit()); err != nil {
		t.Fatal(err)
	}
	find := &rummager{}
	s, err := New(t.Context(), Config{Logger: slog.New(slog.DiscardHandler), Finder: find}, db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	scoped := func(u chat.User, scope string) chat.User { u.Scope = scope; return u }
	for _, c := range []struct {
		who  chat.User
		r    chat.SearchRequest
		sees string // rooms, or an error's code
	}{
		{ada, chat.SearchRequest{Query: "x"}, "general r1 r2"},
		{ada, chat.SearchRequest{Query: "x in:secrets from:me"}, "r2"},
		{owner, chat.SearchRequest{Query: "x"}, "general r1"},
		{owner, chat.SearchRequest{Query: "x in:secrets"}, "unknown_room"},
		{owner, chat.SearchRequest{Query: "x", Room: "r2"}, "unknown_room"},
		{guest, chat.SearchRequest{Query: "x"}, "general"},
		{guest, chat.SearchRequest{Query: "x in:ops"}, "unknown_room"},
		{banned, chat.SearchRequest{Query: "x"}, "banned"},
		{scoped(ada, "read"), chat.SearchRequest{Query: "x"}, "general r1 r2"},
		{scoped(ada, "post"), chat.SearchRequest{Query: "x"}, "not_allowed"},
		{scoped(ada, "read room:r2"), chat.SearchRequest{Query: "x"}, "r2"},
		{scoped(ada, "read room:r2"), chat.SearchRequest{Query: "x in:ops"}, "not_allowed"},
		{scoped(ada, "read room:r2"), chat.SearchRequest{Query: "x in:secrets"}, "r2"},
		{scoped(banned, "read room:general"), chat.SearchRequest{Query: "x"}, "banned"},
	} {
		find.asked = chat.SearchQuery{}
		_, err := s.Search(t.Context(), c.who, c.r)
		slices.Sort(find.asked.Rooms)
		got := strings.Join(find.asked.Rooms, " ")
		if known, ok := errors.AsType[*chat.Error](err); ok {
			got += string(known.Code)
		}
		if got != c.sees {
			t.Errorf("%s (%s) with %+v: %s, not %s", c.who.Name, c.who.Scope, c.r, got, c.sees)
		}
	}
	find.fail = errors.New("disk /secret/path is broken")
	if _, err := s.Search(t.Context(), ada, chat.SearchRequest{Query: "x"}); !errors.Is(err, &chat.Error{Code: chat.CodeUnavailable}) || strings.Contains(err.Error(), "secret") {
		t.Errorf("a fault is told as %v", err)
	}
}
