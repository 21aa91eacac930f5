package tui

import (
	"errors"
	"fmt"
	"image/color"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/keymap"
)

func TestSending(t *testing.T) {
	for _, c := range []struct {
		keys string
		sent []string // texts the client got
		left string   // what stays in the composer
	}{
		{"hello{enter}", []string{"hello"}, ""},
		{"one{enter}two{enter}", []string{"one", "two"}, ""},
		{"a{shift+enter}b{alt+enter}c{ctrl+j}d{enter}", []string{"a\nb\nc\nd"}, ""},
		{"  indented{enter}", []string{"  indented"}, ""},
		{"   {enter}", nil, "   "},
		{"{alt+enter}{alt+enter}{enter}", nil, "\n\n"},
		{"//etc/hosts{enter}", []string{"/etc/hosts"}, ""},
		{"/etc/passwd is readable{enter}", []string{"/etc/passwd is readable"}, ""},
		{"/etc/hosts{enter}", []string{"/etc/hosts"}, ""},
		{"/usr/{ctrl+j}/reconnect{enter}", []string{"/usr/\n/reconnect"}, ""},
		{"/etc is readable{enter}", nil, "/etc is readable"},
		{"//etc is readable{enter}", []string{"/etc is readable"}, ""},
		{"/and/or{ctrl+a}/{enter}", []string{"/and/or"}, ""},
		{"/{enter}", nil, "/"},
		{"/quit now{enter}", nil, "/quit now"},
		{"/reconnect{enter}", nil, ""},
		{"kept{esc}", nil, "kept"},
		{"kept{f1}{esc}{esc}", nil, "kept"},
		{"gone{ctrl+c}", nil, ""},
		{"two{ctrl+j}lines{left}{ctrl+c}{ctrl+y}{enter}", []string{"two\nlines"}, ""},
		{"kept{ctrl+c}{ctrl+c}", nil, ""},                                       // the second cuts nothing,
		{"cut{ctrl+c}!{backspace}{ctrl+c}{ctrl+y}{enter}", []string{"cut"}, ""}, // nor does one in an empty line
		{"one two{ctrl+w}{ctrl+y}{enter}", []string{"one two"}, ""},
		{"one two{ctrl+u}{ctrl+y}{ctrl+y}{enter}", []string{"one twoone two"}, ""},
		{"bc{ctrl+a}a{ctrl+e}d{enter}", []string{"abcd"}, ""},
		{"one two{alt+b}{alt+b}{alt+d}{enter}", []string{" two"}, ""},
	} {
		s := open(80, 24)
		s.keys(t, c.keys)
		if d := cmp.Diff(c.sent, s.client.sent()); d != "" {
			t.Errorf("%s: sent %s", c.keys, d)
		}
		if got := s.composer.Text(); got != c.left {
			t.Errorf("%s: left %q", c.keys, got)
		}
	}
}

func TestSentDraftIsOnScreenAtOnce(t *testing.T) {
	s := open(80, 24, chat.Connection{State: chat.Online})
	s.keys(t, "hello there{enter}")
	if text := s.text(); strings.Count(text, "hello there") != 1 || !strings.Contains(text, "↑ sending") {
		t.Fatalf("not shown as under way:\n%s", text)
	}
	d := s.client.drafts[0]
	if d.ID == "" || d.Room != chat.GeneralRoom || !d.At.Equal(s.clock) {
		t.Errorf("draft %+v", d)
	}
	m := said(1, you, time.Hour, "hello there")
	m.ID = d.ID
	s.send(chat.Arrived{Messages: []chat.Message{m}})
	s.send(chat.DraftChanged{Draft: d, State: chat.DraftSent})
	if text := s.text(); strings.Count(text, "hello there") != 1 || strings.Contains(text, "sending") {
		t.Errorf("not shown once, as a message:\n%s", text)
	}
}

