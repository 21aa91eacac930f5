package status

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

var now = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestWords(t *testing.T) {
	offline := chat.Connection{State: chat.Waiting, RetryAt: now.Add(3500 * time.Millisecond), Reason: "connection refused"}
	elsewhere := chat.Connection{State: chat.Refused, RetryAt: now.Add(14 * time.Second), Reason: "not for this server"}
	for _, c := range []struct {
		connection chat.Connection
		waiting    int
		width      int
		want       string
	}{
		{chat.Connection{State: chat.Online}, 0, 60, " ● ada · connected        #general · ctrl+c quits · f1 help"},
		{chat.Connection{State: chat.Online}, 0, 40, " ● ada · connected             #general"},
		{chat.Connection{State: chat.Online}, 0, 18, "● ada · connected"},
		{chat.Connection{State: chat.Online}, 0, 12, "● connected"},
		{chat.Connection{State: chat.Connecting}, 0, 30, "○ ada · connecting…   #general"},
		{offline, 0, 80, " ◷ offline, retrying in 4 s, /reconnect tries now (connection refused)"},
		{offline, 0, 65, " ◷ offline, retrying in 4 s, /reconnect tries now       #general"},
		{offline, 0, 42, " ◷ offline, retrying in 4 s · /reconnect"},
		{offline, 0, 40, " ◷ retrying in 4 s · /reconnect"},
		{offline, 2, 110, " ◷ offline, retrying in 4 s, /reconnect tries now — 2 waiting to be sent (connection refused)        #general"},
		{offline, 2, 80, " ◷ offline, retrying in 4 s, /reconnect tries now — 2 waiting to be sent"},
		{offline, 2, 66, " ◷ offline, retrying in 4 s · /reconnect — 2 waiting to be sent"},
		{offline, 2, 60, " ◷ offline, retrying in 4 s — 2 waiting to be sent"},
		{offline, 2, 20, "◷ offline, 2 waiting"},
		{offline, 0, 20, "◷ retrying in 4 s"},
		{offline, 0, 10, "◷ offline"},
		{chat.Connection{State: chat.Waiting, RetryAt: now}, 0, 30, "◷ offline, retrying now"},
		{chat.Connection{State: chat.Waiting, RetryAt: now.Add(5 * time.Minute)}, 0, 30, "◷ offline, retrying in 5 min"},
		{chat.Connection{State: chat.Refused, Reason: "jwt expired"}, 0, 50, " ✗ refused: jwt expired · /reconnect     #general"},
		{chat.Connection{State: chat.Refused, Reason: "jwt expired"}, 0, 36, " ✗ refused · /reconnect tries again"},
		{chat.Connection{State: chat.Refused, Reason: "jwt expired"}, 0, 30, "✗ refused · /reconnect"},
		{chat.Connection{State: chat.Refused, Reason: "jwt expired"}, 0, 20, "✗ refused·/reconnect"},
		{chat.Connection{State: chat.Refused, Reason: "jwt expired"}, 0, 16, "✗ refused: jwt …"},
		{elsewhere, 0, 100, " ✗ refused by the server: not for this server · retrying in 14 s, /reconnect tries now     #general"},
		{elsewhere, 0, 72, " ✗ refused: not for this server · retrying in 14 s · /reconnect"},
		{elsewhere, 0, 48, " ✗ refused: not for this server · /reconnect"},
		{elsewhere, 0, 40, " ✗ refused · /reconnect tries again"},
		{elsewhere, 0, 20, "✗ refused·/reconnect"},
		{elsewhere, 0, 10, "✗ refused"},
		{chat.Connection{}, 0, 12, "○ offline"},
		{chat.Connection{}, 0, 1, "…"},
	} {
		s := New(theme.New(theme.Unknown))
		s.SetSize(c.width, 1)
		s.SetYou("ada")
		s.SetRoom("#general")
		s.SetHint("ctrl+c quits · f1 help")
		s.SetAgain("/reconnect")
		s.SetConnection(c.connection)
		s.SetWaiting(c.waiting)
		if got := ansi.Strip(s.View(now)); got != c.want {
			t.Errorf("%+v, %d waiting, %d cells: %q, want %q", c.connection, c.waiting, c.width, got, c.want)
		}
	}
}

