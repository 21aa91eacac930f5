package plain

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// asks is met, in #ops, with a server that answers with a room; what it was asked comes
// to list.
func asks(t *testing.T, answer chat.Room, list *[]string) *run {
	t.Helper()
	r := met(t, true)
	r.answer = func(request string, arg, out any) error {
		b, err := json.Marshal(arg)
		*list = append(*list, request+" "+string(b))
		if a, ok := out.(*chat.RoomAnswer); ok {
			a.Room = chat.Membership{Room: answer, Joined: true}
		}
		return err
	}
	r.types("/go ops\n")
	r.paper.take()
	return r
}

// TestRoomActs: the room that is written to is called otherwise, archived and opened
// again, and it is said what that means. What a server calls a room cannot do more than be
// read.
func TestRoomActs(t *testing.T) {
	for _, c := range []struct{ line, asks, says string }{
		{"/rename On Call", `room:rename {"room":"r2","name":"On Call"}`, "-- this room is called #on-␛[2Jcall now; what it was called leads here, too\n"},
		{"/archive", `room:set {"room":"r2","archived":true}`, "-- this room is archived: it can be read and searched, and /unarchive opens it again\n"},
		{"/unarchive", `room:set {"room":"r2","archived":false}`, "-- this room is written in again\n"},
		{"/rename", "", "-- nothing was done: /rename wants more: /rename NAME\n"},
		{"/mute", `notify {"room":"r2","level":"none"}`, "-- you are told nothing of this room; /unmute takes that back\n"},
		{"/unmute", "", "-- nothing was done: this room is not muted\n"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var asked []string
			r := asks(t, chat.Room{ID: "r2", Name: "on-\x1b[2Jcall", Kind: chat.RoomPublic}, &asked)
			r.types(c.line + "\n")
			if got := strings.Join(asked, "\n"); got != c.asks {
				t.Errorf("%s asks %s, not %s", c.line, got, c.asks)
			}
			r.says(t, c.says)
		})
	}
}

// TestMessageTo: with one person or several one goes to the room between them, and what
// stands behind their names is said there and nowhere else.
func TestMessageTo(t *testing.T) {
	for _, c := range []struct{ line, asks, posted, says string }{
		{"/msg grace", `dm {"room":"","user":"grace"}`, "[]", "-- you write to @bob,@grace"},
		{"/msg @grace hi, all", `dm {"room":"","user":"grace"}`, "[g<hi, all]", "-- you write to @bob,@grace"},
		{"/msg @grace,bob hi, both", `dm {"room":"","users":["grace","bob"]}`, "[g<hi, both]", "-- you write to @bob,@grace"},
		{`/msg grace, "bob"`, `dm {"room":"","users":["grace","bob"]}`, "[]", "-- you write to @bob,@grace"},
		{"/msg @", "", "[]", "-- nothing was done: /msg wants somebody: /msg WHO [TEXT], or several with commas between them"},
		{"/msg ,", "", "[]", "-- nothing was done: /msg wants somebody: /msg WHO [TEXT], or several with commas between them"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var asked []string
			r := asks(t, chat.Room{ID: "g", Kind: chat.RoomDirect, People: []chat.User{ada, {ID: "bob", Name: "bob"}, {ID: "grace", Name: "grace"}}}, &asked)
			r.types(c.line + "\n")
			if got := strings.Join(asked, "\n"); got != c.asks {
				t.Errorf("%s asks %s, not %s", c.line, got, c.asks)
			}
			if got := fmt.Sprint(r.posted); got != c.posted {
				t.Errorf("%s posts %s, not %s", c.line, got, c.posted)
			}
			if text := atTime.ReplaceAllString(r.paper.take(), "$1"); !strings.HasPrefix(text, c.says) {
				t.Errorf("%s says %q, not %q", c.line, text, c.says)
			}
		})
	}
}
