package tui

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// talk is a team in which people spoke: ゆき last, before her bob.
func talk(width, height int) *screen {
	s := openTeam(width, height)
	s.send(present{{User: chat.User{ID: "u8", Name: "adrian"}}, {User: chat.User{ID: "u9", Name: "zoe miller"}}, {User: you}})
	s.send(chat.Arrived{Messages: []chat.Message{said(60, ada, 0, "a"), said(61, bob, 0, "b"), said(62, yuki, 0, "c")}})
	return s
}

// Tab completes what stands before the cursor, those who spoke last first; again the next
// one, Shift+Tab the one before, and Esc takes it back.
func TestComplete(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		{"@a{tab}", "@ada "},
		{"@a{tab}{tab}", "@adrian "},
		{"@a{tab}{tab}{tab}", "@ada "},
		{"@a{tab}{shift+tab}", "@adrian "},
		{"@a{shift+tab}", "@adrian "},
		{"@a{tab}{esc}", "@a"},
		{"@a{tab}{tab}{esc}{tab}", "@ada "},
		{"@a{tab}hello", "@ada hello"},
		{"@ad{tab}, look", "@ada, look"},
		{"@a{tab}{tab}, look", "@adrian, look"},
		{"@ad{tab} look", "@ada look"},
		{"@ad{tab}  look", "@ada  look"},
		{"@ad{tab}: look", "@ada: look"},
		{"@ad{tab}:tad{tab}", "@ada 🎉 "},
		{"@ad{tab}:)", "@ada :)"},
		{"@ad{tab}{left}{right},", "@ada ,"},
		{"@ad{tab}?!", "@ada?!"},
		{"see @ad{tab}(she)", "see @ada (she)"},
		{"go to #de{tab}.", "go to #deploys."},
		{":ro{tab}!", "🚀!"},
		{"ad{tab} look", "ada: look"},
		{"ad{tab}:)", "ada: :)"},
		{"/set mo{tab}.", "/set mouse ."},
		{"/msg ad{tab},bob hi", "/msg ada,bob hi"},
		{"/jo{tab} #x", "/join #x"},
		{"ask ad about{alt+b}{left}{tab},", "ask ada, about"},
		{"@{tab}", "@ゆき "},
		{"@{tab}{tab}", "@bob "},
		{"@mil{tab}", "@zoe miller "},
		{"@her{tab}", "@here "},
		{"ad{tab}", "ada: "},
		{"ask ad{tab}", "ask ada "},
		{"ask ad about{alt+b}{left}{tab}", "ask ada about"},
		{"one{ctrl+j}ad{tab}", "one\nada "},
		{"see #de{tab}", "see #deploys "},
		{"#DE{tab}", "#deploys "},
		{"wow :tad{tab}", "wow 🎉 "},
		{":ro{tab}", "🚀 "},
		{"/jo{tab}", "/join "},
		{"/par{tab}", "/part "},
		{"/set mo{tab}", "/set mouse "},
		{"/set preset i{tab}", "/set preset irc"},
		{"/go de{tab}", "/go deploys"},
		{"/go #de{tab}", "/go #deploys"},
		{"/msg ad{tab}", "/msg ada "},
		{"/msg bob,ad{tab}", "/msg bob,ada "},
		{"/msg @bob,@ad{tab}", "/msg @bob,@ada "},
		{"/msg ada hello @ad{tab}", "/msg ada hello @ada "},
		{"/react roc{tab}", "/react 🚀 "},
		{"/msg {tab}", "/msg ゆき "},
		{"/msg dave,{tab}", "/msg dave,ゆき "},
		{"/q ad{tab}", "/q ada "},
		{"/msg mil{tab}", `/msg "zoe miller" `},
		{"/msg @mil{tab}", `/msg @"zoe miller" `},
		{"/whois zoe mi{tab}", "/whois zoe miller"},
		{"/role {tab}", "/role ゆき "},
		{"/role ada m{tab}", "/role ada member"},
		{"/role ada {tab}", "/role ada owner"},
		{"/notify m{tab}", "/notify mentions"},
		{"/notify {tab}{tab}{tab}", "/notify none"},
		{"/notify a d{tab}", "/notify a d"},
		{"/sessions o{tab}", "/sessions others"},
		{"/sessions e{tab}", "/sessions end "},
		{"/theme d{tab}", "/theme default"},
		{"/theme c{tab}", "/theme contrast"},
		{"/set theme {tab}", "/set theme contrast"},
		{"/theme zz{tab}", "/theme zz"},
		{"/mute a{tab}", "/mute a"},
		{"/create de{tab}", "/create de"},
		{"/topic ask ad{tab}", "/topic ask ada "},
		{"//jo{tab}", "//jo"},
		{"zzz{tab}", "zzz"},
		{"{tab}", ""},
		{"a {tab}", "a "},
	} {
		s := talk(80, 24)
		if s.do(t, c.keys); s.composer.Text() != c.want {
			t.Errorf("%s: %q, want %q", c.keys, s.composer.Text(), c.want)
		}
	}
}

