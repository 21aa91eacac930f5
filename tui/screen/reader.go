package screen

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"
	"time"

	tea "charm.land/bubbletea/v2"
	uv "github.com/charmbracelet/ultraviolet"

	"github.com/hobnob-chat/hobnob/tui/screen/input"
)

// readSize is more than a terminal's line discipline gives at once.
const readSize = 16 << 10

// reader reads what the terminal sends, and tells the program what it means. It stands
// in the place of Bubble Tea's own, which waits a twentieth of a second for the rest of
// a sequence: see package input.
type reader struct {
	// Set once.
	in           *os.File
	send         func(tea.Msg) // may wait for the event loop
	guard        func(func())  // runs its goroutine
	woken, wakes *os.File      // a pipe, by which it is called away from in

	// The decoder's lock is never held while something is sent.
	lock    sync.Mutex
	decoder input.Decoder

	mu      sync.Mutex
	changed sync.Cond // of the following
	ahead   bool      // it has not waited since the terminal is its own: what is there was typed before
	reading bool      // it waits for the terminal, or reads
	paused  bool      // somebody else has the terminal
	ending  bool
	work    sync.WaitGroup
}

func newReader(in *os.File, send func(tea.Msg), guard func(func())) (*reader, error) {
	woken, wakes, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("the terminal cannot be read: %w", err)
	}
	r := &reader{in: in, send: send, guard: guard, woken: woken, wakes: wakes, ahead: true}
	r.changed.L = &r.mu
	return r, nil
}

// start begins to read. failed is told, once, why no more can be read.
func (r *reader) start(failed func(error)) {
	r.work.Go(func() { r.guard(func() { r.run(failed) }) })
}

func (r *reader) run(failed func(error)) {
	buf := make([]byte, readSize)
	for {
		b, ahead, err := r.next(buf)
		switch {
		case errors.Is(err, errEnding):
			return
		case err != nil:
			failed(err)
			return
		}
		for _, e := range r.decode(b, ahead) {
			r.send(e)
		}
	}
}

var errEnding = errors.New("nothing more is read")

// decode says what came means, or what nothing means.
func (r *reader) decode(b []byte, ahead bool) []uv.Event {
	r.lock.Lock()
	defer r.lock.Unlock()
	switch {
	case len(b) > 0 && ahead:
		return r.decoder.FeedAhead(b, time.Now())
	case len(b) > 0:
		return r.decoder.Feed(b, time.Now())
	}
	return r.decoder.Expire(time.Now())
}

// next waits until there is something to read, or the decoder has something to say;
// then it returns nothing. ahead: it was there before anybody waited for it.
func (r *reader) next(buf []byte) (b []byte, ahead bool, err error) {
	reads, ahead := r.begin()
	if !reads {
		return nil, false, errEnding
	}
	defer r.end()
	due := time.Now()
	if !ahead {
		r.lock.Lock()
		due = r.decoder.Due()
		r.lock.Unlock()
	}
	ready, called, err := await(r.in, false, r.woken, due)
	if called {
		_, err = r.woken.Read(make([]byte, 1))
		ready = false // whoever called is first
	}
	if err != nil || !ready {
		return nil, false, err
	}
	n, err := r.in.Read(buf)
	switch {
	case errors.Is(err, syscall.EAGAIN): // another program made it so
		err = nil
	case n == 0 && err == nil:
		err = io.EOF
	}
	return buf[:max(n, 0)], ahead, err
}

// begin waits until the terminal may be read, and tells whether it ever may, and whether it is
// read for the first time since it may.
func (r *reader) begin() (reads, ahead bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.paused && !r.ending {
		r.changed.Wait()
	}
	ahead, r.ahead = r.ahead, false
	r.reading = !r.ending
	return r.reading, ahead
}

func (r *reader) end() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reading = false
	r.changed.Broadcast()
}

// pause returns when the terminal is not read any more. It does not wait for what was
// read to be sent. resume has it read again.
func (r *reader) pause() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paused = true
	if r.reading {
		_, _ = r.wakes.Write([]byte{0}) // it fails only after stop
	}
	for r.reading {
		r.changed.Wait()
	}
}

func (r *reader) resume() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.paused, r.ahead = false, true
	r.changed.Broadcast()
}

// stop ends it, once what it sends goes nowhere, and returns the words that are left of
// what was not over.
func (r *reader) stop() []tea.Msg {
	r.pause()
	r.mu.Lock()
	r.ending = true
	r.changed.Broadcast()
	r.mu.Unlock()
	r.work.Wait()
	_ = r.woken.Close()
	_ = r.wakes.Close()
	var rest []tea.Msg
	for _, e := range r.decoder.Rest() {
		if words, ok := e.(uv.PasteEvent); ok {
			rest = append(rest, tea.PasteMsg(words))
		}
	}
	return rest
}

// owes says how many answers the terminal owes for what it was told.
func (r *reader) owes(n int) {
	r.lock.Lock()
	defer r.lock.Unlock()
	r.decoder.Owes(n, time.Now())
}
