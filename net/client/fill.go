package client

import (
	"errors"

	"github.com/hobnob-chat/hobnob/net/chat"
	"github.com/hobnob-chat/hobnob/net/socketio"
)

const (
	// reloadGap is how many messages may be missing before a room is reloaded
	// instead of filled: five pages, more than anybody reads line by line.
	reloadGap = 1000

	// askAtOnce bounds the requests for history that are under way, so that a
	// person's own request is not behind those of all rooms.
	askAtOnce = 4

	// holdLimit bounds the messages kept behind gaps, in bytes. What is over it
	// is fetched with the gap.
	holdLimit = 4 << 20

	// fillTries is how often the server may answer without closing the gap.
	fillTries = 3
)

// fill is a room with a gap that is being fetched.
type fill struct {
	room   string
	reload bool           // ask for the newest page, not for what follows
	held   []chat.Message // arrived since the last page, in order
	high   uint64         // the highest seq known to be there
	asked  uint64         // high, when the page was asked for that is on its way
	tries  int            // answers that brought nothing new
}

// fill begins to fetch a room, up to high or to where the welcome said it is.
func (r *resume) fill(room string, reload bool, high uint64) *fill {
	f := &fill{room: room, reload: reload, high: max(high, r.behind[room])}
	r.fills[room] = f
	delete(r.behind, room)
	r.waiting = append(r.waiting, room)
	return f
}

// hold keeps a message until the gap below it is closed.
func (r *resume) hold(f *fill, m chat.Message) {
	f.high = max(f.high, m.Seq)
	if n := len(f.held); n > 0 && m.Seq <= f.held[n-1].Seq {
		return
	}
	if weight := updateWeight + weighBody(m.Body); r.held+weight <= holdLimit {
		r.held += weight
		f.held = append(f.held, m)
	}
}

// ask makes the requests that are due.
func (r *resume) ask() error {
	for len(r.waiting) > 0 && r.asking < askAtOnce {
		f := r.fills[r.waiting[0]]
		r.waiting = r.waiting[1:]
		if f == nil {
			continue // the room was left meanwhile
		}
		q := chat.HistoryRequest{Room: f.room, Limit: r.pageSize()}
		if shown := r.v.shown[f.room]; !f.reload && shown > 0 { // who has nothing begins with the newest
			q.After = &shown
		}
		r.asking++
		f.asked = f.high
		_, err := r.s.request(nil, "history", func(args []socketio.Value, err error) {
			r.asking--
			if err == nil {
				err = r.page(f, args)
			}
			if err != nil {
				r.s.end(err)
			}
		}, q)
		if err != nil {
			return err
		}
	}
	return nil
}

// pageSize is the largest page this server gives.
func (r *resume) pageSize() int {
	if n := r.s.limits.History; n > 0 && n < chat.MaxHistory {
		return n
	}
	return chat.MaxHistory
}

// page takes the answer to a request for history.
func (r *resume) page(f *fill, args []socketio.Value) error {
	if r.fills[f.room] != f {
		return r.advance() // the room was left meanwhile
	}
	h, err := answer[chat.History](args)
	var e *chat.Error
	switch {
	case errors.As(err, &e) && (e.Code == chat.CodeUnknownRoom || e.Code == chat.CodeNotAllowed || e.Code == chat.CodeNotMember):
		r.leave(f.room) // it is not ours to see any more
		return r.advance()
	case errors.As(err, &e):
		return &problem{"the server cannot show its history now", err}
	case err != nil:
		return err
	}
	if err := isPage(f.room, h.Messages); err != nil {
		return err
	}
	h.Messages = r.corrected(f.room, h)
	before := r.v.shown[f.room]
	switch n := len(h.Messages); {
	case f.reload:
		var last uint64
		if !h.More {
			last = f.asked // where the page has nothing, all that was known is gone
		}
		r.reload(f.room, h, last)
	case n > 0 && h.Messages[0].Seq <= before+1 && h.Messages[n-1].Seq > before:
		r.tell(f.room, h.Messages[before+1-h.Messages[0].Seq:], true)
	default:
		f.reload = true // the gap cannot be closed from below
	}
	r.release(f)
	if r.v.shown[f.room] >= f.high {
		r.close(f)
		return r.advance()
	}
	if r.v.shown[f.room] > before && !f.reload {
		f.tries = 0
	} else if f.tries++; f.tries > fillTries {
		return protocolError("history that lacks what was told", nil)
	}
	if f.reload && r.v.shown[f.room] > 0 && f.tries < fillTries && len(h.Messages) > 0 {
		f.reload = false // from the newest page on, what came meanwhile
	}
	r.waiting = append(r.waiting, f.room)
	return r.advance()
}

// release tells the messages held that now follow what was shown. It lets go of the
// others, which came before the next page is read: that has them.
func (r *resume) release(f *fill) {
	shown := r.v.shown[f.room]
	var follow []chat.Message
	for _, m := range f.held {
		if m.Seq == shown+1 {
			follow = append(follow, m)
			shown++
		}
	}
	r.drop(f)
	if len(follow) > 0 {
		r.tell(f.room, follow, false)
	}
}

// drop lets go of what is held of a room.
func (r *resume) drop(f *fill) {
	for _, m := range f.held {
		r.held -= updateWeight + weighBody(m.Body)
	}
	f.held = nil
}

// close ends a fill.
func (r *resume) close(f *fill) {
	r.drop(f)
	delete(r.fills, f.room)
}
