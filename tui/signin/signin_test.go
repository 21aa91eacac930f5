package signin

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

var now = time.Date(2026, 11, 23, 14, 30, 0, 0, time.UTC) // a Monday

func at(s string) chat.Millis {
	t, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		panic(err)
	}
	return chat.ToMillis(t)
}

// TestLine: which machine, when it was there, with which program and from where.
func TestLine(t *testing.T) {
	since := at("2026-11-02 10:00:07")
	for _, c := range []struct {
		one  chat.Session
		want string
	}{
		{chat.Session{Device: "laptop", Client: "hobnob/1.0", Address: "10.0.0.7", Connected: true}, "laptop · here now · hobnob/1.0 · 10.0.0.7"},
		{chat.Session{Device: "laptop", Client: "hobnob/1.0", Connected: true, Current: true}, "laptop · this one · hobnob/1.0"},
		{chat.Session{Device: "laptop", Client: "hobnob/", Address: "10.0.0.7"}, "laptop · here now · hobnob · 10.0.0.7"},
		{chat.Session{Client: "hobnob/", Address: "1.2.3.4"}, "hobnob · here now · 1.2.3.4"},
		{chat.Session{Client: "hobnob/1.2", Seen: at("2026-11-23 00:00:00")}, "hobnob/1.2 · last here 00:00"},
		{chat.Session{Device: "x", Seen: at("2026-11-22 23:59:59")}, "x · last here yesterday 23:59"},
		{chat.Session{Device: "x", Seen: at("2026-11-21 09:05:00")}, "x · last here Saturday 09:05"},
		{chat.Session{Device: "x", Seen: at("2026-11-17 14:02:00")}, "x · last here Tuesday 14:02"},
		{chat.Session{Device: "x", Seen: at("2026-11-16 23:59:00")}, "x · last here 16 November 23:59"},
		{chat.Session{Device: "x", Seen: at("2025-12-31 23:59:00")}, "x · last here 31 December 2025"},
		{chat.Session{Device: "x", Seen: at("2026-11-23 15:00:00")}, "x · last here 15:00"}, // by another clock
		{chat.Session{}, "unnamed program · here now"},
		{chat.Session{Device: "\x1b[31m\n", Client: "a\u202eb", Address: "\x07"}, "␛[31m · here now · a⟨RLO⟩b · ␇"},
	} {
		c.one.Since = since
		name, rest, _ := strings.Cut(c.want, " · ")
		at, with, ok := strings.Cut(rest, " · ")
		want := name + " · " + at + " · since 2 November 10:00"
		if ok {
			want += " · " + with
		}
		if got := Line(c.one, now); got != want {
			t.Errorf("%+v is\n%q, want\n%q", c.one, got, want)
		}
	}
}

// TestLess: where there is no room, what is less told goes first; at last, when it was. Of two of
// one machine that are both there it is when they began.
func TestLess(t *testing.T) {
	one := chat.Session{ID: "1", Device: "laptop", Client: "hobnob/1.0", Address: "10.0.0.7", Seen: at("2026-11-17 14:02:00"), Since: at("2026-11-02 10:00:07")}
	vm := chat.Session{ID: "2", Device: "vm", Client: "hobnob/1.0", Address: "127.0.0.1", Connected: true, Since: at("2026-11-02 10:00:07")}
	twin := vm
	twin.ID, twin.Since = "3", at("2026-11-03 10:00:07")
	list := []chat.Session{one, vm, twin}
	for i, want := range [][]string{
		{"last here Tuesday 14:02 · since 2 November 10:00 · hobnob/1.0", "last here Tuesday 14:02 · since 2 November 10:00", "last here Tuesday 14:02", "Tuesday 14:02"},
		{"here now · since 2 November 10:00 · hobnob/1.0", "here now · since 2 November 10:00", "since 2 November 10:00", "2 November 10:00"},
		{"here now · since 3 November 10:00 · hobnob/1.0", "here now · since 3 November 10:00", "since 3 November 10:00", "3 November 10:00"},
	} {
		if _, got := Among(list[i], list, now); !slices.Equal(got, want) {
			t.Errorf("%d: %q", i, got)
		}
	}
}

// TestAlike: two of one machine that began in the same minute are told apart by the second, in as
// few words as there are, whatever else they differ in; no other one says it.
func TestAlike(t *testing.T) {
	one := chat.Session{ID: "1", Device: "x", Client: "hobnob/1.0", Address: "10.0.0.7", Since: at("2026-11-02 10:00:07"), Connected: true}
	same, elsewhere, older := one, one, one
	same.ID, elsewhere.ID, older.ID = "2", "2", "2"
	elsewhere.Address, older.Client = "10.0.0.8", "hobnob/0.9"
	second := regexp.MustCompile(`\d\d:\d\d(:\d\d)( ·|$)`)
	for what, two := range map[string]chat.Session{"in nothing": same, "in the address": elsewhere, "in the version": older} {
		two.Since = at("2026-11-02 10:00:09")
		named, later, away := one, one, one
		named.ID, named.Device = "3", "y"
		later.ID, later.Since = "4", at("2026-11-02 10:01:07")
		away.ID, away.Connected, away.Seen = "5", false, at("2026-11-17 14:02:00")
		list := []chat.Session{one, two, named, later, away}
		for i, want := range []string{":07", ":09", "", "", ""} {
			all, less := Among(list[i], list, now)
			for _, text := range append([]string{all}, less...) {
				got := ""
				if is := second.FindStringSubmatch(text); is != nil {
					got = is[1]
				}
				if got != want {
					t.Errorf("of two that differ %s, %d is %q", what, i, text)
				}
			}
		}
	}
}

// TestOrder: who asks is first, and nothing else moves.
func TestOrder(t *testing.T) {
	list := []chat.Session{{ID: "b"}, {ID: "a"}, {ID: "me", Current: true}, {ID: "c"}}
	Order(list)
	var ids []string
	for _, one := range list {
		ids = append(ids, one.ID)
	}
	if !slices.Equal(ids, []string{"me", "b", "a", "c"}) {
		t.Errorf("%q", ids)
	}
}
