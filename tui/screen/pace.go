package screen

import "time"

const (
	// interval is how long a frame stays at least while nothing is typed: what a display
	// shows at sixty frames a second.
	interval = 16 * time.Millisecond
	// keyInterval is that after a key press. It is for keys that come without a person
	// behind them; a person is never slowed by it.
	keyInterval = 2 * time.Millisecond
	// opening is how long from the first frame on everything is drawn as if a key had been
	// pressed: what somebody waits for comes in pieces then.
	opening = 300 * time.Millisecond
)

// pace says when to draw. A terminal that takes long for a frame is given fewer, so
// that the event loop has its time for messages: a frame is followed by at least twice
// the time it took, by as much if a key was pressed.
//
// All of it is the event loop's, except ring, which the timer calls.
type pace struct {
	ring func()
	now  func() time.Time

	timer  *time.Timer
	rung   time.Time // when it rings, zero if it does not
	opened time.Time // the first frame
	began  time.Time // the last frame
	ended  time.Time
	urgent bool // a key was pressed since
	stale  bool // what is shown may be old
}

func newPace(ring func()) *pace { return &pace{ring: ring, now: time.Now} }

// hurry says that somebody waits for the next frame.
func (p *pace) hurry() { p.urgent = true }

// due tells whether to draw now what changed. If not, it rings when it is time.
func (p *pace) due() bool {
	p.stale = true
	return p.look()
}

// rings takes a ring, and tells whether to draw now.
func (p *pace) rings() bool {
	p.rung = time.Time{}
	return p.stale && p.look()
}

func (p *pace) look() bool {
	cost := p.ended.Sub(p.began)
	next := p.ended.Add(max(interval, 2*cost))
	now := p.now()
	if p.urgent || now.Before(p.opened.Add(opening)) {
		next = p.ended.Add(max(keyInterval, cost))
	}
	if !now.Before(next) {
		return true
	}
	p.ringAt(next, now)
	return false
}

// later says that there is something to draw at a time, if nothing is before. It is a frame
// as any other.
func (p *pace) later(at time.Time) {
	p.stale = true
	if soonest := p.ended.Add(interval); at.Before(soonest) {
		at = soonest
	}
	p.ringAt(at, p.now())
}

func (p *pace) ringAt(at, now time.Time) {
	if !p.rung.IsZero() && !at.Before(p.rung) {
		return
	}
	p.rung = at
	if p.timer == nil {
		p.timer = time.AfterFunc(at.Sub(now), p.ring)
	} else {
		p.timer.Reset(at.Sub(now))
	}
}

// begins and ends are told of a frame.
func (p *pace) begins() {
	p.began = p.now()
	if p.opened.IsZero() {
		p.opened = p.began
	}
}

func (p *pace) ends() {
	p.ended = p.now()
	p.urgent, p.stale = false, false
	p.stop()
}

// stop lets nothing ring any more. A ring on its way ends with the program at the latest.
func (p *pace) stop() {
	if p.timer != nil {
		p.timer.Stop()
	}
	p.rung = time.Time{}
}
