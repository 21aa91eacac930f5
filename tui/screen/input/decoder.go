package input

import (
	"bytes"
	"slices"
	"time"

	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
)

const (
	// escTime is how long a lone ESC may be the beginning of something. Who presses Esc
	// does not notice it; over a network most of what is cut comes sooner.
	escTime = 100 * time.Millisecond
	// briefTime is for ESC and one more byte. Alt and [ or ] or P is pressed by hardly
	// anybody, so that it may wait.
	briefTime = 300 * time.Millisecond
	// longTime is for what nobody types.
	longTime = 2 * time.Second
	// owedTime is how long an answer is waited for, and then each piece of it.
	owedTime = 3 * time.Second
	// lateTime is how long after a lone ESC was taken for the Esc key the rest of a report may
	// come, and is still no text.
	lateTime = time.Second
)

// Decoder makes events. The zero value is ready; it is used by one goroutine.
type Decoder struct {
	keys uv.EventDecoder

	held    []byte    // what came and is not complete
	begun   time.Time // when its first byte came
	since   time.Time // when its last byte came
	last    time.Time // when anything came last
	escaped time.Time // when a lone ESC was taken for the key; zero if something came since
	owes    int       // how many answers the terminal owes
	owed    time.Time // until when they may come
	tells   bool      // the terminal sends the Esc key as a sequence

	paste   *paste    // nil if none is open
	burst   *burst    // nil if there is none
	settled time.Time // until when the rest of the last one may come
	closed  time.Time // until when what comes is of a marked paste, though that has ended
	single  bool      // nothing is a burst
	marks   bool      // the terminal marks pastes: it said so, or did
	ahead   bool      // what is fed was typed before anybody read

	events []uv.Event
}

// Owes says that the terminal was asked n more things.
func (d *Decoder) Owes(n int, now time.Time) {
	if now.After(d.owed) {
		d.owes = 0 // it does not answer those before
	}
	d.owes, d.owed = d.owes+n, now.Add(owedTime)
}

// owing tells whether an answer may come.
func (d *Decoder) owing() bool { return d.owes > 0 && d.last.Before(d.owed) }

// Feed takes what one read gave, and returns what it means. The events are the
// caller's.
func (d *Decoder) Feed(b []byte, now time.Time) []uv.Event {
	if len(b) == 0 {
		return nil
	}
	quiet := now.Sub(d.last)
	d.last, d.since = now, now
	if d.paste != nil {
		if b = d.pasted(b, quiet); len(b) == 0 {
			return d.out()
		}
	}
	if d.isLate(b, now) {
		d.held, d.begun = append(d.held, ansi.ESC), d.escaped
	}
	d.escaped = time.Time{}
	if len(d.held) == 0 {
		d.begun = now
	}
	d.held = append(d.held, b...)
	d.decode(now)
	return d.out()
}

// FeedAhead is Feed of what was typed before anybody read, at any time: ESC and a character may
// have been pressed far from each other, and are two keys, for no Alt may act unmeant.
func (d *Decoder) FeedAhead(b []byte, now time.Time) []uv.Event {
	d.ahead = true
	defer func() { d.ahead = false }()
	return d.Feed(b, now)
}

// Due is when Expire has something to do; zero for never.
func (d *Decoder) Due() (at time.Time) {
	soonest := func(t time.Time) {
		if at.IsZero() || t.Before(at) {
			at = t
		}
	}
	if d.paste != nil {
		if d.paste.waits() {
			soonest(d.last.Add(pasteTime))
		}
		return at
	}
	if d.burst != nil {
		soonest(d.last.Add(burstTime))
	}
	if len(d.held) > 0 {
		soonest(d.until())
	}
	return at
}

// Expire returns what is certain because nothing followed in time.
func (d *Decoder) Expire(now time.Time) []uv.Event {
	switch {
	case d.paste != nil:
		if d.paste.waits() && !now.Before(d.last.Add(pasteTime)) {
			d.give(d.paste.pause())
		}
		return d.out()
	case d.burst != nil && !now.Before(d.last.Add(burstTime)):
		d.burst.text = append(d.burst.text, d.held...)
		d.held = nil
		d.endBurst(now)
	case len(d.held) > 0 && !now.Before(d.until()):
		d.endBurst(now)
		d.release(now)
	}
	return d.out()
}

// Rest is the words of a paste or a burst that is not over, to be called when nothing
// more will come.
func (d *Decoder) Rest() []uv.Event {
	if d.paste != nil {
		d.give(d.paste.pause())
		d.paste = nil
	}
	d.endBurst(d.last)
	return d.out()
}

func (d *Decoder) out() []uv.Event {
	events := d.events
	d.events = nil
	return events
}

func (d *Decoder) give(text []byte) {
	if len(text) > 0 {
		d.events = append(d.events, uv.PasteEvent{Content: decoded(text)})
	}
}

// until is how long what is held waits for more. What may be a text waits no longer for
// being typed on.
func (d *Decoder) until() time.Time {
	at := d.since.Add(d.patience())
	if isTorn(d.held) && d.begun.Add(longTime).Before(at) {
		at = d.begun.Add(longTime)
	}
	if at.Before(d.since) {
		return d.since
	}
	return at
}

// patience is how long what is held may wait for more.
func (d *Decoder) patience() time.Duration {
	b := d.held
	alone := len(b) == 1 || len(b) == 2 && (b[1] == ansi.ESC || b[1] == 'O')
	switch {
	case b[0] != ansi.ESC || alone && d.tells:
		return longTime
	case alone && !d.owing():
		return escTime
	case alone || len(b) == 2 && !d.owing():
		return briefTime
	case d.owing() && len(b) > 2:
		return owedTime
	}
	return longTime
}

