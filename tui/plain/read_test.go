package plain

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

// TestLines: whatever their ends, and of what is too long how long it is.
func TestLines(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	to := make(chan typed)
	go read(t.Context(), strings.NewReader("one\r\n\ntwo\n"+long+"y\n"+long[:maxLine-1]+"\nlast"), to)
	for _, want := range []typed{{text: "one"}, {}, {text: "two"}, {long: maxLine + 2}, {text: long[:maxLine-1]}, {text: "last"}, {end: true}} {
		if got := <-to; got != want {
			t.Errorf("%d bytes %.9q, long %d, end %t; want %.9q, %d, %t", len(got.text), got.text, got.long, got.end, want.text, want.long, want.end)
		}
	}
}

// TestLongLineOfAScript is told of, and what follows it is sent.
func TestLongLineOfAScript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := met(t, false)
		r.paper.take()
		r.types(strings.Repeat("x", 3*maxLine) + "\nnext\n")
		if got := fmt.Sprint(r.posted); got != "[general<next]" {
			t.Errorf("posted %.99s", got)
		}
		if text := r.paper.take(); !strings.Contains(text, "not sent: a line of 3145729 bytes is too long") {
			t.Errorf("said %q", text)
		}
	})
}