// A draft that turns out to be a message is not said to wait any more.
func TestWaitingIsCountedAnewWhenMessagesCome(t *testing.T) {
	s := open(80, 24, chat.Connection{State: chat.Waiting, RetryAt: monday.Add(2 * time.Hour)})
	s.keys(t, "hello{enter}")
	if !strings.Contains(s.text(), "1 waiting to be sent") {
		t.Fatalf("not counted:\n%s", s.text())
	}
	m := said(1, you, time.Hour, "hello")
	m.ID = s.client.drafts[0].ID
	if s.send(chat.Arrived{Messages: []chat.Message{m}}); strings.Contains(s.text(), "waiting to be sent") {
		t.Errorf("still counted:\n%s", s.text())
	}
}

func TestWhatCannotBeSentStays(t *testing.T) {
	s := open(80, 24)
	s.client.refuse = errors.New("the disk is full")
	s.keys(t, "precious{enter}")
	if text := s.text(); s.composer.Text() != "precious" || !strings.Contains(text, "nothing was sent: the disk is full") {
		t.Errorf("refused:\n%s", text)
	}
	s.keys(t, "!")
	if strings.Contains(s.text(), "disk") {
		t.Error("the sentence stays although the text was changed")
	}
	s.client.refuse = nil
	s.send(chat.Identified{You: you, Limits: chat.Limits{Body: 10}})
	s.keys(t, "{enter}")
	if text := s.text(); len(s.client.drafts) != 0 || s.composer.Text() != "precious!" || !strings.Contains(text, "11 bytes, and this server takes 10") {
		t.Errorf("too long:\n%s", text)
	}
}

func TestUnknownCommandOffersWhatWasMeant(t *testing.T) {
	for word, want := range map[string]string{
		"recon": "/reconnect", "recconect": "/reconnect", "Qiut": "/quit", "qiut": "/quit", "hlep": "/help", "frob": "", "qu": "/quit",
		strings.Repeat("quit", 1000): "",
	} {
		s := open(140, 24)
		s.keys(t, "/"+word+"{enter}")
		offered := "did you mean " + want + "?"
		if want == "" {
			offered = "/help lists them."
		}
		if text := s.text(); !strings.Contains(text, offered) || !strings.Contains(text, "ctrl+u clears it, one more / before it sends it as it is") {
			t.Errorf("/%s, want %s:\n%s", word[:min(9, len(word))], offered, text)
		}
	}
}

// The key that an unknown command is cleared with does clear it, wherever the
// cursor is, and what is typed on stands in its place.
func TestUnknownCommandSaysHowToClearIt(t *testing.T) {
	for keys, key := range map[string]string{"": "ctrl+u", "{left}": "ctrl+c", "{ctrl+j}more": "ctrl+c"} {
		for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
			s := open(size[0], size[1])
			s.keys(t, "/frob"+keys+"{enter}")
			if text := s.text(); !strings.Contains(text, key+" clears it") {
				t.Errorf("/frob%s at %v does not name %s:\n%s", keys, size, key, text)
			}
			if s.keys(t, "{"+key+"}"); !s.composer.Empty() {
				t.Errorf("/frob%s: %q is left", keys, s.composer.Text())
			}
		}
		s := open(80, 24)
		if s.keys(t, "/frob{enter}!"); s.composer.Text() != "!" || strings.Contains(s.text(), "no command") {
			t.Errorf("typing on:\n%s", s.text())
		}
	}
}

func TestPasteNeverSends(t *testing.T) {
	s := open(80, 24)
	s.send(tea.PasteMsg{Content: "one\r\ntwo\rthree\n"})
	if got := s.composer.Text(); len(s.client.drafts) != 0 || got != "one\ntwo\nthree\n" {
		t.Errorf("sent %q, left %q", s.client.sent(), got)
	}
	s.send(tea.PasteMsg{Content: "\tgo test"})
	s.keys(t, "{enter}")
	if got := s.client.sent()[0]; got != "one\ntwo\nthree\n\tgo test" {
		t.Errorf("sent %q", got)
	}
	s.send(tea.PasteMsg{Content: "one\ntwo\nthree\n"})
	s.send(tea.PasteMsg{Content: strings.Repeat("line\n", 20_000)})
	if text := s.text(); s.composer.Text() != "one\ntwo\nthree\n" || !strings.Contains(text, "nothing was pasted: 20000 lines") {
		t.Errorf("a huge paste:\n%s", text)
	}
}

