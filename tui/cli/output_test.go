package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unicode"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/exit"
)

// TestLinesOfJSON: nothing that a terminal obeys, and all that was said.
func TestLinesOfJSON(t *testing.T) {
	for in, want := range map[string]string{
		"plain <&>":                  `"plain <&>"`,
		"日本 é 👩‍🚒":                   `"日本 é 👩\u200d🚒"`,
		"\x1b[2J\a\x7f":              `"\u001b[2J\u0007\u007f"`,
		"\u009b31m\u202e":            `"\u009b31m\u202e"`,
		"\u2028\u2029":               `"\u2028\u2029"`,
		"\U000e0041\ue000\U0001f3f4": `"\udb40\udc41\ue000🏴"`,
	} {
		var b bytes.Buffer
		if err := printLine(&b, in); err != nil || b.String() != want+"\n" {
			t.Errorf("%+q: %s, want %s (%v)", in, b.String(), want, err)
		}
	}
}

func FuzzLinesOfJSON(f *testing.F) {
	for _, s := range []string{`"x"`, `{"a":["\u001b",1.0]}`, "\"\u202e\"", "\"\xff\"", `"\ud800"`, "5", "[1 , 2]"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m := chat.Message{Envelope: chat.Envelope{ID: string(raw)}, Body: chat.Body{JSON: raw}}
		if !json.Valid(raw) {
			m.JSON = []byte("null")
		}
		var b bytes.Buffer
		if err := printLine(&b, &m); err != nil {
			t.Fatal(err)
		}
		if bytes.Count(b.Bytes(), []byte("\n")) != 1 {
			t.Errorf("not one line: %q", b.Bytes())
		}
		for _, r := range strings.TrimSuffix(b.String(), "\n") {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar && !strings.ContainsRune(string(raw), r) {
				t.Errorf("%+q is printed in %q", r, b.Bytes())
			}
		}
		var back, was chat.Message
		plain, err := json.Marshal(&m)
		if err != nil || json.Unmarshal(plain, &was) != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b.Bytes(), &back); err != nil || back.ID != was.ID {
			t.Errorf("%q came back as %q, %v", was.ID, back.ID, err)
		}
		var x, y any
		if json.Unmarshal(back.JSON, &x) != nil || json.Unmarshal(was.JSON, &y) != nil {
			t.Fatal("a body does not come back")
		}
		a, _ := json.Marshal(x)
		if c, _ := json.Marshal(y); !bytes.Equal(a, c) {
			t.Errorf("%s came back as %s", c, a)
		}
	})
}

