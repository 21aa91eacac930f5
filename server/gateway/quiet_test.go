package gateway

import (
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// TestQuietHello: what runs by itself hears and says everything, and nobody is there
// by it.
func TestQuietHello(t *testing.T) {
	s := serve(t, nil)
	ada := hello(t, s, "ada")
	state := func() chat.PresenceState {
		var list struct{ Members []chat.Member }
		ada.answer(ada.request("members", map[string]string{}), &list, nil)
		for _, m := range list.Members {
			if m.Name == "bob" {
				return m.Presence.State
			}
		}
		return ""
	}
	var answered struct{ OK bool }
	script := dial(t, s, "&token=bob", "")
	script.expect(socketio.Connect)
	script.answer(script.request("hello", map[string]any{"protocol": 1, "quiet": true}), &answered, nil)
	if !answered.OK || state() != chat.Absent {
		t.Errorf("quiet: %+v, bob is %q", answered, state())
	}
	unread := func() (n, mentions int) {
		var list struct{ Rooms []chat.Membership }
		script.answer(script.request("room:list", map[string]string{}), &list, nil)
		return list.Rooms[0].Unread, list.Rooms[0].Mentions
	}
	ada.answer(ada.request("message", "@bob look"), &answered, nil)
	script.answer(script.request("message", "built"), &answered, nil)
	if n, mentions := unread(); n != 2 || mentions != 1 {
		t.Errorf("after its script said something bob has %d unread, %d mentions", n, mentions)
	}
	hello(t, s, "bob")
	if got := state(); got != chat.Active {
		t.Errorf("on the chat lane bob is %q", got)
	}
	_ = script.conn.Close()
	ada.answer(ada.request("message", "hi"), &answered, nil)
	if got := state(); got != chat.Active {
		t.Errorf("after the script ended bob is %q", got)
	}
}
