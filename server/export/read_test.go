package export_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/server/export"
)

// small is an export that is right, a line each.
var small = []string{
	`{"type":"export","version":1,"by":"test","at":1,"team":{"id":"t","name":"acme"},"position":"e.9"}`,
	`{"type":"user","id":"u1","name":"ada","role":"owner","entered":1}`,
	`{"type":"user","id":"u2","name":"bob","role":"member","entered":2}`,
	`{"type":"room","id":"general","name":"general","kind":"public","created":0,"members":[{"id":"u1","since":1},{"id":"u2","since":2,"read":1}]}`,
	`{"type":"room","id":"d","kind":"direct","created":3,"members":[{"id":"u1","since":3},{"id":"u2","since":3}]}`,
	`{"type":"message","id":"m1","room":"general","seq":1,"from":{"id":"u1"},"at":5,"body":"hi","reactions":[{"emoji":"👍","count":1,"users":["u2"]}]}`,
	`{"type":"message","id":"m2","room":"general","seq":4,"from":{"id":"u2"},"at":6,"body":"new","revision":1,"edited":7,"edits":[{"at":6,"body":"old"}]}`,
	`{"type":"message","id":"m3","room":"d","seq":1,"from":{"id":"u1"},"at":6,"body":null,"deleted":7}`,
	`{"type":"end","users":2,"rooms":2,"messages":3}`,
}

func read(lines ...string) (n int, err error) {
	err = export.Read(strings.NewReader(strings.Join(lines, "\n")+"\n"), func(export.Line) error {
		n++
		return nil
	})
	return n, err
}

// TestRead: what is right is read, also with other line ends and without the last one.
func TestRead(t *testing.T) {
	for name, text := range map[string]string{
		"usual": strings.Join(small, "\n") + "\n", "no end": strings.Join(small, "\n"), "Windows": strings.Join(small, "\r\n") + "\r\n",
	} {
		n := 0
		if err := export.Read(strings.NewReader(text), func(export.Line) error { n++; return nil }); err != nil || n != len(small) {
			t.Errorf("%s: %d lines, %v", name, n, err)
		}
	}
	stop := errors.New("stop")
	if err := export.Read(strings.NewReader(strings.Join(small, "\n")), func(export.Line) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("an error of who reads: %v", err)
	}
}

// TestWrong: each mistake is said with its line and a sentence.
func TestWrong(t *testing.T) {
	change := func(line int, from, to string) []string {
		lines := slices.Clone(small)
		if !strings.Contains(lines[line-1], from) {
			t.Fatalf("line %d has no %s", line, from)
		}
		lines[line-1] = strings.Replace(lines[line-1], from, to, 1)
		return lines
	}
	for say, lines := range map[string][]string{
		`line 1: there is nothing in it`:                                  {},
		`line 9: it is cut off: there is no line of type "end"`:           small[:8],
		`line 1: it is not the beginning of an export`:                    small[1:],
		`line 10: there is something after the end`:                       append(slices.Clone(small), small[1]),
		`line 10: there is something after`:                               append(slices.Clone(small), small[0]),
		`line 1: it was written by a newer hobnob, in version 2`:          change(1, `"version":1`, `"version":2`),
		`line 1: it has no version`:                                       change(1, `"version":1,`, ``),
		`line 2: it is not JSON (`:                                        change(2, `"role":"owner"`, `"role":"own`),
		`line 2: it has no type`:                                          change(2, `"type":"user",`, ``),
		`line 2: its type "pet" is none that is known`:                    change(2, `"user"`, `"pet"`),
		`line 2: "name" cannot be a number`:                               change(2, `"ada"`, `7`),
		`line 2: the role of the user "u1" must be`:                       change(2, `owner`, `king`),
		`line 2: the name of the user "u1" must be`:                       change(2, `"ada"`, `"\u001b[2Jx"`),
		`line 3: there was a user "u1" before`:                            change(3, `u2`, `u1`),
		`line 4: the member "u9" is no user of a line before`:             change(4, `"u2"`, `"u9"`),
		`line 4: a room cannot be called "Two Words"`:                     change(4, `"name":"general"`, `"name":"Two Words"`),
		`line 4: the kind of a room is`:                                   change(4, `"public"`, `"secret"`),
		`line 5: a direct room has 2 to 50 members`:                       change(5, `,{"id":"u2","since":3}`, ``),
		`line 6: its room "nowhere" is none of a line before`:             change(6, `"room":"general"`, `"room":"nowhere"`),
		`line 6: it is from "u9", who is no user`:                         change(6, `"from":{"id":"u1"}`, `"from":{"id":"u9"}`),
		`line 6: "nice" is no reaction`:                                   change(6, `👍`, `nice`),
		`line 6: the reaction of "u8" is of no user`:                      change(6, `["u2"]`, `["u8"]`),
		`line 6: it has no body; null is one`:                             change(6, `"body":"hi",`, ``),
		`line 6: it has no time`:                                          change(6, `"at":5,`, ``),
		`line 6: the message's id must be`:                                change(6, `"m1"`, `"m 1"`),
		`line 7: its seq 1 does not follow 1`:                             change(7, `"seq":4`, `"seq":1`),
		`line 7: it was edited 2 times and has 1 texts from before`:       change(7, `"revision":1`, `"revision":2`),
		`line 7: it was edited and does not say when`:                     change(7, `"edited":7,`, ``),
		`line 9: it tells of 2 people, 2 rooms and 4 messages, and`:       change(9, `"messages":3`, `"messages":4`),
		`line 3: it is not valid UTF-8`:                                   change(3, `bob`, "b\xffb"),
		`line 5: people come before rooms`:                                append(slices.Clone(small[:4]), `{"type":"user","id":"u3","name":"x","role":"bot","entered":2}`),
		`line 7: rooms come before messages`:                              append(slices.Clone(small[:6]), `{"type":"room","id":"x","name":"x","kind":"public","members":[]}`),
		`line 8: it is from "hobnob:hook:1", who is no user of a line be`: change(8, `"u1"`, `"hobnob:hook:1"`),
	} {
		_, err := read(lines...)
		if _, ok := errors.AsType[*export.LineError](err); len(lines) > 0 && (!ok || !strings.HasPrefix(err.Error(), say)) {
			t.Errorf("said %q, want %q", err, say)
		}
	}
	if err := export.Read(strings.NewReader(""), func(export.Line) error { return nil }); err == nil || err.Error() != "line 1: there is nothing in it" {
		t.Errorf("an empty file: %v", err)
	}
}

