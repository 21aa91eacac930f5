package tui

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

var update = flag.Bool("update", false, "write the golden screens anew")

func TestMain(m *testing.M) {
	time.Local = time.UTC
	flag.Parse()
	os.Exit(m.Run())
}

// fake is a Client that remembers what it was asked. Requests may come from several
// goroutines.
type fake struct {
	asking     sync.Mutex
	drafts     []chat.Draft
	refuse     error
	retried    []string
	droppedIDs []string
	takenBack  []string
	left       error // why nothing can be taken back
	inputs     []chat.Input
	reconnects int
	older      func(before uint64, limit int) (chat.History, error)
	read       map[string]uint64
	asked      []string // requests, with what they ask
	typing     []string // those that say whether the user writes
	answer     func(request string, out any) error
}

func (f *fake) MarkRead(room string, seq uint64) {
	if f.read == nil {
		f.read = make(map[string]uint64)
	}
	f.read[room] = seq
}

func (f *fake) Ask(_ context.Context, request string, arg, out any) error {
	b, err := json.Marshal(arg)
	if err != nil {
		return err
	}
	f.asking.Lock()
	defer f.asking.Unlock()
	if request == "typing" {
		f.typing = append(f.typing, string(b))
		return nil
	}
	f.asked = append(f.asked, request+" "+string(b))
	if f.answer == nil {
		return nil
	}
	return f.answer(request, out)
}

func (f *fake) Enqueue(d chat.Draft) error {
	if f.refuse != nil {
		return f.refuse
	}
	f.drafts = append(f.drafts, d)
	return nil
}

func (f *fake) Older(_ context.Context, _ string, before uint64, limit int) (chat.History, error) {
	if f.older == nil {
		return chat.History{}, errors.New("not asked for in this test")
	}
	return f.older(before, limit)
}
func (f *fake) Remember(in chat.Input) { f.inputs = append(f.inputs, in) }
func (f *fake) Retry(id string) error  { f.retried = append(f.retried, id); return f.refuse }
func (f *fake) Drop(id string) error   { f.droppedIDs = append(f.droppedIDs, id); return f.refuse }
func (f *fake) Reconnect()             { f.reconnects++ }
func (f *fake) TakeBack(_ context.Context, id string) error {
	if f.left == nil {
		f.takenBack = append(f.takenBack, id)
	}
	return f.left
}

func (f *fake) sent() (texts []string) {
	for _, d := range f.drafts {
		s, _ := d.Body.Text()
		texts = append(texts, s)
	}
	return texts
}

var (
	monday = time.Date(2026, 11, 23, 9, 10, 0, 0, time.UTC)
	you    = chat.User{ID: "u0", Name: "you"}
	ada    = chat.User{ID: "u1", Name: "ada"}
	grace  = chat.User{ID: "u2", Name: "grace"}
	bob    = chat.User{ID: "u3", Name: "bob"}
	yuki   = chat.User{ID: "u4", Name: "ゆき"}
)

func said(seq uint64, u chat.User, at time.Duration, text string) chat.Message {
	return chat.Message{
		Envelope: chat.Envelope{ID: fmt.Sprintf("m%d", seq), Room: chat.GeneralRoom, Seq: seq, From: u, At: chat.ToMillis(monday.Add(at))},
		Body:     chat.TextBody(text),
	}
}

// screen is a Model on a screen of a size, at a time that stands still.
type screen struct {
	*Model
	client *fake
	clock  time.Time
}

func open(width, height int, updates ...chat.Update) *screen {
	s := &screen{client: &fake{}, clock: monday.Add(time.Hour)}
	s.Model = New(Config{
		Client: s.client, Server: "http://127.0.0.1:4626", Remember: s.client.Remember, Now: func() time.Time { return s.clock },
		Ways: []Way{{"hobnob join LINK", "with a new link"}, {"hobnob login SERVER", "with a new token"}},
	})
	s.send(tea.WindowSizeMsg{Width: width, Height: height})
	s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: []chat.Membership{{Room: chat.Room{ID: chat.GeneralRoom, Name: "general", Topic: "what all should know"}}}})
	for _, u := range updates {
		s.send(u)
	}
	return s
}

