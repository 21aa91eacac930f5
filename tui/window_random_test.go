package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestWordsStayInTheirTeam: whatever is pressed, what was written in a team is sent to no
// other.
func TestWordsStayInTheirTeam(t *testing.T) {
	names := []string{"acme", "beta", "gamma"}
	rapid.Check(t, func(t *rapid.T) {
		w := openWindow(rapid.SampledFrom([]int{20, 40, 100}).Draw(t, "width"), rapid.SampledFrom([]int{5, 12, 30}).Draw(t, "height"), names...)
		tb := rapidTB{t: t}
		keys := []string{
			"{enter}", "{enter}", "{alt+.}", "{alt+,}", "{alt+a}", "{alt+1}", "{alt+2}", "{ctrl+k}", "{esc}", "{alt+c}", "{ctrl+u}", "{ctrl+y}", "{ctrl+r}", "{up}", "{tab}",
			"{ctrl+c}", "{alt+/}", "{ctrl+f}", "{down}", "{f1}", "/team be{enter}", "/team gamma{enter}", "{alt+k}r", "{alt+k}t",
		}
		seq := uint64(30)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "what") {
			case 0: // the name of the team, which nothing else has in capitals
				for _, r := range strings.ToUpper(names[w.shown]) {
					w.send(tea.KeyPressMsg{Code: r, Text: string(r)})
				}
			case 1:
				seq++
				w.told(rapid.IntRange(0, 2).Draw(t, "team"), chat.Arrived{Messages: []chat.Message{inRoom(rapid.SampledFrom([]string{"r2", chat.GeneralRoom}).Draw(t, "room"), seq, ada, "hi")}})
			default:
				w.keys(tb, rapid.SampledFrom(keys).Draw(t, "key"))
			}
		}
		for i, c := range w.clients {
			for _, text := range c.sent() {
				for j, name := range names {
					if j != i && strings.Contains(text, strings.ToUpper(name)) {
						t.Fatalf("%q was sent to %s", text, names[i])
					}
				}
			}
		}
	})
}

// TestNothingBreaksTheWindow: whatever happens to any of three teams, the screen is whole.
func TestNothingBreaksTheWindow(t *testing.T) {
	texts := []string{"hi", "日本語のテキスト", "👨‍👩‍👧‍👦 👍🏽", "\x1b[31m", strings.Repeat("x", 300), "", strings.Repeat("line\n", 100)}
	rapid.Check(t, func(t *rapid.T) {
		w := openWindow(rapid.IntRange(0, 120).Draw(t, "width"), rapid.IntRange(0, 40).Draw(t, "height"), "acme", rapid.SampledFrom(texts).Draw(t, "name"), "gamma")
		seq := uint64(100)
		keys := []string{"enter", "alt+.", "alt+,", "alt+a", "ctrl+k", "esc", "f1", "f7", "f8", "alt+c", "ctrl+c", "up", "tab", "alt+down", "pgup", "ctrl+f", "alt+k", "k", "t", "o", "1", "alt+u"}
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			text, team := rapid.SampledFrom(texts).Draw(t, "text"), rapid.IntRange(0, 2).Draw(t, "team")
			switch rapid.IntRange(0, 7).Draw(t, "what") {
			case 0:
				w.send(tea.WindowSizeMsg{Width: rapid.IntRange(0, 250).Draw(t, "w"), Height: rapid.IntRange(0, 80).Draw(t, "h")})
			case 1:
				seq++
				w.told(team, chat.Arrived{Messages: []chat.Message{said(seq, chat.User{ID: text, Name: text}, time.Duration(seq)*time.Hour, text)}})
			case 2:
				w.told(team, chat.Identified{You: you, Team: chat.Team{Name: text}, Rooms: acme()})
			case 3:
				w.told(team, chat.Connection{State: chat.ConnectionState(rapid.IntRange(0, 4).Draw(t, "connection")), Reason: text, RetryAt: w.clock.Add(time.Minute)})
			case 4:
				w.send(tea.PasteMsg{Content: text})
			case 5:
				x, y := rapid.IntRange(0, 110).Draw(t, "x"), rapid.IntRange(0, 30).Draw(t, "y")
				w.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
				if rapid.Bool().Draw(t, "moved") {
					x++
					w.send(tea.MouseMotionMsg{X: x, Y: y, Button: tea.MouseLeft})
				}
				w.send(tea.MouseReleaseMsg{X: x, Y: y, Button: tea.MouseLeft})
			default:
				w.keys(rapidTB{t: t}, "{"+rapid.SampledFrom(keys).Draw(t, "key")+"}")
			}
			if m := w.teams[w.shown]; m.hidden || m.width != w.size.Width || m.height != w.size.Height {
				t.Fatalf("%s is hidden, or of another size", w.here())
			}
			w.text(rapidTB{t: t})
			check(t, &screen{Model: w.teams[w.shown], client: w.clients[w.shown], clock: w.clock})
		}
	})
}
