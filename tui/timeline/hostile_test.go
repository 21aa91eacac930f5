package timeline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/tui/theme"
)

var foreign = rapid.OneOf(rapid.StringN(0, 12, 40), rapid.SampledFrom([]string{
	"日本語のテキスト", "\x1b[31mred\x1b]8;;http://x\x1b\\", "a\u202eb", strings.Repeat("x", 500), "👩‍👩‍👧‍👦", "@you", "@room @here @YOU", "", "two\nlines\n",
}))

// anyMessage has everything a server could send.
func anyMessage(t *rapid.T, seq uint64) chat.Message {
	m := message(seq, rapid.SampledFrom([]chat.User{you, ada, {ID: "x", Name: foreign.Draw(t, "name")}}).Draw(t, "from"), fmt.Sprint("id", seq), foreign.Draw(t, "text"))
	id := func(what string) string {
		if rapid.IntRange(0, 2).Draw(t, what) > 0 {
			return ""
		}
		return fmt.Sprint("id", rapid.Uint64Range(1, 40).Draw(t, what))
	}
	m.ReplyTo, m.Thread = id("reply"), id("thread")
	m.Style = rapid.SampledFrom([]chat.Style{"", "", chat.StyleMe, chat.StyleCode, chat.StyleOutput, "other"}).Draw(t, "style")
	if rapid.Bool().Draw(t, "block") {
		exit := rapid.Int().Draw(t, "exit")
		m.Block = &chat.Block{Title: foreign.Draw(t, "title"), Language: foreign.Draw(t, "language"), Exit: &exit, Duration: rapid.Int64().Draw(t, "duration")}
	}
	for range rapid.IntRange(0, 3).Draw(t, "files") {
		m.Files = append(m.Files, chat.File{Name: foreign.Draw(t, "file"), Type: foreign.Draw(t, "type"), Size: rapid.Int64().Draw(t, "size")})
	}
	for range rapid.IntRange(0, 6).Draw(t, "reactions") {
		m.Reactions = append(m.Reactions, chat.Reaction{Emoji: foreign.Draw(t, "emoji"), Count: rapid.Int().Draw(t, "count"), Users: []string{rapid.SampledFrom([]string{"u0", "u1"}).Draw(t, "who")}})
	}
	if rapid.Bool().Draw(t, "replies") {
		m.Replies = &chat.Replies{Count: rapid.Int().Draw(t, "answers"), LastBy: chat.User{Name: foreign.Draw(t, "last")}}
	}
	m.Mentions = rapid.SampledFrom([][]string{nil, {"u0"}, {"@room", "@here"}, make([]string, 10_000)}).Draw(t, "mentions")
	m.Pinned, m.Revision = rapid.Bool().Draw(t, "pinned"), rapid.IntRange(0, 3).Draw(t, "revision")
	if rapid.IntRange(0, 6).Draw(t, "gone") == 0 {
		m.Deleted = 1
	}
	return m
}

// TestWhateverMessagesHave, and whatever is selected, the view keeps its size, marks
// rows of one message at most, and shows what is selected.
func TestWhateverMessagesHave(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tl := fresh(rapid.IntRange(1, 120).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height"))
		if rapid.Bool().Draw(t, "graphemes") {
			tl.SetTheme(theme.New(theme.Terminal{Measure: ansi.GraphemeWidth}))
		}
		next := uint64(1)
		some := func(n int) (list []chat.Message) {
			for range n {
				list = append(list, anyMessage(t, next))
				next++
			}
			return list
		}
		tl.Reloaded(some(rapid.IntRange(0, 8).Draw(t, "first")), true)
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			chosen := false
			switch rapid.IntRange(0, 11).Draw(t, "step") {
			case 0:
				tl.Arrived(some(rapid.IntRange(0, 3).Draw(t, "more")))
			case 1:
				tl.SetSize(rapid.IntRange(1, 120).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height"), 40)
			case 2:
				tl.Page(rapid.IntRange(-2, 2).Draw(t, "pages"))
			case 3:
				chosen = tl.Choose()
			case 4:
				tl.ChooseNext(rapid.IntRange(-5, 5).Draw(t, "by"))
				_, chosen = tl.Chosen()
			case 5:
				chosen = tl.ChooseOldest()
			case 6:
				chosen = tl.ChooseNewest()
			case 7:
				tl.Erased(gone(rapid.Uint64Range(1, next).Draw(t, "seq")))
			case 8:
				tl.SetNew(rapid.Uint64Range(0, next).Draw(t, "read"))
			case 9:
				tl.Unchoose()
			case 10:
				tl.Notice("a notice")
			case 11:
				tl.Trimmed(rapid.Uint64Range(0, next).Draw(t, "up to"))
			}
			if chosen && tl.height > 2 {
				if i := tl.index(tl.chosen); i >= 0 {
					l, y := tl.lay(i), tl.rowOf(i)
					if y+len(l.rows) <= 0 || y+l.lines >= tl.end() {
						t.Fatalf("what is selected begins at row %d of %d", y+l.lines, tl.end())
					}
				}
			}
			view := tl.View()
			rows := strings.Split(view, "\n")
			if len(rows) != tl.height {
				t.Fatalf("%d rows of %d", len(rows), tl.height)
			}
			for _, r := range rows {
				if w := tl.theme.Measure.StringWidth(r); w > tl.width {
					t.Fatalf("%d cells of %d: %q", w, tl.width, r)
				}
			}
		}
	})
}