// A refusal names the ways out before it says anything else twice.
func TestRefusalNamesTheWaysOut(t *testing.T) {
	const why = "your sign-in has expired"
	for width, want := range map[int]string{
		120: " ✗ refused by the server: " + why + " · join LINK or login SERVER",
		70:  " ✗ refused: " + why + " · join LINK or login SERVER",
		58:  " ✗ " + why + " · join LINK or login SERVER",
		50:  " ✗ refused: " + why + " · join LINK",
		42:  " ✗ " + why + " · join LINK",
		36:  " ✗ refused · join LINK",
	} {
		s := New(theme.New(theme.Unknown))
		s.SetSize(width, 1)
		s.SetWays("join LINK", "login SERVER")
		s.SetConnection(chat.Connection{State: chat.Refused, Reason: why})
		if got := ansi.Strip(s.View(now)); got != want {
			t.Errorf("%d cells: %q, want %q", width, got, want)
		}
	}
}

func TestNeverTooWide(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		th := theme.New(theme.Terminal{Measure: rapid.SampledFrom([]ansi.Method{ansi.WcWidth, ansi.GraphemeWidth}).Draw(t, "measure")})
		text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"日本語", "👨‍👩‍👧‍👦", "\x1b[2J", "\u202e"}))
		s := New(th)
		width := rapid.IntRange(0, 100).Draw(t, "width")
		s.SetSize(width, 1)
		s.SetYou(text.Draw(t, "you"))
		s.SetRoom(text.Draw(t, "room"))
		s.SetHint("help")
		s.SetConnection(chat.Connection{State: chat.ConnectionState(rapid.IntRange(0, 6).Draw(t, "state")), Reason: text.Draw(t, "reason"), RetryAt: now})
		s.SetFlash(rapid.SampledFrom([]string{"", text.Draw(t, "flash")}).Draw(t, "flashed"))
		v := s.View(now)
		if w := th.Measure.StringWidth(v); w > width || strings.Contains(v, "\n") || strings.Contains(v, "\x1b[2J") {
			t.Fatalf("%q has %d cells of %d", v, w, width)
		}
	})
}

// How much is written stands before the keys, and the connection says less for
// it rather than nothing.
func TestHowMuchIsWritten(t *testing.T) {
	for width, want := range map[int]string{
		60: " ● ada · connected           500 lines · #general · f1 help",
		44: " ● ada · connected     500 lines · #general",
		36: " ● ada · connected        500 lines",
		24: "● connected    500 lines",
		20: "●          500 lines",
		10: "● connect…",
	} {
		s := New(theme.New(theme.Unknown))
		s.SetYou("ada")
		s.SetRoom("#general")
		s.SetHint("f1 help")
		s.SetConnection(chat.Connection{State: chat.Online})
		s.SetSize(width, 1)
		s.SetWritten("500 lines")
		if got := strings.TrimRight(ansi.Strip(s.View(time.Now())), " "); got != strings.TrimRight(want, " ") {
			t.Errorf("%d: %q, want %q", width, got, want)
		}
	}
}

// A server that says nothing is not simply connected.
func TestNoAnswer(t *testing.T) {
	for _, c := range []struct {
		since time.Time
		width int
		want  string
	}{
		{now.Add(-4900 * time.Millisecond), 40, " ● ada · connected"},
		{now.Add(-5 * time.Second), 60, " ◌ connected, but no answer for 5 s"},
		{now.Add(-12900 * time.Millisecond), 24, "◌ no answer for 12 s"},
		{now.Add(-5 * time.Minute), 12, "◌ no answer"},
		{time.Time{}, 40, " ● ada · connected"},
	} {
		s := New(theme.New(theme.Unknown))
		s.SetSize(c.width, 1)
		s.SetYou("ada")
		s.SetConnection(chat.Connection{State: chat.Online})
		s.SetUnanswered(c.since)
		if got := ansi.Strip(s.View(now)); got != c.want {
			t.Errorf("%v, %d cells: %q, want %q", now.Sub(c.since), c.width, got, c.want)
		}
	}
}

