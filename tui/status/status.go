// Package status draws the last line of the screen: who you are, how the
// connection fares, in words, and which keys to know first.
//
// It says the longest thing that fits, and of what does not fit the most
// important part. It reads no clock: the time is handed to View.
package status

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// silence is how long an answer may take before it is told: longer than any that
// comes, but from a host who slows its senders down.
const silence = 5 * time.Second

// maxWords bounds what is shown of a name or a reason, in bytes.
const maxWords = 300

// Status is the line. Its texts are sanitised as they are set.
type Status struct {
	theme *theme.Theme
	width int

	you        string
	mark       string   // what stands for how others see you, "" for being there
	reach      []string // the same in words, from the longest down
	room       string
	hints      []string // from the longest down
	again      string   // what tries to connect at once, "" if nothing does
	ways       []string // out of a refusal
	first      bool     // hints come before who you are
	spare      int      // but so many of them, the longest, do not
	needed     bool     // one of them does, and the others do not
	flash      []string // from the longest down
	aside      string   // what happens in the room: somebody writes
	written    string   // how much is being written, "" if all of it is seen
	connection chat.Connection
	waiting    int
	unanswered time.Time // since when the server owes an answer, zero if it does not
}

// New makes the line of someone who is not connected.
func New(t *theme.Theme) *Status { return &Status{theme: t} }

// SetTheme changes how it looks.
func (s *Status) SetTheme(t *theme.Theme) { s.theme = t }

// SetSize sets its width; it has one row at most.
func (s *Status) SetSize(width, _ int) { s.width = width }

// SetYou says who is signed in.
func (s *Status) SetYou(name string) { s.you = line(name) }

// SetReach says how others see you where that is not simply there: a mark, and words from
// the longest down; none for there.
func (s *Status) SetReach(mark string, words ...string) {
	s.mark, s.reach = mark, nil
	for _, w := range words {
		s.reach = append(s.reach, line(w))
	}
}

// SetRoom says what the room is called, with its sign, "" where it stands elsewhere on screen.
func (s *Status) SetRoom(name string) { s.room = line(name) }

// SetHint says which keys to know, in words that get shorter: the first that fit
// are shown.
func (s *Status) SetHint(hints ...string) { s.hints = hints }

// SetFirst says whether the hints are worth more than who you are and that you are connected; or
// whether one of them is needed, the shortest if need be.
func (s *Status) SetFirst(first, needed bool) { s.first, s.needed = first, needed }

// SetSpare says how many of the hints, the longest, are worth less than that all the same.
func (s *Status) SetSpare(n int) { s.spare = n }

// SetConnection says how the connection fares.
func (s *Status) SetConnection(c chat.Connection) {
	c.Reason = line(c.Reason)
	s.connection = c
}

// SetWaiting says how many drafts wait to be sent.
func (s *Status) SetWaiting(n int) { s.waiting = n }

// SetUnanswered says since when the server owes an answer, zero if it owes none.
func (s *Status) SetUnanswered(since time.Time) { s.unanswered = since }

// SetWritten says how much is being written, "" if all of it is seen.
func (s *Status) SetWritten(howMuch string) { s.written = howMuch }

// SetAside says what happens in the room that is shown, "" if nothing does.
func (s *Status) SetAside(text string) { s.aside = line(text) }

// SetAgain says what tries to connect at once.
func (s *Status) SetAgain(command string) { s.again = command }

// SetWays says what leads out of a refusal, the first before the others.
func (s *Status) SetWays(ways ...string) { s.ways = ways }

// SetFlash says something in place of everything else, until it is "". Of
// several, from the longest down, the first that fits is shown.
func (s *Status) SetFlash(texts ...string) {
	s.flash = nil
	for _, text := range texts {
		if text = line(text); text != "" {
			s.flash = append(s.flash, text)
		}
	}
}

// Flashes tells whether it says such a thing.
func (s *Status) Flashes() bool { return len(s.flash) > 0 }

func line(text string) string {
	return strings.TrimSpace(chat.SanitizeLine(theme.Clip(text, maxWords)))
}

