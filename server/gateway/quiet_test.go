package gateway

import (
	"encoding/json"
	"fmt"
	"slices"
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
	script.answer(script.request("read", map[string]any{"seq": 1}), &answered, nil)
	if n, mentions := unread(); n != 0 || mentions != 0 {
		t.Errorf("after bob read all before it, %d unread, %d mentions", n, mentions)
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

// TestOwnProgram: what a program says is not unread to whose token it has, whose other
// devices are told so in its place in the log; nobody else is.
func TestOwnProgram(t *testing.T) {
	s := serve(t, nil)
	ada, bob := hello(t, s, "ada"), hello(t, s, "bob")
	heard, at := map[*peer][]string{}, ""
	asks := func(p *peer, name string, arg any) {
		var answered struct{ OK bool }
		p.answer(p.request(name, arg), &answered, func(e told) {
			var told struct {
				Position string
				Read     uint64
			}
			if err := json.Unmarshal(e.args[len(e.args)-1].JSON, &told); err != nil {
				t.Error(err)
			}
			switch e.name {
			case "message":
				heard[p], at = append(heard[p], string(e.args[0].JSON)), told.Position
			case "read":
				heard[p] = append(heard[p], fmt.Sprint("read ", told.Read, " ", told.Position == at))
			}
		})
	}
	script := dial(t, s, "&token=bob", "")
	script.expect(socketio.Connect)
	asks(script, "hello", map[string]any{"protocol": 1, "quiet": true})
	asks(script, "message", "built")
	asks(script, "message", "shipped")
	asks(ada, "message", "thanks")
	asks(script, "message", "@bob broken")
	asks(ada, "members", struct{}{})
	asks(bob, "members", struct{}{})
	all := []string{`"built"`, `"shipped"`, `"thanks"`, `"@bob broken"`}
	if !slices.Equal(heard[ada], all) {
		t.Errorf("ada heard %q", heard[ada])
	}
	if got := heard[bob]; !slices.Equal(got, []string{all[0], "read 1 true", all[1], "read 2 true", all[2], all[3]}) {
		t.Errorf("bob heard %q", got)
	}
}
