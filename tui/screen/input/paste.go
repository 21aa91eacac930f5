package input

import (
	"bytes"
	"slices"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

// The marks of bracketed paste.
const (
	pasteStart = "\x1b[200~"
	pasteEnd   = "\x1b[201~"
)

const (
	// pasteTime is how long a paste may rest before what came of it is given out. The
	// paste stays open: a slow network may bring more.
	pasteTime = time.Second
	// maxPaste is how much of a paste is held. What is more follows as another one.
	maxPaste = 32 << 20
	// hastyTime is how long a paste must have rested for Ctrl+C to be a key.
	hastyTime = 100 * time.Millisecond
	// closeTime is how long behind its end mark what comes still belongs to a paste: the mark may be
	// one that was pasted, and what is behind it is no key then. Nobody goes from pasting to a key
	// so soon.
	closeTime = 50 * time.Millisecond
	// interrupt is Ctrl+C.
	interrupt = 0x03
)

// paste is one that is open.
type paste struct {
	text []byte
	seen int  // how much of text has no mark in it
	late bool // it rested so long that the next key ends it
}

// waits tells whether there is something to be given out if nothing more comes.
func (p *paste) waits() bool { return !p.late }

// pause takes out what came, but for what may be half of a mark or of a character.
func (p *paste) pause() []byte {
	p.late = true
	n := len(p.text) - cutShort(p.text)
	text := p.text[:n:n]
	p.text, p.seen = bytes.Clone(p.text[n:]), 0
	return text
}

// pasted takes what came while a paste is open, and returns what is behind its end.
func (d *Decoder) pasted(b []byte, quiet time.Duration) (rest []byte) {
	p := d.paste
	if p.over(b, quiet) {
		short := p.text[:0:0]
		if text := p.pause(); len(text) > 0 {
			short = text
		}
		if len(p.text) > 0 && p.text[0] != pasteEnd[0] { // half a character
			short = append(short, p.text...)
		}
		d.give(short)
		d.paste = nil
		return b
	}
	p.late = false
	p.text = append(p.text, b...)
	at := bytes.Index(p.text[p.seen:], []byte(pasteEnd))
	if at < 0 {
		p.seen = max(0, len(p.text)-len(pasteEnd)+1)
		if len(p.text) > maxPaste {
			d.give(p.pause())
			p.late = false
		}
		return nil
	}
	at += p.seen
	rest = p.text[at+len(pasteEnd):]
	d.events = append(d.events, pasteOf(p.text[:at]))
	d.paste = nil
	d.closes(d.last.Add(closeTime))
	return rest
}

// behindPaste takes what one read had if it belongs to a paste that has ended just now, as part of
// a burst, and returns what does not. Once there is such a burst, what comes as long as it lasts is
// of it, as with any other; its time goes by what it is made of, not by the mouse.
func (d *Decoder) behindPaste(pieces []piece, now time.Time) (others []piece) {
	began := now
	if d.begun.Before(now) { // cut by the network: it came when it began
		began = d.begun
	}
	if d.single || !began.Before(d.closed) {
		if d.burst != nil && d.burst.behind {
			d.endBurst(now)
		}
		return pieces
	}
	others = slices.DeleteFunc(slices.Clone(pieces), func(p piece) bool { return clicks(p) || string(p.bytes) == pasteEnd })
	if len(others) < len(pieces) { // this may be the true end
		d.closes(now.Add(closeTime))
	}
	pieces = others
	if !slices.ContainsFunc(pieces, presses) {
		return pieces
	}
	d.closes(now.Add(burstTime))
	if d.burst == nil {
		d.burst = &burst{behind: true}
	}
	for _, p := range pieces {
		switch {
		case isReport(p):
			d.tell(p, false)
		case p.kind == torn:
			d.burst.text = append(d.burst.text, p.bytes[2:]...)
		default:
			d.burst.text = append(d.burst.text, p.bytes...)
		}
	}
	if len(d.burst.text) > maxPaste {
		d.endBurst(now)
	}
	return nil
}

// closes puts off the time from which on what comes is typed.
func (d *Decoder) closes(at time.Time) {
	if at.After(d.closed) {
		d.closed = at
	}
}

// presses tells whether a piece would do something as a key: all may, but those that only move about
// and erase, and Esc, without Ctrl or Alt. Programs that paste a text for somebody press these at once. A function
// key may be the one that sends.
func presses(p piece) bool {
	if p.kind == letter || p.kind == invalid || p.kind == torn {
		return true
	}
	return slices.ContainsFunc(p.events, func(e uv.Event) bool {
		k, key := e.(uv.KeyPressEvent)
		return key && !moves(k)
	})
}

// moves tells whether a key only moves about or erases.
func moves(k uv.KeyPressEvent) bool {
	const locks = uv.ModCapsLock | uv.ModNumLock | uv.ModScrollLock
	if k.Mod&^(locks|uv.ModShift) != 0 || k.Text != "" {
		return false
	}
	switch k.Code {
	case uv.KeyTab, uv.KeyEscape, uv.KeyBackspace:
		return true
	}
	return uv.KeyUp <= k.Code && k.Code <= uv.KeyEnd || uv.KeyKpUp <= k.Code && k.Code <= uv.KeyKpBegin
}

// clicks tells whether a piece is a button of the mouse that goes down or up: what is done where it is.
func clicks(p piece) bool {
	return slices.ContainsFunc(p.events, func(e uv.Event) bool {
		switch e.(type) {
		case uv.MouseClickEvent, uv.MouseReleaseEvent:
			return true
		}
		return false
	})
}

// over tells whether b ends a paste that has no end: it is a key, or what somebody
// typed, and no more of a paste.
func (p *paste) over(b []byte, quiet time.Duration) bool {
	if len(b) == 1 && b[0] == interrupt && quiet >= hastyTime {
		return true
	}
	if !p.late {
		return false
	}
	all := append(bytes.Clone(p.text), b...)
	if bytes.Contains(all, []byte(pasteEnd)) || len(all) > 0 && len(all) < len(pasteEnd) && string(all) == pasteEnd[:len(all)] && len(p.text) > 0 {
		return false
	}
	printed, lines := 0, 0
	for _, c := range b {
		switch {
		case isLineEnd(c):
			lines++
		case c >= ' ':
			printed++
		}
	}
	return printed < burstBytes && (lines == 0 || printed == 0)
}
