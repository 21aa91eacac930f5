package timeline

import (
	"strings"
	"testing"

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