// While something may be chosen, Esc and Tab are about that and nothing else.
func TestEscTakesTheCandidateBackFirst(t *testing.T) {
	s := talk(80, 24)
	s.keys(t, "@a{tab}")
	if text := s.text(); !strings.Contains(text, "@ada  @adrian") {
		t.Errorf("the list is not shown:\n%s", text)
	}
	s.keys(t, "{esc}")
	if s.focus != writing || s.composer.Text() != "@a" || strings.Contains(s.text(), "@adrian") {
		t.Errorf("%d, %q\n%s", s.focus, s.composer.Text(), s.text())
	}
	if s.keys(t, "{esc}"); s.focus != writing || s.composer.Text() != "@a" {
		t.Error("the next Esc does something")
	}
}

// Where a command is written, it is said how.
func TestCommandsAreHinted(t *testing.T) {
	for keys, want := range map[string]string{
		"/m": "/me  /msg  /mute", "/msg": "/msg WHO [TEXT] · talk to somebody alone", "/m ": "/msg WHO [TEXT]", "/q ": "/quit · leave", "/q bob": "/msg WHO [TEXT]", "/j room": "/join ROOM · come into", "/kic": "/kick",
	} {
		s := talk(100, 24)
		if s.keys(t, keys); !strings.Contains(s.text(), want) {
			t.Errorf("%s: %q is not said:\n%s", keys, want, s.text())
		}
	}
	s := talk(100, 24)
	if s.keys(t, "/etc/hosts"); len(s.commandHint()) > 0 {
		t.Errorf("of a path it says %q", s.commandHint())
	}
}

func TestShortCommands(t *testing.T) {
	known := make(map[string]string)
	for _, c := range commands() {
		for _, word := range append([]string{c.Name}, c.Also...) {
			if known[word] != "" {
				t.Errorf("/%s is /%s and /%s", word, known[word], c.Name)
			}
			known[word] = c.Name
		}
	}
	s := talk(80, 24)
	if s.keys(t, "/g random{enter}"); s.room != "r3" {
		t.Errorf("/g leads to %s", s.room)
	}
	if cmd := s.keys(t, "/j ops{enter}"); cmd == nil || len(s.client.sent()) > 0 {
		t.Error("/j asks for nothing")
	}
}

// However many there are, and whatever they are called, the row is no wider than the
// screen, and what is chosen is in it.
func TestCandidatesFit(t *testing.T) {
	for _, width := range []int{20, 33, 80} {
		s := talk(width, 12)
		for i := range 200 {
			who := chat.User{ID: fmt.Sprint("x", i), Name: fmt.Sprintf("x%d %s\x1b[31m\u202e日本", i, strings.Repeat("long", i%7))}
			s.send(chat.Arrived{Messages: []chat.Message{said(uint64(100+i), who, 0, "a")}})
		}
		s.keys(t, "@x{tab}")
		for range 60 {
			for row := range strings.SplitSeq(s.text(), "\n") {
				if w := s.theme.Measure.StringWidth(row); w > width {
					t.Fatalf("%d wide: %q", w, row)
				}
			}
			if s.composer.Text() == "" || strings.ContainsAny(s.composer.Text(), "\x1b") {
				t.Fatalf("%q", s.composer.Text())
			}
			s.keys(t, "{tab}")
		}
	}
}

// Whatever stands before the cursor, completing it adds to it or changes its last word,
// and taking it back leaves what there was.
func FuzzComplete(f *testing.F) {
	for _, line := range []string{"@a", ":ta", "#d", "/set m", "/msg a b", "日本 @ゆ", " x", ":", "@", "/", "a\u2003@b", "/react :x", "/go #"} {
		f.Add(line, "ada", 3)
	}
	f.Fuzz(func(t *testing.T, line, name string, n int) {
		s := talk(40, 12)
		s.send(chat.Arrived{Messages: []chat.Message{said(70, chat.User{ID: "f", Name: name}, 0, "a")}})
		s.composer.Paste(line)
		before := s.composer.Text()
		for range n%8 + 1 {
			if !s.composer.Offering() {
				before = s.composer.Text()
			}
			s.complete(1)
			if got := s.composer.Text(); !utf8.ValidString(got) {
				t.Fatalf("%q became %q", before, got)
			}
			if s.composer.View(); len(s.composer.Text()) > MaxText {
				t.Fatal("too long")
			}
		}
		if s.composer.Offering() && (!s.composer.TakeBack() || s.composer.Text() != before) {
			t.Fatalf("%q was taken back to %q", before, s.composer.Text())
		}
	})
}

// TestNewcomersCanBeCalled before they say a word, and by the name they have now.
func TestNewcomersCanBeCalled(t *testing.T) {
	s := openTeam(100, 30)
	s.send(chat.UserChanged{UserTold: chat.UserTold{User: chat.User{ID: "u77", Name: "zoë"}, New: true}})
	s.keys(t, "@zo{tab}look")
	if got := s.composer.Text(); got != "@zoë look" {
		t.Errorf("completed to %q", got)
	}
	if s.names.People["zoë"] != "u77" {
		t.Errorf("a text that calls her has no colour: %v", s.names.People)
	}
	s.send(chat.UserChanged{UserTold: chat.UserTold{User: chat.User{ID: "u77", Name: "zora"}}})
	s.keys(t, "{ctrl+u}@zor{tab}")
	if got := s.composer.Text(); got != "@zora " {
		t.Errorf("by a new name it is %q", got)
	}
}
