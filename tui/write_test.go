package tui

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Ctrl+R finds what was sent before, and nothing that is being written is lost.
func TestSearchSent(t *testing.T) {
	for _, c := range []struct{ keys, want string }{
		{"{ctrl+r}dep", "deploy two"},
		{"{ctrl+r}dep{ctrl+r}", "deploy one"},
		{"{ctrl+r}dep{ctrl+r}{ctrl+r}{ctrl+r}", "deploy one"},
		{"{ctrl+r}{ctrl+r}", "hello"},
		{"{ctrl+r}DEP{enter}", "deploy two"},
		{"half{ctrl+r}dep{esc}", "half"},
		{"half{ctrl+r}xyz{enter}", "half"},
		{"half{ctrl+r}dep{enter}{down}{down}", "half"},
		{"half{ctrl+r}one{backspace}{backspace}{backspace}{enter}", "half"},
		{"half{ctrl+r}dep{ctrl+r}{enter}{down}", "deploy two"},
		{"half{ctrl+r}elsewhere{enter}", "written elsewhere"},
		{"half{ctrl+r}elsewhere{enter}{down}", "half"},
		{"{ctrl+r}mine{enter}", "it was mine"},
	} {
		s := openTeam(80, 24)
		s.send(chat.Arrived{Messages: []chat.Message{said(70, you, 0, "it was mine")}})
		s.keys(t, "{alt+1}written elsewhere{enter}{alt+2}deploy one{enter}deploy two{enter}hello{enter}")
		sent := len(s.client.sent())
		s.keys(t, c.keys)
		if got := s.composer.Text(); got != c.want || len(s.client.sent()) != sent {
			t.Errorf("%s: %q, want %q; sent %d", c.keys, got, c.want, len(s.client.sent())-sent)
		}
	}
}

// editor is an Editing that leaves a text.
type editor struct {
	leaves string
	fails  error
	took   bool
}

func (e *editor) SetStdin(io.Reader)  {}
func (e *editor) SetStdout(io.Writer) {}
func (e *editor) SetStderr(io.Writer) {}
func (e *editor) Run() error          { return e.fails }
func (e *editor) Text() string        { return e.leaves }
func (e *editor) Took()               { e.took = true }

// What an editor leaves is in the composer it was for; one that fails loses nothing.
func TestEditorOnTheScreen(t *testing.T) {
	for _, c := range []struct {
		name, leaves string
		fails        error
		then, want   string
	}{
		{"it wrote", "half a thought\nand more", nil, "", "half a thought\nand more"},
		{"it left it", "half", nil, "", "half"},
		{"it emptied it", "", nil, "{ctrl+y}", "half"},
		{"it failed", "half", errors.New("exit status 1"), "", "half"},
		{"it failed after it wrote", "precious", errors.New("exit status 1"), "{ctrl+u}{ctrl+y}", "half"},
		{"it failed after it wrote, and that is wanted", "precious", errors.New("exit status 1"), "{ctrl+r}{enter}", "precious"},
		{"escapes", "a\x1b[2Jb", nil, "", "a␛[2Jb"},
	} {
		s := openTeam(100, 24)
		var got string
		run := &editor{leaves: c.leaves, fails: c.fails}
		s.helps.Editor = func(text Unsent) Editing { got = text.Text; return run }
		cmd := s.keys(t, "half{alt+e}")
		if cmd == nil || got != "half" {
			t.Fatalf("%s: the editor has %q", c.name, got)
		}
		w := wrote{s.composer, s.place(), "half", run, c.fails}
		s.keys(t, "{alt+1}") // in another room meanwhile
		s.send(w)
		if text := s.composer.Text(); text != "" {
			t.Errorf("%s: elsewhere there is %q", c.name, text)
		}
		s.keys(t, "{alt+2}")
		if c.fails != nil && !strings.Contains(s.text(), "your editor failed") {
			t.Errorf("%s: it is not said:\n%s", c.name, s.text())
		}
		if s.keys(t, c.then); s.composer.Text() != c.want {
			t.Errorf("%s: %q, want %q", c.name, s.composer.Text(), c.want)
		}
	}
}

