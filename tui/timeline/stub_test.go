package timeline

import (
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestAThreadSaysWhatItHas: how many answers stand together, that there are others above them, and
// whether one names the user.
func TestAThreadSaysWhatItHas(t *testing.T) {
	grace := chat.User{ID: "u2", Name: "grace"}
	root := message(1, ada, "root", "who reviews it?")
	in := func(seq uint64, u chat.User, mentions ...string) chat.Message {
		m := message(seq, u, "in"+string(rune('a'+seq)), "an answer")
		m.Thread, m.Mentions = "root", mentions
		return m
	}
	gone := in(2, grace)
	gone.Deleted = 1
	for name, c := range map[string]struct {
		messages []chat.Message
		want     string
	}{
		"one":                     {[]chat.Message{root, message(2, grace, "x", "hi"), in(3, grace)}, "↳ a reply by grace to ada"},
		"some":                    {[]chat.Message{root, message(2, grace, "x", "hi"), in(3, grace), in(4, grace)}, "↳ 2 replies, last by grace, to ada"},
		"one above":               {[]chat.Message{root, in(2, grace), message(3, grace, "x", "hi"), in(4, grace)}, "↳ another reply by grace to ada"},
		"some, and one above":     {[]chat.Message{root, in(2, grace), message(3, grace, "x", "hi"), in(4, grace), in(5, grace)}, "↳ 2 more replies, last by grace, to ada"},
		"one above that is gone":  {[]chat.Message{root, gone, message(3, grace, "x", "hi"), in(4, grace)}, "↳ a reply by grace to ada"},
		"one that names you":      {[]chat.Message{root, message(2, grace, "x", "hi"), in(3, grace, you.ID)}, "↳ @you a reply by grace to ada"},
		"one of some names you":   {[]chat.Message{root, message(2, grace, "x", "hi"), in(3, grace, you.ID), in(4, grace)}, "↳ @you 2 replies, last by grace, to ada"},
		"one above names you":     {[]chat.Message{root, in(2, grace, you.ID), message(3, grace, "x", "hi"), in(4, grace)}, "↳ another reply by grace to ada"},
		"what you wrote yourself": {[]chat.Message{root, message(2, grace, "x", "hi"), in(3, you, chat.MentionRoom)}, "↳ a reply by " + you.Name + " to ada"},
	} {
		tl := fresh(100, 20)
		tl.SetYou(you)
		tl.Reloaded(c.messages, false)
		if s := screen(tl); !strings.Contains(s, c.want) {
			t.Errorf("%s: without %q\n%s", name, c.want, s)
		}
	}
}

// TestUnseenAnswersAreBold, in the row below the message that began the thread and in their own, until
// they were seen.
func TestUnseenAnswersAreBold(t *testing.T) {
	grace := chat.User{ID: "u2", Name: "grace"}
	tl := fresh(100, 20)
	tl.SetYou(you)
	root, first, last := message(1, ada, "root", "who reviews it?"), message(2, grace, "a", "I"), message(4, grace, "b", "or I")
	root.Replies = &chat.Replies{Count: 2, LastBy: grace}
	first.Thread, last.Thread = "root", "root"
	last.Seq = 8
	tl.Reloaded(append([]chat.Message{root, first}, append(numbered(3, 6), last)...), false)
	bold := func(part string) bool {
		for row := range strings.SplitSeq(tl.View(), "\n") {
			if strings.Contains(row, part) {
				return strings.Contains(row, "\x1b[1;") || strings.Contains(row, "\x1b[1m")
			}
		}
		t.Fatalf("no row has %q:\n%s", part, tl.View())
		return false
	}
	for _, c := range []struct {
		unseen       map[string]Unseen
		chip, answer bool
		calls        string
	}{
		{nil, false, false, "↳ 2 replies"},
		{map[string]Unseen{"root": {From: 2}}, true, true, "↳ 2 replies"},
		{map[string]Unseen{"root": {From: 2, Calls: true}}, true, true, "↳ @you 2 replies"},
		{map[string]Unseen{"root": {From: 9}}, true, false, "↳ 2 replies"},
		{map[string]Unseen{"other": {From: 2}}, false, false, "↳ 2 replies"},
	} {
		tl.SetUnseen(c.unseen)
		if chip, answer := bold("2 replies"), bold("another reply"); chip != c.chip || answer != c.answer || !strings.Contains(screen(tl), c.calls) {
			t.Errorf("%v: bold is %v and %v, want %v and %v\n%s", c.unseen, chip, answer, c.chip, c.answer, screen(tl))
		}
	}
}

// TestNewsIsToldOnce: of an answer that is neither new nor unseen, the message that began its thread
// tells, where it is near.
func TestNewsIsToldOnce(t *testing.T) {
	grace := chat.User{ID: "u2", Name: "grace"}
	room := func(between int, change func(tl *Timeline)) *Timeline {
		root, answer := message(1, ada, "root", "who reviews it?"), message(20, grace, "a", "I")
		root.Replies, answer.Thread = &chat.Replies{Count: 1, LastBy: grace}, "root"
		tl := fresh(100, 20)
		tl.SetYou(you)
		tl.Reloaded(append([]chat.Message{root}, append(numbered(2, uint64(1+between)), answer)...), false)
		change(tl)
		return tl
	}
	for name, c := range map[string]struct {
		between int
		change  func(tl *Timeline)
		told    bool
	}{
		"right below":           {0, func(*Timeline) {}, false},
		"near":                  {3, func(*Timeline) {}, false},
		"far":                   {4, func(*Timeline) {}, true},
		"near and new":          {3, func(tl *Timeline) { tl.SetNew(19) }, true},
		"near and read":         {3, func(tl *Timeline) { tl.SetNew(20) }, false},
		"near and unseen":       {3, func(tl *Timeline) { tl.SetUnseen(map[string]Unseen{"root": {From: 20}}) }, true},
		"near and seen":         {3, func(tl *Timeline) { tl.SetUnseen(map[string]Unseen{"root": {From: 21}}) }, false},
		"right below and new":   {0, func(tl *Timeline) { tl.SetNew(19) }, false},
		"near, and it was read": {3, func(tl *Timeline) { tl.SetNew(19); tl.ClearNew() }, false},
		"selected":              {3, func(tl *Timeline) { tl.SetNew(19); tl.ChooseNewest(); tl.ClearNew() }, true},
		"and no longer":         {3, func(tl *Timeline) { tl.SetNew(19); tl.ChooseNewest(); tl.ClearNew(); tl.Unchoose() }, false},
	} {
		tl := room(c.between, c.change)
		if s := screen(tl); strings.Contains(s, "↳ a reply by grace to ada") != c.told || !strings.Contains(s, "↳ 1 reply, last by grace") {
			t.Errorf("%s: told of the answer should be %v:\n%s", name, c.told, s)
		}
	}
}

// TestWhoAnswersThemselves is not said to have answered somebody.
func TestWhoAnswersThemselves(t *testing.T) {
	answer := message(9, ada, "a", "nobody?")
	answer.Thread = "root"
	tl := fresh(100, 20)
	tl.Reloaded(append([]chat.Message{message(1, ada, "root", "who reviews it?")}, append(numbered(2, 5), answer)...), false)
	if s := screen(tl); !strings.Contains(s, "↳ a reply by ada in their own thread: who reviews it?") {
		t.Error(s)
	}
}

// TestAnAnswerThatWaitsHasARow in its room, also where the message that began the thread says of the stored
// ones that they are there; it goes when the answer is on its way.
func TestAnAnswerThatWaitsHasARow(t *testing.T) {
	grace := chat.User{ID: "u2", Name: "grace"}
	d := written("mine", "I do")
	d.Thread = "root"
	for name, c := range map[string]struct {
		messages func(root, answer chat.Message) []chat.Message
		stored   int
		row      string
	}{
		"first, right below": {func(root, _ chat.Message) []chat.Message { return []chat.Message{root} }, 0, "↳ a reply by you to ada: who reviews it?"},
		"below a stored one": {func(root, answer chat.Message) []chat.Message { return []chat.Message{root, answer} }, 1, "↳ another reply by you to ada: who reviews it?"},
		"near": {func(root, answer chat.Message) []chat.Message {
			return append([]chat.Message{root, answer}, numbered(3, 4)...)
		}, 1, "↳ another reply by you to ada: who reviews it?"},
	} {
		for _, width := range []int{100, 60, 40, 20} {
			for _, chosen := range []bool{false, true} {
				root, answer := message(1, ada, "root", "who reviews it?"), message(2, grace, "a", "I")
				answer.Thread = "root"
				if c.stored > 0 {
					root.Replies = &chat.Replies{Count: c.stored, LastBy: grace}
				}
				tl := fresh(width, 20)
				tl.Reloaded(c.messages(root, answer), false)
				has := func(row, mark bool, stored string) {
					t.Helper()
					s := screen(tl)
					if width == 100 && strings.Contains(s, "to ada: who reviews it?") != row || mark && !strings.Contains(s, c.row[:min(len(c.row), width/2)]) ||
						strings.Contains(s, "◷") != mark || stored != "" && width > 20 && !strings.Contains(s, "↳ "+stored) {
						t.Fatalf("%s, %d wide, selected %v: want row %v, mark %v, %q:\n%s", name, width, chosen, row, mark, stored, s)
					}
				}
				said := ""
				if c.stored > 0 {
					said = "1 reply"
				}
				tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftWaiting})
				has(true, true, said)
				if chosen {
					tl.ChooseNewest()
				}
				tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSending})
				has(chosen, false, said)
				tl.DraftChanged(chat.DraftChanged{Draft: d, State: chat.DraftSent})
				m := message(9, you, "mine", "I do")
				m.Thread = "root"
				tl.Arrived([]chat.Message{m})
				has(chosen, false, replies(c.stored+1))
				tl.Unchoose()
				has(false, false, replies(c.stored+1))
			}
		}
	}
}

