package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

// TestShrink: of what is longer than the limit only bodies are left out, and what is left
// says so; what is left is bounded whatever it is.
func TestShrink(t *testing.T) {
	long := strings.Repeat("x", 1000)
	const said = `"[this message has 1.0 kB, which is more than is shown here]"`
	for name, tc := range map[string]struct{ in, want string }{
		"a text":             {`42["message","` + long + `",{"id":"a"}]`, `42["message",` + said + `,{"id":"a"}]`},
		"escapes":            {`42["message","\"]` + long + `\\",{"id":"a"}]`, `42["message",` + said + `,{"id":"a"}]`},
		"an array":           {`42["message",["` + long + `",[{}]],{"id":"a"}]`, `42["message",` + said + `,{"id":"a"}]`},
		"an object":          {`42["message",{"body":{"a":"` + long + `"}},{"id":"a"}]`, `42["message",` + said + `,{"id":"a"}]`},
		"a number":           {`42["message",` + strings.Repeat("1", 1000) + `]`, `42["message",` + said + `]`},
		"a page":             {`437[{"messages":[{"body":"` + long + `","x":1},{"body":"short"},{"id":"b","body":["` + long + `"]}]}]`, `437[{"messages":[{"body":` + said + `,"x":1},{"body":"short"},{"id":"b","body":` + said + `}]}]`},
		"spaces":             {`437 [ { "body" : "` + long + `" } ]`, `437 [ { "body" : ` + said + `} ]`},
		"what is no body":    {`437[{"nobody":"` + long + `","a":"body","b":"` + long + `"}]`, ""},
		"a body in a body":   {`437[{"body":{"body":"short"},"x":"` + long + `"}]`, ""},
		"attachments":        {`437[{"body":[],"attachments":["` + long + `","x"],"id":"a"}]`, `437[{"body":[],"attachments":[],"id":"a"}]`},
		"an envelope":        {`42["message","short",{"body":"` + long + `"}]`, ""},
		"another namespace":  {`42/body,["message","short"]`, ""},
		"an escaped key":     {`437[{"\"body":"` + long + `"}]`, ""},
		"a text that is cut": {`42["message","` + long, `42["message",`},
	} {
		if tc.want == "" {
			tc.want = tc.in
		}
		for _, n := range []int{0, 1, len(tc.in) / 2, len(tc.in)} {
			got, err := shrink([]byte(tc.in[:n]), strings.NewReader(tc.in[n:]), 100)
			if err != nil || string(got) != tc.want {
				t.Errorf("%s: %v, %s", name, err, got)
			}
		}
	}
	for name, in := range map[string]string{
		"no body":  `437["` + strings.Repeat("x", readLimit) + `"]`,
		"no array": `4` + strings.Repeat("2", readLimit+10),
		"bodies":   `437[` + strings.Repeat(`{"body":"`+strings.Repeat("x", 90)+`"},`, readLimit/90),
		"deep":     `42["message",` + strings.Repeat("[", 2*depthLimit),
	} {
		if got, err := shrink(nil, strings.NewReader(in), 100); !errors.Is(err, errShrunk) {
			t.Errorf("%s: %d bytes are left, %v", name, len(got), err)
		}
	}
}

// FuzzShrink: what a decoder takes it takes shrunk, in whatever pieces it came, and what
// is short stays as it is.
func FuzzShrink(f *testing.F) {
	for _, s := range []string{
		`42["message","a long enough text",{"id":"a"}]`, `437[{"body":"a long enough text"}]`,
		`42["message",["a",{"body":[]}],{}]`, `437[{"body":{"body":"\"\\\u00e9"}},[]]`, `40{"sid":"[\""}`, `41`, `42["a",1]]`,
	} {
		f.Add([]byte(s), 3)
	}
	f.Fuzz(func(t *testing.T, in []byte, n int) {
		if n < 0 || n > len(in) || len(in) == 0 {
			return
		}
		whole, err := shrink(in, bytes.NewReader(nil), len(in))
		if err == nil && !bytes.Equal(whole, in) {
			t.Fatalf("%q became %q", in, whole)
		}
		got, err := shrink(in[:n], io.LimitReader(bytes.NewReader(in[n:]), 1<<20), 8)
		if err != nil {
			return // nested too deep
		}
		again, _ := shrink(in, bytes.NewReader(nil), 8)
		if !bytes.Equal(got, again) {
			t.Fatalf("in pieces %q, at once %q", got, again)
		}
		var before, after socketio.Decoder
		if p, err := before.Text(in[1:]); err == nil && p != nil && p.Type != socketio.BinaryEvent && p.Type != socketio.BinaryAck {
			if _, err := after.Text(got[1:]); err != nil {
				t.Fatalf("%q became %q: %v", in, got, err)
			}
		}
	})
}

// TestLongMessages: a screen is told of messages that are longer than it shows, live, in
// history and with attachments, and what comes after them.
func TestLongMessages(t *testing.T) {
	f := newFake("general")
	f.limits.Body = 100 << 20
	cfg := config(t, f.start(t))
	_, s := online(t, cfg)
	long := chat.TextBody(strings.Repeat("long ", 2<<20))
	if len(long.JSON) < 2*readLimit {
		t.Fatal("it is too short")
	}
	binary := chat.Body{
		JSON:        json.RawMessage(`[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`),
		Attachments: [][]byte{make([]byte, 1000), make([]byte, 2*readLimit)},
	}
	for i, b := range []chat.Body{long, binary, chat.TextBody("short")} {
		f.set(func() { f.post(other, chat.PostOptions{Room: "general", ID: string(rune('a' + i))}, b) })
	}
	check := func(s *screen) {
		t.Helper()
		s.waitLast(t, "general", 3)
		s.mu.Lock()
		defer s.mu.Unlock()
		for i, want := range []string{`"[this message has 10 MB, which is more than is shown here]"`, string(binary.JSON), `"short"`} {
			m := s.rooms["general"][i]
			if string(m.Body.JSON) != want && i != 1 || weighBody(m.Body) > showLimit {
				t.Errorf("message %d has %d bytes: %.100s", i+1, weighBody(m.Body), m.Body.JSON)
			}
		}
	}
	check(s)
	cfg.Dir = folder(t) // who has nothing reads history
	_, s = run(t, cfg)
	check(s)
}