// piece is part of what one read had.
type piece struct {
	kind   kind
	bytes  []byte
	events []uv.Event // not of what is a text, which may be long and no keys
}

// pieceOf makes a piece.
func (d *Decoder) pieceOf(b []byte, what kind) piece {
	p := piece{what, slices.Clip(b), nil}
	if what != letter && what != invalid {
		p.events = d.eventsOf(p)
	}
	return p
}

// decode makes events of what is held, and leaves what is not complete.
func (d *Decoder) decode(now time.Time) {
	for len(d.held) > 0 {
		var pieces []piece
		open := false
		for len(d.held) > 0 && !open {
			n, what := next(d.held)
			if what == more {
				break
			}
			b := d.held[:n]
			d.held = d.held[n:]
			if open = string(b) == pasteStart; !open {
				pieces = append(pieces, d.pieceOf(b, what))
			}
		}
		d.typed(pieces, now)
		if !open {
			d.held = bytes.Clone(d.held) // what it is the end of is not kept for it
			if len(pieces) > 0 {
				d.begun = now
			}
			return
		}
		d.endBurst(now)
		d.paste, d.marks = &paste{}, true
		b := d.held
		d.held = nil
		d.held = d.pasted(b, 0)
	}
}

// eventsOf is what a piece means.
func (d *Decoder) eventsOf(p piece) []uv.Event {
	switch {
	case p.kind == broken || p.kind == refused || string(p.bytes) == pasteEnd:
		return nil
	case p.kind == torn: // which is not to be sent, nor lost
		return []uv.Event{pasteOf(p.bytes[2:])}
	case p.kind == invalid || string(p.bytes) == "\ufffd":
		return []uv.Event{uv.KeyPressEvent{Code: '\ufffd', Text: "\ufffd"}}
	case len(p.bytes) == 4 && string(p.bytes[:3]) == "\x1b[[":
		return []uv.Event{uv.KeyPressEvent{Code: uv.KeyF1 + rune(p.bytes[3]-'A')}}
	}
	n, event := d.keys.Decode(bytes.Clone(p.bytes)) // it writes to what it is given
	switch e := event.(type) {
	case nil:
		return nil
	case uv.MultiEvent:
		return e
	case uv.KeyboardEnhancementsEvent:
		d.tells = e.Flags&ansi.KittyDisambiguateEscapeCodes != 0
	case uv.ModeReportEvent:
		d.owes--
		if e.Mode == ansi.ModeBracketedPaste {
			d.marks = e.Value == ansi.ModeReset || e.Value == ansi.ModeSet || e.Value == ansi.ModePermanentlySet
		}
	case uv.BackgroundColorEvent, uv.ForegroundColorEvent, uv.CursorColorEvent, uv.TerminalVersionEvent,
		uv.CapabilityEvent, uv.CursorPositionEvent, uv.ClipboardEvent, uv.ProgramStatusSupportEvent, uv.PrimaryDeviceAttributesEvent:
		d.owes--
	}
	events := []uv.Event{event}
	if n == 1 && len(p.bytes) > 1 { // Esc, and then what is no key
		events = append(events, d.eventsOf(piece{sequence, p.bytes[n:], nil})...)
	}
	return events
}

// release makes keys of what is held: nothing more comes.
func (d *Decoder) release(now time.Time) {
	b := d.held
	d.held = nil
	if len(b) == 1 && b[0] == ansi.ESC {
		d.escaped = now
	}
	over := isTorn(b)
	var pieces []piece
	for len(b) > 0 {
		n, what := next(b)
		if what == more {
			n, what = d.given(b)
		}
		pieces = append(pieces, d.pieceOf(b[:n], what))
		b = b[n:]
	}
	if d.typed(pieces, now); over { // what comes now is typed
		d.endBurst(now)
		d.settled = time.Time{}
	}
}

// isTorn tells whether what is held is the beginning of an answer, and has a line end.
func isTorn(b []byte) bool {
	return len(b) > 2 && b[0] == ansi.ESC && bytes.IndexByte([]byte("]P_"), b[1]) >= 0 && bytes.ContainsAny(b, "\r\n\t")
}

// given is what begins something that never comes to its end.
func (d *Decoder) given(b []byte) (int, kind) {
	switch {
	case b[0] != ansi.ESC: // a part of a character
		return len(b), invalid
	case isTorn(b):
		return len(b), torn
	case len(b) == 1 || b[1] == ansi.ESC || b[1] >= 0x80:
		return 1, sequence
	case len(b) == 2 || b[1] == 'O' || string(b) == "\x1b[[":
		return 2, sequence
	case b[1] == '[' || isAnswer(b) || d.owing():
		return len(b), broken
	}
	return 2, sequence
}

// isLate tells whether what came is the rest of something whose ESC was taken for the
// Esc key. Nobody types so much at once.
func (d *Decoder) isLate(b []byte, now time.Time) bool {
	if d.escaped.IsZero() || now.Sub(d.escaped) > lateTime || b[0] != '[' && b[0] != ']' || len(b) == 1 {
		return false
	}
	whole := append([]byte{ansi.ESC}, b...)
	n, what := next(whole)
	switch {
	case what == sequence && n == len(whole):
		return n > 2
	case b[0] == ']':
		return isAnswer(whole)
	}
	return what == sequence && n > 4 || what == more && len(whole) > 4
}
