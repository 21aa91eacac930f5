package cli

import (
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/client"
	"github.com/hobnob-chat/hobnob/server/auth"
)

// lineAs connects a machine to a team by a token.
func lineAs(t *testing.T, h *host, token, device string) (*client.Line, error) {
	t.Helper()
	l, err := client.Dial(t.Context(), client.LineConfig{
		Server: h.url, Token: func(context.Context) (string, error) { return token, nil }, Name: "test/1", Device: device, Quiet: true,
	})
	if err == nil {
		t.Cleanup(l.Close)
	}
	return l, err
}

// machines are where the user of a line is signed in, by what the machines are called.
func machines(t *testing.T, l *client.Line) map[string]chat.Session {
	t.Helper()
	list, err := client.Ask[struct{ Sessions []chat.Session }](t.Context(), l, "sessions", struct{}{})
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]chat.Session)
	for _, one := range list.Sessions {
		found[one.Device] = one
	}
	if len(found) != len(list.Sessions) {
		t.Errorf("some are twice: %+v", list.Sessions)
	}
	return found
}

// TestHostIsSignedInOnce: each token that is made of a data folder is of one sign-in, also
// over a start of the server. Its end ends them all, and those that are made afterwards are
// of another one; also where a crash came between the two.
func TestHostIsSignedInOnce(t *testing.T) {
	c := defaults(t)
	h, err := start(t.Context(), c, "test", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	token := func() string {
		t.Helper()
		token, err := HostToken(c.data)
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	dial := func(token, device string) *client.Line {
		t.Helper()
		l, err := lineAs(t, h, token, device)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	before := token()
	dial(before, "house").Close()
	dial(token(), "house").Close()
	if err := h.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h, err = start(t.Context(), c, "test", io.Discard); err != nil {
		t.Fatal(err)
	}
	other := other(t, h)
	phone := dial(other, "phone")
	if got := machines(t, phone); len(got) != 2 || got["house"].Connected || got["house"].Seen == 0 || !got["phone"].Current {
		t.Errorf("after a start of the server: %+v", got)
	}
	here := dial(token(), "house")
	list := machines(t, phone)
	if len(list) != 2 || !list["house"].Connected {
		t.Errorf("signed in are %+v", list)
	}
	if _, err := client.Ask[chat.Done](t.Context(), phone, "session:end", chat.SessionEndRequest{ID: list["house"].ID}); err != nil {
		t.Fatal(err)
	}
	for err = nil; err == nil; _, err = here.Next(t.Context()) {
		continue // until it is sent away
	}
	if _, err := lineAs(t, h, before, "house"); !errors.Is(err, client.ErrRefused) {
		t.Errorf("a token from before: %v", err)
	}
	dial(token(), "house").Close()
	if got := machines(t, phone); len(got) != 2 || got["house"].ID == list["house"].ID {
		t.Errorf("after the end: %+v", got)
	}
	if err := h.close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := writeJSON(h.folder.file(hostFile), hostAccount{User: h.owner}); err != nil { // as if it had not come to that
		t.Fatal(err)
	}
	h = run(t, c)
	dial(token(), "house")
}

// other is a token for the host that is of no folder.
func other(t *testing.T, h *host) string {
	t.Helper()
	issuer, err := auth.OpenIssuer(h.config.data)
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := issuer.Issue(h.owner, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	return token
}
