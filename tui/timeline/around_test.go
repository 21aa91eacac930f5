package timeline

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// far shows messages 401 to 500 of a room of 1000, of which the newest 20 were here.
func far(t *testing.T) *Timeline {
	t.Helper()
	tl := fresh(80, 12)
	tl.Reloaded(numbered(981, 1000), true)
	if !tl.Around(chat.History{Messages: numbered(401, 500), More: true}, true) || !tl.ChooseAt(450) {
		t.Fatal("the place is not shown")
	}
	return tl
}

func TestAroundShowsAPlaceAndWhatFollows(t *testing.T) {
	tl := far(t)
	inOrder(t, tl, "<447>", "<450>", "<453>", "↓")
	if chosen, ok := tl.Chosen(); !ok || chosen.Seq != 450 {
		t.Errorf("selected is %+v", chosen)
	}
	if _, ok := tl.AskNewer(); ok || tl.AtBottom() {
		t.Error("newer ones are asked for far from the end, or it is the end")
	}
	tl.Arrived(numbered(1001, 1001))
	inOrder(t, tl, "<450>", "↓ 1 new")
	tl.Unchoose()
	for range 12 {
		tl.Page(1)
	}
	inOrder(t, tl, "<499>", "<500>", "↓")
	after, ok := tl.AskNewer()
	if !ok || after != 500 {
		t.Fatalf("asks above %d, %v", after, ok)
	}
	if _, again := tl.AskNewer(); again {
		t.Error("asked for twice")
	}
	tl.Newer(499, chat.History{Messages: numbered(1, 2)}, nil) // of something else
	tl.Newer(after, chat.History{Messages: numbered(501, 600), More: true}, nil)
	inOrder(t, tl, "<499>", "<500>")
	tl.Page(1)
	inOrder(t, tl, "<505>")
	// The rest comes, and with it the end.
	for after := uint64(600); after < 1001; after += 100 {
		for range 20 {
			tl.Page(1)
		}
		if ask, ok := tl.AskNewer(); !ok || ask != after {
			t.Fatalf("asks above %d, %v, not %d", ask, ok, after)
		}
		tl.Newer(after, chat.History{Messages: numbered(after+1, min(after+100, 1001)), More: after+100 < 1001}, nil)
	}
	for range 20 {
		tl.Page(1)
	}
	if !tl.AtBottom() {
		t.Errorf("the end is not the end:\n%s", screen(tl))
	}
	tl.Arrived(numbered(1002, 1002))
	inOrder(t, tl, "<1000>", "<1001>", "<1002>")
}

// What comes while the last page is on its way is not lost.
func TestWhatComesWhileTheLastPageIsAskedFor(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(91, 100), true)
	tl.Around(chat.History{Messages: numbered(41, 80), More: true}, true)
	for range 9 {
		tl.Page(1)
	}
	after, _ := tl.AskNewer()
	tl.Arrived(numbered(101, 101))
	tl.Newer(after, chat.History{Messages: numbered(81, 100)}, nil)
	for range 9 {
		tl.Page(1)
	}
	after, ok := tl.AskNewer()
	if !ok || after != 100 {
		t.Fatalf("asks above %d, %v", after, ok)
	}
	tl.Newer(after, chat.History{Messages: numbered(101, 101)}, nil)
	tl.Page(1)
	inOrder(t, tl, "<99>", "<100>", "<101>")
	if !tl.AtBottom() {
		t.Error("the end is not the end")
	}
}

func TestNewerThatFailIsAskedForAgain(t *testing.T) {
	tl := far(t)
	for range 12 {
		tl.Page(1)
	}
	after, _ := tl.AskNewer()
	tl.Newer(after, chat.History{}, errors.New("offline"))
	if _, ok := tl.AskNewer(); ok {
		t.Error("asked for again at once")
	}
	tl.Scroll(1)
	if _, ok := tl.AskNewer(); !ok {
		t.Error("who pushes against the end is not heard")
	}
	tl.Bottom()
	if before, ok := tl.AskOlder(); !ok || before != 1001 {
		t.Errorf("the way back asks below %d, %v", before, ok)
	}
}