// TestWritten: what is written is read as it was, and cannot do anything to a terminal.
func TestWritten(t *testing.T) {
	evil := "\x1b]0;x\x07 \u009b31m \u202e \x7f <b>&amp; é 🙂"
	var out bytes.Buffer
	w := export.NewWriter(&out)
	m := &export.Message{Message: chat.Message{Envelope: chat.Envelope{ID: "m", Room: "r", Seq: 1, At: 5, From: chat.User{ID: "u"}}, Body: chat.TextBody(evil)}}
	for _, l := range []export.Line{
		&export.Start{By: "test"}, &export.Person{User: chat.User{ID: "u", Name: "ada", Role: chat.RoleOwner}},
		&export.Room{ID: "r", Name: "r", Kind: chat.RoomPublic}, m,
	} {
		if err := w.Write(l); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if strings.ContainsAny(text, "\x1b\x07\u009b\u202e\x7f") || !strings.Contains(text, "é 🙂") || !strings.Contains(text, `"members":[]`) {
		t.Errorf("written:\n%s", text)
	}
	var got []export.Line
	if err := export.Read(&out, func(l export.Line) error { got = append(got, l); return nil }); err != nil {
		t.Fatal(err)
	}
	read, ok := got[3].(*export.Message)
	if !ok {
		t.Fatalf("line 4 is %T", got[3])
	}
	if said, _ := read.Text(); said != evil {
		t.Errorf("read %q, wrote %q", said, evil)
	}
}

// TestText is what a person reads.
func TestText(t *testing.T) {
	var out bytes.Buffer
	w := export.NewText(&out, time.UTC)
	at := func(minutes int) chat.Millis { return chat.Millis(1_795_860_000_000 + int64(minutes)*60_000) }
	say := func(minutes int, from, text string, change func(*export.Message)) {
		t.Helper()
		m := &export.Message{Message: chat.Message{Envelope: chat.Envelope{From: chat.User{Name: from}, At: at(minutes)}, Body: chat.TextBody(text)}}
		if change != nil {
			change(m)
		}
		if err := w.Message(m); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Room(export.Room{Name: "ops", Kind: chat.RoomPrivate, Archived: true, Topic: "what runs"}, nil); err != nil {
		t.Fatal(err)
	}
	one := 1
	say(0, "ada", "two\nlines \x1b[2J", nil)
	say(1, "bob", "waves", func(m *export.Message) { m.Style = chat.StyleMe })
	say(2, "bob", "ok then", func(m *export.Message) {
		m.Thread, m.Revision = "x", 1
		m.Reactions = []chat.Reaction{{Emoji: "👍", Users: []string{"a", "b"}}}
		m.Files = []chat.File{{Name: "a.png", Type: "image/png", Size: 12}}
	})
	say(2000, "bot", "FAIL", func(m *export.Message) {
		m.Style, m.Block = chat.StyleOutput, &chat.Block{Title: "make", Exit: &one, Duration: 1500}
	})
	say(2001, "ada", "", func(m *export.Message) { m.Deleted = 1; m.JSON = []byte("null") })
	say(2002, "web", "", func(m *export.Message) { m.JSON = []byte(`{"a":1}`) })
	people := map[string]string{"u1": "grace", "u2": "ada"}
	if err := w.Room(export.Room{Kind: chat.RoomDirect, Members: []export.Member{{ID: "u1"}, {ID: "u2"}, {ID: "u3"}}}, people); err != nil {
		t.Fatal(err)
	}
	if err := w.End(); err != nil {
		t.Fatal(err)
	}
	want := `#ops (private, archived)
========================
what runs

Saturday 28 November 2026
-------------------------
10:00 ada: two
      lines ␛[2J
10:01 bob waves
10:02 bob (in a thread): ok then (edited)
      file: a.png, image/png, 12 bytes
      👍 2

Sunday 29 November 2026
-----------------------
19:20 bot: make, exit code 1, 1.5s
      FAIL
19:21 ada: (deleted)
19:22 web: {"a":1}


ada, grace, u3 (direct)
=======================
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

// FuzzRead reads anything: it is refused with a line, or what was read is written and
// read again the same.
func FuzzRead(f *testing.F) {
	f.Add([]byte(strings.Join(small, "\n")))
	for _, line := range small {
		f.Add([]byte(small[0] + "\n" + line))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		once, err := rewrite(bytes.NewReader(text))
		if err != nil {
			if _, ok := errors.AsType[*export.LineError](err); !ok {
				t.Fatal(err)
			}
			return
		}
		twice, err := rewrite(bytes.NewReader(once))
		if err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%v\n%s\n%s", err, once, twice)
		}
	})
}

func rewrite(r io.Reader) ([]byte, error) {
	var out bytes.Buffer
	w := export.NewWriter(&out)
	err := export.Read(r, w.Write)
	return out.Bytes(), err
}
