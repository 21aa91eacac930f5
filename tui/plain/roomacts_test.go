package plain

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
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
		{"/notify", "", "-- you are told of all that is new in this room · /notify all, mentions or none sets it\n"},
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

// TestAwayEnds: a time behind /dnd and /away ends them, where the server ends it.
func TestAwayEnds(t *testing.T) {
	for _, c := range []struct {
		line, asks, says string
		knows            bool
	}{
		{"/dnd 1h parser", `presence {"state":"dnd","text":"parser","until":946688400000}`, "not to be disturbed, until ", true},
		{"/away 2 hours", `presence {"state":"away","until":946692000000}`, "you are away, until /back: this server is too old to end it by itself", false},
		{"/dnd lunch", `presence {"state":"dnd","text":"lunch"}`, "not to be disturbed, until /back\n", true},
	} {
		synctest.Test(t, func(t *testing.T) {
			r, asked := met(t, true), ""
			r.answer = func(request string, arg, out any) error {
				b, err := json.Marshal(arg)
				asked = request + " " + string(b)
				if c.knows {
					out.(*chat.PresenceAnswer).Until = arg.(chat.PresenceRequest).Until
				}
				return err
			}
			r.types(c.line + "\n")
			if got := r.paper.take(); asked != c.asks || !strings.Contains(got, c.says) || strings.Contains(got, "/back before") != (c.knows && strings.Contains(asked, "until")) {
				t.Errorf("%s asks %s and says %q", c.line, asked, got)
			}
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

// TestArchivedRoomsWhileOffline: what is written then is sent later, when the room may be open.
func TestArchivedRoomsWhileOffline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		list := rooms()
		list[1].Archived = true
		r.tell(chat.RoomsChanged{Rooms: list})
		r.types("/go ops\n")
		r.tell(chat.Connection{State: chat.Waiting})
		r.types("hello\n")
		if got := fmt.Sprint(r.posted); got != "[r2<hello]" {
			t.Errorf("posted %s:\n%s", got, r.paper.take())
		}
		r.types("/quit\n")
	})
}

// TestArchivedRooms: what is written to a room that can only be read is not sent, and is said
// to be; the words are kept until it is opened again, they are dropped, or the chat ends.
func TestArchivedRooms(t *testing.T) {
	archived := func(on bool) chat.RoomsChanged {
		list := rooms()
		list[1].Archived = on
		return chat.RoomsChanged{Rooms: list}
	}
	const refused = "-- not sent: #ops is archived, and can only be read; an admin, or who made it, opens it again with /unarchive. " +
		"Then /retry sends what you wrote, and /drop forgets it\n-- it was: "
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.tell(archived(true))
		r.types("/go ops\n")
		if says := r.paper.take(); !strings.Contains(says, "-- you are in #ops, 2 people: on call\n-- it is archived: it can be read, and not written to\n") {
			t.Errorf("printed\n%s", says)
		}
		r.types("hello\n")
		r.says(t, refused+"hello\n")
		r.types("/me waves\n")
		r.says(t, refused+"waves\n")
		r.types("/retry\n")
		r.says(t, "-- that was not done: #ops is archived still\n-- that was not done: #ops is archived still\n")
		r.tell(archived(false))
		r.says(t, "-- #ops is written in again\n")
		r.types("/retry\n")
		r.says(t, "-- it is tried again: hello\n-- it is tried again: waves\n")
		if got := fmt.Sprint(r.posted); got != "[r2<hello r2<waves]" || len(r.asked) > 0 {
			t.Errorf("posted %s, asked %q", got, r.asked)
		}
		r.tell(archived(true))
		r.paper.take()
		r.types("one\n")
		r.says(t, refused+"one\n")
		r.types("/drop\n")
		r.says(t, "-- it is forgotten: one\n")
		r.types("two\n")
		r.says(t, refused+"two\n")
		r.types("/rooms\n")
		if says := r.paper.take(); !strings.Contains(says, "-- #ops, 2 unread, archived, where you write\n") {
			t.Errorf("printed\n%s", says)
		}
		r.types("/quit\n")
		r.says(t, "-- not sent to #ops, and not kept:\n  two\n")
		if err := <-r.ended; err != nil {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := met(t, false)
		r.tell(archived(true))
		r.types("/go ops\nhello\n")
		_ = r.keys.Close()
		if err := <-r.ended; !errors.Is(err, ErrUnsent) || !strings.Contains(r.paper.take(), "-- not sent: #ops is archived, and can only be read\n-- it was: hello\n") {
			t.Errorf("ended with %v", err)
		}
	})
}

// TestRoomsThatOthersChange: what others make of the room one writes to is said, what one does
// oneself once, and of other rooms nothing.
func TestRoomsThatOthersChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, true)
		r.types("/go ops\n")
		r.paper.take()
		list := rooms()
		told := func() {
			t.Helper()
			r.tell(chat.RoomsChanged{Rooms: list})
		}
		for _, c := range []struct {
			change func(*chat.Room)
			says   string
		}{
			{func(r *chat.Room) { r.Archived = true }, "-- #ops is archived now: it can be read, and not written to\n"},
			{func(*chat.Room) {}, ""},
			{func(r *chat.Room) { r.Archived = false }, "-- #ops is written in again\n"},
			{func(r *chat.Room) { r.Topic = "quiet\x1b[2J" }, "-- the topic of #ops is now: quiet␛[2J\n"},
			{func(r *chat.Room) { r.Topic, r.Name = "", "duty" }, "-- #ops is called #duty now\n-- #duty has no topic now\n"},
		} {
			c.change(&list[1].Room)
			told()
			r.says(t, c.says)
		}
		list[0].Topic = "elsewhere"
		told()
		r.says(t, "")
		first := true // it is told before it is answered
		r.answer = func(_ string, _, out any) error {
			if list[1].Archived = first; first {
				r.updates <- chat.RoomsChanged{Rooms: slices.Clone(list)}
			}
			if a, ok := out.(*chat.RoomAnswer); ok {
				a.Room = list[1]
			}
			return nil
		}
		r.types("/archive\n")
		r.says(t, "-- this room is archived: it can be read and searched, and /unarchive opens it again\n")
		first = false
		list[1].Name = "watch" // by somebody else, while one asks for something else
		r.answer = func(string, any, any) error {
			r.updates <- chat.RoomsChanged{Rooms: slices.Clone(list)}
			return nil
		}
		r.types("/away\n")
		r.says(t, "-- others see that you are away, until /back\n-- #duty is called #watch now\n")
		r.answer = func(_ string, _, out any) error {
			list[1].Archived = false
			if a, ok := out.(*chat.RoomAnswer); ok {
				a.Room = list[1]
			}
			return nil
		}
		r.types("/unarchive\n")
		told()
		r.says(t, "-- this room is written in again\n")
	})
}
