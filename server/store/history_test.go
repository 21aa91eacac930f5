package store

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// seqs is what a page has, in short.
func seqs(h chat.History) string {
	if len(h.Messages) == 0 {
		return fmt.Sprint("none ", h.More)
	}
	for i, m := range h.Messages {
		if m.Seq != h.Messages[0].Seq+uint64(i) {
			return fmt.Sprintf("a gap at %d", m.Seq)
		}
	}
	return fmt.Sprintf("%d-%d %v", h.Messages[0].Seq, h.Messages[len(h.Messages)-1].Seq, h.More)
}

func TestHistory(t *testing.T) {
	s := newStore(t)
	addRoom(t, s, "r2", "zoo")
	addRoom(t, s, "empty", "general-2")
	offset := applied(t, s)
	for i := range 250 { // the rooms' messages lie between each other's
		for _, room := range []string{chat.GeneralRoom, "r2"} {
			offset++
			apply(t, s, said(offset, room, strconv.Itoa(i)))
		}
	}
	type request = chat.HistoryRequest
	for _, c := range []struct {
		r    request
		want string
	}{
		{request{}, "201-250 true"},
		{request{Limit: 10}, "241-250 true"},
		{request{Limit: 1000}, "51-250 true"},
		{request{Limit: 250}, "51-250 true"},
		{request{Before: 51, Limit: 50}, "1-50 false"},
		{request{Before: 51, Limit: 49}, "2-50 true"},
		{request{Before: 52}, "2-51 true"},
		{request{Before: 1}, "none false"},
		{request{Before: 9999, Limit: 3}, "248-250 true"},
		{request{Before: math.MaxUint64, Limit: 3}, "248-250 true"},
		{request{After: new(uint64(200))}, "201-250 false"},
		{request{After: new(uint64(199))}, "200-249 true"},
		{request{After: new(uint64(1)), Limit: 200}, "2-201 true"},
		{request{After: new(uint64(0)), Limit: 2}, "1-2 true"},
		{request{Room: "empty", After: new(uint64(0))}, "none false"},
		{request{After: new(uint64(250))}, "none false"},
		{request{After: new(uint64(math.MaxUint64))}, "none false"},
		{request{Room: "r2", Limit: 2}, "249-250 true"},
		{request{Room: "r2", After: new(uint64(3)), Limit: 2}, "4-5 true"},
		{request{Room: "empty"}, "none false"},
	} {
		page, err := s.History(t.Context(), c.r)
		if got := seqs(page); err != nil || got != c.want {
			t.Errorf("%+v: %s, not %s (%v)", c.r, got, c.want, err)
		}
		if page.Messages == nil {
			t.Errorf("%+v: messages would be null in JSON", c.r)
		}
	}
	page, err := s.History(t.Context(), request{Room: "r2", After: new(uint64(1)), Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	want := said(6, "r2", "1")
	want.Seq = 2
	if m := page.Messages[0]; !reflect.DeepEqual(m.Envelope, want.Message().Envelope) || string(m.JSON) != `"1"` || m.Position.Epoch != epoch {
		t.Errorf("message is %+v", m)
	}
	for _, c := range []struct {
		r    request
		want chat.Code
	}{
		{request{Room: "nowhere"}, chat.CodeUnknownRoom},
		{request{Room: "zoo"}, chat.CodeUnknownRoom}, // a name is the rules' to look up
		{request{Before: 1, After: new(uint64(1))}, chat.CodeBadRequest},
		{request{Before: 1, After: new(uint64(0))}, chat.CodeBadRequest},
		{request{Limit: -1}, chat.CodeBadRequest},
	} {
		if _, err := s.History(t.Context(), c.r); !errors.Is(err, &chat.Error{Code: c.want}) {
			t.Errorf("%+v: %v", c.r, err)
		}
	}
}

// TestMaxPage: pages of large messages end early, say so, and still cover the
// room in either direction.
func TestMaxPage(t *testing.T) {
	s := newStore(t)
	for i := range uint64(12) {
		apply(t, s, said(i+1, chat.GeneralRoom, strings.Repeat("x", 200_000)))
	}
	huge := said(13, chat.GeneralRoom, "")
	huge.Body.Attachments = [][]byte{make([]byte, 2*MaxPage)}
	apply(t, s, huge)
	var newest []string
	for before := uint64(0); ; {
		page, err := s.History(t.Context(), chat.HistoryRequest{Before: before})
		if err != nil {
			t.Fatal(err)
		}
		newest = append(newest, seqs(page))
		if !page.More {
			break
		}
		before = page.Messages[0].Seq
	}
	if got := fmt.Sprint(newest); got != "[13-13 true 11-12 true 9-10 true 7-8 true 5-6 true 3-4 true 1-2 false]" {
		t.Errorf("pages backwards: %s", got)
	}
	page, err := s.History(t.Context(), chat.HistoryRequest{After: new(uint64(11))})
	if err != nil || seqs(page) != "12-12 true" {
		t.Errorf("a page before a huge message: %s, %v", seqs(page), err)
	}
}

// TestHistoryPages: any walk through a room is the same as its slice.
func TestHistoryPages(t *testing.T) {
	s := newStore(t)
	const n = 120
	apply(t, s, talk(1, n)...)
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Uint64Range(0, n+3).Draw(t, "at")
		limit := rapid.IntRange(1, n+5).Draw(t, "limit")
		r := chat.HistoryRequest{Before: max(at, 1), Limit: limit}
		low, high := uint64(1), min(max(at, 1)-1, n)
		if high >= uint64(limit) {
			low = high - uint64(limit) + 1
		}
		more := low > 1 && high > 0
		if rapid.Bool().Draw(t, "newer") {
			r = chat.HistoryRequest{After: &at, Limit: limit}
			low, high = at+1, min(at+uint64(limit), n)
			more = high < n
		}
		want := fmt.Sprintf("%d-%d %v", low, high, more)
		if low > high {
			want = "none false"
		}
		page, err := s.History(context.Background(), r)
		if got := seqs(page); err != nil || got != want {
			t.Fatalf("%+v: %s, not %s (%v)", r, got, want, err)
		}
	})
}

