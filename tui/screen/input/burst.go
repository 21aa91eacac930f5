package input

import (
	"time"

	uv "github.com/charmbracelet/ultraviolet"
)

// A burst is a paste from a terminal that does not mark pastes. Its lines would be sent
// one by one. Ten characters a second are fast typing, and what is read at once came
// within the time that the program or the network was busy. Where it is known that the
// terminal marks pastes, what comes without a mark is typed, or what another program typed in
// a multiplexer: only so much as nobody types is a burst there.
const (
	// burstBytes of text in one read, with a line end among them, are a burst: over a
	// network that stood still for three seconds, somebody may have typed so much and
	// the Enter at its end, but seldom went on after it. An Enter at the very end counts
	// for a key.
	burstBytes = 32
	// manyBytes of text in one read are one in any case.
	manyBytes = 256
	// burstTime without a byte ends it.
	burstTime = 250 * time.Millisecond
	// settleTime after it, a line in one read still belongs to it, if it is more than one
	// key: its pieces may come slowly.
	settleTime = 2 * time.Second
)

// burst is one that may not be over.
type burst struct {
	text   []byte
	behind bool // it came behind a marked paste
}

func isLineEnd(c byte) bool { return c == '\r' || c == '\n' }

// typed takes what one read had: keys, or a burst.
func (d *Decoder) typed(pieces []piece, now time.Time) {
	pieces = d.behindPaste(pieces, now)
	text, ends, keys := 0, 0, 0
	inner, within := false, false // there is text behind a line end, and behind a key behind some
	behind := false               // there is a key behind some
	first, last := len(pieces), -1
	for i, p := range pieces {
		switch {
		case p.kind == letter || p.kind == invalid:
			text += len(p.bytes)
			inner, within = inner || ends > 0, within || behind
		case p.kind == torn:
			text, ends, inner = text+len(p.bytes), ends+1, true
		case p.kind == control && isLineEnd(p.bytes[0]):
			ends++
		case p.kind == control && p.bytes[0] == '\t':
		case isKey(p):
			keys++
			behind = behind || text > 0
			continue
		case p.kind == refused: // what is typed behind it is typed
			keys, d.settled = keys+1, time.Time{}
			continue
		case isReport(p):
			continue
		}
		first, last = min(first, i), i
	}
	switch {
	case d.single:
	case d.burst != nil && text+ends > 0:
		first, last = 0, len(pieces)-1
	case d.burst != nil && keys == 0: // the mouse, an answer
	case d.burst != nil:
		d.endBurst(now)
	case within && (d.marks || text < manyBytes): // who pastes presses no key in between
	case text >= manyBytes, text >= burstBytes && inner && !d.marks, text > 1 && ends > 0 && now.Before(d.settled):
		d.burst = &burst{}
	}
	for i, p := range pieces {
		if d.burst != nil && first <= i && i <= last && !isReport(p) {
			if p.kind == torn {
				p.bytes = p.bytes[2:]
			}
			d.burst.text = append(d.burst.text, p.bytes...)
			continue
		}
		if isKey(p) && last >= 0 && i > last {
			d.endBurst(now)
		}
		d.tell(p, i+1 < len(pieces) && pieces[i+1].kind == letter)
	}
	if d.burst != nil && len(d.burst.text) > maxPaste {
		d.endBurst(now)
	}
}

// tell gives out what a piece means that is of no burst.
func (d *Decoder) tell(p piece, goesOn bool) {
	if p.events == nil {
		p.events = d.eventsOf(p)
	}
	switch {
	case p.isEscaped() && d.ahead:
		d.events = append(d.events, uv.KeyPressEvent{Code: uv.KeyEscape})
		p.events = d.eventsOf(piece{letter, p.bytes[1:], nil})
	case p.isEscaped():
		p.events[0] = escaped(p.events[0], goesOn)
	}
	d.events = append(d.events, p.events...)
}

// isKey tells whether a piece is a key.
func isKey(p piece) bool {
	if len(p.events) == 0 {
		return false
	}
	_, key := p.events[0].(uv.KeyPressEvent)
	return key
}

// isReport tells whether a piece is what only a terminal says: the mouse, the focus, an
// answer. All else may stand in a text.
func isReport(p piece) bool {
	if p.kind == refused {
		return true
	}
	if p.kind != sequence || len(p.events) == 0 {
		return false
	}
	switch p.events[0].(type) {
	case uv.KeyPressEvent, uv.UnknownEvent, uv.UnknownCsiEvent, uv.UnknownSs3Event, uv.UnknownOscEvent, uv.UnknownDcsEvent, uv.UnknownApcEvent:
		return false
	}
	return true
}

func (d *Decoder) endBurst(now time.Time) {
	if d.burst == nil {
		return
	}
	d.give(d.burst.text)
	d.burst = nil
	d.settled = now.Add(settleTime)
}

func pasteOf(text []byte) uv.Event { return uv.PasteEvent{Content: decoded(text)} }
