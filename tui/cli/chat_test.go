package cli

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Whose token has ended is told what helps for the place it is kept in.
func TestWaysBack(t *testing.T) {
	for _, c := range []struct {
		account Account
		want    string // the commands
	}{
		{Account{Server: "http://h:1", Store: storeKeyring}, "hobnob join LINK|hobnob login http://h:1 --token -"},
		{Account{Server: "http://h:1", Store: storeFile}, "hobnob join LINK|hobnob login http://h:1 --token -"},
		{Account{Server: "http://h:1", Store: storeEnv}, "hobnob join LINK|HOBNOB_TOKEN=… hobnob"},
		{Account{Server: "http://h:1", Store: storeHost, Host: "/data"}, ""},
	} {
		c.account.User = chat.User{ID: "u"}
		var got []string
		for _, w := range c.account.waysBack() {
			got = append(got, w.Run)
			if w.What == "" {
				t.Errorf("%q says nothing", w.Run)
			}
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", c.account.Store, got, c.want)
		}
	}
}

func TestFarewell(t *testing.T) {
	for n, want := range map[int]string{
		0: "",
		1: "1 message waits to be sent; it goes when hobnob is next open\n",
		3: "3 messages wait to be sent; they go when hobnob is next open\n",
	} {
		if got := farewell(n); got != want {
			t.Errorf("%d: %q", n, got)
		}
	}
}
