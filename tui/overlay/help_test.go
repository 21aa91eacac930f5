package overlay

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/tui/theme"
)

var sections = []Section{
	{"writing", []Entry{
		{Keys: []string{"enter"}, Does: "send", Brief: "send"},
		{Keys: []string{"ctrl+j", "shift/alt+enter"}, Does: "begin a new line, in the middle of a message", Brief: "new line"},
	}},
	{"looking", []Entry{{Keys: []string{"pgup"}, Does: "a page up", Brief: "page up"}, {Keys: []string{"f1"}, Does: "this help", Brief: "keys"}}},
}

func TestEveryRowCanBeSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := NewHelp(theme.New(theme.Unknown), sections)
		width, height := rapid.IntRange(0, 100).Draw(t, "width"), rapid.IntRange(0, 30).Draw(t, "height")
		h.SetSize(width, height)
		if width == 0 || height == 0 {
			if h.View() != "" {
				t.Fatal("drawn without space")
			}
			return
		}
		var seen strings.Builder
		for range 60 {
			rows := strings.Split(ansi.Strip(h.View()), "\n")
			if len(rows) != height {
				t.Fatalf("%d rows of %d", len(rows), height)
			}
			for _, r := range rows {
				if ansi.StringWidth(r) > width-theme.Margin(width) { // a line may stand beside it
					t.Fatalf("%q is wider than %d, or touches what is beside it", r, width)
				}
			}
			seen.WriteString(strings.Join(rows, "\n") + "\n")
			h.Page(1)
		}
		if width < 16 {
			return // words are cut
		}
		for _, s := range sections {
			for _, e := range s.Entries {
				if !strings.Contains(seen.String(), e.Keys[0]) {
					t.Fatalf("%q is never seen in %dx%d:\n%s", e.Keys, width, height, seen.String())
				}
			}
		}
	})
}

// The less room there is, the fewer words: each key is named on a row of its own.
func TestFewerWordsWhereThereIsNoRoom(t *testing.T) {
	for _, c := range []struct {
		width, height int
		want          string
	}{
		{80, 5, "help ┃                                                                1–3 of 4|enter                   send|ctrl+j shift/alt+enter  begin a new line, in the middle of a message|pgup                    a page up|pgdown ↓ · esc closes"},
		{33, 5, "help ┃                   1–3 of 5|enter   send|ctrl+j  begin a new line, in the|        middle of a message|pgdown ↓ · esc closes"},
		{20, 4, "help ┃      1–2 of 4|enter send|ctrl+j new line|pgdown · esc closes"},
	} {
		h := NewHelp(theme.New(theme.Unknown), sections)
		h.SetSize(c.width, c.height)
		var rows []string
		for r := range strings.SplitSeq(ansi.Strip(h.View()), "\n") {
			rows = append(rows, strings.TrimSpace(r))
		}
		if c.width == 33 {
			rows[3] = "        " + rows[3]
		}
		if got := strings.Join(rows, "|"); got != c.want {
			t.Errorf("%dx%d: %q, want %q", c.width, c.height, got, c.want)
		}
		h.Page(1)
		if c.width == 20 && !strings.Contains(h.View(), "page up") {
			t.Errorf("a page is not two keys on:\n%s", ansi.Strip(h.View()))
		}
	}
}

// TestHelpFindsWhatIsTyped: words in any order, in keys, names and sentences, with the titles of
// what is found.
func TestHelpFindsWhatIsTyped(t *testing.T) {
	for _, c := range []struct {
		width, height int
		keys          string // typed, one after the other; what is longer than a letter is a key
		want          string
	}{
		{60, 12, "m i d - backspace space l i n e", "help ┃ mid line                                     1 of 4||writing|ctrl+j shift/alt+enter  begin a new line, in the middle of|a message|||||||esc closes"},
		{60, 12, "P A G E", "help ┃ PAGE                                         1 of 4||looking|pgup                    a page up||||||||esc closes"},
		{60, 12, "f 1", "help ┃ f1                                           1 of 4||looking|f1                      this help||||||||esc closes"},
		{60, 12, "s h o w - k e y s", "help ┃ show-keys                                    1 of 4||looking|f1                      this help||||||||esc closes"},
		{60, 12, "e", "help ┃ e                                            4 of 4||writing|enter                   send|ctrl+j shift/alt+enter  begin a new line, in the middle of|a message||looking|pgup                    a page up|f1                      this help||esc closes"},
		{60, 12, "f 1 backspace s e n d ctrl+u", "help ┃||writing|enter                   send|ctrl+j shift/alt+enter  begin a new line, in the middle of|a message||looking|pgup                    a page up|f1                      this help||esc closes"},
		{60, 12, "q q", "help ┃ qq                                           0 of 4||no key and no command is like that|||||||||esc closes"},
		{20, 3, "p a", "help ┃ pa     1 of 4|pgup page up|esc closes"},
		{20, 3, "end", "help ┃      4–4 of 4|f1 keys|pgup ↑ · esc closes"},
		{20, 3, "end home down", "help ┃      2–2 of 4|ctrl+j new line|pgdown · esc closes"},
	} {
		named := slices.Clone(sections)
		named[1].Entries = slices.Clone(named[1].Entries)
		named[1].Entries[1].Also = "show-keys f1"
		h := NewHelp(theme.New(theme.Unknown), named)
		h.SetSize(c.width, c.height)
		for k := range strings.FieldsSeq(c.keys) {
			if !h.Press(pressed(k)) {
				t.Errorf("%s is not taken", k)
			}
		}
		var rows []string
		for r := range strings.SplitSeq(ansi.Strip(h.View()), "\n") {
			rows = append(rows, strings.TrimSpace(r))
		}
		if got := strings.Join(rows, "|"); got != c.want {
			t.Errorf("%dx%d, %s:\n%q, want\n%q", c.width, c.height, c.keys, got, c.want)
		}
	}
}

// pressed is a key by its name: a letter, or one that types nothing.
func pressed(name string) tea.KeyPressMsg {
	if name == "space" {
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	for code, of := range map[rune]string{tea.KeyBackspace: "backspace", tea.KeyHome: "home", tea.KeyEnd: "end", tea.KeyDown: "down"} {
		if name == of {
			return tea.KeyPressMsg{Code: code}
		}
	}
	if name == "ctrl+u" {
		return tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: rune(name[0]), Text: name}
}

// TestADateIsReadInOneRow, also where the sentence around it is broken, and a word that is wider
// than a row is seen all the same.
func TestADateIsReadInOneRow(t *testing.T) {
	for width := 20; width < 80; width++ {
		h := NewSearch(theme.New(theme.Unknown), Words{Title: "search"})
		h.SetState("in:#room · before:2026-11-01 · has:file")
		h.SetSize(width, 12)
		if got := ansi.Strip(h.View()); !strings.Contains(got, "before:2026-11-01") || !strings.Contains(got, "has:file") {
			t.Errorf("%d:\n%s", width, got)
		}
	}
}
