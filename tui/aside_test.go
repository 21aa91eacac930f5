package tui

import (
	"context"
	"io"
	"maps"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// all is what is kept of the new messages of a place: what the composer has first.
func (k papers) all(at string) (texts []string) {
	for also, n := 0, 0; n < len(k) && also < 100; also++ {
		if u, ok := k[slot{at: at, also: also}]; ok {
			texts, n = append(texts, u.Text), n+1
		} else if also == 0 {
			texts = append(texts, "")
		}
	}
	return texts
}

// What two windows left at one place are two texts, and neither is lost, whatever their size.
func TestTwoTextsOfOnePlace(t *testing.T) {
	one, two := strings.Repeat("one, ", 8000), strings.Repeat("two, ", 8000)
	for _, list := range [][]Unsent{
		{{Room: chat.GeneralRoom, Text: one}, {Room: chat.GeneralRoom, Also: 1, Text: two, To: To{ID: "m1", Who: "ada"}}},
		{{Room: chat.GeneralRoom, Text: one}, {Room: chat.GeneralRoom, Text: two, To: To{ID: "m1", Who: "ada"}}},
	} {
		kept := papers{}
		for _, u := range list {
			kept.Keep(u)
		}
		s := openTeam(100, 30)
		s.Model = New(Config{Client: s.client, You: you, Keeper: kept, Unsent: list})
		s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
		s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: acme()})
		if s.composer.Text() != one || !strings.Contains(s.text(), "ctrl+r: unsent text") {
			t.Fatalf("%.20q is written:\n%s", s.composer.Text(), s.text())
		}
		s.keys(t, "!{backspace}") // it is kept anew
		if got := kept.all(chat.GeneralRoom); len(got) != 2 || got[0] != one || got[1] != two {
			t.Fatalf("%d are kept", len(got))
		}
		s.keys(t, "{ctrl+r}{enter}") // it is there at once, and what was written is aside
		if s.composer.Text() != two || s.about() == nil || s.about().message.ID != "m1" || !strings.Contains(s.text(), "what you were writing is put aside · ctrl+r brings it back") {
			t.Fatalf("%.20q is written, for %+v", s.composer.Text(), s.about())
		}
		if got := kept.all(chat.GeneralRoom); len(got) != 2 || got[0] != two || got[1] != one {
			t.Fatalf("%d are kept", len(got))
		}
		s.keys(t, "{enter}")
		if d := s.client.drafts; len(d) != 1 || d[0].ReplyTo != "m1" {
			t.Fatalf("sent %d", len(s.client.drafts))
		}
		if s.composer.Text() != "" || !strings.Contains(s.text(), "ctrl+r: unsent text") {
			t.Errorf("the other text is sent next, or not named:\n%s", s.text())
		}
		if s.keys(t, "{ctrl+r}{esc}"); s.composer.Text() != "" || len(kept) != 1 {
			t.Errorf("%.20q is written", s.composer.Text())
		}
		s.keys(t, "{ctrl+r}{enter}{enter}")
		if d := s.client.drafts; len(d) != 2 || d[1].ReplyTo != "" || len(kept) != 0 || len(s.putBy) != 0 {
			t.Errorf("sent %d, and kept are %d", len(s.client.drafts), len(kept))
		}
	}
}

// What is too long for a line is put aside as it is: a line would take the beginning of it.
func TestTooLongForALineIsPutAside(t *testing.T) {
	long := strings.Repeat("é", MaxText/2+1)
	kept := papers{}
	kept.Keep(Unsent{Room: chat.GeneralRoom, Text: long})
	s := openTeam(100, 30)
	if s.again(kept); s.composer.Text() != "" || !strings.Contains(s.text(), "ctrl+r: unsent text") {
		t.Errorf("%d bytes are written:\n%s", len(s.composer.Text()), s.text())
	}
	if list := s.putBy[chat.GeneralRoom]; len(list) != 1 || list[0].Text != long {
		t.Errorf("%d are put aside", len(list))
	}
}

// Every command that is not answered is kept beside what is written.
func TestUnansweredCommandsAreKept(t *testing.T) {
	kept := papers{}
	s := openTeam(100, 30)
	s.keeper = kept
	first := s.keys(t, "/topic first{enter}")
	second := s.keys(t, "/topic second{enter}")
	s.keys(t, "hello")
	if d := cmp.Diff([]string{"hello", "/topic first", "/topic second"}, kept.all(s.room)); d != "" {
		t.Fatal(d)
	}
	drainAll(s, first)
	if d := cmp.Diff([]string{"hello", "/topic second"}, kept.all(s.room)); d != "" {
		t.Error(d)
	}
	s.again(kept)
	if s.keys(t, "{ctrl+r}"); s.composer.Text() != "/topic second" {
		t.Errorf("%q is found", s.composer.Text())
	}
	drainAll(s, second)
}

