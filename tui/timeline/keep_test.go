package timeline

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

func TestWhatIsKeptIsBounded(t *testing.T) {
	tl := fresh(80, 12)
	for s := uint64(1); s <= maxKept+30_000; s += 1000 {
		tl.Arrived(numbered(s, s+999))
	}
	if len(tl.items) > maxKept+1000 || tl.history != historyMore {
		t.Errorf("%d messages are kept", len(tl.items))
	}
	big := strings.Repeat("x", maxText-10)
	for s := uint64(1); s < maxBytes/maxText+300; s++ {
		tl.Arrived([]chat.Message{message(10_000_000+s, chat.User{ID: fmt.Sprintf("u%d", s)}, "", big)})
	}
	if tl.bytes > maxBytes+maxText || len(tl.authors) > maxBytes/maxText+10 {
		t.Errorf("%d bytes and %d authors are kept", tl.bytes, len(tl.authors))
	}
	if !strings.Contains(screen(tl), "xxx") {
		t.Error("the newest are gone")
	}
}

// While somebody reads at the top, whatever arrives costs a bounded memory and
// does not move them; when they go to the bottom, the newest are read anew.
func TestReadingAtTheTopWhileMessagesArrive(t *testing.T) {
	const last = 300_000
	tl := fresh(80, 12)
	tl.Reloaded(numbered(1, 1000), false)
	tl.Top()
	before, most := screen(tl), 0
	few := make([]chat.Message, 10)
	for s := uint64(1001); s <= last; s += uint64(len(few)) {
		for i := range few {
			few[i] = chat.Message{Envelope: chat.Envelope{Seq: s + uint64(i), ID: "x", From: ada}, Body: chat.Body{JSON: []byte(`"one of many"`)}}
		}
		tl.Arrived(few)
		most = max(most, len(tl.items))
	}
	if most > maxKept+maxKept/4+len(few) || len(tl.items) < maxKept/2 {
		t.Errorf("%d messages were kept, %d are", most, len(tl.items))
	}
	top := func(s string) string { rows := strings.Split(s, "\n"); return strings.Join(rows[:len(rows)-1], "\n") }
	if now := screen(tl); top(now) != top(before) || !strings.Contains(now, "↓ 299,000 new") {
		t.Errorf("it moved from\n%s\nto\n%s", before, now)
	}
	tl.DraftChanged(chat.DraftChanged{Draft: written("mine", "my draft"), State: chat.DraftSending})
	tl.Arrived([]chat.Message{message(last+1, you, "mine", "my draft")})
	if len(tl.drafts.byID) != 0 {
		t.Error("a draft is still there although its message was told")
	}

	tl.Bottom()
	ask, ok := tl.AskOlder()
	if !ok || ask != last+2 {
		t.Fatalf("asks for messages below %d, %v", ask, ok)
	}
	tl.Arrived(numbered(last+2, last+2)) // while the page is on its way
	tl.Older(ask, chat.History{Messages: numbered(last-99, last+1), More: true}, nil)
	tl.Arrived(numbered(last+3, last+3))
	inOrder(t, tl, "<300000>", "<300001>", "<300002>", "<300003>")
	for i := 1; i < len(tl.items); i++ {
		if tl.items[i].seq != tl.items[i-1].seq+1 {
			t.Fatalf("%d follows %d", tl.items[i].seq, tl.items[i-1].seq)
		}
	}
}

// Who reads far up in a long history does not fill the memory either.
func TestReadingFarUpIsBounded(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(1_000_001, 1_000_100), true)
	page := numbered(1, 1000)
	for pages := 0; pages < 3*maxKept/2/len(page); {
		tl.Top()
		if before, ok := tl.AskOlder(); ok {
			for i := range page {
				page[i].Seq = before - uint64(len(page)-i)
			}
			tl.Older(before, chat.History{Messages: page, More: true}, nil)
			pages++
		}
	}
	if n := len(tl.items); n > maxKept+maxKept/4 || !tl.away {
		t.Errorf("%d messages are kept", n)
	}
	tl.Bottom()
	if before, ok := tl.AskOlder(); !ok || before != 1_000_101 || len(tl.items) != 0 {
		t.Errorf("at the bottom: asks below %d, %v, with %d messages", before, ok, len(tl.items))
	}
}

// A page that was asked for before the room was reloaded does not belong to what
// is there now.
func TestPageOfBeforeAReloadIsIgnored(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(51, 55), true)
	first, _ := tl.AskOlder()
	tl.Reloaded(numbered(501, 505), true)
	second, ok := tl.AskOlder()
	if !ok || second != 501 {
		t.Fatalf("asked below %d, %v", second, ok)
	}
	tl.Older(first, chat.History{Messages: numbered(41, 50), More: true}, nil)
	tl.Older(first, chat.History{}, errors.New("too late"))
	if len(tl.items) != 5 || tl.history != historyLoading {
		t.Fatalf("the stale page was taken: %d messages, history %d", len(tl.items), tl.history)
	}
	tl.Older(second, chat.History{Messages: numbered(491, 500), More: true}, nil)
	if len(tl.items) != 15 {
		t.Errorf("the page for what is there was not: %d messages", len(tl.items))
	}
	// With nothing asked for since, it is asked for again.
	tl.Reloaded(nil, true)
	ask, _ := tl.AskOlder()
	tl.Arrived(numbered(900, 900))
	tl.Older(ask, chat.History{Messages: numbered(700, 710)}, nil)
	if before, ok := tl.AskOlder(); !ok || before != 900 || len(tl.items) != 1 {
		t.Errorf("asked below %d, %v; %d messages", before, ok, len(tl.items))
	}
}

