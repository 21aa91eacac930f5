package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// far is after all times of these tests.
const far = 1_000_000

// at is a sign-in of a person's that was there once.
func at(user, id string, seen chat.Millis) chat.SessionSeen {
	return chat.SessionSeen{
		User: user, Said: true, Began: 1, Until: far,
		Session: chat.Session{ID: id, Client: "hobnob/1", Device: "laptop", Address: "10.0.0.1", Since: seen, Seen: seen},
	}
}

// signIns are the sign-ins of somebody that are remembered, by ID.
func signIns(t *testing.T, s *Store, user string, now chat.Millis) []string {
	t.Helper()
	list, err := s.Sessions(t.Context(), user, now)
	if err != nil {
		t.Fatal(err)
	}
	ids := make([]string, len(list))
	for i := range list {
		ids[i] = list[i].ID
	}
	return ids
}

// remember writes sign-ins down.
func remember(t *testing.T, s *Store, now chat.Millis, list ...chat.SessionSeen) {
	t.Helper()
	if err := s.SeenSessions(t.Context(), list, now); err != nil {
		t.Fatal(err)
	}
}

// TestSignIns: a sign-in is one row, whatever comes of it in whichever order: the first
// time and the last, where it was last, and what it says of itself; who says nothing of
// themselves takes nothing away, but who said hello without a name does.
func TestSignIns(t *testing.T) {
	s := newStore(t)
	later := at("ada", "one", 300)
	later.Client, later.Device, later.Address, later.Until = "hobnob/2", "", "10.0.0.2", far+1
	http := at("ada", "one", 200)
	http.Said, http.Client, http.Device, http.Address, http.Began = false, "curl/8", "", "10.0.0.3", 0
	remember(t, s, 0, at("ada", "one", 100), http, at("bob", "one", 50), at("ada", "two", 250))
	want := at("ada", "one", 200)
	want.Since, want.Address = 100, "10.0.0.3"
	got, err := s.Sessions(t.Context(), "ada", 0)
	if diff := cmp.Diff([]chat.SessionSeen{at("ada", "two", 250), want}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	remember(t, s, 0, later, at("ada", "one", 150))
	want = later
	want.Since, want.Client, want.Device = 100, "hobnob/1", "laptop" // as it was said last
	got, err = s.Sessions(t.Context(), "ada", 0)
	if diff := cmp.Diff([]chat.SessionSeen{want, at("ada", "two", 250)}, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	remember(t, s, 0, later)
	if got, err = s.Sessions(t.Context(), "ada", 0); err != nil || got[0].Device != "" || got[0].Client != "hobnob/2" {
		t.Errorf("who says no name any more: %v, %+v", err, got)
	}
}

// ended is an event that ends sign-ins.
func ended(offset uint64, c chat.Change) chat.Event {
	e := said(offset, "", "")
	e.Kind, e.Body, e.Change = chat.SessionEnded, chat.Body{}, c
	return e
}

// TestSignInsEnd: what was ended is forgotten, and does not come back with what is written
// down behind it; a rebuild of what the log made leaves all others.
func TestSignInsEnd(t *testing.T) {
	s := newStore(t)
	old, young := at("u1", "old", 100), at("u1", "young", 200)
	old.Began, young.Began = 1000, 1_800_000_000_000 // which is after what is said here
	undated := at("u1", "undated", 300)
	undated.Began = 0
	all := []chat.SessionSeen{old, young, undated, at("u1", "lost", 400), at("u2", "lost", 500), at("u1", "here", 600)}
	for i := range all {
		all[i].Until = 1_900_000_000_000
	}
	remember(t, s, 0, all...)
	user := &chat.User{ID: "u1", Name: "u1", Role: chat.RoleMember}
	one := ended(1, chat.Change{User: user, SignIn: "lost"})
	others := ended(2, chat.Change{User: user, SignIn: "here", On: true})
	log := []chat.Event{one, others}
	for n, want := range [][]string{{"here", "undated", "young", "old"}, {"here", "young"}} {
		apply(t, s, log[n])
		remember(t, s, 0, all...)
		if diff := cmp.Diff(want, signIns(t, s, "u1", 0)); diff != "" {
			t.Errorf("after %d (-want +got):\n%s", n+1, diff)
		}
	}
	read := func(after uint64, _ int) ([]chat.Event, error) { return log[min(after, 2):], nil }
	if err := s.Rebuild(t.Context(), read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"here", "young"}, signIns(t, s, "u1", 0)); diff != "" {
		t.Errorf("after a rebuild (-want +got):\n%s", diff)
	}
	if got := signIns(t, s, "u2", 0); !slices.Equal(got, []string{"lost"}) {
		t.Errorf("of somebody else: %q", got)
	}
}

// TestSignInsAreBounded: the one that was there longest ago goes where they are too many,
// and each whose tokens have all ended.
func TestSignInsAreBounded(t *testing.T) {
	s := newStore(t)
	var list []chat.SessionSeen
	for i := range chat.MaxSignIns + signInsAtOnce + 1 {
		list = append(list, at("ada", fmt.Sprint(i), chat.Millis(far-i))) // the newest first
	}
	list = append(list, at("bob", "one", 1))
	remember(t, s, 0, list...)
	if got := signIns(t, s, "ada", 0); len(got) != chat.MaxSignIns || got[0] != "0" || got[len(got)-1] != fmt.Sprint(chat.MaxSignIns-1) {
		t.Errorf("%d are remembered: %q", len(got), got)
	}
	if got := signIns(t, s, "ada", far); len(got) > 0 {
		t.Errorf("whose tokens have ended: %q", got)
	}
	remember(t, s, far-1)
	if got := signIns(t, s, "bob", 0); !slices.Equal(got, []string{"one"}) {
		t.Errorf("before it ends: %q", got)
	}
	remember(t, s, far)
	if got := append(signIns(t, s, "ada", 0), signIns(t, s, "bob", 0)...); len(got) > 0 {
		t.Errorf("still remembered: %q", got)
	}
}