// What is posted as a file is kept until it is, also where it was too long for a message, and
// so is the line that names files.
func TestWhatIsPostedAsAFileIsKept(t *testing.T) {
	for _, text := range []string{big(40), strings.Repeat("0123456789\n", 20000)} {
		kept := papers{}
		s := openTeam(100, 30)
		s.keeper = kept
		s.helps.Upload = func(context.Context, Upload) (chat.File, error) { return chat.File{ID: "f"}, nil }
		s.send(tea.PasteMsg{Content: text})
		cmd := s.keys(t, "{ctrl+o}")
		if got := kept.all(s.room); len(got) != 2 || got[0] != "" || got[1] != text {
			t.Fatalf("%d are kept", len(got))
		}
		left := maps.Clone(kept)
		s.keys(t, "{alt+1}") // it is posted while its author is elsewhere
		s.settle(t, cmd)
		if len(s.client.drafts) != 1 || len(kept) != 0 {
			t.Errorf("posted %d, kept %d", len(s.client.drafts), len(kept))
		}
		// Killed before that, it is there again.
		s.again(left)
		var got string
		s.helps.Upload = func(_ context.Context, u Upload) (chat.File, error) {
			b, err := io.ReadAll(io.NewSectionReader(u.Content, 0, u.Size))
			got = string(b)
			return chat.File{ID: "f"}, err
		}
		s.keys(t, "{ctrl+r}{enter}")
		if len(text) <= MaxText {
			if s.composer.Text() != text {
				t.Errorf("%d bytes are written", len(s.composer.Text()))
			}
			continue
		}
		s.keys(t, "x{ctrl+u}") // it stays
		s.keys(t, "{ctrl+r}{enter}")
		if s.settle(t, s.keys(t, "{ctrl+o}")); got != text || len(s.putBy) != 0 {
			t.Errorf("%d bytes came, %d are aside:\n%s", len(got), len(s.putBy), s.text())
		}
	}
	s := openTeam(100, 30)
	s.helps.Upload = func(context.Context, Upload) (chat.File, error) { return chat.File{ID: "f"}, nil }
	s.keeper = papers{}
	s.send(tea.PasteMsg{Content: strings.Repeat("0123456789\n", 200000)})
	if s.keys(t, "{ctrl+o}"); !strings.Contains(s.text(), "too long to be kept here") {
		t.Errorf("that it is not kept is not said:\n%s", s.text())
	}
}

// TestTheNewestThatIsPutAsideIsFirst: of what was changed on the way back through what was sent,
// and is put aside when one of it is sent, ctrl+r shows what was written last, also after a start.
func TestTheNewestThatIsPutAsideIsFirst(t *testing.T) {
	kept := papers{}
	s := openTeam(100, 30)
	s.keeper = kept
	s.putAside(s.place(), Unsent{Text: "older"})
	s.keys(t, "one{enter}two{enter}three{enter}draft{up} changed{up}, changed{up}")
	if got := strings.Join(kept.all(chat.GeneralRoom), "|"); got != "draft|older|two, changed|three changed" {
		t.Errorf("on the way kept are %s", got)
	}
	s.keys(t, "{enter}") // one, once more
	if got := strings.Join(kept.all(chat.GeneralRoom), "|"); got != "|older|two, changed|three changed|draft" {
		t.Errorf("afterwards kept are %s", got)
	}
	var list []Unsent
	for i, text := range kept.all(chat.GeneralRoom) {
		list = append(list, Unsent{Room: chat.GeneralRoom, Also: i, Text: text})
	}
	for _, want := range []string{"draft", "three changed", "two, changed", "older"} {
		if s.keys(t, "{ctrl+r}"); s.composer.Text() != want {
			t.Errorf("ctrl+r shows %q, not %q", s.composer.Text(), want)
		}
	}
	s.Model = New(Config{Client: s.client, You: you, Unsent: list[1:]})
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	s.send(chat.Identified{You: you, Team: chat.Team{Name: "acme"}, Rooms: acme()})
	if s.keys(t, "{ctrl+r}"); s.composer.Text() != "draft" {
		t.Errorf("after a start ctrl+r shows %q", s.composer.Text())
	}
}