// send updates the model, and returns the command that came of it.
func (s *screen) send(msg tea.Msg) tea.Cmd {
	_, cmd := s.Update(msg)
	return cmd
}

// keys types words as they stand, and presses what is in braces.
func (s *screen) keys(tb testing.TB, text string) tea.Cmd {
	tb.Helper()
	return typed(tb, s.Model, text)
}

// typed types them in a model, and returns what came of the last one.
func typed(tb testing.TB, m tea.Model, text string) (cmd tea.Cmd) {
	tb.Helper()
	for _, k := range splitKeys(text) {
		msg := tea.KeyPressMsg{Code: []rune(k)[0], Text: k}
		if len(k) > 1 && k[0] == '{' {
			msg = press(tb, k[1:len(k)-1])
		}
		_, cmd = m.Update(msg)
	}
	return cmd
}

// splitKeys are the presses of a text, each on its own.
func splitKeys(text string) (list []string) {
	for text != "" {
		n := len(string([]rune(text)[:1]))
		if i := strings.IndexByte(text, '}'); text[0] == '{' && i > 0 {
			n = i + 1
		}
		list, text = append(list, text[:n]), text[n:]
	}
	return list
}

func press(tb testing.TB, name string) tea.KeyPressMsg {
	tb.Helper()
	var k tea.KeyPressMsg
	parts := strings.Split(name, "+")
	if name == "+" {
		parts = []string{"+"}
	}
	for _, p := range parts[:len(parts)-1] {
		k.Mod |= map[string]tea.KeyMod{"ctrl": tea.ModCtrl, "alt": tea.ModAlt, "shift": tea.ModShift}[p]
	}
	last := parts[len(parts)-1]
	codes := map[string]rune{
		"enter": tea.KeyEnter, "esc": tea.KeyEscape, "pgup": tea.KeyPgUp, "down": tea.KeyDown, "pgdown": tea.KeyPgDown, "home": tea.KeyHome,
		"end": tea.KeyEnd, "f1": tea.KeyF1, "f2": tea.KeyF2, "f3": tea.KeyF3, "f4": tea.KeyF4, "f7": tea.KeyF7, "f8": tea.KeyF8, "tab": tea.KeyTab, "backspace": tea.KeyBackspace, "left": tea.KeyLeft, "right": tea.KeyRight, "up": tea.KeyUp,
	}
	k.Code = codes[last]
	if k.Code == 0 {
		k.Code = []rune(last)[0]
	}
	if k.Mod == 0 && len(last) == 1 {
		k.Text = last
	}
	if k.String() != name {
		tb.Fatalf("{%s} is %q", name, k.String())
	}
	return k
}

// text is the screen without colours.
func (s *screen) text() string { return stripped(s.View().Content) }

// stripped is a screen without its colours, and without the blanks at the ends of its rows.
func stripped(content string) string {
	var rows []string
	for r := range strings.SplitSeq(ansi.Strip(content), "\n") {
		rows = append(rows, strings.TrimRight(r, " "))
	}
	return strings.Join(rows, "\n")
}

func isQuit(cmd tea.Cmd) bool {
	if cmd == nil {
		return false
	}
	_, ok := cmd().(tea.QuitMsg)
	return ok
}

func conversation() []chat.Message {
	return []chat.Message{
		said(1, bob, -15*time.Hour, "good evening"),
		said(2, ada, 2*time.Minute, "shipping 2.4 in ten minutes"),
		said(3, grace, 4*time.Minute, "@you can you watch the graphs?"),
		said(4, grace, 4*time.Minute, "here is the change:\n\tif m.Body == nil {\n\t\treturn ErrEmpty\n\t}"),
		said(5, yuki, 6*time.Minute, "日本語のテキストもここに表示されます。長い行は折り返されて、文字が切れることはありません。"),
		said(6, bob, 21*time.Minute, "done, p99 is flat 👍🏽 🇩🇪"),
	}
}

func TestGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		draft := func(id, text string, state chat.DraftState, err error) chat.DraftChanged {
			return chat.DraftChanged{Draft: chat.Draft{ID: id, Room: chat.GeneralRoom, Body: chat.TextBody(text), At: monday.Add(time.Hour)}, State: state, Err: err}
		}
		for name, prepare := range map[string]func(*screen){
			"room": func(s *screen) { s.send(chat.Connection{State: chat.Online}) },
			"offline": func(s *screen) {
				s.send(chat.Connection{State: chat.Waiting, RetryAt: s.clock.Add(4 * time.Second), Reason: "connection refused"})
				s.send(draft("d1", "am I heard?", chat.DraftWaiting, nil))
				s.send(draft("d2", "nobody may say this", chat.DraftFailed, errors.New("members may not post in this room")))
				s.keys(t, "one{alt+enter}two")
			},
			"refused": func(s *screen) {
				s.send(chat.Connection{State: chat.Refused, Reason: "your sign-in has expired"})
			},
			"sentence": func(s *screen) { s.keys(t, "/frob{enter}") },
			"scrolled": func(s *screen) {
				s.keys(t, "{pgup}")
				s.send(chat.Arrived{Messages: []chat.Message{said(7, ada, time.Hour, "you do not see me")}})
			},
			"whole": func(s *screen) {
				s.send(chat.Arrived{Messages: []chat.Message{said(7, ada, time.Hour, lines("a rather long line with the number", 450))}})
				s.keys(t, "{ctrl+o}{pgdown}")
			},
			"invite": func(s *screen) {
				s.inviting(nil)
				s.send(s.asked(t))
			},
			"help": func(s *screen) { s.keys(t, "{f1}") },
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := open(size[0], size[1], chat.Reloaded{Room: chat.GeneralRoom, Messages: conversation()})
				prepare(s)
				golden(t, s.text()+"\n")
			})
		}
	}
}

func golden(t *testing.T, got string) {
	t.Helper()
	path := filepath.Join("testdata", filepath.Base(t.Name())+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s (go test -update writes it anew):\n%s", path, d)
	}
}

var colours = regexp.MustCompile("\x1b\\[[0-9;:]*m")

