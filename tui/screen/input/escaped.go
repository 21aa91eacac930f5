package input

import (
	"bytes"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

// What a key press has besides Alt where ESC and a character came, or ESC and a control
// character, which most terminals send for Alt and the key as for Esc and then the key. Both are bits that
// ultraviolet has no use for, and that change nothing in how a key is called.
const (
	Escaped uv.KeyMod = 1 << (20 + iota)
	GoesOn            // a character follows that came at once with it
)

// isEscaped tells whether a piece is ESC and a character. Enter, Tab and the backspace are none:
// they are pressed with Alt.
func (p piece) isEscaped() bool {
	if p.kind != sequence || len(p.bytes) < 2 || p.bytes[0] != ansi.ESC || len(p.events) != 1 {
		return false
	}
	n, what := next(p.bytes[1:])
	return n == len(p.bytes)-1 && (what == letter || what == control && !bytes.ContainsAny(p.bytes[1:], "\b\t\n\r\x7f"))
}

// escaped is a key press with what is known of such a piece.
func escaped(e uv.Event, goesOn bool) uv.Event {
	k, ok := e.(uv.KeyPressEvent)
	if !ok || !k.Mod.Contains(uv.ModAlt) {
		return e
	}
	k.Mod |= Escaped
	if goesOn {
		k.Mod |= GoesOn
	}
	return k
}
