package composer

import (
	"fmt"
	"testing"
)

// Up from the first row and down from the last walk through what was sent, and
// nothing that was typed is lost on the way.
func TestRecall(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want string // | is the cursor
	}{
		{[]string{"up"}, "three|"},
		{[]string{"up", "up"}, "two\nlines|"},
		{[]string{"up", "up", "up"}, "two|\nlines"},
		{[]string{"up", "up", "up", "up"}, "one|"},
		{[]string{"up", "up", "up", "up", "up"}, "one|"},
		{[]string{"up", "up", "up", "up", "down"}, "two|\nlines"},
		{[]string{"up", "up", "up", "up", "down", "down", "down"}, "three|"},
		{[]string{"up", "down"}, "|"},
		{[]string{"down"}, "|"},
		{[]string{"typed", "left", "up", "down"}, "type|d"},
		{[]string{"typed", "left", "up", "up", "down", "down", "down"}, "type|d"},
		{[]string{"first", "ctrl+j", "second", "up"}, "first|\nsecond"},
		{[]string{"first", "ctrl+j", "second", "up", "up"}, "three|"},
		{[]string{"first", "ctrl+j", "second", "up", "up", "down"}, "first|\nsecond"},
		{[]string{"up", "!", "up", "down"}, "three!|"},
		{[]string{"up", "!", "down", "up"}, "three!|"},
		{[]string{"typed", "up", "ctrl+u", "down"}, "typed|"},
		{[]string{"typed", "up", "ctrl+u", "down", "ctrl+y"}, "typedthree|"},
	} {
		k := fresh(24, 5, 2)
		for _, sent := range []string{"one", "two\nlines", "three", "three"} {
			k.Remember(sent)
		}
		press(k, c.keys...)
		if got := k.text.s[:k.text.at] + "|" + k.text.s[k.text.at:]; got != c.want {
			t.Errorf("%q: %q, want %q", c.keys, got, c.want)
		}
	}
}

// A text that was put aside is before the one that was sent instead, and it is
// what is unsent, unless another is being written.
func TestPutAside(t *testing.T) {
	c := fresh(24, 5, 2)
	c.Remember("one")
	for _, s := range []struct {
		key, unsent string
	}{{"typed", "typed"}, {"up", "typed"}, {"!", "one!"}, {"backspace", "typed"}, {"ctrl+u", "typed"}, {"x", "x"}} {
		if press(c, s.key); c.Unsent() != s.unsent {
			t.Errorf("after %s %q is unsent, want %q", s.key, c.Unsent(), s.unsent)
		}
	}
	c.Remember(c.Text())
	c.Clear()
	for i, want := range []string{"x", "typed", "one", "one"} {
		if press(c, "up"); c.Text() != want {
			t.Errorf("%d back it is %q, want %q", i+1, c.Text(), want)
		}
	}
}

func TestRecallIsBounded(t *testing.T) {
	c := fresh(24, 5, 2)
	for i := range 3 * maxPast {
		c.Remember(fmt.Sprint(i))
	}
	for range 4 * maxPast {
		press(c, "up")
	}
	if len(c.past.sent) != maxPast || c.Text() != fmt.Sprint(2*maxPast) {
		t.Errorf("%d are kept, the first is %q", len(c.past.sent), c.Text())
	}
	press(c, "!")
	c.Clear()
	if press(c, "up"); c.Text() != fmt.Sprint(3*maxPast-1) {
		t.Errorf("after it was cleared %q is recalled", c.Text())
	}
}