// View draws the line.
func (s *Status) View(now time.Time) string {
	if s.width <= 0 {
		return ""
	}
	m := s.theme.Measure
	margin := theme.Margin(s.width)
	room := s.width - 2*margin
	pad := strings.Repeat(" ", margin)
	if len(s.flash) > 0 {
		return pad + s.theme.Warn.Bold(true).Render(s.theme.Truncate(s.fitting(s.flash, room), room, "…"))
	}
	mark, ink, words := s.words(now)
	left := s.fitting(words, room-m.StringWidth(mark)-1)
	gap := 3
	if s.written != "" && s.waiting == 0 { // worth fewer words of the connection
		if s.connection.State == chat.Online {
			words = append(words, "") // where there is no room for any
		}
		gap = 2
		least := room - m.StringWidth(mark) - 1 - gap - m.StringWidth(s.written)
		if few := s.fitting(words, least); m.StringWidth(few) <= least {
			left = few
		}
	}
	if (s.first || s.needed) && s.written == "" && s.connection.State == chat.Online && s.waiting == 0 && !s.owed(now) {
		left = s.fewer(append(words, ""), left, room-m.StringWidth(mark)-1-gap)
	}
	left = s.theme.Truncate(mark+" "+left, room, "…")
	used := m.StringWidth(left)
	// Colour on the mark only: the words say it already.
	if rest, ok := strings.CutPrefix(left, mark); ok {
		left = ink.Render(mark) + rest
	}
	for _, right := range s.asides() {
		if w := m.StringWidth(right); used+gap+w <= room {
			return pad + left + strings.Repeat(" ", room-used-w) + s.theme.Dim.Render(right)
		}
	}
	return pad + left
}

// fitting is the first of texts that has room, or the last.
func (s *Status) fitting(texts []string, room int) string {
	for _, text := range texts {
		if s.theme.Measure.StringWidth(text) <= room {
			return text
		}
	}
	return texts[len(texts)-1]
}

// fewer is the longest of words beside which there is room for a hint, the longest that there
// can be, or left where there is room for none.
func (s *Status) fewer(words []string, left string, room int) string {
	m := s.theme.Measure
	if !s.first && len(s.hints) > 0 { // any hint but the last, which says less, and as many words as there is room for
		last := len(s.hints) - 1
		for _, hints := range [][]string{s.hints[:last], s.hints[last:]} {
			for _, w := range words {
				fits := func(hint string) bool { return m.StringWidth(w)+m.StringWidth(hint) <= room }
				if w != "" && slices.ContainsFunc(hints, fits) {
					return w
				}
			}
		}
	}
	for _, rather := range []bool{true, false} { // with some words, and then with none
		for i, hint := range s.hints {
			for _, w := range words {
				if (!rather || w != "" && i <= s.spare) && m.StringWidth(w)+m.StringWidth(hint) <= room {
					return w
				}
			}
		}
	}
	return left
}

// asides are what may stand at the right, from the longest down.
func (s *Status) asides() (list []string) {
	place := s.room // with its sign
	if (s.first || s.needed) && s.written == "" {
		for _, hint := range s.hints {
			list = append(list, join(place, hint), hint)
		}
	}
	if s.aside != "" && s.written == "" {
		for _, hint := range s.hints {
			list = append(list, join(s.aside, hint))
		}
		list = append(list, s.aside)
	}
	// What is least known stays longest.
	for _, first := range []string{join(s.written, place), s.written} {
		for _, hint := range s.hints {
			list = append(list, join(first, hint))
		}
		if first != "" {
			list = append(list, first)
		}
		if s.written == "" {
			break
		}
	}
	return list
}

// join puts a dot between two texts, of which either may be missing.
func join(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " · " + b
}

// owed tells whether the server owes an answer for so long that it is said.
func (s *Status) owed(now time.Time) bool {
	return !s.unanswered.IsZero() && now.Sub(s.unanswered) >= silence
}

