package client

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"time"

	"github.com/hobnob-chat/hobnob/net/chat"
)

const (
	// marksWait is how long Close waits for the server to know how far rooms were read:
	// some round trips. What it does not know by then is kept.
	marksWait = 500 * time.Millisecond

	// marksLast is how long it waits in all where they cannot be kept: nobody else tells
	// them, and who has left looks at a prompt that is late, once.
	marksLast = 2500 * time.Millisecond

	// marksPause is how long a server that has no time for a mark is left alone.
	marksPause = time.Second
)

// metaMarks is the key of meta for marks that the server does not know of: a JSON object,
// room → seq.
const metaMarks = "marks"

// marks are how far rooms were read, as the user of this client saw it, until the server
// knows. What it was not told when the client is closed is in the cache, and told by the
// next client on the folder.
type marks struct {
	wake chan struct{} // capacity 1

	mu     sync.Mutex
	rooms  map[string]uint64 // to be told
	read   map[string]uint64 // what the server said last may not be so far
	asking map[string]uint64 // taken out of rooms, and being told
	told   map[string]uint64
	kept   bool          // the cache had some, or was given some
	other  bool          // and they were another account's
	idle   chan struct{} // closed when nothing is left to be told; nil while nobody waits
}

// newMarks begins with those that were kept.
func newMarks(kept map[string]uint64) *marks {
	if kept == nil {
		kept = make(map[string]uint64)
	}
	m := &marks{wake: make(chan struct{}, 1), rooms: kept, read: maps.Clone(kept), told: make(map[string]uint64), asking: make(map[string]uint64), kept: len(kept) > 0}
	m.wake <- struct{}{}
	return m
}

// put remembers a mark, unless there is a later one.
func (m *marks) put(room string, seq uint64) {
	m.mu.Lock()
	m.rooms[room] = max(m.rooms[room], seq)
	m.read[room] = max(m.read[room], seq)
	m.mu.Unlock()
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// take is some mark that is to be told. What came of it is to be said to answered.
func (m *marks) take() (room string, seq uint64, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for room, seq := range m.rooms {
		delete(m.rooms, room)
		m.asking[room] = seq
		return room, seq, true
	}
	return "", 0, false
}

// fate is what became of a mark that was told.
type fate uint8

const (
	isKnown   fate = iota
	isRefused      // for good
	isLater        // it is to be told once more
)

// answered takes what became of a mark.
func (m *marks) answered(room string, seq uint64, f fate) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.asking, room)
	if f == isLater {
		m.rooms[room] = max(m.rooms[room], seq)
	} else {
		m.told[room] = max(m.told[room], seq)
	}
	if f == isRefused && m.read[room] == seq {
		delete(m.read, room)
	}
	if len(m.rooms) == 0 && m.idle != nil {
		close(m.idle)
		m.idle = nil
	}
}

// all is closed when the server knows all marks.
func (m *marks) all() <-chan struct{} {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.rooms) == 0 && len(m.asking) == 0 {
		done := make(chan struct{})
		close(done)
		return done
	}
	if m.idle == nil {
		m.idle = make(chan struct{})
	}
	return m.idle
}

// begin is that the server says anew what it knows: how far what it was told reaches, too.
func (m *marks) begin() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.read = maps.Clone(m.rooms)
}

// over brings what is known of rooms up to what the user read. What the server told of them
// is older: it may not know of a mark yet, or say so in a moment.
func (m *marks) over(rooms []chat.Membership) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i := range rooms {
		r := &rooms[i]
		if seq := min(m.read[r.ID], r.LastSeq); seq > r.Read {
			r.Read, r.Unread = seq, int(r.LastSeq-seq)
			r.Mentions = min(r.Mentions, r.Unread)
		}
	}
}

// forget drops what another account read.
func (m *marks) forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.rooms)
	clear(m.read)
	clear(m.told)
	m.other = true
}

// MarkRead tells the server that the user has read a room up to a message, at once or
// when it can be reached. It returns at once. Of several marks of a room the furthest
// counts.
func (c *Client) MarkRead(room string, seq uint64) { c.marks.put(room, seq) }

