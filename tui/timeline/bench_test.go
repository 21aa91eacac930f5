package timeline

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hobnob-chat/hobnob/net/chat"
)

// ordinary is what people write.
var ordinary = []string{
	"shipping 2.4 in ten minutes", "@you can you watch the graphs?", "p99 is flat, see https://graphs.example.org/d/abc?from=now-1h", "ok",
	"the *second* replica of `db-3` is **behind** by some minutes, and nobody knows why it never caught up after the fail-over this morning",
	"日本語のテキスト 👍🏽", "snake_case and __init__.py", "- one\n- two\n- three",
}

// BenchmarkOrdinary is laying out 1,000 messages of every day.
func BenchmarkOrdinary(b *testing.B) {
	tl := fresh(100, 30)
	var list []chat.Message
	for i := range 1000 {
		list = append(list, message(uint64(i+1), ada, fmt.Sprint("id", i), ordinary[i%len(ordinary)]))
	}
	tl.Reloaded(list, false)
	b.ReportAllocs()
	for b.Loop() {
		tl.restyle()
		for i := range tl.items {
			tl.lay(i)
		}
	}
}

// BenchmarkCode is laying out a message of 200 lines of code: folded, as it stands in
// its room, and on the whole screen.
func BenchmarkCode(b *testing.B) {
	m := message(1, ada, "id", strings.Repeat("func (r *Room) Send(m Message) error {\n\tx := \"hello\" // a comment\n\treturn nil\n}\n", 50))
	m.Style, m.Block = chat.StyleCode, &chat.Block{Title: "room.go", Language: "go"}
	tl := fresh(100, 60)
	tl.Arrived([]chat.Message{m})
	b.Run("folded", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tl.restyle()
			tl.lay(0)
		}
	})
	f, _ := tl.Folded()
	b.Run("whole", func(b *testing.B) {
		w := NewWhole(tl.theme, f)
		b.ReportAllocs()
		for b.Loop() {
			w.SetSize(100, 60)
			w.SetSize(99, 60)
		}
	})
}
