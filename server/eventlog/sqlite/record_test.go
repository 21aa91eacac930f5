package sqlite

import (
	"reflect"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func FuzzParseRecord(f *testing.F) {
	e := chat.Event{
		Author: chat.User{Name: "Ann", Role: chat.RoleAdmin}, Room: "general", ReplyTo: "r", Thread: "t",
		Body: chat.Body{JSON: []byte(`"hi"`), Attachments: [][]byte{{1, 2}, {}, {3}}},
	}
	f.Add(mustRecord(f, &e))
	zero, name := 0, "ops"
	e = chat.Event{
		Extra: chat.Extra{
			Style: chat.StyleOutput, Block: &chat.Block{Exit: &zero, Duration: 5}, Files: []chat.File{{ID: "f", Size: 1}}, Mentions: []string{"@room"},
		},
		Change: chat.Change{Target: 7, Revision: &zero, User: &chat.User{ID: "1"}, Users: []chat.User{{}}, Name: &name, On: true, Until: -1},
	}
	f.Add(mustRecord(f, &e))
	f.Add([]byte{})
	f.Add([]byte{tagExtra, 2, '{', '}'})
	f.Add([]byte{tagChange, 4, 'n', 'u', 'l', 'l'})
	f.Add([]byte{tagBody, 200})
	f.Add([]byte{99, 0})
	f.Add([]byte{tagRoom, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, data []byte) {
		var first, second chat.Event
		if parseRecord(&first, data) != nil {
			return
		}
		if err := parseRecord(&second, mustRecord(t, &first)); err != nil {
			t.Fatalf("our own record of %+v: %v", first, err)
		}
		if len(first.Body.JSON) == 0 {
			first.Body.JSON, second.Body.JSON = nil, nil // an empty body is no body
		}
		if !reflect.DeepEqual(first, second) {
			t.Fatalf("%+v came back as %+v", first, second)
		}
	})
}

func mustRecord(tb testing.TB, e *chat.Event) []byte {
	tb.Helper()
	data, err := appendRecord(nil, e)
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

func TestRecordOfLaterVersion(t *testing.T) {
	var e chat.Event
	if err := parseRecord(&e, []byte{99, 1, 'x'}); err == nil {
		t.Error("a field of a later version was dropped silently")
	}
}