// words says how the connection fares: a mark, its colour, and sentences from
// the longest down.
func (s *Status) words(now time.Time) (mark string, ink lipgloss.Style, words []string) {
	waiting := ""
	if s.waiting > 0 {
		waiting = fmt.Sprintf(" — %d waiting to be sent", s.waiting)
	}
	c := s.connection
	because := ""
	if c.Reason != "" {
		because = " (" + c.Reason + ")"
	}
	switch c.State {
	case chat.Online:
		if s.owed(now) {
			none := "no answer for " + seconds(now.Sub(s.unanswered).Truncate(time.Second))
			return "◌", s.theme.Warn, []string{"connected, but " + none + waiting, "connected, but " + none, none, "no answer"}
		}
		if len(s.reach) > 0 {
			return s.mark, s.theme.Warn, s.reached(waiting)
		}
		return "●", s.theme.Good, s.named("connected", waiting)
	case chat.Connecting:
		return "○", s.theme.Warn, s.named("connecting…", waiting)
	case chat.Waiting:
		return "◷", s.theme.Warn, s.offline(c.RetryAt.Sub(now), waiting, because)
	case chat.Refused:
		if c.RetryAt.IsZero() {
			return "✗", s.theme.Bad, s.refused(c.Reason)
		}
		return "✗", s.theme.Bad, s.refusedForNow(c.Reason, c.RetryAt.Sub(now))
	case chat.Offline:
	}
	return "○", s.theme.Dim, []string{"offline" + waiting + because, "offline" + waiting, "offline"}
}

// offline says how long it is until the next attempt, and what does not wait
// for it.
func (s *Status) offline(left time.Duration, waiting, because string) (words []string) {
	again := "retrying now"
	if left > 0 {
		again = "retrying in " + seconds(left)
	}
	say := "offline, " + again
	if s.again != "" && left > 0 {
		words = []string{
			say + ", " + s.again + " tries now" + waiting + because, say + ", " + s.again + " tries now" + waiting,
			say + " · " + s.again + waiting,
		}
	}
	words = append(words, say+waiting+because)
	if waiting != "" {
		words = append(words, say+waiting)
	}
	if s.again != "" && left > 0 {
		words = append(words, again+" · "+s.again)
	}
	if waiting != "" {
		words = append(words, fmt.Sprintf("offline, %d waiting", s.waiting))
	}
	return append(words, say, again, "offline")
}

// refused says why, and the ways out of it: it is the end of the connection, and
// nothing else on screen matters as much.
func (s *Status) refused(reason string) (words []string) {
	why := ""
	if reason != "" {
		why = ": " + reason
	}
	for n := len(s.ways); n > 0; n-- {
		ways := " · " + strings.Join(s.ways[:n], " or ")
		words = append(words, "refused by the server"+why+ways, "refused"+why+ways)
		if why != "" {
			words = append(words, reason+ways)
		}
	}
	if len(s.ways) > 0 {
		words = append(words, "refused · "+s.ways[0])
	}
	words = append(words, s.tryAgain(why)...)
	return append(words, "refused by the server"+why, "refused"+why)
}

// refusedForNow is refused where it is tried again by itself. What leads out of it
// then is to wait, or not to.
func (s *Status) refusedForNow(reason string, left time.Duration) (words []string) {
	why, again := "", "retrying now"
	if reason != "" {
		why = ": " + reason
	}
	if left > 0 {
		again = "retrying in " + seconds(left)
	}
	if s.again != "" {
		words = []string{
			"refused by the server" + why + " · " + again + ", " + s.again + " tries now",
			"refused" + why + " · " + again + " · " + s.again,
		}
	}
	words = append(words, s.tryAgain(why)...)
	return append(words, "refused, "+again, "refused")
}

// tryAgain names what tries again at once after a refusal, however little room
// there is.
func (s *Status) tryAgain(why string) []string {
	if s.again == "" {
		return nil
	}
	return []string{
		"refused" + why + " · " + s.again, "refused · " + s.again + " tries again", "refused · " + s.again, "refused·" + s.again,
	}
}

// named puts your name before a state.
func (s *Status) named(state, waiting string) []string {
	words := []string{state + waiting, state}
	if s.you != "" {
		you := s.you + " · "
		words = append([]string{you + state + waiting, you + state}, words...)
		if waiting != "" {
			words[1], words[2] = words[2], words[1]
		}
	}
	return words
}

// reached says how others see you, and what is waiting.
func (s *Status) reached(waiting string) (words []string) {
	if s.you != "" {
		words = append(words, s.you+" · "+s.reach[0]+waiting)
	}
	for _, w := range s.reach {
		words = append(words, w+waiting)
	}
	if waiting != "" {
		words = append(words, s.reach...)
	}
	return words
}

// seconds says how long, rounded up: it never says 0 s and waits on.
func seconds(d time.Duration) string {
	n := int((d + time.Second - 1) / time.Second)
	if n < 120 {
		return fmt.Sprintf("%d s", n)
	}
	return fmt.Sprintf("%d min", (n+59)/60)
}