// tellMarks tells the marks there are, and those that come, for as long as the
// connection lives.
func (s *session) tellMarks(ctx context.Context) {
	m := s.c.marks
	for {
		room, seq, ok := m.take()
		if !ok {
			select {
			case <-m.wake:
				continue
			case <-ctx.Done():
				return
			case <-s.ended:
				return
			}
		}
		args, err := s.ask(ctx, "read", chat.ReadRequest{Room: room, Seq: seq})
		if err != nil {
			m.answered(room, seq, isLater) // the next connection tells it
			return
		}
		_, err = answer[chat.Marker](args)
		if err != nil {
			s.log.Debug("a room could not be marked as read", "room", room, "error", err)
		}
		f := fateOf(err)
		if m.answered(room, seq, f); f != isLater {
			continue
		}
		select {
		case <-time.After(marksPause):
		case <-ctx.Done():
			return
		case <-s.ended:
			return
		}
	}
}

// fateOf is what an answer says of a mark.
func fateOf(err error) fate {
	e, ok := errors.AsType[*chat.Error](err)
	switch {
	case err == nil:
		return isKnown
	case ok && (e.Code == chat.CodeUnavailable || e.Code == chat.CodeTooMany):
		return isLater
	}
	return isRefused
}

// settleMarks waits for the server to know all marks, where there is a connection: for longer
// where the cache does not take those it does not know. It tells whether the cache refused.
func (c *Client) settleMarks() (refused bool) {
	c.mu.Lock()
	s := c.session
	c.mu.Unlock()
	if s == nil {
		return false
	}
	last := time.NewTimer(marksLast)
	defer last.Stop()
	soon := time.NewTimer(marksWait)
	defer soon.Stop()
	if c.awaitMarks(s, soon.C) || !c.cfg.Passing && c.keepMarks() == nil {
		return false
	}
	c.awaitMarks(s, last.C)
	return true
}

// awaitMarks waits for the server to know all marks, and tells whether it does.
func (c *Client) awaitMarks(s *session, late <-chan time.Time) bool {
	known := c.marks.all()
	select {
	case <-known:
		return true
	case <-s.ended:
	case <-late:
	}
	select {
	case <-known: // both may be so
		return true
	default:
		return false
	}
}

// endMarks has the marks that the server does not know kept. It is called when the connection
// has ended.
func (c *Client) endMarks(refused bool) {
	err := errUnkept
	if !refused {
		err = c.keepMarks()
	}
	if err == nil && !c.cache.damaged.Load() && !c.cfg.Passing {
		return
	}
	c.marks.mu.Lock()
	c.unread = maps.Clone(c.marks.rooms)
	c.marks.mu.Unlock()
	if len(c.unread) > 0 {
		c.log.Warn("how far rooms were read is not in the cache", "rooms", len(c.unread), "error", errors.Join(err, errors.Unwrap(err)))
	}
}

// errUnkept is of marks that the cache has refused already.
var errUnkept = errors.New("it was refused before")

// Untold is how far rooms were read, by their IDs, of which neither the server was told nor the
// cache took it: whoever can keep it gives it to the next client on the folder, as Config.Read.
// It is empty before Close.
func (c *Client) Untold() map[string]uint64 { return c.unread }

// keepMarks puts into the cache what the server was not told, beside what other clients
// on the folder put there and nobody told since.
func (c *Client) keepMarks() error {
	m := c.marks
	m.mu.Lock()
	left, told, kept, other := maps.Clone(m.rooms), maps.Clone(m.told), m.kept, m.other
	for room, seq := range m.asking {
		left[room] = max(left[room], seq)
	}
	m.kept = kept || len(left) > 0
	m.mu.Unlock()
	if len(left) == 0 && !kept {
		return nil
	}
	return c.cache.ask(c.cache.urgent, func(ctx context.Context, t *txn) error {
		all, err := readMarks(ctx, t)
		if err != nil {
			return err
		}
		maps.DeleteFunc(all, func(room string, seq uint64) bool { return other || seq <= told[room] })
		for room, seq := range left {
			all[room] = max(all[room], seq)
		}
		var b []byte
		if len(all) > 0 {
			if b, err = json.Marshal(all); err != nil {
				return err
			}
		}
		return t.setMeta(ctx, metaMarks, b)
	})
}

// readMarks reads what was kept. What cannot be read was no more than a convenience.
func readMarks(ctx context.Context, q querier) (map[string]uint64, error) {
	b, err := readMeta(ctx, q, metaMarks)
	all := make(map[string]uint64)
	if err != nil || len(b) == 0 {
		return all, err
	}
	if json.Unmarshal(b, &all) != nil || all == nil {
		return make(map[string]uint64), nil //nolint:nilerr // see above
	}
	return all, nil
}