// What an editor leaves is kept of the place that it is for, wherever the user is by then, before
// the editor is told that it is: what was answered or edited goes with it.
func TestWhatAnEditorLeavesIsKept(t *testing.T) {
	for _, c := range []struct {
		name, keys string
		fails      error
		place      Unsent // as the editor has it
		want       []Unsent
	}{
		{"a message", "half", nil, Unsent{Text: "half"}, []Unsent{{Text: "whole"}}},
		{"nothing yet", "", nil, Unsent{}, []Unsent{{Text: "whole"}}},
		{
			"an edit", "{up}!", nil,
			Unsent{Edit: 70, Text: "it was mine!", To: To{Seq: 70, Says: "it was mine"}},
			[]Unsent{{Edit: 70, Text: "whole", To: To{Seq: 70, Says: "it was mine"}}},
		},
		{
			"an answer", "{esc}rhalf", nil,
			Unsent{Text: "half", To: To{Seq: 70, Says: "it was mine"}},
			[]Unsent{{Text: "whole", To: To{Seq: 70, Says: "it was mine"}}},
		},
		{"it failed", "half", errors.New("exit status 1"), Unsent{Text: "half"}, []Unsent{{Text: "half"}, {Also: 1, Text: "whole"}}},
	} {
		s := openTeam(100, 24)
		kept, run := papers{}, &editor{leaves: "whole", fails: c.fails}
		s.keeper = kept
		s.send(chat.Arrived{Messages: []chat.Message{said(70, you, 0, "it was mine")}})
		plain := func(u Unsent) Unsent {
			u.Room, u.To.ID, u.To.Who, u.To.Revision = "", "", "", 0
			return u
		}
		var had Unsent
		s.helps.Editor = func(text Unsent) Editing { had = text; return run }
		s.keys(t, c.keys+"{alt+e}")
		if room, _ := roomAt(s.place()); had.Room != room || plain(had) != c.place {
			t.Errorf("%s: the editor has %+v of %s", c.name, had, room)
		}
		w := wrote{s.composer, s.place(), had.Text, run, c.fails}
		s.keys(t, "{alt+1}")
		cmd := s.send(w)
		var got []Unsent
		for _, u := range kept {
			got = append(got, plain(u))
		}
		slices.SortFunc(got, func(a, b Unsent) int { return a.Also - b.Also })
		if !slices.Equal(got, c.want) || run.took {
			t.Errorf("%s: kept is %+v, and the editor was told: %v", c.name, got, run.took)
		}
		if drainAll(s, cmd); !run.took {
			t.Errorf("%s: the editor is not told that it is kept", c.name)
		}
	}
}

// What has no place any more where it was written is put aside: the edit that it was had come
// there all the same.
func TestWhatAnEditorLeavesOfASavedEdit(t *testing.T) {
	for _, c := range []struct {
		leaves string
		fails  error
		want   []string
	}{
		{"whole", nil, []string{"half a thought", "whole"}},
		{"whole", errors.New("exit status 1"), []string{"half a thought", "whole"}},
		{"mine, corrected", nil, []string{"half a thought"}},
	} {
		kept, run := papers{}, &editor{leaves: c.leaves, fails: c.fails}
		s := openRoom(100, 30)
		s.keeper = kept
		s.keys(t, "half a thought{alt+k}ke, corrected{enter}")
		s.again(kept)
		s.keeper = kept
		s.helps.Editor = func(Unsent) Editing { return run }
		s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{said(7, you, 0, "mine")}})
		s.keys(t, "{alt+e}")
		w := wrote{s.composer, s.place(), s.composer.Text(), run, c.fails}
		now := said(7, you, 0, "mine, corrected")
		now.Revision = 1
		s.send(chat.Reloaded{Room: chat.GeneralRoom, Messages: []chat.Message{now}})
		s.send(w)
		if got := kept.all(chat.GeneralRoom); !slices.Equal(got, c.want) || s.composer.Text() != "half a thought" {
			t.Errorf("%+v: kept is %q, and %q is written", c, got, s.composer.Text())
		}
		if says := s.composer.Sentence(); (len(c.want) > 1) != strings.Contains(says, "ctrl+r brings") {
			t.Errorf("%+v: it says %q", c, says)
		}
	}
}

// What is too long for a line is put aside, and one that may go on elsewhere has not failed.
func TestEditorThatLeavesNothingForTheLine(t *testing.T) {
	for _, c := range []struct {
		leaves string
		fails  error
		says   string
		aside  int
	}{
		{strings.Repeat("\x1b", 60000), nil, "is put aside · ctrl+r brings it", 1},
		{"half", fmt.Errorf("%w", ErrBackAtOnce), "needs to wait: code --wait", 0},
	} {
		s := openTeam(100, 24)
		run := &editor{leaves: c.leaves, fails: c.fails}
		s.keys(t, "half")
		s.send(wrote{s.composer, s.place(), "half", run, c.fails})
		says := s.composer.Sentence()
		if list := s.putBy[s.place()]; s.composer.Text() != "half" || len(list) != c.aside || c.aside > 0 && len(list[0].Text) != 180000 {
			t.Errorf("%.20q is written, and aside are %d", s.composer.Text(), len(list))
		}
		if !strings.Contains(says, c.says) || strings.Contains(says, "failed") {
			t.Errorf("it says %q", says)
		}
	}
}

