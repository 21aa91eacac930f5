package timeline

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"charm.land/lipgloss/v2"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

// chipRows is how many rows what hangs on a message takes at most.
const chipRows = 3

// chip is one of the things that hang on a message.
type chip struct {
	text  string
	ink   lipgloss.Style
	emoji string // of a reaction, as it was told; foreign
}

// chipPlace is where a chip stands: in a row of chips, from a cell of the text's column on.
type chipPlace struct{ row, x, width int }

// chipsOf are the thread that a message began and the reactions to it.
func (t *Timeline) chipsOf(it *item) (list []chip) {
	x := it.extra
	if r := x.replies; r != nil && r.Count > 0 && t.thread == "" {
		list = append(list, t.threadChip(it, r))
	} else if t.writes(it) {
		list = append(list, t.begun())
	}
	for _, r := range x.reactions {
		emoji := strings.TrimSpace(chat.SanitizeLine(theme.Clip(r.Emoji, chat.MaxEmoji)))
		text, ink := emoji+" "+thousands(r.Count), t.theme.Dim
		if reacted(r, t.you.ID) {
			text, ink = "["+text+"]", t.theme.Accent
		}
		list = append(list, chip{text, ink, r.Emoji})
	}
	return list
}

// begun is the thread in which nobody but the user has begun to write.
func (t *Timeline) begun() chip {
	return chip{"↳ " + writesMark + " you are writing in its thread", t.theme.Dim, ""}
}

func replies(n int) string {
	if n == 1 {
		return "1 reply"
	}
	return thousands(n) + " replies"
}

// reacted tells whether somebody is among those who reacted so.
func reacted(r chat.Reaction, id string) bool {
	return slices.Contains(first(r.Users, chat.MaxReactors), id)
}

// when says when something was: the time today, the day before.
func (t *Timeline) when(at time.Time) string {
	if day(at) == day(t.now()) {
		return at.Format("15:04")
	}
	return at.Format("2 Jan")
}

// chips draws chips side by side, in as many rows as they take, chipRows at most.
func (t *Timeline) chips(list []chip) (rows []string) {
	rows, _ = t.setChips(list)
	return rows
}

// setChips is chips that says also where those are that there is room for.
func (t *Timeline) setChips(list []chip) (rows []string, places []chipPlace) {
	c, m := t.columns, t.theme.Measure
	var b strings.Builder
	x := 0
	flush := func() {
		if x > 0 {
			rows = append(rows, blank(c.text)+b.String())
			b.Reset()
			x = 0
		}
	}
	for i, p := range list {
		text := t.theme.Truncate(p.text, c.width, "…")
		w := m.StringWidth(text)
		if x > 0 && x+2+w > c.width {
			if len(rows) == chipRows-1 {
				more := " +" + strconv.Itoa(len(list)-i)
				if x+len(more) <= c.width {
					b.WriteString(t.theme.Dim.Render(more))
				}
				break
			}
			flush()
		}
		if x > 0 {
			b.WriteString("  ")
			x += 2
		}
		b.WriteString(paint(&p.ink, text))
		places = append(places, chipPlace{len(rows), x, w})
		x += w
	}
	flush()
	return rows, places
}
