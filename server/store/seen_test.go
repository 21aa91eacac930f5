package store

import (
	"fmt"
	"maps"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestSeen: who was here when is kept, also of many at once, and never goes back; a rebuild
// of what the log made leaves it.
func TestSeen(t *testing.T) {
	s := newStore(t)
	many := make(map[string]chat.Millis)
	for i := range 2*seenAtOnce + 1 {
		many[fmt.Sprint("p", i)] = chat.Millis(i + 1)
	}
	for _, at := range []map[string]chat.Millis{many, {"p3": 2, "p4": 2000}, {}} {
		if err := s.Seen(t.Context(), at); err != nil {
			t.Fatal(err)
		}
	}
	many["p4"] = 2000
	if err := s.Rebuild(t.Context(), func(uint64, int) ([]chat.Event, error) { return nil, nil }); err != nil {
		t.Fatal(err)
	}
	if got, err := s.LastSeen(t.Context()); err != nil || !maps.Equal(got, many) {
		t.Errorf("%d people, %v", len(got), err)
	}
}
