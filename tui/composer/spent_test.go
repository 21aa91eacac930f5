package composer

import (
	"strings"
	"testing"
)

// A line that was put back gives way to what is typed or pasted next, and can be had again; a key that
// edits it, or moves in it, keeps it.
func TestALineThatWasPutBack(t *testing.T) {
	const line = "/join nowhere"
	for _, c := range []struct {
		keys          []string
		want, instead string
	}{
		{[]string{"h", "i"}, "hi", line},
		{[]string{"h", "i", "up"}, line, line},
		{[]string{"h", "i", "ctrl+y"}, "hi" + line, line},
		{[]string{"h", "backspace"}, "", ""},
		{[]string{"h", "backspace", "x"}, "x", ""},
		{[]string{" ", "x"}, line + " x", ""},
		{[]string{"backspace", "x"}, "/join nowherx", ""},
		{[]string{"left", "x"}, "/join nowherxe", ""},
		{[]string{"ctrl+a", "/"}, "/" + line, ""},
		{[]string{"ctrl+e", "x"}, line + "x", ""},
		{[]string{"ctrl+u", "x"}, "x", ""},
		{[]string{"ctrl+u", "ctrl+y", "x"}, line + "x", ""},
	} {
		k := fresh(40, 5, 2)
		k.Return(line)
		if !strings.Contains(k.View(), "\x1b[7m") {
			t.Errorf("it is not seen that it gives way: %q", k.View())
		}
		press(k, c.keys...)
		if k.Text() != c.want || k.Instead() != c.instead || strings.Contains(k.View(), "\x1b[7m") {
			t.Errorf("%q: %q in place of %q, want %q of %q", c.keys, k.Text(), k.Instead(), c.want, c.instead)
		}
	}
	k := fresh(40, 5, 2)
	k.Return(line)
	if k.Paste("pasted"); k.Text() != "pasted" {
		t.Errorf("what is pasted: %q", k.Text())
	}
	k = fresh(40, 5, 2)
	k.Return("/me one\ntwo")
	if press(k, "x"); k.Text() != "/me one\ntwox" {
		t.Errorf("several lines: %q", k.Text())
	}
	k = fresh(40, 5, 2)
	k.Return(line)
	k.Keep()
	if press(k, "x"); k.Text() != line+"x" {
		t.Errorf("kept: %q", k.Text())
	}
}