func big(lines int) string { return strings.TrimSuffix(strings.Repeat("a line\n", lines), "\n") }

// What is short is pasted; of what is long one is asked, and nothing is sent.
func TestBigPaste(t *testing.T) {
	for _, c := range []struct{ name, paste, keys, want string }{
		{"short", big(bigLines), "", "x" + big(bigLines)},
		{"a message", big(21), "{enter}", "x" + big(21)},
		{"code", big(21), "{tab}", "x\n```\n" + big(21) + "\n```\n"},
		{"code with fences in it", "```\n" + big(21), "{tab}", "x\n````\n```\n" + big(21) + "\n````\n"},
		{"nothing", big(21), "{esc}", "x"},
		{"nothing, and then all the same", big(21), "{esc}{ctrl+y}", "x" + big(21)},
		{"writing on", big(21), "for you: the log", "x" + big(21) + "for you: the log"},
		{"see above", big(21), "see above", "x" + big(21) + "see above"},
		{"moving", big(21), "{ctrl+a}{left}z", "x" + big(20) + "z\na line"},
		{"another room, and back", big(21), "{alt+down}{alt+up}!", "x" + big(21) + "!"},
		{"one long line", strings.Repeat("y", 5000), "{enter}", "x" + strings.Repeat("y", 5000)},
		{"carriage returns", strings.ReplaceAll(big(21), "\n", "\r\n"), "{enter}", "x" + big(21)},
	} {
		s := openTeam(100, 30)
		s.keys(t, "x")
		s.send(tea.PasteMsg{Content: c.paste})
		if asked := s.question != nil; asked == (c.keys == "") {
			t.Errorf("%s: asked %v", c.name, asked)
		}
		s.keys(t, c.keys)
		if got := s.composer.Text(); got != c.want || len(s.client.sent()) > 0 {
			t.Errorf("%s: %q, want %q; sent %d", c.name, got, c.want, len(s.client.sent()))
		}
	}
}

// TestBigPasteIsKept from when it is there, whatever comes next.
func TestBigPasteIsKept(t *testing.T) {
	kept := papers{}
	s := openTeam(100, 30)
	s.keeper = kept
	s.send(tea.PasteMsg{Content: big(30)})
	general := slot{at: chat.GeneralRoom}
	if kept[general].Text != big(30) {
		t.Errorf("%q is kept", kept[general].Text)
	}
	s.send(tea.PasteMsg{Content: "\nsecond"})
	s.send(tea.PasteMsg{Content: "\n" + big(40)})
	if want := big(30) + "\nsecond\n" + big(40); kept[general].Text != want || s.composer.Text() != want {
		t.Errorf("%q is kept", kept[general].Text)
	}
	// What a message has no room for is not taken, and that is said; what is typed is.
	s = openTeam(100, 30)
	s.helps.Upload = func(context.Context, Upload) (chat.File, error) { return chat.File{}, nil }
	s.send(tea.PasteMsg{Content: strings.Repeat("0123456789\n", 20000)})
	if text := s.text(); !strings.Contains(text, "20000 lines, 220 kB, are too long for a message: ctrl+o") {
		t.Errorf("it asks\n%s", text)
	}
	if s.keys(t, "f"); s.composer.Text() != "f" || !strings.Contains(s.composer.Sentence(), "what you pasted, 220 kB, is too long for a message, and was not taken · ctrl+y asks again") {
		t.Errorf("%q is written:\n%s", s.composer.Text(), s.text())
	}
}