// How others see you stands in place of being connected.
func TestReach(t *testing.T) {
	s := New(theme.New(theme.Unknown))
	s.SetYou("ada")
	s.SetConnection(chat.Connection{State: chat.Online})
	s.SetReach("⊘", "do not disturb (deep\x1b[2J work) · /back", "do not disturb · /back", "do not disturb", "/back")
	for width, want := range map[int]string{
		60: " ⊘ ada · do not disturb (deep␛[2J work) · /back", 45: " ⊘ do not disturb (deep␛[2J work) · /back", 30: "⊘ do not disturb · /back",
		18: "⊘ do not disturb", 10: "⊘ /back",
	} {
		s.SetSize(width, 1)
		if got := ansi.Strip(s.View(now)); got != want {
			t.Errorf("%d: %q, want %q", width, got, want)
		}
	}
	s.SetWaiting(2)
	s.SetSize(60, 1)
	if got := ansi.Strip(s.View(now)); got != " ⊘ do not disturb · /back — 2 waiting to be sent" {
		t.Errorf("%q", got)
	}
	s.SetConnection(chat.Connection{State: chat.Connecting})
	if got := ansi.Strip(s.View(now)); !strings.Contains(got, "connecting") {
		t.Errorf("%q", got)
	}
	s.SetConnection(chat.Connection{State: chat.Online})
	s.SetWaiting(0)
	s.SetReach("")
	if got := ansi.Strip(s.View(now)); got != " ● ada · connected" {
		t.Errorf("%q", got)
	}
}

// A hint that is needed takes the place of other hints, then of the name, and of the connection only where
// there is no room for both.
func TestANeededHint(t *testing.T) {
	s := New(theme.New(theme.Unknown))
	s.SetYou("ada")
	s.SetConnection(chat.Connection{State: chat.Online})
	s.SetFirst(false, true)
	s.SetHint("ctrl+r: unsent text · ctrl+k rooms · f1 help", "ctrl+r: unsent text · f1 help", "ctrl+r: unsent text", "ctrl+r: unsent")
	for width, want := range map[int]string{
		80: " ● ada · connected ctrl+r: unsent text · ctrl+k rooms · f1 help",
		60: " ● ada · connected ctrl+r: unsent text · f1 help",
		44: " ● ada · connected ctrl+r: unsent text",
		36: " ● connected ctrl+r: unsent text",
		30: " ● connected ctrl+r: unsent",
		20: "● ctrl+r: unsent",
	} {
		s.SetSize(width, 1)
		if got := strings.TrimPrefix(strings.Join(strings.Fields(ansi.Strip(s.View(now))), " "), " "); got != strings.TrimSpace(want) {
			t.Errorf("%d: %q, want %q", width, got, want)
		}
	}
}

// Hints that come before who you are do so without those that can be spared, where that leaves room
// for some words; and where nothing does, they are all there.
func TestHintsThatCanBeSpared(t *testing.T) {
	s := New(theme.New(theme.Unknown))
	s.SetYou("ada")
	s.SetConnection(chat.Connection{State: chat.Online})
	s.SetFirst(true, false)
	s.SetSpare(1)
	s.SetHint("reply · copy · pin", "reply · copy", "reply")
	for width, want := range map[int]string{
		60: "● ada · connected reply · copy · pin", 38: "● connected reply · copy · pin", 31: "● connected reply · copy",
		26: "● connected reply · copy", 25: "● reply · copy · pin", 20: "● reply · copy", 12: "● reply",
	} {
		s.SetSize(width, 1)
		if got := strings.Join(strings.Fields(ansi.Strip(s.View(now))), " "); got != want {
			t.Errorf("%d: %q, want %q", width, got, want)
		}
	}
}