func TestTerminalKeys(t *testing.T) {
	s := open(80, 24)
	if _, ok := s.keys(t, "{ctrl+z}")().(tea.SuspendMsg); !ok {
		t.Error("ctrl+z does not suspend")
	}
	if got, want := s.keys(t, "{ctrl+l}")(), tea.ClearScreen(); got != want {
		t.Errorf("ctrl+l is %T", got)
	}
	if s.keys(t, "{f1}{pgdown}"); !strings.Contains(s.text(), "put hobnob aside") {
		t.Errorf("the help does not say how to suspend:\n%s", s.text())
	}
	s.keys(t, "{esc}")
	if s.View().MouseMode == tea.MouseModeNone {
		t.Error("the mouse is off")
	}
	if s.keys(t, "{alt+m}"); s.View().MouseMode != tea.MouseModeNone {
		t.Error("alt+m leaves it on")
	}
	if title := s.View().WindowTitle; title != "hobnob — #general" {
		t.Errorf("title %q", title)
	}
}

// Until the terminal has answered, colours are for either background; what the
// user said is not asked for, and stays.
func TestBackground(t *testing.T) {
	black, white := tea.BackgroundColorMsg{Color: color.Black}, tea.BackgroundColorMsg{Color: color.White}
	s := open(80, 24)
	if s.terminal.Background != Either || s.Init() == nil {
		t.Errorf("background %v, and it asks: %v", s.terminal.Background, s.Init() != nil)
	}
	for _, c := range []struct {
		msg  tea.Msg
		want Background
	}{{black, Dark}, {white, Light}} {
		if s.send(c.msg); s.terminal.Background != c.want {
			t.Errorf("after %v: %v", c.msg, s.terminal.Background)
		}
	}
	s.Model = New(Config{Client: s.client, Background: Light, Fixed: true})
	if s.send(black); s.terminal.Background != Light || s.Init() != nil {
		t.Errorf("told: background %v, and it asks: %v", s.terminal.Background, s.Init() != nil)
	}
}

// Where the team's server runs in this very program, nothing stops it.
func TestHostingIsNotSuspended(t *testing.T) {
	s := open(80, 80)
	s.Model = New(Config{Client: s.client, Hosting: true})
	s.send(tea.WindowSizeMsg{Width: 80, Height: 80})
	if cmd := s.keys(t, "{ctrl+z}"); cmd != nil {
		t.Errorf("ctrl+z is %T", cmd())
	}
	if text := s.text(); !strings.Contains(text, "the server runs in this terminal: ctrl+z would stop it for everybody") {
		t.Errorf("it does not say why:\n%s", text)
	}
	if s.keys(t, "x{f1}"); strings.Contains(s.text(), "ctrl+z") {
		t.Errorf("the help offers it:\n%s", s.text())
	}
}

// A page belongs to what it was asked for, not to what is shown when it comes.
func TestStalePageIsIgnored(t *testing.T) {
	s := open(80, 24)
	s.client.older = func(before uint64, _ int) (chat.History, error) {
		return chat.History{Messages: []chat.Message{said(before-1, ada, 0, "below "+strconv.FormatUint(before, 10))}, More: true}, nil
	}
	stale := s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(50, ada, 0, "<50>")}, More: true})
	asked := s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(500, ada, 0, "<500>")}, More: true})
	s.send(stale())
	if text := s.text(); strings.Contains(text, "below 50\n") || !strings.Contains(text, "loading earlier messages") {
		t.Fatalf("the stale page was taken:\n%s", text)
	}
	if s.send(asked()); !strings.Contains(s.text(), "below 500") {
		t.Errorf("the page was not:\n%s", s.text())
	}
}

