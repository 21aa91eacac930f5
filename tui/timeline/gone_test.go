package timeline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// Who follows has seen what came: it is not counted as new when they scroll up later.
func TestWhatIsSeenIsNotCountedAsNew(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(1, 100), false)
	tl.Arrived(numbered(101, 103))
	tl.Page(-1)
	if text := ansi.Strip(tl.View()); strings.Contains(text, "new") {
		t.Errorf("counted as new:\n%s", text)
	}
	tl.Arrived(numbered(104, 105))
	if text := ansi.Strip(tl.View()); !strings.Contains(text, "↓ 2 new") {
		t.Errorf("two came:\n%s", text)
	}
}

// However much is let go of, drafts are not: nor are messages below one.
func TestDraftsAreNeverLetGoOf(t *testing.T) {
	tl := fresh(80, 12)
	tl.DraftChanged(chat.DraftChanged{Draft: written("d", "not sent"), State: chat.DraftFailed})
	for s := uint64(1); s <= maxKept+2000; s += 1000 {
		tl.Arrived(numbered(s, s+999))
	}
	if tl.Failed() != "d" || !tl.HasDraft("d") || !strings.Contains(ansi.Strip(tl.View()), "not sent") {
		t.Error("the draft is gone")
	}
	tl.dropOldest(len(tl.items) + 1)
	tl.items = tl.items[len(tl.items)-1:] // nothing but the draft
	tl.bytes = 2 * maxBytes
	if tl.dropOldest(len(tl.items)); len(tl.items) != 1 {
		t.Error("the draft was let go of")
	}
}

// What was found among messages is not found when they are gone, and one's own that are let
// go of may be drafts again: another of the same ID is shown.
func TestWhatIsGoneIsForgotten(t *testing.T) {
	tl := fresh(80, 12)
	list := numbered(1, 50)
	list[4].From, list[4].ID = you, "mine"
	tl.Reloaded(list, false)
	if tl.byID("mine") == nil || !tl.settled("mine") {
		t.Fatal("it is not here")
	}
	tl.Shrink(10)
	if tl.byID("mine") != nil || tl.settled("mine") {
		t.Error("it is gone, and is found")
	}
	tl.Reloaded(list, false)
	tl.Around(chat.History{Messages: numbered(20, 30)}, false)
	if tl.settled("mine") {
		t.Error("it is elsewhere, and is among one's own here")
	}
}

// A page of what follows is taken only where it follows.
func TestAPageThatDoesNotFollowIsAskedForAgain(t *testing.T) {
	tl := far(t)
	tl.Unchoose()
	for range 12 {
		tl.Page(1)
	}
	after, ok := tl.AskNewer()
	if !ok || after != 500 {
		t.Fatalf("asked above %d, %v", after, ok)
	}
	tl.cut(tl.find(480, 0), tl.find(floating, 0)) // the end was let go of meanwhile
	tl.Newer(500, chat.History{Messages: numbered(501, 600), More: true}, nil)
	if tl.Has(501) {
		t.Error("there is a gap between 479 and 501")
	}
	for range 12 {
		tl.Page(1)
	}
	if after, ok := tl.AskNewer(); !ok || after != 479 {
		t.Errorf("asked above %d, %v", after, ok)
	}
}

// Where the oldest messages are gone for good there is nothing more to ask for; a text that
// is edited is whole where it was cut off before; and there are so many reactions at most.
func TestWhatBecameOfThem(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(11, 14), true)
	tl.Trimmed(12)
	if before, ok := tl.AskOlder(); ok {
		t.Errorf("what is below %d is asked for, and is gone", before)
	}
	long := message(15, ada, "long", strings.Repeat("a line\n", maxText/4))
	tl.Arrived([]chat.Message{long})
	if tl.messageOf(15).rest == (omitted{}) {
		t.Fatal("all of it is kept")
	}
	tl.Revised(chat.MessageRevised{MessageChanged: chat.MessageChanged{Seq: 15, Revision: 1}, Body: chat.TextBody("short")})
	if it := tl.messageOf(15); it.rest != (omitted{}) || strings.Contains(ansi.Strip(tl.View()), "ctrl+o") {
		t.Errorf("it is not whole: %+v", it.rest)
	}
	many := message(16, ada, "many", "look")
	for i := range 3 * chat.MaxReactions {
		many.Reactions = append(many.Reactions, chat.Reaction{Emoji: fmt.Sprint("e", i), Count: 1})
	}
	tl.Arrived([]chat.Message{many})
	if n := len(tl.messageOf(16).extra.reactions); n != chat.MaxReactions {
		t.Errorf("%d reactions", n)
	}
}

// A thread of a timeline that is away has to be asked for; and what oneself said calls
// nobody.
func TestThreadsAndMentions(t *testing.T) {
	tl := far(t)
	root := numbered(450, 450)[0]
	answer := message(451, you, "own", "@you")
	answer.Thread, answer.Mentions = root.ID, []string{you.ID}
	tl.Arrived([]chat.Message{answer})
	if thread := tl.Thread(root.ID); len(thread.items) != 0 || thread.history != historyMore {
		t.Errorf("%d messages, history %d", len(thread.items), thread.history)
	}
	tl = fresh(80, 12)
	named := message(1, ada, "a", "@you")
	named.Mentions = []string{you.ID}
	own := message(2, you, "b", "@you")
	own.Mentions = []string{you.ID}
	tl.Reloaded([]chat.Message{named, own}, false)
	if n := tl.Named(0); n != 1 {
		t.Errorf("%d mentions", n)
	}
}

// What began a thread quotes what it answers, which stands in the room alone: as long as that is
// there, and as it is now.
func TestAThreadQuotesItsRoom(t *testing.T) {
	room := fresh(80, 12)
	code, root := message(1, ada, "a", "here is the code"), message(2, you, "b", "what does it do?")
	root.ReplyTo = code.ID
	room.Reloaded([]chat.Message{code, root}, true)
	thread := room.Thread(root.ID)
	thread.SetSize(80, 12, 12)
	says := func(want string) {
		t.Helper()
		if view := ansi.Strip(thread.View()); !strings.Contains(view, "↱ "+want) {
			t.Errorf("no %q in\n%s", want, view)
		}
	}
	both := func(do func(*Timeline)) { do(room); do(thread) }
	says("ada: here is the code")
	both(func(t *Timeline) {
		t.Revised(chat.MessageRevised{MessageChanged: chat.MessageChanged{Seq: 1, Revision: 1}, Body: chat.TextBody("here it was")})
	})
	says("ada: here it was")
	both(func(t *Timeline) { t.Erased(chat.MessageErased{MessageChanged: chat.MessageChanged{Seq: 1}}) })
	if view := ansi.Strip(thread.View()); strings.Contains(view, "here it was") {
		t.Errorf("what is deleted is still there:\n%s", view)
	}
	both(func(t *Timeline) { t.Trimmed(1) })
	says("an earlier message")
	before := message(1, ada, "a", "here is the code")
	room.Reloaded([]chat.Message{before, root}, true)
	thread.RoomGrew()
	says("ada: here is the code")
}