func TestShowFromAndNamed(t *testing.T) {
	tl := fresh(80, 12)
	list := numbered(1, 100)
	list[19].Mentions, list[69].Mentions = []string{you.ID}, []string{chat.MentionRoom}
	list[19].Body, list[69].Body = chat.TextBody("@you see"), chat.TextBody("@room all")
	tl.Reloaded(list, false)
	if !tl.ShowFrom(50) || tl.ShowFrom(101) {
		t.Error("what is there is not, or what is not is")
	}
	inOrder(t, tl, "<49>", "<50>", "<51>", "↓")
	for _, c := range []struct {
		up   bool
		want uint64
	}{{true, 70}, {true, 20}, {true, 0}, {false, 70}, {false, 0}} {
		ok := tl.ChooseNamed(c.up)
		if got, _ := tl.Chosen(); ok != (c.want > 0) || ok && got.Seq != c.want {
			t.Errorf("up %v: %d, %v, want %d", c.up, got.Seq, ok, c.want)
		}
	}
}

func TestSaying(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(1, 100), false)
	all := func(chat.User) bool { return true }
	say := func(limit int, by func(chat.User) bool, words ...string) []Message {
		list, on, _ := tl.Saying(Seek{Words: words, Limit: limit, Bytes: 1 << 20, By: by})
		if on != 0 {
			t.Errorf("there is more below %d", on)
		}
		return list
	}
	if got := say(3, all, "<9"); len(got) != 3 || got[0].Seq != 99 {
		t.Errorf("found %+v", got)
	}
	if got := say(9, all, "<9", "7>"); len(got) != 1 || got[0].Seq != 97 {
		t.Errorf("found %+v", got)
	}
	if got := say(9, func(chat.User) bool { return false }, "<9"); len(got) != 0 {
		t.Errorf("found %+v", got)
	}
	if got := say(9, all); len(got) != 0 {
		t.Errorf("nothing finds %+v", got)
	}
}

// A search that looks at little at a time finds the same, each once, and never all at once.
func TestSayingLittleByLittle(t *testing.T) {
	tl := fresh(80, 12)
	tl.Reloaded(numbered(1, 100), false)
	tl.Notice("in between")
	for _, bytes := range []int{0, 1, 100, 1000} {
		var seqs []uint64
		steps, below := 0, uint64(0)
		for {
			list, on, looked := tl.Saying(Seek{Words: []string{"<9"}, Below: below, Limit: 50, Bytes: bytes, By: func(chat.User) bool { return true }})
			for _, msg := range list {
				seqs = append(seqs, msg.Seq)
			}
			if looked > bytes+200 {
				t.Fatalf("looked at %d of %d", looked, bytes)
			}
			if steps++; on == 0 || steps > 200 {
				break
			}
			below = on
		}
		if want := []uint64{99, 98, 97, 96, 95, 94, 93, 92, 91, 90, 9}; !slices.Equal(seqs, want) || steps < 4 {
			t.Errorf("%d bytes at a time: %d in %d steps", bytes, seqs, steps)
		}
	}
}

// Wherever one is taken, and whatever comes: the rows are as many as there are, and the
// numbers go up.
func TestAroundIsSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tl := fresh(rapid.IntRange(1, 90).Draw(t, "width"), rapid.IntRange(1, 20).Draw(t, "height"))
		last := uint64(300)
		tl.Reloaded(numbered(280, last), true)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			switch rapid.IntRange(0, 6).Draw(t, "what") {
			case 0:
				at := rapid.Uint64Range(1, last).Draw(t, "at")
				to := min(at+20, last)
				tl.Around(chat.History{Messages: numbered(max(at, 20)-19, to), More: at > 20}, to < last)
				tl.ChooseAt(at)
			case 1:
				last++
				tl.Arrived(numbered(last, last))
			case 2:
				tl.Page(rapid.IntRange(-3, 3).Draw(t, "pages"))
			case 3:
				if after, ok := tl.AskNewer(); ok {
					to := min(after+7, last)
					tl.Newer(after, chat.History{Messages: numbered(after+1, to), More: to < last}, nil)
				}
			case 4:
				if before, ok := tl.AskOlder(); ok {
					from := max(before, 8) - 7
					tl.Older(before, chat.History{Messages: numbered(from, before-1), More: from > 1}, nil)
				}
			case 5:
				tl.Bottom()
			case 6:
				tl.DraftChanged(chat.DraftChanged{Draft: written("d", "draft"), State: chat.DraftWaiting})
			}
			tl.View()
			for i := 1; i < len(tl.items); i++ {
				if a, b := tl.items[i-1], tl.items[i]; b.kind == kindMessage && b.seq != a.seq+1 {
					t.Fatalf("%d follows %d", b.seq, a.seq)
				}
			}
			if n := len(tl.items); !tl.away && tl.history != historyLoading && n > 0 && tl.lastSeq() != last && tl.lastSeq() != 0 {
				t.Fatalf("the last is %d, of %s", tl.lastSeq(), fmt.Sprint(last))
			}
		}
	})
}
