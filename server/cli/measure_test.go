package cli

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestMetricsAreGuarded: on the address that everybody has they are for the team's
// owners and admins, and on one of their own for whoever reaches it.
func TestMetricsAreGuarded(t *testing.T) {
	c := defaults(t)
	c.metricsAddr = freeAddr(t)
	h := run(t, c)
	owner, err := hostToken(c.data, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	issuer, err := ownIssuer(c.data)
	if err != nil {
		t.Fatal(err)
	}
	scraper, _, err := issuer.Issue(chat.User{ID: "scraper", Name: "scraper", Role: chat.RoleAdmin, Scope: "read"}, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]int{"": 401, "x": 401, mint(t, c.data, "ada"): 403, owner: 200, scraper: 200} {
		if status, body := fetch(t, h.url+"/metrics", token); status != want || (want == 200) != strings.Contains(body, "\nhobnob_ready 1\n") {
			t.Errorf("%d, want %d: %.200s", status, want, body)
		}
	}
	if status, body := fetch(t, "http://"+c.metricsAddr+"/metrics", ""); status != 200 || !strings.Contains(body, `hobnob_build_info{version="test"} 1`) {
		t.Errorf("%d %.200s", status, body)
	}
	if status, _ := fetch(t, "http://"+c.metricsAddr+"/api/server", ""); status != 404 {
		t.Errorf("the rest of the server is there, too: %d", status)
	}
	other := defaults(t)
	other.metricsAddr = c.metricsAddr
	_, err = start(t.Context(), other, "test", io.Discard)
	if exit.CodeOf(err) != exit.InUse {
		t.Errorf("a port in use: %v", err)
	}
}
