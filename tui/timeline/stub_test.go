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
	tl.Reloaded([]chat.Message{root, first, message(3, grace, "x", "hi"), last}, false)
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
		{map[string]Unseen{"root": {From: 5}}, true, false, "↳ 2 replies"},
		{map[string]Unseen{"other": {From: 2}}, false, false, "↳ 2 replies"},
	} {
		tl.SetUnseen(c.unseen)
		if chip, answer := bold("2 replies"), bold("another reply"); chip != c.chip || answer != c.answer || !strings.Contains(screen(tl), c.calls) {
			t.Errorf("%v: bold is %v and %v, want %v and %v\n%s", c.unseen, chip, answer, c.chip, c.answer, screen(tl))
		}
	}
}