func TestSaying(t *testing.T) {
	two := 2
	for want, m := range map[string]chat.Message{
		"hi":                              {Body: chat.TextBody("hi")},
		"two|lines":                       {Body: chat.TextBody("two\nlines\n")},
		"␛[31mred|⟨RLO⟩":                  {Body: chat.TextBody("\x1b[31mred\n\u202e")},
		"/me waves":                       {Body: chat.TextBody("waves"), Envelope: chat.Envelope{Extra: chat.Extra{Style: chat.StyleMe}}},
		"(deleted)":                       {Body: chat.TextBody("x"), Envelope: chat.Envelope{State: chat.State{Deleted: 1}}},
		`(JSON: {"a":1})`:                 {Body: chat.Body{JSON: []byte(`{"a": 1}`)}},
		"(binary, 3 bytes)":               {Body: chat.Body{JSON: []byte(`{}`), Attachments: [][]byte{{1, 2, 3}}}},
		"[code: main.go, go]|x := 1":      {Body: chat.TextBody("x := 1"), Envelope: chat.Envelope{Extra: chat.Extra{Style: chat.StyleCode, Block: &chat.Block{Title: "main.go", Language: "go"}}}},
		"[output: make, exit 2, 1.5s]|no": {Body: chat.TextBody("no"), Envelope: chat.Envelope{Extra: chat.Extra{Style: chat.StyleOutput, Block: &chat.Block{Title: "make", Exit: &two, Duration: 1500}}}},
		"[output]":                        {Body: chat.TextBody(""), Envelope: chat.Envelope{Extra: chat.Extra{Style: chat.StyleOutput}}},
		"[file f: a␛.jpg, image/jpeg, 48 kB]": {Body: chat.TextBody(""), Envelope: chat.Envelope{Extra: chat.Extra{Files: []chat.File{
			{ID: "f", Name: "a\x1b.jpg", Type: "image/jpeg", Size: 48213},
		}}}},
		"": {Body: chat.TextBody("")},
	} {
		if got := strings.Join(saying(&m), "|"); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestMoment(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]string{
		"24h": "2026-11-27T12:00:00Z", "90m ago": "2026-11-28T10:30:00Z", "2026-01-31": "2026-01-31T00:00:00Z",
		"2026-01-31 15:04": "2026-01-31T15:04:00Z", "2026-01-31T15:04:05+01:00": "2026-01-31T14:04:05Z", "2026-01-31 15:04:05": "2026-01-31T15:04:05Z",
	} {
		if at, err := moment("since", in, now); err != nil || at.Time().UTC().Format(time.RFC3339) != want {
			t.Errorf("%q is %v, %v", in, at.Time().UTC(), err)
		}
	}
	for _, in := range []string{"yesterday", "-5h", "31.1.2026", "2026-02-31"} {
		if _, err := moment("since", in, now); exit.CodeOf(err) != exit.Usage {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestFileNamed(t *testing.T) {
	for in, want := range map[string][2]string{
		"0193f2a0-1": {"", "0193f2a0-1"},
		"https://chat.example.com/api/files/0193":                {"https://chat.example.com", "0193"},
		"http://127.0.0.1:4626/api/files/0193/photo%20of%2F.jpg": {"http://127.0.0.1:4626", "0193"},
		"https://chat.example.com:443/api/files/0193/..":         {"https://chat.example.com", "0193"},
	} {
		if server, id, err := fileNamed(in); err != nil || [2]string{server, id} != want {
			t.Errorf("%q is %q of %q, %v", in, id, server, err)
		}
	}
	for _, in := range []string{
		"", "..", ".", "../../etc/passwd", "/etc/passwd", "a b", "https://chat.example.com/other", "https://chat.example.com/api/files/",
		"/api/files/x", "javascript:/api/files/x", "https://a@b/api/files/x", strings.Repeat("x", 65), "a\x1b", "é",
	} {
		if server, id, err := fileNamed(in); exit.CodeOf(err) != exit.Usage {
			t.Errorf("%q is %q of %q, %v", in, id, server, err)
		}
	}
}

func TestPlural(t *testing.T) {
	if got := plural(1234567, "line"); got != "1,234,567 lines" {
		t.Error(got)
	}
}

// TestQuietly: nobody reads any more is no failure; a full disk is one.
func TestQuietly(t *testing.T) {
	if err := quietly(errPipe); err != nil {
		t.Error(err)
	}
	if err := quietly(syscall.ENOSPC); !errors.Is(err, syscall.ENOSPC) {
		t.Error(err)
	}
}

func room(name string, unread, mentions int, notify chat.Notify) chat.Membership {
	return chat.Membership{Room: chat.Room{ID: "id-" + name, Name: name, Kind: chat.RoomPublic}, Unread: unread, Mentions: mentions, Notify: notify}
}

func TestUnread(t *testing.T) {
	for _, c := range []struct {
		rooms   []chat.Membership
		offline bool
		short   string
		names   []string
	}{
		{nil, false, "", nil},
		{[]chat.Membership{room("a", 0, 0, chat.NotifyAll)}, true, "", nil},
		{[]chat.Membership{room("a", 3, 1, chat.NotifyAll)}, false, "3 unread, 1 mention\n", []string{"a"}},
		{[]chat.Membership{room("a", 3, 0, chat.NotifyAll), room("b", 5, 2, chat.NotifyMentions)}, false, "5 unread, 2 mentions\n", []string{"a", "b"}},
		{[]chat.Membership{room("a", 3, 3, chat.NotifyNone), room("b", 5, 0, chat.NotifyMentions)}, false, "", nil},
		{[]chat.Membership{room("a", 3, 0, chat.NotifyAll)}, true, "3 unread (offline)\n", []string{"a"}},
	} {
		u := unread{Online: !c.offline, summary: sum(knownRooms{Rooms: c.rooms}, "me")}
		var names []string
		for _, r := range u.Rooms {
			names = append(names, r.Name)
		}
		if u.short() != c.short || !slices.Equal(names, c.names) {
			t.Errorf("%+v: %q, %q", c.rooms, u.short(), names)
		}
	}
}

func TestRoomWord(t *testing.T) {
	dm := chat.Membership{Room: chat.Room{ID: "dm-1", Kind: chat.RoomDirect, People: []chat.User{{ID: "me", Name: "ada"}, {ID: "b", Name: "bob"}, {ID: "c", Name: "carol"}}}}
	if got := roomWord(&dm, "me"); got != "@bob,@carol" {
		t.Error(got)
	}
	alone := chat.Membership{Room: chat.Room{ID: "dm-1", Kind: chat.RoomDirect}}
	if got := roomWord(&alone, "me"); got != "dm-1" {
		t.Error(got)
	}
}

// TestWhatIsNewOfAMessage: each edit and each deletion is printed once, however often
// it is told.
func TestWhatIsNewOfAMessage(t *testing.T) {
	r := &tailed{}
	for seq := uint64(1); seq <= remembered+10; seq++ {
		r.printed(&chat.Message{Envelope: chat.Envelope{Seq: seq}})
	}
	const seq = remembered
	for i, c := range []struct{ got, want bool }{
		{r.revised(seq, 1), true},
		{r.revised(seq, 1), false},
		{r.revised(seq, 3), true},
		{r.revised(seq, 2), false},
		{r.erased(seq), true},
		{r.erased(seq), false},
		{r.revised(seq, 4), false},
		{r.revised(1, 1), true},              // which is not remembered
		{r.revised(remembered+11, 1), false}, // and was not printed
		{r.erased(remembered + 11), false},
	} {
		if c.got != c.want {
			t.Errorf("step %d: %v", i, c.got)
		}
	}
	if len(r.seen) != remembered || r.last != remembered+10 {
		t.Errorf("%d are remembered up to %d", len(r.seen), r.last)
	}
}
