package terminal

import (
	"reflect"
	"testing"
)

// What terminals answer, as they were heard to.
func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		heard string
		want  Answers
	}{
		"kitty": {
			"\x1bP>|kitty(0.40.0)\x1b\\\x1b[?0u\x1b[?1004;2$y\x1b[?2026;2$y\x1b[?2027;0$y\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\" +
				"\x1bP1+r524742=38\x1b\\\x1bP1+r4d73=5c455d\x1b\\\x1b_Gi=31;OK\x1b\\\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[1;3R\x1b[?62;52;c",
			Answers{
				Answered: true, Name: "kitty(0.40.0)", Attributes: []int{62, 52, -1}, Background: "rgb:1e1e/1e1e/1e1e", Keyboard: true, Images: true,
				Modes: map[int]Mode{1004: Reset, 2026: Reset, 2027: Unknown}, TrueColour: true, Clipboard: true, Widths: []int{2, 2, 2, 2},
			},
		},
		"xterm":   {"\x1bP>|XTerm(390)\x1b\\\x1b[?1004;2$y\x1bP0+r524742\x1b\\\x1b[24;7R\x1b[24;3R\x1b[24;2R\x1b[24;3R\x1b[?64;1;2;4;6c", Answers{Answered: true, Name: "XTerm(390)", Attributes: []int{64, 1, 2, 4, 6}, Modes: map[int]Mode{1004: Reset}, Widths: []int{6, 2, 1, 2}}},
		"console": {"\x1b[1;9R\x1b[?6c", Answers{Answered: true, Attributes: []int{6}, Modes: map[int]Mode{}, Widths: []int{8}}},
		"nothing": {"", Answers{Modes: map[int]Mode{}}},
		"typed":   {"hello\r\x1b[A\x1b[3~", Answers{Modes: map[int]Mode{}}},
		"half":    {"\x1b[?1004;2$y\x1b[?62", Answers{Modes: map[int]Mode{1004: Reset}}},
		"bell":    {"\x1b]11;rgb:0/0/0\a", Answers{Background: "rgb:0/0/0", Modes: map[int]Mode{}}},
	} {
		if got := Read([]byte(c.heard)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, c.want)
		}
	}
}

// FuzzRead: whatever comes from a terminal, it is read without a panic, and no number
// in it makes more of it than was asked for.
func FuzzRead(f *testing.F) {
	f.Add([]byte("\x1bP>|kitty\x1b\\\x1b[?0u\x1b[?1004;2$y\x1b[1;3R\x1b[?62;52;c"))
	f.Add([]byte("\x1b[\x1bP\x1b]\x1b_\x1b[?$y\x1b[;R"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if a := Read(b); len(a.Widths) > len(Samples) {
			t.Errorf("%+v", a)
		}
	})
}
