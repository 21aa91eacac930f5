package cli

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui"
)

// TestComings: what is in the list of accounts later than at the start comes, what is gone
// from it goes, and the list is read only where it became another.
func TestComings(t *testing.T) {
	fresh(t)
	at := func(server, store string) Account {
		return Account{Server: server, User: chat.User{ID: "u", Name: "u"}, Team: chat.Team{Name: server}, Store: store}
	}
	first, second, env := at("http://127.0.0.1:1", storeFile), at("http://127.0.0.1:2", storeFile), at("http://127.0.0.1:3", storeEnv)
	list(t, first)
	closed := 0
	o := Options{all: true, leaving: new(signOuts)}
	c := newComings(o, look{}, &queue{turn: make(chan struct{}, 1)}, newFall(func() {}), []*coming{{account: first, close: func() error { closed++; return nil }}})
	var mu sync.Mutex
	var told []string
	c.window = tui.NewWindow(tui.Config{})
	c.send = func(msg tea.Msg) {
		mu.Lock()
		defer mu.Unlock()
		if kind := fmt.Sprintf("%T", msg); kind != "tui.told" {
			told = append(told, kind)
		}
	}
	says := func(what, want string) {
		t.Helper()
		c.seek(t.Context())
		mu.Lock()
		defer mu.Unlock()
		if got := strings.Join(told, " "); got != want {
			t.Errorf("%s: told %q, want %q", what, got, want)
		}
		told = nil
	}
	says("at the start", "")
	says("nothing happened", "")
	list(t, first, second, env)
	says("joined", "tui.comes")
	says("and no more", "")
	list(t, second)
	says("signed out", "tui.parts")
	if closed != 1 || c.here() != 1 {
		t.Errorf("closed %d, %d are here", closed, c.here())
	}
	if err := os.Remove(accountsFile()); err != nil {
		t.Fatal(err)
	}
	says("the last one stays", "")
	list(t, second, first)
	says("joined again", "tui.comes")
	close(c.ended)
	if err := c.left(new(parting)); err != nil {
		t.Error(err)
	}
	for _, o := range []Options{{}, {all: true, Plain: true}, {all: true, Hosting: true}} {
		c := newComings(o, look{}, nil, nil, nil)
		if seek := c.seeks(); c != nil || seek != nil {
			t.Errorf("%+v looks for teams", o)
		}
	}
}
