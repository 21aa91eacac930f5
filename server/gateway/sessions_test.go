package gateway

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

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

// TestWhoHasGoneHearsNothing: a session that ended, on either lane, is in no audience.
func TestWhoHasGoneHearsNothing(t *testing.T) {
	inBubble(t, setup{}, func(t *testing.T, s *served) {
		plain := dial(t, s.Server, "&token=ada", "")
		plain.expect(socketio.Connect)
		peers := []*peer{plain, hello(t, s.Server, "ada"), hello(t, s.Server, "ada")}
		listening := func() (n int) {
			s.gate.hub.Each("ada", func(*session) { n++ })
			return n
		}
		for i, p := range peers {
			if n := listening(); n != len(peers)-i {
				t.Errorf("%d listen, not %d", n, len(peers)-i)
			}
			_ = p.conn.Close()
			synctest.Wait()
		}
		if n := listening(); n != 0 {
			t.Errorf("%d listen who have gone", n)
		}
	})
}

// TestEndedWhileComingIn: whose sign-in ends after their token was looked at and before
// they listen does not come in.
func TestEndedWhileComingIn(t *testing.T) {
	end := func(t *testing.T, s *served) {
		ada := chat.User{ID: "ada", Name: "ada", Role: chat.RoleOwner}
		if _, err := s.service.EndSession(t.Context(), ada, "first", chat.SessionEndRequest{User: "bob", ID: "lost"}); err != nil {
			t.Error(err)
		}
	}
	t.Run("connect", func(t *testing.T) {
		var once sync.Once
		var s *served
		var armed atomic.Bool // by the test, before bob comes
		s = serveWith(t, setup{gateway: func(c *Config) {
			c.Now = func() time.Time {
				if armed.Load() { // the session's beginning is noted once the token was looked at
					once.Do(func() { end(t, s) })
				}
				return time.Now()
			}
		}})
		hello(t, s.Server, "bob~here")
		hello(t, s.Server, "ada")
		armed.Store(true)
		p := dial(t, s.Server, "&token=bob~lost", "")
		if got := p.expect(socketio.ConnectError); !strings.Contains(string(got.Data), `"reason":"token_revoked"`) {
			t.Errorf("answered %s", got.Data)
		}
	})
	t.Run("hello", func(t *testing.T) {
		s := serveWith(t, setup{})
		hello(t, s.Server, "ada")
		p := dial(t, s.Server, "&token=bob~lost", "")
		p.expect(socketio.Connect)
		var once sync.Once
		s.service.OnPresence(func(chat.PresenceTold) { // when nobody listens for it
			once.Do(func() { end(t, s) })
		})
		p.request("hello", map[string]int{"protocol": 1})
		if e := p.next(); e.name != "unauthorized" {
			t.Errorf("told %s", e.name)
		}
		p.expect(socketio.Disconnect)
	})
}