// TestTooBigAPaste says so at every width, and can be had as long as that is said.
func TestTooBigAPaste(t *testing.T) {
	text := strings.Repeat("0123456789\n", 20000)
	for _, size := range [][2]int{{200, 30}, {100, 30}, {80, 24}, {60, 20}, {40, 12}, {20, 5}} {
		for _, key := range []string{"{esc}", "f", "{ctrl+y}", "{alt+down}{alt+up}"} {
			s := openTeam(size[0], size[1])
			s.helps.Upload = func(_ context.Context, u Upload) (chat.File, error) {
				return chat.File{ID: "f1", Name: u.Name, Size: u.Size}, nil
			}
			s.send(tea.PasteMsg{Content: text})
			if shown := s.text(); !strings.Contains(shown, "too long") {
				t.Fatalf("%v asks\n%s", size, shown)
			}
			if s.keys(t, key+"{ctrl+y}"); s.question == nil && key != "{ctrl+y}" {
				t.Fatalf("%v: %s has lost it: %q", size, key, s.composer.Sentence())
			}
			if key == "{ctrl+y}" {
				s.keys(t, "{ctrl+y}") // asked, not asked, asked
			}
			s.keys(t, "{ctrl+o}")
			if len(s.uploads.list) != 1 || s.uploads.list[0].text != text {
				t.Errorf("%v, %s: %d files", size, key, len(s.uploads.list))
			}
		}
	}
	// Without a connection, too; and it is let go of when nothing says it is there.
	s := openTeam(100, 30)
	s.helps.Upload = func(context.Context, Upload) (chat.File, error) { return chat.File{}, nil }
	s.send(chat.Connection{State: chat.Waiting, RetryAt: monday})
	s.send(tea.PasteMsg{Content: text})
	if s.keys(t, "{ctrl+o}"); !strings.Contains(s.composer.Sentence(), "needs a connection, and there is none now; what you pasted, 220 kB, is too long for a message · ctrl+y asks again") {
		t.Errorf("it says\n%s", s.text())
	}
	if s.keys(t, "{ctrl+y}{esc}x{ctrl+u}"); s.untaken.at != nil {
		t.Error("it is kept for ever")
	}
}

func TestBigPasteAsFile(t *testing.T) {
	for _, fails := range []error{nil, errors.New("too large for this server")} {
		s := openTeam(100, 30)
		var got string
		s.helps.Upload = func(_ context.Context, u Upload) (chat.File, error) {
			b, err := io.ReadAll(io.NewSectionReader(u.Content, 0, u.Size))
			if err != nil || !strings.HasPrefix(u.Name, "pasted-2026-11-23-") || u.Room != chat.GeneralRoom {
				t.Errorf("%s in %s, %v", u.Name, u.Room, err)
			}
			got = string(b)
			return chat.File{ID: "f1", Name: u.Name, Size: u.Size}, fails
		}
		text := strings.Repeat("0123456789\n", 20000) // more than a message may have
		s.keys(t, "words")
		s.send(tea.PasteMsg{Content: text})
		s.settle(t, s.keys(t, "{ctrl+o}"))
		if got != text || s.composer.Text() != "words" {
			t.Errorf("%d bytes came; %q is written", len(got), s.composer.Text())
		}
		switch {
		case fails == nil && (len(s.client.drafts) != 1 || len(s.client.drafts[0].Extra.Files) != 1):
			t.Errorf("posted: %+v", s.client.drafts)
		case fails != nil && (len(s.client.drafts) > 0 || !strings.Contains(s.text(), "too large for this server")):
			t.Errorf("%+v\n%s", s.client.drafts, s.text())
		}
	}
}

// The question fits every screen, and names what can be pressed.
func TestBigPasteIsAskedEverywhere(t *testing.T) {
	for _, size := range [][2]int{{250, 80}, {100, 30}, {40, 12}, {20, 5}, {20, 2}} {
		s := openTeam(size[0], size[1])
		s.send(tea.PasteMsg{Content: big(300)})
		text := s.text()
		if !strings.Contains(text, "esc") || !strings.Contains(text, "tab") {
			t.Errorf("%v:\n%s", size, text)
		}
	}
}

func TestWritingGolden(t *testing.T) {
	for _, size := range [][2]int{{100, 30}, {40, 12}, {20, 5}} {
		for name, prepare := range map[string]func(*screen){
			"completing": func(s *screen) { s.keys(t, "@a{tab}") },
			"hint":       func(s *screen) { s.keys(t, "/msg ada") },
			"sent":       func(s *screen) { s.keys(t, "deploy two{enter}half{ctrl+r}two") },
			"pasted":     func(s *screen) { s.send(tea.PasteMsg{Content: big(300)}) },
			"settings":   func(s *screen) { s.keys(t, "/set{enter}") },
		} {
			t.Run(fmt.Sprintf("writing-%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				s := talk(size[0], size[1])
				prepare(s)
				golden(t, s.text()+"\n")
			})
		}
	}
}
