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
	k.Return(line)
	restore := k.Snapshot()
	k.Paste("big")
	restore()
	if k.PasteCode("big"); k.Text() != "```\nbig\n```\n" || k.Instead() != line {
		t.Errorf("a block of code: %q in place of %q", k.Text(), k.Instead())
	}
	k = fresh(40, 5, 2)
	k.Return(line)
	k.Click(5, 0)
	if press(k, "x"); k.Text() != "/jxoin nowhere" {
		t.Errorf("after a click: %q", k.Text())
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

// What would be lost with a line that gives way is returned: the draft in whose place it was recalled,
// and what was made of others on the way.
func TestWhatIsUnderALineThatGivesWay(t *testing.T) {
	for _, c := range []struct {
		keys []string
		want string
	}{
		{nil, ""},
		{[]string{"d"}, ""},
		{[]string{"d", "up"}, "d"},
		{[]string{"d", "up", "x"}, "d"},
		{[]string{"d", "up", "x", "up"}, "d|/newx"},
		{[]string{"d", "up", "down"}, ""},
	} {
		k := fresh(40, 5, 2)
		k.Remember("/old")
		k.Remember("/new")
		press(k, c.keys...)
		line := k.Text()
		if got := strings.Join(k.Spend(), "|"); got != c.want || k.Text() != line || k.Unsent() != line || len(k.Aside()) > 0 {
			t.Errorf("%q: returned %q, want %q; %q is written, %q not sent, %q aside", c.keys, got, c.want, k.Text(), k.Unsent(), k.Aside())
		}
	}
}
