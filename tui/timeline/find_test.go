package timeline

import (
	"testing"

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