// TestWhatIsSelectedIsSeen, wherever one goes, and stays selected while others write.
func TestWhatIsSelectedIsSeen(t *testing.T) {
	tl := fresh(60, 8)
	tl.Reloaded(numbered(1, 50), false)
	marked := func() string {
		for r := range strings.SplitSeq(screen(tl), "\n") {
			if strings.HasPrefix(r, chosenMark) {
				return r
			}
		}
		return ""
	}
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() { tl.Choose() }, "<50>"},
		{func() { tl.ChooseNext(-1) }, "<49>"},
		{func() { tl.ChooseNext(-10) }, "<39>"},
		{func() { tl.Arrived(numbered(51, 70)) }, "<39>"},
		{func() { tl.ChooseNext(1) }, "<40>"},
		{func() { tl.ChooseNext(30) }, "<70>"},
		{func() { tl.Arrived(numbered(71, 75)) }, "<70>"},
		{func() { tl.Arrived(numbered(76, 90)) }, "<70>"},
		{func() { tl.ChooseOldest() }, "<1>"},
		{func() { tl.ChooseNext(-3) }, "<1>"},
		{func() { tl.Bottom(); tl.Choose() }, "<90>"},
		{func() { tl.Reloaded(numbered(60, 95), true) }, "<90>"},
		{func() { tl.Trimmed(90) }, ""},
	} {
		step.do()
		if got := marked(); !strings.Contains(got, step.want) || step.want == "" && got != "" {
			t.Fatalf("marked is %q, want %q:\n%s", got, step.want, screen(tl))
		}
	}
}

// TestADraftThatIsSelectedStaysSo when it is a message.
func TestADraftThatIsSelectedStaysSo(t *testing.T) {
	tl := fresh(60, 8)
	tl.Reloaded(numbered(1, 3), false)
	tl.DraftChanged(chat.DraftChanged{Draft: written("d1", "mine"), State: chat.DraftSending})
	tl.Choose()
	tl.Arrived([]chat.Message{message(4, ada, "d1", "not yours"), message(5, you, "d1", "mine")})
	if m, ok := tl.Chosen(); !ok || m.Seq != 5 {
		t.Errorf("selected is %+v", m)
	}
}

// TestManyAnswers take a row for some of them, so that a screen of them is drawn as fast
// as any other.
func TestManyAnswers(t *testing.T) {
	tl := fresh(80, 6)
	list := numbered(1, 450)
	for i := range list {
		list[i].Thread = "gone"
	}
	tl.Reloaded(list, true)
	s := screen(tl)
	for _, want := range []string{" 50 more replies, last by ada", " 100 more replies, last by ada", " 100 replies, last by ada"} {
		if !strings.Contains(s, want) {
			t.Errorf("it does not say %q:\n%s", want, s)
		}
	}
	tl.Choose()
	tl.ChooseNext(-2)
	if m, ok := tl.Chosen(); !ok || m.Seq != 300 {
		t.Errorf("selected is %d", m.Seq)
	}
}