// A draft whose message is in history already is shown no longer; one whose
// message is still to come is shown until then, also through a reload.
func TestSentDraftGoesWhenItsMessageIsKnown(t *testing.T) {
	sent := func(seq uint64) chat.DraftChanged {
		return chat.DraftChanged{Draft: written("d1", "hello there"), State: chat.DraftSent, Seq: seq}
	}
	for name, c := range map[string]struct {
		seq   uint64
		then  func(*Timeline)
		shown int
	}{
		"far above":                 {3, nil, 0},
		"the newest":                {100, nil, 0},
		"to come":                   {101, nil, 1},
		"to come, and it came":      {101, func(tl *Timeline) { tl.Arrived([]chat.Message{message(101, you, "d1", "hello there")}) }, 1},
		"unknown":                   {0, nil, 1},
		"to come after a reload":    {120, func(tl *Timeline) { tl.Reloaded(numbered(90, 110), true) }, 1},
		"above the newest reloaded": {101, func(tl *Timeline) { tl.Reloaded(numbered(90, 110), true) }, 0},
		"unknown, and a reload":     {0, func(tl *Timeline) { tl.Reloaded(numbered(90, 110), true) }, 0},
	} {
		tl := fresh(80, 20)
		tl.Reloaded(numbered(91, 100), true)
		tl.DraftChanged(chat.DraftChanged{Draft: written("d1", "hello there"), State: chat.DraftSending})
		tl.DraftChanged(sent(c.seq))
		if c.then != nil {
			c.then(tl)
		}
		if n := strings.Count(screen(tl), "hello there"); n != c.shown {
			t.Errorf("%s: shown %d times:\n%s", name, n, screen(tl))
		}
	}
}

// What is told of one of many drafts does not walk past the others.
func TestOneOfManyDrafts(t *testing.T) {
	cost := func(n int) time.Duration {
		tl := fresh(80, 12)
		change := func(i int, s chat.DraftState) {
			tl.DraftChanged(chat.DraftChanged{Draft: written(fmt.Sprint("d", i), "text"), State: s})
		}
		for i := range n {
			change(i, chat.DraftWaiting)
		}
		least := time.Hour
		for range 20 { // others have this machine's time, too
			start := time.Now()
			for range 100 {
				change(0, chat.DraftSending)
				change(0, chat.DraftFailed)
				change(1, chat.DraftWaiting)
				if tl.Waiting() != n-1 || tl.Failed() != "d0" {
					t.Fatalf("%d waiting, %q failed", tl.Waiting(), tl.Failed())
				}
			}
			least = min(least, time.Since(start))
		}
		return least
	}
	if few, many := cost(20), cost(20_000); many > 20*few {
		t.Errorf("among 20 drafts it takes %v, among 20,000 %v", few, many)
	}
}

func TestTopLaysOutOneScreen(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(1, 20_000), false)
	tl.Top()
	inOrder(t, tl, "this is the beginning of #general", "<1>", "<2>")
	laid := 0
	for _, it := range tl.items {
		if it.layout != nil {
			laid++
		}
	}
	if laid > 4*tl.height {
		t.Errorf("%d messages were laid out", laid)
	}
	tl.Bottom()
	if tl.Top(); tl.follow {
		t.Error("at the top, and following")
	}
	few := fresh(80, 12)
	few.Reloaded(numbered(1, 3), false)
	if few.Top(); !few.follow {
		t.Error("everything is on screen, and it does not follow any more")
	}
}

// A notice is replaced where it is, also when it scrolled away, and nothing that
// is on the screen moves.
func TestNoticeIsReplaced(t *testing.T) {
	tl := fresh(80, 12)
	tl.Arrived(numbered(1, 40))
	tl.Notice("use this:\n\x1b[31mhobnob")
	tl.Notice("after it")
	tl.Replace("never said", "nothing")
	tl.Arrived(numbered(41, 80))
	tl.Scroll(-10)
	before := screen(tl)
	tl.Replace("use this:\n\x1b[31mhobnob", "it was\nused\nup")
	if now := screen(tl); now != before {
		t.Errorf("it moved from\n%s\nto\n%s", before, now)
	}
	tl.Scroll(-28)
	inOrder(t, tl, "<40>", "it was", "used", "up", "after it", "<41>")
	if s := screen(tl); strings.Contains(s, "use this") || strings.Contains(s, "hobnob") {
		t.Errorf("the one before is there:\n%s", s)
	}
	tl.Replace("it was\nused\nup", "")
	inOrder(t, tl, "<40>", "after it", "<41>")
	if s := screen(tl); strings.Contains(s, "used") {
		t.Errorf("it is still there:\n%s", s)
	}
}
