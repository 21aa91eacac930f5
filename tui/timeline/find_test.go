package timeline

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// TestFind finds the nearest message that says something, however it is written.
func TestFind(t *testing.T) {
	texts := []string{"Deploy <2.4> & go", "nothing", "ДЕПЛОЙ готов", "日本語 text", "deploy again", "a \"quoted\" word"}
	for _, c := range []struct {
		query string
		want  uint64 // 0 for none
	}{
		{"deploy", 5}, {"DEPLOY <", 1}, {"<2.4> &", 1}, {"деплой", 3}, {"本語", 4}, {"\"quoted", 6}, {"absent", 0}, {" ", 0}, {"готов ", 3},
	} {
		for _, raw := range []bool{false, true} {
			tl := fresh(80, 20)
			var list []chat.Message
			for i, text := range texts {
				m := message(uint64(i+1), ada, "", text)
				if raw && i == 0 {
					m.JSON = []byte(`"Deploy <2.4> & go"`)
				}
				list = append(list, m)
			}
			tl.Reloaded(list, false)
			tl.ChooseNewest()
			found := tl.Find(c.query, true, true)
			m, _ := tl.Chosen()
			if found != (c.want > 0) || found && m.Seq != c.want || !found && m.Seq != 6 {
				t.Errorf("%q finds %v, %d, want %d", c.query, found, m.Seq, c.want)
			}
		}
	}
	tl := fresh(80, 20)
	tl.Reloaded([]chat.Message{message(1, ada, "a", "same"), message(2, ada, "b", "other"), message(3, ada, "c", "same")}, false)
	tl.ChooseNewest()
	for i, step := range []struct {
		up   bool
		want uint64
	}{{true, 1}, {true, 1}, {false, 3}, {false, 3}} {
		tl.Find("same", step.up, false)
		if m, _ := tl.Chosen(); m.Seq != step.want {
			t.Errorf("step %d: at %d", i, m.Seq)
		}
	}
}

// TestThreadsWithNewAnswersStandOut until the room is left.
func TestThreadsWithNewAnswersStandOut(t *testing.T) {
	tl := fresh(80, 20)
	list := numbered(1, 6)
	list[0].Replies = &chat.Replies{Count: 1, Last: list[3].At, LastBy: ada}
	list[1].Replies = &chat.Replies{Count: 1, Last: list[4].At, LastBy: ada}
	list[2].Replies = &chat.Replies{Count: 1, Last: list[4].At, LastBy: you}
	tl.Reloaded(list, false)
	loud := func() (n int) {
		for r := range strings.SplitSeq(tl.View(), "\n") {
			if strings.Contains(r, tl.theme.Accent.Bold(true).Render("↳ 1 reply, last by ada 12:00")) {
				n++
			}
		}
		return n
	}
	if n := loud(); n != 0 {
		t.Errorf("%d stand out while nothing is new", n)
	}
	tl.SetNew(4)
	if n := loud(); n != 1 {
		t.Errorf("%d stand out:\n%s", n, tl.View())
	}
	tl.ClearNew()
	if n := loud(); n != 0 {
		t.Errorf("%d stand out after the room was left", n)
	}
}

// TestAStubHasShortNames: who answered last takes no more than a name may, so that the time is seen.
func TestAStubHasShortNames(t *testing.T) {
	tl := fresh(60, 20)
	list := numbered(1, 2)
	list[0].Replies = &chat.Replies{Count: 3, Last: list[1].At, LastBy: chat.User{ID: "u9", Name: strings.Repeat("Maximiliane", 4)}}
	tl.Reloaded(list, false)
	if text := ansi.Strip(tl.View()); !strings.Contains(text, "last by MaximilianeMaxi…") || !strings.Contains(text, "12:00") || strings.Count(text, "Maximiliane") != 1 {
		t.Errorf("the stub is\n%s", text)
	}
}