// TestTheHelpIsLookedThrough: what is typed over it is looked for there, and nothing of it is written
// or sent; what was being written is there when it is closed.
func TestTheHelpIsLookedThrough(t *testing.T) {
	s := open(80, 16)
	s.keys(t, "half{f1}")
	before := s.text()
	s.keys(t, "{pgdown}")
	if after := s.text(); after == before || !strings.Contains(after, "esc closes") {
		t.Errorf("it does not scroll:\n%s", after)
	}
	s.keys(t, "{home}")
	s.send(tea.MouseWheelMsg{Button: tea.MouseWheelDown})
	if was, is := strings.Split(before, "\n"), strings.Split(s.text(), "\n"); is[5] != was[5+wheelRows] {
		t.Errorf("a notch of the wheel is not %d rows:\n%s", wheelRows, s.text())
	}
	for _, back := range []tea.Msg{tea.MouseWheelMsg{Button: tea.MouseWheelUp}, press(t, "home"), press(t, "alt+home")} {
		s.keys(t, "{pgup}{end}")
		if !strings.Contains(s.text(), "your editor") && !strings.Contains(s.text(), "ctrl+r") {
			t.Errorf("that is not its end:\n%s", s.text())
		}
		for range 200 {
			s.send(back)
		}
		if s.text() != before {
			t.Errorf("%v does not lead back:\n%s", back, s.text())
		}
	}
	for typed, want := range map[string]string{
		"newest edit":       "/edit /e [TEXT]",
		"rooms.jump":        "go to a room by a few letters of its name",
		"edit-last":         "where nothing is written, edit your newest",
		"alt+left":          "a word left",
		"shift+enter":       "new line",
		"/UNDO":             "no key and no command is like that",
		"choose.reply":      "with a message",
		"walk through":      "catch",
		"editing word left": "no key and no command is like that",
	} {
		s.keys(t, typed+"{enter}")
		if text := s.text(); !strings.Contains(text, "help ┃ "+typed+" ") || !strings.Contains(text, want) {
			t.Errorf("%s is not found:\n%s", typed, text)
		}
		s.keys(t, "{ctrl+u}")
	}
	if s.keys(t, "x{esc}"); s.top() != nil || s.composer.Text() != "half" || len(s.client.sent()) > 0 {
		t.Errorf("esc does not close it at once, or %q is written", s.composer.Text())
	}
}

// TestPastedIntoTheHelp is looked for there; nothing is asked.
func TestPastedIntoTheHelp(t *testing.T) {
	s := open(80, 16)
	s.keys(t, "{f1}")
	if s.send(tea.PasteMsg{Content: "put aside"}); !strings.Contains(s.text(), "ctrl+z") || s.composer.Text() != "" {
		t.Errorf("it is not found:\n%s", s.text())
	}
}

func TestRetryAndDrop(t *testing.T) {
	s := open(80, 24, chat.Connection{State: chat.Online})
	s.keys(t, "{alt+r}")
	if !strings.Contains(s.text(), "nothing failed") {
		t.Errorf("nothing to retry, and nothing said:\n%s", s.text())
	}
	s.keys(t, "one{enter}two{enter}")
	for _, d := range s.client.drafts {
		s.send(chat.DraftChanged{Draft: d, State: chat.DraftFailed, Err: errors.New("no")})
	}
	first, newest := s.client.drafts[0].ID, s.client.drafts[1].ID
	s.keys(t, "/retry{enter}{alt+x}/drop{enter}") // the keys and their commands
	if d := cmp.Diff([]string{newest}, s.client.retried); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{newest, first}, s.client.droppedIDs); d != "" {
		t.Error(d)
	}
	if text := s.text(); strings.Contains(text, "one") || strings.Contains(text, "two") {
		t.Errorf("dropped, and still there:\n%s", text)
	}
}

