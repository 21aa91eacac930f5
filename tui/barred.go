package tui

import (
	"slices"
	"strings"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/composer"
	"github.com/hobnob-chat/hobnob/tui/timeline"
)

// barred is a sentence that says why nothing can be written in a room: it is true until that
// changes, and gone then.
type barred struct {
	room, says string
	below      *composer.Composer // the line that it stands below, nil where it is among the messages
}

// whyNot says why nothing can be written in a room, "" where something can.
func (m *Model) whyNot(room string) string {
	called := chat.SanitizeLine(cut(m.calledOf(room)))
	if _, gone := m.gone[room]; gone {
		return "nothing was sent: you are in " + called + " no longer; " + m.elsewhereKeys()
	}
	if r := m.member(room); r != nil && r.Archived {
		return "nothing was sent: " + called + " is archived, and can only be read; an admin, or who made it, opens it again with /unarchive"
	}
	return ""
}

// bar says below the line, or else among the messages, why nothing can be written in a room.
func (m *Model) bar(room, why string, below *composer.Composer) {
	if below != nil {
		below.Say(why)
	} else {
		m.shown().Warn(why)
	}
	if b := (barred{room, why, below}); !slices.Contains(m.barred, b) {
		m.barred = append(m.barred, b)
	}
}

// unbar takes off the screen what was said of rooms in which something can be written again.
func (m *Model) unbar() {
	m.barred = slices.DeleteFunc(m.barred, func(b barred) bool {
		switch {
		case m.whyNot(b.room) != "":
			return false
		case b.below == nil:
			m.each(b.room, func(t *timeline.Timeline) { t.Replace(b.says, "") })
		case strings.HasSuffix(b.below.Sentence(), chat.SanitizeLine(b.says)):
			b.below.Say("")
		}
		return true
	})
}