// TestAnswersWithoutARowPartNothing: who goes on behind them is not named again, unless a line or a row
// stands there.
func TestAnswersWithoutARowPartNothing(t *testing.T) {
	grace := chat.User{ID: "u2", Name: "grace"}
	for name, c := range map[string]struct {
		change func(tl *Timeline)
		direct bool // the answers stand directly below the message that began the thread
		late   bool // with them a day begins
		named  bool
	}{
		"no row, near":             {func(*Timeline) {}, false, false, false},
		"no row, right below":      {func(*Timeline) {}, true, false, false},
		"a row":                    {func(tl *Timeline) { tl.SetUnseen(map[string]Unseen{"root": {From: 4}}) }, false, false, true},
		"a line above what is new": {func(tl *Timeline) { tl.SetNew(3) }, true, false, true},
		"a line of a new day":      {func(*Timeline) {}, true, true, true},
	} {
		list := []chat.Message{message(1, ada, "root", "who reviews it?"), message(2, grace, "x", "anybody?"), message(3, ada, "y", "soon")}
		if c.direct {
			list = list[:1]
		}
		list[0].Replies = &chat.Replies{Count: 2, LastBy: grace}
		for seq := uint64(4); seq < 6; seq++ {
			m := message(seq, grace, "a"+string(rune('0'+seq)), "an answer")
			m.Thread = "root"
			list = append(list, m)
		}
		list = append(list, message(6, ada, "z", "and now"))
		if c.late {
			for i := range list {
				list[i].At += chat.ToMillis(noon.Add(12*time.Hour-3500*time.Millisecond)) - chat.ToMillis(noon)
			}
		}
		tl := fresh(100, 20)
		tl.SetYou(you)
		tl.Reloaded(list, false)
		c.change(tl)
		named := false
		for row := range strings.SplitSeq(screen(tl), "\n") {
			if strings.Contains(row, "and now") {
				named = strings.Contains(row, "ada")
			}
		}
		if named != c.named {
			t.Errorf("%s: named again is %v:\n%s", name, named, screen(tl))
		}
	}
}