// What others say, at every place where it is shown, changes cells and nothing
// else of the terminal.
func TestHostileTextIsHarmless(t *testing.T) {
	const evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eevil\u2066\x00\r\n\t\u200b" + "\x1bP+q\x1b\\"
	for _, size := range [][2]int{{100, 30}, {30, 8}} {
		u := chat.User{ID: evil, Name: evil}
		s := open(size[0], size[1])
		s.Model = New(Config{Client: s.client, Server: evil, Team: evil, You: u, Notices: []string{evil}})
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		var seen strings.Builder
		look := func() {
			v := s.View()
			seen.WriteString(v.Content)
			for what, text := range map[string]string{"screen": colours.ReplaceAllString(v.Content, ""), "title": v.WindowTitle} {
				for _, r := range text {
					if r < ' ' && (r != '\n' || what == "title") || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 || r == 0x200b {
						t.Fatalf("%U reached the %s", r, what)
					}
				}
			}
		}
		look()
		s.send(chat.Identified{You: u, Team: chat.Team{Name: evil}, Rooms: []chat.Membership{{Room: chat.Room{ID: chat.GeneralRoom, Name: evil, Topic: evil}}}})
		look()
		s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(1, u, 0, evil)}, More: true})
		s.send(chat.Arrived{Messages: []chat.Message{{Envelope: chat.Envelope{Room: chat.GeneralRoom, Seq: 2, From: u}, Body: chat.Body{JSON: []byte("{\"a\":\"\u202e\x1b[2J\"}")}}}})
		look()
		s.send(older{room: chat.GeneralRoom, before: 1, err: errors.New(evil)})
		look()
		s.send(chat.Noticed{Text: "news: " + evil})
		look()
		if !strings.Contains(colours.ReplaceAllString(seen.String(), ""), "news") {
			t.Error("a notice is not shown")
		}
		s.send(chat.DraftChanged{Draft: chat.Draft{ID: "d", Body: chat.TextBody(evil)}, State: chat.DraftFailed, Err: errors.New(evil)})
		look()
		for _, state := range []chat.ConnectionState{chat.Waiting, chat.Refused, chat.Offline, chat.Connecting, chat.Online} {
			s.send(chat.Connection{State: state, Reason: evil, RetryAt: time.Now().Add(time.Hour)})
			look()
		}
		s.send(chat.Arrived{Messages: []chat.Message{said(9, u, 0, strings.Repeat(evil+"\n\n", 200))}})
		s.keys(t, "{ctrl+o}")
		if s.whole == nil {
			t.Error("the long message is not opened")
		}
		look()
		s.keys(t, "{esc}")
		s.client.refuse = errors.New(evil)
		s.keys(t, "x{enter}")
		look()
		s.keys(t, "{alt+r}")
		look()
		s.keys(t, "{ctrl+c}")
		s.send(tea.PasteMsg{Content: evil})
		look()
		s.keys(t, "{ctrl+c}/")
		s.send(tea.PasteMsg{Content: evil + "{enter}"})
		look()
		if !strings.Contains(seen.String(), "⟨RLO⟩evil") {
			t.Error("the hostile text was not shown at all")
		}
	}
}

// Whatever happens, in whatever order, at whatever size: no panic, the right
// number of rows, none too wide, and the cursor on the screen.
func TestNothingBreaksTheScreen(t *testing.T) {
	texts := []string{"hi", "日本語のテキスト", "👨‍👩‍👧‍👦 👍🏽", "\x1b[31m", strings.Repeat("x", 300), "a\n\n\tb\n", "", strings.Repeat("line\n", 600)}
	rapid.Check(t, func(t *rapid.T) {
		s := open(rapid.IntRange(0, 120).Draw(t, "width"), rapid.IntRange(0, 40).Draw(t, "height"))
		seq, oldest := uint64(100), uint64(101)
		keys := []string{
			"enter", "alt+enter", "pgup", "pgdown", "alt+home", "alt+end", "f1", "esc", "ctrl+c", "ctrl+w", "ctrl+y", "ctrl+u", "alt+r", "alt+x", "backspace", "left", "up", "ctrl+a", "alt+m", "ctrl+o", "ctrl+o", "home", "end",
			"alt+s", "right", "alt+t", "alt+t", "esc", "esc", "alt+k", "k", "j", "g", "G", "r", "e", "d", "y", "+", "o", "t", "p", "u", "/", "n", "1",
			"ctrl+k", "ctrl+f", "ctrl+g", "alt+n", "alt+p", "alt+u", "alt+c", "alt+i", "f8", "f7", "tab", "tab", "shift+tab", "ctrl+r", "ctrl+r", "alt+e", "m", "c", "@", ":", "#",
		}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			text := rapid.SampledFrom(texts).Draw(t, "text")
			switch rapid.IntRange(0, 12).Draw(t, "what") {
			case 0:
				s.send(tea.WindowSizeMsg{Width: rapid.IntRange(0, 250).Draw(t, "w"), Height: rapid.IntRange(0, 80).Draw(t, "h")})
			case 1, 2:
				seq++
				s.send(chat.Arrived{Messages: []chat.Message{dressed(t, said(seq, chat.User{ID: text, Name: text}, time.Duration(seq)*time.Hour, text), text)}})
			case 3, 4:
				s.keys(rapidTB{t: t}, "{"+rapid.SampledFrom(keys).Draw(t, "key")+"}")
			case 5:
				s.send(tea.PasteMsg{Content: text})
			case 6:
				s.send(chat.DraftChanged{Draft: chat.Draft{ID: rapid.SampledFrom([]string{"d1", "d2", "d3"}).Draw(t, "draft"), Body: chat.TextBody(text)}, State: chat.DraftState(rapid.IntRange(0, 3).Draw(t, "state")), Err: errors.New(text)})
			case 7:
				s.send(tea.ModeReportMsg{Mode: ansi.ModeUnicodeCore, Value: ansi.ModeReset})
			case 8:
				before := rapid.SampledFrom([]uint64{oldest, 50}).Draw(t, "before")
				oldest = uint64(rapid.IntRange(0, 99).Draw(t, "old"))
				s.send(older{room: chat.GeneralRoom, before: before, page: chat.History{Messages: []chat.Message{said(oldest, ada, 0, text)}, More: true}})
			case 9:
				s.send(chat.Connection{State: chat.ConnectionState(rapid.IntRange(0, 5).Draw(t, "connection")), Reason: text, RetryAt: s.clock.Add(time.Minute)})
			case 10:
				s.send(became(t, text, seq))
			case 11, 12:
				drags(t, s)
			}
			check(t, s)
		}
	})
}

