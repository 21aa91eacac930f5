package store

import (
	"errors"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// FuzzSearch: whatever is looked for, the index understands it, and answers what
// looking through all messages does.
func FuzzSearch(f *testing.F) {
	for _, s := range []string{
		"deploy", `"deploy" AND NOT OR * NEAR(x y) ^`, "col:deploy", "{terms} : x", "(deploy", `dep"loy`, "deploy*", "東京都庁", "東", "👍🏽", "\ue000r1", "-x", "+", "\x00", "\xff",
	} {
		f.Add(s, "x", "u1", true)
		f.Add("deploy\nnoon", s, s, false)
	}
	texts := []string{
		"Deploy at noon", `quoted "deploy" AND NOT OR * NEAR(x y) ^`, "東京都庁に行く 👍🏽", "col:deploy {terms} : x", "dep loy deployment", "Straße Größe ﬁne",
	}
	indexed, bare := newStore(f), newStore(f)
	for i, text := range texts {
		for _, s := range []*Store{indexed, bare} {
			apply(f, s, said(uint64(i+1), chat.GeneralRoom, text))
		}
	}
	indexAll(f, indexed)
	f.Fuzz(func(t *testing.T, words, begins, from string, file bool) {
		q := chat.SearchQuery{Words: strings.Split(words, "\n"), Begins: strings.Split(begins, "\n"), From: strings.Split(from, "\n"), File: file}
		if from == "" {
			q.From = nil
		}
		q.Rooms = []string{chat.GeneralRoom}
		got, err := indexed.Search(t.Context(), q)
		want, errBare := bare.Search(t.Context(), q)
		if (err != nil || errBare != nil) && !errors.Is(err, &chat.Error{Code: chat.CodeBadRequest}) {
			t.Fatalf("%+v: %v, %v", q, err, errBare)
		}
		if len(got.Messages) != len(want.Messages) {
			t.Fatalf("%+v finds %d messages, and without the index %d", q, len(got.Messages), len(want.Messages))
		}
		for i := range got.Messages {
			if got.Messages[i].Position != want.Messages[i].Position {
				t.Fatalf("%+v finds %v, and without the index %v", q, got.Messages[i].Position, want.Messages[i].Position)
			}
		}
	})
}
