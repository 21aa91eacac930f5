package gateway

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// asks makes a request and answers its code, "" where it was done.
func (p *peer) asks(name string, arg, out any) chat.Code {
	p.t.Helper()
	var raw json.RawMessage
	p.answer(p.request(name, arg), &raw, nil)
	var got struct{ Error chat.Error }
	if err := json.Unmarshal(raw, &got); err != nil {
		p.t.Fatal(err)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			p.t.Fatal(err)
		}
	}
	return got.Error.Code
}

// TestAnotherScope: what a session hears was settled when it came in; a token for less,
// or for more, is one to connect with anew.
func TestAnotherScope(t *testing.T) {
	s := serve(t, nil)
	bob := hello(t, s, "bob")
	if code := bob.asks("authenticate", map[string]any{"token": "bob^read room:general"}, nil); code != chat.CodeUnauthenticated {
		t.Errorf("a token for less: %q", code)
	}
	if code := bob.asks("authenticate", map[string]any{"token": "bob@2h"}, nil); code != "" {
		t.Errorf("a successor: %q", code)
	}
}

// TestListenersCanBeSentAway: who never said a word is known all the same.
func TestListenersCanBeSentAway(t *testing.T) {
	s := serve(t, nil)
	ada := hello(t, s, "ada")
	eve := dial(t, s, "&token=eve", "")
	eve.expect(socketio.Connect)
	if code := ada.asks("user:ban", map[string]any{"user": "eve"}, nil); code != "" {
		t.Fatal(code)
	}
	if e := eve.next(); e.name != "unauthorized" {
		t.Errorf("told %s", e.name)
	}
	eve.expect(socketio.Disconnect)
}

// TestSessionsEnd: whose sign-in was ended is told and sent away, and does not come in
// again with its tokens.
func TestSessionsEnd(t *testing.T) {
	s := serve(t, nil)
	bob := hello(t, s, "bob~here")
	plain := dial(t, s, "&token=bob~plain", "")
	plain.expect(socketio.Connect)
	lost := hello(t, s, "bob~lost")
	again := hello(t, s, "bob~here")
	ada, eve := hello(t, s, "ada"), hello(t, s, "eve~lost")

	var list struct{ Sessions []chat.Session }
	if code := bob.asks("sessions", map[string]any{}, &list); code != "" {
		t.Fatal(code)
	}
	var ids []string
	for _, one := range list.Sessions {
		if one.Address != "127.0.0.1" || one.Since == 0 || one.Current != (one.ID == "here") {
			t.Errorf("%+v", one)
		}
		ids = append(ids, one.ID)
	}
	slices.Sort(ids) // they may all have come in one millisecond
	if diff := cmp.Diff([]string{"here", "lost", "plain"}, ids); diff != "" {
		t.Errorf("signed in (-want +got):\n%s", diff)
	}

	refused := func(token string) {
		t.Helper()
		p := dial(t, s, "&token="+token, "")
		if got := p.expect(socketio.ConnectError); !strings.Contains(string(got.Data), `"reason":"token_revoked"`) {
			t.Errorf("%s was answered %s", token, got.Data)
		}
	}
	gone := func(p *peer) {
		t.Helper()
		for e := p.next(); e.name != "unauthorized"; e = p.next() {
			continue
		}
		p.expect(socketio.Disconnect)
	}
	for _, bad := range []map[string]any{{}, {"id": "lost", "others": true}, {"id": 7}, {"id": string(make([]byte, chat.MaxSignIn+1))}} {
		if code := bob.asks("session:end", bad, nil); code != chat.CodeBadRequest {
			t.Errorf("%v: %q", bad, code)
		}
	}
	if code := bob.asks("session:end", map[string]any{"user": "eve", "id": "lost"}, nil); code != chat.CodeNotAllowed {
		t.Errorf("another's: %q", code)
	}
	if code := bob.asks("session:end", map[string]any{"id": "lost"}, nil); code != "" {
		t.Fatal(code)
	}
	gone(lost)
	refused("bob~lost")
	eve.asks("message", "still here", nil)

	if code := bob.asks("session:end", map[string]any{"others": true}, nil); code != "" {
		t.Fatal(code)
	}
	gone(plain)
	refused("bob~plain")
	refused("bob~elsewhere") // which was not connected
	if code := again.asks("sessions", map[string]any{}, &list); code != "" || len(list.Sessions) != 1 {
		t.Errorf("%q, %+v", code, list)
	}
	if code := ada.asks("session:end", map[string]any{"user": "eve", "others": true, "reason": "lost laptop"}, nil); code != "" {
		t.Fatal(code)
	}
	gone(eve)
	refused("eve~lost")
	dial(t, s, "&token=bob~new", "").expect(socketio.Connect) // who signs in anew comes in
}