func TestCountdownTicksOnlyWhileThereIsOne(t *testing.T) {
	s := open(80, 24)
	asks, _ := s.send(chat.Connection{State: chat.Online})().(tea.BatchMsg) // who is there, which threads, and no tick
	got := ""
	for _, ask := range asks {
		got += fmt.Sprintf("%T ", ask())
	}
	if got != "tui.present tui.followed " {
		t.Errorf("it ticks while online, or does not look around: %s", got)
	}
	if s.send(tick{}) != nil {
		t.Error("it ticks again while online")
	}
	if s.send(chat.Connection{State: chat.Waiting, RetryAt: s.clock.Add(2500 * time.Millisecond)}) == nil {
		t.Error("it does not tick while waiting")
	}
	if s.send(chat.Connection{State: chat.Waiting, RetryAt: s.clock.Add(2500 * time.Millisecond)}) != nil {
		t.Error("it ticks twice")
	}
	for _, want := range []string{"retrying in 3 s", "retrying in 2 s", "retrying in 1 s"} {
		if !strings.Contains(s.text(), want) {
			t.Errorf("does not say %q:\n%s", want, s.text())
		}
		s.clock = s.clock.Add(time.Second)
		if cmd := s.send(tick{}); (cmd == nil) != (want == "retrying in 1 s") {
			t.Errorf("after %q the next tick is %v", want, cmd != nil)
		}
	}
	if !strings.Contains(s.text(), "retrying now") {
		t.Errorf("at the end of the countdown:\n%s", s.text())
	}
}

func TestHistoryIsOneCommandAndOneMessage(t *testing.T) {
	s := open(80, 24)
	s.client.older = func(before uint64, limit int) (chat.History, error) {
		if before != 50 || limit != 20 {
			t.Errorf("asked for %d below %d", limit, before)
		}
		return chat.History{Messages: []chat.Message{said(48, ada, 0, "<48>"), said(49, ada, 0, "<49>")}}, nil
	}
	s.send(chat.Identified{You: you, Limits: chat.Limits{History: 20}})
	cmd := s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(50, ada, 0, "<50>")}, More: true})
	if cmd == nil {
		t.Fatal("the screen is not full, and nothing is asked for")
	}
	if s.send(tick{}) != nil {
		t.Error("asked for twice")
	}
	if !strings.Contains(s.text(), "loading earlier messages") {
		t.Errorf("it does not say that it loads:\n%s", s.text())
	}
	s.send(cmd())
	if text := s.text(); !strings.Contains(text, "<48>") || !strings.Contains(text, "beginning of #general") {
		t.Errorf("the page is not shown:\n%s", text)
	}
}

func TestHelpNamesEveryCommandAndComesFromTheKeyMap(t *testing.T) {
	keys := keymap.Default()
	keys.Retry.SetKeys("f9")
	s := open(100, 170)
	s.Model = New(Config{Client: s.client, Keys: &keys})
	s.send(tea.WindowSizeMsg{Width: 100, Height: 170})
	s.keys(t, "/help{enter}")
	text := s.text()
	for _, want := range []string{"f9", "/quit", "/reconnect", "//…", "ctrl+j shift/alt+enter ", "ctrl+y", "pgup", "ctrl+o", "space"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in the help:\n%s", want, text)
		}
	}
	if s.keys(t, "{esc}"); strings.Contains(s.text(), "f9") {
		t.Error("esc does not close it")
	}
}

func TestWheelAndPages(t *testing.T) {
	var many []chat.Message
	for i := range uint64(100) {
		many = append(many, said(i+1, ada, 0, "line"))
	}
	s := open(80, 24, chat.Reloaded{Room: chat.GeneralRoom, Messages: many})
	for _, up := range []func(){
		func() { s.send(tea.MouseWheelMsg{Button: tea.MouseWheelUp}) },
		func() { s.keys(t, "{pgup}") },
		func() { s.keys(t, "{alt+home}") },
	} {
		if up(); !strings.Contains(s.text(), "↓ · alt+end") {
			t.Error("it did not scroll")
		}
		if s.keys(t, "{alt+end}"); strings.Contains(s.text(), "alt+end") {
			t.Error("alt+end does not follow again")
		}
	}
	s.keys(t, "{pgup}mine{enter}")
	if strings.Contains(s.text(), "alt+end") || !strings.Contains(s.text(), "you  mine") {
		t.Error("what was sent is not shown")
	}
}
