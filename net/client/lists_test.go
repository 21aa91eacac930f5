package client

import (
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// TestLongLists: a list that would fill the memory is not decoded, whatever is in it,
// and one that is long within a message is a message.
func TestLongLists(t *testing.T) {
	many := strings.Repeat("{},", listsLimit+1) + "{}"
	for name, tc := range map[string]struct {
		answer string
		ok     bool
	}{
		"messages":             {`{"ok":true,"messages":[` + many + `]}`, false},
		"after a quoted brace": {`{"ok":true,"x":"\\\"[[{","messages":[` + many + `]}`, false},
		"a page":               {`{"ok":true,"messages":[{},{}]}`, true},
		"a body":               {`{"ok":true,"messages":[{"body":[` + many + `]}]}`, true},
		"a text":               {`{"ok":true,"x":["` + many + `"]}`, true},
	} {
		_, err := answer[chat.History]([]socketio.Value{{JSON: []byte(tc.answer)}})
		if (err == nil) != tc.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestFrameLimit: a frame is no longer than what the server takes makes it.
func TestFrameLimit(t *testing.T) {
	for body, want := range map[int]int{
		-1: readLimit, 0: readLimit, 1_000_000: readLimit, 10_000_000: 20_000_000 + readLimit/2,
		100 << 20: maxReadLimit, 1 << 62: maxReadLimit,
	} {
		if got := frameLimit(body); got != want {
			t.Errorf("a frame with bodies of %d may have %d, want %d", body, got, want)
		}
	}
}