func TestRefers(t *testing.T) {
	s := newStore(t)
	apply(t, s, talk(1, 8)...)
	addRoom(t, s, "r2", "zoo")
	apply(t, s, said(10, "r2", "x"))
	for _, c := range []struct {
		room, id string
		want     bool
	}{{chat.GeneralRoom, "id1", true}, {"r2", "id1", false}, {"r2", "id10", true}, {chat.GeneralRoom, "id10", false}, {"zoo", "id10", false}} {
		if _, has, err := s.Refers(t.Context(), c.room, c.id); err != nil || has != c.want {
			t.Errorf("Refers(%s, %s) = %v, %v", c.room, c.id, has, err)
		}
	}
}

// BenchmarkHistoryPage is a page of 50 from the middle of a room of 100,000.
func BenchmarkHistoryPage(b *testing.B) {
	s := newStore(b)
	const n = 100_000
	for first := uint64(1); first <= n; first += 1000 {
		apply(b, s, talk(first, 1000)...)
	}
	b.ReportAllocs()
	before := uint64(n)
	for b.Loop() {
		page, err := s.History(b.Context(), chat.HistoryRequest{Before: before})
		if err != nil || len(page.Messages) != defaultHistory {
			b.Fatal(len(page.Messages), err)
		}
		if before = page.Messages[0].Seq; before < 2*defaultHistory {
			before = n
		}
	}
}

// TestDeletedIsStillAuto: who reads that a program said what is deleted knows that it moved
// no marker.
func TestDeletedIsStillAuto(t *testing.T) {
	s := newStore(t)
	said := talk(1, 2)
	said[0].Extra = chat.Extra{Style: chat.StyleMe, Auto: true}
	said[1].Extra = chat.Extra{Style: chat.StyleMe}
	apply(t, s, said...)
	apply(t, s, change(3, chat.MessageDeleted, chat.GeneralRoom, 1, ""), change(4, chat.MessageDeleted, chat.GeneralRoom, 2, ""))
	h, err := s.History(t.Context(), chat.HistoryRequest{Room: chat.GeneralRoom, Limit: 2})
	if err != nil || len(h.Messages) != 2 {
		t.Fatal(h, err)
	}
	for i, want := range []bool{true, false} {
		if m := h.Messages[i]; m.Deleted == 0 || m.Auto != want || m.Style != "" {
			t.Errorf("message %d: %+v, %+v", i+1, m.Extra, m.State)
		}
	}
}