// drags does something with the mouse. What is marked changes no text on the screen.
func drags(t *rapid.T, s *screen) {
	x, y := rapid.IntRange(0, max(s.width, 0)).Draw(t, "x"), rapid.IntRange(0, max(s.height, 0)).Draw(t, "y")
	switch rapid.IntRange(0, 4).Draw(t, "mouse") {
	case 0, 1:
		s.down(x, y)
	case 2:
		s.move(x, y)
		before := s.text()
		if in := s.drag.in; in != nil {
			_, _ = in.Marked()
			in.Unmark()
			if after := s.text(); after != before {
				t.Fatalf("what is marked changes\n%s\nto\n%s", after, before)
			}
			in.MarkFrom(x, y, timeline.Characters)
			in.MarkTo(y, x)
		}
	case 3:
		s.up(x, y)
	case 4:
		s.send(dragOn{s.drag.nth})
	}
}

// rapidTB lets rapid's T stand in for testing.TB where only Fatalf is used.
type rapidTB struct {
	testing.TB
	t *rapid.T
}

func (rapidTB) Helper() {}

func (b rapidTB) Fatalf(format string, args ...any) { b.t.Fatalf(format, args...) }

func check(t *rapid.T, s *screen) {
	v := s.View()
	if s.width <= 0 || s.height <= 0 {
		if v.Content != "" {
			t.Fatalf("%dx%d: %q", s.width, s.height, v.Content)
		}
		return
	}
	rows := strings.Split(v.Content, "\n")
	if len(rows) != s.height {
		t.Fatalf("%d rows on a screen of %d", len(rows), s.height)
	}
	for _, r := range rows {
		if w := s.theme.Measure.StringWidth(r); w > s.width {
			t.Fatalf("%q is %d cells wide, of %d", r, w, s.width)
		}
	}
	a, at := s.areas, s.writesAt()
	if v.Cursor == nil && (s.whole != nil || s.focus == choosing || s.focus == catching) {
		return
	}
	if l, ok := s.top().(*layer); ok {
		least := a.Timeline.Y
		if s.whole != nil { // which the help lies over
			least = 0
		}
		if c := v.Cursor; c != nil && (c.Y < least || c.X < 0 || c.X >= s.width) || c == nil && l.Cursor() != nil {
			t.Fatalf("%dx%d: the cursor is at %+v, the list at %+v", s.width, s.height, v.Cursor, a.Timeline)
		}
		return
	}
	if v.Cursor == nil || v.Cursor.Y < at.Y || v.Cursor.Y >= at.Y+at.Height || v.Cursor.X < at.X || v.Cursor.X >= at.X+at.Width {
		t.Fatalf("%dx%d: the cursor is at %+v, the composer at %+v", s.width, s.height, v.Cursor, at)
	}
}
