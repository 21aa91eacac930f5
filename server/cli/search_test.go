package cli

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/store"
)

// TestSearchOverHTTP: what was said is found as soon as it is answered, by who may
// read it; and the server indexes it.
func TestSearchOverHTTP(t *testing.T) {
	h := run(t, defaults(t))
	ada := h.as(t, chat.User{ID: "ada", Name: "ada", Role: chat.RoleAdmin})
	bob := h.as(t, chat.User{ID: "bob", Name: "bob", Role: chat.RoleMember})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms", object{"name": "plans", "kind": "private"})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms/plans/messages", object{"body": "the lighthouse plan"})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "灯台に行く, to the Lighthouse"})
	ada.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "no light"})
	bob.wants(http.StatusCreated, "", "POST", "/api/rooms/general/messages", object{"body": "hi"})
	sees := func(who caller, query string) string {
		page := who.wants(http.StatusOK, "", "POST", "/api/ask/search", object{"query": query})
		list, _ := page["messages"].([]any)
		out := ""
		for _, m := range list {
			out += fmt.Sprint(m.(object)["body"], "|")
		}
		return out
	}
	const public, private = "灯台に行く, to the Lighthouse|", "the lighthouse plan|"
	check := func(when string) {
		for _, c := range []struct {
			who         caller
			query, want string
		}{
			{ada, "lighthouse", public + private},
			{bob, "lighthouse", public},
			{bob, "灯台", public},
			{ada, "lighthouse in:#plans from:me", private},
			{bob, "lighthouse from:bob", ""},
		} {
			if got := sees(c.who, c.query); got != c.want {
				t.Errorf("%s: %q finds %q, not %q", when, c.query, got, c.want)
			}
		}
	}
	check("at once")
	bob.wants(http.StatusNotFound, "unknown_room", "POST", "/api/ask/search", object{"query": "x in:plans"})
	bob.wants(http.StatusBadRequest, "bad_request", "POST", "/api/ask/search", object{"query": " "})
	bob.wants(http.StatusBadRequest, "bad_request", "POST", "/api/ask/search", object{"query": "..."})

	beside, err := store.Attach(t.Context(), h.folder.file(databaseFile))
	if err != nil {
		t.Fatal(err)
	}
	defer beside.Close()
	late := time.After(20 * time.Second)
	for tick := time.NewTicker(10 * time.Millisecond); ; {
		var left int
		if err := beside.Reader().QueryRow("SELECT count(*) FROM messages WHERE offset > (SELECT upto FROM search_state)").Scan(&left); err != nil {
			t.Fatal(err)
		}
		if left == 0 {
			break
		}
		select {
		case <-tick.C:
		case <-late:
			t.Fatal("the server does not index")
		}
	}
	check("indexed")
}
